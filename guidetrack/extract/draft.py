"""What travels inside extraction: Input goes to a format's ``read``, a Draft comes back.

Each format is one module (or package) of :mod:`guidetrack.extract` with ``VERSION: int`` and
``read(source: Input) -> Draft``. It raises :class:`~guidetrack.errors.ExtractError` with a sentence when the bytes
cannot be read. The dispatcher does what is the same for all: ``ignore`` rules, stated dates, stamping.
"""

from __future__ import annotations

from dataclasses import dataclass

from guidetrack.models import PublisherNote, Rules, Section, SetAside, StatedDate


@dataclass(frozen=True, slots=True)
class Input:
    """The bytes to read and what is known about them.

    :param media_type: Content-Type as received, parameters included; may be empty or wrong.
    :param url: where the bytes came from, for links; may be empty.
    """

    body: bytes
    media_type: str = ""
    url: str = ""
    rules: Rules = Rules()


@dataclass(frozen=True, slots=True)
class Draft:
    """What one format's reader found, before the steps that all formats share."""

    sections: tuple[Section, ...]
    title: str = ""
    language: str = ""
    dates: tuple[StatedDate, ...] = ()
    notes: tuple[PublisherNote, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
