"""The shape of sources.toml as pydantic models: strict types, no unknown keys, no coercion.

Only what the file says is kept (``exclude_unset``); defaults live in :mod:`guidetrack.models`. The descriptions
become the JSON Schema that editors show.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from guidetrack.models import Format, Level, SourceKind
from guidetrack.sources import checks, units
from guidetrack.sources.checks import Wrong

DAY = 86400
_DURATION = {"type": "string", "pattern": r"^\s*\d+(\.\d+)?\s*[A-Za-z]+\s*$", "examples": ["2s", "30m", "72h", "1d"]}
_SIZE = {"type": "string", "pattern": r"^\s*\d+(\.\d+)?\s*[KMGkmg]?i?[Bb]\s*$", "examples": ["50MB", "10KB"]}


def _span(unit: str, low: float, high: float, *, off: bool = False) -> Callable[[object], timedelta | None]:
    """A reader of durations between ``low`` and ``high`` seconds; ``unit`` is what a bare number most likely meant."""
    example = {"s": '"2s"', "h": '"72h"', "d": '"1d"'}[unit]
    expected = "text with a unit (s, m, h, d, w)" + (' or "off"' if off else "")

    def read(value: object) -> timedelta | None:
        if off and value == "off":
            return None
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            raise Wrong(f"{value} has no unit", expected, example, f"{value}{unit}" if 0 < value < 10**6 else "")
        if not isinstance(value, str):
            raise Wrong("not text", expected, example)
        try:
            span = units.duration(value)
        except ValueError:
            near = f"{value.strip()}{unit}" if value.strip().isdigit() else ""
            raise Wrong(f"{checks.shown(value)} is no duration", expected, example, near) from None
        if not low <= span.total_seconds() <= high:
            raise Wrong(f"{checks.shown(value)} is out of range", f"{_brief(low)} to {_brief(high)}", example)
        return span

    return read


def _brief(seconds: float) -> str:
    for unit, length in (("d", DAY), ("h", 3600), ("s", 1)):
        if seconds >= length and seconds % length == 0:
            return f'"{int(seconds // length)}{unit}"'
    return f'"{seconds:g}s"'


def _size(value: object) -> int:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        near = units.size_text(value) if isinstance(value, int) and 1000 <= value <= 1000**3 else ""
        raise Wrong(f"{value} has no unit", "text with a unit (KB, MB, GB)", '"50MB"', near)
    if not isinstance(value, str):
        raise Wrong("not text", "text with a unit (KB, MB, GB)", '"50MB"')
    try:
        count = units.size(value)
    except ValueError:
        raise Wrong(f"{checks.shown(value)} is no size", "text with a unit (KB, MB, GB)", '"50MB"') from None
    if not 1000 <= count <= 1000**3:
        raise Wrong(f"{checks.shown(value)} is out of range", '"1KB" to "1GB"', '"50MB"')
    return count


def _items(value: object) -> object:
    return {"path": value} if isinstance(value, str) else value


def _key(description: str, default: Any = None, **more: Any) -> Any:
    """A key with the default that editors show; what the file leaves out stays unset here."""
    return Field(default, description=description, **more)


Line: TypeAlias = Annotated[str, AfterValidator(checks.line)]
Prose: TypeAlias = Annotated[str, AfterValidator(checks.prose)]
Mailbox: TypeAlias = Annotated[str, AfterValidator(checks.mailbox)]
Variable: TypeAlias = Annotated[str, AfterValidator(checks.variable)]
Selector: TypeAlias = Annotated[str, AfterValidator(checks.selector)]
Pattern: TypeAlias = Annotated[str, AfterValidator(checks.pattern)]
JsonPath: TypeAlias = Annotated[str, AfterValidator(checks.json_path)]
Network: TypeAlias = Annotated[str, AfterValidator(checks.network)]
Size: TypeAlias = Annotated[int, BeforeValidator(_size), WithJsonSchema(_SIZE)]
Pause: TypeAlias = Annotated[timedelta, BeforeValidator(_span("s", 0, DAY)), WithJsonSchema(_DURATION)]
Timeout: TypeAlias = Annotated[timedelta, BeforeValidator(_span("s", 0.001, 3600)), WithJsonSchema(_DURATION)]
SecondLook: TypeAlias = Annotated[timedelta | None, BeforeValidator(_span("s", 0, 3600, off=True)),
                                  WithJsonSchema({"anyOf": [{"const": "off"}, _DURATION]})]
Every: TypeAlias = Annotated[timedelta, BeforeValidator(_span("d", 0, 3660 * DAY)), WithJsonSchema(_DURATION)]
Grace: TypeAlias = Annotated[timedelta, BeforeValidator(_span("h", 0, 3660 * DAY)), WithJsonSchema(_DURATION)]
LevelWord: TypeAlias = Annotated[Level, Field(strict=False)]
FormatWord: TypeAlias = Annotated[Format, Field(strict=False)]
KindWord: TypeAlias = Annotated[SourceKind, Field(strict=False)]
Keep: TypeAlias = Literal["new", "all"]


class Table(BaseModel):
    """A table of the file: strict, closed."""

    model_config = ConfigDict(strict=True, extra="forbid", populate_by_name=False)


class StoreTable(Table):
    """Where captures and the catalogue live."""

    archive: str = _key("Folder (beside this file) or s3://bucket/prefix (gs://, az://).", "snapshots")
    catalogue: str = _key("SQLite file, by default in the archive, or postgresql://…; no password here.")
    keep: Keep = _key("new: keep a body when its text is new; all: keep every body.", "new")


class FetchTable(Table):
    """How pages are asked for."""

    contact: Line = _key("Mail or web address of who runs this; part of the User-Agent.", "")
    pause: Pause = _key("Between two requests to one host.", "2s")
    timeout: Timeout = _key("Whole request: connect, headers, body, redirects, Retry-After.", "60s")
    max_body: Size = _key("Largest page, decoded.", "50MB")
    second_look: SecondLook = _key('Before a change is recorded; "0s" at once, "off" never.', "15s")
    robots: bool = _key("Honour robots.txt.", True)
    allow_private: list[Network] = _key("Networks (CIDR) of our own; private addresses are refused otherwise.")


class RouteTable(Table):
    """Further recipients for some of the changes."""

    to: list[Mailbox] = _key("Who gets them.", ..., min_length=1)
    min_level: LevelWord = _key("Only changes at or above this level.", "low")
    topics: list[Line] = _key("Only sources with one of these topics.")
    jurisdictions: list[Line] = _key("Only sources of these jurisdictions.")
    sources: list[str] = _key("Only these sources.")


class MailTable(Table):
    """Who is told, and how mail leaves."""

    to: list[Mailbox] = _key("Who gets every change.")
    from_: Mailbox = _key("The sender.", alias="from")
    host: Annotated[str, AfterValidator(checks.host)] = _key("The mail server.", "localhost")
    port: int = _key("Its port: 25, 465 (tls) or 587 (starttls).", 25, ge=1, le=65535)
    security: Literal["none", "starttls", "tls"] = _key("How the connection is protected.", "none")
    username_env: Variable = _key("Environment variable that holds the user name.")
    password_env: Variable = _key("Environment variable that holds the password.")
    sendmail: Annotated[str, AfterValidator(checks.program)] = _key(
        "Full path of a sendmail program to use instead of a server.")
    min_level: LevelWord = _key("Only changes at or above this level.", "low")
    weekly: bool = _key("A mail each week even when nothing changed.", False)
    route: list[RouteTable] = _key("Further recipients for some of the changes.")
    chat_env: Variable = _key("Environment variable that holds a chat address (extra: chat).")


class ItemsTable(Table):
    """Where the entries of a JSON list are, in JMESPath."""

    path: JsonPath = _key("From the document to the list.", ...)
    id: JsonPath = _key("From an entry to what identifies it.")
    title: JsonPath = _key("From an entry to its title.")
    date: JsonPath = _key("From an entry to its date.")
    fields: list[JsonPath] = _key("From an entry to each field that is text; none: every field.")


class SharedTable(Table):
    """The keys of a source that make sense for all: what [defaults] may hold."""

    publisher: Line = _key("Who publishes it.")
    jurisdiction: Line = _key("Where it applies: US, US-CA, UK, EU, international …")
    kind: KindWord = _key("Who publishes it, as a class.")
    format: FormatWord = _key("How to read the bytes; auto decides by content.", "auto")
    select: Selector = _key("CSS selector of the document on the page; without it the main content is found.")
    drop: list[Selector] = _key("CSS selectors of what to set aside.")
    ignore: list[Pattern] = _key("Regular expressions; a line that matches is set aside.")
    items: Annotated[ItemsTable, BeforeValidator(_items)] = _key("JSON: where the entries are.")
    every: Every = _key("How often it is due for check --due.", "1d")
    grace: Grace = _key("How long it may go unchecked before it is overdue.", "72h")
    topics: list[Line] = _key("Words to sort and route by.")
    enabled: bool = _key("false: kept in the file, not checked.", True)
    render: bool = _key("Ask through a browser (extra: render).", False)
    two_person: bool = _key("A decision needs a second person.", False)
    keep: Keep = _key("new: keep a body when its text is new; all: keep every body.", "new")
    keep_text: Literal["full", "excerpt"] = _key("excerpt: digests and changed passages only.", "full")
    evidence: Line = _key("How sure we are of the address.")
    note: Prose = _key("For people.")
    licence: Line = _key("Terms of use, in short.")
    accept: Line = _key("The request header Accept.")
    to: list[Mailbox] = _key("Further mail recipients.")
    min_level: LevelWord = _key("Tell only changes at or above this level.")


class SourceTable(SharedTable):
    """One source."""

    id: Annotated[str, AfterValidator(checks.source_id)] = _key("Its name in the archive and everywhere.", ...)
    url: Annotated[str, AfterValidator(checks.url)] = _key("Its address.", ...)
    title: Line = _key("Its title, for people.")


class FileTable(Table):
    """A whole sources.toml."""

    include: list[str] = _key("Further files of sources, beside this one.")
    store: StoreTable = _key("Where captures and the catalogue live.")
    fetch: FetchTable = _key("How pages are asked for.")
    mail: MailTable = _key("Who is told, and how mail leaves.")
    defaults: SharedTable = _key("Values for every source that does not say otherwise.")
    vocabulary: dict[str, Any] = _key("Words added to the shipped vocabulary.")
    source: list[SourceTable] = _key("What is watched.")
