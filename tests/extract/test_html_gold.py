"""One-word edits of real pages' reference texts show, but for menus and footers. Only where those pages lie beside us."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from guidetrack.extract import extract

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / ".." / "shared" / "extraction-gold" / "pages"
EVERY = 60
MOST_LOST = 0.03
"""Share of edits that may be lost: reference texts that were cut from whole pages hold menus and footers as well."""
FURNITURE = frozenset({
    "navigation", "site header", "site footer", "outside the document", "sidebar", "language switch", "link list",
    "related links",
})


def scorers() -> ModuleType:
    """The benchmark's module, which lies outside the package."""
    spec = importlib.util.spec_from_file_location("scorers_for_gold", ROOT / "benchmarks" / "scorers.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(not PAGES.is_dir(), reason="the pages with reference texts are not here")
def test_edits_of_real_documents_show():
    """A sample of all blocks: what does not show is listed as a site's furniture, and there is little of it.

    ``benchmarks/scorers.py`` tries every block and names what is lost.
    """
    lost_edits = scorers().lost_edits
    tried = lost = 0
    for number, gold in enumerate(sorted(PAGES.glob("*.gold.txt"))):
        page = gold.with_name(gold.name.replace(".gold.txt", ".html")).read_bytes().decode("utf-8", "replace")
        for block, is_lost in lost_edits(page, gold.read_text("utf-8"), EVERY, number % 7):
            tried += 1
            if is_lost:
                lost += 1
                aside = extract(page.encode(), "text/html; charset=utf-8").set_aside
                assert [line.rule for line in aside if line.rule in FURNITURE and block.split()[0] in line.text], block
    assert tried > 50
    assert lost <= MOST_LOST * tried
