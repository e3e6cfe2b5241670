"""Mementos: a web archive's copies of one page, read from its index whatever form that has. Pure.

Indexes come as CDX in four spellings (a JSON array of arrays with a header row, one JSON object a line, CDXJ
``key timestamp {json}``, the classic columns with or without their `` CDX N b a`` line) and as TimeMaps in link format
(RFC 7089 section 5). All is from outside: a line that cannot be read is counted and said, never fatal.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

STAMP = "%Y%m%d%H%M%S"
COLUMNS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest")
"""What the columns are when no header row says so."""
MAX_LINE = 20_000
"""Characters of an index line; addresses end at 8,192."""

_STAMP = re.compile(r"\d{14}")
_REPLAY = re.compile(r"/(\d{14})(?:[a-z]{2}_)?/(https?):/{1,2}(?=[^/])", re.IGNORECASE)
_LINK = re.compile(r'<([^<>\s]{1,8192})>((?:\s*;\s*[\w-]+\s*=\s*(?:"[^"]*"|[^\s",;]+))*)')
_PARAMETER = re.compile(r';\s*([\w-]+)\s*=\s*(?:"([^"]*)"|([^\s",;]+))')
_LETTERS = {"N": "urlkey", "b": "timestamp", "a": "original", "m": "mimetype", "s": "statuscode", "k": "digest"}
_SAME_MEANING = {"url": "original", "mime": "mimetype", "status": "statuscode"}


@dataclass(frozen=True, slots=True)
class Memento:
    """One copy of a page in a web archive.

    :param when: when the archive fetched it (aware, UTC). :param address: where its raw bytes are.
    :param original: the address it is a copy of. :param digest: of its payload, as the archive spells it; or empty.
    :param status: the status it was answered with; None when the index does not say.
    :param archive: the address of the archive.
    """

    when: datetime
    address: str
    original: str
    digest: str = ""
    status: int | None = None
    media_type: str = ""
    archive: str = ""


@dataclass(frozen=True, slots=True)
class Index:
    """What an index, or a page of one, lists.

    :param lines: how many it had. :param malformed: how many of them could not be read. :param example: the first.
    :param elsewhere: entries of other pages. :param further: addresses of further TimeMaps.
    """

    mementos: tuple[Memento, ...]
    lines: int = 0
    malformed: int = 0
    example: str = ""
    elsewhere: int = 0
    further: tuple[str, ...] = ()


def replay(archive: str, when: datetime, original: str) -> str:
    """The address of a copy's raw bytes: ``id_`` asks wayback machines to change nothing."""
    return f"{archive}/{when:{STAMP}}id_/{original}"


