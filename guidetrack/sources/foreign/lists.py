"""Plain lists of addresses: one a line, with tags behind, as changedetection.io exports them and urlwatch once had."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guidetrack.sources.foreign.job import MAX_JOBS, Draft, Job, one_line

KIND = "a list of addresses"

_ADDRESS = re.compile(r"(?:source:)?https?://\S", re.I)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)


def is_list(text: str) -> bool:
    """Whether every line that says something is an address or, as in old urlwatch lists, a command."""
    lines = [line for line in map(str.strip, text.split("\n")) if line and not line.startswith("#")]
    return bool(lines) and all(_ADDRESS.match(line) or line.startswith("|") for line in lines) and any(
        _ADDRESS.match(line) for line in lines)


def jobs(text: str) -> Iterator[Job]:
    """Every line that says something."""
    found = 0
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if not line or line.startswith("#") or found > MAX_JOBS:
            continue
        found += 1
        yield _job(line, f"line {number}")


def _job(line: str, where: str) -> Job:
    draft = Draft(where)
    if line.startswith("|"):
        draft.refuse("it runs a shell command; guidetrack runs none and watches web pages only")
        return draft.done()
    address, _, behind = line.partition(" ")
    if address.lower().startswith("source:"):
        address = address[len("source:"):]
        draft.lose("source: guidetrack compares the words of a page, not its source.")
    draft.address(address)
    for word in behind.strip(" []").split(","):
        tag = one_line(word.strip(" '\""))
        if _UUID.fullmatch(tag):
            draft.lose("A group whose name the file does not say.")
        else:
            draft.add("topics", tag)
    return draft.done()
