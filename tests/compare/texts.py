"""Small texts for tests of the comparison."""

from __future__ import annotations

from guidetrack.compare import compare, rebuild_new, rebuild_old
from guidetrack.models import Block, BlockKind, Comparison, Format, OpKind, Section, Text

Lines = list[str | Block]


def para(text: str) -> Block:
    """A paragraph."""
    return Block(BlockKind.PARAGRAPH, text)


def item(text: str, level: int = 1) -> Block:
    """A list item."""
    return Block(BlockKind.ITEM, text, level)


def row(*cells: str, headers: tuple[str, ...] = ()) -> Block:
    """A table row, known by its first cell."""
    return Block(BlockKind.ROW, " | ".join(cells), key=cells[0], headers=headers)


def section(heading: str, *blocks: str | Block, key: str = "", under: tuple[str, ...] = ()) -> Section:
    """A section; strings become paragraphs. An empty heading is the part before the first."""
    path = (*under, heading) if heading else ()
    made = tuple(para(block) if isinstance(block, str) else block for block in blocks)
    return Section(path, len(path), made, key)


def text(*sections: Section | str, language: str = "en", format: Format = Format.HTML) -> Text:
    """A text of sections; strings are paragraphs before the first heading."""
    loose = [part for part in sections if isinstance(part, str)]
    made = [part for part in sections if isinstance(part, Section)]
    first = [section("", *loose)] if loose else []
    return Text((*first, *made), language=language, format=format)


def check_ops(comparison: Comparison) -> None:
    """Every edit's words rebuild its line on both sides, and no run is empty."""
    for edit in comparison.edits:
        assert "".join(op.text for op in edit.ops if op.kind is not OpKind.INSERTED) == edit.before
        assert "".join(op.text for op in edit.ops if op.kind is not OpKind.DELETED) == edit.after
        assert all(op.text for op in edit.ops)


def both_ways(old: Text, new: Text) -> Comparison:
    """The comparison, lossless, and silent both ways or neither."""
    comparison, back = compare(old, new), compare(new, old)
    for left, right, said in ((old, new, comparison), (new, old, back)):
        check_ops(said)
        assert rebuild_old(right, said) == left.lines
        assert rebuild_new(left, said) == right.lines
    assert bool(comparison) == bool(back)
    return comparison
