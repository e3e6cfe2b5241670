"""Bring an older archive's schema forward, after a copy of its catalogue was put beside it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from guidetrack.errors import StoreError
from guidetrack.store import dialect
from guidetrack.store.catalogue import Catalogue
from guidetrack.store.journal import Kind
from guidetrack.store.opening import birth
from guidetrack.store.schema import REVISIONS, stamp
from guidetrack.store.session import held

SCRIPTS = Path(__file__).parent / "migrations"


def migrate(catalogue: Catalogue, found: str, *, now: datetime, version: str) -> None:
    """Run every revision after ``found``, in one transaction. The copy stays until somebody removes it.

    :raises StoreError: a revision failed; the catalogue is as it was.
    """
    if not catalogue.schema:  # a server's owner has backups of it; a revision that fails is undone whole either way
        _copy(catalogue, found, now)
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    with _alone(catalogue, now), catalogue.write() as writing:
        if writing.connection.execute(sa.select(stamp.c.version_num)).scalar() == REVISIONS[-1]:
            return  # another process did it while we waited for our turn
        config.attributes["connection"] = writing.connection
        try:
            command.upgrade(config, "head")
        except (CommandError, OSError) as error:
            raise StoreError(f"{catalogue.address} cannot be brought forward; it stays as it was: {error}") from error
        writing.append(now, [(Kind.ARCHIVE, {**birth(writing.connection, version), "from": found})])


@contextlib.contextmanager
def _alone(catalogue: Catalogue, now: datetime) -> Iterator[None]:
    """Nobody of an older version is at work while tables change under them. Raises LockedError."""
    if not catalogue.schema:
        yield
        return
    with held(catalogue, command="upgrade", now=now, alone=True, part=""):
        yield


def _copy(catalogue: Catalogue, found: str, now: datetime) -> None:
    path = Path(catalogue.address)
    target = path.with_name(f"{path.name}.schema-{found}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.backup")
    partial = target.with_name(f".{target.name}.part")
    try:
        partial.unlink(missing_ok=True)
        if dialect.back_up(catalogue.engine, partial):
            partial.replace(target)
    except OSError as error:
        raise StoreError(f"cannot copy {path} before bringing it forward: {error.strerror or error}") from error
