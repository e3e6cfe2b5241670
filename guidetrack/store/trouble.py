"""Database errors as ours: one sentence each that names the catalogue, says what is wrong and what to do."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from guidetrack.errors import DamagedError, StoreError

_DAMAGE = ("malformed", "not a database", "disk image", "file is encrypted", "corrupt", "decode to UTF-8")
_PASSING = frozenset({
    "40001",  # serialization_failure
    "40P01",  # deadlock_detected
    "55P03",  # lock_not_available: lock_timeout ran out
    "53300",  # too_many_connections
    "57P01", "57P02", "57P03", "57P05",  # shut down, crashed, still starting, idle session ended
    "25P03",  # idle_in_transaction_session_timeout
})
"""SQLSTATE codes (PostgreSQL documentation, appendix A) after which the same transaction may well succeed."""


class PassingError(StoreError):
    """The database was away or busy and undid the transaction: it can be tried again as it is."""


def told(error: sa.exc.DBAPIError, address: str) -> StoreError:
    """A database error as one of ours."""
    said = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
    if hasattr(error.orig, "sqlstate"):
        return _postgresql(error, said, address)
    if any(word in said for word in _DAMAGE):
        return DamagedError(f"{address} is damaged ({said}); restore it from a backup")
    if "locked" in said:
        return StoreError(f"{address} is in use by another program ({said}); try again")
    if "full" in said:
        return StoreError(f"{address} cannot be written: no space left on the disk; nothing was lost")
    unwritable = "unable to open" in said and not os.access(Path(address).parent, os.W_OK)
    if "readonly" in said or "read-only" in said or unwritable:
        return StoreError(f"{address} cannot be written: it is read-only")
    return StoreError(f"{address}: {said}")


def _postgresql(error: sa.exc.DBAPIError, said: str, address: str) -> StoreError:
    orig: Any = error.orig
    state = orig.sqlstate or ""
    if state.startswith("XX") or state in ("42P01", "42703"):  # internal error; undefined table, column
        return DamagedError(f"{address} is damaged ({said}); restore it from a backup")
    if state == "53100":
        return StoreError(f"{address} cannot be written: no space left on its server's disk; nothing was lost")
    if state == "25006":
        return StoreError(f"{address} cannot be written: it is read-only (a standby server?)")
    if state == "42501":
        return StoreError(f"{address}: its user may not do that ({said}); grant it the tables and its schema")
    if state == "55P03":
        return PassingError(f"{address} is in use by another program ({said}); try again")
    if state in _PASSING or state.startswith("08") or error.connection_invalidated:
        return PassingError(f"{address}: the database server went away ({said}); nothing was lost, try again")
    if not state and isinstance(error, sa.exc.OperationalError):
        return _unconnected(str(orig), address)
    return StoreError(f"{address}: {said}")


def _unconnected(said: str, address: str) -> StoreError:
    """Why there is no connection. libpq gives no SQLSTATE here, only words, in the server's language."""
    last = said.strip().splitlines()[-1].rpartition("FATAL:")[2].strip()
    if "password" in said or "authentication" in said:
        return StoreError(f"{address}: the database server refuses this user ({last}); set PGPASSWORD in the "
                          "environment or use a password file")
    if "role" in said and "does not exist" in said:
        return StoreError(f"{address}: the database server does not know this user ({last})")
    if "database" in said and "does not exist" in said:
        return StoreError(f"{address}: there is no such database ({last}); make it with createdb")
    if "invalid" in said and ("option" in said or "value" in said):
        return StoreError(f"{address} is no address of a database: {last}")
    return PassingError(f"{address}: the database server does not answer ({last}); start it, or correct catalogue in "
                        "sources.toml")
