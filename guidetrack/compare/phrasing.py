"""Words of a document in a sentence of ours: quoted, shortened between words, with quotes and brackets in pairs."""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST_NAME = 40
"""Characters of a section's name."""

LONGEST_REASON = 140
"""Characters a reason should not exceed."""

_PAIRS = {")": "(", "]": "[", "}": "{", "»": "«", "）": "（", "」": "「", "】": "【", "”": "“"}
_OPENING = frozenset(_PAIRS.values())
_BREAK = re.compile(r"[;,]\s|\s[–—|(-]\s?")
_LINK = re.compile(r"<(?=https?://)(?![^<>]*>)")


def plain(text: str) -> str:
    """``text`` fit to stand within quotes: its own double quotes made single, brackets without a partner left out."""
    text = _LINK.sub("", text.replace('"', "'"))
    opened: list[int] = []
    alone: set[int] = set()
    for at, char in enumerate(text):
        if char in _OPENING:
            opened.append(at)
        elif char in _PAIRS:
            if opened and text[opened[-1]] == _PAIRS[char]:
                opened.pop()
            else:
                alone.add(at)
    alone.update(opened)
    if alone:
        text = "".join([char for at, char in enumerate(text) if at not in alone]).strip() or "…"
    return text.strip()


def shortened(text: str, most: int) -> str:
    """``text`` cut between words to at most ``most`` characters, with an ellipsis where it was cut."""
    if len(text) <= most:
        return plain(text)
    cut = text[: most - 1]
    if not text[most - 1].isspace() and " " in cut:
        cut = cut.rsplit(" ", 1)[0]
    return plain(cut).rstrip(" ,;:") + "…"


def section_name(title: str, most: int = LONGEST_NAME, keep: Sequence[str] = ()) -> str:
    """A heading's words in at most ``most`` characters, cut where a clause ends.

    :param keep: words that matter; the first is kept where the beginning shows none of them.
    """
    if len(title) <= most:
        return plain(title)
    head = title.split(": ", 1)[0]
    if not (" " in head and len(head) <= most):
        ends = [found.start() for found in _BREAK.finditer(title[: most + 1]) if most // 2 <= found.start() < most]
        head = plain(title[: ends[-1]]) + "…" if ends else shortened(title, most)
    word = next(iter(keep), "")
    if word and len(word) <= most // 2 and not any(other.lower() in head.lower() for other in keep):
        return f"{shortened(title, most - len(word) - 1)} {plain(word)}"
    return plain(head)


def exchange(gone: str, come: str, room: int, mark: str = '"') -> str:
    """``"two hours" → "one hour"``, ``"only" added``, ``"not" dropped``: about ``room`` characters of words.

    :param mark: put around words that took the place of others; words that only came or went are always quoted.
    """
    if gone and come:
        sizes = max(room // 2, room - len(come)), max(room // 2, room - len(gone))
        gone, come = (shortened(text, max(16, size)) for text, size in zip((gone, come), sizes, strict=True))
        return f"{mark}{gone}{mark} → {mark}{come}{mark}"
    return f'"{shortened(come, room)}" added' if come else f'"{shortened(gone, room)}" dropped'


def renamed(before: str, after: str) -> str:
    """``section "A" renamed "B"``; of names too long for that, the words that differ."""
    old, new = section_name(before), section_name(after)
    if max(len(before), len(after)) <= LONGEST_NAME or not (before and after):
        return f'section "{old}" renamed "{new}"'
    left, right = before.split(), after.split()
    head = tail = 0
    limit = min(len(left), len(right))
    while head < limit and left[head] == right[head]:
        head += 1
    while tail < limit - head and left[-1 - tail] == right[-1 - tail]:
        tail += 1
    gone, come = (" ".join(side[head : len(side) - tail]).strip(" ,;:") for side in (left, right))
    if not (gone or come) or (not head and not tail):
        return f'section "{old}" renamed "{new}"'
    return f'section "{new}" renamed: {exchange(gone, come, 70)}'


_QUOTED = re.compile(r'"([^"]*)"')


def distinct(reasons: Sequence[str], most: int) -> list[str]:
    """The first ``most`` reasons without those that quote words another one has quoted."""
    kept: list[str] = []
    told: list[tuple[str, str, str]] = []
    for reason in reasons:
        words = [quoted.lower().rstrip("….") for quoted in _QUOTED.findall(reason)]
        opening = reason.partition('"')[0]
        does = reason.rpartition('"')[2].split(" ", 2)[1:2]
        mine = (opening, " → ".join(words), "".join(does) if len(words) == 1 else "")
        if any(_alike(mine, other) for other in told):
            continue
        told.append(mine)
        kept.append(reason)
        if len(kept) == most:
            break
    return kept


def _alike(mine: tuple[str, str, str], other: tuple[str, str, str]) -> bool:
    """Whether two reasons of one sort quote the same words, or one quotes a phrase of the other."""
    if mine[0] != other[0] or mine[1] == other[1]:
        return mine[:2] == other[:2]
    short, long = sorted((mine[1], other[1]), key=len)
    return bool(mine[2]) and mine[2] == other[2] and " " in short and f" {short} " in f" {long} "
