"""What a child process does: reads bodies and compares texts, one job after the other, until its stdin closes.

Started by :mod:`guidetrack.track.child`; the messages are those of :mod:`guidetrack.track.wire`. A job is a tuple:

- ``("read", body, media_type, url, rules, known)`` → :class:`~guidetrack.track.reading.Reading`
- ``("keep", vocabulary)`` → None; later comparisons use it
- ``("compare", old, new, looks, remembered)`` → :class:`~guidetrack.models.Comparison`, or None when it failed here
"""

from __future__ import annotations

import sys
from typing import Any, BinaryIO

from guidetrack.compare import compare
from guidetrack.track.reading import read
from guidetrack.track.wire import HELLO, LENGTH, opened, packed

MEMORY_BYTES = 360_000_000
"""Address space a job may add: with the parent's own memory this stays below the 400 MB of the design."""


def limit_memory() -> None:
    """Bound the address space of this process, where the system lets us know how much of it is used (Linux)."""
    if sys.platform != "linux":
        return
    import resource

    with open("/proc/self/statm", encoding="ascii") as statm:
        used = int(statm.read().split()[0]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = used + MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


class Desk:
    """Does jobs; remembers what it was told to keep."""

    def __init__(self) -> None:
        self._vocabulary: Any = None

    def do(self, name: str, *job: Any) -> object:
        """The answer to one job."""
        if name == "keep":
            (self._vocabulary,) = job
            return None
        if name == "read":
            reading = read(*job)
            if reading.text is not None:
                _ = reading.text.digest, reading.text.words  # they travel with the text: one thing less for the parent
            return reading
        old, new, looks, remembered = job
        try:
            return compare(old, new, again=looks, remembered=remembered, vocabulary=self._vocabulary)
        except Exception:  # the parent does it again, and tells
            return None


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Say hello, then answer jobs until stdin closes."""
    desk = Desk()
    answers.write(HELLO)
    answers.flush()
    while len(head := requests.read(LENGTH.size)) == LENGTH.size:
        (size,) = LENGTH.unpack(head)
        job = opened(requests.read(size))
        assert isinstance(job, tuple)
        answers.write(packed(desk.do(*job)))
        answers.flush()
        del job


def main() -> None:
    """Import what jobs need before the limit, then serve. What parsers print must not corrupt the answers."""
    from guidetrack.track.garbage import seldom_collected

    answers = open(sys.stdout.fileno(), "wb", closefd=False)  # noqa: SIM115
    sys.stdout = sys.stderr
    limit_memory()
    with seldom_collected():
        serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
