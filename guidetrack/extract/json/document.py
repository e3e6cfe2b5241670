"""A JSON document as a draft: which shape it has, and the sections of each shape."""

from __future__ import annotations

import re
from typing import Any

from guidetrack.extract.draft import Draft, Input
from guidetrack.extract.fragment import is_markup, read_markup
from guidetrack.extract.json import entries
from guidetrack.extract.json.flatten import inline, lines
from guidetrack.extract.json.govuk import govuk, is_govuk
from guidetrack.extract.json.parse import parse
from guidetrack.extract.outline import fold
from guidetrack.models import Block, BlockKind, Items, Section, SetAside

METADATA = "feed metadata"
"""Rule of what a service says about its answer and not about the matter: counts, paging, timings."""
_VOLATILE = re.compile(
    r"^(?:_?meta|count|total\w*|num_?results|resultcount|result_count|next\w*|prev\w*|first_page\w*|last_page\w*|page|pages"
    r"|pagesize|page_size|per_page|pagina|tamanioPagina|offset|skip|limit|start|retstart|retmax|took|elapsed\w*|_?links"
    r"|request_?id|facets|aggregations|suggested_\w+|header|translation\w*|querytranslation|uids|took_ms|timestamp"
    r"|generated\w*|last_updated|disclaimer|terms|jsonapi|db_published_date|metadata)$", re.I)
_VOLATILE_FIELD = re.compile(r"^(?:_?score|es_score|relevance|rank|_index|_type|elasticsearch_type|took)$", re.I)
_LANGUAGES = ("locale", "language", "lang")


def draft(source: Input) -> Draft:
    """The draft of the document in ``source.body``; see :func:`guidetrack.extract.json.read` for errors."""
    document = parse(source.body, source.media_type)
    items = None if _is_error(document) else source.rules.items
    if is_not_found(document):
        return Draft(())
    if is_govuk(document) and not items:
        return govuk(document, source.url)
    values, rest = _entries(document, items)
    sections = [_record(rest, source.url)] if items is None else []
    sections += [_section(entry, items, source.url) for entry in entries.describe(values, items)]
    aside = _aside(rest, items is not None)
    kept = tuple(section for section in sections if section.path or section.blocks)
    title = entries.leaf(document, "title") if isinstance(document, dict) else ""
    language = next((entries.leaf(document, name) for name in _LANGUAGES if isinstance(document, dict)), "")
    return Draft(kept, fold(title), language, set_aside=tuple(aside))


def is_not_found(document: Any) -> bool:
    """openFDA answers a search without hits with status 404 and this error: an empty list, not a failure."""
    error = document.get("error") if isinstance(document, dict) and len(document) <= 2 else None
    return isinstance(error, dict) and error.get("code") == "NOT_FOUND" and "results" not in document


def _entries(document: Any, items: Items | None) -> tuple[list[Any], Any]:
    """The entries, and the document without them."""
    if items is None:
        found = entries.guessed(document)
        return (found[0], _without(document, found[1])) if found else ([], document)
    values = entries.chosen(document, items)
    if values is not None:
        return values, _without(document, tuple(items.path.split(".")))
    if _counts_none(document):
        return [], document
    raise entries.nothing_at(document, items)


def _without(document: Any, path: tuple[str, ...]) -> Any:
    """A copy of the document without what stands at ``path``; an esummary's entries go with its ``uids``."""
    if not path or not isinstance(document, dict) or path[0] not in document:
        return {} if isinstance(document, list) else document
    top = dict(document)
    node = top
    for name in path[:-1]:
        if not isinstance(node.get(name), dict):
            return top
        node[name] = dict(node[name])
        node = node[name]
    node.pop(path[-1], None)
    if path[-1] == "uids":
        for name in [name for name, value in node.items() if isinstance(value, dict)]:
            node.pop(name)
    return top


def _counts_none(document: Any) -> bool:
    """Whether the answer says that there are no hits (some services leave the list out then)."""
    names = ("count", "total", "totalCount", "total_count")
    return isinstance(document, dict) and any(document.get(name) in (0, "0") for name in names if name in document)


