"""Everything that can go wrong, drawn as a tree.

::

    GuidetrackError              catch this to catch them all
    ├── UsageError               the call or command cannot be carried out as asked
    ├── SourcesError             sources.toml is not as it must be; names file, line, key
    ├── ExtractError             the bytes cannot be read as a text (encrypted, torn, image only …)
    │   └── SelectError          a source's ``select`` matches nothing on the page
    ├── StoreError               the archive or the catalogue cannot be read or written
    │   ├── EmptyArchiveError    nothing is recorded yet
    │   ├── LockedError          another run holds the archive
    │   ├── NewerArchiveError    the archive was written by a newer guidetrack
    │   └── DamagedError         what is kept does not match its digest
    ├── WebArchiveError          a web archive does not answer as one; asking later goes on where it stopped
    ├── DeliveryError            a message could not be handed over; trying again may help
    │   └── RefusedError         the server refused it for good: address, size or content
    └── MissingExtraError        an optional part is not installed; says what to install

Each error says what happened, to which thing, and what to do; causes are chained.
"""

from __future__ import annotations


class GuidetrackError(Exception):
    """Base of everything guidetrack raises on purpose."""


class UsageError(GuidetrackError):
    """The call or command cannot be carried out as asked."""


class SourcesError(GuidetrackError):
    """sources.toml is not as it must be.

    ``problems`` holds one sentence for each thing wrong, each naming file, line and key.
    """

    def __init__(self, problems: list[str] | str) -> None:
        self.problems: tuple[str, ...] = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))


class ExtractError(GuidetrackError):
    """The bytes cannot be read as a text; the sentence says why. Becomes ``missed (unreadable)``."""


class SelectError(ExtractError):
    """A source's ``select`` matches nothing on the page. Becomes ``missed (selector)``."""


class StoreError(GuidetrackError):
    """The archive or the catalogue cannot be read or written."""


class EmptyArchiveError(StoreError):
    """Nothing is recorded yet: there is no catalogue to ask."""


class LockedError(StoreError):
    """Another run holds the archive; the message says which process, since when."""


class NewerArchiveError(StoreError):
    """The archive was written by a newer guidetrack than this one."""


class DamagedError(StoreError):
    """What is kept does not match its digest, or is missing."""


class WebArchiveError(GuidetrackError):
    """A web archive is in trouble or is none; what was taken from it is kept, asking later goes on from there.

    ``everywhere``: it would answer the same for every other page, so nothing more is asked now.
    """

    def __init__(self, message: str, *, everywhere: bool = False) -> None:
        super().__init__(message)
        self.everywhere = everywhere


class DeliveryError(GuidetrackError):
    """A message could not be handed over; it stays in the outbox."""


class RefusedError(DeliveryError):
    """The server refused the message for good (RFC 5321 section 4.2.1, 5yz): address, size or content."""


class MissingExtraError(GuidetrackError):
    """An optional part is not installed; the message holds the line that installs it."""
