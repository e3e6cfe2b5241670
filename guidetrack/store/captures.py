"""Captures and texts in the catalogue: what was kept, when, and what it said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from guidetrack.errors import DamagedError, UsageError
from guidetrack.models import Capture, CaptureInfo, ChangeKind, Text
from guidetrack.store import freeze
from guidetrack.store.archive import Kept
from guidetrack.store.catalogue import Catalogue
from guidetrack.store.journal import iso
from guidetrack.store.schema import captures, changes, names, runs, texts


def has_text(*, removed: bool = False) -> sa.Exists:
    """Whether a row of ``captures`` has a text; with ``removed``, one of which only the digests are left."""
    content = sa.func.length(texts.c.content)
    return sa.exists().where(texts.c.capture == captures.c.number, content == 0 if removed else content > 0)


LISTED = (sa.select(captures, names.c.text.label("source_id"), runs.c.id.label("run_id"),
                    has_text(removed=True).label("reduced"))
           .join(names, captures.c.source == names.c.id).outerjoin(runs, captures.c.run == runs.c.number))


COLUMNS = tuple(column.name for column in captures.c)


def info(row: Any) -> CaptureInfo:
    """A row of ``LISTED`` as a model."""
    return CaptureInfo(
        id=row.id, source=row.source_id, sha256=row.sha256, fetched=row.fetched, asked=row.asked, reached=row.reached,
        status=row.status, file=f"{row.source_id}/{row.id}.warc.gz", size=row.size, origin=row.origin,
        text_digest=row.text_digest, words=row.words, kept=row.kept, good=row.good, run=row.run_id or "",
        reduced=bool(row.reduced))


def journaled(row: dict[str, Any], source: str, run: str) -> dict[str, Any]:
    """What the journal says of a capture: its whole row but whether the body was pruned since."""
    value = {name: member for name, member in row.items() if name not in ("kept", "id")}
    return {**value, "source": source, "capture": row["id"], "run": run, "fetched": iso(row["fetched"])}


def row_of(capture: Capture, text: Text | None, kept: Kept, *, number: int, source: int, run: int | None,
           good: bool) -> dict[str, Any]:
    """The row of a capture."""
    return {
        "number": number, "source": source, "id": capture.id, "run": run, "asked": capture.asked,
        "reached": capture.reached, "status": capture.status, "fetched": capture.fetched,
        "sha256": capture.sha256, "size": len(capture.body), "origin": capture.origin,
        "text_digest": text.digest if text else "", "words": text.words if text else 0, "good": good, "kept": True,
        "warc_sha256": kept.warc_sha256,
        "warc_size": kept.warc_size, "txt_sha256": kept.txt_sha256, "txt_size": kept.txt_size}


def text_row(number: int, capture: int, version: int, text: Text, packed: tuple[bytes, str]) -> dict[str, Any]:
    """The row of a text; ``packed`` is its content, see :func:`guidetrack.store.freeze.pack`."""
    content, sha256 = packed
    return {"number": number, "capture": capture, "version": version, "extractor": text.extractor, "rules": text.rules,
            "digest": text.digest, "content": content, "sha256": sha256}


def journaled_text(row: Mapping[str, Any], source: str, capture_id: str) -> dict[str, Any]:
    """What the journal says of a text."""
    told = {name: row[name] for name in ("number", "version", "extractor", "rules", "digest", "sha256")}
    return {**told, "source": source, "capture": capture_id}


def row(catalogue: Catalogue, connection: sa.Connection, source: str, capture: str) -> Any:
    """The row of a capture. Raises UsageError when there is none."""
    found = connection.execute(LISTED.where(names.c.text == source, captures.c.id == capture)).first()
    if found is None:
        raise UsageError(f"{source}: no capture {capture!r} is recorded")
    return found


def exists(connection: sa.Connection, source: str, capture: str) -> bool:
    """Whether a capture is recorded."""
    wanted = LISTED.where(names.c.text == source, captures.c.id == capture)
    return connection.execute(wanted).first() is not None


def text(catalogue: Catalogue, connection: sa.Connection, source: str, capture: str) -> Text:
    """The newest text of a capture, digest checked. :raises UsageError: there is none, or only its digests are left."""
    about = row(catalogue, connection, source, capture)
    if about.reduced:
        raise UsageError(f"{source}: of the text captured {about.fetched:%Y-%m-%d %H:%M} UTC only digests and the "
                         "changed passages are kept (keep_text = \"excerpt\"); "
                         f"the text's digest is {about.text_digest}")
    found = connection.execute(sa.select(texts).where(texts.c.capture == about.number)
                               .order_by(texts.c.version.desc()).limit(1)).first()
    if found is None:
        raise UsageError(f"{source}: no text was read from capture {capture}")
    return thaw(found, f"{catalogue.address}: text of {source} {capture}")


def thaw(found: Any, what: str) -> Text:
    """The text of a row of ``texts``. Raises DamagedError naming ``what``."""
    try:
        return freeze.thaw_text(freeze.unpack(found.content, found.sha256))
    except (ValueError, TypeError, KeyError) as error:
        raise DamagedError(f"{what} is damaged ({error})") from error


def listing(catalogue: Catalogue, connection: sa.Connection, source: str | None, since: datetime | None,
            until: datetime | None) -> list[CaptureInfo]:
    """Captures of a source or of all, oldest first."""
    wanted = LISTED.order_by(captures.c.fetched, captures.c.number)
    if source is not None:
        wanted = wanted.where(names.c.text == source)
    if since is not None:
        wanted = wanted.where(captures.c.fetched >= since)
    if until is not None:
        wanted = wanted.where(captures.c.fetched <= until)
    return [info(found) for found in connection.execute(wanted)]


def earlier(connection: sa.Connection, source: str, digest: str) -> CaptureInfo | None:
    """The newest capture whose text, as first or as later read, has this digest."""
    reread = sa.select(texts.c.capture).where(texts.c.digest == digest)
    found = connection.execute(
        LISTED.where(names.c.text == source, captures.c.good,
                      (captures.c.text_digest == digest) | captures.c.number.in_(reread))
        .order_by(captures.c.fetched.desc(), captures.c.number.desc()).limit(1)).first()
    return info(found) if found else None


def around(connection: sa.Connection, source: str, moment: datetime) -> tuple[CaptureInfo | None, CaptureInfo | None]:
    """The capture in force at ``moment`` as far as we saw, and the next one after.

    In force is the newest good capture, or the earlier capture that a ``returned`` change went back to.
    """
    number = sa.select(names.c.id).where(names.c.text == source).scalar_subquery()
    good = (sa.select(captures.c.fetched.label("at"), captures.c.id.label("capture"))
            .where(captures.c.source == number, captures.c.good))
    back = (sa.select(changes.c.seen.label("at"), changes.c.to_capture.label("capture"))
            .where(changes.c.source == number, changes.c.kind == ChangeKind.RETURNED.value, changes.c.to_capture != ""))
    seen = sa.union_all(good, back).subquery()
    pick = sa.select(seen.c.capture)
    before = connection.execute(pick.where(seen.c.at <= moment).order_by(seen.c.at.desc()).limit(1)).scalar()
    after = connection.execute(pick.where(seen.c.at > moment).order_by(seen.c.at).limit(1)).scalar()
    found = {row.id: info(row) for row in connection.execute(
        LISTED.where(captures.c.source == number, captures.c.id.in_([before, after])))}
    return found.get(before or ""), found.get(after or "")
