"""Mail: who is told what, the subject, and the message. Deciding only; `guidetrack.mail` hands messages over."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from guidetrack.models import Change, Delivery, Level, MailRoute, MailSettings, Report, Source
from guidetrack.report import clean, state, words
from guidetrack.report.html import page
from guidetrack.report.letter import letter

ATTACHMENT_BYTES = 5_000_000
"""A report larger than this is not attached; mail servers commonly refuse messages past 10 to 25 MB."""
_SUBJECT_CHARACTERS = 150
_SUMMARY_CHARACTERS = 80


def deliveries(report: Report, settings: MailSettings, *, pending: Iterable[Delivery] = ()) -> list[Delivery]:
    """One delivery for each recipient who is to be told something of this run; not recorded yet.

    Changes go to ``to`` and to every route and source that names a recipient for them; a report with nothing but
    overdue sources goes to ``to``. What a pending delivery already tells a recipient is not told again.
    """
    known: dict[str, set[int]] = {}
    for delivery in pending:
        known.setdefault(delivery.recipient, set()).update(delivery.changes)
    overdue = any(trouble.word == "overdue" for trouble in state.troubles(report))
    made: dict[tuple[int, ...], EmailMessage] = {}
    found = []
    for recipient, changes in routed(report, settings).items():
        wanted = tuple(change for change in changes if change.id not in known.get(recipient, ()))
        if wanted or (overdue and recipient in settings.to):
            found.append(_delivery(report, wanted, recipient, settings, made))
    if settings.chat_env and (any(routed_for_all(report, settings)) or overdue):
        found.append(_chat(report, settings, known))
    return found


def routed_for_all(report: Report, settings: MailSettings) -> list[Change]:
    """The told changes at or above the level the main recipients asked for; a source may ask for its own."""
    sources = state.sources_of(report)
    return [change for change in state.told(report)
            if change.level.rank >= _floor(sources.get(change.source), settings.min_level).rank]


def _floor(source: Source | None, usual: Level) -> Level:
    return source.min_level if source is not None and source.min_level is not None else usual


def routed(report: Report, settings: MailSettings) -> dict[str, list[Change]]:
    """Each recipient with the changes to tell, worst first. The main recipients come first, perhaps with none."""
    sources, told = state.sources_of(report), state.told(report)
    found: dict[str, list[Change]] = {recipient: [] for recipient in settings.to}
    usual = {change.id for change in routed_for_all(report, settings)}
    for change in told:
        source = sources.get(change.source)
        names = [*settings.to, *(source.to if source else ())] if change.id in usual else []
        for route in settings.routes:
            if matches(route, change, source):
                names += route.to
        for recipient in dict.fromkeys(names):
            found.setdefault(recipient, []).append(change)
    return found


def matches(route: MailRoute, change: Change, source: Source | None) -> bool:
    """Whether a change passes every filter of a route; an empty filter passes all."""
    if change.level.rank < route.min_level.rank or (route.sources and change.source not in route.sources):
        return False
    topics = source.topics if source else ()
    jurisdiction = source.jurisdiction if source else ""
    return (not route.topics or bool(set(route.topics) & set(topics))) and (
        not route.jurisdictions or jurisdiction in route.jurisdictions)


def weekly(report: Report, settings: MailSettings) -> list[Delivery]:
    """The all-quiet mail of a week, for the main recipients; empty when the week was not quiet.

    :param report: a report over the week: ``since`` and ``until`` set, with its checks.
    """
    if state.told(report) or any(trouble.word == "overdue" for trouble in state.troubles(report)):
        return []
    made: dict[tuple[int, ...], EmailMessage] = {}
    year, week, _ = (report.until or report.made).astimezone(UTC).isocalendar()
    return [_delivery(report, (), recipient, settings, made, key=f"week {year}-{week}") for recipient in settings.to]


def subject(report: Report) -> str:
    """Level, publisher and what, the rest counted, the date; the tool's name last, where cutting does no harm."""
    told, when = state.told(report), words.day(_when(report), weekday=True, year=False)
    overdue = sum(trouble.word == "overdue" for trouble in state.troubles(report))
    count = state.source_count(report)
    if told:
        first = told[0]
        source = state.sources_of(report).get(first.source)
        publisher = clean.line(source.publisher) if source else ""
        title = clean.line(source.name) if source else clean.line(first.source)
        what = _short(f"{title}: {words.headline(first)}", _SUMMARY_CHARACTERS)
        head = f"{first.level.value.upper()}: {f'{publisher} – ' if publisher else ''}{what}{_others(told, overdue)}"
    elif overdue:
        head = f"TROUBLE: {words.plural(overdue, 'source')} overdue, {count - overdue} checked, no changes"
    elif report.run is None:
        head = f"Quiet week: {words.plural(count, 'source')} watched, nothing new"
    else:
        head = f"Quiet: {words.plural(count, 'source')} checked, nothing new"
    return f"{_short(head, _SUBJECT_CHARACTERS)}{words.DOT}{when}{words.DOT}guidetrack"


def _others(told: Sequence[Change], overdue: int) -> str:
    rest = [change.level for change in told[1:]]
    counted = [f"{rest.count(level)} {level.value}" for level in Level if level in rest]
    parts = ([f"+{', '.join(counted)}"] if counted else []) + ([f"{overdue} overdue"] if overdue else [])
    return f" ({'; '.join(parts)})" if parts else ""


