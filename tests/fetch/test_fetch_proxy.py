"""Proxies from the environment: used for every hop, and no way around the address policy."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from guidetrack.models import Reason
from tests.support.site import Answer, Site


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A proxy on loopback, named by the environment."""
    with Site() as running:
        monkeypatch.setenv("http_proxy", running.url("").replace("http://", "http://user:word@"))
        yield running


def test_requests_go_through_the_proxy(proxy: Site, ask: Callable[..., Any]) -> None:
    """The whole address is asked of the proxy, with its own credentials; a name only the proxy knows passes."""
    proxy.answer("http://page.invalid/a", Answer(body=b"by proxy"))
    capture = ask("http://page.invalid/a", allow_private=())
    assert capture.body == b"by proxy"
    assert capture.ip == ""
    sent = proxy.asked("http://page.invalid/a")[0].headers
    assert sent["host"] == "page.invalid"
    assert sent["proxy-authorization"] == "Basic " + base64.b64encode(b"user:word").decode()
    assert all(name.lower() != "proxy-authorization" for name, _ in capture.request_headers)


def test_connections_to_the_proxy_are_used_again(proxy: Site, ask: Callable[..., Any]) -> None:
    """Keep-alive holds behind a proxy too."""
    proxy.answer("http://page.invalid/a", Answer(body=b"by proxy"))
    ask(*["http://page.invalid/a"] * 3, robots=False)
    assert len({request.connection for request in proxy.log}) == 1


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/latest", "http://127.0.0.1:9/", "http://localhost:9/", "http://127.1/"]
)
def test_private_targets_are_refused_behind_a_proxy(proxy: Site, ask: Callable[..., Any], url: str) -> None:
    """What we can see is private is not asked of the proxy either, at the first hop or a later one."""
    proxy.answer("http://page.invalid/a", Answer(302, headers={"Location": url}))
    direct, hop = ask(url, "http://page.invalid/a", allow_private=())
    assert (direct.reason, hop.reason) == (Reason.REFUSED, Reason.REFUSED)
    assert {request.target for request in proxy.log} <= {"http://page.invalid/a", "http://page.invalid/robots.txt"}


def test_no_proxy_goes_direct(proxy: Site, site: Site, ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_PROXY names hosts to be asked directly."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    site.page("/a", "direct")
    assert ask(site.url("/a")).body == b"direct"
    assert proxy.log == []


def test_https_is_tunnelled_and_a_refusing_proxy_is_said(
    proxy: Site, ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """CONNECT is sent for https; when the proxy says no, the failure says that it was the proxy."""
    monkeypatch.setenv("https_proxy", proxy.url(""))
    proxy.answer("page.invalid:443", Answer(403))
    failure = ask("https://page.invalid/a", robots=False)
    assert failure.reason is Reason.NETWORK
    assert "proxy" in failure.detail
    assert {request.method for request in proxy.log} == {"CONNECT"}


def test_a_dead_proxy_is_a_network_failure(ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens where the environment points."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    failure = ask("http://page.invalid/a")
    assert failure.reason is Reason.NETWORK
    assert "no connection to the proxy 127.0.0.1 port 9" in failure.detail


def test_a_proxy_kind_that_needs_more_is_said(ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """SOCKS needs a package that is not always there; an unknown kind is no traceback."""
    monkeypatch.setenv("all_proxy", "socks5://127.0.0.1:9")
    failure = ask("http://page.invalid/a")
    assert failure.reason is Reason.NETWORK
    monkeypatch.setenv("all_proxy", "quic://127.0.0.1:9")
    failure = ask("http://page.invalid/a")
    assert failure.reason is Reason.NETWORK
    assert "proxy" in failure.detail
