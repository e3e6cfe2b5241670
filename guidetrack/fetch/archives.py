"""Asking a web archive: what copies it has of a page, and one of them as raw as it gives it. Thin."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode, urljoin, urlsplit

from guidetrack.errors import WebArchiveError
from guidetrack.fetch.client import Fetcher
from guidetrack.fetch.mementos import STAMP, Index, Memento, http_date, read_cdx, read_timemap, taken_apart
from guidetrack.models import Capture, Failure, Headers, Reason, Redirect, Source

INTERNET_ARCHIVE = "https://web.archive.org/web"
INTERNET_ARCHIVE_PAUSE = timedelta(seconds=3)
"""Between two requests: its index takes 24 a minute (stated in 2026), and it locks out who goes on after a 429."""
PAGE_ROWS = 5000
"""Index rows asked for at once."""
CAP_ROWS = 1000
"""An answer with so many rows may have been cut by the archive's own limit: the rest is asked for."""
MAX_PAGES = 40
"""Index requests for one page: 200,000 copies are more than any page has."""
MAX_INDEX_BYTES = 10_000_000
"""Longest index answer that is read: 5,000 rows of usual length are a tenth of it."""
NEAR = timedelta(days=1)
"""A copy dated further from what was asked is another copy."""

_NO_CDX = frozenset({400, 404, 405, 410, 501})
_FINAL = frozenset({Reason.TOO_LARGE, Reason.INCOMPLETE, Reason.UNREADABLE, Reason.REFUSED, Reason.HTTP_ERROR})
_OWN_HEADERS = ("memento-datetime", "link", "x-archive-", "x-ts", "x-tr", "x-location", "x-app-server", "x-page-cache",
                "x-rl", "x-na", "server-timing", "content-encoding", "transfer-encoding", "content-length",
                "set-cookie", "permissions-policy", "referrer-policy", "content-security-policy")
_ORIGINAL = "x-archive-orig-"


@dataclass(frozen=True, slots=True)
class WebArchive:
    """A web archive: where copies are replayed, where its index is asked, the pause it wants between requests."""

    address: str
    cdx: str
    pause: timedelta = timedelta()

    @classmethod
    def at(cls, address: str = "") -> WebArchive:
        """The archive at an address (a collection of pywb or OpenWayback); the Internet Archive when empty."""
        address = address.strip().rstrip("/")
        if not address or (urlsplit(address).hostname or "") in ("web.archive.org", "archive.org"):
            return cls(INTERNET_ARCHIVE, "https://web.archive.org/cdx/search/cdx", INTERNET_ARCHIVE_PAUSE)
        return cls(address, f"{address}/cdx")

    @property
    def name(self) -> str:
        """Its host, as people call it."""
        return urlsplit(self.address).hostname or self.address


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Why a copy is none that we could take; asking again would not help."""

    reason: Reason
    detail: str
    status: int | None = None
    reached: str = ""


async def listing(fetcher: Fetcher, archive: WebArchive, source: Source, since: datetime | None,
                  until: datetime | None) -> Index:
    """Every copy of the source that the archive lists in the period, oldest first, each once.

    :raises WebArchiveError: its index cannot be had, or not be read.
    """
    pages = [page async for page in _cdx(fetcher, archive, source, since, until)]
    if not pages or (not any(page.mementos for page in pages) and any(page.malformed for page in pages)):
        mapped = [page async for page in _timemaps(fetcher, archive, source)]
        if not any(page.mementos for page in mapped) and any(page.malformed for page in [*pages, *mapped]):
            example = next(page.example for page in [*pages, *mapped] if page.malformed)
            raise WebArchiveError(f"the index of {archive.name} cannot be read; it begins with {example[:80]!r}")
        pages = mapped
    once = {(found.when, found.address): found for page in pages for found in page.mementos
            if (since is None or found.when >= since) and (until is None or found.when <= until)}
    return Index(
        tuple(sorted(once.values(), key=lambda found: found.when)), sum(page.lines for page in pages),
        sum(page.malformed for page in pages), next((page.example for page in pages if page.example), ""),
        sum(page.elsewhere for page in pages))


async def _cdx(fetcher: Fetcher, archive: WebArchive, source: Source, since: datetime | None,
               until: datetime | None) -> AsyncIterator[Index]:
    """The CDX index, a slice of time after the other; nothing at all when the archive has none."""
    url, begin = source.url.partition("#")[0], since
    for _ in range(MAX_PAGES):
        query = {"url": url, "output": "json", "limit": str(PAGE_ROWS)}
        query |= {name: f"{value:{STAMP}}" for name, value in (("from", begin), ("to", until)) if value is not None}
        answer = await _ask(fetcher, archive, source, f"{archive.cdx}?{urlencode(query)}")
        if answer.status in _NO_CDX:
            return
        page = read_cdx(answer.body, archive=archive.address, url=url)
        yield page
        newest = max((found.when for found in page.mementos), default=None)
        if page.lines < CAP_ROWS or newest is None or newest == begin:
            return
        begin = newest
    raise WebArchiveError(f"{archive.name} lists more than {MAX_PAGES * CAP_ROWS:,} copies; ask for a shorter period")


async def _timemaps(fetcher: Fetcher, archive: WebArchive, source: Source) -> AsyncIterator[Index]:
    """The TimeMap and those it goes on in; nothing when the archive answers that it has none."""
    url = source.url.partition("#")[0]
    waiting = [f"{archive.address}/timemap/link/{url}"]
    seen: set[str] = set()
    while waiting:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        if len(seen) > MAX_PAGES:
            raise WebArchiveError(f"the TimeMap of {archive.name} goes on for more than {MAX_PAGES} pages")
        answer = await _ask(fetcher, archive, source, address)
        if answer.status in _NO_CDX:
            continue
        page = read_timemap(answer.body, archive=archive.address, url=url)
        yield page
        own = urlsplit(archive.address)[:2]
        joined = (urljoin(address, further) for further in page.further if "/timemap/" in further)
        waiting += [further for further in joined if urlsplit(further)[:2] == own and "/timemap/json" not in further]


async def _ask(fetcher: Fetcher, archive: WebArchive, source: Source, address: str) -> Capture:
    """An answer of the index: 200, or a status that says it has none."""
    answer = await fetcher.get(replace(source, url=address, render=False, accept="application/json, */*;q=0.5"))
    if isinstance(answer, Failure):
        raise WebArchiveError(f"{archive.name} does not answer: {answer.detail}", everywhere=True)
    if len(answer.body) > MAX_INDEX_BYTES:
        raise WebArchiveError(f"the index of {archive.name} has {len(answer.body):,} bytes, too many to be one")
    if answer.status == 200 or answer.status in _NO_CDX:
        return answer
    raise _busy(archive.name, answer)


def _busy(name: str, answer: Capture) -> WebArchiveError:
    asked = answer.header("retry-after")
    wait = f", and asks us to wait ({asked[:40]})" if asked else ""
    return WebArchiveError(f"{name} answers with status {answer.status}{wait}", everywhere=True)


async def take(fetcher: Fetcher, memento: Memento, source: Source, *, now: datetime) -> Capture | NotTaken:
    """One copy as a capture of the source, dated by the archive; or why it is none.

    :raises WebArchiveError: the archive is in trouble; asking later may help. ``everywhere``: it asks for a rest.
    """
    name = urlsplit(memento.archive).hostname or memento.archive
    answer = await fetcher.get(replace(source, url=memento.address, render=False))
    if isinstance(answer, Failure):
        if answer.reason in _FINAL:
            return NotTaken(answer.reason, answer.detail, answer.status, answer.reached)
        raise WebArchiveError(f"{name} does not answer for its copy of {memento.when:%Y-%m-%d}: {answer.detail}")
    dated, reached = http_date(answer.header("memento-datetime")), taken_apart(answer.reached)
    if dated is None and answer.status != 200:
        return _playback(name, memento, answer)
    when = dated or (reached[0] if reached else None)
    problem = _elsewhere(memento, answer.reached) or _misdated(name, memento, when, now)
    if when is None or problem:
        return NotTaken(Reason.NOT_FOUND, problem, answer.status, answer.reached)
    return _capture(answer, memento, when, reached[1] if reached else memento.original)


def _playback(name: str, memento: Memento, answer: Capture) -> NotTaken:
    """The archive's own error, not an archived one: those carry Memento-Datetime (RFC 7089 section 4.5.3)."""
    if answer.status == 429 or answer.header("retry-after"):
        raise _busy(name, answer)
    if answer.status >= 500:
        raise WebArchiveError(f"{name} cannot replay its copy of {memento.when:%Y-%m-%d} now (status {answer.status})")
    detail = f"{name} does not give out its copy of {memento.when:%Y-%m-%d} (status {answer.status})"
    reason = Reason.NOT_FOUND if answer.status in (404, 410) else Reason.BLOCKED
    return NotTaken(reason, detail, answer.status, answer.reached)


