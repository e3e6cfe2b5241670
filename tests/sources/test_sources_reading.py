"""sources.toml that is as it must be."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from guidetrack.errors import SourcesError
from guidetrack.models import Format, Items, Level, SourceKind
from guidetrack.sources import find, load, schema

EVERYTHING = """
[store]
archive = "kept"
[fetch]
contact = "compliance@clinic.example"
pause = "500ms"
timeout = "2 min"
max_body = "10MB"
second_look = "off"
robots = false
allow_private = ["127.0.0.0/8", "::1"]
[mail]
to = ["a@clinic.example"]
from = "g@clinic.example"
host = "smtp.clinic.example"
port = 587
security = "starttls"
username_env = "SMTP_USER"
password_env = "SMTP_PASSWORD"
min_level = "medium"
weekly = true
[[mail.route]]
to = ["b@clinic.example"]
min_level = "high"
sources = ["label"]
[defaults]
every = "2d"
topics = ["label"]
[vocabulary.topic.extra]
words = ["nasal"]
[[source]]
id = "label"
url = "https://example.com/label"
title = "Label"
kind = "regulator"
format = "json"
drop = [".share"]
ignore = ['Viewed \\d+ times']
items = { path = "results", id = "n", fields = ["a", "b"] }
grace = "0s"
keep = "all"
keep_text = "excerpt"
two_person = true
min_level = "high"
to = ["c@clinic.example"]
[[source]]
id = "bare"
url = "https://bücher.example/straße?q=1"
items = "data.items"
every = "1w"
"""


def written(folder: Path, text: str | bytes, name: str = "sources.toml") -> Path:
    """A file of that content."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_every_key_arrives(tmp_path: Path) -> None:
    """Each key of the file stands in the settings with its type; paths are beside the file."""
    settings = load(written(tmp_path, EVERYTHING))
    label, bare = settings.sources
    assert settings.store.archive == str(tmp_path / "kept")
    assert settings.store.catalogue == str(tmp_path / "kept" / "catalogue.sqlite3")
    assert settings.fetch.pause == timedelta(milliseconds=500)
    assert settings.fetch.timeout == timedelta(minutes=2)
    assert (settings.fetch.max_body, settings.fetch.second_look, settings.fetch.robots) == (10_000_000, None, False)
    assert settings.fetch.allow_private == ("127.0.0.0/8", "::1/128")
    assert (settings.mail.from_, settings.mail.port, settings.mail.min_level) == ("g@clinic.example", 587, Level.MEDIUM)
    assert settings.mail.routes[0].sources == ("label",)
    assert settings.vocabulary == {"topic": {"extra": {"words": ["nasal"]}}}
    assert (label.kind, label.rules.format, label.grace) == (SourceKind.REGULATOR, Format.JSON, timedelta(0))
    assert label.rules.items == Items("results", id="n", fields=("a", "b"))
    assert (label.every, label.keep, label.keep_text, label.two_person) == (timedelta(days=2), "all", "excerpt", True)
    assert (bare.every, bare.topics, bare.rules.items) == (timedelta(weeks=1), ("label",), Items("data.items"))
    assert (bare.name, bare.enabled, bare.min_level) == ("bare", True, None)


def test_defaults_without_any_table(tmp_path: Path) -> None:
    """id and url are enough; everything else has the design's default."""
    settings = load(written(tmp_path, '[[source]]\nid = "a"\nurl = "https://example.com/"\n'))
    assert settings.sources[0].every == timedelta(days=1)
    assert settings.sources[0].grace == timedelta(hours=72)
    assert settings.store.archive == str(tmp_path / "snapshots")
    assert settings.store.catalogue == str(tmp_path / "snapshots" / "catalogue.sqlite3")
    assert settings.fetch.second_look == timedelta(seconds=15)
    assert settings.file == tmp_path / "sources.toml"


