"""The tests of tests/store/test_store_opening.py with every body in a bucket, but for those that look into a folder."""

from __future__ import annotations

import pytest

from tests.store import test_store_opening
from tests.support import bucket

pytestmark = [pytest.mark.fleet, pytest.mark.usefixtures("in_a_bucket")]
bucket.adopt(globals(), test_store_opening, frozenset((
    "test_archives_of_every_schema_open",
    "test_bodies_of_a_restored_catalogue_are_never_removed",
    "test_the_lock_dies_with_its_process",
)))
