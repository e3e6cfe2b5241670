"""The demo's web archive: what ``past.warc`` holds of one page, served as wayback machines do.

The records are older states of the label page, and one copy of a wall that the archive met once. Every sentence is
ours.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from importlib.resources import files
from urllib.parse import parse_qs, urlsplit

PREFIX = "/archive/"
STAMP = "%Y%m%d%H%M%S"

Answer = tuple[int, dict[str, str], str]


@dataclass(frozen=True, slots=True)
class Copy:
    """One record: when it was taken, the path of its address, status, media type, body."""

    when: datetime
    path: str
    status: int
    media_type: str
    body: bytes


def _records() -> Iterator[Copy]:
    from warcio.archiveiterator import ArchiveIterator

    with (files("guidetrack.demo") / "past.warc").open("rb") as stream:
        for record in ArchiveIterator(stream):
            head = record.http_headers
            yield Copy(datetime.fromisoformat(record.rec_headers.get_header("WARC-Date")),
                       urlsplit(record.rec_headers.get_header("WARC-Target-URI")).path, int(head.get_statuscode()),
                       head.get_header("Content-Type"), record.content_stream().read())


class Past:
    """An index (``cdx``) and copies (``<time>id_/<address>``); a copy counts for its path on the demo's own host."""

    def __init__(self) -> None:
        self._copies = tuple(_records())

    def answer(self, target: str) -> Answer:
        """(status, headers, body) for a target under ``PREFIX``."""
        rest = target.removeprefix(PREFIX)
        if rest.startswith("cdx?"):
            return self._index(parse_qs(urlsplit(target).query)["url"][0])
        stamp, _, address = rest.partition("id_/")
        for copy in self._of(address):
            if f"{copy.when:{STAMP}}" == stamp:
                headers = {"Content-Type": copy.media_type,
                           "Memento-Datetime": format_datetime(copy.when, usegmt=True)}
                return copy.status, headers, copy.body.decode()
        return 404, {}, "<h1>No such copy</h1>"

    def _of(self, address: str) -> list[Copy]:
        return [copy for copy in self._copies if copy.path == urlsplit(address).path]

    def _index(self, url: str) -> Answer:
        rows = [json.dumps({
            "timestamp": f"{copy.when:{STAMP}}", "url": url, "status": str(copy.status),
            "digest": base64.b32encode(hashlib.sha1(copy.body, usedforsecurity=False).digest()).decode(),
        }) for copy in self._of(url)]
        return 200, {"Content-Type": "text/x-ndjson"}, "\n".join(rows)
