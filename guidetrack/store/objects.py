"""The files of an archive as objects: ``s3://``, ``gs://`` and ``az://``, through obstore (extra ``s3``).

Created only where there is none (``If-None-Match: *``, RFC 9110 section 13.1.2), so nothing is ever written over,
whoever else writes. A store shows an object only when all of it is there. Credentials come from the environment and
nowhere else (``AWS_…``, ``GOOGLE_…``, ``AZURE_…``); an address that answers without TLS must be on this machine, or
allowed with ``AWS_ALLOW_HTTP=true``.

What may pass (5xx, 429, a broken connection, no answer) is tried again for :class:`Patience`; what will not pass
(no bucket, no permission) is a sentence at once.
"""

from __future__ import annotations

import importlib.util
import os
import random
import re
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

from guidetrack.errors import DamagedError, MissingExtraError, StoreError
from guidetrack.store.places import PART, Listed

T = TypeVar("T")
LARGE_BYTES = 32_000_000
"""From here on an object goes up in parts, each tried again by itself."""
_PREFIX = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._=+-]{0,199}")
_STATUS = re.compile(r"non-2xx status code: (\d{3})")
_CODE = re.compile(r"<Code>([A-Za-z0-9]{1,60})</Code>")
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT", "AZURE_STORAGE_ENDPOINT", "AZURE_ENDPOINT")
_NO_BUCKET = {"NoSuchBucket", "ContainerNotFound"}
_PASSING = {408, 429, 500, 502, 503, 504}
_HINTS = {"s3": "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION", "gs": "GOOGLE_SERVICE_ACCOUNT",
          "az": "AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY"}


@dataclass(frozen=True, slots=True)
class Patience:
    """How long what may pass is tried again, in seconds: in all, the first pause, the longest, one request."""

    total: float = 60.0
    first: float = 0.25
    longest: float = 8.0
    request: float = 60.0