def _is_error(document: Any) -> bool:
    """An error object: its text is shown, whether it is the page is not decided here."""
    if not isinstance(document, dict) or len(document) > 6:
        return False
    data = any(isinstance(value, list) and value and isinstance(value[0], dict)
               for name, value in document.items() if name != "errors")
    return not data and any(document.get(name) for name in ("error", "errors", "message", "fault"))


def _record(rest: Any, url: str) -> Section:
    """Everything outside the list that is not about the answer itself."""
    if isinstance(rest, dict):
        rest = {name: value for name, value in rest.items() if not _VOLATILE.match(str(name))}
        rest = {name: _unwrapped(value) for name, value in rest.items()}
    return Section((), 0, tuple(_blocks(rest, url)))


def _unwrapped(value: Any) -> Any:
    """What is left of an envelope, without its own counts and paging."""
    if not isinstance(value, dict):
        return value
    return {name: inner for name, inner in value.items() if not _VOLATILE.match(str(name))}


def _aside(rest: Any, declared: bool) -> list[SetAside]:
    """What is not compared: the answer's own data; with declared ``items`` everything outside them."""
    if not isinstance(rest, dict):
        return []
    inner = {f"{name}.{key}": value for name, wrapped in rest.items() if isinstance(wrapped, dict) and not declared
             for key, value in wrapped.items() if _VOLATILE.match(key) and not _VOLATILE.match(name)}
    names = {name: value for name, value in rest.items() if declared or _VOLATILE.match(name)} | inner
    return [SetAside(f"{field}: {text}", METADATA if _VOLATILE.match(name.rpartition(".")[2]) else "outside items")
            for name in sorted(names) for field, text in lines(names[name], name)]


def _section(entry: entries.Entry, items: Items | None, url: str) -> Section:
    title = _plain(entry.title, url)
    if items and items.fields:
        pairs = [(field, entries.search(field, entry.value, "items.fields")) for field in items.fields]
        blocks = [block for field, value in pairs for block in _blocks(value, url, field)]
    elif isinstance(entry.value, (dict, list)):
        blocks = [block for block in _blocks(entry.value, url) if not _repeats(block, title)]
        blocks = [] if inline(entry.value) == entry.title else blocks
    else:
        blocks = []
    return Section((title,), 1, tuple(blocks), entry.key)


def _repeats(block: Block, title: str) -> bool:
    """Whether a field only says the title again, which is the heading already."""
    field, _, text = block.text.partition(": ")
    return text == title and field.rpartition(".")[2].lower() in ("title", "brieftitle", "name", "rendered", "headline")


def _blocks(value: Any, url: str, name: str = "") -> list[Block]:
    """One block a field; a field that holds markup gives the blocks of the markup."""
    out: list[Block] = []
    stack: list[tuple[str, Any]] = [(name, value)]
    while stack:
        field, node = stack.pop()
        leaf = field.rpartition(".")[2]
        if _VOLATILE_FIELD.match(leaf):
            continue
        if isinstance(node, dict):
            stack.extend((f"{field}.{fold(str(key))}" if field else fold(str(key)), node[key])
                         for key in sorted(node, key=str, reverse=True))
        elif isinstance(node, str) and is_markup(node):
            out.extend(_marked(field, node, url))
        else:
            out.extend(Block(BlockKind.ENTRY, f"{at}: {text}" if at else text, key=at)
                       for at, text in lines(node, field))
    return out


def _marked(field: str, markup: str, url: str) -> list[Block]:
    blocks = read_markup(markup, url)
    if len(blocks) == 1:
        return [Block(BlockKind.ENTRY, f"{field}: {blocks[0].text}" if field else blocks[0].text, key=field)]
    return blocks


def _plain(text: str, url: str) -> str:
    """A title without markup, never empty."""
    if not is_markup(text):
        return text or "(no title)"
    return fold(" ".join(block.text for block in read_markup(text, url))) or text
