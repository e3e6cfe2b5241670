"""What goes into the queue: by host, what is due, what was named first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from guidetrack.fleet.schedule import LATE, NAMED, ORDINARY, SOURCES_A_JOB, jobs
from guidetrack.models import Source

NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def source(number: int, host: int = 0) -> Source:
    """A daily source on one of the hosts."""
    return Source(f"s{number:03}", f"https://H{host}.example/{number}", every=DAY)


@given(st.lists(st.tuples(st.integers(0, 5), st.none() | st.floats(0, 4)), max_size=90), st.sets(st.integers(0, 89)))
def test_every_due_source_is_in_one_job_of_its_host(made: list[tuple[int, float | None]], queued: set[int]) -> None:
    """Nothing due is left out, nothing is put in twice, and a job holds sources of one host only."""
    sources = [source(at, host) for at, (host, _) in enumerate(made)]
    looked = {one.id: NOW - age * DAY for one, (_, age) in zip(sources, made, strict=True) if age is not None}
    waiting = {f"s{number:03}" for number in queued}
    found = jobs(sources, looked, NOW, queued=waiting)
    ids = [id for job in found for id in job.sources]
    assert len(ids) == len(set(ids))
    expected = {one.id for one, (_, age) in zip(sources, made, strict=True)
                if one.id not in waiting and (age is None or age >= 0.95)}
    assert set(ids) == expected
    hosts = {one.id: f"h{host}.example" for one, (host, _) in zip(sources, made, strict=True)}
    assert all(hosts[id] == job.host for job in found for id in job.sources)
    assert all(0 < len(job.sources) <= SOURCES_A_JOB for job in found)


def test_what_waits_longest_goes_first() -> None:
    """Within a host the oldest look goes first; what is late goes before what is due; what is named before all."""
    sources = [source(1), source(2), source(3), source(4)]
    looked = {"s001": NOW - DAY, "s002": NOW - 1.5 * DAY, "s003": NOW - 5 * DAY}
    found = jobs(sources, looked, NOW)
    assert [(job.sources, job.priority) for job in found] == [(("s004", "s003"), LATE), (("s002", "s001"), ORDINARY)]
    named = jobs(sources[:1], {"s001": NOW}, NOW, named=True)
    assert [(job.sources, job.priority) for job in named] == [(("s001",), NAMED)]
