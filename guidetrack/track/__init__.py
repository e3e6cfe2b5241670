"""Source → change: the loop that joins the stages, and the questions asked afterwards.

The tracker is imported when it is first named: processes that only read bodies need none of what it keeps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from guidetrack.track.tracker import Tracker as Tracker

__all__ = ["Tracker"]


def __getattr__(name: str) -> Any:
    """:class:`guidetrack.track.tracker.Tracker`."""
    if name != "Tracker":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from guidetrack.track.tracker import Tracker

    return Tracker
