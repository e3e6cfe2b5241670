"""Markup inside other formats (feed content, JSON fields, XML text): told from plain text, read by the HTML reader."""

from __future__ import annotations

import re

from guidetrack.models import Block, Text

_TAG = re.compile(r"</?(?:p|div|span|a|b|i|em|strong|u|ul|ol|li|dl|dt|dd|br|hr|h[1-6]|table|tbody|thead|tr|td|th"
                  r"|sup|sub|blockquote|section|article|img|pre|code|figure|details|summary|abbr|small|font|center)\b[^<>]{0,2000}>",
                  re.I)
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,12}|#\d{1,7}|#x[0-9a-fA-F]{1,6});")


def is_markup(text: str) -> bool:
    """Whether ``text`` holds HTML tags or entities (a lone ``<`` or ``&`` is no markup)."""
    return ("<" in text and _TAG.search(text) is not None) or ("&" in text and _ENTITY.search(text) is not None)


def read_markup(markup: str, url: str = "") -> list[Block]:
    """The blocks of an HTML fragment, headings included; ``url`` makes links absolute. No main content is chosen."""
    from guidetrack.extract.html.blocks import read_blocks
    from guidetrack.extract.html.tree import parse

    tree = parse(f"<body>{markup}</body>")
    sections, _ = read_blocks(tree, tree.base or url)
    return [block for _, block in Text(sections).walk()]
