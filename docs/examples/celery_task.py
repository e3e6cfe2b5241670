"""A task for workers and beat: ``celery -A celery_task worker --beat``."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from celery import Celery

import guidetrack
from guidetrack.errors import LockedError

app = Celery("guidance", broker=os.environ.get("CELERY_BROKER", "memory://"))
app.conf.beat_schedule = {"nightly": {"task": "guidance.check", "schedule": timedelta(days=1),
                                      "args": [os.environ.get("GUIDETRACK_SOURCES", "sources.toml")]}}


# what a killed worker had done is kept, and so the task may run again
@app.task(bind=True, name="guidance.check", acks_late=True, max_retries=12)
def check(task: Any, sources: str) -> list[int]:
    """Check every source; the numbers of the changes. Another run at work is no error: this one tries again later."""
    try:
        with guidetrack.open(sources) as tracker:
            return [outcome.change.id for outcome in tracker.check() if outcome.change is not None]
    except LockedError as error:
        raise task.retry(exc=error, countdown=300) from error
