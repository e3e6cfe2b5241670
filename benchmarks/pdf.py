"""How well PDFs are read: agreement with reference texts, agreement of both engines, the version pair, and speed.

For every PDF that has a reference text beside it this counts runs of two and of four words (words are ``\\w+``, lower
case, counted as often as they stand there) and prints precision, recall and F1 of our text against the reference.
The references come from another converter, not from a person. Two of its habits are not faults of a reading:

* It glues the last word of a line to the first of the next ("asdefined") in some files. ``glue undone`` compares with
  the reference after taking such words apart, where the raw lines of the PDF show the two words at a line's end.
* It keeps running heads and page numbers in the text. ``all lines`` counts what we set aside as ours, too.

Usage: ``python benchmarks/pdf.py [FOLDER]`` with a folder that holds ``single/*.pdf``, ``*.ref.txt`` and ``pairs/*/``.
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

from guidetrack.compare import compare
from guidetrack.extract import extract
from guidetrack.extract.pdf import second

Runs = Counter[tuple[str, ...]]


def words(text: str) -> list[str]:
    """Words in lower case."""
    return re.findall(r"\w+", text.lower())


def runs(tokens: list[str], length: int) -> Runs:
    """How often each run of ``length`` words stands in the text."""
    return Counter(zip(*(tokens[at:] for at in range(length)), strict=False))


def score(ours: list[str], theirs: list[str], length: int) -> tuple[float, float, float]:
    """Precision, recall and F1 of our runs of words against theirs."""
    one, other = runs(ours, length), runs(theirs, length)
    common = (one & other).total()
    here, there = one.total(), other.total()
    return common / max(here, 1), common / max(there, 1), 2 * common / max(here + there, 1)


def raw_lines(body: bytes) -> list[str]:
    """The lines as PDFium gives them, nothing joined."""
    import pypdfium2

    document = pypdfium2.PdfDocument(body)
    texts = (page.get_textpage().get_text_bounded().replace("\ufffe", "") for page in document)
    return [line for text in texts for line in text.splitlines()]


def unglued(reference: list[str], lines: list[str]) -> list[str]:
    """The reference with words taken apart that are the end of one raw line and the start of the next."""
    known = Counter(word for line in lines for word in words(line))
    parts = {}
    for line, following in pairwise(lines):
        end, start = words(line)[-1:], words(following)[:1]
        if end and start and end[0] + start[0] not in known:
            parts[end[0] + start[0]] = [*end, *start]
    return [part for word in reference for part in parts.get(word, [word])]


def table(folder: Path) -> None:
    """One line a PDF with a reference, then the means."""
    found = [(path, path.with_name(path.stem + ".ref.txt")) for path in sorted((folder / "single").glob("*.pdf"))]
    found += [(path, path.with_suffix(".md")) for path in sorted((folder / "pairs").glob("*/*.pdf"))]
    columns: dict[str, list[tuple[float, float, float]]] = {}
    print(f"{'file':44s} {'pages':>5s} {'s':>5s}   pairs P/R/F1       runs of four       "
          "(glue undone) pairs, runs   engines agree")
    for path, reference in found:
        body = path.read_bytes()
        start = time.perf_counter()
        text = extract(body, "application/pdf")
        seconds = time.perf_counter() - start
        pages = max((block.page or 0 for _, block in text.walk()), default=0)
        ours, full = words(text.plain), words(text.plain + " " + " ".join(line.text for line in text.set_aside))
        agree = engines(body, full)
        line = f"{path.parent.name + '/' + path.name:44.44s} {pages:5d} {seconds:5.2f}"
        if reference.exists():
            theirs = words(reference.read_text("utf-8"))
            whole = unglued(theirs, raw_lines(body))
            values = {"pairs": score(ours, theirs, 2), "runs": score(ours, theirs, 4),
                      "glue undone, pairs": score(ours, whole, 2), "glue undone, runs": score(ours, whole, 4),
                      "glue undone, all lines, pairs": score(full, whole, 2),
                      "glue undone, all lines, runs": score(full, whole, 4)}
            for name, value in values.items():
                columns.setdefault(name, []).append(value)
            line += "   " + "  ".join("/".join(f"{part:.3f}" for part in values[name]) for name in ("pairs", "runs"))
            line += f"   {values['glue undone, pairs'][2]:.3f} {values['glue undone, runs'][2]:.3f}"
        print(f"{line}   {agree}")
    for name, rows in columns.items():
        means = (sum(row[at] for row in rows) / len(rows) for at in range(3))
        print(f"mean of {len(rows)}: {name:32s}" + " / ".join(f"{mean:.3f}" for mean in means))


def engines(body: bytes, ours: list[str]) -> str:
    """Share of pypdf's words that are ours too, and of ours that are pypdf's."""
    theirs = words(" ".join(second.texts(body)))
    common = (Counter(ours) & Counter(theirs)).total()
    return f"{common / max(len(theirs), 1):.3f} {common / max(len(ours), 1):.3f}"


def pairs(folder: Path) -> None:
    """What the comparison says of each pair of versions."""
    for place in sorted((folder / "pairs").glob("*/")):
        old, new = (extract((place / name).read_bytes(), "application/pdf") for name in ("before.pdf", "after.pdf"))
        comparison = compare(old, new)
        word = "changed" if comparison else "unchanged"
        print(f"{place.name}: {word}, {len(comparison.edits)} edits: {comparison.summary}")


if __name__ == "__main__":
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2] / "shared" / "pdf"
    if not root.is_dir():
        sys.exit(f"no folder {root}: name one that holds single/*.pdf")
    table(root)
    pairs(root)
