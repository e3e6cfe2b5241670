"""What we keep, and the only code that knows where: bodies in WARC files, everything else in the catalogue.

Nothing heavy is imported until :class:`Store` is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from guidetrack.store.main import Store

__all__ = ["Store"]


def __getattr__(name: str) -> Any:
    if name == "Store":
        from guidetrack.store.main import Store

        return Store
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
