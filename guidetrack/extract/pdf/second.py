"""A second engine, pypdf, asked when the first finds suspiciously little; also for measuring how far both agree."""

from __future__ import annotations

import io
from typing import Any

MAX_PAGES = 60
MAX_BYTES = 20_000_000
"""pypdf is pure Python: it is asked about as much as it reads in seconds."""


def texts(body: bytes, limit: int = MAX_PAGES) -> list[str]:
    """The text of each of the first ``limit`` pages as pypdf reads it; empty when it cannot."""
    if len(body) > MAX_BYTES:
        return []
    import logging

    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(body), strict=False)
        return [_text(page) for page in reader.pages[:limit]]
    except Exception:
        # pypdf raises many kinds of errors on damaged files; the first engine's answer stands then.
        return []


def _text(page: Any) -> str:
    try:
        return str(page.extract_text() or "")
    except Exception:
        return ""
