"""A page's bytes to a draft: decode, parse, choose, read."""

from __future__ import annotations

from collections.abc import Iterator

from guidetrack.errors import ExtractError
from guidetrack.extract.charset import decode
from guidetrack.extract.dates import stated_in_metas
from guidetrack.extract.draft import Draft, Input
from guidetrack.extract.html.blocks import read_blocks
from guidetrack.extract.html.lines import sift
from guidetrack.extract.html.main import choose
from guidetrack.extract.html.select import selected
from guidetrack.extract.html.standing import standing_in_title
from guidetrack.extract.html.tree import Tree, parse
from guidetrack.models import Block, BlockKind, Section, SetAside

EMPTY = "the page is empty"


def draft(source: Input) -> Draft:
    """The document on the page, block by block, and everything else set aside with its rule.

    :raises ExtractError: there is nothing in the body, or a selector is wrong.
    :raises SelectError: ``rules.select`` matches nothing.
    """
    tree = chosen(source)
    sections, aside = read_blocks(tree, tree.base or source.url)
    kept, lines = sift(sections)
    stray = tuple(SetAside(text, rule) for text, rule in tree.stray)
    dates = tuple(stated_in_metas(tree.metas, tree.linked_data))
    standing = standing_in_title(tree.title, _lines(kept))
    if standing:
        kept = (Section((), 0, (Block(BlockKind.PARAGRAPH, standing),)), *kept)
    return Draft(kept, tree.title, tree.language, dates, set_aside=aside + stray + lines)


def _lines(sections: tuple[Section, ...]) -> Iterator[str]:
    for section in sections:
        yield from section.path[-1:]
        yield from (block.text for block in section.blocks)


def chosen(source: Input) -> Tree:
    """The parsed page, with everything marked that is not the document. :raises ExtractError: it holds nothing."""
    markup = decode(source.body, source.media_type)
    if not markup.strip():
        raise ExtractError(EMPTY)
    if source.rules.select or source.rules.drop:
        return selected(markup, source.rules)
    tree = parse(markup)
    choose(tree)
    return tree
