"""Real captures kept beside the checkout: failures are told from changes, good pages are believed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pages_for_verdict import capture, read

from guidetrack.fetch.verdict import judge_answer, judge_page

SHARED = (Path(__file__).resolve().parents[2] / ".." / "shared").resolve()
PAIRS = sorted((SHARED / "corpus").glob("pairs*/*/meta.json"))
GOLD = sorted((SHARED / "extraction-gold" / "pages").glob("*.html"))

pytestmark = pytest.mark.skipif(not PAIRS, reason="the corpus is not beside the checkout")


def _pair(path: Path) -> tuple[dict[str, Any], bytes, bytes]:
    meta = json.loads(path.read_text())
    before = next(file for file in sorted(path.parent.glob("before.*")) if file.suffix != ".md")
    return meta, before.read_bytes(), (path.parent / f"after{before.suffix}").read_bytes()


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.parent.name)
def test_pair(path: Path) -> None:
    """A capture failure gets a verdict against the page before it; every other pair gets none, first check included."""
    meta, old, new = _pair(path)
    asked = meta.get("url") or "https://agency.example/a/document"
    before, after = (capture(body, asked=asked, headers=(("Content-Type", meta["media_type"]),)) for body in (old, new))
    previous, _ = read(before)
    assert previous is not None
    text, problem = read(after)
    verdict = judge_answer(after) or judge_page(after, text, previous, problem)
    if meta["truth"]["class"] == "capture-failure":
        assert verdict is not None
    else:
        assert verdict is None
        assert judge_page(after, text, None, problem) is None
    assert judge_page(before, previous, None) is None


@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.stem)
def test_gold_page(path: Path) -> None:
    """An ordinary article or policy is believed on a first check."""
    page = capture(path.read_bytes())
    text, problem = read(page)
    assert judge_page(page, text, None, problem) is None


@pytest.mark.parametrize("number", range(15))
def test_rated_capture(number: int) -> None:
    """Captures rated useless by an archive's maintainers are missed; those rated good pass unless their status is 404."""
    known = json.loads((SHARED / "corpus" / "capture-quality.json").read_text())[number]
    body = f"<html><head><title>{known['title'] or ''}</title></head><body>…</body></html>".encode()
    verdict = judge_answer(capture(body, asked=known["url"], status=known["status"], headers=tuple(known["headers"].items())))
    if known["quality"] < 0.5:
        assert known["status"] == 200 or (verdict is not None and verdict.reason.value == "blocked")
    else:
        assert (verdict.reason.value if verdict else None) == ("not-found" if known["status"] == 404 else None)
