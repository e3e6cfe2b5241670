"""Tell a dead man's switch how a run ended: ``GET <url>/<exit status>``, as healthchecks.io and its kin expect."""

from __future__ import annotations

import asyncio
import ssl

import httpx

PING_S = 10.0
"""Seconds one attempt may take."""

ATTEMPTS = 3

PAUSE_S = 1.0
"""Seconds before the second attempt; twice as many before the third."""


def ping_url(url: str, status: int) -> str:
    """``https://host/uuid`` and 2 make ``https://host/uuid/2``; a query stays at the end.

    Raises ValueError (httpx.InvalidURL is not one) for what is no http or https address.
    """
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ValueError(f"it is not a web address ({error})") from error
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise ValueError("it is not an http or https address")
    path, mark, query = parsed.raw_path.partition(b"?")
    return str(parsed.copy_with(raw_path=path.rstrip(b"/") + b"/%d" % status + mark + query, fragment=None))


async def ping(url: str, status: int, *, agent: str, tls: ssl.SSLContext) -> str:
    """Ask ``url/status`` once; empty when it answered 2xx, else a sentence. Never raises.

    The address is the operator's own and often a private one, so the address policy does not apply; redirects are not
    followed. The sentence names the host only: the path is a secret.
    """
    try:
        address = ping_url(url, status)
    except ValueError as error:
        return f"the ping address cannot be used: {error}"
    host = httpx.URL(address).host
    trouble = ""
    for attempt in range(ATTEMPTS):
        if attempt:
            await asyncio.sleep(PAUSE_S * attempt)
        trouble = await _once(address, agent, tls)
        if not trouble:
            return ""
    return f"the ping to {host} did not arrive: {trouble}"


async def _once(address: str, agent: str, tls: ssl.SSLContext) -> str:
    try:
        async with (
            asyncio.timeout(PING_S),
            httpx.AsyncClient(verify=tls, timeout=PING_S, headers={"User-Agent": agent}) as client,
            client.stream("GET", address) as response,
        ):
            return "" if response.is_success else f"it answered {response.status_code}"
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, ImportError) as error:
        return f"{type(error).__name__}"
