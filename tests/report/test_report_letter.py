"""The mail: budgets, both parts complete, nothing that mail programs drop, who is told what."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from bs4 import BeautifulSoup

from guidetrack.models import Change, ChangeKind, Delivery, Edit, EditKind, Level, MailRoute, MailSettings, Report
from guidetrack.report import state
from guidetrack.report.email import deliveries, message, subject, weekly
from guidetrack.report.letter import CHANGE_BYTES, MAIL_BYTES, letter
from tests.report import history as h
from tests.report.test_report_whole import part

SETTINGS = MailSettings(to=("main@clinic.example",), from_="guidetrack <guidetrack@clinic.example>")
# Facts from the public data of caniemail.com: what classic Outlook on Windows, Gmail or both drop or ignore.
DROPPED_ELEMENTS = ("style", "link", "script", "details", "summary", "svg", "img", "video", "form", "input", "button",
                    "iframe", "object", "picture", "base", "meter", "progress", "dialog", "template", "canvas")
DROPPED_PROPERTIES = ("display", "position", "float", "flex", "grid", "gap", "border-radius", "box-shadow", "max-width",
                      "min-width", "opacity", "transform", "transition", "animation", "background-image", "clip-path",
                      "overflow", "object-fit", "filter", "columns", "outline", "cursor", "calc(", "var(", "url(",
                      "@media", "!important", "rgba(", "hsl(")


def many(count: int, edits: int = 1, words: int = 30) -> Report:
    """A run with so many changes of so many edits."""
    text = " ".join(f"word{number}" for number in range(words))
    told = tuple(h.changed((f"Section {at % 7}",), h.same(text + " "), h.gone("two"), h.came("one"))
                 for at in range(edits))
    found = tuple(
        replace(h.C_HIGH, id=number, level=Level.LOW if number % 3 else Level.HIGH, edits=told,
                summary=f"Summary {number} of a change")
        for number in range(1, count + 1))
    return replace(h.RUN_REPORT, changes=found, outcomes=(h.Outcome(h.REMS, h.OutcomeKind.CHANGED, change=found[0]),))


def wordy(count: int) -> Report:
    """A run in which every text is far too long, in characters of three bytes."""
    long = "監視は二時間以上とする。" * 400
    ministry = replace(h.MINISTRY, title=long, publisher=long)
    change = replace(h.C_HIGH, source=ministry.id, summary=long, reasons=(long,) * 9, detail=long, notes=h.C_HIGH.notes * 9,
                     edits=(h.changed((long,), h.same(long), h.gone(long), h.came(long)),) * 9, url=long)
    outcomes = tuple(h.Outcome(replace(ministry, id=f"jp-{at}"), h.OutcomeKind.MISSED, h.Reason.TIMEOUT, long, late=True)
                     for at in range(count))
    return replace(h.RUN_REPORT, changes=tuple(replace(change, id=at) for at in range(1, count + 1)),
                   outcomes=(h.Outcome(ministry, h.OutcomeKind.CHANGED), *outcomes),
                   reviews=tuple(replace(h.REVIEWS[0], id=at, change=1, note=long) for at in range(1, 20)))


@pytest.mark.parametrize(
    "report", [h.RUN_REPORT, many(1, 2_000), many(400), many(40, 40), many(1, 1, 200_000), many(2_000),
               wordy(1), wordy(60)],
    ids=["history", "edits", "changes", "both", "one long block", "two thousand", "wordy", "wordy and many"])
def test_budgets(report: Report) -> None:
    """The HTML part stays under 90 KB whatever there is to tell, and every summary stands in the plain part."""
    said = letter(report, subject(report), "guidetrack.html")
    assert len(said.html.encode()) <= MAIL_BYTES
    plain = " ".join(said.text.split())
    for change in state.told(report):
        assert change.summary[:8] in plain or change is h.C_HOSTILE
    assert "Full report attached: guidetrack.html" in plain


def test_one_change_keeps_its_budget() -> None:
    """However much there is to say of it, one change takes 8 KB of the HTML part and still shows an edit."""
    with_one, without = letter(wordy(1), "s", ""), letter(replace(wordy(1), changes=()), "s", "")
    assert len(with_one.html.encode()) - len(without.html.encode()) < CHANGE_BYTES + 2_500, "with its line in the glance"
    assert "<th scope=\"row\"" in with_one.html


def test_what_does_not_fit_is_counted() -> None:
    """One change takes 8 KB at most; the edits left out are counted with their sections, in both parts."""
    said = letter(many(1, 2_000), "s", "r.html")
    found = re.search(r"…and ([\d,]+) more edits in 7 sections, in the report\.", said.text)
    assert found
    assert found.group() in BeautifulSoup(said.html, "lxml").get_text()
    assert len(said.html.encode()) < CHANGE_BYTES + 8_000
    shown = said.text.count("     Marked ")
    assert shown + int(found[1].replace(",", "")) == 2_000


def test_changes_that_do_not_fit_are_named() -> None:
    """Past 90 KB the remaining changes are counted and numbered, and point to the attached report."""
    said = letter(many(400), "s", "r.html")
    found = re.search(r"…and (\d+) more changes in full in the attached report", said.text)
    assert found
    assert found.group() in " ".join(BeautifulSoup(said.html, "lxml").get_text().split())
    assert said.text.count("Reviewed? Not yet.") + said.text.count("approved by") >= 400 - int(found[1])


def test_both_parts_tell_the_same() -> None:
    """Every Before, After and Marked of the HTML part stands in the plain part, and the other way round."""
    plain, html = " ".join(part(h.RUN_REPORT, "plain").split()), BeautifulSoup(part(h.RUN_REPORT, "html"), "lxml")
    rows = [(row.th.get_text(), " ".join(row.td.get_text().split())) for row in html.select("table.e tr")]
    assert {label for label, _ in rows} == {"Before", "After", "Marked", "Added", "Removed", "Moved", "Text"}
    for label, text in rows:
        if label != "Marked":
            assert text in plain, (label, text)
    assert plain.count(" Before ") >= sum(label == "Before" for label, _ in rows)


def test_could_not_check_stands_above_the_changes() -> None:
    """In both parts what could not be checked comes before the first change."""
    for kind in ("plain", "html"):
        body = part(h.RUN_REPORT, kind).partition("</head>")[2] or part(h.RUN_REPORT, kind)
        assert 0 < body.index("Not checked") < body.index("OVERDUE") < body.index("Esketamine REMS")


def test_nothing_that_mail_programs_drop() -> None:
    """No element or property that classic Outlook or Gmail drop; one decoration each; 600 px; nothing remote."""
    html = part(h.RUN_REPORT, "html")
    soup = BeautifulSoup(html, "lxml")
    assert not soup.find_all(DROPPED_ELEMENTS)
    styles = [tag["style"] for tag in soup.find_all(style=True)]
    assert styles
    for style in styles:
        names = {item.split(":")[0].strip() for item in style.split(";")}
        assert not names & set(DROPPED_PROPERTIES), style
        assert not any(value in style for value in DROPPED_PROPERTIES if value[-1] == "(" or value[0] in "@!"), style
    marks = soup.find_all(["ins", "del"])
    decorated = {tag.name: re.findall(r"text-decoration: ([^;]*)", tag["style"]) for tag in marks}
    assert decorated == {"ins": ["underline"], "del": ["line-through"]}
    assert soup.select_one("table")["width"] == "600"
    assert not soup.find_all(["a", "img"])
    assert "http-equiv" not in html


def test_subjects() -> None:
    """Level and publisher lead, the rest is counted, the date keeps days apart, the tool's name comes last."""
    assert subject(h.RUN_REPORT) == (
        'HIGH: US Food and Drug Administration – Esketamine REMS: Monitoring: "two hours" → "one hour" '
        "(+2 high, 2 medium, 2 low; 2 overdue) · Tue 24 Nov · guidetrack")
    trouble = replace(h.RUN_REPORT, changes=())
    assert subject(trouble) == "TROUBLE: 2 sources overdue, 18 checked, no changes · Tue 24 Nov · guidetrack"
    assert subject(h.QUIET_RUN) == "Quiet: 2 sources checked, nothing new · Tue 24 Nov · guidetrack"
    week = replace(h.QUIET_RUN, run=None, since=h.NOW - timedelta(days=7), outcomes=())
    assert subject(week) == "Quiet week: 2 sources watched, nothing new · Tue 24 Nov · guidetrack"


