"""A scripted site, and a Fetcher that may ask it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from guidetrack.fetch import Fetcher
from guidetrack.models import Capture, Failure, FetchSettings, Source, Validators
from tests.support.site import Site

LOOPBACK = ("127.0.0.0/8",)


@pytest.fixture(autouse=True)
def clean_environ(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy and no certificate file of the machine leaks into a test."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)


@pytest.fixture
def site() -> Iterator[Site]:
    """A site on three loopback addresses."""
    with Site(hosts=3) as running:
        yield running


def settings(**changes: Any) -> FetchSettings:
    """Loopback allowed, no pause, a short deadline; numbers are seconds."""
    given: dict[str, Any] = {"contact": "compliance@clinic.example", "pause": 0, "timeout": 5}
    given.update({"allow_private": LOOPBACK, **changes})
    for name in ("pause", "timeout"):
        given[name] = timedelta(seconds=given[name])
    return FetchSettings(**given)


def session(work: Callable[[Fetcher], Awaitable[Any]], **changes: Any) -> Any:
    """Run ``work`` with an open Fetcher."""

    async def run() -> Any:
        async with Fetcher(settings(**changes), now=lambda: datetime.now(UTC), version="0.1.0") as fetcher:
            return await work(fetcher)

    return asyncio.run(run())


Ask = Callable[..., Any]


@pytest.fixture
def ask() -> Ask:
    """``ask(url, …)``: one get; ``ask(url, url, …)``: several in turn with the same Fetcher, as a list."""

    def get(*urls: str | Source, validators: Validators = Validators(), again: bool = False, **changes: Any) -> Any:
        async def work(fetcher: Fetcher) -> list[Capture | Failure]:
            sources = [url if isinstance(url, Source) else Source(f"s{n}", url) for n, url in enumerate(urls)]
            return [await fetcher.get(source, validators, again=again) for source in sources]

        answers = session(work, **changes)
        return answers[0] if len(urls) == 1 else answers

    return get


@pytest.fixture
def using() -> Callable[..., Any]:
    """``using(async function of a Fetcher, …settings)``: its result."""
    return session
