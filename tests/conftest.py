"""Fixtures that every test may use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.site import Site
from tests.support.watched import Watched

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
