"""What a worker did, in numbers, for Prometheus (its text format 0.0.4, by its own client library)."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import TYPE_CHECKING

from guidetrack.errors import MissingExtraError, UsageError

if TYPE_CHECKING:
    from guidetrack.models import Backlog, Outcome


class Metrics:
    """Counts outcomes and the queue; serves ``http://HOST:PORT/metrics``.

    :raises MissingExtraError: prometheus-client is not installed. :raises UsageError: the port cannot be had.
    """

    def __init__(self, address: str) -> None:
        if importlib.util.find_spec("prometheus_client") is None:
            raise MissingExtraError("--metrics needs: pip install 'guidetrack[fleet]'")
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

        host, _, port = address.rpartition(":")
        if not port.isdecimal() or int(port) > 65535:
            raise UsageError(f"--metrics {address}: expected PORT or HOST:PORT")
        own = CollectorRegistry()
        self._looks = Counter("guidetrack_checks", "Sources looked at.", ["outcome", "reason"], registry=own)
        self._changes = Counter("guidetrack_changes", "Changes recorded.", ["level"], registry=own)
        self._seconds = Histogram("guidetrack_check_seconds", "Time a source took to answer.", registry=own,
                                  buckets=(0.1, 0.3, 1, 3, 10, 30, 60, 120))
        self._jobs = Gauge("guidetrack_jobs", "Jobs in the queue.", ["state"], registry=own)
        self._workers = Gauge("guidetrack_workers", "Workers that were heard of in the last 45 seconds.", registry=own)
        try:
            self._server, _ = start_http_server(int(port), host or "127.0.0.1", own)
        except OSError as error:
            raise UsageError(f"--metrics {address}: {error.strerror or error}") from error

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_port)

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()

    def looked(self, outcome: Outcome) -> None:
        """Count an outcome."""
        self._looks.labels(str(outcome.kind), str(outcome.reason or "")).inc()
        self._seconds.observe(outcome.elapsed_s)
        if outcome.change is not None:
            self._changes.labels(str(outcome.change.level)).inc()

    def counted(self, backlog: Backlog) -> None:
        """Take over what is in the queue."""
        for state, number in (("waiting", backlog.waiting), ("under_way", backlog.under_way),
                              ("failed", backlog.failed)):
            self._jobs.labels(state).set(number)
        self._workers.set(backlog.workers)


class Talk:
    """Tells outcomes as lines, and passes everything on to the metrics where there are some."""

    def __init__(self, metrics: Metrics | None, tell: Callable[[Outcome], None]) -> None:
        self._metrics = metrics
        self._tell = tell

    def looked(self, outcome: Outcome) -> None:
        """A source was looked at."""
        self._tell(outcome)
        if self._metrics is not None:
            self._metrics.looked(outcome)

    def counted(self, backlog: Backlog) -> None:
        """What is in the queues now."""
        if self._metrics is not None:
            self._metrics.counted(backlog)
