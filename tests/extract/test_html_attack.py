"""What an attack on the reader of pages found: edits that must show, furniture that must not."""

from __future__ import annotations

import pytest

from guidetrack.extract import extract
from guidetrack.extract.html.blocks import read_blocks
from guidetrack.extract.html.tree import parse, parse_bs4
from guidetrack.models import Text

BODY = (
    "<h1>Prescribing of ketamine for depression</h1><p>This guidance describes how clinics should prescribe and administer "
    "ketamine to adults with depression that has not responded to earlier treatment in an adequate dose.</p><p>Prescribers "
    "must record the reasons for treatment, the dose that was given and the time at which the patient was discharged from the "
    "clinic, and keep those records for six years.</p><h2>Monitoring</h2><p>Blood pressure is measured before each session, "
    "forty minutes after the dose and at discharge; clinics keep a written procedure for raised readings.</p>"
)
LINE = "Patients must be observed for @ after the dose."


def page(inside: str, landmark: tuple[str, str] = ("<main>", "</main>"), above: str = "", title: str = "Guidance") -> str:
    """A small regulator's page: menu, document, footer."""
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title></head><body><header><a href=/>Agency</a><nav>"
        f"<a href=/a>About</a><a href=/b>News</a><a href=/c>Rules</a></nav></header>{above}{landmark[0]}{inside}{landmark[1]}"
        "<footer><p>Agency, 1 Example Street</p><a href=/p>Privacy</a></footer></body></html>"
    )


def read(markup: str) -> Text:
    """The text of a page."""
    return extract(markup.encode(), "text/html", "https://agency.example/page")


def shows(template: str, before: str, after: str) -> bool:
    """Whether an edit in place of ``@`` reaches the compared text."""
    old, new = (read(template.replace("@", words)) for words in (before, after))
    return old.digest != new.digest and after in new.plain


@pytest.mark.parametrize("tail", [
    "<p>@</p>", "<div>@</div>", "@", "<html><body><p>@</p></body></html>", "<h2>Annex</h2><p>@</p>",
])
def test_text_after_the_closing_tag_is_read(tail: str):
    """Browsers show what stands after ``</html>``: both parsers keep it and give the same blocks."""
    markup = f"<html><body>{BODY}</body></html>{tail}"
    assert shows(markup, "two hours", "one hour")
    assert read_blocks(parse(markup), "") == read_blocks(parse_bs4(markup), "")

LOOKALIKES = [
    ("Loading dose 5 mg", "Loading dose 9 mg"), ("Loading dose: 0.5 mg/kg", "Loading dose: 0.7 mg/kg"),
    ("Follow up on day 7", "Follow up on day 14"), ("Follow REMS", "Follow SOP"), ("Number of visits: 8", "Number of visits: 12"),
    ("8 visits", "12 visits"), ("Teilen der Tablette", "Teilen der Kapsel"), ("Compartir jeringas", "Compartir agujas"),
]
HIDDEN = {
    "accordion": '<h3><button aria-expanded=false aria-controls=x1>How long?</button></h3><div id=x1 hidden><p>%s</p></div>',
    "accordion aria": '<h4><button aria-expanded=false>How long?</button></h4><div class=dropdown aria-hidden=true><p>%s</p></div>',
    "jquery": '<div class=ui-accordion><h3>How long?</h3><div class=ui-accordion-content style="display: none;"><p>%s</p></div></div>',
    "tab": '<div role=tabpanel>a</div><div role=tabpanel hidden><p>%s</p></div>',
    "answer by class": '<h3 class=question>How long?</h3><div class="answer hide">%s</div>',
    "dd": '<dl class=accordion><dt>How long?</dt><dd style="display:none">%s</dd></dl>',
    "row": '<table><tr><td>G2082</td><td>x</td></tr><tr style="display:none"><td>G2083</td><td>%s</td></tr></table>',
    "modal": '<a data-toggle=modal data-target=#m>Criteria</a><div class="modal fade" id=m><div class=modal-body>%s</div></div>',
}
NAMED = {
    "recommendation": '<div class="recommendation"><p>%s</p></div>', "recommendations": '<div class="recommendations"><p>%s</p></div>',
    "recommendation-box": '<div class="recommendation-box"><p>%s</p></div>', "span recommendation": '<p>1.1 <span class=recommendation>%s</span></p>',
    "status": '<div class="usa-alert" role=status><p>%s</p></div>', "announcement": '<div class="announcement-bar"><p>%s</p></div>',
    "latest-updates": '<div class="latest-updates"><p>%s</p></div>', "helpful": '<div class=helpful><p>%s</p></div>',
    "tooltip": '<p>Rule: <span role=tooltip>%s</span></p>', "toast": '<div class=toast><p>%s</p></div>', "print": '<div class=print-only><p>%s</p></div>',
    "post-meta": '<div class=post-meta>%s</div>', "subscription": '<div class=subscription><p>%s</p></div>', "comment-body": '<div class=comment-body><p>%s</p></div>',
    "teaser": '<div class=teaser><p>%s</p></div>', "recommended heading": '<h3>Recommended dose</h3><p><a href=/x>%s</a></p>',
    "share heading": '<h2>Share this rule with patients</h2><ul><li><a href=/x>%s</a></li></ul>', "more heading": '<h3>More in detail</h3><p><a href=/x>%s</a></p>',
    "caption": '<figure><img src=a.png><figcaption>Image: %.0sobserve @ after dose</figcaption></figure>',
}
NO_LANDMARK = {
    "aside": "<aside class=boxed-warning><h2>WARNING</h2><p>%s</p></aside>", "key points": "<aside><p>%s</p></aside>",
    "footnotes": "<footer class=references><ol><li>%s</li></ol></footer>", "header": "<div><header><h2>Policy</h2><p>%s</p></header></div>",
    "article footer": "<article><p>Some rule text here.</p><footer><p>%s</p></footer></article>", "banner": '<div class="alert-banner"><p>%s</p></div>',
    "secondary": "<div class=secondary><p>%s</p></div>", "page-header": "<div class=page-header><p>%s</p></div>",
}
BESIDE = {
    "section": "<section><h2>Dosing</h2><p>%s</p></section>", "second main": "<main><p>%s</p></main>",
    "codes": "<div class=codes><h2>Codes</h2><table><tr><td>G2082</td><td>%s</td></tr></table></div>",
}


