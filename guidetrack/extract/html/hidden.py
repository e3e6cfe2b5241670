"""What a page holds but does not show: told from what it folds away, which is content."""

from __future__ import annotations

import re
from functools import lru_cache

from guidetrack.extract.html.tree import Node
from guidetrack.extract.html.words import names, pattern

FOLDED_CHARS = 150
"""Hidden text this long is taken for folded content (an accordion, a tab) and stays."""

PRINTED_CHARS = 1500
"""What only print shows, a citation with the day of the visit and the like, is the page's up to this size."""

TOGGLES = frozenset({"aria-expanded", "aria-controls", "data-toggle", "data-bs-toggle", "data-target"})
"""Attributes of what unfolds something: its label is text."""
_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_ON_PAPER = re.compile(r"(?:^|\s)(?:d-none(?=\s.*\bd-print-(?!none))|hidden(?=\s.*\bprint:(?!hidden))"
                       r"|visible-print(?:-\w+)?|show-for-print|print-only|only-print)(?=\s|$)")
_SHOWN_SOMEWHERE = re.compile(
    r"(?:sm|md|lg|xl|xxl|\d+):|d-(?:sm|md|lg|xl|print)-|(?:hidden|visible)-(?:xs|sm|md|lg)", re.I)


def is_hidden(node: Node) -> bool:
    """Whether ``node`` is kept from every reader's eyes and too small to be folded content."""
    attrs = node.attrs
    own = node.chars - node.linked
    if own > FOLDED_CHARS:
        return own <= PRINTED_CHARS and "print" in attrs.get("class", "") and _is_printed(attrs["class"])
    if len(attrs) == 1 and "class" in attrs:
        return _is_spoken(attrs["class"])
    if not TOGGLES.isdisjoint(attrs):
        return False
    if "hidden" in attrs and attrs["hidden"].lower() != "until-found":
        return True
    if "aria-hidden" in attrs and attrs["aria-hidden"].lower() == "true":
        return True
    style = attrs.get("style")
    if style and _STYLE.search(style):
        return True
    classes = attrs.get("class")
    return bool(classes) and _is_spoken(classes)


@lru_cache(maxsize=1024)
def _is_printed(classes: str) -> bool:
    """Whether classes show text on paper only."""
    return _ON_PAPER.search(classes) is not None


@lru_cache(maxsize=8192)
def _is_spoken(classes: str) -> bool:
    """Whether classes keep text from the eye at every width of screen."""
    return names("spoken").search(classes) is not None and not _SHOWN_SOMEWHERE.search(classes)


_HEADS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "summary", "dt", "th"})


LABEL_CHARS = 25
"""A button with this much text heads something ("How is esketamine given?")."""


def is_control(button: Node) -> bool:
    """Whether a button only does something; one that heads folded content or stands in a sentence is text."""
    if not TOGGLES.isdisjoint(button.attrs) or button.chars >= LABEL_CHARS:
        return False
    parent = button.parent
    for _ in range(3):
        if parent is None:
            return True
        if parent.tag in _HEADS or parent.attrs.get("role") == "heading":
            return False
        if parent.tag in ("p", "li", "td", "dd"):
            return parent.own < 2 * button.chars
        parent = parent.parent
    return True


CAPTION_CHARS = 60
CREDIT_CHARS = 70


def is_photo_caption(text: str) -> bool:
    """Whether a figure's caption only tells who or what a photograph shows; "Figure 2 …" is part of the document."""
    return len(text) <= CAPTION_CHARS and pattern("credit").search(text[-CREDIT_CHARS:]) is not None \
        and not pattern("numbered").match(text) and not pattern("force").search(text)
