"""Tokens to sections of blocks: the one walk over a page, whatever parsed it. Iterative, one pass."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guidetrack.extract.html.links import document_link
from guidetrack.extract.html.tree import Node, Token, Tree
from guidetrack.models import Block, BlockKind, Section, SetAside

MAX_ASIDE_LINES = 2000
"""Set-aside lines kept by name; the rest are counted in one last line."""
MAX_ASIDE_CHARS = 500

BREAK = "\x00"
"""Stands for ``<br>`` in the buffer; a page cannot hold one, NULs are gone by then."""
_PARAGRAPHS = re.compile(r"\x00\s*\x00[\x00\s]*")
_EMPTY_LINES = re.compile(r"\n[ \t\r]*\n\s*")

HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "head", "header", "hgroup", "hr", "html",
    "legend", "li", "main", "menu", "nav", "ol", "optgroup", "option", "p", "pre", "search", "section", "select",
    "summary", "table", "tbody", "td", "textarea", "tfoot", "th", "thead", "title", "tr", "ul", "noscript", "img",
    "plaintext", "listing", "xmp", "button", *HEADINGS,
})
_LISTS = frozenset({"ul", "ol", "menu", "dir"})
_PRE = frozenset({"pre", "listing", "xmp", "plaintext"})
_CELLS = frozenset({"td", "th"})
_PLAIN_BLOCKS = BLOCKS - _LISTS - _PRE - _CELLS - HEADINGS.keys() - {
    "img", "button", "li", "blockquote", "table", "tr", "dt", "dd", "dl"}
"""Blocks that only end a line before and after them."""
LAYOUT_BLOCKS = 8
"""A cell with more blocks than this, in a row without header cells, is page layout, not data."""


def read_blocks(tree: Tree, base: str) -> tuple[tuple[Section, ...], tuple[SetAside, ...]]:
    """The page in sections, and the lines of what carries a rule.

    :param base: address that makes links absolute.
    """
    reader = Reader(tree, base)
    reader.walk(0, len(tree.tokens))
    return reader.sections(), _aside_lines(tree.tokens, reader.skipped)


def _aside_lines(tokens: list[Token], nodes: list[Node]) -> tuple[SetAside, ...]:
    lines: list[SetAside] = []
    more = 0
    for node in nodes:
        for text in _plain(tokens, node):
            if len(lines) < MAX_ASIDE_LINES:
                lines.append(SetAside(text[:MAX_ASIDE_CHARS], node.rule))
            else:
                more += 1
    if more:
        lines.append(SetAside(f"… and {more} more lines", "too many to list"))
    return tuple(lines)


def _plain(tokens: list[Token], node: Node) -> Iterator[str]:
    """The lines inside ``node``, however deep, without their kinds."""
    buffer: list[str] = []
    open_tags: list[str] = []
    for at in range(node.start, node.end + 1):
        token = tokens[at]
        if type(token) is str:
            buffer.append(token)
            continue
        tag = open_tags.pop() if token is None else token.tag  # type: ignore[union-attr]
        if token is not None:
            open_tags.append(tag)
        if buffer and (tag in BLOCKS or tag == "br"):
            text = " ".join("".join(buffer).split())
            buffer.clear()
            if text:
                yield text
    text = " ".join("".join(buffer).split())
    if text:
        yield text


class Reader:
    """Walks tokens and gathers blocks under their headings."""

    def __init__(self, tree: Tree, base: str) -> None:
        self.tokens = tree.tokens
        self.base = base
        self.skipped: list[Node] = []
        self._done: list[Section] = []
        self._path: list[tuple[int, str]] = []
        self._blocks: list[Block] = []
        self._buffer: list[str] = []
        self._alts: list[str] = []
        self._heading: Node | None = None
        self._level = 0
        self._lists = 0
        self._items = 0
        self._quotes = 0
        self._pre: Node | None = None
        self._row: Node | None = None
        self._cells: list[str] = []
        self._heads: list[tuple[str, ...]] = [()]
        self._term = ""

    def walk(self, start: int, stop: int) -> None:
        """Read tokens ``start`` to ``stop``."""
        tokens, buffer = self.tokens, self._buffer
        stack: list[Node] = []
        at = start
        while at < stop:
            token = tokens[at]
            at += 1
            if type(token) is str:
                if buffer or not token.isspace():
                    buffer.append(token)
            elif token is None:
                node = stack.pop()
                tag = node.tag
                if tag in _PLAIN_BLOCKS and self._heading is None:
                    if buffer or self._alts:
                        self._flush()
                elif tag in BLOCKS or node is self._heading:
                    self._close(node)
                elif tag == "a" and node.docs:
                    self._link(node)
            elif isinstance(token, Node):
                tag = token.tag
                if token.rule:
                    self.skipped.append(token)
                    if tag in BLOCKS:
                        self._flush()
                    at = token.end + 1
                    continue
                stack.append(token)
                if token.attrs and token.attrs.get("role") == "heading":
                    self._open(token)
                elif tag in _PLAIN_BLOCKS and self._heading is None:
                    if buffer or self._alts:
                        self._flush()
                elif tag in BLOCKS:
                    self._open(token)
                elif tag == "br":
                    buffer.append("\n" if self._pre else BREAK)
        self._flush()
        self._pending_term()

    def sections(self) -> tuple[Section, ...]:
        """What was read so far."""
        self._end_section()
        return tuple(self._done)

    def _open(self, node: Node) -> None:
        tag = node.tag
        if tag == "img":
            alt = node.attrs.get("alt", "").strip()
            if alt:
                self._alts.append(alt)
            return
        if tag == "button":
            return
        if self._heading is not None and tag not in HEADINGS:
            self._buffer.append(" ")
            return
        self._flush()
        if tag in HEADINGS or (node.attrs.get("role") == "heading" and self._row is None):
            self._pending_term()
            self._heading, self._level = node, _level(node)
        elif tag in _LISTS:
            self._lists += 1
        elif tag == "li":
            self._items += 1
        elif tag == "blockquote":
            self._quotes += 1
        elif tag in _PRE and self._pre is None:
            self._pre = node
        elif tag == "table":
            self._heads.append(())
        elif tag == "tr" and self._row is None and _is_data(self.tokens, node):
            self._row, self._cells = node, []
        elif tag in _CELLS and self._row is not None:
            self._cells.append("")
        elif tag == "dt":
            self._pending_term()

    def _close(self, node: Node) -> None:
        tag = node.tag
        if tag in ("img", "button"):
            return
        if self._heading is not None:
            if node is self._heading:
                self._end_heading()
            else:
                self._buffer.append(" ")
            return
        if tag == "dt" and self._row is None:
            self._term = _fold("".join(self._buffer))
            self._buffer.clear()
            return
        self._flush()
        if tag in _LISTS:
            self._lists -= 1
        elif tag == "li":
            self._items -= 1
        elif tag == "blockquote":
            self._quotes -= 1
        elif node is self._pre:
            self._pre = None
        elif tag == "table":
            self._heads.pop()
        elif node is self._row:
            self._end_row(node)
        elif tag == "dl":
            self._pending_term()

    def _link(self, node: Node) -> None:
        target = document_link(node.attrs, self.base)
        if target:
            if not node.chars:
                self._buffer.extend(self._alts)
                self._alts.clear()
            self._buffer.append(f" <{target}>")

    def _end_heading(self) -> None:
        text = _fold("".join(self._buffer)) or " ".join(self._alts)
        self._buffer.clear()
        self._alts.clear()
        self._heading = None
        if not text:
            return
        self._end_section()
        while self._path and self._path[-1][0] >= self._level:
            self._path.pop()
        self._path.append((self._level, text))
        self._open_section = True

    _open_section = False

    def _end_section(self) -> None:
        if self._blocks or self._open_section:
            path = tuple(text for _, text in self._path)
            level = self._path[-1][0] if self._path else 0
            self._done.append(Section(path, level, tuple(self._blocks)))
            self._blocks = []
            self._open_section = False

    def _flush(self) -> None:
        buffer = self._buffer
        if not buffer and not self._alts:
            return
        raw = buffer[0] if len(buffer) == 1 else "".join(buffer)
        buffer.clear()
        if self._pre is not None:
            self._lines(raw)
            return
        if BREAK not in raw:
            piece = " ".join(raw.split()) or " ".join(self._alts)
            self._alts.clear()
            if piece:
                self._put(piece)
            return
        pieces = [_fold(piece) for piece in _PARAGRAPHS.split(raw)]
        if not any(pieces) and self._alts:
            pieces = [" ".join(self._alts)]
        self._alts.clear()
        for piece in pieces:
            if piece:
                self._put(piece)

    def _put(self, text: str) -> None:
        if self._row is not None:
            if self._cells:
                self._cells[-1] = f"{self._cells[-1]} {text}" if self._cells[-1] else text
            else:
                self._cells.append(text)
            return
        if self._term:
            term, self._term = self._term, ""
            text = f"{term} {text}" if term.endswith(":") else f"{term}: {text}"
            self._blocks.append(Block(BlockKind.TERM, text, 0, term))
        elif self._items:
            self._blocks.append(Block(BlockKind.ITEM, text, max(1, self._lists)))
        else:
            self._blocks.append(Block(BlockKind.QUOTE if self._quotes else BlockKind.PARAGRAPH, text))

    def _pending_term(self) -> None:
        if self._term:
            term, self._term = self._term, ""
            self._blocks.append(Block(BlockKind.TERM, term, 0, term))

    def _lines(self, raw: str) -> None:
        for paragraph in _EMPTY_LINES.split(raw.replace(BREAK, "\n")):
            text = " ".join(paragraph.split())
            if text:
                self._blocks.append(Block(BlockKind.CODE, text))

    def _end_row(self, node: Node) -> None:
        cells, self._cells, self._row = self._cells, [], None
        if not any(cells):
            return
        text = " | ".join(cells).strip()  # an empty cell at either end stays: a value may move from column to column
        if _is_header(self.tokens, node):
            self._heads[-1] = tuple(cells)
            self._blocks.append(Block(BlockKind.ROW, text, 0, cells[0]))
        else:
            self._blocks.append(Block(BlockKind.ROW, text, 0, cells[0], self._heads[-1]))


def _fold(text: str) -> str:
    return " ".join(text.replace(BREAK, " ").split())


def _level(node: Node) -> int:
    if node.tag in HEADINGS:
        return HEADINGS[node.tag]
    stated = node.attrs.get("aria-level", "")
    return min(6, max(1, int(stated))) if stated.isascii() and stated.isdigit() else 2


def _is_data(tokens: list[Token], row: Node) -> bool:
    """Whether a table row holds data; else it is layout and its cells are read as the page goes."""
    cells = blocks = most = 0
    heads = False
    for at in range(row.start + 1, row.end):
        token = tokens[at]
        if not isinstance(token, Node):
            continue
        tag = token.tag
        if tag == "table" or tag in HEADINGS:
            return False
        if tag in _CELLS:
            cells += 1
            heads = heads or tag == "th"
            blocks = 0
        elif tag in BLOCKS and not token.rule:
            blocks += 1
            most = max(most, blocks)
    return cells > 1 and (heads or most <= LAYOUT_BLOCKS)


def _is_header(tokens: list[Token], row: Node) -> bool:
    """Whether every cell of a row is a header cell."""
    cells = [token.tag for token in tokens[row.start + 1:row.end] if isinstance(token, Node) and token.tag in _CELLS]
    in_head = row.parent is not None and row.parent.tag == "thead"
    return bool(cells) and (in_head or all(tag == "th" for tag in cells))
