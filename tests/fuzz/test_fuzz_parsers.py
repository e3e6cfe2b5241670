"""No parser fails on bytes it never saw: a few mutations here, ten minutes each in ``make soak``."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.fuzz.run import SEEDS, failure, fuzz
from tests.fuzz.targets import Target, mutate, smaller, targets

KEPT = sorted(SEEDS.glob("*/*.bin"))
QUICK = 25


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_once_failed_never_fails_again(path: Path) -> None:
    """Each kept input passes."""
    targets()[path.parent.name].run(path.read_bytes())


@pytest.mark.parametrize("name", targets())
def test_samples_and_mutations_pass(name: str) -> None:
    """The samples themselves, and the same few mutations in every run."""
    target, dice = targets()[name], random.Random(f"tests {name}")
    for data in (*target.samples, b"", *(mutate(dice, target) for _ in range(QUICK))):
        target.run(data)


def test_a_failure_is_found_and_kept_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fuzzer itself works: a parser that trips over one byte is caught, its input kept, and nearly that byte."""

    def trips(data: bytes) -> None:
        if b"\xff" in data:
            raise RuntimeError("tripped")

    target = Target(trips, (b"a" * 300,), (b"b\xffb",))
    monkeypatch.setattr("tests.fuzz.run.targets", lambda: {"tripping": target})
    tried, found = fuzz("tripping", 0.5, 1, tmp_path)
    assert tried > 0
    (path,) = found.values()
    assert path.read_bytes() == b"\xff"
    assert failure(target, b"") == ""
    assert smaller(b"xxxxyxxx", lambda data: b"y" in data) == b"y"


@pytest.mark.soak
@pytest.mark.parametrize("name", targets())
def test_a_minute_of_fresh_mutations(name: str, tmp_path: Path) -> None:
    """New inputs in every soak."""
    tried, found = fuzz(name, 60, random.SystemRandom().randrange(2**32), tmp_path)
    assert (found, tried > 0) == ({}, True)
