"""Where a JSON document keeps its list of entries, and what identifies, names and dates each of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from guidetrack.errors import ExtractError, SelectError
from guidetrack.extract.json.flatten import inline, scalar
from guidetrack.models import Items

LISTS = ("results", "data", "items", "studies", "content_versions", "entries", "records", "history", "documents",
         "products", "articles", "guidance", "resultados", "idlist")
"""Names under which services put their entries, likeliest first."""
ENVELOPES = ("data", "esearchresult", "response", "result", "d", "feed", "payload")
"""Names of objects that only wrap the list."""
_IDS = ("id", "document_number", "content_id", "guid", "nctId", "recall_number", "application_number", "product_ndc",
        "ema_product_number", "procedure_number", "setid", "set_id", "spl_set_id", "li_item_id", "drug_code",
            "nregistro",
        "GuidanceNumber", "identifier", "uid", "pmid", "doi", "key", "slug", "link", "html_url", "url", "Uri",
            "base_path",
        "spl_version", "version")
_DISTINGUISH = ("spl_version", "version", "date", "amendment_date", "published_date", "effective_time", "language",
                "schedule_code", "type", "name", "title")
_TITLES = ("title", "briefTitle", "officialTitle", "Title", "name", "name_of_medicine", "brand_name",
    "product_description", "generic_name", "headline", "nombre", "label", "subject", "drug_name", "sponsor_name")
_DATES = ("publication_date", "published_date", "date_published", "first_published_at", "report_date", "postedDate",
          "issue_date", "date", "public_timestamp", "published", "pubdate")
_WRAPPERS = ("attributes", "protocolSection", "identificationModule", "openfda")
"""Objects inside an entry that are looked into for its id, title and date."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One element of the list: what identifies it (unique in the list), its title, its date as written, its value."""

    key: str
    title: str
    date: str
    value: Any


def chosen(document: Any, items: Items) -> list[Any] | None:
    """The elements that ``items.path`` points at; None when it finds nothing at all.

    :raises ExtractError: the expression is not JMESPath. An object is taken as a mapping from id to entry.
    """
    found = search(items.path, document, "items")
    if isinstance(found, dict):
        return [value for _, value in sorted(found.items(), key=lambda pair: str(pair[0]))]
    if isinstance(found, list):
        return found
    return None if found is None else [found]


def search(expression: str, value: Any, what: str) -> Any:
    """What a JMESPath ``expression`` finds in ``value``. :raises ExtractError: it is not valid JMESPath."""
    import jmespath
    from jmespath.exceptions import JMESPathError

    try:
        return jmespath.search(expression, value)
    except (JMESPathError, RecursionError, ValueError, TypeError) as error:
        reason = fold_error(error)
        raise ExtractError(f"{what} = {expression[:200]!r} is not a usable JMESPath expression: {reason}") from error


def fold_error(error: Exception) -> str:
    """The first line of an error's message."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


def guessed(document: Any) -> tuple[list[Any], tuple[str, ...]] | None:
    """The list of entries and the names that lead to it, or None when the document is a record of its own."""
    if isinstance(document, list):
        return document, ()
    path: tuple[str, ...] = ()
    node = document
    for _ in range(4):
        if not isinstance(node, dict):
            return None
        if isinstance(node.get("uids"), list):
            return [node[key] for key in sorted(node, key=str) if isinstance(node[key], dict)], (*path, "uids")
        for name in LISTS:
            value = node.get(name)
            if isinstance(value, list) and (name == "idlist" or all(isinstance(child, dict) for child in value)):
                return value, (*path, name)
        name = next((name for name in ENVELOPES if isinstance(node.get(name), dict)), "")
        if not name:
            return _only_list(node, path)
        node, path = node[name], (*path, name)
    return None


def _only_list(node: dict[str, Any], path: tuple[str, ...]) -> tuple[list[Any], tuple[str, ...]] | None:
    """The largest list of objects in an object that holds hardly anything else."""
    lists = [(len(value), name) for name, value in node.items()
             if isinstance(value, list) and value and all(isinstance(child, dict) for child in value)]
    scalars = sum(not isinstance(value, (dict, list)) for value in node.values())
    if not lists or scalars > 4:
        return None
    name = max(lists, key=lambda pair: (pair[0], pair[1]))[1]
    return node[name], (*path, name)


def describe(values: list[Any], items: Items | None) -> list[Entry]:
    """Each element with its key, title and date; by date, newest first, then by key: the list's order is ignored."""
    keys = _keys(values, items)
    titles = [_first(value, _TITLES, items.title if items else "", "items.title") for value in values]
    repeated = {title for title in titles if titles.count(title) > 1} if len(titles) <= 500 else _repeated(titles)
    entries = [
        Entry(key, _title(title, key, title in repeated),
              _first(value, _DATES, items.date if items else "", "items.date"), value)
        for key, title, value in zip(keys, titles, values, strict=True)
    ]
    entries.sort(key=lambda entry: _natural(entry.key))
    entries.sort(key=lambda entry: entry.date, reverse=True)
    return entries


