"""Text, Change and Memory to JSON and back. The shapes are kept for ten years: add, never rename.

JSON is compact: a block is a list, members at their default are left out. Lone surrogates survive (JSON escapes).
"""

from __future__ import annotations

import hashlib
import json
import zlib
from datetime import date
from typing import Any

from guidetrack.models import (
    Block,
    BlockKind,
    Change,
    DateKind,
    Format,
    Memory,
    PublisherNote,
    Section,
    StatedDate,
    Text,
)
from guidetrack.models.quick import block, set_aside
from guidetrack.store import frozen

Json = dict[str, Any]
MAX_JSON_BYTES = 1_000_000_000
"""A text of a 50 MB page stays far below; more than this is damage, not a text."""


def pack(value: Json) -> tuple[bytes, str]:
    """Compressed JSON and the SHA-256 of the JSON."""
    raw = json.dumps(value, separators=(",", ":")).encode("ascii")
    return zlib.compress(raw, 1), hashlib.sha256(raw).hexdigest()


def unpack(content: bytes, sha256: str) -> Json:
    """The value packed. Raises ValueError when the content does not match its digest."""
    try:
        inflater = zlib.decompressobj()
        raw = inflater.decompress(content, MAX_JSON_BYTES)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if not inflater.eof or inflater.unused_data or hashlib.sha256(raw).hexdigest() != sha256:
        raise ValueError("digest differs")
    value: Json = json.loads(raw)
    return value


def freeze_text(text: Text) -> Json:
    """A text as JSON."""
    return {
        "sections": [[section.path, section.level, section.key, section.page, [_block(b) for b in section.blocks]]
                     for section in text.sections],
        "title": text.title, "language": text.language, "format": text.format,
        "dates": [[stated.kind, stated.value.isoformat(), stated.quote] for stated in text.dates],
        "notes": _notes(text.notes),
        "set_aside": [[line.text, line.rule] for line in text.set_aside],
        "extractor": text.extractor, "rules": text.rules,
    }


def thaw_text(value: Json) -> Text:
    """The text of :func:`freeze_text`, equal in every member."""
    return Text(
        sections=tuple(Section(tuple(path), level, tuple(_thaw_block(b) for b in blocks), key, page)
                       for path, level, key, page, blocks in value["sections"]),
        title=value["title"], language=value["language"], format=Format(value["format"]),
        dates=tuple(StatedDate(DateKind(kind), date.fromisoformat(day), quote) for kind, day, quote in value["dates"]),
        notes=_thaw_notes(value["notes"]),
        set_aside=tuple(set_aside(line, rule) for line, rule in value["set_aside"]),
        extractor=value["extractor"], rules=value["rules"],
    )


def _block(block: Block) -> list[Any]:
    if not (block.key or block.headers or block.page is not None):
        return [block.kind, block.text, block.level] if block.level else [block.kind, block.text]
    return [block.kind, block.text, block.level, block.key, block.headers, block.page]


def _thaw_block(value: list[Any]) -> Block:
    if len(value) < 4:
        return block(BlockKind(value[0]), *value[1:])
    kind, text, level, key, headers, page = value
    return block(BlockKind(kind), text, level, key, tuple(headers), page)


def _notes(notes: tuple[PublisherNote, ...]) -> list[list[str | None]]:
    return [[note.text, note.value.isoformat() if note.value else None] for note in notes]


def _thaw_notes(value: list[list[str]]) -> tuple[PublisherNote, ...]:
    return tuple(PublisherNote(text, date.fromisoformat(day) if day else None) for text, day in value)


def freeze_memory(memory: Memory) -> str:
    """A memory as JSON text."""
    return json.dumps(frozen.freeze(memory), separators=(",", ":"))


def thaw_memory(content: str) -> Memory:
    """The memory of :func:`freeze_memory`. A member this version does not know is a ValueError."""
    memory: Memory = frozen.thaw(Memory, json.loads(content))
    return memory


def freeze_change(change: Change) -> Json:
    """A change as JSON, edits and all."""
    return frozen.freeze(change)


def thaw_change(value: Json) -> Change:
    """The change of :func:`freeze_change`, equal in every member."""
    change: Change = frozen.thaw(Change, value)
    return change
