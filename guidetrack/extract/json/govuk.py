"""GOV.UK's content API: the page's body, its parts and attachments, and the publisher's own change notes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from guidetrack.extract.draft import Draft
from guidetrack.extract.fragment import is_markup, read_markup
from guidetrack.extract.json.flatten import inline, lines
from guidetrack.extract.outline import Outline, fold
from guidetrack.models import Block, BlockKind, DateKind, PublisherNote, SetAside, StatedDate

_BODY = ("summary", "introduction", "body", "more_information", "what_you_need_to_know", "other_ways_to_apply")
_NOTES = ("change_history", "change_note", "latest_change_note")


def is_govuk(document: Any) -> bool:
    """Whether this is an answer of ``/api/content/``."""
    return (isinstance(document, dict) and isinstance(document.get("details"), dict) and "content_id" in document
            and ("base_path" in document or "document_type" in document))


def govuk(document: dict[str, Any], url: str) -> Draft:
    """The draft of a content item. What the API says about publishing, not about the matter, is set aside."""
    details = document["details"]
    outline = Outline()
    outline.text(BlockKind.PARAGRAPH, str(document.get("description") or ""))
    if document.get("withdrawn_notice"):
        _put(outline, document["withdrawn_notice"], url, "withdrawn_notice", 1)
    for name in _BODY:
        _put(outline, details.get(name), url, name, 1)
    for part in details.get("parts") or ():
        if isinstance(part, dict):
            outline.heading(str(part.get("title") or part.get("slug") or ""), 1, str(part.get("slug") or ""))
            _put(outline, part.get("body"), url, "body", 2)
    used = {*_BODY, *_NOTES, "parts", "headers", "attachments"}
    for name in sorted(set(details) - used):
        _put(outline, details[name], url, name, 1)
    _attachments(outline, details.get("attachments"))
    own = ("description", "withdrawn_notice", "details", "title", "locale", "public_updated_at", "first_published_at")
    aside = [SetAside(f"{field}: {text}", "feed metadata") for name in sorted(set(document) - set(own))
             for field, text in lines(document[name], name)]
    return Draft(outline.sections(), fold(str(document.get("title") or "")), str(document.get("locale") or ""),
                 _dates(document), _notes(details), tuple(aside))


def _put(outline: Outline, value: Any, url: str, name: str, level: int) -> None:
    """A field of ``details``: markup as its own headings and blocks, anything else as ``field: value``."""
    if isinstance(value, list) and value and all(isinstance(one, dict) and "content" in one for one in value):
        value = next((one["content"] for one in value if one.get("content_type") == "text/html"), value[0]["content"])
    if isinstance(value, str) and is_markup(value):
        for block in read_markup(value, url):
            if block.kind is BlockKind.HEADING:
                outline.heading(block.text, level + block.level, block.key)
            else:
                outline.add(block)
    elif isinstance(value, str) and name in _BODY:
        outline.text(BlockKind.PARAGRAPH, value)
    else:
        for field, text in lines(value, name):
            outline.add(Block(BlockKind.ENTRY, f"{field}: {text}", key=field))


def _attachments(outline: Outline, attachments: Any) -> None:
    for one in attachments if isinstance(attachments, list) else ():
        if isinstance(one, dict):
            title, target = fold(str(one.get("title") or one.get("filename") or "")), str(one.get("url") or "")
            text = f"{title} <{target}>" if target else title
            outline.text(BlockKind.ITEM, text or inline(one), 1, str(one.get("id") or target))


def _dates(document: dict[str, Any]) -> tuple[StatedDate, ...]:
    named = (("public_updated_at", DateKind.UPDATED), ("first_published_at", DateKind.PUBLISHED))
    return tuple(StatedDate(kind, day, f"{name}: {document[name]}") for name, kind in named
                 if (day := iso_day(document.get(name))))


def _notes(details: dict[str, Any]) -> tuple[PublisherNote, ...]:
    history = details.get("change_history")
    notes = [PublisherNote(text, iso_day(one.get("public_timestamp")))
             for one in (history if isinstance(history, list) else ())
             if isinstance(one, dict) and (text := fold(str(one.get("note") or "")))]
    notes.sort(key=lambda note: note.value or date.min, reverse=True)
    return tuple(notes)


def iso_day(value: Any) -> date | None:
    """The day of an ISO 8601 time as written, or None."""
    try:
        return datetime.fromisoformat(str(value)).date()
    except ValueError:
        return None
