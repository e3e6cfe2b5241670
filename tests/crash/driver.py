"""Runs ``guidetrack check`` in forked children and kills them on demand: ``python -m tests.crash.driver SOURCES OUT``.

Reads one command a line and answers each with one line, the child's exit code:

    kill SECONDS SIGNAL     run a check, send it the signal after that long, wait for its end
    run                     run a check to its end

Everything is imported before the first fork, so that children spend their lives working. Each child's standard output
goes to ``OUT/<number>.json``.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from pathlib import Path


def main() -> None:
    """Serve commands until standard input ends."""
    sources, out = sys.argv[1], Path(sys.argv[2])
    _import_all()
    for number, line in enumerate(sys.stdin):
        words = line.split()
        child = os.fork()
        if child == 0:
            _check(sources, out / f"{number:04d}.json")
        if words[0] == "kill":
            _wait(child, float(words[1]))
            os.kill(child, signal.Signals[words[2]])
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _wait(child: int, seconds: float) -> None:
    """Wait that long, or until the child has ended; it is not reaped, so its number stays its own."""
    if hasattr(os, "pidfd_open"):
        handle = os.pidfd_open(child)
        select.select([handle], [], [], seconds)
        os.close(handle)
    else:
        time.sleep(seconds)


def _check(sources: str, target: Path) -> None:
    from guidetrack.cli import run

    output = os.open(target, os.O_WRONLY | os.O_CREAT)
    os.dup2(output, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    if not os.environ.get("SHOW_ERRORS"):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    status = 70
    try:
        status = run(["-c", sources, "check", "--format", "json"])
        sys.stdout.flush()
    finally:
        os._exit(status)


def _import_all() -> None:
    import importlib
    import pkgutil

    import guidetrack

    for module in pkgutil.walk_packages(guidetrack.__path__, "guidetrack."):
        if not module.name.endswith(("__main__", ".env")) and ".migrations" not in module.name:
            importlib.import_module(module.name)
    for name in ("filelock", "truststore", "rich.progress", "sqlalchemy.dialects.sqlite"):
        importlib.import_module(name)


if __name__ == "__main__":
    main()
