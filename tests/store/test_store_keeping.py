"""What is kept reads back exactly as it came, and the questions asked of it get the right answers."""

from __future__ import annotations

import itertools
import string
import subprocess
import sys
from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guidetrack.errors import DamagedError, StoreError, UsageError
from guidetrack.models import (
    Block,
    BlockKind,
    Capture,
    Change,
    ChangeKind,
    Decision,
    Delivery,
    Edit,
    Format,
    Level,
    Memory,
    OutcomeKind,
    PublisherNote,
    Record,
    Review,
    Run,
    Section,
    SetAside,
    StatedDate,
    Text,
)
from guidetrack.store import Store, freeze, unwarc, warc
from guidetrack.store.verify import verify
from tests.support.archive import (
    DAY,
    NOW,
    VERSION,
    capture,
    change,
    check,
    memory,
    open_store,
    quiet,
    record,
    running,
    text,
)

anything = st.text(st.characters(exclude_categories=()), max_size=40)
token = st.text(string.ascii_letters + "-", min_size=1, max_size=12)


@given(body=st.binary(max_size=5000), packed=st.booleans(), headers=st.lists(st.tuples(token, anything), max_size=6),
       status=st.integers(100, 599), asked=anything, phrase=anything, truncated=st.sampled_from(["", "length"]))
@settings(max_examples=150, deadline=None)
def test_a_capture_survives_its_file(body: bytes, packed: bool, headers: list[tuple[str, str]], status: int, asked: str,
                                     phrase: str, truncated: str) -> None:
    """Whatever a server sends, the file gives back the same capture, member for member."""
    import gzip
    import hashlib

    coded = [item for item in headers if item[0].lower() != "content-encoding"]
    payload = gzip.compress(body, mtime=0) if packed else body
    made = replace(capture(), id="x-1", body=body, payload=payload, status=status, reached=asked, asked="http://a/" + asked,
                   headers=(*coded, *((("Content-Encoding", "gzip"),) if packed else ())), reason_phrase=phrase,
                   truncated=truncated)
    raw = warc.encode(made)
    back = unwarc.decode(raw, len(body))
    assert back == made
    assert back.sha256 == hashlib.sha256(body).hexdigest()
    assert warc.encode(back) == raw, "equal captures give equal bytes"


def test_a_file_torn_anywhere_is_refused() -> None:
    """Cut off at any byte, or followed by any byte, a file is an error; never a shorter capture."""
    raw = warc.encode(capture(packed=True))
    for end in range(len(raw)):
        with pytest.raises((ValueError, KeyError, IndexError)):
            unwarc.decode(raw[:end], 1000)
    with pytest.raises(ValueError, match="record 4"):
        unwarc.decode(raw + b"x", 1000)


def test_other_tools_read_our_files(tmp_path: Path, backend: str) -> None:
    """``warcio check`` passes on what is written, with and without content coding, and finds the page."""
    with open_store(tmp_path) as store, running(store, "r"):
        store.record([record("a", "r", "Plain.")])
        store.record([record("b", "r", "Packed.", packed=True)])
    files = [str(path) for path in sorted((tmp_path / "snapshots").glob("*/*.warc.gz"))]
    warcio = str(Path(sys.executable).with_name("warcio"))
    checked = subprocess.run([warcio, "check", "-v", *files], capture_output=True, text=True, check=True)
    assert checked.stdout.count("digest pass") == 6
    for path, words in zip(files, ("Plain.", "Packed."), strict=True):
        page = subprocess.run([warcio, "extract", "--payload", path, "0"], capture_output=True, text=True, check=True)
        assert words in page.stdout


def test_header_lines_cannot_be_smuggled_in() -> None:
    """A line break in a header's value starts no new line in the file."""
    made = capture(headers=(("X", "a\r\nWARC-Type: evil\r\n\r\nbody"),), reason_phrase="OK\r\nSet-Cookie: x")
    block = next(unwarc.records(warc.encode(made), 100_000)).block
    assert block.startswith(b"HTTP/1.1 200 OK  Set-Cookie: x\r\nX: a  WARC-Type: evil    body\r\n\r\n")


blocks = st.builds(
    Block, st.sampled_from(BlockKind), anything, st.integers(0, 6), anything, st.tuples() | st.tuples(anything, anything),
    st.none() | st.integers(1, 9))
texts = st.builds(
    Text, st.lists(st.builds(Section, st.lists(anything, max_size=3).map(tuple), st.integers(0, 6),
                             st.lists(blocks, max_size=4).map(tuple), anything, st.none() | st.integers(1, 5)),
                   max_size=4).map(tuple),
    title=anything, language=anything, format=st.sampled_from(Format),
    dates=st.lists(st.builds(StatedDate), max_size=2).map(tuple),
    notes=st.lists(st.builds(PublisherNote), max_size=2).map(tuple),
    set_aside=st.lists(st.builds(SetAside, anything, anything), max_size=2).map(tuple), extractor=anything, rules=anything)


