"""The catalogue's tables, in the words of the design. The same definitions serve SQLite and PostgreSQL.

Times are whole microseconds since 1970-01-01 UTC (:class:`Moment`). Strings that repeat in every check (source ids,
addresses) stand once in ``names``. What a ``content`` column holds is JSON, see :mod:`guidetrack.store.freeze`;
where it is binary it is compressed with zlib (RFC 1950) and the digest beside it is of the JSON.

PostgreSQL gets wider integers where numbers grow with every check, and ``COLLATE "C"``, so that text sorts as in
SQLite; see docs/decisions/1002.

A change of schema is a new revision in ``migrations/versions`` and a new last entry in ``REVISIONS``.
"""

from __future__ import annotations

import re
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
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.types import TypeDecorator, TypeEngine

from guidetrack.errors import DamagedError

REVISIONS = ("0001",)
"""Every schema there has been, oldest first; the last one is this version's."""
MOVING = "moving"
"""The stamp of a catalogue that is being filled from another one: not to be used yet."""

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


_ESCAPE = "\ufdd0"
"""A code point that Unicode reserves for use inside programs (noncharacter, The Unicode Standard, 23.7)."""
_SPELLED = re.compile("[\x00\ud800-\udfff\ufdd0]")
_SPELLING = re.compile("\ufdd0([0-9a-f]{4})")


def spell(text: str) -> str:
    """``text`` without what a database refuses: NULs (PostgreSQL) and lone surrogates (UTF-8) as U+FDD0 and four
    hex digits. :func:`unspell` gives back every string exactly."""
    if text.isascii() and "\x00" not in text:
        return text
    return _SPELLED.sub(lambda found: f"{_ESCAPE}{ord(found[0]):04x}", text)


def unspell(text: str) -> str:
    """The string of :func:`spell`."""
    if text.isascii():
        return text
    return _SPELLING.sub(lambda found: chr(int(found[1], 16)), text)


class Words(TypeDecorator[str]):
    """Any string that Python can hold, back exactly as it was; see :func:`spell`."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> TypeEngine[Any]:
        made: TypeEngine[Any] = dialect.type_descriptor(Text(collation="C" if dialect.name == "postgresql" else None))
        return made

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        return None if value is None else spell(value)

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:
        try:
            return None if value is None else unspell(value)
        except (TypeError, AttributeError) as error:
            raise DamagedError(f"the catalogue is damaged: {value!r} is no text") from error


def _ascii(length: int | None = None) -> TypeEngine[str]:
    """Text of ours, ASCII only; the length is a remark, SQLite does not enforce it."""
    plain: TypeEngine[str] = Text() if length is None else String(length)
    made: TypeEngine[str] = plain.with_variant(Text(collation="C"), "postgresql")
    return made


_BIG = Integer().with_variant(BigInteger(), "postgresql")
"""A number that may pass 2^31, which SQLite's INTEGER holds anyway."""


def _flag(name: str, comment: str = "") -> Column[bool]:
    """A column that is true or false, and nothing else: the database itself looks after that."""
    return Column(name, Boolean(create_constraint=True, name=f"{name}_flag"), nullable=False, comment=comment or None)


metadata = MetaData()

names = Table(
    "names", metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("text", Words, nullable=False),
    UniqueConstraint("text").ddl_if(dialect="sqlite"),
    # a tree index holds no row over 2,704 bytes, and addresses may be longer
    ExcludeConstraint(("text", "="), using="hash", name="names_once").ddl_if(dialect="postgresql"),
    comment="Strings that repeat in every check: source ids and addresses.",
)

runs = Table(
    "runs", metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("id", _ascii(64), nullable=False, unique=True),
    Column("command", Words, nullable=False, comment="check, backfill, import, rebuild …"),
    Column("version", Words, nullable=False, comment="of guidetrack"),
    Column("sources_sha256", _ascii(64), nullable=False),
    Column("started", Moment, nullable=False),
    Column("ended", Moment, comment="null while it runs or when it was killed"),
    Column("exit_status", _BIG),
    comment="One row a run.",
)

