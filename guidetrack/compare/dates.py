"""thin"""
from __future__ import annotations

from datetime import date

from guidetrack.models.change import ComingDate
from guidetrack.models.text import Text


def binding_dates(text: Text, *, after: date, until: date) -> tuple[ComingDate, ...]:
    """dates"""
    return ()
