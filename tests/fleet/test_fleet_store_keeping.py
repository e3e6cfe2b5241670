"""The tests of tests/store/test_store_keeping.py with every body in a bucket, but for those that look into a folder."""

from __future__ import annotations

import pytest

from tests.store import test_store_keeping
from tests.support import bucket

pytestmark = [pytest.mark.fleet, pytest.mark.fast, pytest.mark.usefixtures("in_a_bucket")]
bucket.adopt(globals(), test_store_keeping, frozenset((
    "test_a_damaged_body_is_an_error",
    "test_other_tools_read_our_files",
    "test_what_is_kept_reads_back",
)))
