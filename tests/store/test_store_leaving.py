"""What leaves the archive: evidence bundles, WACZ collections, pruned bodies."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from guidetrack.errors import DamagedError
from guidetrack.models import Capture, Decision, Record, Review
from guidetrack.store import Store, evidence, journal, prune, wacz
from guidetrack.store.verify import verify
from tests.support.archive import DAY, NOW, VERSION, capture, change, fill, memory, open_store, record, running

BUNDLE = evidence.Bundle(NOW + 9 * DAY, VERSION, "Guidance — <b>A</b>", "<!doctype html><p>redline")


@pytest.fixture
def store(tmp_path: Path, backend: str) -> Store:
    """An archive with something of every kind in it, open for writing."""
    fill(tmp_path)
    return open_store(tmp_path)


def _unpacked(store: Store, number: int, folder: Path) -> Path:
    target = folder / "bundle.zip"
    change = store.change(number)
    evidence.write(store, change, store.reviews(change=number), BUNDLE, target)
    with zipfile.ZipFile(target) as packed:
        packed.extractall(folder / "bundle")
    return folder / "bundle"


def test_a_bundle_checks_with_sha256sum_alone(store: Store, tmp_path: Path) -> None:
    """Every file of a bundle is in SHA256SUMS and matches; the bodies are those of the archive, byte for byte."""
    folder = _unpacked(store, 1, tmp_path)
    subprocess.run(["sha256sum", "--strict", "--quiet", "-c", "SHA256SUMS"], cwd=folder, check=True)
    listed = {line.split("  ")[1] for line in (folder / "SHA256SUMS").read_text().splitlines()}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert listed == there - {"SHA256SUMS"}
    assert {name.partition("/")[0] for name in listed} == {
        "README.txt", "change.json", "captures.json", "redline.html", "journal.jsonl", "before", "after"}
    for path in folder.glob("*/*.warc.gz"):
        assert path.read_bytes() == (tmp_path / "snapshots" / "a" / path.name).read_bytes()


def test_a_bundle_tells_what_was_done_and_draws_no_conclusion(store: Store, tmp_path: Path) -> None:
    """Change, decisions and captures are there in full; the statement names limits and never claims a legal effect."""
    folder = _unpacked(store, 1, tmp_path)
    told = json.loads((folder / "change.json").read_text())
    assert told["change"]["edits"][0]["before"] == "two hours"
    assert told["reviews"][0]["note"] == "Policy 4.2 says so."
    before, after = json.loads((folder / "captures.json").read_text())
    assert (before["role"], after["role"]) == ("before", "after")
    assert after["reached"] == "https://www.example.org/a"
    assert after["extractor"] == "html/2"
    statement = (folder / "README.txt").read_text()
    assert store.head()[1] in statement
    for word in ("admissible", "compliant", "certified", "proves", "guarantee"):
        assert word not in statement.lower()


def test_a_bundles_entries_chain(store: Store, tmp_path: Path) -> None:
    """Each journal line hashes to what the entry after it holds; from the capture to its change none is left out."""
    folder = _unpacked(store, 2, tmp_path)
    lines = (folder / "journal.jsonl").read_text().splitlines()
    entries = [json.loads(line) for line in lines]
    assert {entry["kind"] for entry in entries} >= {"run", "capture", "text", "change", "ended"}
    hashes = {entry["number"]: hashlib.sha256(line.encode()).hexdigest() for entry, line in zip(entries, lines, strict=True)}
    chained = [entry for entry in entries if entry["number"] - 1 in hashes]
    assert all(entry["previous"] == hashes[entry["number"] - 1] for entry in chained)
    recorded = next(entry for entry in entries if entry["kind"] == "change" and entry["content"]["change"] == 2)
    to = store.change(2).to
    assert to is not None
    kept = next(entry for entry in entries
                if entry["kind"] == "capture" and entry["content"]["capture"] == to.capture)
    numbers = [entry["number"] for entry in entries]
    assert [number for number in numbers if kept["number"] <= number <= recorded["number"]] == list(
        range(kept["number"], recorded["number"] + 1))
    assert not any("Policy 4.2" in line for line in lines), "decisions on other changes are nobody's business"


def test_nothing_damaged_goes_into_a_bundle(store: Store, tmp_path: Path) -> None:
    """A damaged body stops the bundle, and no half bundle stays."""
    path = sorted((tmp_path / "snapshots" / "a").glob("*.warc.gz"))[0]
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DamagedError):
        evidence.write(store, store.change(1), [], BUNDLE, tmp_path / "bundle.zip")
    assert not list(tmp_path.glob("*bundle*"))


def test_every_change_can_be_bundled(store: Store, tmp_path: Path) -> None:
    """A change without captures, and one whose old body was pruned, still make a bundle that says so."""
    gone = replace(change("a", capture()), to=None)
    with running(store, "run-8", NOW + 8 * DAY):
        number = store.record([Record(None, memory("a"), None, None, gone)])[0]
    assert number is not None
    statement = (_unpacked(store, number.id, tmp_path) / "README.txt").read_text()
    assert "There is no capture before the change." in statement


def test_a_wacz_holds_what_its_datapackage_says(store: Store, tmp_path: Path) -> None:
    """WACZ 1.1.1: digests and sizes of every file, an index that leads to each record, pages, nothing compressed twice."""
    target = tmp_path / "all.wacz"
    assert wacz.write(store, None, target, made=NOW, version=VERSION, title="Captures") == 6
    with zipfile.ZipFile(target) as packed:
        assert packed.testzip() is None
        assert all(info.compress_type == zipfile.ZIP_STORED for info in packed.infolist())
        package = json.loads(packed.read("datapackage.json"))
        assert (package["profile"], package["wacz_version"]) == ("data-package", "1.1.1")
        named = {resource["path"]: resource for resource in package["resources"]}
        assert set(packed.namelist()) == {*named, "datapackage.json", "datapackage-digest.json"}
        for path, resource in named.items():
            data = packed.read(path)
            assert (resource["bytes"], resource["hash"]) == (len(data), f"sha256:{hashlib.sha256(data).hexdigest()}")
        digest = json.loads(packed.read("datapackage-digest.json"))
        assert digest["hash"] == f"sha256:{hashlib.sha256(packed.read('datapackage.json')).hexdigest()}"
        index = packed.read("indexes/index.cdxj").decode().splitlines()
        assert index == sorted(index)
        assert len(index) == 6
        for line in index:
            key, stamp, value = line.split(" ", 2)
            _leads_to_a_record(packed, json.loads(value))
            assert key.startswith("org,example)/")
            assert len(stamp) == 14
        pages = [json.loads(line) for line in packed.read("pages/pages.jsonl").decode().splitlines()]
        assert pages[0]["format"] == "json-pages-1.0"
        assert {page["url"] for page in pages[1:]} == {f"https://www.example.org/{name}" for name in "abc"}


def _leads_to_a_record(packed: zipfile.ZipFile, entry: dict[str, str]) -> None:
    from warcio.archiveiterator import ArchiveIterator

    raw = packed.read(f"archive/{entry['filename']}")
    part = raw[int(entry["offset"]):int(entry["offset"]) + int(entry["length"])]
    only, = list(ArchiveIterator(io.BytesIO(part)))
    assert only.rec_type == "response"
    assert only.rec_headers.get_header("WARC-Payload-Digest") == entry["digest"]
    assert (entry["mime"], entry["status"]) == ("text/html", "200")


def test_a_wacz_of_one_source_is_readable_again(store: Store, tmp_path: Path) -> None:
    """What one source's collection holds can be imported: the same bodies at the same times."""
    from guidetrack.store.importing import read

    target = tmp_path / "b.wacz"
    assert wacz.write(store, "b", target, made=NOW, version=VERSION, title="Captures of b") == 2
    back = list(read(target, "b", url="http://example.org/b/", max_body=10_000, now=NOW + 9 * DAY))
    assert all(isinstance(found, Capture) for found in back)
    kept = [store.capture("b", info.id) for info in store.captures("b")]
    assert [(c.body, c.fetched, c.id) for c in back if isinstance(c, Capture)] == [(c.body, c.fetched, c.id) for c in kept]


