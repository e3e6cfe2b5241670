"""How well the marked words are those that truly changed, on real page pairs, beside line diff and whole-text dmp.

Run: ``python benchmarks/marked_words.py [CORPUS] [--limit N]``. CORPUS is a folder of page pairs, each with
``before.html``, ``after.html``, ``meta.json`` and people's own extracts ``before.md`` and ``after.md``; by default
``../shared/corpus/pairs`` beside the checkout. Truth is the words that differ between the two extracts; marked is
what a method strikes or underlines in the texts we extract from the pages. Words count as often as they come;
punctuation and links do not.
"""

from __future__ import annotations

import argparse
import difflib
import json
import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from diff_match_patch import diff_match_patch

from guidetrack.compare import compare
from guidetrack.errors import GuidetrackError
from guidetrack.extract import extract
from guidetrack.models import OpKind, Text

_WORD = re.compile(r"\w+")
_LINK = re.compile(r"\]\([^)]*\)|<https?://[^>]*>|https?://\S+")
Bag = Counter[str]


def bag(text: str) -> Bag:
    """The words of a text, each as often as it comes."""
    return Counter(word.lower() for word in _WORD.findall(_LINK.sub(" ", text)))


TRUTH_SECONDS = 60.0
"""Time for the truth of one pair: cut short, it would call more words changed than are."""


def word_changes(old: str, new: str, seconds: float = 2.0) -> tuple[Bag, Bag]:
    """Words that went and came, by whole-text diff-match-patch on word codes."""
    ids: dict[str, int] = {}
    tokens = [_WORD.findall(_LINK.sub(" ", side).lower()) for side in (old, new)]
    sides = ["".join(chr(ids.setdefault(word, len(ids)) + 0xE000) for word in side) for side in tokens]
    names = {chr(code + 0xE000): word for word, code in ids.items()}
    search = diff_match_patch()
    search.Diff_Timeout = seconds
    gone, come = Counter[str](), Counter[str]()
    for op, codes in search.diff_main(*sides, False):
        if op:
            (gone if op < 0 else come).update(names[code] for code in codes)
    return gone, come


def ours(old: Text, new: Text) -> tuple[Bag, Bag, int]:
    """Words struck and underlined in our edits."""
    edits = compare(old, new).edits
    gone = bag(" ".join(op.text for edit in edits for op in edit.ops if op.kind is OpKind.DELETED))
    come = bag(" ".join(op.text for edit in edits for op in edit.ops if op.kind is OpKind.INSERTED))
    return gone, come, len(edits)


def by_lines(old: Text, new: Text) -> tuple[Bag, Bag, int]:
    """Words of every line that went or came."""
    matcher = difflib.SequenceMatcher(None, old.lines, new.lines, autojunk=False)
    changed = [op for op in matcher.get_opcodes() if op[0] != "equal"]
    gone = bag(" ".join(" ".join(old.lines[i0:i1]) for _, i0, i1, _, _ in changed))
    come = bag(" ".join(" ".join(new.lines[j0:j1]) for _, _, _, j0, j1 in changed))
    return gone, come, len(changed)


def by_dmp(old: Text, new: Text) -> tuple[Bag, Bag, int]:
    """Whole-text diff-match-patch on words."""
    gone, come = word_changes(old.plain, new.plain)
    return gone, come, 0


METHODS: dict[str, Callable[[Text, Text], tuple[Bag, Bag, int]]] = {
    "guidetrack": ours, "line diff": by_lines, "whole-text dmp": by_dmp,
}


def pairs(corpus: Path, limit: int) -> list[Path]:
    """Folders of pairs whose document changed, with people's extracts."""
    folders = sorted(folder.parent for folder in corpus.glob("*/before.md"))
    changed = [f for f in folders if json.loads((f / "meta.json").read_text())["truth"]["class"] == "changed"]
    return changed[:limit] if limit else changed


def read(folder: Path, name: str) -> Text:
    """The page as we extract it."""
    meta = json.loads((folder / "meta.json").read_text())
    return extract((folder / f"{name}.html").read_bytes(), media_type=meta["media_type"], url=meta["url"])


def main() -> int:
    """Print the table."""
    beside = Path(__file__).resolve().parents[1].parent / "shared" / "corpus" / "pairs"
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", nargs="?", type=Path, default=beside)
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("-v", "--verbose", action="store_true")
    options = parser.parse_args()
    if not options.corpus.is_dir():
        sys.exit(f"{options.corpus}: no such folder of page pairs")
    hits, marked, true = Counter[str](), Counter[str](), 0
    shares: dict[str, list[tuple[float, float]]] = {name: [] for name in METHODS}
    edit_counts: list[int] = []
    for folder in pairs(options.corpus, options.limit):
        try:
            old, new = read(folder, "before"), read(folder, "after")
        except GuidetrackError as error:
            print(f"{folder.name}: not read: {error}", file=sys.stderr)
            continue
        truth = word_changes((folder / "before.md").read_text(), (folder / "after.md").read_text(), TRUTH_SECONDS)
        size = sum(side.total() for side in truth)
        true += size
        for name, method in METHODS.items():
            gone, come, count = method(old, new)
            hit = (gone & truth[0]).total() + (come & truth[1]).total()
            total = gone.total() + come.total()
            hits[name] += hit
            marked[name] += total
            shares[name].append((hit / total if total else 0.0, hit / size if size else 1.0))
            if name == "guidetrack":
                edit_counts.append(count)
                if options.verbose:
                    print(f"{folder.name[:50]:50s} edits {count:4d} true {size:5d} marked {total:5d} hit {hit}")
    few = sum(count <= 3 for count in edit_counts)
    print(f"{len(edit_counts)} changed pairs; {few} ({few / len(edit_counts):.0%}) told in at most 3 edits\n")
    print("| method | words marked | precision | recall | mean precision | mean recall |")
    print("|---|---:|---:|---:|---:|---:|")
    for name in METHODS:
        means = [sum(part) / len(part) for part in zip(*shares[name], strict=True)]
        precision, recall = hits[name] / max(1, marked[name]), hits[name] / max(1, true)
        print(f"| {name} | {marked[name]} | {precision:.3f} | {recall:.3f} | {means[0]:.3f} | {means[1]:.3f} |")
    print(f"\nWords that truly changed: {true}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
