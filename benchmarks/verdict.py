"""What the verdict says of real captures, and what it costs: ``python benchmarks/verdict.py [FOLDER]``.

FOLDER holds ``corpus/`` and ``extraction-gold/`` (default: ``../shared`` beside the checkout). Prints three tables:
capture failures, captures rated by an archive's maintainers, false verdicts on good pages; then the cost of a
verdict as a share of the cost of reading the same page.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from guidetrack.errors import ExtractError
from guidetrack.extract import extract
from guidetrack.fetch.verdict import judge_answer, judge_page
from guidetrack.models import Capture, Headers, Text, Verdict

NOWHERE = "https://agency.example/a/document"


HTML: Headers = (("Content-Type", "text/html"),)


def capture(body: bytes, asked: str = NOWHERE, status: int = 200, headers: Headers = HTML) -> Capture:
    """A capture with nothing around it."""
    return Capture("benchmark", "benchmark", asked, asked, status, headers, body, datetime(2026, 1, 1, tzinfo=UTC))


def read(page: Capture) -> tuple[Text | None, ExtractError | None]:
    """The text, or why there is none."""
    try:
        return extract(page.body, page.media_type, page.reached), None
    except ExtractError as error:
        return None, error


def named(verdict: Verdict | None) -> str:
    """``missed (blocked)``, or ``-``."""
    return f"{verdict.outcome} ({verdict.reason})" if verdict else "-"


def pairs(root: Path) -> tuple[int, int, list[float]]:
    """Print the capture failures; count verdicts on all other pages; collect the share of reading's cost."""
    print(f"{'capture failure':48s} {'first check':24s} against the page before")
    pages = false = 0
    shares = []
    for path in sorted(root.glob("corpus/pairs*/*/meta.json")):
        meta = json.loads(path.read_text())
        file = next(file for file in sorted(path.parent.glob("before.*")) if file.suffix != ".md")
        asked = meta.get("url") or NOWHERE
        headers = (("Content-Type", meta["media_type"]),)
        old, new = (capture(part.read_bytes(), asked, 200, headers) for part in (file, file.with_stem("after")))
        started = time.perf_counter()
        previous, _ = read(old)
        text, problem = read(new)
        middle = time.perf_counter()
        verdict = judge_page(new, text, previous, problem)
        shares.append((time.perf_counter() - middle) / ((middle - started) / 2))
        first = judge_page(new, text, None, problem)
        if meta["truth"]["class"] == "capture-failure":
            print(f"{path.parent.name[:48]:48s} {named(first):24s} {named(verdict)}")
            continue
        pages += 3
        false += sum(found is not None for found in (verdict, first, judge_page(old, previous, None)))
    for page in map(capture, (path.read_bytes() for path in sorted(root.glob("extraction-gold/pages/*.html")))):
        text, problem = read(page)
        pages += 1
        false += judge_page(page, text, None, problem) is not None
    return pages, false, shares


def rated(root: Path) -> None:
    """Print the captures with the quality their archive's maintainers gave them; bodies are not kept there."""
    print(f"\n{'vendor':18s} {'quality':>7s} {'status':>6s}  verdict from status and headers alone")
    for known in json.loads((root / "corpus" / "capture-quality.json").read_text()):
        body = f"<title>{known['title']}</title>".encode()
        verdict = judge_answer(capture(body, known["url"], known["status"], tuple(known["headers"].items())))
        print(f"{known['vendor']:18s} {known['quality']:7.2f} {known['status']:6d}  "
              f"{named(verdict):20s} {known['title'][:60]}")


def main() -> None:
    """Print the tables."""
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1] / ".." / "shared"
    pages, false, shares = pairs(root)
    rated(root)
    shares.sort()
    print(f"\nfalse verdicts: {false} of {pages} judgements of good pages")
    print(f"cost of a verdict against the page before, as a share of reading: median {shares[len(shares) // 2]:.3f}, "
          f"nine in ten below {shares[len(shares) * 9 // 10]:.3f}")


if __name__ == "__main__":
    main()
