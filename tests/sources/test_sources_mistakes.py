"""Bad sources.toml files: each is refused with file, line, key and what to write in its place; all at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from guidetrack.errors import SourcesError
from guidetrack.sources import load, schema

OK = 'id = "a"\nurl = "https://example.com/a"\n'


def source(*lines: str) -> str:
    """A file with one source of these lines; they begin on line 4."""
    return "[[source]]\n" + OK + "\n".join(lines)


MISTAKES: list[tuple[str, str | bytes, int, str, str]] = [
    # name, file, line, key, words of the sentence
    ("unknown table", "[feetch]\npause = '2s'", 1, "feetch", 'unknown key; did you mean "fetch"?'),
    ("sources for source", "[[sources]]\n" + OK, 1, "sources", 'did you mean "source"?'),
    ("one bracket", "[source]\n" + OK, 1, "source", "[[source]] with two brackets"),
    ("source as text", "source = 'x'", 1, "source", "this is text; expected [[source]]"),
    ("source list of text", "source = ['x']", 1, "source", "this is text; expected a table"),
    ("unknown key of a source", source("selekt = 'main'"), 4, "source.selekt", 'did you mean "select"?'),
    ("key of another tool", source("interval = '1d'"), 4, "source.interval", 'did you mean "every"?'),
    ("unknown key without a near one", source("zzzzzz = 1"), 4, "source.zzzzzz", "expected one of"),
    ("unknown key of fetch", "[fetch]\nuser_agent = 'x'", 2, "fetch.user_agent", 'did you mean "contact"?'),
    ("unknown key of store", "[store]\npath = 'x'", 2, "store.path", 'did you mean "archive"?'),
    ("unknown key of mail", "[mail]\nserver = 'x'", 2, "mail.server", 'did you mean "host"?'),
    ("unknown key of a route", "[[mail.route]]\nto = ['a@b.example']\ntopic = ['x']", 3, "mail.route.topic",
     'did you mean "topics"?'),
    ("unknown key of items", source("items = { path = 'x', field = ['y'] }"), 4, "source.items.field",
     'did you mean "fields"?'),
    ("id in defaults", "[defaults]\nid = 'x'", 2, "defaults.id", "unknown key"),
    ("no id", "[[source]]\nurl = 'https://example.com/'", 1, "source.id", "missing; expected a short name"),
    ("no url", "[[source]]\nid = 'a'", 1, "source.url", "missing; expected the address to watch"),
    ("empty source", "\n\n[[source]]\n", 3, "source.id", "missing"),
    ("id of spaces", "[[source]]\nurl = 'https://example.com/'\nid = 'My Page'", 3, "source.id",
     'no safe file name; expected lower-case letters, digits, \'.\', \'_\' and \'-\', at most 80, beginning with a '
     'letter or digit, e.g. "us-fda-compounded-ketamine"; did you mean "my-page"?'),
    ("id with slash", "[[source]]\nurl = 'https://example.com/'\nid = '../../etc'", 3, "source.id", "no safe file name"),
    ("id upper case", "[[source]]\nurl = 'https://example.com/'\nid = 'FDA'", 3, "source.id", 'did you mean "fda"?'),
    ("id device name", "[[source]]\nurl = 'https://example.com/'\nid = 'con'", 3, "source.id", "device name on Windows"),
    ("id device name with ending", "[[source]]\nurl = 'https://example.com/'\nid = 'nul.x'", 3, "source.id", "device name"),
    ("id ends in dot", "[[source]]\nurl = 'https://example.com/'\nid = 'a.'", 3, "source.id", 'did you mean "a"?'),
    ("id too long", f"[[source]]\nurl = 'https://example.com/'\nid = '{'a' * 81}'", 3, "source.id", "at most 80"),
    ("id not ascii", "[[source]]\nurl = 'https://example.com/'\nid = 'ärzte'", 3, "source.id", "no safe file name"),
    ("id empty", "[[source]]\nurl = 'https://example.com/'\nid = ''", 3, "source.id", "no safe file name"),
    ("id a number", "[[source]]\nurl = 'https://example.com/'\nid = 12", 3, "source.id",
     "this is a number; expected text in quotes"),
    ("id twice", source() + "\n[[source]]\nid = 'a'\nurl = 'https://example.com/b'", 6, "source.id",
     "taken by another source (sources.toml:2)"),
    ("ftp", "[[source]]\nid = 'a'\nurl = 'ftp://example.com/'", 3, "source.url", "ftp: addresses are not watched"),
    ("file", "[[source]]\nid = 'a'\nurl = 'file:///etc/passwd'", 3, "source.url", "file: addresses are not watched"),
    ("javascript", "[[source]]\nid = 'a'\nurl = 'javascript:alert(1)'", 3, "source.url", "are not watched"),
    ("no scheme", "[[source]]\nid = 'a'\nurl = 'example.com/page'", 3, "source.url", "no scheme; expected an http"),
    ("no host", "[[source]]\nid = 'a'\nurl = 'https:///page'", 3, "source.url", "no host"),
    ("space in url", "[[source]]\nid = 'a'\nurl = 'https://example.com/a b'", 3, "source.url", "holds a space"),
    ("newline in url", '[[source]]\nid = "a"\nurl = "https://example.com/\\nHost: x"', 3, "source.url", "control character"),
    ("bad port", "[[source]]\nid = 'a'\nurl = 'https://example.com:99999/'", 3, "source.url", "cannot be read"),
    ("bad bracket", "[[source]]\nid = 'a'\nurl = 'https://[::1/'", 3, "source.url", "cannot be read"),
    ("host of dots", "[[source]]\nid = 'a'\nurl = 'https://a..b/'", 3, "source.url", "no host, or none that can exist"),
    ("url too long", f"[[source]]\nid = 'a'\nurl = 'https://example.com/{'a' * 5000}'", 3, "source.url", "at most 4096"),
    ("url a list", "[[source]]\nid = 'a'\nurl = ['https://example.com/']", 3, "source.url", "this is a list"),
    ("kind unknown", source("kind = 'payor'"), 4, "source.kind", 'did you mean "payer"?'),
    ("kind far off", source("kind = 'xyz'"), 4, "source.kind", 'expected one of "regulator", "society"'),
    ("format unknown", source("format = 'rss'"), 4, "source.format", '"rss" is not known; expected one of "auto"'),
    ("selector", source("select = 'div['"), 4, "source.select", "is no CSS selector"),
    ("selector empty", source("select = ''"), 4, "source.select", "empty; expected a CSS selector"),
    ("selector absurd", source(f"select = '{'a ' * 1500}'"), 4, "source.select", "3000 characters long"),
    ("drop not a list", source("drop = '.share'"), 4, "source.drop", 'expected a list in square brackets, e.g. [".share"]'),
    ("drop bad member", source("drop = [", "  '.x',", "  ':::',", "]"), 6, "source.drop", "is no CSS selector"),
    ("drop of numbers", source("drop = [1]"), 4, "source.drop", "this is a number; expected text"),
    ("regex", source("ignore = ['(']"), 4, "source.ignore", "is no regular expression"),
    ("regex nests deep", source("ignore = ['" + "(" * 900 + ")" * 900 + "']"), 4, "source.ignore", "regular expression"),
    ("regex huge count", source("ignore = ['a{100000000}']"), 4, "source.ignore", "repeats more than 10,000 times"),
    ("regex too long", source(f"ignore = ['{'a' * 3000}']"), 4, "source.ignore", "at most 2000"),
    ("regex empty", source("ignore = ['']"), 4, "source.ignore", "empty"),
    ("items expression", source("items = 'results['"), 4, "source.items.path", "is no JMESPath expression"),
    ("items table expression", source("[source.items]", "path = 'a'", "title = ']'"), 6, "source.items.title", "JMESPath"),
    ("items without path", source("items = { id = 'x' }"), 4, "source.items.path", "missing"),
    ("items a number", source("items = 5"), 4, "source.items", "expected a table"),
    ("every bare number", source("every = 2"), 4, "source.every", '2 has no unit; expected text with a unit (s, m, h, d, w), '
     'e.g. "1d"; did you mean "2d"?'),
    ("every number in quotes", source("every = '2'"), 4, "source.every", 'did you mean "2d"?'),
    ("every in fortnights", source("every = '1 fortnight'"), 4, "source.every", "is no duration"),
    ("every negative", source("every = '-1d'"), 4, "source.every", "is no duration"),
    ("every too long", source("every = '99999d'"), 4, "source.every", "out of range"),
    ("every off", source("every = 'off'"), 4, "source.every", "is no duration"),
    ("grace number", source("grace = 72"), 4, "source.grace", 'did you mean "72h"?'),
    ("enabled as text", source("enabled = 'yes'"), 4, "source.enabled", "expected true or false, without quotes"),
    ("enabled as number", source("enabled = 1"), 4, "source.enabled", "this is a number; expected true or false"),
    ("topics as text", source("topics = 'label'"), 4, "source.topics", 'e.g. ["label"]'),
    ("title with escape", source('title = "a\\u001b[31m"'), 4, "source.title", "control character"),
    ("title with bidi", source('title = "a\\u202eb"'), 4, "source.title", "control character"),
    ("title too long", source(f"title = '{'a' * 501}'"), 4, "source.title", "at most 500"),
    ("title a date", source("title = 2026-01-01"), 4, "source.title", "this is a date or time; expected text"),
    ("keep unknown", source("keep = 'none'"), 4, "source.keep", 'expected one of "new", "all"'),
    ("keep_text unknown", source("keep_text = 'short'"), 4, "source.keep_text", 'one of "full", "excerpt"'),
    ("min_level unknown", source("min_level = 'hi'"), 4, "source.min_level", 'expected one of "high", "medium", "low"'),
    ("to no address", source("to = ['nurse']"), 4, "source.to", "is no mail address"),
    ("accept with newline", source('accept = "a\\r\\nX: y"'), 4, "source.accept", "control character"),
    ("pause bare number", "[fetch]\npause = 2", 2, "fetch.pause", 'did you mean "2s"?'),
    ("timeout zero", "[fetch]\ntimeout = '0s'", 2, "fetch.timeout", "out of range"),
    ("timeout a day", "[fetch]\ntimeout = '1d'", 2, "fetch.timeout", "out of range"),
    ("max_body bare number", "[fetch]\nmax_body = 50000000", 2, "fetch.max_body", 'did you mean "50MB"?'),
    ("max_body without unit", "[fetch]\nmax_body = '50'", 2, "fetch.max_body", "is no size"),
    ("max_body huge", "[fetch]\nmax_body = '60GB'", 2, "fetch.max_body", "out of range"),
    ("second_look as boolean", "[fetch]\nsecond_look = false", 2, "fetch.second_look", 'or "off"'),
    ("robots as text", "[fetch]\nrobots = 'no'", 2, "fetch.robots", "true or false"),
    ("no network", "[fetch]\nallow_private = ['10.0.0.0/33']", 2, "fetch.allow_private", "is no network"),
    ("host for a network", "[fetch]\nallow_private = ['intranet']", 2, "fetch.allow_private", "is no network"),
    ("contact with newline", '[fetch]\ncontact = "a\\nb"', 2, "fetch.contact", "line break"),
    ("archive elsewhere", "[store]\narchive = 'ftp://x/y'", 2, "store.archive", "ftp:// cannot hold it"),
    ("archive empty", "[store]\narchive = ''", 2, "store.archive", "empty"),
    ("archive without bucket", "[store]\narchive = 's3://'", 2, "store.archive", "names no bucket"),
    ("catalogue elsewhere", "[store]\ncatalogue = 'mysql://h/d'", 2, "store.catalogue", "mysql:// cannot hold it"),
    ("archive a number", "[store]\narchive = 3", 2, "store.archive", "this is a number"),
    ("store as text", "store = 'snapshots'", 1, "store", "this is text; expected a table"),
    ("mail to as text", "[mail]\nto = 'a@b.example'", 2, "mail.to", 'e.g. ["a@b.example"]'),
    ("mail to with header", '[mail]\nto = ["a@b.example\\nBcc: x@y.example"]', 2, "mail.to", "is no mail address"),
    ("mail port text", "[mail]\nport = '25'", 2, "mail.port", "expected a whole number, without quotes"),
    ("mail port range", "[mail]\nport = 70000", 2, "mail.port", "70000 is out of range; expected 1 to 65535"),
    ("mail host with scheme", "[mail]\nhost = 'smtp://x'", 2, "mail.host", "without scheme or port"),
    ("mail security", "[mail]\nsecurity = 'ssl'", 2, "mail.security", 'one of "none", "starttls", "tls"'),
    ("mail sendmail command", "[mail]\nsendmail = 'sendmail -t'", 2, "mail.sendmail", "full path"),
    ("route to nobody", "[[mail.route]]\nto = []", 2, "mail.route.to", "the list is empty"),
    ("route without to", "[[mail.route]]\nmin_level = 'high'", 1, "mail.route.to", "missing"),
    ("route to unknown source", source("[[mail.route]]", "to = ['a@b.example']", "sources = ['b', 'aa']"), 6,
     "mail.route.sources", 'there is no source "b"'),
    ("vocabulary as text", "vocabulary = 'x'", 1, "vocabulary", "expected a table"),
    ("include as text", "include = 'x.toml'", 1, "include", '["clinic.toml"]'),
    ("include nothing there", "include = ['gone.toml']", 1, "include", 'there is no file "gone.toml"'),
    ("include itself", "include = ['sources.toml']", 1, "include", "included twice, or by itself"),
    ("max_body infinite", "[fetch]\nmax_body = inf", 2, "fetch.max_body", "inf has no unit"),
    ("max_body negative", "[fetch]\nmax_body = -5", 2, "fetch.max_body", "-5 has no unit"),
    ("every beyond all years", source("every = '999999999w'"), 4, "source.every", "out of range"),
    ("include with a name too long", f"include = ['{'a' * 5000}']", 1, "include", "there is no file"),
    ("include of a NUL", 'include = ["a\\u0000b"]', 1, "include", "included twice, or by itself"),
    # secrets
    ("password", "[mail]\npassword = 'hunter2'", 2, "mail.password", 'did you mean "password_env"?'),
    ("smtp_password", "[mail]\nsmtp_password = 'hunter2'", 2, "mail.smtp_password", "secrets are not written in this file"),
    ("token of a source", source("api_key = 'hunter2'"), 4, "source.api_key", "secrets are not written in this file"),
    ("top-level secret", "secret = 'hunter2'", 1, "secret", "secrets are not written in this file"),
    ("password in url", "[[source]]\nid = 'a'\nurl = 'https://me:hunter2@example.com/'", 3, "source.url",
     "user name or password (not shown)"),
    ("key in url", "[[source]]\nid = 'a'\nurl = 'https://example.com/?api_key=hunter2'", 3, "source.url",
     "key or token (not shown)"),
    ("password in catalogue", "[store]\ncatalogue = 'postgresql://me:hunter2@db/x'", 2, "store.catalogue",
     "holds a password (not shown)"),
    ("key in archive", "[store]\narchive = 's3://AKIA:hunter2@b/p'", 2, "store.archive", "holds a password (not shown)"),
    ("secret as variable name", "[mail]\npassword_env = 'hunter2!'", 2, "mail.password_env", "not the name of an environment"),
    # no TOML
    ("no equals", "[fetch]\npause: '2s'", 2, "", "expected key = value with an equals sign"),
    ("no quotes", source("title = Label"), 4, "", "expected text in quotes"),
    ("backslash", source('ignore = ["\\d+"]'), 4, "", "single quotes"),
    ("open text", source('title = "Label'), 4, "", "not TOML"),
    ("open list", source("drop = ['.x'"), 4, "", "not TOML"),
    ("key twice", source("id = 'b'"), 4, "", "stands here twice"),
    ("table twice", "[fetch]\n[fetch]\n", 2, "", "stands here twice"),
    ("conflict", "[fetch]\n<<<<<<< HEAD\npause = '1s'\n=======\npause = '2s'\n>>>>>>> theirs\n", 2, "",
     "merge conflict is not resolved"),
    ("nul", source("title = 'a\x00b'"), 4, "", "NUL byte"),
    ("latin-1", '# caf\n[[source]]\nid = "a"\ntitle = "Behörde"\n'.encode("latin-1"), 4, "", "not UTF-8"),
    ("utf-16", "[fetch]\n".encode("utf-16"), 1, "", "UTF-16; save it as UTF-8"),
    ("control character", b"[fetch]\x07\n", 1, "", "not TOML"),
    ("nested deep", "x = " + "[" * 5000, 1, "", "nested too deep"),
    ("long line", "# " + "x" * 20_000, 1, "", "expected at most 16384"),
    ("key of many parts", "a" + ".a" * 100 + " = 1", 1, "", "more than 32 parts"),
    ("an html page", b"<!DOCTYPE html>\n<html></html>\n", 1, "", "not TOML"),
    ("json", b'{"source": []}\n', 1, "", "not TOML"),
]


@pytest.mark.parametrize(("text", "line", "key", "words"), [row[1:] for row in MISTAKES], ids=[row[0] for row in MISTAKES])
def test_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | bytes, line: int, key: str,
                 words: str) -> None:
    """The sentence names the file, the line and the key, says what to write, and never shows a secret."""
    monkeypatch.chdir(tmp_path)
    Path("sources.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SourcesError) as caught:
        load(Path("sources.toml"))
    start = f"sources.toml:{line}: {key}: " if key else f"sources.toml:{line}: "
    matching = [problem for problem in caught.value.problems if problem.startswith(start) and words in problem]
    assert matching, "\n".join(caught.value.problems)
    assert "hunter2" not in str(caught.value)
    assert not any(re.search(r"[\x00-\x08\x0b-\x1f\x7f]", problem) for problem in caught.value.problems)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sources.toml"], "nothing may be written"


def test_there_are_enough_of_them() -> None:
    """At least 80 different bad files."""
    assert len({row[0] for row in MISTAKES}) == len(MISTAKES) >= 80


def test_all_problems_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    """One reading names every mistake of every table and every source, top to bottom."""
    path = tmp_path / "sources.toml"
    path.write_text("[fetch]\npause = 2\nfoo = 1\n[mail]\nport = 0\n[[source]]\nid = 'A b'\nurl = 'x'\nkind = 'y'\n"
                    "[[source]]\nid = 'b'\nurl = 'https://example.com/'\nignore = [\n  'fine',\n  '(',\n]\n")
    with pytest.raises(SourcesError) as caught:
        load(path)
    lines = [int(problem.split(":")[1]) for problem in caught.value.problems]
    assert lines == [2, 3, 5, 7, 8, 9, 15]


def test_problems_of_included_files_name_that_file(tmp_path: Path) -> None:
    """A mistake in an included file is reported with its name, beside those of the main file."""
    (tmp_path / "clinic.toml").write_text("[[source]]\nid = 'x'\nurl = 'ftp://example.com'\n")
    (tmp_path / "torn.toml").write_text("[[source]\n")
    path = tmp_path / "sources.toml"
    path.write_text("include = ['clinic.toml', 'torn.toml']\n[fetch]\nfoo = 1\n")
    with pytest.raises(SourcesError) as caught:
        load(path)
    text = str(caught.value)
    assert f"{path}:3: fetch.foo" in text
    assert f"{tmp_path / 'clinic.toml'}:3: source.url" in text
    assert f"{tmp_path / 'torn.toml'}:1" in text


def test_same_id_and_same_setting_in_two_files(tmp_path: Path) -> None:
    """An id or a setting that both files hold is named with the place of the other."""
    (tmp_path / "clinic.toml").write_text("[fetch]\npause = '3s'\n[[source]]\nid = 'a'\nurl = 'https://example.com/'\n")
    path = tmp_path / "sources.toml"
    path.write_text("include = ['clinic.toml']\n[fetch]\npause = '2s'\n[[source]]\n" + OK)
    with pytest.raises(SourcesError) as caught:
        load(path)
    assert len(caught.value.problems) == 2
    assert all(str(path) in problem and "clinic.toml" in problem for problem in caught.value.problems)


def test_include_in_an_included_file(tmp_path: Path) -> None:
    """Only the main file includes."""
    (tmp_path / "clinic.toml").write_text("include = ['more.toml']\n")
    path = tmp_path / "sources.toml"
    path.write_text("include = ['clinic.toml']\n")
    with pytest.raises(SourcesError, match="cannot include others"):
        load(path)


@pytest.mark.parametrize(("make", "words"), [
    (lambda path: None, "there is no such file"),
    (lambda path: path.mkdir(), "this is a folder"),
    (lambda path: path.write_bytes(b"#" * 5_000_001), "larger than 5 MB"),
], ids=["missing", "folder", "60 MB"])
def test_what_cannot_be_read(tmp_path: Path, make: object, words: str) -> None:
    """A missing file, a folder and a file too large are one sentence each."""
    path = tmp_path / "sources.toml"
    make(path)  # type: ignore[operator]
    with pytest.raises(SourcesError, match=words):
        load(path)


def test_thousands_of_mistakes_are_cut_off(tmp_path: Path) -> None:
    """A hopeless file gives a list one can read."""
    path = tmp_path / "sources.toml"
    path.write_text("[[source]]\n" * 20_000)
    with pytest.raises(SourcesError) as caught:
        load(path)
    assert len(caught.value.problems) <= 201
    assert "may be more" in caught.value.problems[-1]


KEYS = sorted({key for table in schema()["$defs"].values() for key in table.get("properties", {})})
WORDS = st.sampled_from(["", "main", "1d", "-1d", "a@b.example", "https://example.com/", "off", "high", "(", "results", "~x/y",
                         "s3://", "\x1b[2J", "a" * 300])
VALUES = st.recursive(
    WORDS | st.integers(-(2**70), 2**70) | st.floats() | st.booleans() | st.text(st.characters(codec="utf-8"), max_size=9)
    | st.datetimes(), lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3), max_leaves=6)


@given(st.dictionaries(st.sampled_from(["store", "fetch", "mail", "defaults", "source", "vocabulary", "include"]),
                       st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=4)
                       | st.lists(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=4), max_size=3) | VALUES,
                       max_size=4))
def test_any_values_under_any_keys_are_taken_or_refused(tmp_path_factory: pytest.TempPathFactory,
                                                        data: dict[str, object]) -> None:
    """Whatever stands under whatever key: settings, or sentences that name the line; nothing else is raised."""
    path = tmp_path_factory.getbasetemp() / "sources.toml"
    path.write_text(tomlkit.dumps(data), "utf-8")
    try:
        load(path)
    except SourcesError as error:
        for problem in error.problems:
            assert re.match(rf"{re.escape(str(path))}:\d+: ", problem), problem
