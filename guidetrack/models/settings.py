"""Settings: what sources.toml says beside the sources, with every default filled in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from guidetrack.models.enums import Level
from guidetrack.models.source import Source

MAX_BODY_BYTES = 50_000_000
"""Decoded size past which a page is ``missed (too-large)`` unless sources.toml says otherwise."""


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """Where captures and the catalogue live: a folder or ``s3://…``; a SQLite file or ``postgresql://…``."""

    archive: str = "snapshots"
    catalogue: str = "snapshots/catalogue.sqlite3"


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How to ask. ``second_look`` None means never; zero means at once. ``allow_private`` holds CIDR strings."""

    contact: str = ""
    pause: timedelta = timedelta(seconds=2)
    timeout: timedelta = timedelta(seconds=60)
    max_body: int = MAX_BODY_BYTES
    second_look: timedelta | None = timedelta(seconds=15)
    robots: bool = True
    allow_private: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MailRoute:
    """Extra recipients for the changes that match every filter given; an empty filter matches all."""

    to: tuple[str, ...]
    min_level: Level = Level.LOW
    topics: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How mail leaves. ``security``: ``none``, ``starttls`` or ``tls``; the ``_env`` members name variables."""

    to: tuple[str, ...] = ()
    from_: str = ""
    host: str = "localhost"
    port: int = 25
    security: str = "none"
    username_env: str = ""
    password_env: str = ""
    sendmail: str = ""
    min_level: Level = Level.LOW
    weekly: bool = False
    routes: tuple[MailRoute, ...] = ()
    chat_env: str = ""


@dataclass(frozen=True)
class Settings:
    """sources.toml, whole: settings and sources.

    :param file: the file read. :param sha256: of all the bytes it came from, included files too.
    :param vocabulary: words added to or taking the place of the shipped vocabulary, as parsed TOML.
    """

    file: Path
    sha256: str
    sources: tuple[Source, ...]
    store: StoreSettings = StoreSettings()
    fetch: FetchSettings = FetchSettings()
    mail: MailSettings = MailSettings()
    vocabulary: dict[str, object] = field(default_factory=dict)
