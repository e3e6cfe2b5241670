"""Job lists of other trackers: what is carried over, what is named, and what hostile lists cannot do."""

from __future__ import annotations

import json
import tomllib
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidetrack.errors import SourcesError
from guidetrack.models import Source
from guidetrack.sources import edit, foreign, load
from guidetrack.sources.foreign import changedetection, selectors, urlwatch
from guidetrack.sources.foreign.job import Job, Joblist
from guidetrack.sources.foreign.plan import Fate, Placed, place
from guidetrack.sources.toml import Document


def written(folder: Path, jobs: Iterable[Job]) -> tuple[list[Placed], dict[str, Source]]:
    """The jobs placed and written to a new sources.toml, and what our own loader makes of it."""
    placed = list(place(jobs, ()))
    document = Document(folder / "sources.toml", "sources.toml", b"", "", {})
    text = edit.with_sources(document, [one.values for one in placed if one.values])
    (folder / "sources.toml").write_text(text, "utf-8")
    return placed, {source.id: source for source in load(folder / "sources.toml").sources}


def listed(folder: Path, text: str | bytes, name: str = "jobs") -> Joblist:
    file = folder / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    found = foreign.read(file)
    assert found is not None
    return found


def one(value: dict[str, Any], folder: Path) -> tuple[Placed, Source]:
    placed, sources = written(folder, [urlwatch.job(value, "job 1")])
    return placed[0], sources[placed[0].id]


def watch(folder: Path, **said: Any) -> tuple[Placed, Source]:
    store = {"watching": {"u": {"url": "https://a.example/x", **said}}, "settings": {}}
    placed, sources = written(folder, changedetection.jobs(store))
    return placed[0], sources[placed[0].id]


URL = "https://a.example/x"


@pytest.mark.parametrize("filters, select, drop, ignore", [
    ([{"css": "main"}], "main", (), ()),
    ([{"css": {"selector": "main", "exclude": ".share"}}, "html2text"], "main", (".share",), ()),
    ([{"element-by-id": "content"}], "#content", (), ()),
    ([{"element-by-id": "1 x"}], '[id="1 x"]', (), ()),
    ([{"element-by-class": "body"}, {"element-by-tag": "p"}], ".body p", (), ()),
    ([{"element-by-style": "color: red"}], '[style="color: red"]', (), ()),
    ([{"xpath": '//div[@id="main"]/p'}], "div#main > p", (), ()),
    ([{"xpath": {"path": "//main", "exclude": "//nav|//aside"}}], "main", ("nav, aside",), ()),
    ([{"delete_lines_containing": "a.b (c)"}], "", (), (r"a\.b \(c\)",)),
    ([{"delete_lines_containing": {"re": r"^Viewed \d+"}}], "", (), (r"^Viewed \d+",)),
    ([{"grepi": r"\d+ views"}], "", (), (r"\d+ views",)),
    ("css:main,html2text", "main", (), ()),
    ({"css": "main", "strip": None}, "main", (), ()),
], ids=lambda value: "")
def test_filters_that_have_a_counterpart(tmp_path: Path, filters: Any, select: str, drop: tuple[str, ...],
                                         ignore: tuple[str, ...]) -> None:
    """Selectors become select and drop, lines to leave out become ignore; nothing of it is called lost."""
    placed, source = one({"url": URL, "filter": filters}, tmp_path)
    assert (source.rules.select, source.rules.drop, source.rules.ignore) == (select, drop, ignore)
    assert placed.lost == ()


