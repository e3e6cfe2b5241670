"""Signs in how a page is built rather than in what it says: shells, redirects in the page, frames, forms. Pure."""

from __future__ import annotations

import re

from guidetrack.fetch.verdict.address import kind_of, split
from guidetrack.fetch.verdict.evidence import Sign
from guidetrack.fetch.verdict.scan import Look, ascii_lower, count_words
from guidetrack.fetch.verdict.words import fold
from guidetrack.models.enums import Reason

_FRAME = re.compile(r"<(i?frame)\b[^<>]*\bsrc\s*=\s*[\"']?([^\"'<>\s]{1,300})")
_WALL = re.compile(
    r"/_incapsula_resource|/tspd/|/_sec/|bm-verify|kpsdk|awswaf|challenge-platform|sgcaptcha|perfdrive|datadome|perimeterx|px-cdn"
    r"|distil|ddos-guard|/akam/|reese84|toNumbers\(|slowaes",
    re.IGNORECASE,
)
_SUBMIT = re.compile(r"\.submit\s*\(\s*\)")
_CAPTCHA = re.compile(r"class\s*=\s*[\"']?(?:g-recaptcha|h-captcha|cf-turnstile|frc-captcha|smart-captcha)")
_HOME = frozenset(
    {
        "home",
        "homepage",
        "home page",
        "start",
        "startseite",
        "accueil",
        "page d'accueil",
        "inicio",
        "portada",
        "pagina principal",
        "main page",
        "welcome",
        "front page",
        "homepagina",
        "pagina iniziale",
    }
)
_FRONT = re.compile(
    r"<body\b[^<>]*\bclass\s*=\s*[\"'](?:[^\"'<>]*\s)?(?:home|page-home|path-frontpage|is-home|homepage|front|front-page|frontpage)[\s\"']"
)
FEW = 40
"""Words below which a page that reloads itself soon is one that waits."""
LEADING_MARKUP = 3_000
"""Characters of source below a heading within which a form stands in the document's place."""
LEADING_WORDS = 15
"""Words of labels that may stand before its password."""
_TAG = re.compile(r"<[^<>]*>?")
_BUNDLE = re.compile(
    r"<script\b[^<>]*(?:type\s*=\s*[\"']?module|src\s*=\s*[\"']?[^\"'<>\s]*(?:bundle|chunk|runtime|app|main|index)[^\"'<>\s/]*\.js)"
)
_JS = re.compile(r"java ?script")


def shape_signs(look: Look, main_words: int) -> list[Sign]:
    """Signs of a page whose text is not in it. ``main_words``: words the extractor found (0 when it could not)."""
    if look.kind != "html":
        return []
    words = look.words
    signs = [*_elsewhere(look, words), *_frames(look, words)]
    sends = _SUBMIT.search(look.low) is not None and "<form" in look.low
    if (main_words < 15 or (words < 5 and not sends)) and words < 100:
        signs += _shell(look, words)
    if words < 40 and _CAPTCHA.search(look.low):
        signs.append(Sign(Reason.BLOCKED, 2.0, "shape", "a captcha and little else", "a captcha"))
    if words < 25 and sends:
        sso = "samlrequest" in look.low or "samlresponse" in look.low or "wresult" in look.low
        signs.append(
            Sign(Reason.LOGIN if sso else Reason.BLOCKED, 3 if sso else 2, "shape", "a form that sends itself", "")
        )
    return signs


def form_signs(look: Look, substance: int) -> list[Sign]:
    """A password asked for: much where the document should be and nothing else is, little in a page's header."""
    if look.kind != "html" or not look.password_at:
        return []
    weight = 2.0 if password_in_place(look) and substance < 20 else 0.8
    return [Sign(Reason.LOGIN, weight, "form", "a form that asks for a password", "a sign-in page")]


def password_in_place(look: Look) -> bool:
    """A password is asked for below the page's heading, not in a box above it."""
    return look.password_at > max(look.low.find("<h1"), look.low.find("<main"), 0)


