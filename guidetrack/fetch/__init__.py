"""Source → Capture: one polite request, and whatever came back. Heavy parts are imported when first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from guidetrack.fetch.client import Fetcher

__all__ = ["Fetcher"]


def __getattr__(name: str) -> object:
    if name == "Fetcher":
        from guidetrack.fetch.client import Fetcher

        return Fetcher
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
