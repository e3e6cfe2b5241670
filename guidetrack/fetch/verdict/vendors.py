"""Who stands in between: fingerprints of vendors in headers, cookies and the page's source. Pure."""

from __future__ import annotations

from functools import cache

from guidetrack.fetch.verdict.data import table
from guidetrack.fetch.verdict.evidence import Sign
from guidetrack.fetch.verdict.scan import Look
from guidetrack.models import Capture
from guidetrack.models.enums import Reason


@cache
def _telling() -> dict[str, tuple[Reason, str]]:
    """Headers that only a wall sends, by name."""
    return {
        rule: (Reason(vendor["reason"]), str(vendor["what"]))
        for vendor in table("vendors")["vendor"]
        for rule, weight in vendor.get("headers", ())
        if weight >= 4
    }


def telling_header(capture: Capture) -> Sign | None:
    """The header in which a wall names itself, if there is one."""
    for name, value in capture.headers:
        known = _telling().get(name.lower())
        if known:
            return Sign(known[0], 4.0, "header", f"{name}: {value[:60]}", known[1])
    return None


def header_signs(capture: Capture) -> list[Sign]:
    """What the headers and the names of cookies give away about who answered."""
    headers: dict[str, str] = {}
    for name, value in capture.headers:
        key = name.lower()
        headers[key] = f"{headers[key]}\n{value.lower()}" if key in headers else value.lower()
    cookies = (
        [cookie.strip() for cookie in headers.get("set-cookie", "").split("\n")] if "set-cookie" in headers else []
    )
    signs = []
    for vendor in table("vendors")["vendor"]:
        reason, what = Reason(vendor["reason"]), str(vendor["what"])
        for rule, weight in vendor.get("headers", ()):
            name, _, part = rule.partition(": ")
            seen = [key for key in headers if (key.startswith(name) if name.endswith("-") else key == name)]
            if any(part in headers[key] for key in seen):
                signs.append(Sign(reason, weight, "header", f"{seen[0]}: {headers[seen[0]][:60]}", what))
        for rule, weight in vendor.get("cookies", ()):
            if any(cookie.startswith(rule) for cookie in cookies):
                signs.append(Sign(reason, weight, "header", f"set-cookie: {rule}", what))
    return signs


def markup_signs(look: Look) -> list[Sign]:
    """Fingerprints of vendors in the page's source: for each vendor the strongest, and half of the next."""
    source = look.low
    signs = []
    for vendor in table("vendors")["vendor"]:
        found = sorted(((weight, text) for text, weight in vendor.get("markup", ()) if text in source), reverse=True)
        if found:
            weight = found[0][0] + (0.5 * found[1][0] if len(found) > 1 else 0.0)
            signs.append(Sign(Reason(vendor["reason"]), weight, "markup", found[0][1], str(vendor["what"])))
    return signs
