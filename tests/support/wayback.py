"""A web archive on the scripted site: a CDX index and raw copies, as pywb serves them, wrong in every way it is told."""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import parse_qs, urlsplit

from tests.support.site import Answer, Request, Site


@dataclass
class Wayback:
    """A collection under ``/web`` of a site."""

    site: Site
    copies: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    noise: tuple[str, ...] = ()
    """Lines put into every index answer."""

    def __post_init__(self) -> None:
        self.site.answer("/web/cdx", self._cdx)

    @property
    def url(self) -> str:
        """What ``--archive`` gets."""
        return self.site.url("/web")

    def copy(self, url: str, day: str, body: str = "", *, status: int = 200, location: str = "", digest: str = "",
             listed_status: str | None = None, answer: Answer | Callable[[Request], Answer] | None = None) -> str:
        """Add a copy of ``url`` taken at noon of ``day`` (or at a full stamp); returns its path."""
        stamp = day if len(day) == 14 else day.replace("-", "") + "120000"
        when = datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        raw = body.encode()
        made = base64.b32encode(hashlib.sha1(raw, usedforsecurity=False).digest()).decode()
        self.copies.setdefault(url, []).append({
            "urlkey": "key", "timestamp": stamp, "url": url, "mime": "text/html",
            "status": str(status) if listed_status is None else listed_status, "digest": digest or made})
        path = f"/web/{stamp}id_/{url}"
        headers = [("Content-Type", "text/html; charset=utf-8"), ("Memento-Datetime", format_datetime(when, usegmt=True))]
        if location:
            headers.append(("Location", location))
        self.site.answer(path, answer or Answer(status, raw, headers))
        return path

    def asked(self) -> Counter[str]:
        """How often each copy was asked for."""
        return Counter(request.target for request in list(self.site.log) if request.target.startswith("/web/2"))

    def _cdx(self, request: Request) -> Answer:
        query = {name: values[0] for name, values in parse_qs(urlsplit(request.target).query).items()}
        rows = sorted(self.copies.get(query["url"], []), key=lambda row: row["timestamp"])
        rows = [row for row in rows if query.get("from", "") <= row["timestamp"] <= query.get("to", "9")]
        lines = [*self.noise, *(json.dumps(row) for row in rows[:int(query["limit"])])]
        return Answer(200, "\n".join(lines), {"Content-Type": "text/x-ndjson"})
