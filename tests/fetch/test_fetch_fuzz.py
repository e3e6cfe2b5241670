"""Whatever bytes a server sends, what comes back is a Capture or a Failure, and the next source is served."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from guidetrack.fetch import Fetcher
from guidetrack.models import Capture, Failure, Reason, Source
from tests.support.site import Answer, Site

PARTS = [
    b"HTTP/1.1 200 OK\r\n",
    b"HTTP/1.1 302 Found\r\n",
    b"HTTP/1.0 404 \r\n",
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 999 \xff\r\n",
    b"HTTP/9.9 200\r\n",
    b"Content-Length: 5\r\n",
    b"Content-Length: -1\r\n",
    b"Content-Length: 0\r\n",
    b"Content-Length: 99999999999999999999999\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: gzip\r\n",
    b"Content-Encoding: gzip\r\n",
    b"Content-Encoding: deflate\r\n",
    b"Content-Encoding: \xff\r\n",
    b"Content-Type: text/html\r\n",
    b"Location: /good\r\n",
    b"Location: \xff\xfe://\x00\r\n",
    b"Location: //[\r\n",
    b"Location: http://1.2.3.4.5/\r\n",
    b"Set-Cookie: a=b\r\n",
    b"Retry-After: 99999999999999999999\r\n",
    b"Retry-After: Tue, 99 Nov\r\n",
    b" folded\r\n",
    b": empty\r\n",
    b"X\x00: 1\r\n",
    b"\r\n",
    b"\r\n",
    b"\r\n\r\n",
    b"5\r\nhello\r\n",
    b"0\r\n\r\n",
    b"fffffffffffffffff\r\n",
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
    b"x\x9c",
    b"hello",
    bytes(range(256)),
    b"\n\n",
    b"HTTP/1.1 503 Busy\r\n",
]


@pytest.mark.parametrize("seed", range(4))
def test_any_bytes_are_a_capture_or_a_failure(site: Site, using: Callable[..., Any], seed: int) -> None:
    """Heads, framings, codings and garbage in any order; then a good page on the same host."""
    dice = random.Random(seed)
    site.page("/good", "fine")
    answers = [b"".join(dice.choices(PARTS, k=dice.randint(0, 12))) for _ in range(60)]
    answers += [dice.choice(PARTS[:5]) + b"".join(dice.choices(PARTS[6:], k=8)) + b"\r\n\r\nhello" for _ in range(60)]

    async def work(fetcher: Fetcher) -> None:
        for number, raw in enumerate(answers):
            site.answer("/bad", Answer(raw=raw, keep=dice.random() < 0.1))
            bad = await fetcher.get(Source(f"bad{number}", site.url("/bad")))
            assert isinstance(bad, Capture | Failure), raw
            good = await fetcher.get(Source(f"good{number}", site.url("/good")))
            if isinstance(good, Failure) and good.reason is Reason.TIMEOUT:  # a busy machine, not the page before
                good = await fetcher.get(Source(f"again{number}", site.url("/good")))
            assert isinstance(good, Capture), (raw, good)
            assert good.body == b"fine", raw

    using(work, timeout=0.3, robots=False, max_body=100_000)


@pytest.mark.parametrize("seed", range(2))
def test_any_robots_txt_lets_the_page_be_asked_or_refuses_it(site: Site, using: Callable[..., Any], seed: int) -> None:
    """Random rules in random bytes, each on a run of its own."""
    dice = random.Random(seed)
    words = [
        b"User-agent:",
        b" *",
        b"guidetrack",
        b"\n",
        b"\r",
        b"Disallow:",
        b"Allow:",
        b" /",
        b"*",
        b"$",
        b"%",
        b"%zz",
        b"\xff",
        b"Crawl-delay:",
        b" 1e999",
        b" -1",
        b" nan",
        b" inf",
        b"Request-rate: 1/0",
        b"Sitemap: x",
        b"#",
        b"\x00",
        b"\xef\xbb\xbf",
    ]
    site.page("/good", "fine")
    for _ in range(60):
        site.answer(
            "/robots.txt", Answer(body=b"".join(dice.choices(words, k=20)), headers={"Content-Type": "text/plain"})
        )

        async def work(fetcher: Fetcher) -> Any:
            return await fetcher.get(Source("s", site.url("/good")))

        assert isinstance(using(work), Capture | Failure)
