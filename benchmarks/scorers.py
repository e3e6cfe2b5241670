"""Callables for outside scorers: ``verdict(before, after, info)`` and ``extract(page, url)``.

    python score.py --callable benchmarks/scorers.py:verdict
    python score_extraction.py --callable benchmarks/scorers.py:extract
"""

from __future__ import annotations

import sys
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