@pytest.mark.parametrize(("url", "key"), [
    ("https://www.Example.org/A/?b=2&a=1", "org,example)/a?a=1&b=2"),
    ("http://example.org", "org,example)/"),
    ("http://example.org:8080/x", "org,example:8080)/x"),
])
def test_addresses_in_sort_friendly_form(url: str, key: str) -> None:
    """Addresses that replay tools take for the same have the same key."""
    assert wacz.key(url) == key


def _reviewed(store: Store, *numbers: int) -> None:
    for number in numbers:
        store.add_review(Review(0, number, "A. Person", "", Decision.NO_ACTION, "Read.", NOW + 2 * DAY))


def test_pruning_keeps_what_is_needed(store: Store, tmp_path: Path) -> None:
    """Bodies of superseded captures go; the last good one, those of undecided changes and every text stay."""
    assert [item.capture.source for item in prune.candidates(store, NOW + 30 * DAY)] == ["a"], "1 is reviewed, 2, 3 not"
    _reviewed(store, 2, 3)
    assert prune.candidates(store, NOW + DAY / 2) == [], "in force on that date"
    found = prune.candidates(store, NOW + 30 * DAY)
    assert [(item.capture.source, item.capture.fetched) for item in found] == [(name, NOW) for name in "abc"]
    with store.lock(command="prune", now=NOW + 31 * DAY):
        gone = list(prune.prune(store, NOW + 30 * DAY, NOW + 31 * DAY))
    assert gone == found
    assert len(list((tmp_path / "snapshots").glob("*/*.warc.gz"))) == 3
    assert len(list((tmp_path / "snapshots").glob("*/*.txt"))) == 6
    assert store.text("a", found[0].capture.id).lines
    assert [str(problem) for problem in verify(store)] == []
    assert prune.candidates(store, NOW + 30 * DAY) == []
    with pytest.raises(Exception, match="was pruned"):
        store.capture("a", found[0].capture.id)
    statement = (_unpacked(store, 1, tmp_path) / "README.txt").read_text()
    assert "The body before was pruned" in statement


