"""keep_text = "excerpt": only the copy we work with is whole; of what it superseded digests and changed passages stay."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from guidetrack.errors import StoreError, UsageError
from guidetrack.models import Capture, Record
from guidetrack.store import Store, evidence
from guidetrack.store.archive import Archive
from guidetrack.store.verify import verify
from tests.support.archive import DAY, NOW, VERSION, capture, execute, open_store, record, rows, running, text

pytestmark = pytest.mark.usefixtures("backend")

SAID = ("Observe for two hours.", "Observe for one hour.", "Observe for half an hour.")


def _story(store: Store) -> list[Record]:
    """Three texts of one source, one a day, as a check records them; beside it a source that is kept in full."""
    told: list[Record] = []
    for day, words in enumerate(SAID):
        at, run = NOW + day * DAY, f"run-{day}"
        with running(store, run, at):
            before = told[-1].capture if told else None
            made = record("a", run, words, at=at, before=before)
            store.record([replace(made, excerpt=True), record("b", run, words, at=at)])
            told.append(made)
    return told


def _captures(told: list[Record]) -> list[Capture]:
    return [record.capture for record in told if record.capture is not None]


def _files(folder: Path, source: str) -> set[str]:
    return {path.name for path in (folder / "snapshots" / source).iterdir()}


def _sound(store: Store) -> None:
    assert [str(problem) for problem in verify(store)] == []


def test_only_the_working_copy_is_whole(tmp_path: Path) -> None:
    """Body and text of what was superseded go, of the other source nothing; rows, digests and edits stay; all verifies."""
    with open_store(tmp_path) as store:
        first, second, third = _captures(_story(store))
        assert _files(tmp_path, "a") == {f"{third.id}.warc.gz", f"{third.id}.txt"}
        assert len(_files(tmp_path, "b")) == 6
        infos = store.captures("a")
        assert [(info.kept, info.reduced) for info in infos] == [(False, True), (False, True), (True, False)]
        assert [info.sha256 for info in infos] == [first.sha256, second.sha256, third.sha256]
        assert [info.text_digest for info in infos] == [text(words).digest for words in SAID]
        assert {change.edits[0].before for change in store.changes()} == {"two hours"}
        assert store.text("a", third.id).plain == text(SAID[2]).plain
        _sound(store)
    with open_store(tmp_path, write=False) as store:
        _sound(store)


def test_no_words_of_what_was_superseded_stay_in_the_texts(tmp_path: Path) -> None:
    """The rows of superseded texts hold no content; the journal says what went, and the dates the document stated."""
    with open_store(tmp_path) as store:
        _story(store)
    sizes = [size for size, in rows(tmp_path, "SELECT length(content) FROM texts ORDER BY number")]
    entries = [json.loads(content) for content, in rows(
        tmp_path, "SELECT content FROM journal WHERE kind = 'reduced' ORDER BY number")]
    assert [size > 0 for size in sizes] == [False, True, False, True, True, True]
    assert [entry["source"] for entry in entries] == ["a", "a"]
    assert entries[0]["captures"][0]["dates"] == [["reviewed", NOW.date().isoformat()]]
    assert entries[0]["captures"][0]["sha256"] == capture(words=SAID[0]).sha256


def test_asking_for_what_went_is_a_sentence(tmp_path: Path) -> None:
    """Text and body of a superseded capture: a sentence that only digests are kept, never damage."""
    with open_store(tmp_path) as store:
        first = _captures(_story(store))[0]
        before, _ = store.text_on("a", NOW.date())
        assert before is not None
        assert before.id == first.id
        with pytest.raises(UsageError, match="only digests and the changed passages are kept"):
            store.text("a", first.id)
        with pytest.raises(StoreError, match="only digests are kept"):
            store.capture("a", first.id)


def test_a_return_is_still_found_by_digest(tmp_path: Path) -> None:
    """A text that comes back is known by its digest though its lines are gone."""
    with open_store(tmp_path) as store:
        first = _captures(_story(store))[0]
        found = store.earlier("a", text(SAID[0]).digest)
        assert found is not None
        assert found.id == first.id


def test_a_bundle_says_what_is_not_in_it_and_holds_the_edits(tmp_path: Path) -> None:
    """The bundle of an older change names what was removed; edits, digests and the entry in the journal are there."""
    with open_store(tmp_path) as store:
        _story(store)
        change, target = store.change(1), tmp_path / "bundle.zip"
        evidence.write(store, change, [], evidence.Bundle(NOW, VERSION, "A", "<p>"), target)
        with zipfile.ZipFile(target) as packed:
            names = packed.namelist()
            statement = packed.read("README.txt").decode()
            told = json.loads(packed.read("change.json"))
            described = json.loads(packed.read("captures.json"))
            kinds = {json.loads(line)["kind"] for line in packed.read("journal.jsonl").splitlines()}
    assert not [name for name in names if name.startswith(("before/", "after/"))]
    assert "Of the capture before only digests are kept" in statement
    assert "Of the capture after only digests are kept" in statement
    assert told["change"]["edits"][0]["before"] == "two hours"
    assert [len(one["sha256"]) for one in described] == [64, 64]
    assert "reduced" in kinds


def test_killed_before_the_files_went(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed once the removal was recorded: nothing is wrong meanwhile, and the next writer removes the files."""
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with open_store(tmp_path) as store, monkeypatch.context() as patch:
        patch.setattr(Archive, "remove", killed)
        with pytest.raises(KeyboardInterrupt):
            _story(store)
    assert len(_files(tmp_path, "a")) == 4
    with open_store(tmp_path) as store:
        _sound(store)
        with store.lock(command="check", now=NOW + 9 * DAY):
            pass
        assert len(_files(tmp_path, "a")) == 2
        _sound(store)


def test_an_emptied_text_that_the_journal_does_not_have_is_named(tmp_path: Path) -> None:
    """Nobody can empty a text behind our back, or put an old file back."""
    with open_store(tmp_path) as store:
        file = tmp_path / "snapshots" / "a" / f"{_captures(_story(store))[0].id}.txt"
        file.write_text("x")
        assert [problem.what for problem in verify(store)] == ["was removed, but is there"]
        file.unlink()
    execute(tmp_path, "UPDATE texts SET content = x'' WHERE number = 2")
    with open_store(tmp_path, write=False) as store:
        found = [problem.what for problem in verify(store)]
        assert "text 2: journal and catalogue disagree whether it was removed" in found


def test_a_damaged_text_is_not_swept_away(tmp_path: Path) -> None:
    """Reducing leaves a capture whose text is damaged as it is, so that verify goes on naming it."""
    with open_store(tmp_path) as store, running(store, "run-0"):
        first = record("a", "run-0", SAID[0])
        store.record([first])
    execute(tmp_path, "UPDATE texts SET content = x'00'")
    with open_store(tmp_path) as store:
        with running(store, "run-1", NOW + DAY):
            later = record("a", "run-1", SAID[1], at=NOW + DAY, before=first.capture)
            store.record([replace(later, excerpt=True)])
        assert [info.kept for info in store.captures("a")] == [True, True]
        assert any("text 1 is damaged" in str(problem) for problem in verify(store))


def test_a_capture_taken_in_again_stays_removed(tmp_path: Path) -> None:
    """Importing once more what was removed leaves no file that nobody expects."""
    with open_store(tmp_path) as store:
        told = _story(store)
        with store.lock(command="import", now=NOW + 5 * DAY):
            store.record([Record(None, told[2].memory, told[0].capture, text(SAID[0]))])
        assert len(_files(tmp_path, "a")) == 2
        _sound(store)