@pytest.mark.parametrize("shape", ["<p>@</p>", "<ul><li>@</li><li>Other thing kept</li></ul>"])
@pytest.mark.parametrize(("before", "after"), LOOKALIKES)
def test_clinical_line_that_looks_like_a_control(before: str, after: str, shape: str):
    """A loading dose is no "Loading…", follow-up no "Follow us", a count of visits no page counter."""
    assert shows(page(BODY + shape), before, after)


@pytest.mark.parametrize("line", [
    "Loading...", "Loading comments", "Follow us on Facebook", "Follow @agency", "Number of views: 12", "Page views: 1,200",
    "Share this page on Facebook", "Teilen", "Partager sur LinkedIn", "8 views",
])
def test_controls_are_still_lines_of_the_page(line: str):
    """The closed lists still tell what they are made for."""
    assert line not in read(page(BODY + f"<p>{line}</p>")).lines


@pytest.mark.parametrize("name", [*HIDDEN, *NAMED])
def test_short_text_in_a_box_with_a_telling_name(name: str):
    """A short answer folded away, or in a box whose class is also a furniture's, is read."""
    assert shows(page(BODY + (HIDDEN | NAMED)[name] % LINE), "two hours", "one hour")


@pytest.mark.parametrize("name", ["accordion", "jquery", "tab", "dd", "row"])
def test_folded_words_without_force_are_read(name: str):
    """What unfolds under a heading or in a table is read however little it says."""
    assert shows(page(BODY + HIDDEN[name] % "About @"), "an hour", "a day")


@pytest.mark.parametrize("name", NO_LANDMARK)
def test_boxes_of_a_document_without_landmark(name: str):
    """Without ``<main>`` an aside, header or footer next to the text may be the text's own."""
    assert shows(page(BODY + NO_LANDMARK[name] % LINE, ("", "")), "two hours", "one hour")


@pytest.mark.parametrize("name", BESIDE)
def test_short_section_beside_the_landmark(name: str):
    """A section with its own heading beside ``<main>`` is read; so is a second ``<main>``."""
    assert shows(page(BODY).replace("</main>", "</main>" + BESIDE[name] % LINE), "two hours", "one hour")


@pytest.mark.parametrize("box", [
    "<div class='alert'><p>%s</p></div>", "<div role=status><p>%s</p></div>", "<div class=alert-banner><p>%s</p></div>",
])
@pytest.mark.parametrize("landmark", [("<main>", "</main>"), ("", "")])
def test_withdrawal_banner_above_the_document(box: str, landmark: tuple[str, str]):
    """A withdrawal above the document is the news, whatever its box is called."""
    notice = "This guidance was withdrawn on 3 May 2026 and must not be used."
    assert notice in read(page(BODY, landmark, box % notice)).lines


