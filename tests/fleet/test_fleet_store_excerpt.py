"""The tests of tests/store/test_store_excerpt.py with every body in a bucket, but for those that look into a folder."""

from __future__ import annotations

import pytest

from tests.store import test_store_excerpt
from tests.support import bucket

pytestmark = [pytest.mark.fleet, pytest.mark.usefixtures("in_a_bucket")]
bucket.adopt(globals(), test_store_excerpt, frozenset((
    "test_a_capture_taken_in_again_stays_removed",
    "test_an_emptied_text_that_the_journal_does_not_have_is_named",
    "test_killed_before_the_files_went",
    "test_only_the_working_copy_is_whole",
)))
