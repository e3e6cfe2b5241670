"""The catalogue's tables, in the words of the design. The same definitions serve SQLite and PostgreSQL.

Times are whole microseconds since 1970-01-01 UTC (:class:`Moment`). Strings that repeat in every check (source ids,
addresses) stand once in ``names``. What a ``content`` column holds is JSON, see :mod:`guidetrack.store.freeze`;
where it is binary it is compressed with zlib (RFC 1950) and the digest beside it is of the JSON.

A change of schema is a new revision in ``migrations/versions`` and a new last entry in ``REVISIONS``.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator

from guidetrack.errors import DamagedError

REVISIONS = ("0001",)
"""Every schema there has been, oldest first; the last one is this version's."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(moment: datetime) -> int:
    """Whole microseconds since 1970 UTC; exact, unlike ``timestamp()``."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(value: int) -> datetime:
    """The aware UTC time of :func:`micros`."""
    return _EPOCH + timedelta(microseconds=value)


class Moment(TypeDecorator[datetime]):
    """An aware datetime kept as microseconds since 1970 UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:
        return None if value is None else micros(value)

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:
        try:
            return None if value is None else moment(value)
        except (TypeError, OverflowError) as error:
            raise DamagedError(f"the catalogue is damaged: {value!r} is no time") from error


def _flag(name: str, comment: str = "") -> Column[bool]:
    """A column that is true or false, and nothing else: the database itself looks after that."""
    return Column(name, Boolean(create_constraint=True, name=f"{name}_flag"), nullable=False, comment=comment or None)


metadata = MetaData()

names = Table(
    "names", metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False, unique=True),
    comment="Strings that repeat in every check: source ids and addresses.",
)

runs = Table(
    "runs", metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("id", String(64), nullable=False, unique=True),
    Column("command", Text, nullable=False, comment="check, backfill, import, rebuild …"),
    Column("version", Text, nullable=False, comment="of guidetrack"),
    Column("sources_sha256", String(64), nullable=False),
    Column("started", Moment, nullable=False),
    Column("ended", Moment, comment="null while it runs or when it was killed"),
    Column("exit_status", Integer),
    comment="One row a run.",
)

