"""A time stamp of the journal's head by an authority of your choice (RFC 3161). Needs the extra ``timestamp``."""

from __future__ import annotations

from guidetrack.errors import MissingExtraError, StoreError

TIMEOUT_S = 30
MAX_ANSWER_BYTES = 1_000_000


def stamp(head: str, url: str) -> bytes:
    """The authority's signed answer for the journal hash ``head`` (hex), DER encoded (``openssl ts -verify`` reads it).

    What is signed is the SHA-256 of the 64 hexadecimal digits. Raises StoreError in a sentence.
    """
    try:
        from rfc3161_client import TimestampRequestBuilder, decode_timestamp_response
        from rfc3161_client.base import HashAlgorithm
    except ImportError as error:
        raise MissingExtraError("time stamps need: pip install 'guidetrack[timestamp]'") from error
    request = TimestampRequestBuilder(data=head.encode(), hash_algorithm=HashAlgorithm.SHA256).build()
    raw = _ask(url, request.as_bytes())
    try:
        answer = decode_timestamp_response(raw)
    except ValueError as error:
        raise StoreError(f"{url} did not answer with a time stamp: {error}") from error
    if answer.status not in (0, 1):
        raise StoreError(f"{url} refused to stamp: status {answer.status}, {'; '.join(answer.status_string)}")
    return raw


def _ask(url: str, request: bytes) -> bytes:
    import httpx

    try:
        with httpx.Client(timeout=TIMEOUT_S) as client, client.stream(
                "POST", url, content=request, headers={"Content-Type": "application/timestamp-query"}) as answer:
            answer.raise_for_status()
            raw = b""
            for piece in answer.iter_bytes():
                raw += piece
                if len(raw) > MAX_ANSWER_BYTES:
                    raise StoreError(f"{url} answered with more than a time stamp")
            return raw
    except httpx.HTTPError as error:
        raise StoreError(f"{url} could not be asked for a time stamp: {error}") from error
