"""The store's own tests again, with every body in a bucket, beside a SQLite catalogue and a PostgreSQL one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support import archive as shelf
from tests.support import bucket as buckets
from tests.support import postgres as servers


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """Where catalogues are."""
    return str(request.param)


@pytest.fixture(scope="module")
def in_a_bucket(backend: str) -> Iterator[None]:
    """Every archive's bodies go into one bucket, each under a prefix of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(shelf.BUCKET, buckets.fresh(patch))
        if backend == "postgresql":
            patch.setenv(shelf.SERVER, servers.shared().address())
        yield
        shelf.drop_schemas()
