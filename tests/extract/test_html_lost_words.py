"""Words that stand in images, fields, titles and boxes of the site: read, or listed, never lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidetrack.extract import extract
from guidetrack.models import Text
from guidetrack.normal import normal, normal_lines

BODY = (
    "<h1>Prescribing of ketamine for depression</h1><p>This guidance describes how clinics should prescribe and administer "
    "ketamine to adults with depression that has not responded to earlier treatment in an adequate dose.</p><p>Prescribers "
    "must record the reasons for treatment, the dose that was given and the time at which the patient was discharged from the "
    "clinic, and keep those records for six years.</p><h2>Monitoring</h2><p>Blood pressure is measured before each session, "
    "forty minutes after the dose and at discharge; clinics keep a written procedure for raised readings.</p>"
)
MAIN = ("<main>", "</main>")
BARE = ("<div>", "</div>")


def read(inside: str = BODY, around: tuple[str, str] = MAIN, above: str = "", title: str = "Ketamine guidance | Agency") -> Text:
    """A small regulator's page: menu, document, footer."""
    markup = (
        f"<!doctype html><html lang=en><head><title>{title}</title></head><body><header><a href=/>Agency</a><nav>"
        f"<a href=/a>About</a><a href=/b>News</a><a href=/c>Rules</a></nav></header>{above}{around[0]}{inside}{around[1]}"
        "<footer><p>Agency, 1 Example Street</p><a href=/p>Privacy</a></footer></body></html>")
    return extract(markup.encode(), "text/html; charset=utf-8", "https://agency.example/page")


@pytest.mark.parametrize(("markup", "line"), [
    ('<p>Give <img src=d.png alt="0.5 mg/kg"> over forty minutes.</p>', "Give 0.5 mg/kg over forty minutes."),
    ('<p><img src=d.png alt="0.5 mg/kg"> is given over forty minutes.</p>', "0.5 mg/kg is given over forty minutes."),
    ('<p>Use is <img src=n.png alt="not"> permitted.</p>', "Use is not permitted."),
    ('<ul><li>Home use: <img src=x.png alt="No"></li></ul>', "Home use: No"),
    ('<h3>Dose <img src=x.png alt="per week"></h3><p>Slowly.</p>', "Dose per week"),
    ('<p>Dose: <input readonly value="56 mg"> twice a week</p>', "Dose: 56 mg twice a week"),
    ('<p>Visits: <input type=number disabled value="8"></p>', "Visits: 8"),
    ("<p>Count 10<sup>5</sup> per mL</p>", "Count 10⁵ per mL"),
    ("<p>In 2019<sup>3, 4</sup> it was banned</p>", "In 2019³, ⁴ it was banned"),
    ("<p>Clinics <del>must</del> may dispense.</p>", "Clinics ~~must~~ may dispense."),
    ("<p><s>The ban applies.</s></p>", "~~The ban applies.~~"),
])
def test_what_a_reader_sees_in_a_line_is_read(markup: str, line: str):
    """Images that stand for words, fixed fields, powers and struck words are part of their line."""
    assert line in read(BODY + markup).lines


def test_struck_blocks_are_struck_line_by_line():
    """A deletion around blocks strikes each line and ends with it."""
    text = read(f"{BODY}<del><p>One falls.</p><p>Two falls.</p></del><p>Three stays.</p>")
    assert text.lines[-3:] == ("~~One falls.~~", "~~Two falls.~~", "Three stays.")


@pytest.mark.parametrize("picture", [
    '<p><img src=p.jpg alt="Portrait of the minister"> The minister spoke.</p>',
    '<p>See the form <img src=i.png alt="external link icon"></p>',
])
def test_pictures_beside_text_are_listed(picture: str):
    """What only illustrates or decorates is not compared, but is listed."""
    text = read(BODY + picture)
    assert [line.rule for line in text.set_aside].count("image description") == 1
    assert "icon" not in text.plain
    assert "Portrait" not in text.plain


@pytest.mark.parametrize("tool", [
    '<p>Link: <input readonly value="https://agency.example/s/abc"></p>', '<p>Name: <input value="typed"></p>',
    '<p>Go: <input type=submit value="Send" disabled></p>',
])
def test_fields_to_fill_in_or_copy_are_no_text(tool: str):
    """What a visitor types, presses or copies is the page's, not the document's."""
    assert read(BODY + tool).plain.rpartition("\n")[2] in ("Link:", "Name:", "Go:")