@pytest.mark.parametrize("part", [
    "<ol aria-label=breadcrumb><li><a href=/>Home</a></li><li><a href=/d>Drugs</a></li></ol>",
    "<div class=survey><p>Take our survey! Help us improve the site.</p><a href=/s>Start</a></div>",
    "<div class=share><a href=#>Facebook</a> <a href=#>Twitter</a></div>",
    "<div id=cookie-banner><p>We use cookies on this site.</p><button>Accept all</button></div>",
    "<div class=newsletter><p>You must confirm your e-mail address to subscribe.</p><form><input><button>Go</button></form></div>",
])
def test_furniture_that_comes_is_no_change(part: str):
    """Parts of the site put into the document's own container."""
    assert read(page(BODY)).digest == read(page(BODY + part)).digest


@pytest.mark.parametrize("sign", "\u200b\u00ad\u2060\ufeff\u061c\ufe0f\u034f\u2061\u2064\u206a\u206f")
def test_characters_that_are_not_seen_are_no_change(sign: str):
    """A character without a shape in the middle of a word changes nothing."""
    assert read(page(BODY)).digest == read(page(BODY.replace("session", f"ses{sign}sion"))).digest


def test_two_code_points_for_one_sign_are_no_change():
    """The micro sign and Greek mu, double and single guillemets, are the same to a reader."""
    line = "<p>A dose of 5 µg is called «low» here.</p>"
    other = line.replace("µ", "μ").replace("«", "‹").replace("»", "›")
    assert read(page(BODY + line)).digest == read(page(BODY + other)).digest


@pytest.mark.parametrize(("before", "after"), [
    ("Page updated: 3 May 2026 by Web Team", "Page updated: 4 June 2026 by Web Team"),
    ("Reviewed 3 May 2026 by Dr A. Smith", "Reviewed 4 June 2026 by Dr A. Smith"),
    ("Printed on 3 May 2026", "Printed on 4 May 2026"), ("Accessed: 3 May 2026", "Accessed: 4 May 2026"),
    ("Today is Monday, 3 May 2026", "Today is Tuesday, 4 May 2026"), ("10:31:02 AM", "10:32:07 AM"),
    ("Senast uppdaterad: 2026-05-03", "Senast uppdaterad: 2026-06-04"),
    ("Sidst opdateret 03.05.2026", "Sidst opdateret 04.06.2026"),
    ("Ostatnia aktualizacja: 3 maja 2026", "Ostatnia aktualizacja: 4 czerwca 2026"),
])
def test_stamps_are_no_change(before: str, after: str):
    """A page's dates about itself and about the visit, in many languages."""
    assert read(page(BODY + f"<p>{before}</p>")).digest == read(page(BODY + f"<p>{after}</p>")).digest


@pytest.mark.parametrize("line", ["Effective 3 May 2026 by Order of the Board", "Reviewed 3 May 2026 by prescription only"])
def test_a_date_with_more_than_a_name_is_content(line: str):
    """Only who looked at the page last is let go with the date."""
    assert line in read(page(BODY + f"<p>{line}</p>")).lines


@pytest.mark.parametrize("part", [
    "<object data=a.pdf><p>%s</p></object>", "<svg><title>%s</title></svg>", "<my-box><template><p>%s</p></template></my-box>",
])
def test_embedded_text_is_listed(part: str):
    """What is not read as text of the page is at least listed, by both parsers alike."""
    markup = page(BODY + part % LINE)
    assert any("must be observed" in line.text and line.rule == "embedded" for line in read(markup).set_aside)
    assert parse(markup).stray == parse_bs4(markup).stray


@pytest.mark.parametrize("part", [
    "<svg><g><text>%s</text></g></svg>", "<my-box><template shadowrootmode=open><p>%s</p></template></my-box>",
    '<iframe srcdoc="&lt;style&gt;p{}&lt;/style&gt;&lt;p&gt;%s&lt;/p&gt;"></iframe>',
    "<embed src=/x.swf><p>%s</p>", "<map name=m><area href=/d.pdf alt='%s'></map>", "<a href=/x.pdf><svg><text>%s</text></svg></a>",
])
def test_embedded_text_that_a_browser_shows_is_read(part: str):
    """A drawing's labels, a shadow tree, a framed page, a document behind an image: by both parsers alike."""
    markup = page(BODY + part % LINE)
    assert any("must be observed" in line for line in read(markup).lines)
    fast, reference = parse(markup), parse_bs4(markup)
    assert [(n.tag, n.attrs, n.chars, n.linked, n.docs, n.start, n.end) for n in fast.nodes] == \
        [(n.tag, n.attrs, n.chars, n.linked, n.docs, n.start, n.end) for n in reference.nodes]
    assert fast.stray == reference.stray
