"""The demo's documents that are no web pages: a PDF bulletin, a structured label, a feed. Each before and after."""

from __future__ import annotations

from textwrap import wrap

_BULLETIN = (
    (16, ("Pharmacy bulletin 7: storage and supply of nasal esketamine",)),
    (12, ("1 Storage",)),
    (10, ("Keep the devices in a locked cabinet at room temperature. Count them at the end of each day and enter the "
          "count in the register.",)),
    (12, ("2 Supply",)),
    (10, ("Supply the medicine only to a certified setting, never to a patient. Deliveries are signed for by the "
          "pharmacist on duty [[or a deputy||and a second member of staff]].",)),
    (12, ("3 Losses",)),
    (10, ("Report a lost or damaged device to the registry within [[seven||two]] days, with lot number and date.",)),
)


def chosen(marked: str, *, after: bool) -> str:
    """A text with ``[[before||after]]`` marks in one of its two states."""
    parts = marked.split("[[")
    out = [parts[0]]
    for part in parts[1:]:
        pair, _, rest = part.partition("]]")
        before, _, later = pair.partition("||")
        out.append((later if after else before) + rest)
    return "".join(out)


def bulletin(*, after: bool) -> bytes:
    """A one-page PDF. Its metadata differ between the states as its words do."""
    lines: list[tuple[int, str]] = []
    for size, paragraphs in _BULLETIN:
        for paragraph in paragraphs:
            lines += [(size, line) for line in wrap(chosen(paragraph, after=after), 84)] + [(size, "")]
    drawn, height = [], 780
    for size, line in lines:
        if line:
            escaped = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            drawn.append(f"BT /F1 {size} Tf 72 {height} Td ({escaped}) Tj ET")
        height -= round(size * (1.3 if line else 0.8))
    return _pdf("\n".join(drawn), "Edition B" if after else "Edition A")


def _pdf(content: str, title: str) -> bytes:
    """The smallest file that ISO 32000-1 calls a PDF: catalogue, pages, one page, a font, the content, information."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        f"<< /Title ({title}) >>",
    ]
    out, places = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    start = len(out)
    rows = "".join(f"{place:010d} 00000 n \n" for place in places)
    out += (f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{rows}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R "
            f"/Info {len(objects)} 0 R >>\nstartxref\n{start}\n%%EOF\n")
    return out.encode("ascii")


_LABEL = """<?xml version="1.0" encoding="UTF-8"?>
<document xmlns="urn:hl7-org:v3">
<id root="5b1d0000-0000-4000-8000-00000000000[[1||2]]"/><code code="34391-3" codeSystem="2.16.840.1.113883.6.1"/>
<title>Ketamine injection</title><effectiveTime value="[[20250602||20260313]]"/>
<setId root="5b1d0000-0000-4000-8000-0000000000aa"/><versionNumber value="[[17||18]]"/>
<component><structuredBody>
<component><section><code code="34067-9" codeSystem="2.16.840.1.113883.6.1"/><title>1 INDICATIONS AND USAGE</title>
<text><paragraph>As the sole anaesthetic agent, or to supplement other agents.</paragraph></text></section></component>
<component><section><code code="34070-3" codeSystem="2.16.840.1.113883.6.1"/><title>4 CONTRAINDICATIONS</title>
<text><paragraph>Contraindicated where a significant rise of blood pressure would be a serious hazard[[||, and in patients
with schizophrenia]].</paragraph></text></section></component>
<component><section><code code="43685-7" codeSystem="2.16.840.1.113883.6.1"/><title>5 WARNINGS AND PRECAUTIONS</title>
<component><section><title>5.1 Hemodynamic instability</title><text><paragraph>Monitor vital signs and cardiac function
during administration.</paragraph></text></section></component></section></component>
</structuredBody></component></document>
"""


def label(*, after: bool) -> bytes:
    """A label as Structured Product Labeling, HL7 version 3."""
    return chosen(_LABEL, after=after).encode()


_FEED = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Medicines Office: safety communications</title><link>http://office.example/</link>
<description>What is new</description><lastBuildDate>[[Tue, 03 Nov 2026 05:00:00||Tue, 10 Nov 2026 05:00:00]] GMT</lastBuildDate>
[[||<item><title>Compounded ketamine: stop use of two lots</title><guid isPermaLink="false">sc-2026-31</guid>
<link>http://office.example/sc-2026-31</link><pubDate>Mon, 09 Nov 2026 14:00:00 GMT</pubDate>
<description>Two lots of a compounded nasal product contain more ketamine than the label says.</description></item>]]
<item><title>Esketamine: bladder symptoms under review</title><guid isPermaLink="false">sc-2026-24</guid>
<link>http://office.example/sc-2026-24</link><pubDate>Mon, 07 Sep 2026 14:00:00 GMT</pubDate>
<description>The office is looking at reports of urinary symptoms.</description></item>
<item><title>Telehealth prescribing: reminder of the conditions</title><guid isPermaLink="false">sc-2026-11</guid>
<link>http://office.example/sc-2026-11</link><pubDate>Wed, 01 Apr 2026 14:00:00 GMT</pubDate>
<description>The flexibilities end with the year unless they are extended.</description></item>
</channel></rss>
"""


def feed(*, after: bool) -> bytes:
    """An RSS 2.0 feed: one more entry, and a build date that means nothing."""
    return chosen(_FEED, after=after).encode()
