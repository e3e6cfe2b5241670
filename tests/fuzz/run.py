"""Fuzz parsers for a while: ``python -m tests.fuzz.run --seconds 600 [TARGET…]``.

What fails is made smaller and kept in ``tests/fuzz/seeds/TARGET/``, where every test run replays it from then on.
Exit status 1 when something failed. Inputs follow from ``--seed``; without it, each run has its own.
"""

from __future__ import annotations

import argparse
import faulthandler
import hashlib
import random
import sys
import time
from pathlib import Path

from tests.fuzz.targets import Target, mutate, smaller, targets

SEEDS = Path(__file__).parent / "seeds"
STUCK_SECONDS = 60
"""A single input that takes longer is a hang: the stack is printed and the run ends."""


def failure(target: Target, data: bytes) -> str:
    """What one input does wrong, as type and place; empty when nothing."""
    try:
        target.run(data)
    except Exception as error:
        at = error.__traceback__
        while at is not None and at.tb_next is not None:
            at = at.tb_next
        where = f"{Path(at.tb_frame.f_code.co_filename).name}:{at.tb_lineno}" if at else ""
        return f"{type(error).__name__} at {where}"
    return ""


def fuzz(name: str, seconds: float, seed: int, folder: Path = SEEDS) -> tuple[int, dict[str, Path]]:
    """Inputs tried in that time, and where the first input for each failure was kept."""
    target, dice = targets()[name], random.Random(f"{name} {seed}")
    found: dict[str, Path] = {}
    tried, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        data = mutate(dice, target)
        tried += 1
        faulthandler.dump_traceback_later(STUCK_SECONDS, exit=True)
        what = failure(target, data)
        faulthandler.cancel_dump_traceback_later()
        if what and what not in found:
            data = smaller(data, lambda shorter, what=what: failure(target, shorter) == what)  # type: ignore[misc]
            path = folder / name / f"{hashlib.sha256(data).hexdigest()[:16]}.bin"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            found[what] = path
            print(f"{name}: {what}: {path}", flush=True)
    return tried, found


def main() -> int:
    """See the module."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("targets", nargs="*", help=f"of {', '.join(targets())}; all when none is named")
    parser.add_argument("--seconds", type=float, default=600.0, help="for each target (600)")
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(2**32)
    failures = 0
    for name in options.targets or targets():
        tried, found = fuzz(name, options.seconds, seed)
        failures += len(found)
        print(f"{name}: {tried} inputs, {len(found)} failures (seed {seed})", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
