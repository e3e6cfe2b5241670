"""The child process that reads large or risky bodies, so that a parser which hangs, crashes or swells harms nobody.

Run as ``python -m guidetrack.track.worker``. On stdin: for each job a length (8 bytes, big endian) and a pickle of
``(body, media_type, url, rules)``. On stdout: likewise a pickle of a :class:`~guidetrack.track.reading.Reading`.
"""

from __future__ import annotations

import pickle
import struct
import sys
from typing import BinaryIO

from guidetrack.track.reading import read

LENGTH = struct.Struct(">Q")
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


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer jobs until stdin closes."""
    while len(head := requests.read(LENGTH.size)) == LENGTH.size:
        (size,) = LENGTH.unpack(head)
        job = pickle.loads(requests.read(size))
        data = pickle.dumps(read(*job))
        del job
        answers.write(LENGTH.pack(len(data)) + data)
        answers.flush()


def main() -> None:
    """Import what jobs need before the limit, then serve. What parsers print must not corrupt the answers."""
    answers = open(sys.stdout.fileno(), "wb", closefd=False)  # noqa: SIM115
    sys.stdout = sys.stderr
    limit_memory()
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
