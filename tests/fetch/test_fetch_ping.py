"""The ping at the end of a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from guidetrack.fetch import Fetcher
from guidetrack.fetch.ping import ATTEMPTS, ping_url
from tests.support.site import Answer, Site


@pytest.mark.parametrize(
    ("url", "expected"),
    [("https://hc.example/uuid", "https://hc.example/uuid/2"), ("https://hc.example/uuid/", "https://hc.example/uuid/2"),
     ("http://hc.example/a?rid=1#x", "http://hc.example/a/2?rid=1"), ("https://hc.example", "https://hc.example/2")],
)
def test_the_status_is_the_last_part_of_the_path(url: str, expected: str) -> None:
    """As healthchecks.io reads it."""
    assert ping_url(url, 2) == expected


def ping(using: Callable[..., Any], url: str) -> str:
    """What a ping says, with no private network allowed: the operator's own address needs no permission."""
    async def work(fetcher: Fetcher) -> str:
        return await fetcher.ping(url, 0)

    said: str = using(work, allow_private=())
    return said


def test_a_ping_that_arrives_says_nothing(site: Site, using: Callable[..., Any]) -> None:
    """One request, with our name."""
    site.answer("/uuid/0", Answer(body=b"OK"))
    assert ping(using, site.url("/uuid")) == ""
    assert len(site.log) == 1
    assert site.log[0].headers["user-agent"].startswith("guidetrack/")


def test_a_ping_is_tried_again(site: Site, using: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """A passing fault does not raise a false alarm."""
    site.script("/uuid/0", [Answer(502), Answer(reset=True), Answer(body=b"OK")])
    monkeypatch.setattr("guidetrack.fetch.ping.PAUSE_S", 0.0)
    assert ping(using, site.url("/uuid")) == ""


@pytest.mark.parametrize(
    "url", ["ftp://hc.example/x", "nonsense", "", "http://[::1", "http://127.0.0.1:1/secret", "http://no.invalid/secret"]
)
def test_a_ping_never_raises_and_keeps_the_secret(
    using: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    """A sentence instead, without the path, which is a password of sorts."""
    monkeypatch.setattr("guidetrack.fetch.ping.PAUSE_S", 0.0)
    said = ping(using, url)
    assert said
    assert "secret" not in said


def test_an_error_answer_is_said(site: Site, using: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """After the last attempt."""
    monkeypatch.setattr("guidetrack.fetch.ping.PAUSE_S", 0.0)
    assert "404" in ping(using, site.url("/wrong"))
    assert len(site.log) == ATTEMPTS