checks = Table(
    "checks", metadata,
    Column("id", _BIG, primary_key=True, autoincrement=False),
    Column("source", Integer, ForeignKey("names.id"), nullable=False),
    Column("run", Integer, ForeignKey("runs.number"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("outcome", _ascii(16), nullable=False),
    Column("reason", _ascii(32)),
    Column("detail", Words, nullable=False),
    _flag("late"),
    _flag("overdue"),
    _flag("not_modified"),
    Column("set_aside", _BIG, nullable=False, comment="lines set aside"),
    Column("change", _BIG, comment="number of the change recorded"),
    Column("capture", Words, comment="id of the capture kept"),
    Column("status", _BIG, comment="HTTP status"),
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
    Column("content", _ascii(), nullable=False),
    Column("sha256", _ascii(64), nullable=False, comment="of content"),
    comment="What the next check of a source needs to know.",
)

captures = Table(
    "captures", metadata,
    Column("number", _BIG, primary_key=True, autoincrement=False),
    Column("source", Integer, ForeignKey("names.id"), nullable=False),
    Column("id", Words, nullable=False, comment="time and first 8 hex digits of sha256; the file's name"),
    Column("run", Integer, ForeignKey("runs.number")),
    Column("asked", Words, nullable=False),
    Column("reached", Words, nullable=False),
    Column("status", _BIG, nullable=False),
    Column("fetched", Moment, nullable=False),
    Column("sha256", _ascii(64), nullable=False, comment="of the body, decoded"),
    Column("size", BigInteger, nullable=False, comment="bytes of the body"),
    Column("origin", Words, nullable=False, comment="empty for a live fetch, else web archive or imported file"),
    Column("text_digest", Words, nullable=False, comment="Text.digest when first read; empty: no text"),
    Column("words", _BIG, nullable=False),
    _flag("good", "its text stood: the check was first, unchanged or changed"),
    _flag("kept", "false once pruned"),
    Column("warc_sha256", _ascii(64), nullable=False),
    Column("warc_size", BigInteger, nullable=False),
    Column("txt_sha256", _ascii(64), nullable=False, comment="empty: no text file"),
    Column("txt_size", BigInteger, nullable=False),
    UniqueConstraint("source", "id", name="captures_once"),
    Index("captures_by_id", "id"),
    Index("captures_by_time", "source", "fetched"),
    Index("captures_by_text", "source", "text_digest"),
    comment="One row a body kept.",
)

texts = Table(
    "texts", metadata,
    Column("number", _BIG, primary_key=True, autoincrement=False),
    Column("capture", _BIG, ForeignKey("captures.number"), nullable=False),
    Column("version", _BIG, nullable=False, comment="from 1; the highest is read, earlier ones stay"),
    Column("extractor", Words, nullable=False),
    Column("rules", Words, nullable=False),
    Column("digest", _ascii(64), nullable=False, comment="Text.digest"),
    Column("content", LargeBinary, nullable=False),
    Column("sha256", _ascii(64), nullable=False),
    UniqueConstraint("capture", "version", name="texts_once"),
    comment="What captures say, structured; one more row when read again by a newer extractor.",
)

changes = Table(
    "changes", metadata,
    Column("id", _BIG, primary_key=True, autoincrement=False),
    Column("source", Integer, ForeignKey("names.id"), nullable=False),
    Column("kind", _ascii(16), nullable=False),
    Column("level", Integer, nullable=False, comment="3 high, 2 medium, 1 low"),
    Column("seen", Moment, nullable=False),
    Column("run", Words, nullable=False),
    Column("to_capture", Words, nullable=False, comment="empty: none"),
    _flag("folded"),
    _flag("historical"),
    Column("told", Words, comment="id of the run that told it"),
    Column("content", LargeBinary, nullable=False, comment="the whole change with its edits"),
    Column("sha256", _ascii(64), nullable=False),
    Index("changes_by_time", "seen"),
    Index("changes_by_source", "source", "seen"),
    comment="One row a recorded change.",
)

reviews = Table(
    "reviews", metadata,
    Column("id", _BIG, primary_key=True, autoincrement=False),
    Column("change", _BIG, ForeignKey("changes.id"), nullable=False),
    Column("by", Words, nullable=False),
    Column("role", Words, nullable=False),
    Column("decision", _ascii(16), nullable=False),
    Column("note", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("account", Words, nullable=False, comment="operating-system account"),
    Column("meaning", _ascii(16), nullable=False, comment="review or approval"),
    Column("version", Words, nullable=False),
    Column("previous", _ascii(64), nullable=False, comment="hash of the journal entry before"),
    Index("reviews_by_change", "change"),
    comment="Decisions of people; rows are only ever added.",
)

deliveries = Table(
    "deliveries", metadata,
    Column("id", _BIG, primary_key=True, autoincrement=False),
    Column("recipient", Words, nullable=False),
    Column("message_id", Words, nullable=False),
    Column("subject", Words, nullable=False),
    Column("message", LargeBinary, nullable=False),
    Column("created", Moment, nullable=False),
    Column("changes", _ascii(), nullable=False, comment="JSON list of numbers"),
    Column("channel", _ascii(16), nullable=False),
    Column("run", Words, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("last_try", Moment),
    Column("next_try", Moment),
    Column("sent", Moment),
    Column("error", Words, nullable=False),
    _flag("given_up"),
    Column("sha256", _ascii(64), nullable=False, comment="of the whole row, renewed with it"),
    comment="The outbox: what is to be said to whom, and how that went.",
)

configurations = Table(
    "configurations", metadata,
    Column("id", _BIG, primary_key=True, autoincrement=False),
    Column("sha256", _ascii(64), nullable=False, comment="as given: of all the bytes it came from"),
    Column("content", LargeBinary, nullable=False),
    Column("content_sha256", _ascii(64), nullable=False),
    Column("at", Moment, nullable=False),
    comment="Each sources.toml that was in force, from when.",
)

journal = Table(
    "journal", metadata,
    Column("number", _BIG, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("kind", _ascii(32), nullable=False),
    Column("content", _ascii(), nullable=False, comment="canonical JSON"),
    Column("previous", _ascii(64), nullable=False),
    Column("hash", _ascii(64), nullable=False, comment="SHA-256 of the entry, see journal.py"),
    comment="Append-only, each entry holding the hash of the one before.",
)

stamp = Table(
    "alembic_version", metadata,
    Column("version_num", _ascii(32), primary_key=True),
)
