"""Bring an older archive's schema forward, after a copy of its catalogue was put beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from guidetrack.errors import StoreError
from guidetrack.store import dialect
from guidetrack.store.catalogue import Catalogue, birth
from guidetrack.store.journal import Kind

SCRIPTS = Path(__file__).parent / "migrations"


def migrate(catalogue: Catalogue, found: str, *, now: datetime, version: str) -> None:
    """Run every revision after ``found``, in one transaction. The copy stays until somebody removes it.

    :raises StoreError: a revision failed; the catalogue is as it was.
    """
    _copy(catalogue, found, now)
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    with catalogue.write() as writing:
        config.attributes["connection"] = writing.connection
        try:
            command.upgrade(config, "head")
        except (CommandError, OSError) as error:
            raise StoreError(f"{catalogue.address} cannot be brought forward; it stays as it was: {error}") from error
        writing.append(now, [(Kind.ARCHIVE, {**birth(writing.connection, version), "from": found})])


def _copy(catalogue: Catalogue, found: str, now: datetime) -> None:
    path = Path(catalogue.address)
    target = path.with_name(f"{path.name}.schema-{found}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.backup")
    partial = target.with_name(f".{target.name}.part")
    try:
        partial.unlink(missing_ok=True)
        if dialect.back_up(catalogue.engine, partial):
            partial.rename(target)
    except OSError as error:
        raise StoreError(f"cannot copy {path} before bringing it forward: {error.strerror or error}") from error
