"""Fixtures that every test may use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support import bucket, postgres
from tests.support.site import Site
from tests.support.watched import Watched

# the same examples in every run and no clock in them; make soak draws new ones, and many, where a test leaves it open
settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("soak", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

_LEAKS = ("GUIDETRACK_SOURCES", "NO_COLOR", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy",
          "all_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the developer's shell has set must not decide a test."""
    for name in _LEAKS:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def site() -> Iterator[Site]:
    """A scripted website on loopback."""
    with Site() as running:
        yield running


@pytest.fixture
def watched(tmp_path: Path, site: Site) -> Watched:
    """A temporary clinic over the scripted site."""
    return Watched(tmp_path, site)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One loud line for each server that was not there: what it would have shown was not shown."""
    skipped = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    for missing in (postgres.MISSING, bucket.MISSING):
        count = sum(missing in reason for reason in skipped)
        if count:
            terminalreporter.write_line(f"{count} TESTS WERE SKIPPED: {missing}", red=True, bold=True)
