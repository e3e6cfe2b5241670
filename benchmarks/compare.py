"""The comparison beside whole-text diff-match-patch, difflib and git, on generated texts, in one run.

Run: ``python benchmarks/compare.py``. Times are processor time (of git: of its process), the best of several, so that
load on the machine weighs less; read the ratios, not the milliseconds.
"""

from __future__ import annotations

import difflib
import random
import re
import resource
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path

from diff_match_patch import diff_match_patch

from guidetrack.compare import compare, rebuild_new, rebuild_old
from guidetrack.models import Block, BlockKind, Section, Text

SECONDS = 5.0
"""Time limit given to diff-match-patch; without one it runs for minutes on unrelated texts."""

_WORD = re.compile(r"\w+|\s+|[^\w\s]")
Pair = tuple[Text, Text]


def vocabulary(seed: int, size: int = 4_000) -> list[str]:
    """Made-up words, the common ones short."""
    rng = random.Random(seed)
    return ["".join(rng.choice("aeioubcdlmnprst") for _ in range(rng.randint(2, 9))) for _ in range(size)]


def sentence(rng: random.Random, words: list[str], mean: float) -> str:
    """Words drawn with a preference for the first of the list, as in prose."""
    count = max(3, int(rng.gauss(mean, mean / 3)))
    return " ".join(words[int(len(words) * rng.random() ** 3)] for _ in range(count)) + "."


def document(sections: list[tuple[str, list[str]]]) -> Text:
    """Sections of paragraphs as a text."""
    made = [Section((head,), 1, tuple(Block(BlockKind.PARAGRAPH, line) for line in lines)) for head, lines in sections]
    return Text(tuple(made), language="en")


def label(seed: int = 1) -> Pair:
    """A label of 1 MB and 20,000 lines, with 50 scattered edits."""
    rng, words = random.Random(seed), vocabulary(seed)
    old = [(f"{n} Section {n}", [sentence(rng, words, 9) for _ in range(60)]) for n in range(1, 331)]
    new = [(head, list(lines)) for head, lines in old]
    for k in range(50):
        lines = rng.choice(new)[1]
        at = rng.randrange(len(lines))
        parts = lines[at].split(" ")
        if k % 5 < 3:
            parts[rng.randrange(len(parts))] = rng.choice(["84", "mg", "contraindicated", "must"])
            lines[at] = " ".join(parts)
        elif k % 5 == 3:
            del lines[at]
        else:
            lines.insert(at, "New warning: " + " ".join(reversed(parts)))
    return document(old), document(new)


def revision(seed: int = 2) -> Pair:
    """100 KB heavily revised: every third paragraph has 15 % other words, every tenth is gone."""
    rng, words = random.Random(seed), vocabulary(seed)
    old = [sentence(rng, words, 60) for _ in range(300)]
    new = []
    for n, line in enumerate(old):
        if n % 10 == 9:
            continue
        parts = line.split(" ")
        if n % 3 == 0:
            parts = [rng.choice(words) if rng.random() < 0.15 else part for part in parts]
        new.append(" ".join(parts))
    cut = lambda lines: [(f"Part {n}", lines[n : n + 12]) for n in range(0, len(lines), 12)]  # noqa: E731
    return document(cut(old)), document(cut(new))


def near_identical(seed: int = 3) -> Pair:
    """20,000 blocks that differ in one number, a third of them edited."""
    rng = random.Random(seed)
    lines = [f"Site {n % 9000} holds {rng.randrange(50)} devices of 28 mg." for n in range(20_000)]
    new = [line.replace("28", "56") if rng.random() < 0.3 else line for line in lines]
    return document([("Sites", lines)]), document([("Sites", new)])


def fifty_texts(seed: int = 4) -> Pair:
    """20,000 blocks drawn from 50 texts on both sides: nothing is unique, nothing lines up."""
    rng, words = random.Random(seed), vocabulary(seed)
    texts = [sentence(rng, words, 9) for _ in range(50)]
    return tuple(document([("All", [rng.choice(texts) for _ in range(20_000)])]) for _ in range(2))  # type: ignore[return-value]


