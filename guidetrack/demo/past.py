"""The demo's web archive: what ``past.warc`` holds of one page, served as wayback machines do.

The records are older states of the label page, and one copy of a wall that the archive met once. Every sentence is
ours. The file is read by the very reader of ``guidetrack import``.
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime
from email.utils import format_datetime
from importlib.resources import as_file, files
from urllib.parse import parse_qs, urlsplit

from guidetrack.models import Capture
from guidetrack.store.importing import read

PREFIX = "/archive/"
STAMP = "%Y%m%d%H%M%S"
_LIMIT = 1_000_000

Answer = tuple[int, dict[str, str], str]


class Past:
    """An index (``cdx``) and copies (``<time>id_/<address>``); captures of any host count for the demo's own."""

    def __init__(self) -> None:
        with as_file(files("guidetrack.demo") / "past.warc") as file:
            found = read(file, "demo", max_body=_LIMIT, now=datetime.max.replace(tzinfo=UTC))
            self._copies = [capture for capture in found if isinstance(capture, Capture)]

    def answer(self, target: str) -> Answer:
        """(status, headers, body) for a target under ``PREFIX``."""
        rest = target.removeprefix(PREFIX)
        if rest.startswith("cdx?"):
            return self._index(parse_qs(urlsplit(target).query)["url"][0])
        stamp, _, address = rest.partition("id_/")
        for copy in self._of(address):
            if f"{copy.fetched:{STAMP}}" == stamp:
                headers = {"Content-Type": copy.media_type,
                           "Memento-Datetime": format_datetime(copy.fetched, usegmt=True)}
                return copy.status, headers, copy.body.decode()
        return 404, {}, "<h1>No such copy</h1>"

    def _of(self, address: str) -> list[Capture]:
        return [copy for copy in self._copies if urlsplit(copy.asked).path == urlsplit(address).path]

    def _index(self, url: str) -> Answer:
        rows = [json.dumps({
            "timestamp": f"{copy.fetched:{STAMP}}", "url": url, "status": str(copy.status),
            "digest": base64.b32encode(hashlib.sha1(copy.body, usedforsecurity=False).digest()).decode(),
        }) for copy in self._of(url)]
        return 200, {"Content-Type": "text/x-ndjson"}, "\n".join(rows)
