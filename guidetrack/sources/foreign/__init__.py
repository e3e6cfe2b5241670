"""Job lists of other trackers → sources for sources.toml, with a sentence for everything that has no counterpart.

Read as far as the public formats go: urlwatch and webchanges job lists (YAML), the data store, backups and URL lists
of changedetection.io. Nothing in them is ever run, fetched or trusted; a secret is never carried over nor echoed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from guidetrack.sources.foreign.job import Joblist

__all__ = ["read"]


def read(path: Path) -> Joblist | None:
    """The jobs in ``path``, told by its content; None when it is no job list but a WARC or WACZ file, or other bytes.

    :raises SourcesError: it is a job list and cannot be read; the sentence names the file, and the line if there is.
    """
    from guidetrack.sources.foreign.sniff import joblist

    return joblist(path)
