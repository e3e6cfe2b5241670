"""One fixed history that has everything in it: what every medium is tested against."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from guidetrack.models import (
    CaptureRef,
    Change,
    ChangeKind,
    Check,
    Decision,
    Edit,
    EditKind,
    Level,
    Memory,
    Op,
    OpKind,
    Outcome,
    OutcomeKind,
    PublisherNote,
    Reason,
    Report,
    Review,
    Run,
    SetAside,
    Source,
    SourceKind,
    SourceStatus,
)

NOW = datetime(2026, 11, 24, 6, 2, 3, tzinfo=UTC)
ENDED = NOW + timedelta(seconds=108)
DAY = timedelta(days=1)

PAYLOAD = (
    '<script>alert(1)</script><img src=x onerror=alert(2)>" style=\'x:expression(1)\' onmouseover="a()" </style>'
    "</title>"
    "\r\nBcc: everyone@evil.example\r\n\r\n\x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b2J back\b\bspace "
    "\u202egnp.exe\u202c \u2066iso\u2069 {{ 7*7 }} {% raw %} [bold]rich[/bold] **md** [x](javascript:alert(3)) `code`"
)
"""What a page could try, in one line, in every place where text from outside is shown."""
FORMULAS = (
    '=HYPERLINK("http://evil.example","x")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "a;=1+1",
    " =1+1",
    "\uff1d1+1",
)


def same(text: str) -> Op:
    """A run of words that stayed."""
    return Op(OpKind.SAME, text)


def gone(text: str) -> Op:
    """A run of words that went."""
    return Op(OpKind.DELETED, text)


def came(text: str) -> Op:
    """A run of words that came."""
    return Op(OpKind.INSERTED, text)


def changed(section: tuple[str, ...], *ops: Op, kind: EditKind = EditKind.CHANGED, moved: tuple[str, ...] = ()) -> Edit:
    """An edit whose before and after are what its runs say."""
    before = "".join(op.text for op in ops if op.kind is not OpKind.INSERTED)
    after = "".join(op.text for op in ops if op.kind is not OpKind.DELETED)
    return Edit(kind, section, before, after, ops, moved_from=moved)


def source(id: str, title: str = "", publisher: str = "", **more: object) -> Source:
    """A source at a made-up address."""
    return Source(id, f"https://www.example.gov/{id}", title, publisher, **more)  # type: ignore[arg-type]


REMS = source(
    "us-fda-rems-esketamine",
    "Esketamine REMS",
    "US Food and Drug Administration",
    jurisdiction="US",
    kind=SourceKind.REGULATOR,
    topics=("rems", "monitoring"),
)
PAYER = source("payer-x-spravato", "Spravato policy 5.01", "Payer X", jurisdiction="US", kind=SourceKind.PAYER)
SOCIETY = source("asa-ketamine", "Ketamine guidance", "ASA", kind=SourceKind.SOCIETY)
BOARD = source("state-board-telehealth", "Telehealth FAQ", "State board", jurisdiction="US-CA")
LABEL = source("us-label", "Label", "US Food and Drug Administration", jurisdiction="US")
HTA = source("uk-hta-ta854", "Technology appraisal 854", "Appraisal body", jurisdiction="GB", kind=SourceKind.HTA)
FEED = source("eu-alerts", "Alerts", "European agency", jurisdiction="EU", kind=SourceKind.FEED)
MINISTRY = source("jp-ministry", "エスケタミン点鼻薬の使用指針", "厚生労働省", jurisdiction="JP")
VENDOR = source("vendor-faq", "Vendor FAQ", "Vendor")
FLAPPING = source("clinic-portal", "Clinic portal notice", "Portal")
WITHDRAWN = source("uk-circular", "Circular 12", "Health department", jurisdiction="GB")
LONG_GONE = source("au-notice", "Old notice", "Australian regulator", jurisdiction="AU")
RELOCATED = source("ca-monograph", "Product monograph", "Canadian regulator", jurisdiction="CA")
REREAD = source("nz-datasheet", "Data sheet", "New Zealand regulator", jurisdiction="NZ")
QUIET = source("ie-leaflet", "Leaflet", "Irish regulator", jurisdiction="IE")
NOISY = source("nl-guideline", "Richtlijn ketamine", "Dutch society", jurisdiction="NL")
BACK = source("de-agency", "Rote-Hand-Brief", "German agency", jurisdiction="DE")
SCRIPT = source("us-portal", "Drug portal", "Portal Inc.")
SLOW = source("in-gazette", "Gazette", "Gazette office", jurisdiction="IN", grace=timedelta(0))
HOSTILE = Source("hostile-page", "https://evil.example/?q=%22onload=", PAYLOAD, "=cmd|' /C calc'!A0")
OFF = source("off", "Not watched now", "Nobody", enabled=False)
NEW = source("new-source", "Never looked at yet", "New publisher")


def ref(name: str, seen: datetime) -> CaptureRef:
    """A capture with a digest made of its name."""
    return CaptureRef(f"{seen:%Y-%m-%dT%H%M%SZ}-{name * 8}", name * 64, seen)


LONG = " ".join(f"Sentence {number} of a long passage that nobody touched." for number in range(1, 40))

C_HIGH = Change(
    142,
    REMS.id,
    ChangeKind.CONTENT,
    Level.HIGH,
    ("“two hours” → “one hour” in Monitoring", "“must” → “should” in Monitoring"),
    'Monitoring: "two hours" → "one hour"',
    NOW,
    ref("a", NOW),
    ref("b", NOW - 7 * DAY),
    date(2026, 11, 23),
    (
        changed(
            ("Healthcare settings", "Monitoring"),
            same("Patients "),
            gone("must"),
            came("should"),
            same(" be monitored for at least "),
            gone("two hours"),
            came("one hour"),
            same("."),
        ),
    ),
    (PublisherNote("Updated monitoring section.", date(2026, 11, 23)),),
    (SetAside("Viewed 1204 times", "ignore: Viewed \\d+ times"), SetAside("Accept all cookies", "cookie banner")),
    confirmed=False,
    url=REMS.url,
    run="r1",
)
C_MEDIUM = Change(
    143,
    PAYER.id,
    ChangeKind.CONTENT,
    Level.MEDIUM,
    ("“30 days” → “60 days” in Authorisation",),
    "Authorisation: 30 days → 60 days; 1 paragraph added, 1 removed, 1 moved",
    NOW,
    ref("c", NOW),
    ref("d", NOW - 30 * DAY),
    None,
    (
        changed(("Authorisation",), same(LONG + " Valid for "), gone("30"), came("60"), same(" days. " + LONG)),
        Edit(
            EditKind.ADDED,
            ("Authorisation",),
            "",
            "A second opinion is needed.",
            (came("A second opinion is needed."),),
        ),
        Edit(EditKind.REMOVED, ("Codes",), "G0001 | no longer used", "", (gone("G0001 | no longer used"),)),
        changed(
            ("5 Records", "5.4 Storage"), same("Keep for six years."), kind=EditKind.MOVED, moved=("5 Records", "5.1")
        ),
        changed(("点鼻薬",), same("監視は"), gone("二時間"), came("一時間"), same("以上とする。")),
    ),
    url=PAYER.url,
    renumbered=3,
    run="r1",
)
C_LOW = Change(
    144,
    SOCIETY.id,
    ChangeKind.CONTENT,
    Level.LOW,
    ("link to a document changed",),
    "Contact: link changed",
    NOW,
    ref("e", NOW),
    ref("f", NOW - 2 * DAY),
    None,
    (changed((), same("See the statement <https://www.example.org/"), gone("a"), came("b"), same(".pdf>")),),
    url=SOCIETY.url,
    run="r1",
)
C_RETURNED = Change(
    145,
    VENDOR.id,
    ChangeKind.RETURNED,
    Level.LOW,
    (),
    "Back to the text of 3 Nov 2026, reviewed by A. Reviewer: hours → minutes",
    NOW,
    ref("1", NOW),
    ref("2", NOW - DAY),
    None,
    (changed(("Wait",), gone("hours"), came("minutes")),),
    detail="back to the text of 3 Nov 2026, reviewed by A. Reviewer",
    url=VENDOR.url,
    run="r1",
)
C_FOLDED = Change(
    146,
    FLAPPING.id,
    ChangeKind.RETURNED,
    Level.LOW,
    (),
    "Back to the text of 2 Nov 2026",
    NOW,
    ref("3", NOW),
    ref("4", NOW - DAY),
    folded=True,
    detail="alternates between two texts (6 times since 2 Nov 2026)",
    url=FLAPPING.url,
    run="r1",
)
C_GONE = Change(
    147,
    WITHDRAWN.id,
    ChangeKind.GONE,
    Level.HIGH,
    ("answered 404 on two checks",),
    "No longer at this address (answered 404 twice)",
    NOW,
    None,
    ref("5", NOW - 2 * DAY),
    detail="The last text is kept: guidetrack text uk-circular",
    url=WITHDRAWN.url,
    run="r1",
)
C_MOVED = Change(
    148,
    RELOCATED.id,
    ChangeKind.MOVED,
    Level.MEDIUM,
    ("permanent redirect",),
    "Moved, same text: now at https://www.example.gov/new/ca-monograph",
    NOW,
    ref("6", NOW),
    ref("7", NOW - DAY),
    detail="Accept the new address: guidetrack add --replace ca-monograph https://www.example.gov/new/ca-monograph",
    url="https://www.example.gov/new/ca-monograph",
    run="r1",
)
C_TECHNICAL = Change(
    149,
    REREAD.id,
    ChangeKind.TECHNICAL,
    Level.LOW,
    ("extractor html/1 → html/2",),
    "Read anew: 2 paragraphs joined",
    NOW,
    ref("8", NOW),
    ref("9", NOW - DAY),
    url=REREAD.url,
    run="r1",
)
C_HOSTILE = Change(
    150,
    HOSTILE.id,
    ChangeKind.CONTENT,
    Level.HIGH,
    (PAYLOAD, *FORMULAS),
    FORMULAS[0] + " " + PAYLOAD,
    NOW,
    ref("0", NOW),
    ref("a", NOW - DAY),
    date(2026, 11, 24),
    (
        changed(
            (PAYLOAD, "[bold]Section[/bold]"),
            same("Start " + PAYLOAD + " "),
            gone(PAYLOAD),
            came(FORMULAS[1]),
            same(" end"),
        ),
        Edit(EditKind.ADDED, (PAYLOAD,), "", FORMULAS[2], (came(FORMULAS[2]),)),
    ),
    (PublisherNote(PAYLOAD),),
    (SetAside(PAYLOAD, PAYLOAD),),
    detail=PAYLOAD,
    url="javascript:alert(4)//" + PAYLOAD,
    run="r1",
)
C_HISTORICAL = Change(
    12,
    REMS.id,
    ChangeKind.CONTENT,
    Level.MEDIUM,
    ("“annual” → “monthly” in Reports",),
    "Reports: monthly",
    datetime(2021, 3, 1, tzinfo=UTC),
    ref("b", datetime(2021, 3, 1, tzinfo=UTC)),
    ref("c", datetime(2020, 9, 1, tzinfo=UTC)),
    historical=True,
    url=REMS.url,
)
W_OLD = Change(
    128,
    LABEL.id,
    ChangeKind.CONTENT,
    Level.HIGH,
    ("a boxed warning was added",),
    "Boxed warning added",
    NOW - 30 * DAY,
    url=LABEL.url,
)
W_NEWER = Change(131, PAYER.id, ChangeKind.CONTENT, Level.LOW, (), "A code was added", NOW - 20 * DAY, url=PAYER.url)

CHANGES = (C_HOSTILE, C_TECHNICAL, C_MOVED, C_GONE, C_FOLDED, C_RETURNED, C_LOW, C_MEDIUM, C_HIGH, C_HISTORICAL)

REVIEWS = (
    Review(
        1,
        143,
        "A. Reviewer",
        "compliance officer",
        Decision.ACTION,
        "Policy 4.2 to be reworded, ticket 77",
        NOW + timedelta(hours=2),
        "areviewer",
        version="0.1.0",
    ),
    Review(
        2,
        143,
        "A. Reviewer",
        "compliance officer",
        Decision.REOPEN,
        "=1+1 found another place",
        NOW + timedelta(hours=3),
    ),
    Review(
        3,
        144,
        "B. Nurse\r\nBcc: x@evil.example\x1b[31m",
        "lead\u202enurse",
        Decision.NOT_APPLICABLE,
        PAYLOAD,
        NOW + timedelta(hours=4),
    ),
    Review(4, 142, "C. Pharmacist", "", Decision.ACTION, "Consent form", NOW + timedelta(hours=5), meaning="approval"),
)


def _bad(of: Source, kind: OutcomeKind, reason: Reason, detail: str, days: int, *, overdue: bool = False) -> Outcome:
    return Outcome(
        of,
        kind,
        reason,
        detail,
        late=not overdue,
        overdue=overdue,
        url=of.url,
        elapsed_s=1.5,
        last_good=NOW - days * DAY,
        since=NOW - (days - 1) * DAY,
    )


OUTCOMES = (
    Outcome(REMS, OutcomeKind.CHANGED, change=C_HIGH, set_aside=2, url=REMS.url, final_url=REMS.url, elapsed_s=0.41234),
    Outcome(PAYER, OutcomeKind.CHANGED, change=C_MEDIUM, url=PAYER.url),
    Outcome(SOCIETY, OutcomeKind.CHANGED, change=C_LOW, url=SOCIETY.url),
    _bad(BOARD, OutcomeKind.MISSED, Reason.HTTP_ERROR, "answered 503 three times", 2),
    _bad(LABEL, OutcomeKind.MISSED, Reason.BLOCKED, "the site refused us with a captcha page", 9, overdue=True),
    _bad(HTA, OutcomeKind.HELD, Reason.SHRUNK, "4,210 words became 120; will be believed if the next check agrees", 1),
    Outcome(FEED, OutcomeKind.FIRST, detail="first text kept: 12 entries, 840 words", url=FEED.url),
    Outcome(MINISTRY, OutcomeKind.UNCHANGED, not_modified=True, url=MINISTRY.url),
    Outcome(VENDOR, OutcomeKind.CHANGED, change=C_RETURNED, url=VENDOR.url),
    Outcome(
        FLAPPING,
        OutcomeKind.UNCHANGED,
        detail="alternates between two texts (6 times since 2 Nov 2026)",
        change=C_FOLDED,
        url=FLAPPING.url,
    ),
    Outcome(WITHDRAWN, OutcomeKind.CHANGED, change=C_GONE, url=WITHDRAWN.url),
    Outcome(
        LONG_GONE,
        OutcomeKind.MISSED,
        Reason.NOT_FOUND,
        "gone since 17 Oct 2026: answered 404",
        url=LONG_GONE.url,
        last_good=NOW - 40 * DAY,
        since=NOW - 39 * DAY,
        gone_since=NOW - 38 * DAY,
    ),
    Outcome(RELOCATED, OutcomeKind.CHANGED, change=C_MOVED, url=RELOCATED.url, final_url="https://www.example.gov/new"),
    Outcome(REREAD, OutcomeKind.UNCHANGED, change=C_TECHNICAL, url=REREAD.url),
    Outcome(QUIET, OutcomeKind.UNCHANGED, not_modified=True, url=QUIET.url),
    Outcome(NOISY, OutcomeKind.UNCHANGED, set_aside=9, url=NOISY.url),
    Outcome(BACK, OutcomeKind.UNCHANGED, recovered=True, last_good=NOW - 3 * DAY, url=BACK.url),
    _bad(SCRIPT, OutcomeKind.MISSED, Reason.NEEDS_SCRIPT, "the page needs a script to show its text", 2),
    _bad(SLOW, OutcomeKind.MISSED, Reason.TIMEOUT, "no complete answer within 60 s", 1, overdue=True),
    Outcome(
        HOSTILE, OutcomeKind.CHANGED, change=C_HOSTILE, url=HOSTILE.url, final_url="https://evil.example/" + PAYLOAD
    ),
)


def _status(outcome: Outcome) -> SourceStatus:
    good = outcome.kind.good
    return SourceStatus(
        outcome.source,
        Memory(
            outcome.source.id,
            checks=30,
            captures=4,
            first_attempt=NOW - 60 * DAY,
            last_checked=NOW,
            last_good=NOW if good else outcome.last_good,
            last_changed=NOW if outcome.change else NOW - 20 * DAY,
            last_outcome=outcome.kind,
            last_reason=outcome.reason,
            last_detail=outcome.detail if not good else "",
            misses=0 if good else 2,
            missed_since=outcome.since,
            gone_since=outcome.gone_since,
        ),
        late=outcome.late,
        overdue=outcome.overdue,
    )


COVERAGE = (*map(_status, OUTCOMES), SourceStatus(OFF, Memory(OFF.id)), SourceStatus(NEW, Memory(NEW.id)))


def checks(days: int = 7) -> tuple[Check, ...]:
    """One check a day and source; the last day is the run; bad sources were bad for as long as they say."""
    found = []
    for back in range(days - 1, -1, -1):
        at = NOW - back * DAY
        for outcome in OUTCOMES:
            bad = not outcome.kind.good and outcome.since is not None and at >= outcome.since
            kind = outcome.kind if back == 0 or bad else OutcomeKind.UNCHANGED
            found.append(
                Check(
                    outcome.source.id,
                    f"r{days - back}",
                    at,
                    kind,
                    outcome.reason if bad else None,
                    set_aside=outcome.set_aside,
                )
            )
    return tuple(check for check in found if not (check.source == QUIET.id and check.run == "r3"))


RUN = Run("2026-11-24T060203Z-r1", NOW, "0.1.0", "ab" * 32, ENDED)
RUN_REPORT = Report(
    ENDED,
    "0.1.0",
    CHANGES,
    until=ENDED,
    run=RUN,
    outcomes=OUTCOMES,
    coverage=COVERAGE,
    reviews=REVIEWS,
    waiting=(W_OLD, W_NEWER),
    sources_file="sources.toml",
    sources_sha256="ab" * 32,
)
"""The run of 24 November."""
WEEK_REPORT = Report(
    ENDED,
    "0.1.0",
    CHANGES,
    since=NOW - 7 * DAY,
    until=ENDED,
    coverage=COVERAGE,
    checks=checks(),
    reviews=REVIEWS,
    waiting=(W_OLD, W_NEWER),
    sources_file="sources.toml",
    sources_sha256="ab" * 32,
)
"""The week up to it."""
QUIET_RUN = Report(
    ENDED,
    "0.1.0",
    (),
    until=ENDED,
    run=RUN,
    outcomes=(OUTCOMES[7], OUTCOMES[14]),
    coverage=(COVERAGE[7], COVERAGE[14]),
    sources_file="sources.toml",
    sources_sha256="ab" * 32,
)
"""A run in which nothing happened."""
