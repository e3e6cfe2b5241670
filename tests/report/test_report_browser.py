"""Reports in a real browser: nothing runs, nothing is fetched, axe-core finds nothing, nothing scrolls sideways."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from guidetrack.report.html.site import write_site
from tests.report import history as h
from tests.report.test_report_whole import part, text

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SITE = ("index.html", "sources/us-fda-rems-esketamine.html", "sources/hostile-page.html", "changes/0142.html",
        "changes/0150.html")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every page people read, as files."""
    made = tmp_path_factory.mktemp("pages")
    (made / "run.html").write_text(text(h.RUN_REPORT, "html"), "utf-8")
    (made / "week.html").write_text(text(h.WEEK_REPORT, "html"), "utf-8")
    (made / "quiet.html").write_text(text(h.QUIET_RUN, "html"), "utf-8")
    (made / "mail.html").write_text(part(h.RUN_REPORT, "html"), "utf-8")
    assert write_site(h.WEEK_REPORT, made / "site") == 1 + len(h.COVERAGE) + len(h.CHANGES)
    return made


PAGES = ("run.html", "week.html", "quiet.html", "mail.html", *(f"site/{name}" for name in SITE))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(browser: Browser, folder: Path, name: str, scheme: str) -> None:
    """axe-core: no violation of any of its rules, WCAG 2.2 AA among them, in light and in dark."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core is NOT TESTED").Axe()
    # the page's own policy keeps even axe out, so the policy is lifted for this look
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto((folder / name).as_uri())
    found = axe.run(page).response["violations"]
    context.close()
    assert [(item["id"], item["nodes"][0]["html"]) for item in found] == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_runs_and_nothing_is_fetched(browser: Browser, folder: Path, name: str) -> None:
    """Under the page's own policy: no dialog, no request but the file, no complaint of the browser, our style applied."""
    page = browser.new_page()
    asked: list[str] = []
    noise: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: noise.append(message.text))
    page.on("dialog", lambda dialog: (noise.append("dialog"), dialog.dismiss()))
    page.goto((folder / name).as_uri())
    page.mouse.move(200, 200)
    page.wait_for_timeout(50)
    assert asked == [(folder / name).as_uri()]
    assert noise == []
    assert "sans-serif" in _style(page, "body", "fontFamily") or name == "mail.html"
    page.close()


@pytest.mark.parametrize("name", [name for name in PAGES if name != "mail.html"])
def test_no_sideways_scrolling(browser: Browser, folder: Path, name: str) -> None:
    """At 320 px (WCAG 1.4.10, as 400 % zoom of 1280) and on a phone everything reflows into one column."""
    for width in (320, 390, 640):
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.goto((folder / name).as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
        page.close()


def test_print_opens_what_is_folded(browser: Browser, folder: Path) -> None:
    """On paper the folded passages are open: paper has nothing to click."""
    page = browser.new_page()
    page.goto((folder / "week.html").as_uri())
    height = "document.querySelector('article details p, article details').getBoundingClientRect().height"
    closed = page.evaluate(height)
    page.emulate_media(media="print")
    assert page.evaluate(height) > closed
    page.close()


def test_marks_are_words_too(browser: Browser, folder: Path) -> None:
    """A reader that announces neither ins nor del hears "removed:" and "added:"."""
    page = browser.new_page()
    page.goto((folder / "site/changes/0142.html").as_uri())
    marked = page.locator("dd:has(del)").first.inner_text()
    assert " ".join(marked.split()) == (
        "Patients removed: must added: should be monitored for at least removed: two hours added: one hour.")
    assert "line-through" in _style(page, "del", "textDecorationLine")
    assert "underline" in _style(page, "ins", "textDecorationLine")
    page.close()


def test_every_link_of_the_site_leads_somewhere(browser: Browser, folder: Path) -> None:
    """From the index every source and change is one click away, and back."""
    page = browser.new_page()
    for start in SITE:
        page.goto((folder / "site" / start).as_uri())
        links = page.eval_on_selector_all("a[href]", "found => found.map(link => link.href)")
        ours = [link.split("#")[0].removeprefix("file://") for link in links if link.startswith("file://")]
        assert len(ours) > 1
        assert all(Path(link).is_file() for link in ours), start
    page.close()


def _style(page: Page, selector: str, name: str) -> str:
    found = page.evaluate("([selector, name]) => getComputedStyle(document.querySelector(selector))[name]", [selector, name])
    return str(found)
