"""Pages that only scripts fill in, shown in the system's Chromium, which has no network of its own."""

from __future__ import annotations

import builtins
import shutil
import time
from collections.abc import Callable
from typing import Any

import pytest

from guidetrack.fetch import render
from guidetrack.models import Reason, Source, Validators
from tests.support.site import Answer, Request, Site

pytest.importorskip("playwright")
needs_browser = pytest.mark.skipif(not any(map(shutil.which, render.BROWSERS)), reason="no Chromium on PATH")

SHELL = """<!doctype html><title>Guidance</title><div id=app></div><script src=/app.js></script>"""
APP = """
fetch('/data.json').then(r => r.json()).then(d => {
  document.getElementById('app').innerHTML = '<h1>Dosage</h1><p>Monitor for ' + d.time + '.</p>';
});
"""
JS = {"Content-Type": "text/javascript"}


def shown(ask: Callable[..., Any], url: str, **changes: Any) -> Any:
    """Ask with ``render = true``."""
    return ask(Source("s", url, render=True), **{"timeout": 40, **changes})


@needs_browser
def test_a_script_only_page_is_captured_as_a_reader_sees_it(site: Site, ask: Callable[..., Any]) -> None:
    """The body is the document after its scripts ran, and the headers say so; validators are neither sent nor kept."""
    site.page("/a", SHELL, etag=True)
    site.answer("/app.js", Answer(body=APP, headers=JS))
    site.answer("/data.json", Answer(body=b'{"time": "two hours \xc3\xa9"}', headers={"Content-Type": "application/json"}))
    etag = ask(site.url("/a")).header("etag")
    capture = shown(ask, site.url("/a"), validators=Validators(etag))
    assert capture.status == 200
    assert "<p>Monitor for two hours é.</p>" in capture.body.decode()
    assert capture.payload is capture.body
    assert capture.media_type == "text/html; charset=utf-8"
    assert capture.header("x-guidetrack-rendered").startswith("chromium/")
    assert capture.header("etag") == ""
    assert capture.id.endswith(capture.sha256[:8])
    assert "if-none-match" not in site.asked("/a")[-1].headers
    agents = {request.headers["user-agent"] for request in site.log}
    assert agents == {"guidetrack/0.1.0 (+compliance@clinic.example)"}


@needs_browser
def test_the_browser_reaches_no_private_address(site: Site, ask: Callable[..., Any]) -> None:
    """By fetch, frame, image, beacon, socket, redirect or name: the page runs, and nothing but its own host is asked."""
    other = site.url("/secret", host=2)
    script = f"""
    const seen = [];
    const hit = u => fetch(u, {{mode: 'no-cors'}}).then(() => seen.push(u)).catch(() => 0);
    new Image().src = '{other}?image'; navigator.sendBeacon('{other}?beacon', 'x');
    try {{ new WebSocket('{other}?socket'.replace('http', 'ws')); }} catch (e) {{}}
    try {{ new EventSource('{other}?events'); }} catch (e) {{}}
    document.body.insertAdjacentHTML('beforeend', '<iframe src="{other}?frame"></iframe><link rel=preconnect href="{other}">');
    window.open('{other}?popup');
    Promise.all([hit('{other}?fetch'), hit('/hop'), hit('http://localhost:{site.port}/secret'), hit('file:///etc/passwd')])
      .then(() => {{ document.title = 'seen ' + seen.length; }});
    """
    site.page("/a", "<title>x</title><body><script src=/app.js></script>")
    site.answer("/app.js", Answer(body=script, headers=JS))
    site.redirect("/hop", other)
    site.page("/secret", "secret")
    capture = shown(ask, site.url("/a"), allow_private=("127.0.0.1/32",))
    assert "<title>seen 1</title>" in capture.body.decode()  # localhost is 127.0.0.1, which is allowed
    assert {request.host for request in site.log} == {"127.0.0.1"}
    assert "root:" not in capture.body.decode()


@needs_browser
def test_a_page_that_never_rests_ends_at_the_deadline(site: Site, ask: Callable[..., Any]) -> None:
    """An endless loop is a timeout, not a hang."""
    site.page("/a", "<script>for (;;) {}</script>")
    started = time.monotonic()
    failure = shown(ask, site.url("/a"), timeout=6)
    assert failure.reason is Reason.TIMEOUT
    assert "Chromium" in failure.detail
    assert time.monotonic() - started < 40


@needs_browser
def test_a_page_that_grows_without_end_is_too_large(site: Site, ask: Callable[..., Any]) -> None:
    """The document is bounded once its scripts have run."""
    site.page("/a", "<p id=p></p><script>p.textContent = 'word '.repeat(100000)</script>")
    failure = shown(ask, site.url("/a"), max_body=100_000)
    assert failure.reason is Reason.TOO_LARGE


@needs_browser
def test_a_page_may_post_and_move_on(site: Site, ask: Callable[..., Any]) -> None:
    """Lists are often asked for by POST; an address changed by script is the one reached."""
    def answer(request: Request) -> Answer:
        return Answer(body=request.method.encode() + request.headers.get("x-key", "").encode(), headers=JS)

    site.answer("/api", answer)
    site.page("/a", "<p id=p></p><script>fetch('/api', {method: 'POST', body: 'q=1', headers: {'X-Key': 'k'}})"
                    ".then(r => r.text()).then(t => { p.textContent = t; history.pushState(0, '', '/b#x'); })</script>")
    capture = shown(ask, site.url("/a"))
    assert b'<p id="p">POSTk</p>' in capture.body
    assert capture.reached == site.url("/b")


def test_what_is_no_page_is_not_shown(site: Site, ask: Callable[..., Any]) -> None:
    """An error answer and a PDF come back as they are, without starting a browser."""
    site.answer("/gone", Answer(404, b"gone", {"Content-Type": "text/html"}))
    site.answer("/pdf", Answer(200, b"%PDF-1.7", {"Content-Type": "application/pdf"}))
    assert shown(ask, site.url("/gone")).body == b"gone"
    assert shown(ask, site.url("/pdf")).body == b"%PDF-1.7"


def test_without_a_browser_the_source_is_missed_with_a_sentence(
    site: Site, ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One source that cannot be shown does not stop a run."""
    site.page("/a", SHELL)
    monkeypatch.setattr(render.shutil, "which", lambda _: None)
    failure = shown(ask, site.url("/a"))
    assert failure.reason is Reason.NEEDS_SCRIPT
    assert "Chromium" in failure.detail


def test_without_the_extra_the_sentence_says_what_to_install(
    site: Site, ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line that installs it."""
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.startswith("playwright"):
            raise ImportError(name)
        return real(name, *rest)

    site.page("/a", SHELL)
    monkeypatch.setattr(builtins, "__import__", without)
    failure = shown(ask, site.url("/a"))
    assert failure.reason is Reason.NEEDS_SCRIPT
    assert "pip install 'guidetrack[render]'" in failure.detail
