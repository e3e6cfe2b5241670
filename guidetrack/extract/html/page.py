"""A page's bytes to a draft: decode, parse, choose, read."""

from __future__ import annotations

from guidetrack.errors import ExtractError
from guidetrack.extract.charset import decode
from guidetrack.extract.draft import Draft, Input
from guidetrack.extract.html.blocks import read_blocks
from guidetrack.extract.html.main import choose
from guidetrack.extract.html.tree import parse


def draft(source: Input) -> Draft:
    """The document on the page, block by block, and everything else set aside with its rule."""
    if not source.body.strip():
        raise ExtractError("the page is empty")
    tree = chosen(source.body, source.url)
    sections, aside = read_blocks(tree, tree.base or source.url)
    return Draft(sections, tree.title, tree.language, set_aside=aside)


def chosen(body, url):
    tree = parse(decode(body))
    choose(tree)
    return tree
