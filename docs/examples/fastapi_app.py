"""Changes over HTTP: ``GUIDETRACK_SOURCES=sources.toml fastapi run fastapi_app.py``."""

from __future__ import annotations

import json
import os
from typing import Any

from fastapi import FastAPI, HTTPException

import guidetrack
from guidetrack.errors import GuidetrackError, LockedError

app = FastAPI(title="Guidance")


def sources() -> str:
    """Where the sources.toml is."""
    return os.environ["GUIDETRACK_SOURCES"]


@app.post("/check")
async def check() -> dict[str, str]:
    """Look at every source now; the server answers others meanwhile. A client that hangs up ends the check cleanly."""
    try:
        with guidetrack.open(sources()) as tracker:
            return {outcome.source.id: outcome.kind.value async for outcome in tracker.acheck()}
    except LockedError as error:
        raise HTTPException(409, str(error)) from error
    except GuidetrackError as error:
        raise HTTPException(500, str(error)) from error


# a plain function: FastAPI runs it in a thread of its own, and so the tracker is opened, used and closed in one thread
@app.get("/changes")
def changes() -> dict[str, Any]:
    """What changed, as the documented JSON of ``guidetrack changes``."""
    with guidetrack.open(sources(), write=False) as tracker:
        report = tracker.report(changes=[change.id for change in tracker.changes()])
        document: dict[str, Any] = json.loads(guidetrack.render(report, "json"))
        return document
