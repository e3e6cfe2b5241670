"""Changing sources.toml: comments, order, line ends stay; the file changes whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidetrack.errors import SourcesError, UsageError
from guidetrack.sources import edit, load
from guidetrack.sources.catalogue import shipped
from guidetrack.sources.toml import Document, parse

FILE = '''# ours
[fetch]   # how
pause = "2s"     # two

# first
[[source]]
id = "a"
url = "https://example.com/a"   # the old one
[source.items]
path = "results"

# second
[[source]]
url = "https://example.com/b"
id = "b"
# the end
'''
NEW = {"id": "c", "title": 'A "quoted" — \\ title', "url": "https://example.com/c", "drop": [".x"], "topics": ["a", "b"]}


def document(folder: Path, raw: bytes) -> Document:
    """A file with these bytes, parsed."""
    path = folder / "sources.toml"
    path.write_bytes(raw)
    return parse(path, str(path))


@pytest.mark.parametrize("raw", [FILE.encode(), FILE.replace("\n", "\r\n").encode(), edit.BOM + FILE.encode()],
                         ids=["plain", "crlf", "bom"])
def test_adding_keeps_every_byte_that_was_there(tmp_path: Path, raw: bytes) -> None:
    """The new source stands at the end; all before it is untouched, line ends and byte-order mark too."""
    opened = document(tmp_path, raw)
    edit.save(opened, edit.with_source(opened, NEW))
    written = opened.path.read_bytes()
    assert written.startswith(raw.rstrip())
    added = load(opened.path).sources[-1]
    assert (added.id, added.title, added.rules.drop) == ("c", NEW["title"], (".x",))
    assert (b"\r\n" in raw) == (b"\r\n" in written)
    assert written.count(b"\n") == written.count(b"\r\n") or b"\r\n" not in raw


def test_moving_changes_one_line(tmp_path: Path) -> None:
    """--replace touches the address and nothing else."""
    opened = document(tmp_path, FILE.encode())
    text = edit.with_address(opened, "a", "https://example.com/new")
    assert text == FILE.replace('"https://example.com/a"', '"https://example.com/new"')


def test_adding_to_nothing(tmp_path: Path) -> None:
    """An empty file becomes a file of one source."""
    opened = document(tmp_path, b"")
    assert edit.with_source(opened, {"id": "a", "url": "https://example.com/"}) == (
        '[[source]]\nid = "a"\nurl = "https://example.com/"\n')


def test_the_shipped_catalogue_can_be_edited() -> None:
    """Adding to and moving within the whole catalogue keep its text."""
    opened = parse(shipped(), "sources.toml")
    assert edit.with_source(opened, NEW).startswith(opened.text.rstrip())
    moved = edit.with_address(opened, "uk-nice-ta854", "https://www.nice.org.uk/new")
    before, after = opened.text.splitlines(), moved.splitlines()
    assert [new for old, new in zip(before, after, strict=True) if old != new] == ['url = "https://www.nice.org.uk/new"']


def test_a_file_that_cannot_be_added_to_is_left_alone(tmp_path: Path) -> None:
    """Sources written as one inline list cannot be continued: a sentence, and nothing is written."""
    raw = b'source = [{ id = "a", url = "https://example.com/" }]\n'
    opened = document(tmp_path, raw)
    with pytest.raises(UsageError, match="by hand"):
        edit.with_source(opened, NEW)
    assert opened.path.read_bytes() == raw


def test_a_file_that_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    """Someone else's edit between reading and writing wins."""
    opened = document(tmp_path, FILE.encode())
    opened.path.write_text("# mine\n")
    with pytest.raises(SourcesError, match="changed meanwhile"):
        edit.save(opened, edit.with_source(opened, NEW))
    assert opened.path.read_text() == "# mine\n"


def test_saving_keeps_mode_and_link_and_leaves_no_litter(tmp_path: Path) -> None:
    """A file behind a link stays behind it, with its permissions; no temporary file stays."""
    real = tmp_path / "real.toml"
    real.write_text(FILE)
    real.chmod(0o640)
    link = tmp_path / "sources.toml"
    link.symlink_to(real)
    opened = parse(link, str(link))
    edit.save(opened, edit.with_source(opened, NEW))
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["real.toml", "sources.toml"]


def test_writing_never_goes_over_a_file(tmp_path: Path) -> None:
    """A new file takes no other file's place."""
    path = tmp_path / "sources.toml"
    edit.write(path, b"one", replace=False)
    with pytest.raises(UsageError, match="stays as it is"):
        edit.write(path, b"two", replace=False)
    assert path.read_bytes() == b"one"
    assert [entry.name for entry in tmp_path.iterdir()] == ["sources.toml"]


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    """What cannot be written says so."""
    with pytest.raises(SourcesError, match="cannot be written"):
        edit.write(tmp_path / "none" / "sources.toml", b"", replace=False)


def test_the_file_in_which_a_source_stands(tmp_path: Path) -> None:
    """A source of an included file is found there."""
    (tmp_path / "clinic.toml").write_text('[[source]]\nid = "x"\nurl = "https://example.com/"\n')
    document(tmp_path, b'include = ["clinic.toml"]\n' + FILE.encode())
    opened = edit.files(tmp_path / "sources.toml")
    found = edit.holding(opened, "x")
    assert found is not None
    assert found.path.name == "clinic.toml"
    assert edit.holding(opened, "gone") is None


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=60))
def test_any_title_survives(title: str) -> None:
    """What is added says exactly what was meant, whatever characters a page's title holds."""
    opened = Document(Path("sources.toml"), "sources.toml", FILE.encode(), FILE, parse_text(FILE))
    text = edit.with_source(opened, {"id": "c", "title": title, "url": "https://example.com/c"})
    assert parse_text(text)["source"][-1]["title"] == title


def parse_text(text: str) -> dict[str, list[dict[str, str]]]:
    """TOML as values."""
    import tomllib

    return tomllib.loads(text)