class Objects:
    """Objects under one prefix of one bucket. Safe in threads."""

    def __init__(self, address: str, store: Any, *, patience: Patience = Patience(), large: int = LARGE_BYTES) -> None:
        self.address = address.rstrip("/")
        self._store = store
        self._patience = patience
        self._large = large

    @classmethod
    def at(cls, address: str, *, patience: Patience = Patience(), large: int = LARGE_BYTES) -> Objects:
        """The prefix an address names. Nothing is asked yet. Raises StoreError or MissingExtraError."""
        parts = urlsplit(address)
        scheme = parts.scheme.lower()
        if scheme not in _HINTS:
            raise StoreError(f"archive {scheme}://: nothing is known of that kind; use a folder, s3://bucket/prefix, "
                             "gs:// or az://")
        prefix = [part for part in parts.path.split("/") if part]
        strange = next((part for part in prefix if not _PREFIX.fullmatch(part)), None)
        if strange is not None or "//" in parts.path or parts.query or parts.fragment or "@" in parts.netloc:
            raise StoreError(f"archive {scheme}://…: expected {scheme}://bucket/prefix; a prefix has letters, digits, "
                             "'.', '_' and '-' between slashes")
        if not parts.netloc:
            raise StoreError(f"archive {address}: it names no bucket; expected {scheme}://bucket/prefix")
        if importlib.util.find_spec("obstore") is None:
            raise MissingExtraError(f"an archive on {scheme}:// needs: pip install 'guidetrack[s3]'")
        from obstore import store as stores

        clean = "/".join((f"{scheme}://{parts.netloc}", *prefix))
        options = {"timeout": f"{int(patience.request * 1000)}ms", "connect_timeout": "5s",
                   "allow_http": _plain_http_allowed()}
        more = {"copy_if_not_exists": "multipart"} if scheme == "s3" else {}
        build: Any = stores.from_url
        try:
            # tried again here and not there, so that every kind of trouble is waited out the same way
            store = build(clean, client_options=options, retry_config={"max_retries": 0}, **more)
        except Exception as error:
            raise StoreError(f"archive {clean}: {_first_line(error)}; it wants {_HINTS[scheme]} in the environment"
                             ) from error
        return cls(clean, store, patience=patience, large=large)

    def where(self, name: str) -> str:
        return f"{self.address}/{name}"

    def put_new(self, name: str, data: bytes) -> bool:
        import obstore

        if len(data) > self._large:
            return self._put_large(name, data)
        return self._create(name, lambda: obstore.put(self._store, name, data, mode="create", use_multipart=False))

    def _put_large(self, name: str, data: bytes) -> bool:
        """In parts under a temporary name, then to its own by a copy that the store refuses where there is one."""
        import obstore

        folder, _, file = name.rpartition("/")
        temporary = f"{folder}/.{file}.{uuid.uuid4().hex[:12]}{PART}"
        try:
            self._try(f"cannot keep {self.where(name)}", lambda: obstore.put(
                self._store, temporary, data, use_multipart=True, max_concurrency=4))
            return self._create(name, lambda: obstore.copy(self._store, temporary, name, overwrite=False))
        finally:
            self.delete(temporary)

    def _create(self, name: str, act: Callable[[], object]) -> bool:
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        try:
            self._try(f"cannot keep {self.where(name)}", act)
        except (AlreadyExistsError, PreconditionError):
            # or our own, when the answer to an earlier try was lost; the archive compares
            return False
        return True

    def settle(self, name: str) -> None:
        """Nothing to do: an object that was acknowledged is durable, its name too."""

    def get(self, name: str, limit: int) -> bytes:
        import obstore

        def whole() -> bytes:
            found = obstore.get(self._store, name)
            if found.meta["size"] > limit:
                raise DamagedError(f"{self.where(name)} is larger than any file of an archive")
            return bytes(found.bytes())

        try:
            return self._try(f"cannot read {self.where(name)}", whole)
        except FileNotFoundError as error:
            raise DamagedError(f"{self.where(name)} is missing") from error

    def size(self, name: str) -> int | None:
        import obstore

        try:
            return int(self._try(f"cannot read {self.where(name)}", lambda: obstore.head(self._store, name))["size"])
        except FileNotFoundError:
            return None

    def list(self, folder: str | None = None) -> Iterator[Listed]:
        prefix = None if folder is None else f"{folder}/"
        last: str | None = None
        while True:
            page = self._try(f"cannot list {self.address}", partial(self._page, prefix, last))
            for path, size in page:
                at, _, name = path.partition("/")
                if name and "/" not in name:
                    yield Listed(at, name, size)
            if not page:
                return
            last = page[-1][0]

    def _page(self, prefix: str | None, after: str | None) -> Sequence[tuple[str, int]]:
        import obstore
        from obstore.exceptions import InvalidPathError

        try:
            stream = obstore.list(self._store, prefix, offset=after, chunk_size=1000)
            return [(str(found["path"]), int(found["size"])) for found in next(iter(stream), [])]
        except InvalidPathError as error:
            raise StoreError(f"{self.address} holds an object that is none of ours, with a name that cannot be used "
                             f"({_first_line(error)}); remove it") from error

    def delete(self, name: str) -> None:
        import obstore

        try:
            self._try(f"cannot remove {self.where(name)}", lambda: obstore.delete(self._store, name))
        except FileNotFoundError:
            return

    def _try(self, what: str, act: Callable[[], T]) -> T:
        """Act until it goes well, or will not pass, or patience is at its end; ``what`` opens the sentence then.

        FileNotFoundError, AlreadyExistsError and PreconditionError are answers and come through.
        """
        from obstore.exceptions import BaseError

        end, pause = time.monotonic() + self._patience.total, self._patience.first
        while True:
            try:
                return act()
            except (BaseError, FileNotFoundError) as error:
                if _is_answer(error):
                    raise
                lasting = self._lasting(error)
                if lasting or time.monotonic() + pause > end:
                    why = lasting or self._passing(error)
                    raise StoreError(f"{what}: {why}") from error
            time.sleep(pause * random.uniform(0.5, 1.0))  # many workers must not come back in step
            pause = min(2 * pause, self._patience.longest)

    def _lasting(self, error: Exception) -> str:
        """Why trying again cannot help, or nothing."""
        said, status, scheme = str(error), _status(error), self.address.partition(":")[0]
        code = found[1] if (found := _CODE.search(said)) else ""
        bucket = urlsplit(self.address).netloc
        if code in _NO_BUCKET:
            return f"there is no bucket {bucket!r}; make it, or name another under [store] archive"
        if status in (301, 307) or code in ("PermanentRedirect", "AuthorizationHeaderMalformed"):
            return f"the bucket {bucket!r} is in another region; set AWS_REGION"
        if status in (401, 403) or type(error).__name__ in ("PermissionDeniedError", "UnauthenticatedError"):
            return (f"access was refused ({code or status or 'no permission'}); check {_HINTS[scheme]} in the "
                    "environment, and what they may do")
        if "169.254.169.254" in said or "metadata.google.internal" in said:
            return f"no credentials were found; set {_HINTS[scheme]} in the environment"
        if "BadScheme" in said:
            return "the endpoint speaks no TLS; use https://, or set AWS_ALLOW_HTTP=true"
        if type(error).__name__ == "NotSupportedError":
            return "the store cannot create an object only where there is none; guidetrack needs that"
        if status and status not in _PASSING:
            return f"the store answers {status} {code}".rstrip()
        return ""

    def _passing(self, error: Exception) -> str:
        status = _status(error)
        if status:
            return f"the store answers {status}, and did for {self._patience.total:g} s; nothing was lost, try later"
        return (f"{_endpoint() or 'the store'} does not answer, and did not for {self._patience.total:g} s "
                f"({_first_line(error)}); nothing was lost, try later")


def _is_answer(error: Exception) -> bool:
    if type(error).__name__ in ("AlreadyExistsError", "PreconditionError"):
        return True
    return isinstance(error, FileNotFoundError) and not (
        (code := _CODE.search(str(error))) and code[1] in _NO_BUCKET)


def _status(error: Exception) -> int:
    found = _STATUS.search(str(error))
    return int(found[1]) if found else 0


def _first_line(error: Exception) -> str:
    """What the library says, without the request's address and its own innards."""
    line = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(":. ")
    return line.rpartition(" - ")[2][:200]


def _endpoint() -> str:
    return next((urlsplit(os.environ[name]).netloc.rpartition("@")[2] for name in _ENDPOINTS if os.environ.get(name)),
                "")


def _plain_http_allowed() -> bool:
    """Without TLS only what never leaves this machine, or what was asked for by name."""
    if os.environ.get("AWS_ALLOW_HTTP", "").lower() in ("1", "true", "yes"):
        return True
    given = [urlsplit(os.environ[name]).hostname for name in _ENDPOINTS if os.environ.get(name)]
    return bool(given) and all(host in ("localhost", "127.0.0.1", "::1") for host in given)