NOTICES = [
    "This guidance has been withdrawn.", "This page is archived and no longer updated.", "Diese Leitlinie wurde zurückgezogen.",
    "Cette recommandation a été retirée.", "Esta guía ha sido retirada.", "The policy on this page has been superseded by policy 12.",
    "Dieses Dokument ist nicht mehr gültig.", "Ce document n'est plus en vigueur.", "Este documento ya no está vigente.",
]
BOXES = [
    '<div class="site-banner"><a href=/1>One</a> <a href=/2>Two</a> <a href=/3>Three</a><p>%s</p></div>',
    '<div class="global-header"><p>%s</p><ul><li><a href=/1>One</a></li><li><a href=/2>Two</a></li><li><a href=/3>Three</a></li></ul></div>',
    '<div class="site-header"><div>%s</div></div>', '<div class="notification-bar">%s <a href=/new>See the new one</a></div>',
    '<aside class="sidebar"><h3>See also</h3><a href=/1>A</a><a href=/2>B</a><a href=/3>C</a><p>%s</p></aside>',
    '<div role=banner><p>%s</p><a href=/1>A</a><a href=/2>B</a><a href=/3>C</a></div>', '<div class="page-tools"><p>%s</p></div>',
]


@pytest.mark.parametrize("around", [MAIN, BARE], ids=["main", "bare"])
@pytest.mark.parametrize("box", range(len(BOXES)))
@pytest.mark.parametrize("notice", NOTICES)
def test_what_has_become_of_the_document_is_read(notice: str, box: int, around: tuple[str, str]):
    """A notice of withdrawal is read out of whatever box the site puts it in; the box's links are not."""
    text = read(around=around, above=BOXES[box] % notice)
    assert any(notice.rstrip(".") in line for line in text.lines)
    assert "Three" not in text.plain


@pytest.mark.parametrize("word", ["Archived", "WITHDRAWN", "Superseded: see policy 12", "Retirée", "Außer Kraft"])
def test_a_word_of_standing_alone_is_read(word: str):
    """A banner of one word above the document."""
    assert word in read(above=f'<div class="global-banner site-header"><strong>{word}</strong></div>').lines


@pytest.mark.parametrize("box", [
    '<footer><a href=/x>Archived guidelines</a> <a href=/y>Withdrawn products</a></footer>',
    "<footer><ul><li><a href=/x>About</a></li><li>Withdrawn guidance</li><li><a href=/y>Contact</a></li></ul></footer>",
    "<footer><ul><li><a href=/x>About</a></li><li><button>Archived guidance</button></li></ul></footer>",
    '<nav><ul><li><a href=/x>Archived</a></li><li><a href=/y>Repealed acts</a></li></ul></nav>',
    '<div class="related-posts"><h3>Related posts</h3><ul><li><a href=/x>The guidance was withdrawn</a></li>'
    "<li><a href=/y>Rules retired</a></li><li><a href=/z>A third</a></li></ul></div>",
])
def test_lists_of_what_was_withdrawn_are_furniture(box: str):
    """Links that only name such pages stay set aside."""
    assert read(above=box).digest == read().digest


@pytest.mark.parametrize("title", [
    "[WITHDRAWN] Ketamine guidance | Agency", "Ketamine guidance (superseded) - Agency", "Withdrawn: Ketamine guidance | Agency",
    "Ketamine guidance | Archived | Agency", "Aufgehoben - Ketamin | Behörde", "Ketamine guidance has been withdrawn – Agency",
])
def test_standing_in_the_title_is_read(title: str):
    """A status that only the title states shows, without the site's name."""
    assert read(title=title).digest != read().digest
    assert "Agency" not in read(title=title).lines[0]


@pytest.mark.parametrize("title", [
    "Ketamine guidance | Agency of Health", "Agency: Ketamine guidance", "(3) Ketamine guidance", "News archive | Agency",
    "Products withdrawn from sale | Agency",
])
def test_other_titles_are_not_content(title: str):
    """A title that changes without stating what became of the document is no change."""
    assert read(title=title).digest == read().digest


