"""Capture: what came back once. Failure: why nothing did. Verdict: whether it is the page at all."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from guidetrack.models.enums import OutcomeKind, Reason

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Redirect:
    """One hop: the address that answered, its status, where it pointed (absolute)."""

    url: str
    status: int
    location: str


@dataclass(frozen=True)
class Capture:
    """What came back once for a source, good or not.

    :param id: ``2026-11-24T060003Z-3fa9c1d2``: UTC time and the first 8 hex digits of ``sha256``.
    :param source: the source's id.
    :param asked: address asked for. :param reached: address that answered after redirects.
    :param status: HTTP status of the last answer. :param http_version: e.g. ``HTTP/1.1``.
    :param request_headers: as sent. :param headers: as received, in order, names as received.
    :param body: content after transfer- and content-decoding: what text is extracted from.
    :param payload: the bytes as received after transfer-decoding only (what a WARC keeps); equal to ``body``
        (the same object) when no Content-Encoding was used.
    :param fetched: aware, UTC; when the answer was complete.
    :param truncated: why the body is cut, in WARC's words (``length``, ``time``, ``disconnect``), or empty.
    :param origin: empty for a live fetch; else the web archive's memento address or the imported file.
    """

    id: str
    source: str
    asked: str
    reached: str
    status: int
    headers: Headers
    body: bytes
    fetched: datetime
    payload: bytes = b""
    request_headers: Headers = ()
    redirects: tuple[Redirect, ...] = ()
    http_version: str = "HTTP/1.1"
    method: str = "GET"
    reason_phrase: str = ""
    elapsed_s: float = 0.0
    ip: str = ""
    truncated: str = ""
    origin: str = ""

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of ``body``, 64 hex digits."""
        return hashlib.sha256(self.body).hexdigest()

    def header(self, name: str) -> str:
        """The value of a response header (repeated ones joined by ``, ``), or empty. RFC 9110 section 5.3."""
        wanted = name.lower()
        return ", ".join(value for key, value in self.headers if key.lower() == wanted)

    @property
    def media_type(self) -> str:
        """The Content-Type as received, e.g. ``text/html; charset=utf-8``; may be empty or wrong."""
        return self.header("content-type")


@dataclass(frozen=True, slots=True)
class Validators:
    """What makes a request conditional. RFC 9110 section 13.1. They belong to one address.

    :param url: the address that gave them, ``Capture.reached``; they are sent to no other. Empty: to every hop.
    """

    etag: str = ""
    last_modified: str = ""
    url: str = ""

    def __bool__(self) -> bool:
        return bool(self.etag or self.last_modified)


@dataclass(frozen=True, slots=True)
class Failure:
    """No complete answer: the reason code and a sentence a person understands."""

    reason: Reason
    detail: str
    reached: str = ""
    redirects: tuple[Redirect, ...] = ()
    status: int | None = None
    elapsed_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """This is not the page: the reason, whether it is missed or held, a sentence, and the signs that say so.

    :param once: of a held one: the same text at the next check is believed.
    """

    reason: Reason
    outcome: OutcomeKind
    detail: str
    signs: tuple[str, ...] = ()
    once: bool = True


@dataclass(frozen=True, slots=True)
class CaptureRef:
    """A capture named from elsewhere: its id, the body's SHA-256 and when we saw it (aware, UTC)."""

    capture: str
    sha256: str
    seen: datetime


@dataclass(frozen=True, slots=True)
class CaptureInfo:
    """A kept capture as the catalogue lists it, without its bytes.

    :param file: the WARC file, relative to the archive. :param kept: False once its body was pruned.
    :param reduced: its text was removed too, digests are left (``keep_text = "excerpt"``).
    :param good: its text stood when it was recorded (the check was first, unchanged or changed).
    :param text_digest: ``Text.digest`` as first read; empty when no text was read. :param size: bytes of the body.
    """

    id: str
    source: str
    sha256: str
    fetched: datetime
    asked: str
    reached: str
    status: int
    file: str
    size: int = 0
    origin: str = ""
    text_digest: str = ""
    words: int = 0
    kept: bool = True
    good: bool = True
    run: str = ""
    reduced: bool = False

    @property
    def ref(self) -> CaptureRef:
        """The capture as a change refers to it."""
        return CaptureRef(self.id, self.sha256, self.fetched)