@given(texts)
@settings(max_examples=150, deadline=None)
def test_a_text_survives(made: Text) -> None:
    """A text comes back equal in every member, lone surrogates and NULs included."""
    content, sha256 = freeze.pack(freeze.freeze_text(made))
    assert freeze.thaw_text(freeze.unpack(content, sha256)) == made


@given(st.builds(Change))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_change_survives(made: Change) -> None:
    """A change comes back equal in every member."""
    content, sha256 = freeze.pack(freeze.freeze_change(made))
    assert freeze.thaw_change(freeze.unpack(content, sha256)) == made


@given(st.builds(Memory))
@settings(max_examples=100, deadline=None)
def test_a_memory_survives(made: Memory) -> None:
    """A memory comes back equal in every member."""
    assert freeze.thaw_memory(freeze.freeze_memory(made)) == made


def test_no_member_of_a_text_can_be_forgotten() -> None:
    """Members added to the nouns must be added to how a text is kept."""
    assert [f.name for f in fields(Block)] == ["kind", "text", "level", "key", "headers", "page"]
    assert [f.name for f in fields(Section)] == ["path", "level", "blocks", "key", "page"]
    assert {f.name for f in fields(Text)} == set(freeze.freeze_text(text()))


@pytest.fixture
def store(tmp_path: Path, backend: str) -> Store:
    """An empty archive with a run begun."""
    made = open_store(tmp_path)
    made.begin(Run("r", NOW, VERSION, "0" * 64))
    return made


def test_what_is_kept_reads_back(store: Store, tmp_path: Path) -> None:
    """Capture and text come back equal; the text file is greppable."""
    one = record("a", "r", "Two hours.", packed=True)
    assert store.record([one]) == [None]
    assert one.capture is not None
    assert store.capture("a", one.capture.id) == one.capture
    assert store.text("a", one.capture.id) == one.text
    lines = (tmp_path / "snapshots" / "a" / f"{one.capture.id}.txt").read_text().splitlines()
    assert "Two hours." in lines
    assert store.memories() == {"a": one.memory}
    assert list(store.checks()) == [one.check]


def test_names_that_leave_the_folder_are_refused(store: Store) -> None:
    """A source id or capture id never becomes a path elsewhere."""
    for name in ("..", "a/b", "", ".hidden", "a\0"):
        with pytest.raises(StoreError, match="cannot name a file"):
            store.keep(replace(capture(), source=name), None)


def test_keeping_twice_changes_nothing(store: Store, tmp_path: Path) -> None:
    """Putting a capture again leaves its files; recording it again adds no second row."""
    one = record("a", "r", "Two hours.")
    store.record([one])
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "snapshots").glob("a/*")}
    store.record([replace(one, check=replace(one.check, at=NOW + DAY))])  # type: ignore[type-var]
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "snapshots").glob("a/*")} == before
    assert len(store.captures("a")) == 1


def test_nothing_is_overwritten_when_ids_collide(store: Store) -> None:
    """Another body under an id that is taken is an error, and the first stays."""
    one = capture(words="One.")
    other = replace(capture(words="Other."), id=one.id)
    store.keep(one, text("One."))
    with pytest.raises(StoreError, match="nothing was overwritten"):
        store.keep(other, text("Other."))


def test_a_failed_record_leaves_nothing_behind(store: Store) -> None:
    """When one record of a batch cannot be kept, none is, and the next batch is numbered as if it never was."""
    good = record("a", "r", "One.")
    with pytest.raises(StoreError, match="never began"):
        store.record([good, record("b", "unknown run", "Two.")])
    assert store.captures() == []
    assert list(store.checks()) == []
    store.record([good])
    assert [found.source for found in store.checks()] == ["a"]


def test_strings_no_database_holds_come_back(store: Store) -> None:
    """Lone surrogates, NULs and what stands for them: kept exactly, told apart, and verified."""
    odd = check("a", "r", detail="x\udc80\0", final_url="http://a/\ud800", outcome=OutcomeKind.MISSED)
    also = replace(odd, detail="x\ufdd0dc80\\x00", final_url="http://a/\ufdd0d800")
    store.record([Record(odd, memory("a")), Record(also, memory("a"))])
    assert list(store.checks()) == [odd, also]
    store.record([Record(check("a", "r"), memory("a"), None, None, change("a", capture(), summary="\0\ud800"))])
    made = Review(0, 1, "\0", "\udfff", Decision.NO_ACTION, "\ufdd0", NOW, "\ud800\0", "review", VERSION)
    stored = store.add_review(made)
    assert store.reviews() == [stored]
    assert replace(stored, id=0, previous=made.previous) == made
    assert [str(problem) for problem in verify(store)] == []


