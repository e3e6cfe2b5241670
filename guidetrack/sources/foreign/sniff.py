"""What kind of file it is, by its first bytes and its shape; names and endings say nothing."""

from __future__ import annotations

from pathlib import Path

from guidetrack.errors import SourcesError
from guidetrack.sources.foreign import backup, changedetection, lists, urlwatch
from guidetrack.sources.foreign.job import MAX_JOBS, Joblist

MAX_YAML_BYTES = 5_000_000
"""As much as a sources.toml may hold."""
_ZIP, _GZIP, _WARC = b"PK\x03\x04", b"\x1f\x8b", b"WARC/"


def joblist(path: Path) -> Joblist | None:
    """See :func:`guidetrack.sources.foreign.read`."""
    name = str(path)
    try:
        with path.open("rb") as file:
            raw = file.read(8)
            if raw.startswith(_ZIP):
                return _counted(backup.joblist(path), name) if backup.is_backup(path) else None
            if raw.startswith((_GZIP, _WARC)):
                return None
            raw += file.read(backup.MAX_STORE_BYTES + 1 - len(raw))
    except OSError as error:
        raise SourcesError(f"{name}: cannot be read ({error.strerror or error})") from error
    return _counted(_text(raw, name), name)


def _counted(found: Joblist, name: str) -> Joblist:
    if len(found.jobs) > MAX_JOBS:
        raise SourcesError(f"{name}: more than {MAX_JOBS:,} jobs; split the list")
    return found


def _text(raw: bytes, name: str) -> Joblist:
    if len(raw) > backup.MAX_STORE_BYTES:
        raise SourcesError(f"{name}: larger than {backup.MAX_STORE_BYTES // 10**6} MB; expected a list of jobs")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SourcesError(f"{name}: the file is UTF-16; save it as UTF-8")
    if b"\x00" in raw:
        raise SourcesError(f"{name}: neither a list of jobs nor a WARC or WACZ file: it holds NUL bytes")
    if raw.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
        return _json(raw, name)
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise SourcesError(f"{name}:{line}: byte 0x{raw[error.start]:02x} is not UTF-8 (Latin-1 or Windows-1252, "
                           "perhaps); save the file as UTF-8") from None
    if lists.is_list(text):
        return Joblist(lists.KIND, tuple(lists.jobs(text)))
    return _yaml(text, name)


def _json(raw: bytes, name: str) -> Joblist:
    """JSON is theirs, or a job list in YAML's other way of writing."""
    try:
        store = backup.parsed(raw, name)
    except SourcesError:
        if b"watching" in raw[:1_000_000]:
            raise
        return _yaml(raw.decode("utf-8-sig", "replace"), name)
    if changedetection.is_store(store):
        return Joblist(changedetection.KIND, tuple(changedetection.jobs(store)))
    return _yaml(raw.decode("utf-8-sig", "replace"), name)


def _yaml(text: str, name: str) -> Joblist:
    if len(text) > MAX_YAML_BYTES:
        raise SourcesError(f"{name}: larger than {MAX_YAML_BYTES // 10**6} MB; expected a list of jobs")
    jobs = tuple(urlwatch.jobs(text, name))
    if all(job.refused in (urlwatch.NO_JOB, urlwatch.SETTINGS) for job in jobs):
        raise SourcesError(f"{name}: no job in it; expected a job list of urlwatch or webchanges (YAML), watches of "
                           "changedetection.io (JSON or its backup), a list of addresses, or a WARC or WACZ file")
    return Joblist(urlwatch.KIND, jobs)
