"""Tokens to sections of blocks: the one walk over a page, whatever parsed it. Iterative, one pass."""

from __future__ import annotations

import re

from guidetrack.extract.html.aside import Told, aside_lines, beside, told
from guidetrack.extract.html.inline import STRUCK, UNSTRUCK, filled_in, is_word, raised, struck
from guidetrack.extract.html.kinds import BLOCK, INLINE, KINDS, LINE, LISTS, PRE, STRIKES, level_of
from guidetrack.extract.html.links import document_link
from guidetrack.extract.html.tables import CELLS, is_data, is_header
from guidetrack.extract.html.tree import BLOCKS, HEADINGS, Node, Tree
from guidetrack.models import Block, BlockKind, Section, SetAside
from guidetrack.models.quick import block, section, set_aside

BREAK = "\x00"
"""Stands for ``<br>`` in the buffer; a page cannot hold one, NULs are gone by then."""
UNREAD_ALT = "image description"
MAX_UNREAD = 200
_PARAGRAPHS = re.compile(r"\x00\s*\x00[\x00\s]*")
_EMPTY_LINES = re.compile(r"\n[ \t\r]*\n\s*")


def read_blocks(tree: Tree, base: str) -> tuple[tuple[Section, ...], tuple[SetAside, ...]]:
    """The page in sections, and the lines of what carries a rule.

    :param base: address that makes links absolute.
    """
    reader = _read(tree, base, {})
    found = beside(tree.tokens, reader.skipped)
    lines = aside_lines(found, {})
    said = told(found, lines, reader.sections())
    if said:
        reader = _read(tree, base, said)
        lines = aside_lines(beside(tree.tokens, reader.skipped), said)
    return reader.sections(), lines + tuple(set_aside(alt, UNREAD_ALT) for alt in reader.unread[:MAX_UNREAD])


def _read(tree: Tree, base: str, said: Told) -> Reader:
    reader = Reader(tree, base, said)
    reader.walk(0, len(tree.tokens))
    return reader