def to(found: list[Delivery]) -> dict[str, tuple[int, ...]]:
    """Who is told which changes."""
    return {delivery.recipient: delivery.changes for delivery in found}


def test_routing() -> None:
    """Level, topic, jurisdiction and source decide who is told what; each recipient has one delivery."""
    settings = replace(SETTINGS, min_level=Level.MEDIUM, routes=(
        MailRoute(("rems@clinic.example", "main@clinic.example"), topics=("rems",)),
        MailRoute(("canada@clinic.example",), jurisdictions=("CA",), min_level=Level.MEDIUM),
        MailRoute(("asa@clinic.example",), sources=(h.SOCIETY.id,)),
        MailRoute(("nobody@clinic.example",), topics=("rems",), jurisdictions=("CA",))))
    assert to(deliveries(h.RUN_REPORT, settings)) == {
        "main@clinic.example": (142, 147, 150, 143, 148), "rems@clinic.example": (142,),
        "canada@clinic.example": (148,), "asa@clinic.example": (144,)}


def test_a_source_has_its_own_level_and_recipients() -> None:
    """``min_level`` and ``to`` of a source win over the usual level and add to the usual recipients."""
    loud = replace(h.SOCIETY, to=("society@clinic.example",), min_level=Level.LOW)
    report = replace(h.RUN_REPORT, changes=(h.C_LOW,), coverage=(), outcomes=(
        h.Outcome(loud, h.OutcomeKind.CHANGED, change=h.C_LOW),))
    found = to(deliveries(report, replace(SETTINGS, min_level=Level.HIGH)))
    assert found == {"main@clinic.example": (144,), "society@clinic.example": (144,)}


