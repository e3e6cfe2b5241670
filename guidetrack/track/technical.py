"""What differs only because we changed: the last text read again by today's extractor and rules (design §2.2)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime

from guidetrack.compare import compare
from guidetrack.compare.vocabulary import Vocabulary
from guidetrack.errors import DamagedError, ExtractError
from guidetrack.extract import version_of
from guidetrack.models import Change, ChangeKind, Format, Memory, Record, Source, Text
from guidetrack.store import Store
from guidetrack.track import recording
from guidetrack.track.desk import Desk
from guidetrack.track.isolate import Reader


def is_current(extractor: str, rules: str, source: Source) -> bool:
    """Whether a text with these stamps is what extraction would give today."""
    if rules != source.rules.digest:
        return False
    try:
        return extractor == version_of(Format(extractor.partition("/")[0]))
    except (ValueError, ExtractError):
        return False


async def bring_forward(
    store: Store, desk: Desk, reader: Reader, source: Source, memory: Memory, *, vocabulary: Vocabulary, now: datetime
) -> tuple[Memory, Change | None]:
    """Read the last good capture again when extractor or rules changed since; the old text stays in the archive.

    :return: the memory with the new stamps, and the technical change if the text came out different.
    """
    if memory.base is None or is_current(memory.extractor, memory.rules, source):
        return memory, None
    await reader.calm()
    capture = await desk(store.capture, source.id, memory.base)
    new = (await reader.read(capture, source.rules)).text
    if new is None:
        # today's rules do not fit the old page: the old text stands until a page that they fit comes
        return memory, None
    old = await desk(store.text, source.id, memory.base)
    await desk(store.replace_text, source.id, memory.base, new)
    # other rules may give another text for the same bytes, so an equal body must not end the next check early
    body = memory.body_sha256 if old.rules == new.rules else ""
    memory = replace(memory, extractor=new.extractor, rules=new.rules, base_digest=new.digest, body_sha256=body)
    comparison = compare(old, new, vocabulary=vocabulary)
    if not comparison:
        return memory, None
    change = recording.content_change(
        source, capture, comparison, old=old, new=new, from_=recording.ref(capture), confirmed=True,
        kind=ChangeKind.TECHNICAL, detail=_why(old, new),
    )
    return memory, replace(change, seen=now, notes=())


def _why(old: Text, new: Text) -> str:
    said = [] if old.extractor == new.extractor else [f"extractor {old.extractor} → {new.extractor}"]
    return "our own doing: " + ", ".join([*said, *([] if old.rules == new.rules else ["rules edited"])])


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did for one source: captures read again, how many came out different, what could not be read."""

    source: Source
    captures: int
    different: int
    change: Change | None
    problems: tuple[str, ...]


async def rebuild(
    store: Store, sources: list[Source], *, vocabulary: Vocabulary, now: datetime
) -> AsyncIterator[Rebuilt]:
    """Read every kept capture of these sources again, newest last; technical differences are recorded, never told."""
    memories = store.memories()
    async with Reader() as reader:
        with Desk(store) as desk:
            for source in sources:
                memory = memories.get(source.id)
                if memory is not None:
                    yield await _rebuild_one(store, desk, reader, source, memory, vocabulary, now)


async def _rebuild_one(store: Store, desk: Desk, reader: Reader, source: Source, memory: Memory,
                       vocabulary: Vocabulary, now: datetime) -> Rebuilt:
    count, different, problems = 0, 0, list[str]()
    for info in store.captures(source.id):
        if info.id == memory.base or not info.kept or not info.text_digest:
            continue
        old = store.text(source.id, info.id)
        if is_current(old.extractor, old.rules, source):
            continue
        try:
            reading = await reader.read(store.capture(source.id, info.id), source.rules)
        except DamagedError as error:
            problems.append(str(error))
            continue
        count += 1
        if reading.text is None:
            problems.append(f"{source.id} {info.id}: {reading.problem}; its text stays as it was")
            continue
        different += reading.text.digest != old.digest
        store.replace_text(source.id, info.id, reading.text)
    after, change = await bring_forward(store, desk, reader, source, memory, vocabulary=vocabulary, now=now)
    recorded = store.record([Record(None, after, change=change)])[0] if after != memory else None
    return Rebuilt(source, count + (after != memory), different + (change is not None), recorded, tuple(problems))
