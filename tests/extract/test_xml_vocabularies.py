"""XML in the vocabularies of the field: labels, Federal Register and eCFR, legislation, and any other."""

from __future__ import annotations

from datetime import date

import pytest

from guidetrack.extract import extract
from guidetrack.models import BlockKind, DateKind, Text

LOINC = 'codeSystem="2.16.840.1.113883.6.1"'


def read(markup: str) -> Text:
    """The text of an XML document."""
    return extract(markup.encode(), "text/xml")


def label(body: str, version: int = 17, day: str = "20310102", title: str = "EXAMPLE nasal spray") -> str:
    """A label with our own words."""
    return (f'<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet href="x.xsl"?><document xmlns="urn:hl7-org:v3">'
            f'<id root="doc-{version}"/><code code="34391-3" {LOINC}/><title>{title}</title><effectiveTime value="{day}"/>'
            f'<setId root="aaaa-1"/><versionNumber value="{version}"/><component><structuredBody>{body}</structuredBody></component></document>')


def section(code: str, title: str, text: str, inner: str = "") -> str:
    """One section of a label."""
    return (f'<component><section ID="s{code}"><id root="r"/><code code="{code}" {LOINC} displayName="SHOWN NAME"/>'
            f'{f"<title>{title}</title>" if title else ""}<text>{text}</text><effectiveTime value="20300101"/>{inner}</section></component>')


LABEL = label(
    section("34066-1", "WARNING: EXAMPLE", "<paragraph>Watch patients for at least <content styleCode=\"bold\">two hours</content>.</paragraph>"
            "<list><item>Sedation<list><item>Deep</item></list></item><item><caption>b.</caption>Dissociation</item></list>")
    + section("34068-7", "2 DOSAGE", "<paragraph>H<sub>2</sub>O only.</paragraph>",
              section("42229-5", "2.1 Schedule", "Before the table <table><caption>Table 1</caption><thead><tr><th>Week</th><th>Dose</th></tr></thead>"
                      "<tbody><tr><td>1</td><td>56 mg<br/>once</td></tr><tr><td>2</td><td>84 mg</td></tr></tbody></table> after the table."))
    + section("34070-3", "", "<paragraph>None known.<footnote>Of this example.</footnote></paragraph>")
    + '<component><section><title>Picture</title><text><renderMultiMedia referencedObject="M1"/></text><component>'
      '<observationMedia ID="M1"><text>Carton of the example</text></observationMedia></component></section></component>')


def test_label_sections_have_codes_titles_and_levels() -> None:
    """Sections are keyed by LOINC code and nested; numbers stay as published; a section without title gets its code's."""
    text = read(LABEL)
    assert [(one.path, one.key) for one in text.sections] == [
        ((), ""), (("WARNING: EXAMPLE",), "34066-1"), (("2 DOSAGE",), "34068-7"), (("2 DOSAGE", "2.1 Schedule"), "42229-5"),
        (("CONTRAINDICATIONS",), "34070-3"), (("Picture",), "")]


def test_label_blocks() -> None:
    """Paragraphs, nested items, table rows with their header, footnotes and descriptions of pictures: no word is lost."""
    text = read(LABEL)
    assert text.lines == (
        "EXAMPLE nasal spray", "WARNING: EXAMPLE", "Watch patients for at least two hours.", "Sedation", "Deep", "b. Dissociation",
        "2 DOSAGE", "H2O only.", "2.1 Schedule", "Before the table", "Table 1", "Week | Dose", "1 | 56 mg once", "2 | 84 mg", "after the table.",
        "CONTRAINDICATIONS", "None known. Of this example.", "Picture", "Carton of the example")
    rows = [block for _, block in text.walk() if block.kind is BlockKind.ROW]
    assert [block.headers for block in rows] == [(), ("Week", "Dose"), ("Week", "Dose")]
    assert [block.level for _, block in text.walk() if block.kind is BlockKind.ITEM] == [1, 2, 1]


def test_label_version_alone_is_no_content() -> None:
    """A new version number and date with the same words is no change; both are listed, the date as effective."""
    one, other = read(LABEL), read(LABEL.replace('versionNumber value="17"', 'versionNumber value="18"').replace("20310102", "20310203"))
    assert one.digest == other.digest
    assert [(stated.kind, stated.value) for stated in one.dates] == [(DateKind.EFFECTIVE, date(2031, 1, 2))]
    assert {line.text for line in one.set_aside} >= {"setId: aaaa-1", "versionNumber: 17"}


