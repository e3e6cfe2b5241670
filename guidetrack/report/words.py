"""The words every medium shares: dates, counts, states, and the sentences about a report as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from guidetrack.models import Change, ChangeKind, Decision, Level, Report, Review, Source
from guidetrack.report import clean

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DOT = " · "
LIMITS = (
    "guidetrack reads text, not images, on public pages, and only at the times shown. The publisher's page is the "
    "authority. This is not legal advice."
)
LEVEL_WORD = {Level.HIGH: "HIGH", Level.MEDIUM: "medium", Level.LOW: "low"}
_DECIDED = {
    Decision.NO_ACTION: "No action needed",
    Decision.NOT_APPLICABLE: "Not applicable",
    Decision.ACTION: "Action needed",
    Decision.DONE: "Action done",
    Decision.NOISE: "Noise",
    Decision.REOPEN: "Reopened",
}
_KIND_SAYS = {
    ChangeKind.CONTENT: "The text changed",
    ChangeKind.RETURNED: "Back to an earlier text",
    ChangeKind.GONE: "No longer at this address",
    ChangeKind.MOVED: "Moved to another address",
    ChangeKind.TECHNICAL: "Read anew by us; the publisher changed nothing",
}
REASON_MEANS = {
    "blocked": "the site refused us", "login": "a login page came instead", "consent": "a consent page came instead",
    "needs-script": "the page needs a script to show its text", "maintenance": "the site is under maintenance",
    "not-found": "not found", "moved": "the address leads elsewhere", "http-error": "the site answered with an error",
    "timeout": "no complete answer in time", "network": "the site could not be reached",
    "tls": "the site's certificate could not be verified", "too-large": "larger than the limit",
    "incomplete": "the answer was cut off", "unreadable": "the document could not be read",
    "empty": "the page was empty",
    "shrunk": "most of the document is missing", "selector": "the part to watch was not on the page",
    "robots": "the site's robots.txt refuses us", "refused": "our own address policy refuses it",
    "interrupted": "the run was interrupted",
}


def number(change: int) -> str:
    """``#0142``."""
    return f"#{change:04d}"


def plural(count: int, noun: str, many: str = "") -> str:
    """``1 source``, ``2 sources``, ``1,204 words``."""
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def day(value: date | datetime, *, weekday: bool = False, year: bool = True) -> str:
    """``24 Nov 2026``; with weekday ``Tue 24 Nov 2026``. Names do not depend on the locale; times are taken in UTC."""
    if isinstance(value, datetime):
        value = value.astimezone(UTC)
    words = f"{value.day} {_MONTHS[value.month - 1]}" + (f" {value.year}" if year else "")
    return f"{_DAYS[value.weekday()]} {words}" if weekday else words


def moment(value: datetime) -> str:
    """``Tue 24 Nov 2026 06:02 UTC``."""
    value = value.astimezone(UTC)
    return f"{day(value, weekday=True)} {value:%H:%M} UTC"


def stamp(value: datetime) -> str:
    """``2026-11-24T06:02:03Z``: RFC 3339, whole seconds, UTC."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def span(value: timedelta) -> str:
    """``1 m 48 s``, ``2 h 5 m``, ``3 days``: two units at most."""
    seconds = max(0, round(value.total_seconds()))
    days, rest = divmod(seconds, 86_400)
    if days >= 2 or (days and not rest):
        return plural(days, "day")
    hours, rest = divmod(rest + days * 86_400 if days else rest, 3_600)
    minutes, seconds = divmod(rest, 60)
    if hours:
        return f"{hours} h {minutes} m" if minutes else f"{hours} h"
    return f"{minutes} m {seconds} s" if minutes else f"{seconds} s"


def level(change: Change) -> str:
    """``HIGH``, ``medium`` or ``low``."""
    return LEVEL_WORD[change.level]


def who(source: Source | None, fallback: str) -> str:
    """``FDA · Esketamine REMS``: publisher and title, or the id."""
    if source is None:
        return clean.line(fallback)
    parts = (clean.line(source.publisher), clean.line(source.name) or clean.line(source.id))
    return DOT.join(part for part in parts if part)


def dates_line(change: Change) -> str:
    """The three dates, labelled: when we saw it, what the document says, the text it is compared with."""
    parts = [f"Seen {moment(change.seen)}"]
    parts.append(f"document says {day(change.stated)}" if change.stated else "document states no date")
    parts.append(f"last text {day(change.from_.seen)}" if change.from_ else "no earlier text")
    return DOT.join(parts)


def headline(change: Change) -> str:
    """One sentence: the summary, or what the kind of change says by itself."""
    said = sentence(clean.line(change.summary)) or sentence(clean.line(change.detail))
    return said or _KIND_SAYS[change.kind]


def more(change: Change) -> str:
    """The change's detail, when the headline does not say it already."""
    detail = clean.line(change.detail)
    return "" if detail.lower() in headline(change).lower() else detail


