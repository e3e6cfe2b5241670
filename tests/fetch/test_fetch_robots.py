"""robots.txt: asked once, obeyed where it speaks, no excuse for silence where it does not."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from guidetrack.fetch import Fetcher
from guidetrack.fetch.robots import MAX_ROBOTS, rules
from guidetrack.models import Reason, Source
from tests.support.site import Answer, Site


def text(body: str | bytes) -> Answer:
    """A robots.txt."""
    return Answer(body=body, headers={"Content-Type": "text/plain"})


def test_a_disallowed_address_is_not_asked(site: Site, ask: Callable[..., Any]) -> None:
    """The failure names the rule file; the address never sees a request; allowed ones do."""
    site.answer("/robots.txt", text("User-agent: *\nDisallow: /private\n"))
    site.page("/a", "x")
    site.page("/private/a", "x")
    allowed, refused = ask(site.url("/a"), site.url("/private/a"))
    assert allowed.status == 200
    assert refused.reason is Reason.ROBOTS
    assert site.url("/robots.txt") in refused.detail
    assert site.asked("/private/a") == []


def test_robots_is_asked_once_for_a_host(site: Site, ask: Callable[..., Any]) -> None:
    """However many sources, retries and second looks."""
    site.page("/a", "x")
    ask(*[site.url("/a")] * 4, again=True)
    assert len(site.asked("/robots.txt")) == 1


def test_robots_can_be_switched_off(site: Site, ask: Callable[..., Any]) -> None:
    """``robots = false`` neither asks for it nor obeys it."""
    site.answer("/robots.txt", text("User-agent: *\nDisallow: /\n"))
    site.page("/a", "x")
    assert ask(site.url("/a"), robots=False).status == 200
    assert site.asked("/robots.txt") == []


def test_our_own_group_wins(site: Site, ask: Callable[..., Any]) -> None:
    """A group that names guidetrack counts instead of the one for all. RFC 9309 section 2.2.1."""
    site.answer("/robots.txt", text("User-agent: *\nDisallow: /\n\nUser-agent: GuideTrack\nDisallow: /b\n"))
    site.page("/a", "x")
    one, two = ask(site.url("/a"), site.url("/b"))
    assert one.status == 200
    assert two.reason is Reason.ROBOTS


def test_every_hop_of_a_redirect_asks_the_rules(site: Site, ask: Callable[..., Any]) -> None:
    """The new path, and the new host's own file."""
    site.answer("/robots.txt", text("User-agent: *\nDisallow: /b\n"), host=1)
    site.answer("/robots.txt", text("User-agent: *\nDisallow: /c\n"), host=2)
    site.redirect("/a", "/b")
    site.redirect("/x", site.url("/c", host=2))
    same, other = ask(site.url("/a"), site.url("/x"))
    assert (same.reason, other.reason) == (Reason.ROBOTS, Reason.ROBOTS)
    assert site.url("/robots.txt", host=2) in other.detail


NO_RULES = {
    "missing": Answer(404, b"User-agent: *\nDisallow: /"),
    "forbidden": Answer(403, b"User-agent: *\nDisallow: /"),
    "busy": Answer(429, b"User-agent: *\nDisallow: /"),
    "error": Answer(500, b"User-agent: *\nDisallow: /"),
    "wall": Answer(200, b"<html>User-agent: *\nDisallow: /</html>", {"Content-Type": "text/plain"}),
    "html": Answer(200, b"User-agent: *\nDisallow: /", {"Content-Type": "text/html"}),
    "cut": Answer(200, b"User-agent: *\nDisallow: /", length=500, close=True),
    "reset": Answer(reset=True),
    "brotli": Answer(200, b"User-agent: *\nDisallow: /", {"Content-Encoding": "br"}),
    "nonsense": Answer(200, bytes(range(256)), {"Content-Type": "text/plain"}),
    "circle": Answer(302, headers={"Location": "/robots.txt"}),
    "inside": Answer(302, headers={"Location": "http://10.0.0.1/robots.txt"}),
    "file": Answer(302, headers={"Location": "file:///etc/robots.txt"}),
}


