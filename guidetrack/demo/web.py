"""The demo's little web: thirteen documents on loopback, first as they were, then as they became.

A page file holds both states: ``[[before||after]]`` marks what differs. The subjects come from real events of
2020 to 2026; every sentence is ours.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files

from guidetrack.demo import papers
from guidetrack.demo.chrome import AGENCY, BOARD, HTA, PAYER, REGULATOR, Style, wrap
from guidetrack.demo.past import PREFIX, Past

_TITLE = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)

WALL = """<!doctype html><html><head><title>Just a moment...</title>
<meta http-equiv="refresh" content="30"></head><body><div id="challenge-stage"><h1>Checking your browser</h1>
<p>Please verify you are human. This page reloads when the check is done.</p>
<div class="captcha" data-sitekey="demo"></div></div><noscript>Enable JavaScript and cookies to continue</noscript>
<p>Request ID: 9c1f-demo</p></body></html>"""


@dataclass(frozen=True, slots=True)
class Document:
    """One watched page: its file, its publisher's furniture (none around a PDF, label or feed), and its source's keys."""

    file: str
    style: Style | None
    id: str
    title: str
    publisher: str
    kind: str
    jurisdiction: str
    topic: str

    @property
    def path(self) -> str:
        """Where it is served."""
        return f"/{self.file}"


DOCUMENTS = (
    Document("label", REGULATOR, "office-esketamine-label", "Esketamine label", "Medicines Office", "regulator", "US", "boxed warning"),
    Document("indication", REGULATOR, "office-esketamine-uses", "Esketamine uses", "Medicines Office", "regulator", "US", "indication"),
    Document("telehealth", AGENCY, "register-telehealth", "Telehealth rules", "Telehealth Register", "regulator", "US", "telehealth"),
    Document("hta", HTA, "institute-esketamine", "Esketamine guidance", "Treatment Value Institute", "hta", "UK", "coverage"),
    Document("state-rule", BOARD, "board-office-ketamine", "Office-based ketamine", "State Board", "regulator", "US-TX", "clinic rules"),
    Document("payer", PAYER, "prairie-esketamine", "Policy 5.21.07", "Prairie Mutual", "payer", "US-ND", "coverage"),
    Document("codes", PAYER, "prairie-codes", "Billing codes", "Prairie Mutual", "payer", "US-ND", "codes"),
    Document("noise", REGULATOR, "office-compounded", "Compounded ketamine", "Medicines Office", "regulator", "US", "compounding"),
    Document("blocked", REGULATOR, "office-bladder-notice", "Bladder notice", "Medicines Office", "regulator", "US", "safety"),
    Document("moved", HTA, "committee-esketamine", "Reimbursement review", "Reimbursement Committee", "hta", "CA", "coverage"),
    Document("bulletin.pdf", None, "pharmacy-bulletin", "Pharmacy bulletin", "Hospital Pharmacy", "society", "US", "storage"),
    Document("ketamine.xml", None, "spl-ketamine", "Ketamine label (SPL)", "Label Repository", "regulator", "US", "label"),
    Document("safety.rss", None, "office-safety-feed", "Safety communications", "Medicines Office", "feed", "US", "safety"),
)


PAPERS = {
    "bulletin.pdf": ("application/pdf", papers.bulletin),
    "ketamine.xml": ("application/xml", papers.label),
    "safety.rss": ("application/rss+xml", papers.feed),
}


def document(name: str, *, after: bool) -> str:
    """The document of a page file in one of its two states."""
    return papers.chosen((files("guidetrack.demo") / "pages" / f"{name}.html").read_text("utf-8"), after=after)


class Web:
    """What the server answers; ``after`` moves the whole web on."""

    def __init__(self) -> None:
        self.after = False
        self.taken_back: set[str] = set()
        """Files whose publisher has gone back to the earlier text."""
        self.base = ""
        self._past = Past()
        self._visits: Counter[str] = Counter()
        self._documents = {document.path: document for document in DOCUMENTS}

    def answer(self, path: str) -> tuple[int, dict[str, str], str | bytes]:
        """(status, headers, body) for a path."""
        if path.startswith(PREFIX):
            return self._past.answer(path)
        path = path.partition("?")[0]
        self._visits[path] += 1
        if self.after and path == "/blocked":
            return 302, {"Location": "/apology/verify-you-are-human"}, ""
        if path == "/apology/verify-you-are-human":
            return 200, {}, WALL
        if self.after and path == "/moved":
            return 301, {"Location": "/new-home/reimbursement-review-esketamine"}, ""
        if path == "/new-home/reimbursement-review-esketamine":
            return 200, {}, self._page(self._documents["/moved"], PAYER, path)
        found = self._documents.get(path)
        if found is None:
            return 404, {}, "<h1>Not found</h1>"
        if found.style is None:
            media_type, write = PAPERS[found.file]
            return 200, {"Content-Type": media_type}, write(after=self._state(found))
        return 200, {}, self._page(found, found.style, path)

    def _state(self, found: Document) -> bool:
        return self.after and found.file not in self.taken_back

    def _page(self, found: Document, style: Style, path: str) -> str:
        body = document(found.file, after=self._state(found))
        match = _TITLE.search(body)
        return wrap(style, match[1] if match else found.file, body, self._visits[path])


@contextmanager
def serve() -> Iterator[Web]:
    """The web on a free port of 127.0.0.1, for as long as the context lasts."""
    web = Web()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, headers, body = web.answer(self.path)
            data = body.encode() if isinstance(body, str) else body
            self.send_response(status)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Quiet: the demo prints what a user would see, nothing else."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    web.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
