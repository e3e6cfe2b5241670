"""What is suggested for an address: ids, twins, selectors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidetrack.models import Format
from guidetrack.sources import checks, suggest


@pytest.mark.parametrize(("url", "title", "id"), [
    ("https://www.nice.org.uk/guidance/ta854", "TA854", "nice-guidance-ta854"),
    ("https://www.fda.gov/drugs/human-drug-compounding/compounding-risk-alerts", "",
     "fda-drug-compounding-compounding-risk-alerts"),
    ("https://www.cms.gov/view/article.aspx?articleid=59250", "Billing: esketamine", "cms-article"),
    ("https://example.com/", "Guidance on esketamine", "example-guidance-esketamine"),
    ("https://example.com/123", "", "example-123"),
    ("https://127.0.0.1:8080/a.html", "Guidance", "page-guidance"),
    ("https://con.example/", "", "source-con"),
    ("https://xn--bcher-kva.example/", "日本", "xn-bcher-kva"),
])
def test_ids_are_readable(url: str, title: str, id: str) -> None:
    """The id says whose page it is and what it is about."""
    assert suggest.source_id(url, title) == id


def test_an_id_that_is_taken_gets_a_number() -> None:
    """No two sources share an id, whatever the case."""
    first = suggest.source_id("https://www.nice.org.uk/guidance/ta854")
    assert suggest.source_id("https://www.nice.org.uk/guidance/ta854", "", [first.upper()]) == f"{first}-2"


@given(st.text(max_size=80), st.text(max_size=80))
def test_every_suggested_id_is_valid(path: str, title: str) -> None:
    """Whatever the address and title, the id passes the check that the file will make."""
    checks.source_id(suggest.source_id(f"https://example.com/{path}", title))


@pytest.mark.parametrize(("url", "twin", "format"), [
    ("https://web.archive.org/web/20240102030405/https://www.nice.org.uk/guidance/ta854",
     "https://www.nice.org.uk/guidance/ta854", Format.AUTO),
    ("https://web.archive.org/web/20240102id_/http:/example.com/a", "http://example.com/a", Format.AUTO),
    ("https://www.gov.uk/government/publications/a-review", "https://www.gov.uk/api/content/government/publications/a-review",
     Format.JSON),
    ("https://www.federalregister.gov/documents/2025/12/31/2025-24123/fourth-extension",
     "https://www.federalregister.gov/api/v1/documents/2025-24123.json", Format.JSON),
    ("https://www.ecfr.gov/current/title-21/section-1308.13",
     "https://www.ecfr.gov/api/versioner/v1/versions/title-21.json?part=1308&section=1308.13", Format.JSON),
    ("https://www.ecfr.gov/current/title-21/chapter-II/part-1306",
     "https://www.ecfr.gov/api/versioner/v1/full/current/title-21.xml?part=1306", Format.XML),
    ("https://dailymed.nlm.nih.gov/dailymed/drugInfo.cfm?setid=d81a6a79-a74a-44b7-822c-0dfa3036eaed",
     "https://dailymed.nlm.nih.gov/dailymed/services/v2/spls/d81a6a79-a74a-44b7-822c-0dfa3036eaed.xml", Format.XML),
    ("https://www.legislation.gov.uk/ukpga/1971/38/schedule/2",
     "https://www.legislation.gov.uk/ukpga/1971/38/schedule/2/data.xml", Format.XML),
    ("https://clinicaltrials.gov/study/NCT01234567", "https://clinicaltrials.gov/api/v2/studies/NCT01234567", Format.JSON),
])
def test_twins_known_by_address(url: str, twin: str, format: Format) -> None:
    """A page of a known site has its service for programs suggested."""
    assert (twin, format) in [(found.url, found.format) for found in suggest.twins(url)]


@pytest.mark.parametrize("url", [
    "https://www.gov.uk/", "https://www.gov.uk/api/content/x", "https://www.gov.uk/drug-safety-update.atom",
    "https://www.ecfr.gov/api/versioner/v1/titles.json", "https://example.com/web/2020/https://x.example",
    "https://www.legislation.gov.uk/ukpga/1971/38/data.xml", "https://other.gov.uk/page",
])
def test_no_twin_where_none_is_known(url: str) -> None:
    """A twin is not sent to its own twin, and other sites are left alone."""
    assert suggest.twins(url) == []


PAGE = b"""<!doctype html><html><head><base href="/sub/">
<link rel="alternate" type="application/rss+xml" title="News \x1b[31m" href="feed.xml">
<link rel="alternate" type="application/json" href="https://x.example/wp-json/wp/v2/pages/12">
<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
<link rel="alternate" type="application/atom+xml" href="https://me:secret@x.example/feed">
<link rel="stylesheet" href="a.css"></head><body><main><p>Text</p></main></body></html>"""


def test_twins_a_page_names_itself() -> None:
    """Feeds and WordPress services are found; what is no address to watch is not; titles are harmless."""
    found = suggest.twins("https://x.example/page", PAGE, "text/html")
    assert [(twin.url, twin.format) for twin in found] == [
        ("https://x.example/sub/feed.xml", Format.FEED), ("https://x.example/wp-json/wp/v2/pages/12", Format.JSON)]
    assert "\x1b" not in found[0].what


def test_many_links_are_bounded() -> None:
    """A page of ten thousand feeds suggests a handful."""
    body = b"<html><head>" + b"".join(b'<link rel=alternate type="application/rss+xml" href="/%d">' % n
                                      for n in range(10_000))
    assert len(suggest.twins("https://x.example/", body, "text/html")) <= suggest.MAX_TWINS


@pytest.mark.parametrize(("body", "select"), [
    (PAGE, "main"), (b"<div role=main>x</div>", "[role=main]"), (b"<article>a</article><article>b</article>", ""),
    (b"<main>a</main><main>b</main><article>c</article>", "article"), (b"", ""),
])
def test_a_selector_is_suggested_when_it_is_unmistakable(body: bytes, select: str) -> None:
    """Only where exactly one element can be meant."""
    assert suggest.select(body) == select
