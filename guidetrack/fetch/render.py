"""A page as the system's Chromium shows it once its scripts have run, for sources with ``render = true``.

The browser is given no network. Every request it makes is taken from it, asked by ourselves through the same address
policy, limits and deadline as any other, and handed back; what escapes that finds a name server that knows nothing and
a proxy nobody runs. So there is no second way to a private address, and none for a name that changes its answer.

Each page gets a browser of its own: nothing one source does lives on to the next. Its sandbox is on, except for root,
whom Chromium refuses one.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from guidetrack.fetch.faults import Fault
from guidetrack.models import Reason

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page, Route

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
"""Names looked for on PATH, in this order."""

AT_ONCE = 1
"""Browsers at once: one takes as much memory as all the rest of a run."""

MAX_REQUESTS = 200
"""Requests one page may make; later ones fail, as they would without network."""

START_S = 30.0
"""Seconds a browser may take to start or to stop."""

SETTLE_S = 10.0
"""Seconds after loading in which the page may become quiet; one that never does is taken as it is then."""

SKIPPED = frozenset({"image", "media", "font", "texttrack", "eventsource", "websocket", "manifest", "ping"})
"""Kinds of resource that hold no text of the page."""

ARGUMENTS = (
    "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-pings",
    "--disable-domain-reliability", "--dns-prefetch-disable", "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--js-flags=--max-old-space-size=256",
)
NOWHERE = "http://127.0.0.1:9"
"""Port 9 (discard): the proxy of whatever is not taken from the browser."""


@dataclass(frozen=True, slots=True)
class Resource:
    """What is handed to the browser for one request."""

    status: int
    headers: dict[str, str]
    body: bytes


Load = Callable[[str, str, dict[str, str], bytes], Awaitable[Resource]]
"""Asks for (method, url, headers, content); Fault when it must not or cannot be had."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """The document as HTML after its scripts have run, the address it calls its own, and what showed it."""

    html: bytes
    url: str
    browser: str


async def render(url: str, first: Resource, load: Load, limit: int) -> Rendered:
    """Show ``first`` at ``url`` and give back the document. Fault when that is not possible.

    :param load: fetches what the page asks for. :param limit: most bytes of the document.
    """
    try:
        from playwright.async_api import Error, async_playwright
    except ImportError as error:
        raise Fault(
            Reason.NEEDS_SCRIPT, "render = true needs a browser driver: pip install 'guidetrack[render]'"
        ) from error
    executable = next((path for path in map(shutil.which, BROWSERS) if path), None)
    if executable is None:
        raise Fault(Reason.NEEDS_SCRIPT, "render = true needs Chromium, and none of its names is found on PATH")
    try:
        async with async_playwright() as playwright, _open(playwright.chromium.launch, executable) as browser:
            return await _shown(browser, url, first, load, limit)
    except Error as error:
        words = error.message.partition("\n")[0][:200]
        raise Fault(Reason.NEEDS_SCRIPT, f"the page could not be shown in Chromium ({words})") from error


@contextlib.asynccontextmanager
async def _open(launch: Callable[..., Awaitable[Browser]], executable: str) -> AsyncIterator[Browser]:
    """A browser without our environment's secrets and with a home that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="guidetrack-", ignore_cleanup_errors=True) as home:
        browser = await launch(
            executable_path=executable,
            args=list(ARGUMENTS),
            chromium_sandbox=not hasattr(os, "geteuid") or os.geteuid() != 0,
            env={"PATH": os.environ.get("PATH", ""), "HOME": home, "LANG": "C.UTF-8"},
            proxy={"server": NOWHERE, "bypass": "<-loopback>"},
            handle_sigint=False, handle_sigterm=False, handle_sighup=False,
            timeout=START_S * 1000,
        )
        try:
            yield browser
        finally:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(START_S):
                    await browser.close()


async def _shown(browser: Browser, url: str, first: Resource, load: Load, limit: int) -> Rendered:
    context = await browser.new_context(service_workers="block", accept_downloads=False)
    page = await _page(context, _Desk(url, first, load))
    await page.goto(url, wait_until="load", timeout=0)
    await _settle(page)
    size = await page.evaluate("document.documentElement ? document.documentElement.outerHTML.length : 0")
    if not isinstance(size, int) or size > limit:
        raise Fault(Reason.TOO_LARGE, f"the page is larger than {limit:,} bytes once its scripts have run")
    html = (await page.content()).encode("utf-8", "replace")
    return Rendered(html, page.url, f"chromium/{browser.version}")


async def _page(context: BrowserContext, desk: _Desk) -> Page:
    await context.route("**/*", desk.serve)
    await context.route_web_socket("**/*", lambda socket: None)
    page = await context.new_page()
    page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.dismiss()))
    page.on("popup", lambda popup: asyncio.ensure_future(popup.close()))
    return page


async def _settle(page: Page) -> None:
    """Until the page asks for nothing any more, or time is up."""
    from playwright.async_api import TimeoutError as Late

    with contextlib.suppress(Late):
        await page.wait_for_load_state("networkidle", timeout=SETTLE_S * 1000)


class _Desk:
    """Answers the browser's requests: the document itself from what is there, the rest by asking."""

    def __init__(self, url: str, first: Resource, load: Load) -> None:
        self._url = url
        self._first: Resource | None = first
        self._load = load
        self._count = 0

    async def serve(self, route: Route) -> None:
        """Fulfil one request, or fail it."""
        from playwright.async_api import Error

        with contextlib.suppress(Error):
            resource = await self._resource(route)
            if resource is None:
                await route.abort()
            else:
                await route.fulfill(status=resource.status, headers=resource.headers, body=resource.body)

    async def _resource(self, route: Route) -> Resource | None:
        request = route.request
        if self._first is not None and request.is_navigation_request():
            first, self._first = self._first, None
            return first
        self._count += 1
        if self._count > MAX_REQUESTS or request.resource_type in SKIPPED:
            return None
        try:
            return await self._load(request.method, request.url, request.headers, request.post_data_buffer or b"")
        except Fault:
            return None
