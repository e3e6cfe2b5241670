"""A text as parallel lists of lines, with the forms in which they are compared made only when asked for."""

from __future__ import annotations

from guidetrack.compare.fold import Folder
from guidetrack.compare.numbering import Numbering
from guidetrack.compare.tokens import Words, cut
from guidetrack.models.enums import BlockKind
from guidetrack.models.text import Block, Section, Text
from guidetrack.normal import normal

_NO_BLOCK = Block(BlockKind.HEADING, "")


class Side:
    """One of the two texts. ``texts[at]`` is the line; ``kinds``, ``owners`` and ``blocks`` run beside it.

    :param folder: one of the same language, which knows many of the words.
    """

    def __init__(self, text: Text, folder: Folder | None = None) -> None:
        self.text = text
        self.sections = text.sections
        self.texts: list[str] = []
        self.kinds: list[BlockKind] = []
        self.owners: list[int] = []
        self.blocks: list[Block] = []
        self.folder = folder or Folder(text.language)
        self.numbering = Numbering((), self.folder)
        self._title: str | None = None
        self._folded: dict[int, str] = {}
        self._words: dict[int, Words] = {}
        self._bags: dict[int, frozenset[str]] = {}
        heading = BlockKind.HEADING
        for owner, section in enumerate(text.sections):
            if section.path:
                self.texts.append(section.path[-1])
                self.kinds.append(heading)
                self.blocks.append(_NO_BLOCK)
            blocks = section.blocks
            self.texts += [block.text for block in blocks]
            self.kinds += [block.kind for block in blocks]
            self.blocks += blocks
            self.owners += [owner] * (len(self.texts) - len(self.owners))

    def __len__(self) -> int:
        return len(self.texts)

    def number(self) -> None:
        """Learn the section numbers, so that references to them can be resolved. Before any form is asked for."""
        headings = [self.texts[at] for at, kind in enumerate(self.kinds) if kind is BlockKind.HEADING]
        self.numbering = Numbering(headings, self.folder)

    def folded(self, at: int) -> str:
        """The line without what is no content: typography, number words, its own label, references resolved."""
        form = self._folded.get(at)
        if form is None:
            form = self._folded[at] = self.numbering.folded(self.texts[at], self.kinds[at])
        return form

    def keep_label(self, at: int) -> None:
        """From here on the line's own label, and every number in it, is content."""
        self._folded[at] = self.folder(self.texts[at])
        self._bags.pop(at, None)

    def levels(self) -> list[int]:
        """How deep each line is nested as an item; 0 for what is none."""
        item = BlockKind.ITEM
        return [block.level or 1 if kind is item else 0 for kind, block in zip(self.kinds, self.blocks, strict=True)]

    def normal(self, at: int) -> str:
        """The line in normal form."""
        return normal(self.texts[at])

    def words(self, at: int) -> Words:
        """The line cut into words."""
        words = self._words.get(at)
        if words is None:
            words = self._words[at] = cut(self.texts[at], self.folder)
        return words

    def bag(self, at: int) -> frozenset[str]:
        """The words of the folded line as a set; pairs of characters where words are not set apart by spaces."""
        bag = self._bags.get(at)
        if bag is None:
            bag = self._bags[at] = bag_of(self.folded(at))
        return bag

    def frames(self, at: int) -> bool:
        """Whether the line says what those after it are: a heading, the words before a list."""
        kind = self.kinds[at]
        if kind is BlockKind.HEADING:
            return True
        if kind is BlockKind.ITEM or kind is BlockKind.ROW:
            return False
        after = at + 1
        leads = after < len(self) and self.kinds[after] is BlockKind.ITEM and self.owners[after] == self.owners[at]
        return leads or self.texts[at].endswith(":")

    def row_under(self, at: int) -> Block | None:
        """The row of the same table below a row."""
        below = at + 1
        if below < len(self) and self.kinds[below] is BlockKind.ROW and self.owners[below] == self.owners[at]:
            return self.blocks[below]
        return None

    def section(self, at: int) -> Section:
        """The section the line stands in."""
        return self.sections[self.owners[at]]

    def path(self, at: int) -> tuple[str, ...]:
        """The headings down to the line."""
        return self.sections[self.owners[at]].path

    def subjects(self, at: int, *captions: str) -> tuple[str, ...]:
        """The same as far as they tell what the line is about: without the title of the document, that every section
        bears.
        """
        path = (*self.path(at), *captions)
        if self._title is None:
            firsts = {section.path[0] for section in self.sections if section.path}
            deep = any(len(section.path) > 1 for section in self.sections)
            self._title = next(iter(firsts)) if len(firsts) == 1 and deep else ""
        return path[1:] if len(path) > 1 and path[0] == self._title else path

    def place(self, at: int) -> tuple[str, ...]:
        """The same without numbers, folded: equal in both texts when only numbers moved."""
        return tuple(self.numbering.title(heading) for heading in self.path(at))


def bag_of(form: str) -> frozenset[str]:
    """Words of a folded line, lower-case, without marks at their ends."""
    words = form.lower().split()
    if not form.isascii() and len(form) > 12 * len(words):
        return frozenset(form[k : k + 2] for k in range(len(form) - 1))
    return frozenset([word.strip(".,;:()[]\"'") or word for word in words])


Stretch = tuple[int, int, int, int]
"""Lines ``[i0, i1)`` of the old text and ``[j0, j1)`` of the new one."""


def alignment_keys(old: Side, new: Side, stretch: Stretch) -> tuple[list[str], list[str]]:
    """What the lines of a stretch are matched by. Lines found on both sides as they stand are not folded."""
    i0, i1, j0, j1 = stretch
    shared = set(old.texts[i0:i1]).intersection(new.texts[j0:j1])
    return _keys(old, range(i0, i1), shared), _keys(new, range(j0, j1), shared)


def _keys(side: Side, places: range, shared: set[str]) -> list[str]:
    keys = []
    for at in places:
        text = side.texts[at]
        keys.append(side.folded(at) if text not in shared else text if text.isascii() else normal(text))
    return keys