@pytest.mark.parametrize("name", NO_RULES)
def test_a_robots_that_cannot_be_had_does_not_silence_a_source(site: Site, ask: Callable[..., Any], name: str) -> None:
    """Whatever is wrong with it, the page is asked."""
    site.answer("/robots.txt", NO_RULES[name])
    site.page("/a", "x")
    assert ask(site.url("/a")).status == 200


def test_a_robots_that_hangs_takes_only_a_share_of_the_deadline(site: Site, ask: Callable[..., Any]) -> None:
    """There is time left for the page, and for the next one all of it."""
    site.answer("/robots.txt", Answer(body=b"User-agent: *\n", drip_s=1, delay_s=30))
    site.page("/a", "x")
    one, two = ask(site.url("/a"), site.url("/a"), timeout=2)
    assert (one.status, two.status) == (200, 200)
    assert len(site.asked("/robots.txt")) == 1
    assert one.elapsed_s >= 0.5


def test_robots_behind_a_redirect_is_read(site: Site, ask: Callable[..., Any]) -> None:
    """On the same host and on another. RFC 9309 section 2.3.1.2."""
    site.redirect("/robots.txt", "/r", host=1)
    site.redirect("/r", site.url("/robots.txt", host=2), host=1)
    site.answer("/robots.txt", text("User-agent: *\nDisallow: /a\n"), host=2)
    assert ask(site.url("/a")).reason is Reason.ROBOTS


def test_crawl_delay_raises_the_pause(site: Site, ask: Callable[..., Any]) -> None:
    """The site's own wish counts where it is longer than ours."""
    site.answer("/robots.txt", text("User-agent: *\nCrawl-delay: 0.3\nDisallow:\n"))
    site.page("/a", "x")
    ask(site.url("/a"), site.url("/a"))
    times = [request.at for request in site.log]
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.3


@pytest.mark.parametrize(
    ("body", "path", "allowed"),
    [
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /x\n", "/x", False),
        (b"User-agent: *\r\nDisallow: /x\r\n", "/x", False),
        (b"User-agent: *\nDisallow: /a\nAllow: /a/b\n", "/a/b/c", True),
        (b"User-agent: *\nDisallow: /*.pdf$\n", "/x.pdf", False),
        (b"User-agent: *\nDisallow: /*.pdf$\n", "/x.pdf?v=1", True),
        (b"User-agent: *\nDisallow:\n", "/x", True),
        (b"User-agent: guidetrackers\nDisallow: /\n", "/x", True),
        (b"", "/x", True),
        (b"\xff\xfe garbage \x00", "/x", True),
    ],
)
def test_rules_are_read_as_the_standard_says(body: bytes, path: str, allowed: bool) -> None:
    """RFC 9309 section 2.2, with a byte order mark and CRLF."""
    assert rules(200, "text/plain", body).allow(f"https://example.org{path}") is allowed


def test_only_the_first_500_kib_count() -> None:
    """RFC 9309 section 2.5: the limit is at least 500 KiB; what follows is ignored."""
    body = b"User-agent: *\nDisallow: /x\n" + b"# filler\n" * (MAX_ROBOTS // 9) + b"Disallow: /late\n"
    read = rules(200, "text/plain", body)
    assert not read.allow("https://example.org/x")
    assert read.allow("https://example.org/late")


def test_a_large_robots_is_cut_not_refused(site: Site, ask: Callable[..., Any]) -> None:
    """Nine megabytes are not read; the rules at their start hold."""
    site.answer("/robots.txt", text(b"User-agent: *\nDisallow: /a\n" + b"# filler\n" * 1_000_000))
    assert ask(site.url("/a")).reason is Reason.ROBOTS


def test_hostile_patterns_cost_little(site: Site, using: Callable[..., Any]) -> None:
    """Thousands of rules full of wildcards against a long address: bounded, and the page still comes."""
    site.answer("/robots.txt", text("User-agent: *\n" + f"Disallow: /{'*a' * 40}$\n" * 5000))
    path = "/" + "a" * 2000
    site.page(path, "x")

    async def work(fetcher: Fetcher) -> Any:
        return await fetcher.get(Source("s", site.url(path)))

    started = time.process_time()
    using(work)
    assert time.process_time() - started < 30
