"""What to write for an address: an id, a title, a format, and the address of a better twin where one is known.

A twin says the same as the page for programs: no menus, no wall, often with the publisher's own note on each change.
All of it is suggestion: pure functions of the address and of the bytes that came back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urljoin, urlsplit, urlunsplit

from guidetrack.models import Format
from guidetrack.sources import checks
from guidetrack.sources.checks import Wrong

HEAD_BYTES = 300_000
"""How much of a page is searched for links to its feeds and services."""
MAX_TWINS = 6
_SECOND_LEVEL = ("ac", "co", "com", "edu", "gob", "gov", "govt", "gouv", "net", "org", "nhs")
_WORDPRESS = re.compile(r"/wp-json/wp/v2/\w+/\d+$")
_PLAIN = re.compile(r"[a-z0-9]+")
_DULL = frozenset(("index", "default", "en", "html", "htm", "aspx", "php", "cfm", "pages", "page", "home", "content",
                   "node", "view", "about", "the", "a", "an", "of", "and", "to", "for", "on", "in", "with", "by",
                   "from"))


@dataclass(frozen=True)
class Twin:
    """Another address that says the same, or lists what is new: what it is, and why it may serve better."""

    url: str
    format: Format
    what: str


def source_id(url: str, title: str = "", taken: Collection[str] = ()) -> str:
    """A readable id from the address, or from the title where the address says nothing; never one that is taken."""
    parts = urlsplit(url)
    words = _words(parts.path.rsplit(".", 1)[0] if re.search(r"\.\w{2,5}$", parts.path) else parts.path)
    if not any(word.isalpha() for word in words[-3:]):
        words = _words(title) or words
    base = "-".join([_site(parts.hostname or ""), *words[-5:]])[:60].strip("-") or "source"
    try:
        checks.source_id(base)
    except Wrong:
        base = f"source-{base}"
    number, name, known = 1, base, {one.lower() for one in taken}
    while name in known:
        number += 1
        name = f"{base}-{number}"
    return name


def _words(text: str) -> list[str]:
    return [word for word in _PLAIN.findall(text.lower()) if word not in _DULL and len(word) < 25]


def _site(host: str) -> str:
    """The name that people call a site by: ``fda`` of www.fda.gov, ``nice`` of www.nice.org.uk."""
    labels = [label for label in host.lower().split(".") if label and label != "www"]
    if not labels or host.replace(".", "").isdigit():
        return "page"
    keep = labels[:-1] if len(labels) > 1 else labels
    if len(keep) > 1 and keep[-1] in _SECOND_LEVEL:
        keep = keep[:-1]
    return "-".join(_PLAIN.findall(keep[-1])) or "page"


def twins(url: str, body: bytes = b"", media_type: str = "") -> list[Twin]:
    """Addresses that may serve better than ``url``, likeliest first; none is fetched here."""
    found = [*by_address(url)]
    if b"<" in body[:2000] and "json" not in media_type:
        found += by_links(url, body[:HEAD_BYTES])
    unique = {twin.url: twin for twin in reversed(found) if twin.url != url and _usable(twin.url)}
    return list(unique.values())[::-1][:MAX_TWINS]


def _usable(url: str) -> bool:
    try:
        checks.url(url)
    except Wrong:
        return False
    return True


def by_address(url: str) -> Iterator[Twin]:
    """Twins known from the address alone."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    if rule := _SITES.get(host):
        yield from rule(parts.path, parts.query, url)


def _wayback(path: str, query: str, url: str) -> Iterator[Twin]:
    match = re.search(r"/web/\d{4,14}[a-z_]*/(https?:/{1,2}.+)$", url)
    if match:
        original = re.sub(r"^(https?):/+", r"\1://", match[1])
        yield Twin(original, Format.AUTO, "the page itself: a web archive never changes "
                                          "(for the past: guidetrack backfill)")


def _govuk(path: str, query: str, url: str) -> Iterator[Twin]:
    if path.startswith(("/api/", "/search/")) or path.endswith(".atom") or path in ("", "/"):
        return
    yield Twin(f"https://www.gov.uk/api/content{path.rstrip('/')}", Format.JSON,
               "GOV.UK content service: the same words without menus, with the publisher's note on each update")


