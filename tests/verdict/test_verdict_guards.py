"""Pages that only mention walls, short pages, halved pages and withdrawals are the page."""

from __future__ import annotations

import pytest
from guards_for_verdict import GUARDS, Guard
from pages_for_verdict import capture, judge, text_of

BEHIND = {
    "plain": (),
    "cloudflare": (("Server", "cloudflare"), ("CF-RAY", "8f0a-FRA"), ("Set-Cookie", "__cf_bm=1; path=/")),
    "akamai": (("Server", "AkamaiGHost"), ("Set-Cookie", "ak_bmsc=1; path=/"), ("Server-Timing", "ak_p; desc=1")),
    "imperva": (("X-Iinfo", "10-1-0"), ("X-CDN", "Imperva"), ("Set-Cookie", "incap_ses_1=x"), ("Set-Cookie", "visid_incap_1=x")),
}
"""Headers that such vendors send with good pages too."""


@pytest.mark.parametrize("headers", BEHIND.values(), ids=BEHIND.keys())
@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_guard(guard: Guard, headers: tuple[tuple[str, str], ...]) -> None:
    """No verdict, on a first check and after the page that stood there before."""
    page = capture(guard.body, headers=(("Content-Type", guard.media), *headers))
    if guard.first:
        assert judge(page) is None
    if guard.before is not None:
        assert judge(page, text_of(guard.before)) is None