def password_leads(look: Look) -> bool:
    """Nothing but labels stands between the page's heading, or its title shown as text, and where a password goes."""
    heading = "</h1" if "</h1" in look.low else "</h2"
    start = look.low.find(heading)
    if not 0 <= start < look.password_at:
        title = ascii_lower(look.title.split(" | ")[0].strip())
        start = look.low.rfind(f">{title}<", look.low.find("</title"), look.password_at) if title else -1
    if start < 0 or not start < look.password_at < start + LEADING_MARKUP:
        return False
    return count_words(_TAG.sub(" ", look.low[start : look.password_at])) < LEADING_WORDS


def needs_script(look: Look) -> bool:
    """Something says that scripts fill the page: an element left empty for them, a note, or an application's bundle."""
    return look.empty_root or bool(_JS.search(fold(look.noscript))) or _BUNDLE.search(look.low) is not None


def front_page(look: Look) -> bool:
    """Whether a page calls itself the site's front page, in its title or in the classes of its body."""
    title = fold(look.title)
    parts = {part.strip(" -|:.!") for part in re.split(r" [-|:/] |\|", title)}
    return (
        bool(parts & _HOME)
        or title.startswith(("welcome to ", "willkommen ", "bienvenue ", "bienvenido", "benvenut", "welkom "))
        or _FRONT.search(look.low) is not None
    )


def _shell(look: Look, words: int) -> list[Sign]:
    signs = []
    scripted = "<script" in look.low
    if look.empty_root and scripted:
        signs.append(
            Sign(
                Reason.NEEDS_SCRIPT,
                2.5,
                "shape",
                "an empty element for scripts to fill",
                "a page without text, to be filled by scripts",
            )
        )
    if look.noscript and (words < 5 or (words < 60 and _JS.search(fold(look.noscript)))):
        signs.append(
            Sign(
                Reason.NEEDS_SCRIPT,
                2.0,
                "noscript",
                look.noscript[:120],
                "a page that shows its text only with JavaScript",
            )
        )
    if scripted and words < 12 and (wall := _WALL.search(look.low)):
        signs.append(Sign(Reason.BLOCKED, 2.5, "shape", wall.group(), "a script that checks visitors"))
    elif scripted and words < 12:
        signs.append(
            Sign(Reason.NEEDS_SCRIPT, 1.0, "shape-empty", f"{words} words and {look.low.count('<script')} scripts", "")
        )
    return signs


def _elsewhere(look: Look, words: int) -> list[Sign]:
    """Redirects that happen in the page."""
    reached = look.capture.reached
    if look.refresh and look.refresh[0] <= 30 and words < 80:
        target = look.refresh[1]
        if _same(target, reached) and words >= FEW:
            return []
        if _same(target, reached):
            return [Sign(Reason.BLOCKED, 1.8, "shape", "a page that reloads itself", "a waiting page")]
        return [_towards(look, target)]
    goes = look.script_goes if words < 25 else ""
    if goes == "reload" or (goes and _same(goes, reached)):
        cookie = "document.cookie" in look.scripts
        return [
            Sign(
                Reason.BLOCKED if cookie else Reason.NEEDS_SCRIPT,
                3.0 if cookie else 2.5,
                "shape",
                "a script that sets a cookie and reloads" if cookie else "a script that reloads the page",
                "a script check",
            )
        ]
    return [_towards(look, goes)] if goes else []


def _towards(look: Look, target: str) -> Sign:
    known = kind_of(look.capture.asked, target)
    reason = known[0] if known else Reason.MOVED
    return Sign(reason, 4.0, "shape", target[:120], f"a page that only sends the reader on to {target[:120]}")


def _same(one: str, other: str) -> bool:
    first, second = split(one), split(other)
    return (
        first.hostname == second.hostname
        and first.path.rstrip("/") == second.path.rstrip("/")
        and first.query == second.query
    )


def _frames(look: Look, words: int) -> list[Sign]:
    if words >= 40:
        return []
    frame = _FRAME.search(look.low)
    if "<frameset" in look.low:
        quote = frame.group(2) if frame else "<frameset>"
        return [Sign(Reason.UNREADABLE, 3.0, "shape", quote, "a page of frames, without text of its own")]
    if frame and words < 12 and "googletagmanager" not in frame.group(2):
        known = kind_of(look.capture.asked, frame.group(2) if "//" in frame.group(2) else look.capture.reached)
        return [
            Sign(
                known[0] if known else Reason.UNREADABLE,
                2.5,
                "shape",
                frame.group(2)[:120],
                "a page that holds only a frame",
            )
        ]
    return []
