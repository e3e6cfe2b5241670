"""What a site may answer in place of the page: one short, typical answer for each reason."""

from __future__ import annotations

from typing import Literal, get_args

from guidetrack.testing.answers import Answer

WallReason = Literal["blocked", "login", "consent", "needs-script", "maintenance", "not-found", "http-error", "empty"]

WALLS: tuple[WallReason, ...] = get_args(WallReason)
"""The reasons that :func:`wall` knows."""

_BODIES: dict[WallReason, tuple[str, str]] = {
    "blocked": ("Just a moment...", "<h1>Checking your browser</h1><p>Please verify you are human.</p>"
                '<div id="challenge-stage" class="captcha" data-sitekey="x"></div>'),
    "login": ("Sign in", '<h1>Sign in</h1><form action="/login" method="post"><label>User name <input name="username">'
              '</label><label>Password <input type="password" name="password"></label><button>Sign in</button></form>'),
    "consent": ("Before you continue", "<h1>Before you continue</h1><p>We use cookies. Accept all cookies or reject "
                "them to go on to the site.</p><form><button>Accept all cookies</button><button>Reject all</button>"
                "</form>"),
    "needs-script": ("Portal", '<div id="root"></div><noscript>You need to enable JavaScript to run this app.'
                     '</noscript><script src="/app.js"></script>'),
    "maintenance": ("Scheduled maintenance", "<h1>Scheduled maintenance</h1><p>This site is currently undergoing "
                    "scheduled maintenance. Please try again later.</p>"),
    "not-found": ("Page not found", "<h1>Page not found</h1><p>The page you are looking for does not exist.</p>"),
    "http-error": ("Application error", "<h1>Application error</h1><p>Error establishing a database connection</p>"),
    "empty": ("", ""),
}


def wall(reason: WallReason, *, status: int = 200) -> Answer:
    """An answer that guidetrack takes for no page, with this reason.

    :param status: of the answer; 200 is the hard case, and the one sites often choose.
    :raises ValueError: no wall of that reason; :data:`WALLS` lists them.
    """
    if reason not in _BODIES:
        raise ValueError(f"no wall for {reason!r}; there are {', '.join(WALLS)}")
    title, body = _BODIES[reason]
    html = f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>" if body else ""
    return Answer(status, html, {"Content-Type": "text/html; charset=utf-8"})
