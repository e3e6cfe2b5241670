"""The first schema. New archives are made whole from ``schema.py`` and stamped; revisions only lead on from there."""

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Nothing: no archive is older than this one."""