def unrelated(seed: int = 5) -> Pair:
    """Two texts of 200 KB with nothing in common but letters."""
    def one(k: int) -> Text:
        rng, words = random.Random(seed + k), vocabulary(seed + k)
        return document([("All", [sentence(rng, words, 50) for _ in range(700)])])

    return one(0), one(1)


def one_paragraph(seed: int = 7) -> Pair:
    """Two unrelated texts of 200 KB, each a single paragraph over one vocabulary."""
    rng, words = random.Random(seed), vocabulary(seed)
    return tuple(document([("All", [sentence(rng, words, 36_000)])]) for _ in range(2))  # type: ignore[return-value]


CASES: dict[str, Callable[[], Pair]] = {
    "label 1 MB, 20,000 lines, 50 edits": label,
    "100 KB heavily revised": revision,
    "20,000 near-identical blocks": near_identical,
    "20,000 blocks of 50 texts": fifty_texts,
    "unrelated 200 KB": unrelated,
    "unrelated 200 KB, one paragraph": one_paragraph,
}


def ours(old: Text, new: Text) -> int:
    """Edits of the whole comparison: alignment, words, levels, reasons, summary."""
    return len(compare(old, new).edits)


def dmp_words(old: Text, new: Text) -> int:
    """Whole-text diff-match-patch on word codes."""
    ids: dict[str, int] = {}
    sides = []
    for text in (old, new):
        codes = [ids.setdefault(word, len(ids)) for word in _WORD.findall(text.plain)]
        sides.append("".join(chr(code + 1 if code < 0xD7FF else code + 0x801) for code in codes))
    search = diff_match_patch()
    search.Diff_Timeout = SECONDS
    return sum(op != 0 for op, _ in search.diff_main(*sides, False))


def difflib_lines(old: Text, new: Text) -> int:
    """difflib on lines, as web-page watchers use it."""
    return sum(op[0] != "equal" for op in difflib.SequenceMatcher(None, old.lines, new.lines).get_opcodes())


def git_words(old: Text, new: Text) -> int:
    """``git diff --word-diff``, a process."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("old", old), ("new", new)):
            Path(folder, name).write_text(text.plain + "\n")
        command = ["git", "diff", "--no-index", "--word-diff=plain", "old", "new"]
        said = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout
    return said.count("[-") + said.count("{+")


ENGINES: dict[str, Callable[[Text, Text], int]] = {
    "guidetrack": ours, "dmp words": dmp_words, "difflib lines": difflib_lines, "git --word-diff": git_words,
}


def processor_time() -> float:
    """Seconds this process and the processes it waited for have computed."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in spent)


def timed(engine: Callable[[Text, Text], int], make: Callable[[], Pair], rounds: int) -> tuple[float, int]:
    """Best time in seconds on fresh texts, and what the engine counted."""
    best, count = float("inf"), 0
    for _ in range(rounds):
        old, new = make()
        _ = old.plain, new.plain if engine is not ours else ""
        start = processor_time()
        count = engine(old, new)
        best = min(best, processor_time() - start)
        if best > 1:
            break
    return best, count


def peak_mb(make: Callable[[], Pair]) -> float:
    """Peak memory of our comparison, beyond the two texts."""
    old, new = make()
    tracemalloc.start()
    compare(old, new)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def main() -> int:
    """Print the table; fail when a result is not lossless or not the same twice."""
    print("| case | engine | best CPU ms | × ours | count |\n|---|---|---:|---:|---:|")
    sound = True
    for name, make in CASES.items():
        base = 0.0
        for engine, run in ENGINES.items():
            if engine == "difflib lines" and make is fifty_texts:
                continue
            seconds, count = timed(run, make, 7 if engine == "guidetrack" else 2)
            base = base or seconds
            print(f"| {name} | {engine} | {seconds * 1e3:.1f} | {seconds / base:.1f} | {count} |", flush=True)
        old, new = make()
        first, second = compare(old, new), compare(old, new)
        lossless = rebuild_old(new, first) == old.lines and rebuild_new(old, first) == new.lines
        sound = sound and lossless and first == second
        note = f"lossless {lossless}, same twice {first == second}, coarse {first.coarse}, peak {peak_mb(make):.0f} MB"
        print(f"| {name} | {note} | | | |", flush=True)
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
