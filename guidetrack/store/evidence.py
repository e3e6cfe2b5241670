"""One change as a bundle that needs nothing of ours to be read: bodies, texts, marked words, digests, chain position.

``sha256sum -c SHA256SUMS`` checks it. It states what was done and what that does not show; it draws no conclusion.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from guidetrack.errors import StoreError
from guidetrack.models import CaptureRef, Change, Review
from guidetrack.store import captures, freeze, journal
from guidetrack.store.archive import TXT, WARC
from guidetrack.store.journal import Entry, Kind
from guidetrack.store.main import Store
from guidetrack.store.schema import journal as journal_table

STATEMENT = """\
Evidence of change {change}: {title}
Made {made} UTC by guidetrack {version}.

What this bundle holds
  change.json     the change as recorded, with every edit, and the decisions recorded on it
  redline.html    the same for reading; needs no network and runs no script
  before/         the capture whose text stood before: .warc.gz as received, .txt as read
  after/          the capture that showed the change, likewise
  captures.json   address asked and reached, UTC time, status, sizes and digests of both
  journal.jsonl   entries of the archive's journal, one a line, each exactly as it was hashed
  SHA256SUMS      SHA-256 of every file above; check with: sha256sum -c SHA256SUMS
{missing}
How it came about
  A computer program asked the address named in captures.json over the network at the times given there. What was
  received was written to the .warc.gz file (ISO 28500) before anything was recorded about it. The text was read
  from those bytes by the extractor and rules named in captures.json, and compared with the text that stood before.
  Each journal entry holds the SHA-256 of the entry before it. The SHA-256 of a line of journal.jsonl (without its
  line end) is the "previous" of the entry that follows it. When this bundle was made the journal had {number}
  entries, and the SHA-256 of the last was
  {head}

What it does not show
  Times are those of the clock of the computer that asked. The program saw what the address answered to that
  computer at those times, not what it answered to others or in between. The chain shows an alteration only against
  a digest that was kept elsewhere. Names and decisions are recorded as typed; the program authenticated nobody.
  The program decides by rules which parts of a page are its document; what it set aside is counted in change.json
  and is in the .warc.gz files in full.
"""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What goes into a bundle beside what the archive holds."""

    made: datetime
    version: str
    title: str
    redline: str


def write(store: Store, change: Change, reviews: list[Review], bundle: Bundle, target: Path) -> None:
    """Write the bundle as a ZIP file; it appears whole or not at all. :raises StoreError: it cannot be written."""
    partial = target.with_name(f".{target.name}.part")
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
            sums = []
            for name, data in _files(store, change, reviews, bundle):
                packed = zipfile.ZIP_STORED if name.endswith(".gz") else zipfile.ZIP_DEFLATED
                archive.writestr(_entry(name, bundle.made), data, packed)
                sums.append(f"{hashlib.sha256(data).hexdigest()}  {name}\n")
            archive.writestr(_entry("SHA256SUMS", bundle.made), "".join(sums))
        partial.replace(target)
    except OSError as error:
        raise StoreError(f"cannot write {target}: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)


def _entry(name: str, made: datetime) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, max(made.astimezone(UTC).timetuple()[:6], (1980, 1, 1, 0, 0, 0)))
    info.external_attr = 0o644 << 16
    return info


def _files(store: Store, change: Change, reviews: list[Review], bundle: Bundle) -> Iterator[tuple[str, bytes]]:
    described, missing = [], []
    for folder, ref in (("before", change.from_), ("after", change.to)):
        if ref is None:
            missing.append(f"  There is no capture {folder} the change.")
            continue
        row = _row(store, change.source, ref)
        described.append({"role": folder, **_described(store, row)})
        if row.kept:
            store.capture(change.source, ref.capture)  # nothing damaged goes into a bundle
            yield f"{folder}/{ref.capture}{WARC}", store.archive.read(change.source, ref.capture)
        elif row.reduced:
            missing.append(f"  Of the capture {folder} only digests are kept, as the terms of use of the source ask;\n"
                           "  the changed passages are in change.json.")
        else:
            missing.append(f"  The body {folder} was pruned; its digests and text are here.")
        if row.txt_sha256 and not row.reduced:
            yield f"{folder}/{ref.capture}{TXT}", store.archive.read(change.source, ref.capture, TXT)
    told = {"change": freeze.freeze_change(change), "reviews": [_plain(review) for review in reviews]}
    yield "change.json", _json(told)
    yield "captures.json", _json(described)
    yield "redline.html", bundle.redline.encode("utf-8", "backslashreplace")
    yield "journal.jsonl", "".join(f"{line}\n" for line in _entries(store, change)).encode()
    number, head = store.head()
    yield "README.txt", STATEMENT.format(
        change=change.id, title=bundle.title, made=f"{bundle.made:%Y-%m-%d %H:%M:%S}", version=bundle.version,
        missing="\n".join([*missing, ""]) if missing else "", number=number, head=head,
    ).encode("utf-8", "backslashreplace")


def _row(store: Store, source: str, ref: CaptureRef) -> Any:
    with store.catalogue.read() as connection:
        return captures.row(store.catalogue, connection, source, ref.capture)


def _described(store: Store, row: Any) -> dict[str, Any]:
    said = captures.journaled({name: row._mapping[name] for name in captures.COLUMNS}, row.source_id, row.run_id or "")
    if row.text_digest and not row.reduced:
        text = store.text(row.source_id, row.id)
        said |= {"extractor": text.extractor, "rules": text.rules, "set_aside": len(text.set_aside)}
    return said


def _plain(review: Review) -> dict[str, Any]:
    from guidetrack.store.frozen import freeze as plain

    return plain(review)


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=True) + "\n").encode()


def _entries(store: Store, change: Change) -> Iterator[str]:
    """The entries about this change, its captures, its run and its decisions; between capture and change, all."""
    wanted = {ref.capture for ref in (change.from_, change.to) if ref}
    first = last = 0
    with store.catalogue.read() as connection:
        numbers = set()
        for entry in _all(connection):
            value = entry.value
            about_capture = entry.kind in (Kind.CAPTURE, Kind.TEXT) and value["source"] == change.source \
                and value["capture"] in wanted
            about_removal = entry.kind == Kind.REDUCED and value["source"] == change.source \
                and any(item["capture"] in wanted for item in value["captures"])
            about_change = entry.kind in (Kind.CHANGE, Kind.REVIEW) and value["change"] == change.id
            if about_capture and change.to and value["capture"] == change.to.capture and not first:
                first = entry.number
            if entry.kind == Kind.CHANGE and about_change:
                last = entry.number
            about_run = entry.kind in (Kind.RUN, Kind.ENDED) and value["run"] == change.run
            if about_capture or about_removal or about_change or about_run:
                numbers |= {entry.number, entry.number + 1}
        for entry in _all(connection):
            if entry.number in numbers or 0 < first <= entry.number <= last + 1 <= first + MAX_STRETCH:
                yield journal.spelled(entry.number, entry.at, entry.kind, entry.content, entry.previous)


MAX_STRETCH = 1000
"""Entries between a capture and its change that are given in full."""


def _all(connection: sa.Connection) -> Iterator[Entry]:
    from guidetrack.store.ledger import paged

    return (Entry(*row) for row in paged(connection, sa.select(journal_table), journal_table.c.number))
