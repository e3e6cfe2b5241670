"""What stands behind a change, as label and value: addresses, times, digests, files, versions."""

from __future__ import annotations

from guidetrack.errors import DamagedError
from guidetrack.models import CaptureInfo, CaptureRef, Change, SetAside
from guidetrack.store import Store

SHOWN_HEADERS = ("date", "last-modified", "etag", "content-type", "content-length", "server")


def pairs(store: Store, change: Change) -> list[tuple[str, str]]:
    """The evidence of a change for ``show --evidence``, the newer capture first."""
    found: list[tuple[str, str]] = []
    for label, ref in (("To", change.to), ("From", change.from_)):
        if ref is not None:
            found += [(f"{label} {name}", value) for name, value in _capture(store, change.source, ref)]
    number, head = store.head()
    return [*found, ("Journal head", f"entry {number}, {head}")]


def _capture(store: Store, source: str, ref: CaptureRef) -> list[tuple[str, str]]:
    infos = _infos(store, source, ref)
    seen = f"{ref.seen:%Y-%m-%d %H:%M:%S} UTC"
    rows = [("capture", ref.capture), ("SHA-256 of the body", ref.sha256), ("seen", seen)]
    if not infos:
        return rows
    info = infos[0]
    rows += [("address asked", info.asked), ("address reached", info.reached), ("status", str(info.status)),
             ("file", info.file), ("text digest", info.text_digest)]
    if info.origin:
        rows.append(("origin", info.origin))
    if not info.kept:
        return [*rows, ("body and text" if info.reduced else "body", "removed; digests kept")]
    try:
        capture = store.capture(source, ref.capture)
    except DamagedError as error:
        return [*rows, ("damaged", str(error))]
    rows += [(f"header {name}", value) for name in SHOWN_HEADERS if (value := capture.header(name))]
    text = store.text(source, ref.capture)
    return [*rows, ("extractor", text.extractor), ("rules", text.rules)]


def set_aside(store: Store, change: Change) -> tuple[SetAside, ...]:
    """Every line set aside on the way to this change: by the extractor, and as unstable by the comparison."""
    if change.to is None or _reduced(store, change.source, change.to):
        return change.set_aside
    return (*store.text(change.source, change.to.capture).set_aside, *change.set_aside)


def _infos(store: Store, source: str, ref: CaptureRef) -> list[CaptureInfo]:
    return [info for info in store.captures(source, since=ref.seen, until=ref.seen) if info.id == ref.capture]


def _reduced(store: Store, source: str, ref: CaptureRef) -> bool:
    """Whether only digests are left of a capture: what its extractor set aside went with its text."""
    return any(info.reduced for info in _infos(store, source, ref))