checks = Table(
    "checks", metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("source", Integer, ForeignKey("names.id"), nullable=False),
    Column("run", Integer, ForeignKey("runs.number"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("reason", String(32)),
    Column("detail", Text, nullable=False),
    _flag("late"),
    _flag("overdue"),
    _flag("not_modified"),
    Column("set_aside", Integer, nullable=False, comment="lines set aside"),
    Column("change", Integer, comment="number of the change recorded"),
    Column("capture", Text, comment="id of the capture kept"),
    Column("status", Integer, comment="HTTP status"),
    Column("url", Integer, ForeignKey("names.id"), nullable=False, comment="asked"),
    Column("final_url", Integer, ForeignKey("names.id"), nullable=False, comment="reached"),
    Column("elapsed_s", Float, nullable=False),
    Column("body_sha256", LargeBinary, nullable=False, comment="32 bytes, or none"),
    Column("link", LargeBinary, nullable=False, comment="16 bytes of SHA-256(link before in its run + row)"),
    Index("checks_by_source", "source", "at"),
    Index("checks_by_run", "run"),
    comment="One row for every look at a source, the quiet ones too.",
)

memories = Table(
    "memories", metadata,
    Column("source", Integer, ForeignKey("names.id"), primary_key=True, autoincrement=False),
    Column("content", Text, nullable=False),
    Column("sha256", String(64), nullable=False, comment="of content"),
    comment="What the next check of a source needs to know.",
)

captures = Table(
    "captures", metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("source", Integer, ForeignKey("names.id"), nullable=False),
    Column("id", Text, nullable=False, comment="time and first 8 hex digits of sha256; the file's name"),
    Column("run", Integer, ForeignKey("runs.number")),
    Column("asked", Text, nullable=False),
    Column("reached", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("fetched", Moment, nullable=False),
    Column("sha256", String(64), nullable=False, comment="of the body, decoded"),
    Column("size", BigInteger, nullable=False, comment="bytes of the body"),
    Column("origin", Text, nullable=False, comment="empty for a live fetch, else web archive or imported file"),
    Column("text_digest", Text, nullable=False, comment="Text.digest when first read; empty: no text"),
    Column("words", Integer, nullable=False),
    _flag("good", "its text stood: the check was first, unchanged or changed"),
    _flag("kept", "false once pruned"),
    Column("warc_sha256", String(64), nullable=False),
    Column("warc_size", BigInteger, nullable=False),
    Column("txt_sha256", String(64), nullable=False, comment="empty: no text file"),
    Column("txt_size", BigInteger, nullable=False),
    UniqueConstraint("source", "id", name="captures_once"),
    Index("captures_by_id", "id"),
    Index("captures_by_time", "source", "fetched"),
    Index("captures_by_text", "source", "text_digest"),
    comment="One row a body kept.",
)

texts = Table(
    "texts", metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("capture", Integer, ForeignKey("captures.number"), nullable=False),
    Column("version", Integer, nullable=False, comment="from 1; the highest is read, earlier ones stay"),
    Column("extractor", Text, nullable=False),
    Column("rules", Text, nullable=False),
    Column("digest", String(64), nullable=False, comment="Text.digest"),
    Column("content", LargeBinary, nullable=False),
    Column("sha256", String(64), nullable=False),
    UniqueConstraint("capture", "version", name="texts_once"),
    comment="What captures say, structured; one more row when read again by a newer extractor.",
)

changes = Table(
    "changes", metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("source", Integer, ForeignKey("names.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("level", Integer, nullable=False, comment="3 high, 2 medium, 1 low"),
    Column("seen", Moment, nullable=False),
    Column("run", Text, nullable=False),
    Column("to_capture", Text, nullable=False, comment="empty: none"),
    _flag("folded"),
    _flag("historical"),
    Column("told", Text, comment="id of the run that told it"),
    Column("content", LargeBinary, nullable=False, comment="the whole change with its edits"),
    Column("sha256", String(64), nullable=False),
    Index("changes_by_time", "seen"),
    Index("changes_by_source", "source", "seen"),
    comment="One row a recorded change.",
)

reviews = Table(
    "reviews", metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("change", Integer, ForeignKey("changes.id"), nullable=False),
    Column("by", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("decision", String(16), nullable=False),
    Column("note", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("account", Text, nullable=False, comment="operating-system account"),
    Column("meaning", String(16), nullable=False, comment="review or approval"),
    Column("version", Text, nullable=False),
    Column("previous", String(64), nullable=False, comment="hash of the journal entry before"),
    Index("reviews_by_change", "change"),
    comment="Decisions of people; rows are only ever added.",
)

deliveries = Table(
    "deliveries", metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("recipient", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("message", LargeBinary, nullable=False),
    Column("created", Moment, nullable=False),
    Column("changes", Text, nullable=False, comment="JSON list of numbers"),
    Column("channel", String(16), nullable=False),
    Column("run", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("last_try", Moment),
    Column("next_try", Moment),
    Column("sent", Moment),
    Column("error", Text, nullable=False),
    _flag("given_up"),
    Column("sha256", String(64), nullable=False, comment="of the whole row, renewed with it"),
    comment="The outbox: what is to be said to whom, and how that went.",
)

configurations = Table(
    "configurations", metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("sha256", String(64), nullable=False, comment="as given: of all the bytes it came from"),
    Column("content", LargeBinary, nullable=False),
    Column("content_sha256", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    comment="Each sources.toml that was in force, from when.",
)

journal = Table(
    "journal", metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("content", Text, nullable=False, comment="canonical JSON"),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False, comment="SHA-256 of the entry, see journal.py"),
    comment="Append-only, each entry holding the hash of the one before.",
)

stamp = Table(
    "alembic_version", metadata,
    Column("version_num", String(32), primary_key=True),
)
