"""The shape of sources.toml as pydantic models: strict types, no unknown keys, no coercion.

Only what the file says is kept (``exclude_unset``); defaults live in :mod:`guidetrack.models`. The descriptions
become the JSON Schema that editors show.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from guidetrack.models import Format, Level, SourceKind
from guidetrack.sources import checks, units
from guidetrack.sources.checks import Wrong

DAY = 86400
_DURATION = {"type": "string", "pattern": r"^\s*\d+(\.\d+)?\s*[A-Za-z]+\s*$", "examples": ["2s", "30m", "72h", "1d"]}
_SIZE = {"type": "string", "pattern": r"^\s*\d+(\.\d+)?\s*[KMGkmg]?i?[Bb]\s*$", "examples": ["50MB", "10KB"]}


def _span(unit: str, low: float, high: float, *, off: bool = False) -> Any:
    """A duration between ``low`` and ``high`` seconds; ``unit`` is what a bare number most likely meant."""
    example = {"s": '"2s"', "h": '"72h"', "d": '"1d"'}[unit]
    or_off = ' or "off"' if off else ""

    def read(value: object) -> timedelta | None:
        if off and value == "off":
            return None
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            raise Wrong(f"{value} has no unit", "text with a unit (s, m, h, d, w)", example, f"{value}{unit}")
        if not isinstance(value, str):
            raise Wrong("not text", f"text with a unit (s, m, h, d, w){or_off}", example)
        try:
            span = units.duration(value)
        except ValueError:
            near = f"{value.strip()}{unit}" if value.strip().isdigit() else ""
            raise Wrong(f"{checks.shown(value)} is no duration",
                        f"a number and a unit (s, m, h, d, w){or_off}", example, near) from None
        if not low <= span.total_seconds() <= high:
            raise Wrong(f"{checks.shown(value)} is out of range", f"{_brief(low)} to {_brief(high)}", example)
        return span

    return Annotated[timedelta | None, BeforeValidator(read),
                     WithJsonSchema(_DURATION if not off else {"anyOf": [{"const": "off"}, _DURATION]})]


def _brief(seconds: float) -> str:
    for unit, length in (("d", DAY), ("h", 3600), ("s", 1)):
        if seconds >= length and seconds % length == 0:
            return f'"{int(seconds // length)}{unit}"'
    return f'"{seconds:g}s"'


def _size(value: object) -> int:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        raise Wrong(f"{value} has no unit", "text with a unit (KB, MB, GB)", '"50MB"', units.size_text(int(value)))
    try:
        count = units.size(value) if isinstance(value, str) else 0
    except ValueError:
        count = 0
    if not count:
        what = f"{checks.shown(value)} is no size" if isinstance(value, str) else "not text"
        raise Wrong(what, "a number and a unit (KB, MB, GB)", '"50MB"')
    if not 1000 <= count <= 1000**3:
        raise Wrong(f"{checks.shown(str(value))} is out of range", '"1KB" to "1GB"', '"50MB"')
    return count


def _text(check: Any) -> Any:
    return Annotated[str, AfterValidator(check)]


Line = _text(checks.line)
Prose = _text(checks.prose)
Mailbox = _text(checks.mailbox)
Variable = _text(checks.variable)
Selector = _text(checks.selector)
Pattern = _text(checks.pattern)
JsonPath = _text(checks.json_path)
Size = Annotated[int, BeforeValidator(_size), WithJsonSchema(_SIZE)]
Pause = _span("s", 0, DAY)
Timeout = _span("s", 0.001, 3600)
SecondLook = _span("s", 0, 3600, off=True)
Every = _span("d", 0, 3660 * DAY)
Grace = _span("h", 0, 3660 * DAY)
LevelWord = Annotated[Level, Field(strict=False)]
FormatWord = Annotated[Format, Field(strict=False)]
KindWord = Annotated[SourceKind, Field(strict=False)]


class Table(BaseModel):
    """A table of the file: strict, closed."""

    model_config = ConfigDict(strict=True, extra="forbid", populate_by_name=False)


class StoreTable(Table):
    """Where captures and the catalogue live."""

    archive: str = Field("snapshots", description="Folder (beside this file) or s3://bucket/prefix.")
    catalogue: str = Field("", description="SQLite file, by default in the archive, or postgresql://…; no password here.")
    keep: Literal["new", "all"] = Field("new", description="new: keep a body when its text is new; all: keep every body.")


class FetchTable(Table):
    """How pages are asked for."""

    contact: Line = Field("", description="Mail or web address of who runs this; part of the User-Agent.")
    pause: Pause = Field("2s", description="Between two requests to one host.")
    timeout: Timeout = Field("60s", description="Whole request: connect, headers, body, redirects, Retry-After.")
    max_body: Size = Field("50MB", description="Largest page, decoded.")
    second_look: SecondLook = Field("15s", description='Before a change is recorded; "0s" at once, "off" never.')
    robots: bool = Field(True, description="Honour robots.txt.")
    allow_private: list[Annotated[str, AfterValidator(checks.network)]] = Field(
        default=[], description="Networks (CIDR) of our own that may be watched; private addresses are refused otherwise.")


class RouteTable(Table):
    """Further recipients for some of the changes."""

    to: list[Mailbox] = Field(min_length=1, description="Who gets them.")
    min_level: LevelWord = Field(Level.LOW, description="Only changes at or above this level.")
    topics: list[Line] = Field(default=[], description="Only sources with one of these topics.")
    jurisdictions: list[Line] = Field(default=[], description="Only sources of these jurisdictions.")
    sources: list[str] = Field(default=[], description="Only these sources.")


class MailTable(Table):
    """Who is told, and how mail leaves."""

    to: list[Mailbox] = Field(default=[], description="Who gets every change.")
    from_: Mailbox = Field("", alias="from", description="The sender.")
    host: Annotated[str, AfterValidator(checks.host)] = Field("localhost", description="The mail server.")
    port: int = Field(25, ge=1, le=65535, description="Its port: 25, 465 (tls) or 587 (starttls).")
    security: Literal["none", "starttls", "tls"] = Field("none", description="How the connection is protected.")
    username_env: Variable = Field("", description="Environment variable that holds the user name.")
    password_env: Variable = Field("", description="Environment variable that holds the password.")
    sendmail: Annotated[str, AfterValidator(checks.program)] = Field(
        "", description="Full path of a sendmail program to use instead of a server.")
    min_level: LevelWord = Field(Level.LOW, description="Only changes at or above this level.")
    weekly: bool = Field(False, description="A mail each week even when nothing changed.")
    route: list[RouteTable] = Field(default=[], description="Further recipients for some of the changes.")
    chat_env: Variable = Field("", description="Environment variable that holds a chat address (extra: chat).")


class ItemsTable(Table):
    """Where the entries of a JSON list are, in JMESPath."""

    path: JsonPath = Field(description="From the document to the list.")
    id: JsonPath = Field("", description="From an entry to what identifies it.")
    title: JsonPath = Field("", description="From an entry to its title.")
    date: JsonPath = Field("", description="From an entry to its date.")
    fields: list[JsonPath] = Field(default=[], description="From an entry to each field that is text; none: every field.")


def _items(value: object) -> object:
    return {"path": value} if isinstance(value, str) else value


class SharedTable(Table):
    """The keys of a source that make sense for all: what [defaults] may hold."""

    publisher: Line = Field("", description="Who publishes it.")
    jurisdiction: Line = Field("", description="Where it applies: US, US-CA, UK, EU, international …")
    kind: KindWord = Field(SourceKind.REGULATOR, description="Who publishes it, as a class.")
    format: FormatWord = Field(Format.AUTO, description="How to read the bytes; auto decides by content.")
    select: Selector = Field("", description="CSS selector of the document on the page; without it the main content is found.")
    drop: list[Selector] = Field(default=[], description="CSS selectors of what to set aside.")
    ignore: list[Pattern] = Field(default=[], description="Regular expressions; a line that matches is set aside.")
    items: Annotated[ItemsTable, BeforeValidator(_items),
                     WithJsonSchema({"anyOf": [{"type": "string"}, {"$ref": "#/$defs/ItemsTable"}]})] = Field(
        default=None, description="JSON: where the entries are.")
    every: Every = Field("1d", description="How often it is due for check --due.")
    grace: Grace = Field("72h", description="How long it may go unchecked before it is overdue.")
    topics: list[Line] = Field(default=[], description="Words to sort and route by.")
    enabled: bool = Field(True, description="false: kept in the file, not checked.")
    render: bool = Field(False, description="Ask through a browser (extra: render).")
    two_person: bool = Field(False, description="A decision needs a second person.")
    keep: Literal["new", "all"] = Field("new", description="new: keep a body when its text is new; all: keep every body.")
    keep_text: Literal["full", "excerpt"] = Field("full", description="excerpt: digests and changed passages only.")
    evidence: Line = Field("", description="How sure we are of the address.")
    note: Prose = Field("", description="For people.")
    licence: Line = Field("", description="Terms of use, in short.")
    accept: Line = Field("", description="The request header Accept.")
    to: list[Mailbox] = Field(default=[], description="Further mail recipients.")
    min_level: LevelWord = Field(Level.LOW, description="Tell only changes at or above this level.")


class SourceTable(SharedTable):
    """One source."""

    id: Annotated[str, AfterValidator(checks.source_id)] = Field(description="Its name in the archive and everywhere.")
    url: Annotated[str, AfterValidator(checks.url)] = Field(description="Its address.")
    title: Line = Field("", description="Its title, for people.")


class FileTable(Table):
    """A whole sources.toml."""

    include: list[str] = Field(default=[], description="Further files of sources, beside this one.")
    store: StoreTable = Field(default=None)
    fetch: FetchTable = Field(default=None)
    mail: MailTable = Field(default=None)
    defaults: SharedTable = Field(default=None, description="Values for every source that does not say otherwise.")
    vocabulary: dict[str, Any] = Field(default={}, description="Words added to the shipped vocabulary.")
    source: list[SourceTable] = Field(default=[], description="What is watched.")
