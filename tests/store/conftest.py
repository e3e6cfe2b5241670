"""The store's tests run twice: with the catalogue in a SQLite file, and on a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support import archive, postgres


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.fleet)])
def backend(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where catalogues are while a module's tests run; ``tests.support.archive`` follows it, in children too."""
    if request.param == "sqlite":
        yield "sqlite"
        return
    server = postgres.shared()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(archive.SERVER, server.address())
        yield "postgresql"
        archive.drop_schemas()
