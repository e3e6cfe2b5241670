"""Cost of extraction beside a plain beautifulsoup4 parse of the same pages, in one run.

    python benchmarks/extract.py [FOLDER_OR_PAGE …]      default: pages under ../shared, where it is there

Prints milliseconds for 100 KB (median over pages, best of three) and the ratio: the ratio is what to compare.
"""

from __future__ import annotations

import statistics
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bs4 import BeautifulSoup  # noqa: E402

from guidetrack.errors import ExtractError  # noqa: E402
from guidetrack.extract import extract  # noqa: E402

DEFAULT = ROOT / ".." / "shared" / "extraction-gold" / "pages"
SMALLEST, LARGEST = 20_000, 1_000_000


def pages(arguments: list[str]) -> list[bytes]:
    """The bodies to measure on; very small and very large ones say little about pages."""
    places = [Path(argument) for argument in arguments] or [DEFAULT]
    files = [file for place in places for file in (sorted(place.rglob("*.html")) if place.is_dir() else [place])]
    bodies = [file.read_bytes() for file in files]
    return [body for body in bodies if SMALLEST <= len(body) <= LARGEST]


def best(call: Callable[[bytes], object], body: bytes, times: int = 3) -> float:
    """Processor seconds of the quickest of a few calls: other work on the machine does not count."""
    spent = []
    for _ in range(times):
        start = time.process_time()
        call(body)
        spent.append(time.process_time() - start)
    return min(spent)


def read(body: bytes) -> object:
    """One extraction; a page that cannot be read costs what it costs."""
    try:
        return extract(body, "text/html")
    except ExtractError as error:
        return error


def main() -> int:
    """Measure and print; 2 when there are no pages."""
    warnings.simplefilter("ignore")
    bodies = pages(sys.argv[1:])
    if not bodies:
        print("no pages to measure on; name a folder of .html files", file=sys.stderr)
        return 2
    ours = [best(read, body) for body in bodies]
    plain = [best(lambda body: BeautifulSoup(body, "lxml"), body) for body in bodies]
    sizes = [len(body) / 100_000 for body in bodies]
    for name, spent in (("guidetrack extract", ours), ("bs4 on lxml, parse only", plain)):
        each = [seconds * 1000 / size for seconds, size in zip(spent, sizes, strict=True)]
        print(f"{name:26s} median {statistics.median(each):6.2f} ms per 100 KB, "
              f"mean {sum(spent) * 1000 / sum(sizes):6.2f}")
    ratios = [mine / theirs for mine, theirs in zip(ours, plain, strict=True)]
    print(f"{len(bodies)} pages, {sum(sizes) * 100:.0f} KB; ratio median {statistics.median(ratios):.2f}, "
          f"all together {sum(ours) / sum(plain):.2f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