def test_nobody_is_told_twice_nor_of_what_is_not_news() -> None:
    """What a pending delivery tells is left out; folded, technical and historical changes are told to nobody."""
    first = deliveries(h.RUN_REPORT, SETTINGS)
    numbers = first[0].changes
    assert set(numbers) == {142, 143, 144, 145, 147, 148, 150}
    quiet = replace(h.RUN_REPORT, outcomes=h.OUTCOMES[:1])
    assert deliveries(quiet, SETTINGS, pending=first) == []
    assert deliveries(h.QUIET_RUN, SETTINGS) == []
    assert deliveries(replace(h.QUIET_RUN, changes=(h.C_FOLDED, h.C_TECHNICAL, h.C_HISTORICAL)), SETTINGS) == []


def test_trouble_alone_is_told_to_the_main_recipients() -> None:
    """Overdue sources are mailed without any change; late ones are not yet worth a mail of their own."""
    settings = replace(SETTINGS, routes=(MailRoute(("route@clinic.example",)),))
    assert to(deliveries(replace(h.RUN_REPORT, changes=()), settings)) == {"main@clinic.example": ()}
    late = replace(h.RUN_REPORT, changes=(), outcomes=(h.OUTCOMES[3],))
    assert deliveries(late, settings) == []


def test_message_ids_are_stable_and_differ() -> None:
    """Composed again the same delivery has the same Message-ID and the same bytes; recipients differ."""
    settings = replace(SETTINGS, to=("a@clinic.example", "b@clinic.example"))
    once, again = deliveries(h.RUN_REPORT, settings), deliveries(h.RUN_REPORT, settings)
    assert [d.message for d in once] == [d.message for d in again]
    assert len({d.message_id for d in once}) == 2
    for delivery in once:
        parsed = message_from_bytes(delivery.message, policy=default)
        assert parsed["Message-ID"] == delivery.message_id
        assert parsed["To"] == delivery.recipient
        assert re.fullmatch(r"<[0-9a-f]{32}\.guidetrack@clinic\.example>", delivery.message_id)


def test_headers_and_attachment() -> None:
    """Machines know it for what it is; the report is attached as a file that opens offline."""
    made = message(h.RUN_REPORT, SETTINGS)
    assert made["Auto-Submitted"] == "auto-generated"
    assert made["List-Id"] == "guidetrack changes <changes.clinic.example>"
    attached = list(made.iter_attachments())
    assert [part.get_filename() for part in attached] == ["guidetrack-2026-11-24.html"]
    assert "default-src 'none'" in attached[0].get_content()


def test_weekly_all_quiet() -> None:
    """A quiet week is told once to the main recipients; a week with news or trouble is not called quiet."""
    ours = {status.source.id for status in h.QUIET_RUN.coverage}
    checks = tuple(check for check in h.checks() if check.source in ours and check.run != "r4")
    week = replace(h.QUIET_RUN, run=None, since=h.NOW - timedelta(days=7), outcomes=(), checks=checks)
    found = weekly(week, SETTINGS)
    body = message_from_bytes(found[0].message, policy=default).get_body(("plain",))
    assert body is not None
    said = " ".join(body.get_content().split())
    assert "2 sources watched; none without a new text. 11 checks in 6 runs, 14 asked for by the cadence; 1 day without a run." in said
    assert to(found) == {"main@clinic.example": ()}
    assert weekly(replace(week, made=week.made + timedelta(hours=1)), SETTINGS)[0].message_id == found[0].message_id
    assert weekly(h.WEEK_REPORT, SETTINGS) == []


def test_chat_is_one_short_message() -> None:
    """The chat channel has the sentence, what could not be checked and a line a change, and no secret."""
    found = [delivery for delivery in deliveries(h.RUN_REPORT, replace(SETTINGS, chat_env="CHAT_URLS"))
             if delivery.channel == "chat"]
    assert [delivery.recipient for delivery in found] == ["CHAT_URLS"]
    said = found[0].message.decode()
    assert said.startswith("7 changes in 20 sources.")
    assert 'HIGH: US Food and Drug Administration · Esketamine REMS: Monitoring: "two hours" → "one hour" #0142' in said


def test_gone_and_moved_say_what_to_do() -> None:
    """The mail names the last text and the command that accepts a new address."""
    said = part(h.RUN_REPORT, "plain")
    assert "The last text is kept: guidetrack text uk-circular" in said
    assert "guidetrack add --replace ca-monograph" in said


def test_an_edit_without_runs_is_told() -> None:
    """A change kept as excerpt has no word runs; before and after still stand in the mail."""
    edit = Edit(EditKind.CHANGED, ("S",), "old words", "new words")
    change = Change(1, h.REMS.id, ChangeKind.CONTENT, Level.HIGH, (), "Words", h.NOW, edits=(edit,))
    said = letter(replace(h.RUN_REPORT, changes=(change,)), "s", "")
    assert "[-old words-]{+new words+}" in said.text
    assert "attached" not in said.text