def _short(text: str, limit: int) -> str:
    from guidetrack.report.html.view import clip

    return clip(text, limit)


def _when(report: Report) -> datetime:
    return report.run.started if report.run else report.until or report.made


def _delivery(
    report: Report, changes: tuple[Change, ...], recipient: str, settings: MailSettings,
    made: dict[tuple[int, ...], EmailMessage], *, key: str = "",
) -> Delivery:
    """One recipient's delivery; recipients told the same share the work of writing it."""
    numbers = tuple(change.id for change in changes)
    if numbers not in made:
        made[numbers] = message(_only(report, changes), settings)
    own = made[numbers]
    identity = key or (report.run.id if report.run else words.stamp(report.made))
    own_id = message_id(settings, identity, recipient, numbers)
    for name, value in (("To", _address(recipient)), ("Message-ID", own_id)):
        del own[name]
        own[name] = value
    return Delivery(0, recipient, own_id, str(own["Subject"]), own.as_bytes(), report.made, numbers,
                    run=report.run.id if report.run else "")


def _only(report: Report, changes: tuple[Change, ...]) -> Report:
    """The report with these changes as the told ones; what is not told (folded, technical) stays listed."""
    wanted = {change.id for change in changes}
    kept = tuple(change for change in report.changes if change.id in wanted or not change.notifies)
    return replace(report, changes=kept)


def message_id(settings: MailSettings, identity: str, recipient: str, numbers: Sequence[int]) -> str:
    """RFC 5322, section 3.6.4: the same delivery always has the same one, also when it is composed again."""
    digest = hashlib.sha256("\n".join((identity, recipient, *map(str, numbers))).encode("utf-8", "replace")).hexdigest()
    return f"<{digest[:32]}.guidetrack@{_domain(settings)}>"


def _domain(settings: MailSettings) -> str:
    domain = parseaddr(_address(settings.from_))[1].rpartition("@")[2]
    return domain if domain and clean.file_name(domain) == domain else "guidetrack.invalid"


def _address(text: str) -> str:
    """An address as one header line: nothing in it begins a second header (RFC 5322, section 2.2)."""
    return clean.line(text)


def message(report: Report, settings: MailSettings) -> EmailMessage:
    """The message without its recipient: plain part, HTML part, the report attached."""
    made = EmailMessage(policy=SMTP)
    attached = page(report).encode("utf-8")
    day = words.stamp(_when(report))[:10]
    name = f"guidetrack-{day}.html" if len(attached) <= ATTACHMENT_BYTES else ""
    said = letter(report, subject(report), name)
    made["Subject"] = said.subject
    made["From"] = _address(settings.from_) or "guidetrack@localhost"
    made["Date"] = format_datetime(report.made.astimezone(UTC))
    # RFC 3834, section 5: no vacation notice answers this; RFC 2919: programs can sort by it
    made["Auto-Submitted"] = "auto-generated"
    made["List-Id"] = f"guidetrack changes <changes.{_domain(settings)}>"
    made.set_content(said.text, cte="quoted-printable")
    made.add_alternative(said.html, subtype="html", cte="quoted-printable")
    if name:
        made.add_attachment(attached, maintype="text", subtype="html", filename=name)
    _fix_boundaries(made)
    return made


def _fix_boundaries(made: EmailMessage) -> None:
    """Boundaries from the content, so that equal messages are equal bytes; ``=_`` cannot occur in an encoded part."""
    digest = hashlib.sha256(str(made["Subject"]).encode()).hexdigest()[:24]
    for at, part in enumerate(part for part in made.walk() if part.is_multipart()):
        part.set_boundary(f"=_{digest}_{at}")


def sample(report: Report) -> bytes:
    """The mail as a file, for ``report --format mail``: addressed to nobody."""
    made = message(report, MailSettings())
    made["To"] = "undisclosed-recipients:;"
    made["Message-ID"] = message_id(MailSettings(), words.stamp(report.made), "", [c.id for c in state.told(report)])
    return made.as_bytes()


def _chat(report: Report, settings: MailSettings, known: dict[str, set[int]]) -> Delivery:
    """One short plain message for the chat services that the environment variable names."""
    changes = tuple(change for change in routed_for_all(report, settings)
                    if change.id not in known.get(settings.chat_env, ()))
    only = _only(report, changes)
    lines = [state.glance(only)]
    lines += [f"{trouble.word.upper()}: {words.who(trouble.source, '')}: {trouble.sentence}" for trouble in
              state.troubles(only)]
    sources = state.sources_of(only)
    lines += [f"{words.level(change)}: {words.who(sources.get(change.source), change.source)}: "
              f"{words.headline(change)} {words.number(change.id)}" for change in changes]
    numbers = tuple(change.id for change in changes)
    identity = report.run.id if report.run else words.stamp(report.made)
    return Delivery(0, settings.chat_env, message_id(settings, identity, settings.chat_env, numbers), subject(only),
                    "\n".join(lines).encode("utf-8"), report.made, numbers, channel="chat",
                    run=report.run.id if report.run else "")
