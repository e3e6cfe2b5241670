"""Watch public rules and guidance on ketamine for depression, and see what changed, in the document's own words.

::

    import guidetrack

    with guidetrack.open("sources.toml") as tracker:
        for outcome in tracker.check():
            print(outcome.source.name, outcome.kind)

    old = guidetrack.extract(old_bytes, media_type="text/html", url="https://…")
    new = guidetrack.extract(new_bytes, media_type="text/html", url="https://…")
    print(guidetrack.compare(old, new).summary)

``extract``, ``compare``, ``verdict`` and ``render`` touch no disk and no network. Everything that can go wrong
derives from :class:`guidetrack.errors.GuidetrackError`.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from guidetrack import errors
from guidetrack._version import __version__

if TYPE_CHECKING:
    from guidetrack.compare import compare
    from guidetrack.extract import extract
    from guidetrack.library import open
    from guidetrack.models import (
        Block,
        BlockKind,
        Capture,
        CaptureInfo,
        CaptureRef,
        Change,
        ChangeKind,
        Comparison,
        DateKind,
        Decision,
        Edit,
        EditKind,
        Format,
        Items,
        Level,
        Op,
        OpKind,
        Outcome,
        OutcomeKind,
        PublisherNote,
        Reason,
        Redirect,
        Report,
        Review,
        Rules,
        Run,
        Section,
        SetAside,
        Settings,
        Source,
        SourceKind,
        SourceStatus,
        StatedDate,
        Text,
        Verdict,
    )
    from guidetrack.report import render
    from guidetrack.track import Tracker
    from guidetrack.track.reading import verdict

__all__ = [
    "Block",
    "BlockKind",
    "Capture",
    "CaptureInfo",
    "CaptureRef",
    "Change",
    "ChangeKind",
    "Comparison",
    "DateKind",
    "Decision",
    "Edit",
    "EditKind",
    "Format",
    "Items",
    "Level",
    "Op",
    "OpKind",
    "Outcome",
    "OutcomeKind",
    "PublisherNote",
    "Reason",
    "Redirect",
    "Report",
    "Review",
    "Rules",
    "Run",
    "Section",
    "SetAside",
    "Settings",
    "Source",
    "SourceKind",
    "SourceStatus",
    "StatedDate",
    "Text",
    "Tracker",
    "Verdict",
    "__version__",
    "compare",
    "errors",
    "extract",
    "open",
    "render",
    "verdict",
]

_ELSEWHERE = {
    "Tracker": "guidetrack.track",
    "compare": "guidetrack.compare",
    "extract": "guidetrack.extract",
    "open": "guidetrack.library",
    "render": "guidetrack.report",
    "verdict": "guidetrack.track.reading",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for (PEP 562): importing guidetrack costs next to nothing."""
    if name not in __all__:
        raise AttributeError(f"module 'guidetrack' has no attribute {name!r}")
    value = getattr(importlib.import_module(_ELSEWHERE.get(name, "guidetrack.models")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


class _Face(ModuleType):
    """Keeps ``guidetrack.extract`` and ``guidetrack.compare`` the functions they are promised to be.

    The packages that hold them have the same names, and importing a package binds it in its parent.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("extract", "compare") and isinstance(value, ModuleType):
            value = getattr(value, name)
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Face