def test_text_on_a_day(store: Store) -> None:
    """In force at the end of a day is the last good capture; a held one never is; a return counts from its day."""
    ids = []
    for number, (words, outcome) in enumerate([("A.", OutcomeKind.FIRST), ("Wall.", OutcomeKind.HELD),
                                               ("B.", OutcomeKind.CHANGED)]):
        one = record("a", "r", words, at=NOW + number * DAY, outcome=outcome)
        store.record([one])
        ids.append(one.capture.id if one.capture else "")
    back = capture(words="A.")
    returned = change("a", back, kind=ChangeKind.RETURNED, seen=NOW + 5 * DAY)
    store.record([Record(check("a", "r", NOW + 5 * DAY, OutcomeKind.CHANGED), memory("a"), None, None, returned)])

    def on(day: int) -> tuple[str | None, str | None]:
        found = store.text_on("a", (NOW + day * DAY).date())
        return tuple(info.id if info else None for info in found)  # type: ignore[return-value]

    assert on(-1) == (None, ids[0])
    assert on(0) == on(1) == (ids[0], ids[2])
    assert on(2) == on(4) == (ids[2], ids[0])
    assert on(5) == (ids[0], None)
    assert store.text_on("unknown", date(2026, 1, 1)) == (None, None)


def test_earlier_finds_the_newest_equal_text(store: Store) -> None:
    """Of several captures with the same text the newest good one is named; another source's never."""
    for number in range(3):
        store.record([record("a", "r", "Same.", at=NOW + number * DAY)])
    store.record([record("b", "r", "Same.", at=NOW + 9 * DAY)])
    found = store.earlier("a", text("Same.").digest)
    assert found is not None
    assert found.fetched == NOW + 2 * DAY
    assert store.earlier("a", "0" * 64) is None


def test_replacing_a_text_keeps_the_first(store: Store) -> None:
    """A newer reading is what is read from then on; the row of the first stays as it was."""
    one = record("a", "r", "One.")
    store.record([one])
    assert one.capture is not None
    newer = replace(text("One, read better."), extractor="html/2")
    store.replace_text("a", one.capture.id, newer)
    assert store.text("a", one.capture.id) == newer
    assert store.captures("a")[0].text_digest == text("One.").digest
    found = store.earlier("a", newer.digest)
    assert found is not None
    assert found.id == one.capture.id


def test_changes_are_filtered(store: Store) -> None:
    """Each filter takes what it names; technical and historical changes come only when asked for."""
    kinds = [{"level": Level.LOW}, {"level": Level.MEDIUM}, {"level": Level.HIGH}, {"kind": ChangeKind.TECHNICAL},
             {"historical": True}, {"folded": True, "kind": ChangeKind.RETURNED}]
    for number, more in enumerate(kinds):
        source = "ab"[number % 2]
        made = change(source, capture(source, at=NOW + number * DAY), **more)
        store.record([Record(check(source, "r", NOW + number * DAY), memory(source), None, None, made)])

    def ids(**query: object) -> list[int]:
        return [found.id for found in store.changes(**query)]  # type: ignore[arg-type]

    assert ids() == [6, 3, 2, 1], "newest first"
    assert ids(level=Level.MEDIUM) == [6, 3, 2]
    assert ids(source="a") == [3, 1]
    assert ids(technical=True) == [6, 4, 3, 2, 1]
    assert ids(kind=ChangeKind.TECHNICAL) == [4]
    assert ids(historical=True) == [6, 5, 3, 2, 1]
    assert ids(since=NOW + DAY, until=NOW + 2 * DAY) == [3, 2]
    assert ids(older_than=NOW + DAY) == [1]
    assert ids(ids=[5, 4, 99]) == [5, 4]
    assert [found.id for found in store.returns("b", NOW)] == [6]
    assert [found.id for found in store.untold()] == [1, 2, 3]
    store.told([1, 2], "r")
    store.told([2, 3], "r")
    assert store.untold() == []
    assert store.change(3).edits == change("a", capture()).edits
    with pytest.raises(UsageError, match="no change 99"):
        store.change(99)


