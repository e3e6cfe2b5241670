"""What a page of a PDF is made of, in points, y growing upwards: runs of words, ruled lines, and lines of text."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Run:
    """Words written one after another on one baseline, without a wide gap.

    :param order: place in the page's content stream. :param first: width of the first word.
    :param broken: PDFium marked the end as a word divided by a hyphen.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    order: int
    first: float
    broken: bool = False
    walled: bool = False
    """A ruled vertical line parts it from the run before."""
    table: tuple[tuple[str, ...], ...] = ()
    """The rows of a ruled table that stands here; ``bold_head``: its first row is set in bold."""
    bold_head: bool = False

    @property
    def style(self) -> tuple[float, bool]:
        """Size to the half point, and weight: what tells headings from the body."""
        return round(self.size * 2) / 2, self.bold


@dataclass(frozen=True, slots=True)
class Rule:
    """A ruled horizontal line."""

    x0: float
    x1: float
    y: float


@dataclass(frozen=True, slots=True)
class Wall:
    """A ruled vertical line."""

    x: float
    y0: float
    y1: float


@dataclass(slots=True)
class Page:
    """One page. ``images`` counts pictures that cover a good part of it; ``unmapped`` characters have no Unicode.

    :param columned: the document is set in columns, here or on other pages.
    :param turned: writing at another angle than the rest of the page, a run a string.
    """

    number: int
    width: float
    height: float
    runs: list[Run] = field(default_factory=list)
    turned: list[Run] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    walls: list[Wall] = field(default_factory=list)
    images: int = 0
    characters: int = 0
    unmapped: int = 0
    columned: bool = False


@dataclass(slots=True)
class Line:
    """Runs on one baseline within one column, as one line of text.

    :param cells: for a table row its cells; else empty. :param right: right edge of the column it stands in.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    first: float
    page: int
    left: float = 0.0
    right: float = 0.0
    broken: bool = False
    cells: tuple[str, ...] = ()
    head: bool = False

    @property
    def style(self) -> tuple[float, bool]:
        """As :attr:`Run.style`."""
        return round(self.size * 2) / 2, self.bold


def rows(runs: list[Run]) -> list[list[Run]]:
    """Runs grouped by baseline, from the top down, each row from left to right."""
    out: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: (-run.y, run.x0)):
        if out and abs(out[-1][0].y - run.y) <= 0.35 * max(run.size, min(out[-1][0].size, run.size * 1.5)):
            out[-1].append(run)
        else:
            out.append([run])
    for row in out:
        row.sort(key=lambda run: run.x0)
    return out