def test_product_data_is_content() -> None:
    """Strength, form and schedule stand in attributes: a changed strength shows."""
    product = ('<component><section><code code="48780-1" ' + LOINC + '/><subject><manufacturedProduct><manufacturedProduct>'
               '<code code="99999-001"/><name>Example</name><formCode displayName="SPRAY"/><ingredient classCode="ACTIB"><quantity>'
               '<numerator value="28" unit="mg"/><denominator value="0.2" unit="mL"/></quantity><ingredientSubstance><name>EXAMPLE BASE</name>'
               '</ingredientSubstance></ingredient></manufacturedProduct></manufacturedProduct></subject></section></component>')
    line = "Example | 99999-001 | SPRAY | EXAMPLE BASE 28 mg per 0.2 mL"
    assert line in read(label(product)).lines
    assert read(label(product)).digest != read(label(product.replace('"28"', '"56"'))).digest


ECFR = """<?xml version="1.0"?><DLPSTEXTCLASS><TEXT><BODY><ECFRBRWS><DIV5 N="1308" TYPE="PART"><HEAD>PART 1308—EXAMPLE SCHEDULES</HEAD>
<AUTH><HED>Authority:</HED><PSPACE>21 U.S.C. 811.</PSPACE></AUTH><DIV7 N="20" TYPE="SUBJGRP"><HEAD>Schedules</HEAD>
<DIV8 N="§ 1308.13" TYPE="SECTION"><HEAD>§ 1308.13   Schedule III.</HEAD><P>(a) Schedule III shall consist of <I>these</I> drugs.</P>
<P>(b) Depressants.</P><DIV width="100%"><TABLE><TR><TH>Drug</TH><TH>Code</TH></TR><TR><TD>Example</TD><TD>7285</TD></TR></TABLE></DIV>
<CITA TYPE="N">[39 FR 1, Jan. 1, 2031]</CITA></DIV8></DIV7></DIV5></ECFRBRWS></BODY></TEXT></DLPSTEXTCLASS>"""


def test_ecfr() -> None:
    """Divisions nest by their level; sections are keyed by number; tables are rows."""
    text = read(ECFR)
    assert text.lines == ("PART 1308—EXAMPLE SCHEDULES", "Authority:", "21 U.S.C. 811.", "Schedules", "§ 1308.13 Schedule III.",
                          "(a) Schedule III shall consist of these drugs.", "(b) Depressants.", "Drug | Code", "Example | 7285", "[39 FR 1, Jan. 1, 2031]")
    last = text.sections[-1]
    assert last.path == ("PART 1308—EXAMPLE SCHEDULES", "Schedules", "§ 1308.13 Schedule III.")
    assert last.key == "§ 1308.13"


RULE = """<RULE><PREAMB><PRTPAGE P="61302"/><AGENCY TYPE="S">EXAMPLE AGENCY</AGENCY><CFR>21 CFR Part 1307</CFR><DEPDOC>[Docket No. EX-1]</DEPDOC>
<SUBJECT>An Example Extension</SUBJECT><AGY><HD SOURCE="HED">AGENCY:</HD><P>Example Administration.</P></AGY>
<ACT><HD SOURCE="HED">ACTION:</HD><P>Temporary rule.</P></ACT><SUM><HD SOURCE="HED">SUMMARY:</HD><P>We extend <E T="03">this</E> example.</P></SUM>
<DATES><HD SOURCE="HED">DATES:</HD><P>Effective January 1, 2031.</P></DATES></PREAMB><SUPLINF><HD SOURCE="HED">SUPPLEMENTARY INFORMATION:</HD>
<HD SOURCE="HD1">I. Background</HD><P>Some <PRTPAGE P="61303"/>history.<SU>1</SU></P><FTNT><P><SU>1</SU> A note.</P></FTNT><HD SOURCE="HD2">A. More</HD><P>And more.</P>
<GPOTABLE COLS="2"><TTITLE>Table 1—Doses</TTITLE><BOXHD><CHED H="1">Week</CHED><CHED H="1">Dose</CHED></BOXHD><ROW><ENT I="01">1</ENT><ENT>56 mg</ENT></ROW></GPOTABLE>
<REGTEXT TITLE="21" PART="1307"><AMDPAR>1. Revise § 1307.41 to read as follows:</AMDPAR><SECTION><SECTNO>§ 1307.41</SECTNO><SUBJECT>Temporary extension.</SUBJECT>
<P>(a) Until December 31, 2031.</P></SECTION></REGTEXT></SUPLINF><SIG><NAME>Title of an officer,</NAME></SIG><FRDOC>[FR Doc. 2031-00012]</FRDOC></RULE>"""


