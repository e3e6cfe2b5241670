"""How long what may pass is waited out, on a clock of the test's own: half a minute, two minutes, many minutes."""

from __future__ import annotations

import pytest

from guidetrack.errors import StoreError
from guidetrack.store import catalogue, objects
from guidetrack.store.objects import Objects
from guidetrack.store.trouble import PassingError
from tests.support import bucket


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.sleeps: list[float] = []

    def monotonic(self) -> float:
        """Seconds since the start."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.sleeps.append(seconds)
        self.now += seconds


@pytest.mark.parametrize("away_s, waited", [(30, True), (59, True), (120, False), (3600, False)])
def test_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch, away_s: int, waited: bool) -> None:
    """Less than a minute is waited out, longer is a sentence after a minute; it is asked about once a second."""
    clock = Clock()
    monkeypatch.setattr(catalogue, "time", clock)

    def once() -> str:
        if clock.now < away_s:
            raise PassingError("the database server does not answer")
        return "done"

    if waited:
        assert catalogue.persist(once) == "done"
        assert away_s <= clock.now <= away_s + 1
    else:
        with pytest.raises(StoreError, match="does not answer"):
            catalogue.persist(once)
        assert 60 <= clock.now <= 61
    assert len(clock.sleeps) < 70


@pytest.mark.parametrize("away_s, waited", [(30, True), (45, True), (120, False), (3600, False)])
def test_a_bucket_that_refuses(monkeypatch: pytest.MonkeyPatch, away_s: int, waited: bool) -> None:
    """Half a minute of 503 is waited out with growing pauses, longer is a sentence that says nothing was lost."""
    bucket.need()
    from obstore.exceptions import GenericError

    clock = Clock()
    monkeypatch.setattr(objects, "time", clock)
    bucket.fresh(monkeypatch)
    place = Objects.at("s3://b/p")

    def act() -> str:
        if clock.now < away_s:
            raise GenericError("Server returned non-2xx status code: 503: <Code>SlowDown</Code>")
        return "done"

    if waited:
        assert place._try("cannot keep it", act) == "done"
        assert away_s <= clock.now <= 60
    else:
        with pytest.raises(StoreError, match=r"cannot keep it: the store answers 503, and did for 60 s; nothing was lost"):
            place._try("cannot keep it", act)
        assert 45 <= clock.now <= 60
    assert len(clock.sleeps) < 30
