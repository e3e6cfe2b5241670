"""Source: something we promised to watch; Rules: how its text is read from its bytes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import cached_property

from guidetrack.models.enums import Format, Level, SourceKind


@dataclass(frozen=True, slots=True)
class Items:
    """Where the entries of a JSON list are, and which of their fields are the text.

    Each member is a JMESPath expression: ``path`` from the document to the list of entries, the others from
    one entry. An empty ``id`` or ``title`` is guessed from common names; empty ``fields`` means every field.
    """

    path: str
    id: str = ""
    title: str = ""
    date: str = ""
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rules:
    """How a source's bytes become text. Equal rules have equal ``digest``.

    :param select: CSS selector of the document on the page; empty: the main content is found.
    :param drop: CSS selectors of what to set aside.
    :param ignore: regular expressions; a block in which one matches is set aside.
    :param items: for JSON: where the entries are.
    :param format: how to read the bytes; ``auto`` decides by content.
    """

    select: str = ""
    drop: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    items: Items | None = None
    format: Format = Format.AUTO

    @cached_property
    def digest(self) -> str:
        """First 16 hex digits of the SHA-256 of the rules in canonical JSON."""
        canonical = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Source:
    """Something we promised to watch, as sources.toml says it with every default filled in."""

    id: str
    url: str
    title: str = ""
    publisher: str = ""
    jurisdiction: str = ""
    kind: SourceKind | None = None
    rules: Rules = Rules()
    every: timedelta = timedelta(days=1)
    grace: timedelta = timedelta(hours=72)
    topics: tuple[str, ...] = ()
    enabled: bool = True
    render: bool = False
    two_person: bool = False
    keep: str = "new"
    """``new`` keeps a body when its text is new; ``all`` keeps every body."""
    keep_text: str = "full"
    """``full`` or ``excerpt`` (digests and changed passages only, where terms of use ask for it)."""
    evidence: str = ""
    note: str = ""
    licence: str = ""
    accept: str = ""
    """Value of the request header Accept; empty: the fetcher's default."""
    to: tuple[str, ...] = ()
    """Extra mail recipients for this source."""
    min_level: Level | None = None

    @property
    def name(self) -> str:
        """The title, or the id when there is none."""
        return self.title or self.id