def test_federal_register() -> None:
    """Headings by their source, paragraphs whole across page marks, tables as rows; the action line is the publisher's note."""
    text = read(RULE)
    assert text.title == "An Example Extension"
    assert [note.text for note in text.notes] == ["Temporary rule."]
    assert {"Some history.1", "1 A note.", "Week | Dose", "1 | 56 mg", "§ 1307.41 Temporary extension.", "(a) Until December 31, 2031.",
            "Table 1—Doses", "[FR Doc. 2031-00012]", "We extend this example."} <= set(text.lines)
    assert [line.text for line in text.set_aside if line.rule == "page number"] == ["page 61302", "page 61303"]
    paths = [one.path for one in text.sections]
    assert any(path[-2:] == ("I. Background", "A. More") for path in paths)


ACT = """<?xml version="1.0"?><Legislation xmlns="http://www.legislation.gov.uk/namespaces/legislation" xmlns:ukm="http://www.legislation.gov.uk/namespaces/metadata"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dct="http://purl.org/dc/terms/"><ukm:Metadata><dc:title>Example Act 2031</dc:title>
<dct:valid>2031-01-02</dct:valid></ukm:Metadata><Primary><Body><Part id="part-I"><Number>Part I</Number><Title>Control</Title>
<P1group><Title>Controlled drugs</Title><P1 id="section-2"><Pnumber>2</Pnumber><P1para><P2 id="section-2-1"><Pnumber>1</Pnumber><P2para>
<Text>In this Act<CommentaryRef Ref="c1"/>—</Text><P3 id="section-2-1-a"><Pnumber>a</Pnumber><P3para><Text>drug means <Emphasis>anything</Emphasis> listed;</Text></P3para></P3>
<P3 id="section-2-1-b"><Pnumber>b</Pnumber><P3para><Text>dose means a quantity.</Text></P3para></P3></P2para></P2></P1para></P1></P1group></Part></Body>
<Schedules><Schedule id="schedule-1"><Number>Schedule 1</Number><TitleBlock><Title>List</Title></TitleBlock><ScheduleBody><P><Text>Example base</Text></P></ScheduleBody></Schedule></Schedules>
</Primary><Commentaries><Commentary id="c1" Type="F"><Para><Text>Words inserted by the example order.</Text></Para></Commentary></Commentaries></Legislation>"""


def test_uk_legislation() -> None:
    """Provisions keep their numbers and identities; annotations are content; metadata gives title and date."""
    text = read(ACT)
    assert text.title == "Example Act 2031"
    assert text.dates[0].value == date(2031, 1, 2)
    assert text.lines == ("Part I Control", "2 Controlled drugs", "1 In this Act—", "a drug means anything listed;", "b dose means a quantity.",
                          "Schedule 1 List", "Example base", "Annotations", "Annotation F", "Words inserted by the example order.")
    keys = {block.key for _, block in text.walk()}
    assert {"section-2", "section-2-1-a", "schedule-1"} <= keys


AKN = """<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0"><act><meta><identification source="#x"/></meta><body>
<section eId="sec_1"><num>1.</num><heading>Scope</heading><subsection eId="sec_1__subsec_1"><num>(1)</num><content><p>This applies to <b>all</b>.</p></content></subsection>
<subsection eId="sec_1__subsec_2"><num>(2)</num><intro><p>Except:</p></intro><paragraph eId="p_a"><num>(a)</num><content><p>examples.</p></content></paragraph></subsection></section></body></act></akomaNtoso>"""


def test_akoma_ntoso() -> None:
    """The other vocabulary of laws."""
    text = read(AKN)
    assert text.lines == ("1. Scope", "(1) This applies to all.", "(2) Except:", "(a) examples.")
    assert [block.level for _, block in text.walk() if block.kind is BlockKind.ITEM] == [1, 1, 2]


def test_unknown_vocabulary() -> None:
    """Titles make sections, running text paragraphs, single values carry their name."""
    text = read('<clinical_study><id_info><nct_id>NCT9</nct_id></id_info><brief_title>An example</brief_title><overall_status>Recruiting</overall_status>'
                '<eligibility><criteria><textblock>Adults with an example.</textblock></criteria></eligibility><coding value="N06"/>'
                '<sec id="s1"><title>Methods</title><p>We <i>did</i> it.</p><list><item>One</item></list><table><tr><td>a</td><td>b</td></tr></table></sec></clinical_study>')
    assert text.lines == ("An example", "nct id: NCT9", "overall status: Recruiting", "Adults with an example.", "coding: N06",
                          "Methods", "We did it.", "One", "a | b")
    assert text.sections[-1].path == ("An example", "Methods")


@pytest.mark.parametrize("document", [LABEL, ECFR, RULE, ACT, AKN])
def test_white_space_comments_and_attributes_are_no_change(document: str) -> None:
    """Markup is not content."""
    import re

    changed = re.sub(r">\s*<(?=[A-Za-z])", "><", document).replace("<P>", "<P>\n   ").replace("<paragraph>", '<paragraph ID="x9">\n')
    assert read(changed.replace("</", "<!-- a note --></")).digest == read(document).digest