def _federal_register(path: str, query: str, url: str) -> Iterator[Twin]:
    if match := re.match(r"/(?:documents/\d{4}/\d\d/\d\d|d)/([0-9A-Za-z-]+)", path):
        yield Twin(f"https://www.federalregister.gov/api/v1/documents/{match[1]}.json", Format.JSON,
                   "Federal Register service: the page itself sends many programs away")
    elif path.startswith("/documents/search"):
        yield Twin(f"https://www.federalregister.gov/api/v1/documents.json?{query}", Format.JSON,
                   "Federal Register service: the same search as a list of documents")


def _ecfr(path: str, query: str, url: str) -> Iterator[Twin]:
    title = re.search(r"/title-(\d+)", path)
    part = re.search(r"/part-(\d+)", path)
    section = re.search(r"/section-((\d+)\.[0-9a-z]+)", path)
    if path.startswith("/api/") or not title or not (part or section):
        return
    number = section[2] if section else part[1] if part else ""
    wanted = f"part={number}" + (f"&section={section[1]}" if section else "")
    yield Twin(f"https://www.ecfr.gov/api/versioner/v1/versions/title-{title[1]}.json?{wanted}", Format.JSON,
               "eCFR service: the list of amendments; the page itself sends many programs away")
    yield Twin(f"https://www.ecfr.gov/api/versioner/v1/full/current/title-{title[1]}.xml?{wanted}", Format.XML,
               "eCFR service: the text")


def _dailymed(path: str, query: str, url: str) -> Iterator[Twin]:
    setid = parse_qs(query).get("setid", [""])[0]
    if re.fullmatch(r"[0-9a-f-]{36}", setid):
        base = f"https://dailymed.nlm.nih.gov/dailymed/services/v2/spls/{setid}"
        yield Twin(f"{base}.xml", Format.XML, "DailyMed service: the label as structured text")
        yield Twin(f"{base}/history.json", Format.JSON, "DailyMed service: the list of versions")


def _legislation(path: str, query: str, url: str) -> Iterator[Twin]:
    if re.match(r"/(ukpga|uksi|asp|ssi|wsi|nisr|eur)/\d{4}/\d+", path) and "/data." not in path:
        yield Twin(f"https://www.legislation.gov.uk{path.removesuffix('/contents').rstrip('/')}/data.xml", Format.XML,
                   "legislation.gov.uk: the same as structured text, made for programs")


def _trials(path: str, query: str, url: str) -> Iterator[Twin]:
    if match := re.search(r"(NCT\d{8})", path):
        yield Twin(f"https://clinicaltrials.gov/api/v2/studies/{match[1]}", Format.JSON,
                   "ClinicalTrials.gov service: the page itself is drawn by script")


_SITES: dict[str, Callable[[str, str, str], Iterator[Twin]]] = {
    "web.archive.org": _wayback, "gov.uk": _govuk, "federalregister.gov": _federal_register, "ecfr.gov": _ecfr,
    "dailymed.nlm.nih.gov": _dailymed, "legislation.gov.uk": _legislation, "clinicaltrials.gov": _trials,
}


def by_links(url: str, head: bytes) -> Iterator[Twin]:
    """Twins that a page names itself: feeds (RSS, Atom) and the service of a WordPress page."""
    from bs4 import BeautifulSoup
    from bs4.filter import SoupStrainer

    soup = BeautifulSoup(head, "lxml", parse_only=SoupStrainer(["link", "base"]))
    based = soup.find("base", href=True)
    base = urljoin(url, str(based["href"])) if based else url
    for link in soup.find_all("link", href=True, limit=200):
        rel = " ".join(link.get_attribute_list("rel")).lower()
        kind = str(link.get("type", "")).lower()
        address = urlunsplit(urlsplit(urljoin(base, str(link["href"])))._replace(fragment=""))
        if "alternate" in rel and kind == "application/json" and _WORDPRESS.search(address):
            yield Twin(address, Format.JSON, "WordPress service: the same words without menus or widgets")
        elif "alternate" in rel and kind in ("application/rss+xml", "application/atom+xml"):
            title = checks.shown(str(link.get("title", "")))[1:-1]
            name = f" ({title})" if title else ""
            yield Twin(address, Format.FEED, f"a feed{name}: tells of new entries; check that it is about this page")


def select(body: bytes) -> str:
    """A selector for the document on the page where exactly one element can be meant, or nothing."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(body[:2_000_000], "lxml")
    for candidate in ("main", "[role=main]", "article"):
        if len(soup.select(candidate, limit=2)) == 1:
            return candidate
    return ""