class Reader:
    """Walks tokens and gathers blocks under their headings."""

    def __init__(self, tree: Tree, base: str, said: Told) -> None:
        self.tokens = tree.tokens
        self.base = base
        self.said = said
        self.skipped: list[Node] = []
        self.unread: list[str] = []
        self._struck = 0
        self._crossed = False
        self._carried = False
        self._raised: list[int] = []
        self._done: list[Section] = []
        self._path: list[tuple[int, str]] = []
        self._blocks: list[Block] = []
        self._buffer: list[str] = []
        self._alts: list[str] = []
        self._heading: Node | None = None
        self._passed: set[Node] = set()  # blocks inside a heading: never opened, and so not to be closed
        self._headed: set[Node] = set()  # lists and the like that call themselves headings: opened as those
        self._level = 0
        self._lists: list[int] = []
        self._items = self._quotes = 0
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
                kind = KINDS.get(node.tag)
                if kind == LINE and self._heading is None:
                    if buffer or self._alts:
                        self._flush()
                elif node is self._heading or kind in (LINE, BLOCK):
                    self._close(node)
                elif kind == INLINE:
                    self._end_inline(node)
            elif isinstance(token, Node):
                if token.rule:
                    self.skipped.append(token)
                    if token.tag in BLOCKS:
                        self._flush()
                    if token in self.said:
                        self._tell(token)
                    at = token.end + 1
                    continue
                stack.append(token)
                kind = KINDS.get(token.tag)
                if token.attrs and "role" in token.attrs and token.attrs["role"] == "heading":
                    self._open(token)
                elif kind == LINE and self._heading is None:
                    if buffer or self._alts:
                        self._flush()
                elif kind == INLINE:
                    self._inline(token)
                elif kind is not None:
                    self._open(token)
        self._flush()
        self._pending_term()

    def sections(self) -> tuple[Section, ...]:
        """What was read so far."""
        self._end_section()
        return tuple(self._done)

    def _inline(self, node: Node) -> None:
        tag, buffer = node.tag, self._buffer
        if tag == "br":
            buffer.append("\n" if self._pre else BREAK)
        elif tag == "input":
            value = filled_in(node.attrs)
            if value:
                buffer.append(f" {value} ")
        elif tag == "sup":
            self._raised.append(len(buffer) if buffer and buffer[-1][-1:].isdigit() else 0)
        elif tag in STRIKES:
            self._struck += 1
            self._crossed = True
            if self._struck == 1:
                buffer.append(STRUCK)

    def _end_inline(self, node: Node) -> None:
        tag, buffer = node.tag, self._buffer
        if tag == "a":
            if node.docs:
                self._link(node)
        elif tag == "sup":
            start = self._raised.pop() if self._raised else 0
            if start and len(buffer) > start:
                buffer[start:] = [raised("".join(buffer[start:]))]
        elif self._struck:
            self._struck -= 1
            if not self._struck:
                buffer.append(UNSTRUCK)

    def _tell(self, node: Node) -> None:
        """Read what a box that is set aside says of the document's standing."""
        self._flush()
        for line in self.said[node]:
            self._put(line)

    def _image(self, alt: str) -> None:
        if is_word(alt, follows="".join(self._buffer[-2:])):
            self._buffer.append(f" {alt} ")
        else:
            self._alts.append(alt)

    def _open(self, node: Node) -> None:
        tag = node.tag
        if tag == "img":
            if alt := node.attrs.get("alt", "").strip():
                self._image(alt)
            return
        if tag == "button":
            return
        if self._heading is not None and tag not in HEADINGS:
            self._passed.add(node)
            self._buffer.append(" ")
            return
        self._flush()
        if tag in HEADINGS or (node.attrs.get("role") == "heading" and self._row is None):
            self._pending_term()
            self._heading, self._level = node, level_of(node)
            if tag not in HEADINGS:
                self._headed.add(node)
        elif tag in LISTS:
            self._lists.append(0 if tag == "ol" else -(1 << 30))  # items of an ordered list count from 1
        elif tag == "li":
            self._items += 1
            self._lists[-1:] = [place + 1 for place in self._lists[-1:]]
        elif tag == "blockquote":
            self._quotes += 1
        elif tag in PRE and self._pre is None:
            self._pre = node
        elif tag == "table":
            self._heads.append(())
        elif tag == "tr" and self._row is None and is_data(self.tokens, node):
            self._row, self._cells = node, []
        elif tag in CELLS and self._row is not None:
            self._cells.append("")
        elif tag == "dt":
            self._pending_term()

    def _close(self, node: Node) -> None:
        tag = node.tag
        if tag in ("img", "button") or (self._heading is None and node in self._passed):
            return
        if self._heading is not None:
            if node is self._heading:
                self._end_heading()
            else:
                self._buffer.append(" ")
            return
        if tag == "dt" and self._row is None:
            self._term = _fold(self._joined())
            return
        self._flush()
        if node in self._headed:
            return
        if tag in LISTS:
            self._lists.pop()
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
        text = self._with_alts(_fold(self._joined()))
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
            self._done.append(section(path, level, tuple(self._blocks)))
            self._blocks = []
            self._open_section = False

    def _flush(self) -> None:
        buffer = self._buffer
        if not buffer and not self._alts:
            return
        if self._crossed or len(buffer) != 1:
            raw = self._joined()
        else:
            raw = buffer.pop()
        if self._pre is not None:
            self._lines(raw)
            return
        if BREAK not in raw:
            piece = " ".join(raw.split())
            if self._alts:
                piece = self._with_alts(piece)
            if piece:
                self._put(piece)
            return
        pieces = [_fold(piece) for piece in _PARAGRAPHS.split(raw)]
        if self._alts:
            pieces[0] = self._with_alts(pieces[0], alone=not any(pieces))
        for piece in pieces:
            if piece:
                self._put(piece)

    def _joined(self) -> str:
        """What was gathered, as one string; the buffer is empty after it."""
        buffer = self._buffer
        raw = buffer[0] if len(buffer) == 1 else "".join(buffer)
        buffer.clear()
        if self._crossed:
            raw = (STRUCK if self._carried else "") + raw + (UNSTRUCK if self._struck else "")
            self._carried = self._crossed = self._struck > 0
            raw = struck(raw)
        return raw

    def _with_alts(self, text: str, *, alone: bool = True) -> str:
        """``text``, or what images say where there is no text; descriptions beside text are listed as unread."""
        alts, self._alts = self._alts, []
        if not text and alone:
            return " ".join(alts)
        self.unread += alts
        return text

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
            self._blocks.append(block(BlockKind.TERM, text, 0, term))
        elif self._items:
            place = self._lists[-1] if self._lists else 0
            self._blocks.append(block(BlockKind.ITEM, text, max(1, len(self._lists)), str(place) if place > 0 else ""))
        else:
            self._blocks.append(block(BlockKind.QUOTE if self._quotes else BlockKind.PARAGRAPH, text))

    def _pending_term(self) -> None:
        if self._term:
            term, self._term = self._term, ""
            self._blocks.append(block(BlockKind.TERM, term, 0, term))

    def _lines(self, raw: str) -> None:
        for paragraph in _EMPTY_LINES.split(raw.replace(BREAK, "\n")):
            text = " ".join(paragraph.split())
            if text:
                self._blocks.append(block(BlockKind.CODE, text))

    def _end_row(self, node: Node) -> None:
        cells, self._cells, self._row = self._cells, [], None
        if not any(cells):
            return
        text = " | ".join(cells).strip()  # an empty cell at either end stays: a value may move from column to column
        if is_header(self.tokens, node):
            self._heads[-1] = tuple(cells)
            self._blocks.append(block(BlockKind.ROW, text, 0, cells[0]))
        else:
            self._blocks.append(block(BlockKind.ROW, text, 0, cells[0], self._heads[-1]))


def _fold(text: str) -> str:
    return " ".join(text.replace(BREAK, " ").split())