def moment(stamp: str) -> datetime | None:
    """The time of 14 digits (more are cut), or None when they are none."""
    if not _STAMP.match(stamp):
        return None
    try:
        return datetime.strptime(stamp[:14], STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def taken_apart(address: str) -> tuple[datetime, str] | None:
    """(when, original address) of a memento's address, or None when it has not the form of one."""
    found = _REPLAY.search(address)
    when = moment(found[1]) if found else None
    return None if found is None or when is None else (when, f"{found[2].lower()}://{address[found.end():]}")


def http_date(text: str) -> datetime | None:
    """A date as ``Memento-Datetime`` and TimeMaps spell it. RFC 9110 section 5.6.7."""
    try:
        parsed = parsedate_to_datetime(text)
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def same_page(one: str, other: str) -> bool:
    """Whether two addresses are of one page as indexes see it: scheme, ``www.``, case and order of query aside."""
    return _key(one) == _key(other)


def _key(url: str) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    try:
        parts = urlsplit(url.strip().lower())
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
        query = tuple(sorted(parse_qsl(parts.query, keep_blank_values=True, max_num_fields=200)))
    except ValueError:
        return url, "", ()
    where = f"{host}:{port}" if port not in (None, 80, 443) else host
    return where, parts.path.rstrip("/"), query


# CDX


def read_cdx(body: bytes, *, archive: str, url: str) -> Index:
    """The copies of ``url`` that a CDX answer lists, in its order."""
    text = body.decode("utf-8", "replace").strip()
    rows = list(_array(text) if text.startswith("[") else _lines(text))
    found: list[Memento] = []
    malformed, example, elsewhere = 0, "", 0
    for raw, fields in rows:
        memento = _memento(fields, archive) if fields is not None else None
        if memento is None:
            malformed += 1
            example = example or raw[:200]
        elif not same_page(memento.original, url):
            elsewhere += 1
        else:
            found.append(memento)
    return Index(tuple(found), len(rows), malformed, example, elsewhere)


Row = tuple[str, Mapping[str, Any] | None]
"""A line as it came, and its fields by name, or None when it has none."""


def _array(text: str) -> Iterator[Row]:
    """Rows of a JSON array of arrays; where the whole is damaged, of those lines that are not."""
    rows = _json(text)
    if not isinstance(rows, list):
        rows = []
        for line in text.splitlines():
            line = line.strip().rstrip(",")
            line = line[1:] if line.startswith("[[") else line
            line = line[:-1] if line.endswith("]]") else line
            if line not in ("", "[", "]"):
                row = _json(line)
                rows.append(line if row is None else row)
    names: Sequence[str] = COLUMNS
    for row in rows:
        if not isinstance(row, list) or not all(isinstance(cell, str | int | None) for cell in row):
            yield str(row)[:MAX_LINE], row if isinstance(row, dict) else None
        elif "timestamp" in row:
            names = [str(name) for name in row]
        elif row:
            yield str(row)[:MAX_LINE], dict(zip(names, row, strict=False))


def _lines(text: str) -> Iterator[Row]:
    names: Sequence[str] = COLUMNS
    for line in text.splitlines():
        bare = line.strip()
        if not bare or bare[0] in "!@":  # CDXJ's lines about itself
            continue
        if len(bare) > MAX_LINE:
            yield bare[:200], None
        elif bare.startswith("{"):
            yield bare, _object(bare)
        elif bare.startswith("CDX "):
            names = [_LETTERS.get(letter, letter) for letter in bare.split()[1:]]
        elif bare.endswith("}"):
            key, _, rest = bare.partition(" ")
            stamp, _, packed = rest.strip().partition(" ")
            fields = _object(packed)
            yield bare, None if fields is None else {"urlkey": key, "timestamp": stamp, **fields}
        else:
            yield bare, dict(zip(names, bare.split(" "), strict=False))


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _object(text: str) -> dict[str, Any] | None:
    value = _json(text)
    return value if isinstance(value, dict) else None


def _memento(fields: Mapping[str, Any], archive: str) -> Memento | None:
    named = {_SAME_MEANING.get(name, name): str(value) for name, value in fields.items() if value is not None}
    when, original = moment(named.get("timestamp", "")), named.get("original", "")
    if when is None or not re.match(r"https?://[^/\s]", original, re.IGNORECASE) or re.search(r"\s", original):
        return None
    status = named.get("statuscode", "")
    digest = named.get("digest", "")
    return Memento(
        when, replay(archive, when, original), original, "" if digest == "-" else digest.rpartition(":")[2],
        int(status) if re.fullmatch(r"[1-9]\d\d", status, re.ASCII) else None, named.get("mimetype", ""), archive)


# TimeMaps


def read_timemap(body: bytes, *, archive: str, url: str) -> Index:
    """The copies of ``url`` that a TimeMap in link format lists. RFC 7089 sections 2.2.4 and 5."""
    text = body.decode("utf-8", "replace")
    found: list[Memento] = []
    further: list[str] = []
    malformed, example, elsewhere, entries, last = 0, "", 0, 0, 0
    for match in _LINK.finditer(text):
        between, last = text[last:match.start()].strip(" \t\r\n,"), match.end()
        if between:
            malformed, entries, example = malformed + 1, entries + 1, example or between[:200]
        entries += 1
        parameters = {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(match[2])}
        relations = parameters.get("rel", "").lower().split()
        if "timemap" in relations:
            further.append(match[1])
        if "memento" not in relations:
            continue
        memento = _linked(match[1], parameters, archive, url)
        if memento is None:
            malformed, example = malformed + 1, example or match[0][:200]
        elif not same_page(memento.original, url):
            elsewhere += 1
        else:
            found.append(memento)
    rest = text[last:].strip(" \t\r\n,")
    if rest:
        malformed, entries, example = malformed + 1, entries + 1, example or rest[:200]
    return Index(tuple(found), entries, malformed, example, elsewhere, tuple(further))


def _linked(address: str, parameters: Mapping[str, str], archive: str, url: str) -> Memento | None:
    when, parts = http_date(parameters.get("datetime", "")), taken_apart(address)
    if when is None:
        return None
    if parts is not None:
        return Memento(when, replay(archive, parts[0], parts[1]), parts[1], archive=archive)
    return Memento(when, address, url, archive=archive) if address.startswith(archive + "/") else None