def test_pruning_cut_short_is_finished_by_the_next_writer(store: Store, tmp_path: Path,
                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after the rows and before the files: nothing is wrong, and the next lock removes what is left of them."""
    _reviewed(store, 2, 3)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr(store.archive, "remove", stop)
        with pytest.raises(KeyboardInterrupt), store.lock(command="prune", now=NOW):
            list(prune.prune(store, NOW + 30 * DAY, NOW))
    assert len(list((tmp_path / "snapshots").glob("*/*.warc.gz"))) == 6
    assert [str(problem) for problem in verify(store)] == []
    with store.lock(command="check", now=NOW):
        assert len(list((tmp_path / "snapshots").glob("*/*.warc.gz"))) == 3
    assert [str(problem) for problem in verify(store)] == []


def test_a_pruned_body_that_is_put_back_by_a_check_is_kept(store: Store) -> None:
    """A body kept anew is another capture; what was pruned stays pruned."""
    _reviewed(store, 2, 3)
    with running(store, "run-9", NOW + 40 * DAY):
        list(prune.prune(store, NOW + 30 * DAY, NOW + 31 * DAY))
        store.record([record("a", "run-9", "Observe for two hours.", at=NOW + 40 * DAY)])
    assert [info.kept for info in store.captures("a")] == [False, True, True]
    assert [str(problem) for problem in verify(store)] == []


def test_the_head_is_the_hash_of_the_last_entry(store: Store) -> None:
    """What ``verify --head`` prints is what the last journal line hashes to."""
    number, head = store.head()
    with store.catalogue.read() as connection:
        row = connection.exec_driver_sql("SELECT * FROM journal ORDER BY number DESC LIMIT 1").one()
    assert row.number == number
    from guidetrack.store.schema import moment

    spelled = journal.spelled(row.number, moment(row.at), row.kind, row.content, row.previous)
    assert hashlib.sha256(spelled.encode()).hexdigest() == head