def _elsewhere(memento: Memento, reached: str) -> str:
    if urlsplit(reached)[:2] == urlsplit(memento.archive)[:2]:
        return ""
    return f"the archive leads out of itself, to {reached[:200]}"


def _misdated(name: str, memento: Memento, when: datetime | None, now: datetime) -> str:
    if when is None:
        return f"{name} does not say of when its answer is"
    if abs(when - memento.when) > NEAR:
        return f"{name} answers with its copy of {when:%Y-%m-%d} instead of {memento.when:%Y-%m-%d}"
    return f"{name} dates its copy in the future ({when:%Y-%m-%d})" if when > now else ""


def _capture(answer: Capture, memento: Memento, when: datetime, reached: str) -> Capture:
    capture = replace(
        answer, id=f"{when:%Y-%m-%dT%H%M%SZ}-{answer.sha256[:8]}", asked=memento.original, reached=reached,
        fetched=when, headers=_headers(answer), redirects=tuple(_hops(answer)), origin=memento.address, ip="",
        request_headers=())
    capture.__dict__["sha256"] = answer.sha256
    return capture


def _headers(answer: Capture) -> Headers:
    """The archived headers: under the Internet Archive's prefix, else those that are not the archive's own.

    Codings stay as they were on the way to us, since it is those bytes that are kept.
    """
    coding = tuple(item for item in answer.headers if item[0].lower() == "content-encoding")
    prefixed = tuple((name[len(_ORIGINAL):], value) for name, value in answer.headers
                     if name.lower().startswith(_ORIGINAL))
    found = tuple(item for item in prefixed or answer.headers if not item[0].lower().startswith(_OWN_HEADERS))
    if answer.media_type and "content-type" not in {name.lower() for name, _ in found}:
        found += (("Content-Type", answer.media_type),)
    return found + coding


def _hops(answer: Capture) -> list[Redirect]:
    """The archived redirects; those of the archive, from one time of a page to another, are not the publisher's."""
    found = []
    for hop in answer.redirects:
        here, there = taken_apart(hop.url), taken_apart(hop.location)
        if here and there and here[1] != there[1]:
            found.append(Redirect(here[1], hop.status, there[1]))
    return found
