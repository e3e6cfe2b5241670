"""Where the store of a run is used: here and now, or in a thread of its own where it may have to wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from guidetrack.store import Store

P = ParamSpec("P")
T = TypeVar("T")


class Desk:
    """Uses a store for many looks at once, one use after another. Use as a context manager.

    A file answers at once, so it is asked at once. A server may be away, or another writer may have its turn: whoever
    waits for that waits in this thread, and holds up neither requests under way nor their timeouts.
    """

    def __init__(self, store: Store) -> None:
        self._thread = ThreadPoolExecutor(1, "guidetrack-store") if store.catalogue.schema else None

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Wait for what is under way, and end the thread."""
        if self._thread is not None:
            self._thread.shutdown()

    async def __call__(self, use: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What ``use`` returns or raises. What was handed over is done, also when the caller is cancelled meanwhile."""
        if self._thread is None:
            return use(*args, **kwargs)
        done = asyncio.get_running_loop().run_in_executor(self._thread, partial(use, *args, **kwargs))
        try:
            return await asyncio.shield(done)
        except asyncio.CancelledError:
            await asyncio.wait([done])
            if not done.cancelled():
                done.exception()  # nobody is left to be told
            raise