def test_standing_is_read_once():
    """Where a heading says the same as the title, nothing is added."""
    inside = BODY.replace("Prescribing of ketamine for depression", "[Withdrawn] Prescribing of ketamine")
    assert read(inside, title="[Withdrawn] Prescribing of ketamine | Agency").plain.count("[Withdrawn]") == 1


@pytest.mark.parametrize("line", [
    "Did you find the dose of 84 mg too high? Ask", "Thank you for keeping to the dose limit", "Help us improve adherence in clinics",
    "Was this information useful to prescribers of ketamine", "Powered by the Health Act", "Read time to infusion end",
    "Scroll to continue to the dose table", "All rights reserved to the Minister under section 5",
])
def test_lines_that_only_begin_like_the_sites_are_content(line: str):
    """Rules for lines have no open end."""
    assert line in read(f"{BODY}<p>{line}</p>").lines


@pytest.mark.parametrize("query", ["?v=20261101", "?ver=1.2.3&t=1712345678", "?5f3a9c1d2e", "?20261101"])
def test_cache_busters_of_documents_are_no_change(query: str):
    """What only gets past a cache is left out of a document's address."""
    assert read(f"{BODY}<p><a href='/a.pdf'>A</a></p>").digest == read(f"{BODY}<p><a href='/a.pdf{query}'>A</a></p>").digest


@pytest.mark.parametrize("query", ["?id=12", "?v=3", "?version=2", "?lang=de"])
def test_queries_that_name_a_document_stay(query: str):
    """Another document behind the same path shows."""
    assert read(f"{BODY}<p><a href='/a.pdf'>A</a></p>").digest != read(f"{BODY}<p><a href='/a.pdf{query}'>A</a></p>").digest


@pytest.mark.parametrize("text", [
    "Patienten müssen zwei Stunden überwacht werden.", "Die Anwendung ist unzulässig.", "Nur bei Erwachsenen anzuwenden.",
    "Les patients doivent rester deux heures.", "La prescription est réservée aux spécialistes.", "Usage interdit.",
    "Los pacientes deberán permanecer dos horas.", "El uso está prohibido.", "No se recomienda en menores.",
    "L'uso è vietato.", "Gebruik is verboden.", "O uso é proibido.",
])
@pytest.mark.parametrize("name", ["toast", "subscription", "comment-body", "announcement-bar", "sidebar"])
def test_rules_in_other_languages_are_read(text: str, name: str):
    """No name hides a rule, in whatever language it stands."""
    assert text in read(f"{BODY}<div class={name}><span>{text}</span></div>").lines


AWKWARD = st.text(st.sampled_from("aeà \u0301\u0316\u0338\u200b\u00ad\ufe0f`´\u00b5\u1fef\u2000\u2026=<\u0041\u030a\u212b\ud800\x00'"))


@given(AWKWARD | st.text())
def test_the_normal_form_of_a_normal_form_is_itself(text: str):
    """Also where an invisible sign stood between a letter and its accent."""
    once = normal(text)
    assert normal(once) == once
    assert normal_lines([once]) == once


@pytest.mark.parametrize("box", ["d-none d-print-block", "visible-print", "print-only", "hidden print:block"])
def test_what_only_paper_shows_is_set_aside(box: str):
    """A citation with the day of the visit is no part of the document, a rule in such a box is."""
    cited = "Citation: Prescribing of ketamine for depression (2026, May 3) retrieved %s from https://agency.example/ketamine " * 2
    one, two = (read(f"{BODY}<div class='{box}'>{cited.replace('%s', day)}</div>") for day in ("3 May 2026", "4 May 2026"))
    assert one.digest == two.digest
    rule = "Patients must be observed for two hours."
    assert rule in read(f"{BODY}<div class='{box}'>{rule}</div>").lines


@pytest.mark.parametrize("label", [
    "<a role=button class=hidden>View summary of risks</a>", "<button class=acc>How is esketamine given in clinics?</button>",
    "<button aria-expanded=false hidden>Risks</button>",
])
def test_labels_of_what_unfolds_are_read(label: str):
    """The label of a toggle is a heading by another name, shown or not."""
    text = label.partition(">")[2].partition("<")[0]
    assert text in read(f"{BODY}<div>{label}<div class=panel><p>Slowly, by a nurse.</p></div></div>").plain
