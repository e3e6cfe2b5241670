"""Words with their place, joined into runs as long as they stay on a baseline without a wide gap."""

from __future__ import annotations

from bisect import bisect_left

from guidetrack.extract.pdf.page import Run, Wall

_GAP = 1.5
"""Ems of white between words that may part columns or cells."""
_MARKS = frozenset(",.;:)]”’%")
"""Marks that PDFium parts from their word when only the font changes."""
_Box = tuple[float, float, float, float]


class Word:
    """A word with the place of its first and last character as PDFium gives them."""

    __slots__ = ("angle", "bold", "box", "broken", "end", "line", "oblique", "origin", "size", "text", "x0", "x1", "y")

    def __init__(self, text: str, line: int, broken: bool) -> None:
        self.text, self.line, self.broken = text, line, broken
        self.angle = 0
        self.oblique = False
        self.box: _Box = (0.0, 0.0, 0.0, 0.0)
        self.end: _Box = (0.0, 0.0, 0.0, 0.0)
        self.origin = (0.0, 0.0)
        self.size = self.x0 = self.x1 = self.y = 0.0
        self.bold = False

    def place(self, turn: int) -> None:
        """Coordinates as seen when the page is turned so that its writing is upright."""
        left, bottom, right, top = (min(self.box[0], self.end[0]), min(self.box[1], self.end[1]),
                                    max(self.box[2], self.end[2]), max(self.box[3], self.end[3]))
        x, y = self.origin
        if turn == 270:
            self.x0, self.x1, self.y = bottom, top, -x
        elif turn == 180:
            self.x0, self.x1, self.y = -right, -left, -y
        elif turn == 90:
            self.x0, self.x1, self.y = -top, -bottom, x
        else:
            self.x0, self.x1, self.y = left, right, y


def runs(words: list[Word], walls: list[Wall]) -> list[Run]:
    """Words joined in the order of the content stream, as long as they stay on a baseline without a wide gap."""
    out: list[Run] = []
    xs = [wall.x for wall in walls]
    previous: Word | None = None
    for word in words:
        near = previous is not None and _is_near(previous, word)
        walled = previous is not None and near and _wall_between(previous, word, walls, xs)
        if near and not walled:
            _append(out[-1], word, previous)
        else:
            out.append(Run(word.text, word.x0, word.x1, word.y, word.size, word.bold, len(out), word.x1 - word.x0,
                           word.broken, walled))
        previous = word
    return out


def _is_near(before: Word, word: Word) -> bool:
    size = max(word.size, before.size)
    return (not before.broken and abs(word.y - before.y) < 0.6 * size and word.angle == before.angle
            and -0.3 * size < word.x0 - before.x1 < _GAP * size)


def _wall_between(before: Word, word: Word, walls: list[Wall], xs: list[float]) -> bool:
    at = bisect_left(xs, before.x1 - 1)
    while at < len(xs) and xs[at] <= word.x0 + 1:
        if walls[at].y0 < word.y + 0.3 * word.size < walls[at].y1:
            return True
        at += 1
    return False


def _append(run: Run, word: Word, previous: Word | None) -> None:
    close = previous is not None and word.x0 - previous.x1 < 0.05 * word.size and word.line == previous.line
    raised = abs(word.y - run.y) > 0.1 * run.size
    mark = previous is not None and word.text[0] in _MARKS and word.x0 - previous.x1 < 0.12 * word.size
    run.text += word.text if mark or (close and raised) else " " + word.text
    run.x1, run.broken = max(run.x1, word.x1), word.broken
    run.bold = run.bold and word.bold
    if len(word.text) > 2 and word.size > run.size:
        run.size = word.size
