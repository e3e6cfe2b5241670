"""A job of another tracker, as far as sources.toml can say it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from guidetrack.models import Format
from guidetrack.sources import checks

MAX_JOBS = 20_000
"""Jobs of one list; a file of sources with more would be larger than any that guidetrack reads."""
MAX_LOST = 40
"""Sentences about one job; more help nobody."""
_BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")

NO_GET = "it asks with {method}, and guidetrack asks for pages only with GET"


@dataclass(frozen=True)
class Job:
    """One job: where it stands in the list, its name, the keys it becomes, what is lost, why it is not taken at all."""

    where: str
    name: str
    values: Mapping[str, Any]
    lost: tuple[str, ...] = ()
    refused: str = ""


@dataclass(frozen=True)
class Joblist:
    """All jobs of a file; ``kind`` says in words what the file is, ``remarks`` what concerns no job alone."""

    kind: str
    jobs: tuple[Job, ...]
    remarks: tuple[str, ...] = ()


@dataclass
class Draft:
    """A job while its keys are gone through."""

    where: str
    values: dict[str, Any] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    refused: str = ""

    def lose(self, sentence: str) -> None:
        """Say once what cannot be carried over."""
        if sentence not in self.lost and len(self.lost) < MAX_LOST:
            self.lost.append(sentence)

    def refuse(self, why: str) -> None:
        """The whole job cannot be taken; the first reason counts."""
        self.refused = self.refused or why

    def add(self, key: str, *more: str) -> None:
        """Add to a list, each value once."""
        there = self.values.setdefault(key, [])
        there.extend(one for one in dict.fromkeys(more) if one and one not in there)

    def title(self, value: object) -> None:
        """Its title, on one line."""
        if words := one_line(value):
            self.values["title"] = words

    def note(self, words: str) -> None:
        """A remark for people, after those that are there."""
        if words:
            self.values["note"] = f"{self.values['note']} {words}" if "note" in self.values else words

    def address(self, value: object) -> None:
        """What is watched. A fragment is no part of what a server sees (RFC 3986 section 3.5)."""
        if not isinstance(value, str) or not value.strip():
            self.refuse("it names no address to watch")
            return
        url = value.strip()
        if "{{" in url or "{%" in url:
            self.refuse("its address is a template that is filled in at each check; guidetrack watches fixed addresses")
            return
        try:
            parts = urlsplit(url)
            if parts.fragment:
                url = urlunsplit(parts._replace(fragment=""))
                self.lose("The part of the address after # is left out: no server sees it.")
        except ValueError:
            self.refuse("its address cannot be read")
        self.values["url"] = url

    def form(self, form: Format) -> None:
        """How to read it, where the job says so."""
        self.values["format"] = form.value

    def selector(self, css: str, *, within: bool) -> None:
        """What to take: inside what was taken so far (``within``), or as well as that."""
        old = self.values.get("select")
        if not old:
            self.values["select"] = css
        elif not within:
            self.values["select"] = f"{old}, {css}"
        elif "," in old or "," in css:
            self.lose(f"Selector {checks.shown(css)}: takes a part of a part, which one select cannot say.")
        else:
            self.values["select"] = f"{old} {css}"

    def done(self) -> Job:
        """The job as a value."""
        order = ("title", "url", "format", "select", "drop", "ignore", "items", "every", "topics", "enabled", "render",
                 "accept", "note")
        values = {key: self.values[key] for key in order if self.values.get(key) not in (None, "", [])}
        return Job(self.where, str(values.get("title", "")), values, tuple(self.lost), self.refused)


def one_line(value: object) -> str:
    """Text from elsewhere as one line of at most 200 characters."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    words = _BLANK.sub(" ", str(value)[:1000].encode("utf-8", "replace").decode()).strip()
    return words if len(words) <= 200 else f"{words[:199]}…"


def key_name(value: object) -> str:
    """A key as a sentence may show it."""
    return one_line(value)[:40] or "?"


def headers(draft: Draft, value: object) -> None:
    """Request headers: only Accept has a counterpart; values are never shown, they may be secrets."""
    if not value:
        return
    if not isinstance(value, Mapping):
        draft.lose("Headers: cannot be read.")
        return
    for name, said in value.items():
        word = key_name(name)
        if word.lower() == "accept" and isinstance(said, str):
            draft.values["accept"] = said.strip()
        elif word.lower() == "user-agent":
            draft.lose("Header User-Agent: guidetrack says who asks, with your [fetch] contact.")
        elif word.lower() in ("cookie", "authorization", "proxy-authorization") or checks.SECRET_KEY.fullmatch(word):
            draft.lose(f"Header {word}: guidetrack signs in nowhere, and no secret is carried over.")
        else:
            draft.lose(f"Header {word}: guidetrack sends none but Accept.")
