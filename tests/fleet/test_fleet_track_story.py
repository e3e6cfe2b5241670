"""The story of a source, check by check, with the catalogue on a server: tests/track/test_track_story.py again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import bucket, postgres
from tests.support.site import Site
from tests.support.watched import Watched
from tests.track import test_track_story

pytestmark = [pytest.mark.fleet, pytest.mark.fast]
bucket.adopt(globals(), test_track_story, frozenset())


@pytest.fixture
def watched(tmp_path: Path, site: Site) -> Watched:
    """A clinic whose catalogue is on the server."""
    address = postgres.shared().address(f"story_{tmp_path.name[-40:]}")
    return Watched(tmp_path, site, extra=f'[store]\ncatalogue = "{address}"\n')
