"""A small static site: an index, a page per source with its history, a page per change. Each file stands alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from guidetrack.models import Change, Report, Source
from guidetrack.report import clean, state, words
from guidetrack.report.html import environment, figures, view


@dataclass(frozen=True, slots=True)
class Entry:
    """One source of the site: its file, its line in the coverage, what is wrong, its changes newest first."""

    source: Source
    path: str
    row: view.Coverage
    troubles: tuple[state.Trouble, ...]
    changes: tuple[Change, ...]


def pages(report: Report) -> Iterator[tuple[str, str]]:
    """Every file of the site as (path below its folder, HTML)."""
    shared, entries = view.context(report), _entries(report)
    render = environment().get_template
    yield "index.html", render("site_index.html.j2").render(shared, entries=entries)
    start, end = view.bounds(report)
    source_page = render("site_source.html.j2")
    for entry in entries:
        picture = figures.calendar(report.checks, [entry.source], start, end)
        yield entry.path, source_page.render({**shared, "calendar": picture}, entry=entry)
    yield from _change_pages(report, {entry.source.id: entry for entry in entries})


def _change_pages(report: Report, entries: dict[str, Entry]) -> Iterator[tuple[str, str]]:
    histories = words.by_change(report.reviews)
    template = environment().get_template("site_change.html.j2")
    by_source: dict[str, list[Change]] = {}
    for change in sorted(report.changes, key=lambda change: (change.seen, change.id)):
        by_source.setdefault(change.source, []).append(change)
    for source_id, found in by_source.items():
        entry = entries.get(source_id)
        for at, change in enumerate(found):
            yield f"changes/{change.id:04d}.html", template.render(
                report=report, change=change, source=entry.source if entry else None,
                history=histories.get(change.id, ()), up=entry.path if entry else "",
                older=found[at - 1].id if at else None, newer=found[at + 1].id if at + 1 < len(found) else None)


def _entries(report: Report) -> list[Entry]:
    """The sources in order of the file, each under a name of its own."""
    troubles: dict[str, list[state.Trouble]] = {}
    for trouble in state.troubles(report):
        troubles.setdefault(trouble.source.id, []).append(trouble)
    changes: dict[str, list[Change]] = {}
    for change in sorted(report.changes, key=lambda change: (change.seen, change.id), reverse=True):
        changes.setdefault(change.source, []).append(change)
    taken: set[str] = set()
    found = []
    for status, row in zip(report.coverage, view.coverage(report), strict=True):
        source = status.source
        name = clean.file_name(source.id).lower()
        while name in taken:
            name += "_"
        taken.add(name)
        found.append(Entry(source, f"sources/{name}.html", row, tuple(troubles.get(source.id, ())),
                           tuple(changes.get(source.id, ()))))
    return found


def write_site(report: Report, folder: Path) -> int:
    """Write the site into ``folder``, made if need be; returns the number of files. Index last, so links lead on."""
    count, index = 0, ""
    for path, html in pages(report):
        if path == "index.html":
            index = html
            continue
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(html, encoding="utf-8", newline="\n")
        count += 1
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(index, encoding="utf-8", newline="\n")
    return count + 1