@pytest.mark.parametrize("raw", [
    b'\xef\xbb\xbf[[source]]\nid = "a"\nurl = "https://example.com/"\n',
    b'[[source]]\r\nid = "a"\r\nurl = "https://example.com/"\r\n',
    b'[[source]]\nid = "a"\nurl = "https://example.com/"',
], ids=["bom", "crlf", "no last newline"])
def test_what_editors_do_to_files(tmp_path: Path, raw: bytes) -> None:
    """A byte-order mark, CRLF and a missing last newline are no mistakes."""
    assert load(written(tmp_path, raw)).sources[0].id == "a"


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "[store]\n"])
def test_no_sources_is_no_mistake(tmp_path: Path, text: str) -> None:
    """A file without sources loads; what to do about it is the command's matter."""
    assert load(written(tmp_path, text)).sources == ()


def test_catalogue_and_archive_elsewhere(tmp_path: Path) -> None:
    """S3 and PostgreSQL addresses pass as they are; with an archive in S3 the catalogue stays beside the file."""
    named = load(written(tmp_path, '[store]\narchive = "s3://b/p"\ncatalogue = "postgresql://me@db.example/gt"\n'))
    assert (named.store.archive, named.store.catalogue) == ("s3://b/p", "postgresql://me@db.example/gt")
    followed = load(written(tmp_path, '[store]\narchive = "s3://b/p"\n'))
    assert followed.store.catalogue == str(tmp_path / "snapshots" / "catalogue.sqlite3")


def test_included_file(tmp_path: Path) -> None:
    """An included file brings sources with defaults of its own, and settings the main file leaves open."""
    written(tmp_path, '[fetch]\ncontact = "c@clinic.example"\n[defaults]\nevery = "7d"\n'
                      '[[source]]\nid = "ours"\nurl = "https://example.com/ours"\n', "clinic.toml")
    path = written(tmp_path, 'include = ["clinic.toml"]\n[defaults]\nevery = "2d"\n'
                             '[[source]]\nid = "theirs"\nurl = "https://example.com/theirs"\n')
    settings = load(path)
    assert {source.id: source.every.days for source in settings.sources} == {"theirs": 2, "ours": 7}
    assert settings.fetch.contact == "c@clinic.example"
    before = settings.sha256
    written(tmp_path, "", "clinic.toml")
    assert load(path).sha256 != before


def test_store_keep_is_the_default_for_all(tmp_path: Path) -> None:
    """keep in [store] applies where neither [defaults] nor the source says otherwise."""
    path = written(tmp_path, '[store]\nkeep = "all"\n[[source]]\nid = "a"\nurl = "https://example.com/a"\n'
                             '[[source]]\nid = "b"\nurl = "https://example.com/b"\nkeep = "new"\n')
    assert [source.keep for source in load(path).sources] == ["all", "new"]


def test_find_goes_through_the_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """-c wins over the environment, that over ./sources.toml, that over the user's folder; none is a sentence."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr("platformdirs.user_config_path", lambda *_, **__: tmp_path / "config" / "guidetrack")
    with pytest.raises(SourcesError, match="guidetrack init"):
        find(None, {})
    user = tmp_path / "config" / "guidetrack"
    user.mkdir(parents=True)
    written(user, "")
    assert find(None, {}) == user / "sources.toml"
    written(tmp_path, "")
    assert find(None, {}) == Path("sources.toml")
    assert find(None, {"GUIDETRACK_SOURCES": "other.toml"}) == Path("other.toml")
    assert find("mine.toml", {"GUIDETRACK_SOURCES": "other.toml"}) == Path("mine.toml")


def test_schema_knows_every_key() -> None:
    """The JSON Schema closes every table and holds the keys of a source."""
    document = schema()
    source = document["$defs"]["SourceTable"]
    assert source["additionalProperties"] is False
    assert {"id", "url", "select", "items", "every", "min_level"} <= set(source["properties"])
    assert source["required"] == ["id", "url"]
    assert document["properties"]["source"]["items"] == {"$ref": "#/$defs/SourceTable"}
