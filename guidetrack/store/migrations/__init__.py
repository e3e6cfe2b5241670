"""Schema revisions, run by alembic when an older archive is opened for writing; see :mod:`guidetrack.store.migrate`."""
