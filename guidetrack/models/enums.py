"""The closed lists of the design, as enums. Each value is the word used in JSON and on screen."""

from __future__ import annotations

from enum import StrEnum


class OutcomeKind(StrEnum):
    """What happened to one source in one run."""

    FIRST = "first"
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    HELD = "held"
    """Looks wrong or unconfirmed; the last good text stands."""
    MISSED = "missed"
    """No trustworthy new text; the last good text stands."""

    @property
    def good(self) -> bool:
        """True when the page was seen and its text can be trusted."""
        return self not in (OutcomeKind.HELD, OutcomeKind.MISSED)


class Reason(StrEnum):
    """Why an outcome is ``held`` or ``missed``."""

    BLOCKED = "blocked"
    LOGIN = "login"
    CONSENT = "consent"
    NEEDS_SCRIPT = "needs-script"
    MAINTENANCE = "maintenance"
    NOT_FOUND = "not-found"
    MOVED = "moved"
    HTTP_ERROR = "http-error"
    TIMEOUT = "timeout"
    NETWORK = "network"
    TLS = "tls"
    TOO_LARGE = "too-large"
    INCOMPLETE = "incomplete"
    UNREADABLE = "unreadable"
    EMPTY = "empty"
    SHRUNK = "shrunk"
    SELECTOR = "selector"
    ROBOTS = "robots"
    """The site's robots.txt refuses us."""
    REFUSED = "refused"
    """Our own address policy refuses the address."""
    INTERRUPTED = "interrupted"


class ChangeKind(StrEnum):
    """What sort of change was recorded."""

    CONTENT = "content"
    RETURNED = "returned"
    GONE = "gone"
    MOVED = "moved"
    TECHNICAL = "technical"


class Level(StrEnum):
    """How much a change matters; always with reasons that quote the words."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """3 for high, 2 for medium, 1 for low: for sorting and for ``--min-level``."""
        return {"high": 3, "medium": 2, "low": 1}[self.value]


class EditKind(StrEnum):
    """What happened to one block."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


class OpKind(StrEnum):
    """What happened to a run of words inside a block."""

    SAME = "same"
    DELETED = "deleted"
    INSERTED = "inserted"


class BlockKind(StrEnum):
    """What a block of text is on the page."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    QUOTE = "quote"
    TERM = "term"
    """A definition-list term with its definition."""
    CODE = "code"
    ENTRY = "entry"
    """A field or summary of a feed or JSON entry."""


class DateKind(StrEnum):
    """What a stated date is the date of."""

    PUBLISHED = "published"
    UPDATED = "updated"
    REVIEWED = "reviewed"
    EFFECTIVE = "effective"


class SourceKind(StrEnum):
    """Who publishes a source."""

    REGULATOR = "regulator"
    SOCIETY = "society"
    HTA = "hta"
    PAYER = "payer"
    LEGISLATURE = "legislature"
    FEED = "feed"


class Format(StrEnum):
    """How a source's bytes are to be read; ``auto`` decides by content."""

    AUTO = "auto"
    HTML = "html"
    PDF = "pdf"
    XML = "xml"
    FEED = "feed"
    JSON = "json"
    TEXT = "text"
    DOCX = "docx"


class Decision(StrEnum):
    """What a person decided about a change."""

    NO_ACTION = "no-action"
    NOT_APPLICABLE = "not-applicable"
    ACTION = "action"
    DONE = "done"
    NOISE = "noise"
    REOPEN = "reopen"

    @property
    def needs_note(self) -> bool:
        """Every decision but ``noise`` must say why or what."""
        return self is not Decision.NOISE
