"""The publisher's own words about its changes are quoted, newest first, and stay content."""

from __future__ import annotations

from datetime import date

from guidetrack.extract import extract

PAGE = """<html lang=en-GB><body><main><h1>Policy</h1><p>Give 56 mg.</p>
<h2>Updates to this page</h2><ol><li><time>1 May 2026</time><p>Removed section 3.</p></li>
<li><time>4 June 2026</time><p>Added advice on monitoring.</p></li></ol>
<h2>Appendix</h2><table><tr><th>Date</th><th>Change made</th></tr><tr><td>01/02/2026</td><td>Dose limits.</td></tr></table>
</main></body></html>"""


def test_notes_come_newest_first():
    """Dated lines of an update list and rows of a revision table are notes with their dates."""
    notes = extract(PAGE.encode(), "text/html").notes
    assert [(note.value, note.text) for note in notes] == [
        (date(2026, 6, 4), "Added advice on monitoring."), (date(2026, 5, 1), "Removed section 3."),
        (date(2026, 2, 1), "01/02/2026 | Dose limits.")]


def test_notes_stay_content():
    """A new note is a change of the text."""
    assert extract(PAGE.encode(), "text/html").digest != extract(PAGE.replace("Removed", "Moved").encode(), "text/html").digest


def test_notes_are_few():
    """At most ten, however long the history."""
    rows = "".join(f"<tr><td>{n % 28 + 1} May {2000 + n % 25}</td><td>Change number {n} made</td></tr>" for n in range(60))
    page = f"<main><h2>Revision history</h2><table><tr><th>Date</th><th>Revision</th></tr>{rows}</table></main>"
    assert len(extract(page.encode(), "text/html").notes) == 10


def test_a_dose_table_is_no_revision_table():
    """Tables about anything else give no notes."""
    page = b"<main><h2>Dose</h2><table><tr><th>Week</th><th>Dose</th></tr><tr><td>1 May 2026</td><td>56 mg</td></tr></table></main>"
    assert extract(page, "text/html").notes == ()
