"""A clinic in a temporary folder: a sources.toml over the scripted site, a clock to move, checks to run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from guidetrack.library import open as open_tracker
from guidetrack.models import Change, Outcome
from guidetrack.track import Tracker
from tests.support.site import Site

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)

PARAGRAPHS = (
    "Patients must be observed for at least two hours after each dose.",
    "Blood pressure is measured before the dose and about forty minutes after it.",
    "The medicine is given only in a certified health-care setting.",
    "Tell the patient not to drive until the day after a restful sleep.",
    "Records of each session are kept for seven years and shown on request.",
    "A prescriber reviews the need for further treatment every four weeks.",
)


def page(*paragraphs: str, title: str = "Guidance on esketamine", head: str = "", extra: str = "") -> str:
    """A page as publishers have them: menu, document, footer."""
    body = "".join(f"<p>{text}</p>" for text in paragraphs or PARAGRAPHS)
    return (f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title>{head}</head><body>"
            "<header><nav><ul><li><a href=/a>Home</a></li><li><a href=/b>Medicines</a></li></ul></nav></header>"
            f"<main><h1>{title}</h1>{body}</main>{extra}"
            "<footer><p>Contact</p><p>Privacy</p></footer></body></html>")


def varied(**changed: str) -> str:
    """The standard page with some paragraphs in other words: ``varied(p0="…")``."""
    texts = list(PARAGRAPHS)
    for key, text in changed.items():
        texts[int(key[1:])] = text
    return page(*(text for text in texts if text))


@dataclass
class Watched:
    """Sources over a site, with a clock that only moves when told."""

    folder: Path
    site: Site
    sources: list[str] = field(default_factory=list)
    fetch: str = ""
    extra: str = ""
    now: datetime = START

    def add(self, id: str, path: str | None = None, *, url: str = "", more: str = "") -> None:
        """Watch a path of the site; ``more`` is further TOML for the source."""
        address = url or self.site.url(path or f"/{id}")
        self.sources.append(f'[[source]]\nid = "{id}"\nurl = "{address}"\n{more}\n')

    @property
    def file(self) -> Path:
        """The sources.toml."""
        return self.folder / "sources.toml"

    def write(self) -> Path:
        """Write the sources.toml."""
        head = ('[fetch]\npause = "0s"\nsecond_look = "0s"\ntimeout = "10s"\nallow_private = ["127.0.0.0/8"]\n'
                f'contact = "test@clinic.example"\n{self.fetch}\n{self.extra}\n')
        names = {line.split("=")[0].strip() for line in self.fetch.splitlines()}
        head = "\n".join(line for number, line in enumerate(head.splitlines())
                         if line.split("=")[0].strip() not in names or number > 5)
        self.file.write_text(head + "\n" + "\n".join(self.sources), "utf-8")
        return self.file

    def open(self, *, write: bool = True) -> Tracker:
        """A tracker on it all; use as a context manager."""
        return open_tracker(self.write(), write=write, now=lambda: self.now)

    def check(self, *ids: str, fresh: bool = False, due: bool = False, after: timedelta = timedelta(days=1),
              ) -> dict[str, Outcome]:
        """Let a day pass, then check; outcomes by source id."""
        self.now += after
        with self.open() as tracker:
            return by_id(tracker.check(ids or None, fresh=fresh, due=due))

    def one(self, id: str = "a", *, fresh: bool = False, after: timedelta = timedelta(days=1)) -> Outcome:
        """Check and return the outcome of one source."""
        return self.check(fresh=fresh, after=after)[id]

    def changes(self, source: str | None = None, *, technical: bool = False) -> list[Change]:
        """The recorded changes, newest first."""
        with self.open(write=False) as tracker:
            return tracker.changes(source=source, technical=technical)


def by_id(outcomes: Iterable[Outcome]) -> dict[str, Outcome]:
    """Outcomes by source id; each id must come once."""
    found: dict[str, Outcome] = {}
    for outcome in outcomes:
        assert outcome.source.id not in found, "a source came out twice"
        found[outcome.source.id] = outcome
    return found