def _repeated(titles: list[str]) -> set[str]:
    seen: set[str] = set()
    return {title for title in titles if title in seen or seen.add(title)}  # type: ignore[func-returns-value]


def _title(title: str, key: str, repeated: bool) -> str:
    if not title:
        return re.sub(r" #\d+$", "", key)
    return f"{title} ({key})" if repeated and key != title else title


def _keys(values: list[Any], items: Items | None) -> list[str]:
    """A unique key for each element: a field whose values differ, else several fields together."""
    if items and items.id:
        return _numbered([_first(value, (), items.id, "items.id") or inline(value)[:200] for value in values])
    if not all(isinstance(value, dict) for value in values):
        return _numbered([scalar(value) or inline(value)[:200] for value in values])
    base = next((found for name in _IDS if all(found := [leaf(value, name) for value in values])
                 and len(set(found)) == len(found)), None)
    if base:
        return base
    base = next((found for name in _IDS if all(found := [leaf(value, name) for value in values])), [""] * len(values))
    for name in _DISTINGUISH:
        more = [leaf(value, name) for value in values]
        if len(set(zip(base, more, strict=True))) > len(set(base)):
            base = [" ".join(filter(None, pair)) for pair in zip(base, more, strict=True)]
    return _numbered([key or inline(value)[:200] for key, value in zip(base, values, strict=True)])


def _numbered(keys: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    out = []
    for key in keys:
        seen[key] = seen.get(key, 0) + 1
        out.append(key if seen[key] == 1 else f"{key} #{seen[key]}")
    return out


def _first(value: Any, names: tuple[str, ...], expression: str, what: str) -> str:
    if expression:
        found = search(expression, value, what)
        return inline(found)
    own = next((text for name in names if (text := leaf(value, name, wrapped=False))), "")
    return own or next((text for name in names if (text := leaf(value, name))), "")


def leaf(value: Any, name: str, wrapped: bool = True) -> str:
    """The scalar called ``name`` in an entry or, if ``wrapped``, in what wraps its fields; empty when there is none."""
    node = value
    for wrapper in ("", *_WRAPPERS) if wrapped else ("",):
        if wrapper:
            inner = value.get(wrapper) if isinstance(value, dict) else None
            inner = node.get(wrapper) if inner is None and isinstance(node, dict) else inner
            if not isinstance(inner, dict):
                continue
            node = inner
        found = node.get(name) if isinstance(node, dict) else None
        if isinstance(found, dict):
            found = found.get("rendered")
        if isinstance(found, list) and found and not isinstance(found[0], (dict, list)):
            found = found[0]
        if found not in (None, "") and not isinstance(found, (dict, list)):
            return scalar(found, name)
    return ""


def _natural(key: str) -> list[tuple[int, int, str]]:
    """Sorts ``v2`` before ``v10``."""
    return [(0, int(part), "") if part.isdecimal() and part.isascii() and len(part) < 19 else (1, 0, part)
            for part in re.split(r"(\d+)", key) if part]


def nothing_at(document: Any, items: Items) -> SelectError:
    """The error for an ``items`` path that finds nothing, naming what is there."""
    names = sorted(str(name) for name in document)[:12] if isinstance(document, dict) else [type(document).__name__]
    there = ", ".join(names)
    return SelectError(f"items = {items.path!r} finds nothing in the JSON; expected a list of entries; "
                       f"the document has: {there or 'nothing'}")
