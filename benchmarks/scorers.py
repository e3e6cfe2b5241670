"""Callables for outside scorers, ``verdict(before, after, info)`` and ``extract(page, url)``; a count of lost edits.

    python score.py --callable benchmarks/scorers.py:verdict
    python score_extraction.py --callable benchmarks/scorers.py:extract
    python benchmarks/scorers.py [FOLDER] [--every N]

The last edits one word of every N-th block of each page's reference text (``pages/NAME.html`` beside
``pages/NAME.gold.txt``), one at a time, and names the edits that do not show.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from guidetrack.errors import ExtractError
from guidetrack.extract import extract as read
from guidetrack.models import Text


def extract(page: bytes, url: str | None) -> str:
    """The text of one page."""
    return read(page, "text/html", url or "").plain


def verdict(before: bytes, after: bytes, info: dict[str, Any]) -> str:
    """``changed``, ``unchanged`` or ``unreadable`` for two captures of one page."""
    return _judge(before, after, info, by_digest=False)


def digests(before: bytes, after: bytes, info: dict[str, Any]) -> str:
    """The same by digest of the text alone: what extraction leaves for the comparison to see."""
    return _judge(before, after, info, by_digest=True)


def _unusable(body: bytes, info: dict[str, Any], previous: Text | None) -> bool:
    """Whether a page is no page at all: a wall, an error, an empty shell."""
    from guidetrack import verdict as judge

    url = info.get("url") or ""
    headers = {"content-type": info.get("media_type") or ""}
    return judge(body, status=200, headers=headers, url=url, final_url=url, redirects=(), previous=previous) is not None


def _judge(before: bytes, after: bytes, info: dict[str, Any], *, by_digest: bool) -> str:
    try:
        old, new = (read(body, info.get("media_type") or "", info.get("url") or "") for body in (before, after))
    except ExtractError:
        return "unreadable"
    if old.digest == new.digest:
        return "unchanged"
    if by_digest:
        return "changed"
    if _unusable(after, info, old):
        return "unreadable"
    from guidetrack.compare import compare

    return "changed" if compare(old, new) else "unchanged"


GOLD = Path(__file__).resolve().parents[1] / ".." / "shared" / "extraction-gold"
_SPACE = r"(?:\s|&nbsp;|&#160;)+"
_UNSEEN = re.compile(r"<(script|style|template|noscript)\b.*?</\1|<!--.*?-->|<title\b.*?</title", re.S | re.I)


def lost_edits(page: str, gold: str, every: int = 1, first: int = 0) -> Iterator[tuple[str, bool]]:
    """Each block of ``gold`` that is found in the page's visible text, and whether an edit of its last word is lost."""
    unseen = [found.span() for found in _UNSEEN.finditer(page)]
    whole = read(page.encode("utf-8", "replace"), "text/html; charset=utf-8").digest
    blocks = [line for line in gold.splitlines() if line.strip()]
    for block in blocks[first::every]:
        places = _places(page, block, unseen)
        if places:
            edited = page
            for place in reversed(places):
                edited = f"{edited[:place]} zzedited {edited[place:]}"
            digest = read(edited.encode("utf-8", "replace"), "text/html; charset=utf-8").digest
            yield block, digest == whole


def _places(page: str, block: str, unseen: list[tuple[int, int]]) -> list[int]:
    """Where the block's longest run of words that the markup does not break ends in the page, each time it comes."""
    words = block.split()
    for length in (8, 6, 5, 4, 3, 2, 1):
        if length > len(words) or (length < 3 and len(words) > 4):
            continue
        for at in range(0, len(words) - length + 1, max(1, length // 2)):
            run = _SPACE.join(re.escape(word).replace("\\&", "(?:&amp;|&)") for word in words[at:at + length])
            ends = [found.end() for found in re.finditer(rf"(?<!\w){run}", page)]
            ends = [end for end in ends if page.rfind(">", 0, end) > page.rfind("<", 0, end)
                    and not any(start <= end <= stop for start, stop in unseen)]
            if ends:
                return ends
    return []


def main() -> int:
    """Count and name the edits that do not show; 2 when there are no pages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=GOLD)
    parser.add_argument("--every", type=int, default=1)
    options = parser.parse_args()
    tried = lost = 0
    for gold in sorted((options.folder / "pages").glob("*.gold.txt")):
        page = gold.with_name(gold.name.replace(".gold.txt", ".html")).read_bytes().decode("utf-8", "replace")
        for block, is_lost in lost_edits(page, gold.read_text("utf-8"), options.every):
            tried += 1
            lost += is_lost
            if is_lost:
                print(f"lost  {gold.name.partition('.')[0]}  {block[:100]}")
    print(f"{tried} edits, {lost} lost")
    return 0 if tried else 2


if __name__ == "__main__":
    raise SystemExit(main())
