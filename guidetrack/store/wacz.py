"""The archive, or one source of it, as a WACZ file: WARC files, an index and a list of pages in one ZIP.

Web Archive Collection Zipped 1.1.1 (specs.webrecorder.net/wacz/1.1.1): ``archive/`` stored without compression so that
a replay tool can read single records, ``indexes/index.cdxj`` sorted, ``pages/pages.jsonl``, ``datapackage.json`` with
the SHA-256 of every file, and ``datapackage-digest.json`` with that of the datapackage.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from guidetrack.errors import StoreError
from guidetrack.models import CaptureInfo
from guidetrack.store.main import Store

WACZ_VERSION = "1.1.1"
_HEAD_BYTES = 200_000
"""Enough of a record to hold its headers."""
_IN_MEMORY_BYTES = 10_000_000


def write(store: Store, source: str | None, target: Path, *, made: datetime, version: str, title: str) -> int:
    """Write the captures whose bodies are kept; returns how many. The file appears whole or not at all.

    :raises StoreError: it cannot be written.
    """
    partial = target.with_name(f".{target.name}.part")
    resources: list[dict[str, Any]] = []
    index: list[str] = []
    count = 0
    try:
        with (zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED) as packed,
              tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES) as pages):
            pages.write(_line({"format": "json-pages-1.0", "id": "pages", "title": "Captures"}))
            for info in store.captures(source):
                if info.kept:
                    raw = store.archive.read(info.source, info.id)
                    name = f"{info.source}--{info.id}.warc.gz"
                    _add(packed, f"archive/{name}", raw, resources)
                    index += _index(raw, info, name)
                    pages.write(_line({"id": f"{info.source}--{info.id}", "url": info.reached,
                                       "ts": _time(info.fetched), "title": info.source}))
                    count += 1
            _add(packed, "indexes/index.cdxj", "".join(sorted(index)).encode(), resources)
            pages.seek(0)
            _add(packed, "pages/pages.jsonl", pages.read(), resources)
            package = _package(resources, made=made, version=version, title=title)
            _add(packed, "datapackage.json", package, [])
            digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(package).hexdigest()}"}
            _add(packed, "datapackage-digest.json", json.dumps(digest).encode(), [])
        partial.replace(target)
    except OSError as error:
        raise StoreError(f"cannot write {target}: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)
    return count


def _add(packed: zipfile.ZipFile, path: str, data: bytes, resources: list[dict[str, Any]]) -> None:
    packed.writestr(zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0)), data)
    resources.append({"name": path.rpartition("/")[2].lower(), "path": path, "bytes": len(data),
                      "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"})


def _package(resources: list[dict[str, Any]], *, made: datetime, version: str, title: str) -> bytes:
    value = {
        "profile": "data-package", "wacz_version": WACZ_VERSION, "title": title, "created": _time(made),
        "modified": _time(made), "software": f"guidetrack {version}", "resources": resources,
    }
    return json.dumps(value, indent=1).encode()


def _index(raw: bytes, info: CaptureInfo, name: str) -> Iterator[str]:
    """A CDXJ line for the response: it is the first record of each of our files."""
    packer = zlib.decompressobj(31)
    packer.decompress(raw)
    length = len(raw) - len(packer.unused_data)
    head = zlib.decompressobj(31).decompress(raw, _HEAD_BYTES)
    fields = _fields(head)
    value = {
        "url": info.reached, "digest": fields.get("warc-payload-digest", ""), "mime": _mime(head),
        "status": str(info.status), "filename": name, "offset": "0", "length": str(length)}
    yield f"{key(info.reached)} {info.fetched.astimezone(UTC):%Y%m%d%H%M%S} {json.dumps(value)}\n"


def _fields(head: bytes) -> dict[str, str]:
    lines = head.partition(b"\r\n\r\n")[0].decode("utf-8", "replace").split("\r\n")
    return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}


def _mime(head: bytes) -> str:
    http = head.partition(b"\r\n\r\n")[2]
    stated = _fields(http).get("content-type", "").partition(";")[0].strip().lower()
    return stated or "unk"


def key(url: str) -> str:
    """The address in sort-friendly form (SURT): ``org,example)/path?a=1&b=2``, lower case, no ``www.``."""
    parts = urlsplit(url.lower())
    host = (parts.hostname or "").removeprefix("www.")
    try:
        port = f":{parts.port}" if parts.port and parts.port not in (80, 443) else ""
    except ValueError:
        port = ""
    query = "?" + "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    path = parts.path.rstrip("/") or "/"
    return f"{','.join(reversed(host.split('.')))}{port}){path}{query}".replace(" ", "%20")


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _line(value: dict[str, Any]) -> bytes:
    return (json.dumps(value) + "\n").encode()
