"""The tests of tests/store/test_store_leaving.py with every body in a bucket, but for those that look into a folder."""

from __future__ import annotations

import pytest

from tests.store import test_store_leaving
from tests.support import bucket

pytestmark = [pytest.mark.fleet, pytest.mark.usefixtures("in_a_bucket")]
bucket.adopt(globals(), test_store_leaving, frozenset((
    "test_a_bundle_checks_with_sha256sum_alone",
    "test_nothing_damaged_goes_into_a_bundle",
    "test_pruning_cut_short_is_finished_by_the_next_writer",
    "test_pruning_keeps_what_is_needed",
)))
