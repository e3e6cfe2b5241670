"""Redirects: followed by us, hop by hop, each hop as strict as the first."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidetrack.fetch.cookies import Cookies
from guidetrack.fetch.faults import Fault
from guidetrack.fetch.redirects import MAX_REDIRECTS, target
from guidetrack.models import Reason, Redirect
from tests.support.site import Answer, Request, Site

HERE = httpx.URL("https://example.org/a/b?q=1")


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        (b"/c", "https://example.org/c"), (b"c", "https://example.org/a/c"), (b"../c", "https://example.org/c"),
        (b"?z=2", "https://example.org/a/b?z=2"), (b"//other.example/x", "https://other.example/x"),
        (b"http://other.example", "http://other.example"), (b" /c ", "https://example.org/c"),
        (b"/c#part", "https://example.org/c"), (b"/a b", "https://example.org/a%20b"),
        ("/ä".encode(), "https://example.org/%C3%A4"), (b"/\xe4", "https://example.org/%C3%A4"),
    ],
)
def test_a_location_is_resolved_against_the_address(location: bytes, expected: str) -> None:
    """Relative, protocol-relative, with fragment, with spaces and bytes that should have been escaped."""
    assert str(target(HERE, 302, location)) == expected


@pytest.mark.parametrize(
    ("status", "location"), [(302, None), (302, b""), (302, b"  "), (200, b"/c"), (300, b"/c"), (304, b"/c")]
)
def test_no_redirect_is_no_redirect(status: int, location: bytes | None) -> None:
    """Only five statuses redirect, and only with a Location."""
    assert target(HERE, status, location) is None


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        (b"file:///etc/passwd", Reason.REFUSED), (b"ftp://x/", Reason.REFUSED), (b"javascript:x()", Reason.REFUSED),
        (b"http://good.example@evil.example/", Reason.REFUSED), (b"http://127.1/", Reason.REFUSED),
        (b"http://[::1", Reason.HTTP_ERROR), (b"/a\x00b", Reason.HTTP_ERROR), (b"/" + b"x" * 9000, Reason.HTTP_ERROR),
        (b"http://example.org:999999/", Reason.REFUSED), (b"http:///x", Reason.REFUSED),
    ],
)
def test_where_we_do_not_go(location: bytes, reason: Reason) -> None:
    """Other schemes, credentials, odd notations, and what is no address."""
    with pytest.raises(Fault) as caught:
        target(HERE, 302, location)
    assert caught.value.reason is reason


@given(st.binary(max_size=80))
def test_any_location_is_an_address_nothing_or_a_fault(location: bytes) -> None:
    """No Location raises anything else, and what comes out is http or https."""
    try:
        url = target(HERE, 302, location)
    except Fault:
        return
    assert url is None or url.scheme in ("http", "https")


def test_the_chain_is_recorded(site: Site, ask: Callable[..., Any]) -> None:
    """Address, status and absolute target of every hop, in order."""
    site.redirect("/a", "b", 301)
    site.redirect("/b", site.url("/c", host=2), 307)
    site.page("/c", "here", host=2)
    capture = ask(site.url("/a"))
    assert capture.body == b"here"
    assert capture.asked == site.url("/a")
    assert capture.reached == site.url("/c", host=2)
    assert capture.redirects == (
        Redirect(site.url("/a"), 301, site.url("/b")), Redirect(site.url("/b"), 307, site.url("/c", host=2)),
    )


@pytest.mark.parametrize("hops", [MAX_REDIRECTS, MAX_REDIRECTS + 1])
def test_ten_hops_are_followed_and_no_more(site: Site, ask: Callable[..., Any], hops: int) -> None:
    """A page behind ten redirects is read; behind eleven it is an error."""
    for number in range(hops):
        site.redirect(f"/{number}", f"/{number + 1}")
    site.page(f"/{hops}", "here")
    answer = ask(site.url("/0"))
    if hops == MAX_REDIRECTS:
        assert answer.body == b"here"
    else:
        assert answer.reason is Reason.HTTP_ERROR
        assert "more than 10 redirects" in answer.detail
        assert len(answer.redirects) == hops


@pytest.mark.parametrize("loop", [["/a"], ["/b", "/a"], ["/b", "/c", "/b"]])
def test_a_circle_is_noticed_early(site: Site, ask: Callable[..., Any], loop: list[str]) -> None:
    """Back to where it was with nothing new: ended at once, not after ten hops."""
    for path, to in zip(["/a", *loop], loop, strict=False):
        site.redirect(path, to)
    failure = ask(site.url("/a"))
    assert failure.reason is Reason.HTTP_ERROR
    assert "circle" in failure.detail
    assert len(failure.redirects) <= 4


def test_a_cookie_set_on_the_way_is_sent_back_in_this_chain_only(site: Site, ask: Callable[..., Any]) -> None:
    """Some sites set a cookie and send the reader back; it goes to that host alone and is forgotten."""
    def gate(request: Request) -> Answer:
        if request.headers.get("cookie") == "seen=1":
            return Answer(body=b"page")
        return Answer(302, headers={"Location": "/a", "Set-Cookie": "seen=1; Path=/; HttpOnly"})

    site.answer("/a", gate)
    site.answer("/x", Answer(302, headers={"Location": site.url("/y", host=2), "Set-Cookie": "seen=1"}))
    site.page("/y", "other", host=2)
    first, second, other = ask(site.url("/a"), site.url("/a"), site.url("/x"))
    assert [first.body, second.body, other.body] == [b"page", b"page", b"other"]
    assert [request.headers.get("cookie") for request in site.asked("/a")] == [None, "seen=1"] * 2
    assert "cookie" not in site.asked("/y")[0].headers


def test_cookies_cannot_add_headers() -> None:
    """Names and values with anything but cookie characters are left out; Secure stays on https."""
    kept = Cookies()
    url = httpx.URL("http://example.org/")
    kept.keep(url, [(b"Set-Cookie", b"a=1\r\nX: y"), (b"set-cookie", b"b=2; Secure"), (b"Set-Cookie", b"c=3; Path=/"),
                    (b"Set-Cookie", b"\x80=4"), (b"Set-Cookie", b"nonsense")])
    assert kept.header(url) == "c=3"
    assert kept.header(httpx.URL("https://example.org/")) == "b=2; c=3"
    assert kept.header(httpx.URL("https://other.example/")) == ""


@pytest.mark.parametrize(
    "to", ["http://169.254.169.254/x", "http://[::1]/", "http://10.0.0.1/", "http://0x7f000001/", "file:///etc/passwd"]
)
def test_a_redirect_to_a_private_address_is_refused(site: Site, ask: Callable[..., Any], to: str) -> None:
    """The policy holds at every hop."""
    site.redirect("/a", to)
    failure = ask(site.url("/a"), allow_private=("127.0.0.1/32",))
    assert failure.reason is Reason.REFUSED


def test_a_redirect_to_a_name_of_a_private_address_is_refused(
    site: Site, ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What counts is the address the name has, not the name."""
    site.redirect("/a", "http://inside.example/")
    answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.168.0.1", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answer)
    failure = ask(site.url("/a"))
    assert failure.reason is Reason.REFUSED
    assert "192.168.0.1 (inside.example)" in failure.detail


def test_the_body_of_a_redirect_is_not_read(site: Site, ask: Callable[..., Any]) -> None:
    """An endless body behind a Location costs nothing."""
    def endless() -> Any:
        while True:
            yield b"x" * 10_000

    site.answer("/a", Answer(302, headers={"Location": "/b"}, stream=endless))
    site.page("/b", "here")
    assert ask(site.url("/a")).body == b"here"


def test_a_redirect_without_location_is_an_answer(site: Site, ask: Callable[..., Any]) -> None:
    """It is complete; what it means is the verdict's to say."""
    site.answer("/a", Answer(302, b"moved, but where"))
    capture = ask(site.url("/a"))
    assert (capture.status, capture.body) == (302, b"moved, but where")


def test_refresh_and_scripts_are_not_followed(site: Site, ask: Callable[..., Any]) -> None:
    """A Refresh header is content, not a redirect."""
    site.answer("/a", Answer(200, b"<meta http-equiv=refresh content='0;url=/b'>", {"Refresh": "0; url=/b"}))
    assert ask(site.url("/a")).reached == site.url("/a")