def test_reviews_are_appended(store: Store) -> None:
    """Each decision gets its number and the hash of the journal entry before; reopened is unreviewed again."""
    store.record([Record(check("a", "r"), memory("a"), None, None, change("a", capture()))])
    made = Review(0, 1, "A. Person", "", Decision.NO_ACTION, "Why.", NOW, "account", "review", VERSION)
    head = store.head()[1]
    first = store.add_review(made)
    assert (first.id, first.previous) == (1, head)
    assert store.changes(unreviewed=True) == []
    second = store.add_review(replace(made, decision=Decision.REOPEN))
    assert store.reviews(change=1) == [first, second]
    assert [found.id for found in store.changes(unreviewed=True)] == [1]
    with pytest.raises(UsageError, match="no change 7"):
        store.add_review(replace(made, change=7))


def test_the_outbox_keeps_until_done(store: Store) -> None:
    """What is neither sent nor given up is pending; what a message says cannot be changed by an update."""
    store.record([Record(check("a", "r"), memory("a"), None, None, change("a", capture()))])
    made = Delivery(0, "a@clinic.example", "<1@x>", "1 change", b"message", NOW, (1,), run="r")
    first, second = store.enqueue([made, replace(made, message_id="<2@x>")], told=[1], run_id="r")
    assert store.untold() == [], "enqueued and told in one step"
    tried = replace(first, attempts=1, last_try=NOW, next_try=NOW + DAY, error="refused")
    store.update_delivery(replace(tried, message=b"other"))
    assert store.outbox() == [tried, second]
    store.update_delivery(replace(tried, attempts=2, sent=NOW + DAY, next_try=None, error=""))
    assert store.outbox() == [second]
    assert [found.attempts for found in store.outbox(pending_only=False)] == [2, 0]


def test_runs_and_their_counts(store: Store) -> None:
    """Each run comes with how many checks had each outcome, the quiet ones too."""
    one = record("a", "r", "One.")
    late = Record(check("b", "r", outcome=OutcomeKind.MISSED, late=True), memory("b"))
    store.record([one, late])
    store.record([quiet("c", "r", NOW, record("c", "r", "x"))])
    store.end("r", NOW + timedelta(minutes=2), 0)
    found, = store.runs()
    assert (found.first, found.missed, found.unchanged, found.late, found.overdue, found.checks) == (1, 1, 1, 1, 0, 3)
    assert found.run.ended == NOW + timedelta(minutes=2)
    assert store.runs(since=NOW + DAY) == []


def test_checks_come_page_by_page(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Checks are read in pages, none twice and none left out, also while more are recorded."""
    from guidetrack.store import runs

    monkeypatch.setattr(runs, "PAGE", 7)
    base = record("a", "r", "One.")
    store.record([quiet("a", "r", NOW + number * DAY, base) for number in range(40)])
    found = list(itertools.islice(store.checks(source="a", since=NOW + DAY, until=NOW + 30 * DAY), 100))
    assert [one.at for one in found] == [NOW + number * DAY for number in range(1, 31)]
    assert list(store.checks(source="b")) == []


def test_configuration_is_noted_when_it_differs(store: Store) -> None:
    """The same sources.toml is recorded once; another, or the first again, is a new entry."""
    number = store.head()[0]
    for sha256 in ("1" * 64, "1" * 64, "2" * 64, "1" * 64):
        store.note_configuration(sha256, "a = 1\n", NOW)
    assert store.head()[0] == number + 3
    assert [found.sha256[0] for found in store.configurations()] == ["1", "2", "1"]


def test_a_damaged_memory_is_an_error(store: Store) -> None:
    """Damage never reads as 'never checked': memories that do not match their digest stop the run."""
    store.record([quiet("a", "r", NOW, record("a", "r", "x"))])
    with store.catalogue.write() as writing:
        writing.connection.exec_driver_sql("UPDATE memories SET content = replace(content, 'html', 'xtml')")
    with pytest.raises(DamagedError, match="memory of a"):
        store.memories()


def test_a_damaged_body_is_an_error(store: Store, tmp_path: Path) -> None:
    """A capture whose file is missing or altered is DamagedError, naming the file."""
    one = record("a", "r", "One.")
    store.record([one])
    assert isinstance(one.capture, Capture)
    path = tmp_path / "snapshots" / "a" / f"{one.capture.id}.warc.gz"
    path.write_bytes(warc.encode(replace(capture(words="Other."), id=one.capture.id)))
    with pytest.raises(DamagedError, match="not the capture"):
        store.capture("a", one.capture.id)
    path.unlink()
    with pytest.raises(DamagedError, match="missing"):
        store.capture("a", one.capture.id)


def test_edits_come_back_with_their_words(store: Store) -> None:
    """The words of an edit rebuild before and after once read back."""
    store.record([Record(check("a", "r"), memory("a"), None, None, change("a", capture()))])
    edit = store.change(1).edits[0]
    assert isinstance(edit, Edit)
    assert edit.marked == "[-two hours-]{+one hour+}"
