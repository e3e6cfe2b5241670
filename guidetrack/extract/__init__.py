"""Bytes to text: tell the format by content, let its module read it, do what all formats share."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from guidetrack.models import Format, Rules, Text

if TYPE_CHECKING:
    from guidetrack.extract.draft import Draft

__all__ = ["extract", "version_of"]

_MODULES = {
    Format.HTML: "html", Format.PDF: "pdf", Format.XML: "xml", Format.FEED: "feed",
    Format.JSON: "json", Format.TEXT: "plain", Format.DOCX: "docx",
}


def extract(body: bytes, media_type: str = "", url: str = "", rules: Rules = Rules()) -> Text:
    """What ``body`` says. Pure: no disk, no network.

    :param media_type: Content-Type as received; a wrong one does no harm.
    :param url: where the bytes came from; makes links absolute.
    :raises guidetrack.errors.SelectError: ``rules.select`` matches nothing on the page.
    :raises guidetrack.errors.ExtractError: the bytes cannot be read; the sentence says why.
    """
    from guidetrack.extract.draft import Input
    from guidetrack.extract.sniff import decide

    format = decide(body, media_type, rules.format)
    with _no_collection():
        draft = _module(format).read(Input(body, media_type, url, rules))
        return _finish(draft, format, rules)


def version_of(format: Format) -> str:
    """Name and version that :func:`extract` stamps on a text of this format now, e.g. ``html/1``."""
    return f"{format.value}/{_module(format).VERSION}"


@contextmanager
def _no_collection() -> Iterator[None]:
    """Hold the cyclic collector: a page makes ten thousands of objects and no cycles, so its passes find nothing."""
    held = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if held:
            gc.enable()


def _module(format: Format) -> Any:
    return import_module(f"guidetrack.extract.{_MODULES[format]}")


def _finish(draft: Draft, format: Format, rules: Rules) -> Text:
    from guidetrack.extract.dates import lift
    from guidetrack.extract.noise import ignore
    from guidetrack.extract.notes import find_notes

    draft = lift(ignore(draft, rules.ignore))
    notes = draft.notes or find_notes(draft.sections, draft.language)
    return Text(draft.sections, draft.title, draft.language, format, draft.dates, notes, draft.set_aside,
                version_of(format), rules.digest)
