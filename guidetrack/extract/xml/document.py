"""An XML document as a draft: which vocabulary it is, and the reader of each."""

from __future__ import annotations

from guidetrack.extract.draft import Draft, Input
from guidetrack.extract.xml import ecfr, generic, legislation, spl
from guidetrack.extract.xml.parse import parse
from guidetrack.extract.xml.tree import name


def draft(source: Input) -> Draft:
    """The draft of the document in ``source.body``, by the vocabulary of its root element."""
    root = parse(source.body, source.media_type)
    if spl.reads(root):
        return spl.draft(root)
    if legislation.reads(root):
        return legislation.draft(root)
    return ecfr.draft(root) if ecfr.reads(root) else generic.draft(root, name(root))