def retold(change: Change) -> bool:
    """Whether reports leave out the marked words: a return to a text that was told before; ``show`` prints them."""
    return change.kind is ChangeKind.RETURNED and change.level is not Level.HIGH


def flags(change: Change) -> str:
    """`` (technical)``, `` (historical)``, `` (folded)``, `` (seen once)``: what sets a change apart, in a list."""
    said = (("technical", change.kind is ChangeKind.TECHNICAL), ("historical", change.historical),
            ("folded", change.folded), ("seen once", not change.confirmed))
    return "".join(f" ({word})" for word, on in said if on)


def renumbered(count: int) -> str:
    """How many headings or references kept their words and changed their number."""
    return f"Only their number changed: {plural(count, 'heading or reference', 'headings or references')}."


def sentence(text: str) -> str:
    """``text`` without a lone full stop at the end, so that lines read alike."""
    return text[:-1] if text.endswith(".") and not text.endswith("..") else text


def why(change: Change) -> str:
    """``Why high: …; ….``, or empty without reasons."""
    reasons = "; ".join(sentence(clean.line(reason)) for reason in change.reasons)
    return f"Why {change.level.value}: {reasons}." if reasons else ""


def section_path(path: tuple[str, ...]) -> str:
    """``4 Dosage › 4.2 Monitoring``, or ``Before the first heading``."""
    return " › ".join(clean.line(heading) for heading in path) or "Before the first heading"


def review_line(review: Review) -> str:
    """``Action needed, decided by NAME, ROLE on Wed 25 Nov 2026 09:00 UTC: “note”``."""
    by = ", ".join(part for part in (clean.line(review.by), clean.line(review.role)) if part)
    note = f": “{clean.line(review.note)}”" if clean.line(review.note) else ""
    verb = "approved " if review.meaning == "approval" else "" if review.decision is Decision.REOPEN else "decided "
    comma = "," if verb else ""
    return f"{_DECIDED[review.decision]}{comma} {verb}by {by} on {moment(review.at)}{note}"


def open_after(reviews: Sequence[Review]) -> bool:
    """Whether a change with these reviews (oldest first) still waits for a decision."""
    return not reviews or reviews[-1].decision is Decision.REOPEN


def asked(reviews: Sequence[Review]) -> str:
    """What stands before the command that decides."""
    return "Reopened." if reviews else "Reviewed? Not yet."


def needs_decision(change: Change, reviews: Sequence[Review]) -> bool:
    """Whether a reader is asked to decide: medium or high, told, and not decided yet."""
    return change.notifies and change.level is not Level.LOW and open_after(reviews)


def by_change(reviews: Iterable[Review]) -> dict[int, list[Review]]:
    """The reviews of each change, oldest first."""
    grouped: dict[int, list[Review]] = {}
    for review in sorted(reviews, key=lambda review: (review.at, review.id)):
        grouped.setdefault(review.change, []).append(review)
    return grouped


def ago(value: datetime, now: datetime) -> str:
    """``Sun 22 Nov 2026, 2 days ago``; within two days the hours: ``23 Nov 2026, 30 h ago``."""
    gap = now - value
    if gap < timedelta(0):
        return moment(value)
    how_long = plural(round(gap / timedelta(days=1)), "day") if gap >= timedelta(days=2) else span(
        timedelta(hours=round(gap / timedelta(hours=1))) if gap >= timedelta(hours=1) else gap)
    return f"{day(value, weekday=True)}, {how_long} ago"


def period(report: Report) -> str:
    """``Guidance changes, 17–24 November 2026`` in words: the run, or the days the report covers."""
    if report.run is not None:
        return f"Guidance changes, {day(report.run.started, weekday=True)}"
    if report.since is None:
        return "Guidance changes"
    return f"Guidance changes, {day(report.since)} to {day(report.until or report.made)}"