@pytest.mark.parametrize("filters, word", [
    (["sort"], "sort"), (["ocr"], "pictures"), ([{"grep": "x"}], "every line"), ([{"shellpipe": "rm -rf /"}], "runs none"),
    ([{"execute": "x"}], "runs none"), ([{"re.sub": "x"}], "never rewrites"), ([{"my_own": "x"}], "my_own"),
    ([{"css": {"selector": "p", "maxitems": 1}}], "maxitems"), ([{"xpath": "//p[last()]"}], "CSS selector"),
    ([{"css": ":::"}], "select"), ([{"grepi": "("}], "ignore"), ([{"jq": "map(.x) | add"}], "items"),
    ([{"css": "a, b"}, {"css": "c"}], "part of a part"), ([{"pdf2text": {"password": "hunter2"}}], "secret"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_filters_that_have_none_are_named(tmp_path: Path, filters: Any, word: str) -> None:
    """Each in a sentence; the page is tracked all the same, and no argument that may be secret is shown."""
    placed, source = one({"url": URL, "filters": filters}, tmp_path)
    assert any(word in sentence for sentence in placed.lost), placed.lost
    assert source.url == URL
    assert "hunter2" not in str(placed)


@pytest.mark.parametrize("key, value", [
    ("cookies", {"sid": "hunter2"}), ("headers", {"Authorization": "hunter2"}), ("headers", {"X-Api-Key": "hunter2"}),
    ("headers", {"X-Other": "hunter2"}), ("http_proxy", "http://u:hunter2@proxy.example"), ("timeout", 3),
    ("diff_filter", ["x"]), ("additions_only", True), ("ssl_no_verify", True), ("max_tries", 4), ("wait_for", "x"),
    ("user_visible_url", "https://u:hunter2@x.example/"), ("whatever", 1), ("diff_tool", "wdiff"),
], ids=lambda value: value if isinstance(value, str) and "/" not in value else "")
def test_keys_that_have_no_counterpart_are_named(tmp_path: Path, key: str, value: Any) -> None:
    """In one sentence, without the value; secrets reach neither the sentences nor the file."""
    placed, _ = one({"url": URL, key: value}, tmp_path)
    assert len(placed.lost) == 1
    assert "hunter2" not in str(placed) + (tmp_path / "sources.toml").read_text()


def test_keys_that_are_carried_over(tmp_path: Path) -> None:
    """Name, address with parameters, browser, tags, Accept, note, switched off."""
    placed, source = one({"name": "A\n guideline", "navigate": URL, "tags": ["dose", "label"], "enabled": False,
                          "headers": {"Accept": "text/html"}, "params": {"q": "ketamine"}, "note": "Ask legal.",
                          "user_visible_url": "https://a.example/people", "ignore_cached": True}, tmp_path)
    assert (source.title, source.url, source.render, source.topics, source.enabled, source.accept) == (
        "A guideline", f"{URL}?q=ketamine", True, ("dose", "label"), False, "text/html")
    assert source.note == "Ask legal. For people: https://a.example/people"
    assert placed.lost == ()


@pytest.mark.parametrize("job, word", [
    ({"command": "rm -rf /"}, "shell command"), ({"kind": "shell", "url": URL}, "shell command"),
    ({"url": URL, "data": "x"}, "POST"), ({"url": URL, "method": "put"}, "PUT"), ({"url": "ftp://a.example/"}, "ftp"),
    ({"url": "https://u:hunter2@a.example/"}, "password"), ({"url": f"{URL}?api_key=hunter2"}, "key or token"),
    ({"url": f"{URL}/{{{{ today }}}}"}, "template"), ({"kind": "my-own", "user": 1}, "code of your own"),
    ({"name": "nothing"}, "no address"), ("text", "no job"), ({"report": {}, "display": {}}, "settings"),
    ({"url": URL, "params": [1]}, "parameters"), ({"url": "https://[x"}, "cannot be read"), ({"url": 5}, "no address"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_jobs_that_are_not_taken(job: Any, word: str) -> None:
    """The whole job is refused with one reason, secrets not shown."""
    [placed] = place([urlwatch.job(job, "job 1")], ())
    assert placed.fate is Fate.REFUSED
    assert word in placed.why
    assert "hunter2" not in placed.why


def test_a_yaml_list_of_several_jobs(tmp_path: Path) -> None:
    """Documents apart by ---, CRLF and a byte-order mark; empty documents are none; aliases and merges work."""
    text = ("\ufeff---\r\nname: one\r\nurl: https://a.example/1\r\n---\r\n---\r\nbase: &b {filter: [{css: main}]}\r\n"
            "<<: *b\r\nurl: https://a.example/2\r\n---\r\n- url: https://a.example/3\r\n- url: https://a.example/4\r\n")
    found = listed(tmp_path, text)
    placed, sources = written(tmp_path, found.jobs)
    assert [source.url[-1] for source in sources.values()] == ["1", "2", "3", "4"]
    assert sources[placed[1].id].rules.select == "main"


@pytest.mark.parametrize("text, word", [
    ("url: https://a.example/1\nurl: https://a.example/2\n", "stands twice"),
    ("url: [", "not YAML"), ("a: b: c", "not YAML"), ("\tx: y", "not YAML"), ("url: *x", "not YAML"),
    ("a: &a [1]\nb: &b [*a,*a,*a,*a]\n" + "".join(
        f"{chr(97 + n)}1: &{chr(97 + n)}1 [{','.join([f'*{chr(96 + n)}1' if n else '*b'] * 9)}]\n" for n in range(12)),
     "more values"),
    ("a: &a {<<: [*a]}", "inside what it stands for"), ("x: " + "[" * 5000, "nested"), ("x: " + "{a: " * 500, "nested"),
    ("x: [" + "1," * 50_000 + "]", "more values"), ("---\nurl: https://a.example/\n" * 20_001, "more than 20,000"),
    ("url: 2020-99-99", "cannot be read"), ("- 0b1\n- [x]", "no job"), ("just words", "no job"), ("", "no job"),
    ("n: " + "9" * 5000, "cannot be read"), ("{" * 200_000, "nested"), ("[" * 200_000, "nested"),
    (b"url: https://a.example/\xe9", "UTF-8"), (b"\xff\xfeu\x00r\x00l\x00", "UTF-16"), (b"a\x00b", "NUL"),
    ("? ? ? ? x", "nested|no job|not YAML|cannot be read"), ("x: " + "a" * 5_100_000, "larger than"),
    ('{"watching": {', "not JSON"), ('{"watching": ' + "[" * 100_000 + "}", "nested|values"),
], ids=range(25))
def test_lists_that_cannot_be_read(tmp_path: Path, text: str | bytes, word: str) -> None:
    """One sentence that names the file; nothing is built of what would not fit."""
    with pytest.raises(SourcesError) as caught:
        listed(tmp_path, text)
    [sentence] = caught.value.problems
    assert str(tmp_path / "jobs") in sentence
    assert any(one in sentence for one in word.split("|")), sentence


def test_tags_of_yaml_are_not_followed(tmp_path: Path) -> None:
    """!include, Python objects: named where they stand; the rest of the list is taken."""
    found = listed(tmp_path, "url: https://a.example/1\nfilter: !include f.yaml\nheaders: !!python/object:os.system {}\n"
                             "---\nurl: !include u.txt\n---\n!job {url: https://a.example/2}\n")
    first, second, third = place(found.jobs, ())
    assert first.fate is Fate.ADDED
    assert any("!include" in sentence for sentence in first.lost)
    assert second.fate is third.fate is Fate.REFUSED
    assert "!include" in second.why
    assert "!job" in third.why


def test_a_data_store(tmp_path: Path) -> None:
    """Watches with groups, times, selectors and lines to leave out; the application's own settings come along."""
    store = {
        "watching": {
            "1": {"url": URL, "title": "One", "tags": ["g"], "paused": True, "include_filters": ["main", "xpath://p"],
                  "subtractive_selectors": [".ad", "//nav"], "ignore_text": ["Viewed 5", r"/\d+ times/i"],
                  "time_between_check": {"hours": "12", "days": None}, "time_between_check_use_default": False},
            "2": {"url": "https://a.example/list", "css_filter": "json:$.results[*]", "tag": "label, dose",
                  "time_between_check_use_default": True}},
        "settings": {"application": {"tags": {"g": {"title": "Esketamine"}}, "fetch_backend": "html_webdriver",
                                     "global_ignore_text": ["Cookie"], "global_subtractive_selectors": ["footer"]},
                     "requests": {"time_between_check": {"days": 3}}}}
    _, sources = written(tmp_path, listed(tmp_path, json.dumps(store)).jobs)
    one, two = sources.values()
    assert (one.title, one.topics, one.enabled, one.render, one.rules.select) == ("One", ("Esketamine",), False, True, "main, p")
    assert one.rules.drop == (".ad", "nav", "footer")
    assert one.rules.ignore == ("(?i)Viewed 5", r"(?i)\d+ times", "(?i)Cookie")
    assert (one.every.total_seconds(), two.every.total_seconds()) == (12 * 3600, 3 * 86400)
    assert two.rules.items is not None
    assert (two.rules.items.path, two.topics) == ("results", ("label", "dose"))


@pytest.mark.parametrize("said", [
    {"browser_steps": [{"operation": "Click element"}]}, {"webdriver_js_execute_code": "alert(1)"}, {"trigger_text": ["x"]},
    {"extract_text": ["x"]}, {"check_unique_lines": True}, {"filter_text_removed": False}, {"proxy": "p1"},
    {"notification_urls": ["tgram://hunter2"]}, {"conditions": [{"field": "x"}]}, {"headers": {"Cookie": "hunter2"}},
    {"include_filters": ["//p[last()]"]}, {"subtractive_selectors": ["//p[last()]"]}, {"tags": ["0" * 8 + "-0000-4000-8000-" + "0" * 12]},
    {"time_schedule_limit": {"enabled": True}}, {"notification_muted": True}, {"processor": "image_ssim"},
    {"include_filters": ["jq:.x | add"]}, {"url": f"source:{URL}"},
], ids=lambda said: next(iter(said)))
def test_what_a_watch_loses_is_named(tmp_path: Path, said: dict[str, Any]) -> None:
    """One sentence each, no secret in it; the watch is taken."""
    placed, _ = watch(tmp_path, **said)
    assert len(placed.lost) == 1
    assert "hunter2" not in str(placed)


@pytest.mark.parametrize("said", [{"method": "POST"}, {"body": "x"}, {"processor": "restock_diff"}, {"url": ""},
                                  {"url": "file:///etc/passwd"}], ids=lambda said: next(iter(said)))
def test_watches_that_are_not_taken(said: dict[str, Any]) -> None:
    """With one reason."""
    [placed] = place(changedetection.jobs({"watching": {"u": {"url": URL, **said}}}), ())
    assert placed.fate is Fate.REFUSED


def test_a_backup_and_its_newer_form(tmp_path: Path) -> None:
    """A zip with the store, or with a folder for each watch; a torn watch is named, the others are taken."""
    old, new, bare = (tmp_path / name for name in ("old.zip", "new.zip", "bare.zip"))
    with zipfile.ZipFile(old, "w") as packed:
        packed.writestr("url-watches.json", json.dumps({"watching": {"1": {"url": URL}}}))
        packed.writestr("secret.txt", "hunter2")
        packed.writestr("../../evil.txt", "x")
    with zipfile.ZipFile(new, "w") as packed:
        packed.writestr("changedetection.json", json.dumps({"settings": {"requests": {"time_between_check": {"hours": 6}}}}))
        packed.writestr("u1/watch.json", json.dumps({"url": URL, "tags": ["t1"]}))
        packed.writestr("u2/watch.json", "{")
        packed.writestr("t1/tag.json", json.dumps({"title": "Label"}))
    with zipfile.ZipFile(bare, "w") as packed:
        packed.writestr("url-list.txt", f"{URL}\r\n")
    for file in (old, new, bare):
        found = foreign.read(file)
        assert found is not None
        assert [job.values["url"] for job in found.jobs] == [URL]
    found = foreign.read(new)
    assert found is not None
    assert (found.jobs[0].values["topics"], found.jobs[0].values["every"]) == (["Label"], "6h")
    assert "u2/watch.json" in found.remarks[0]


def test_what_is_no_job_list_is_left_to_others(tmp_path: Path) -> None:
    """WARC, gzip and other zips are no job lists."""
    (tmp_path / "a").write_bytes(b"WARC/1.1\r\n")
    (tmp_path / "b").write_bytes(b"\x1f\x8b\x08\x00")
    with zipfile.ZipFile(tmp_path / "c", "w") as packed:
        packed.writestr("archive/a.warc.gz", b"")
    assert [foreign.read(tmp_path / name) for name in "abc"] == [None, None, None]


def test_a_list_of_addresses(tmp_path: Path) -> None:
    """One a line with tags behind, comments, commands of old lists; groups that are only numbers are named."""
    found = listed(tmp_path, f"# mine\r\n{URL} dose, label\r\n|ls\r\nsource:https://a.example/y ['{'a' * 8}-{'b' * 4}-"
                             f"{'c' * 4}-{'d' * 4}-{'e' * 12}']\r\n")
    first, shell, third = place(found.jobs, ())
    assert first.values is not None
    assert (first.values["url"], first.values["topics"]) == (URL, ["dose", "label"])
    assert "shell" in shell.why
    assert len(third.lost) == 2


def test_the_same_job_is_one_source_and_what_is_watched_stays() -> None:
    """Twice the same is once; one address with two rules is two sources; known addresses are named, not touched."""
    jobs = [urlwatch.job({"url": URL}, "1"), urlwatch.job({"url": URL}, "2"),
            urlwatch.job({"url": URL, "filter": [{"css": "main"}]}, "3"), urlwatch.job({"url": "https://b.example/"}, "4")]
    fates = [(one.fate, one.id) for one in place(jobs, [Source("mine", "https://b.example/"), Source("a-x", "https://c.example/")])]
    assert fates == [(Fate.ADDED, "a-x-2"), (Fate.THERE, "a-x-2"), (Fate.ADDED, "a-x-3"), (Fate.THERE, "mine")]


@pytest.mark.parametrize("path, css", [
    ("//div", "div"), ("//div[@class='a b']", 'div[class="a b"]'), ('//*[@id="x"]//p', "#x p"), ("/html/body/main", "html > body > main"),
    ('//div[contains(@class, "x")]', 'div[class*="x"]'), ("//ul/li[2]", "ul > li:nth-of-type(2)"), ("//a[@href]", "a[href]"),
    ("//p/text()", "p"), ("//a|//b", "a, b"), ("//a['|']", ""), ("(//a)[1]", ""), ("//a/..", ""), ("//a[1][2]", ""),
    ("/body", ""), ("//a[position()<3]", ""), ("string(//a)", ""), ("", ""), ("//div[@data-x=\"a'|'b\"]", "div[data-x=\"a'|'b\"]"),
], ids=range(18))
def test_xpath_as_css(path: str, css: str) -> None:
    """The same elements or nothing."""
    assert selectors.css_of_xpath(path) == css


@pytest.mark.parametrize("query, language, items", [
    (".[]", "jq", "@"), (".a.b[]", "jq", "a.b"), (".a[].title", "jq", {"path": "a", "fields": ["title"]}), (".[0]", "jq", ""),
    ("$.a[*]", "jsonpath", "a"), ("$[*].b", "jsonpath", {"path": "@", "fields": ["b"]}), ("$..a", "jsonpath", ""),
], ids=range(7))
def test_places_in_json(query: str, language: str, items: Any) -> None:
    """Every entry of a list, one field of each, or nothing."""
    assert selectors.items_of(query, language) == items


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=12) | st.sampled_from(
        ["main", "//p", "css", "xpath", "https://a.example/x", "\x1b[2J", "\u202e", "#", "{{ x }}", "\ud800", "https://a.example/\ud800", '"', "\\", "'''"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from([*urlwatch._KNOWN, "css", "xpath", "selector", "exclude", "grepi", "re", "odd", "\n", "watching"]) | st.text(max_size=5),
        inner, max_size=5), max_leaves=15)
JOBS = st.dictionaries(st.sampled_from([*sorted(urlwatch._KNOWN), "odd", "timeout"]), VALUES, max_size=8)
WATCHES = st.dictionaries(st.sampled_from(
    ["title", "tags", "tag", "headers", "include_filters", "subtractive_selectors", "ignore_text", "time_between_check",
     "css_filter", "paused", "method", "fetch_backend", "browser_steps", "processor", "time_schedule_limit"]), VALUES, max_size=8)


@given(jobs=st.lists(JOBS | VALUES, max_size=6), watches=st.lists(WATCHES, max_size=6))
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_a_job_the_result_loads(tmp_path_factory: pytest.TempPathFactory, jobs: list[Any],
                                                   watches: list[dict[str, Any]]) -> None:
    """Law: every job has one fate; what is added is what our own loader reads back, ids unique; control signs stay out."""
    with_url = [{"url": f"https://a.example/{n}", **job} if isinstance(job, dict) else job for n, job in enumerate(jobs)]
    store = {"watching": {str(n): {"url": f"https://b.example/{n}", **said} for n, said in enumerate(watches)}}
    all_jobs = [*(urlwatch.job(job, f"job {n}") for n, job in enumerate(with_url)), *changedetection.jobs(store)]
    placed, sources = written(tmp_path_factory.mktemp("law"), all_jobs)
    assert len(placed) == len(all_jobs)
    added = [one.id for one in placed if one.fate is Fate.ADDED]
    assert added == list(sources)
    assert all(one.why or one.fate is not Fate.REFUSED for one in placed)


@given(raw=st.binary(max_size=300) | st.text(max_size=300).map(str.encode)
       | st.lists(st.sampled_from(["url: ", "https://a.example/", "\n", "---\n", "&a ", "*a", "[", "{", "}", "]", ", ", "<<: ", "!x ", "- ", "? ", ": ", "|", "'", '"', "#"]), max_size=40).map(lambda parts: "".join(parts).encode()))
@settings(max_examples=300, deadline=None)
def test_any_bytes_end_in_jobs_or_a_sentence(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    """Law: a list, None, or SourcesError; nothing else is raised."""
    file = tmp_path_factory.mktemp("any") / "jobs"
    file.write_bytes(raw)
    problems: tuple[str, ...] = ()
    found = None
    try:
        found = foreign.read(file)
    except SourcesError as error:
        problems = error.problems
    assert all(str(file) in sentence for sentence in problems)
    assert found is None or all(isinstance(job, Job) for job in found.jobs)


def test_thousands_of_jobs_get_ids_of_their_own(tmp_path: Path) -> None:
    """Alike addresses and titles are no trouble; the file is valid TOML."""
    text = "\n---\n".join(f"url: https://a.example/guidance?n={n}\nname: Guidance" for n in range(3000))
    placed, sources = written(tmp_path, listed(tmp_path, text).jobs)
    assert len(sources) == 3000
    assert placed[-1].id == "a-guidance-3000"
    assert len(tomllib.loads((tmp_path / "sources.toml").read_text())["source"]) == 3000
