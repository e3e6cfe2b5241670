"""Signs that an answer is not the page: where they were seen, what they mean, how much they weigh. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from guidetrack.fetch.verdict.data import table
from guidetrack.fetch.verdict.scan import Look, count_words
from guidetrack.fetch.verdict.words import Index, fold
from guidetrack.models import Capture
from guidetrack.models.enums import Reason

LEAD = 4_000
"""Characters of a text in which walls and errors are looked for: they say what they are at once."""
_SPLIT = re.compile(r"\s*(?:\||::|»|«|·|•|>| - |: | / | ~ )\s*")
_CODE = re.compile(r"^(?:(?:error|http|status|code|fehler|erreur|hoppla|oops|ooops|opps|uh[- ]oh|whoops|oups|ups|vaya|sorry|desole|we're sorry|"
                   r"lo sentimos|entschuldigung|leider|hmm+|\d{3})[\s.,:;!?-]+)+")
_ENDS = " .!?…:;,-\"'()[]"
_MENTION = re.compile(r"(?:if you (?:see|get|receive|encounter)|when you (?:see|get)|why do (?:i|we|you)|why am i|what does|message|an error such as|"
                      r"(?:may|might|will|can|could|to|who|that|which) (?:see|say|says|show|shows|read|reads|display|get|receive|return|returns|"
                      r"appear|mean|means|solve)|such as|called|titled|labelled|e\.g\.|for example|"
                      r"meldung|le message|mensaje|avoid|instead of|ask(?:s|ed|ing)? (?:visitors|users|you|them) to|fails? with|known as)\W*(?:\w+\W+){0,4}$")


@dataclass(frozen=True, slots=True)
class Sign:
    """One piece of evidence.

    :param reason: what it is a sign of; None when it only supports others.
    :param weight: 3 settles it on a short page, 2 is strong, 1 moderate, less is company.
    :param zone: ``header``, ``markup``, ``title``, ``heading``, ``text``, ``form``, ``shape``, ``address`` or ``status``.
    :param quote: the words seen, short. :param what: what it is taken for, e.g. ``a Cloudflare challenge``.
    """

    reason: Reason | None
    weight: float
    zone: str
    quote: str
    what: str = ""


@cache
def _titles() -> dict[str, tuple[Reason, float]]:
    found: dict[str, tuple[Reason, float]] = {}
    for entry in table("titles")["title"]:
        for phrase in entry["say"]:
            found.setdefault(_bare(fold(phrase)), (Reason(entry["reason"]), float(entry["weight"])))
            found.setdefault(fold(phrase), (Reason(entry["reason"]), float(entry["weight"])))
    return found


@cache
def _phrases() -> Index[tuple[Reason, float]]:
    return Index((phrase, (Reason(entry["reason"]), float(entry["weight"])))
                 for entry in table("words")["words"] for phrase in entry["say"])


def _bare(folded: str) -> str:
    """A folded title without numbers and interjections before it and marks around it."""
    stripped = folded.strip(_ENDS)
    return _CODE.sub("", stripped + " ").strip(_ENDS) or stripped


def title_signs(title: str, zone: str, scale: float = 1.0) -> list[Sign]:
    """What a title or heading says when it, or what stands beside the site's name, is a known one.

    A short one that holds a strong phrase counts nearly as much.
    """
    if not title or len(title) > 300:
        return []
    folded = fold(title)
    known = _titles()
    for part in (folded, *_SPLIT.split(folded)):
        hit = known.get(part.strip(_ENDS)) or known.get(_bare(part))
        if hit and part:
            return [Sign(hit[0], hit[1] * scale, zone, _short(title))]
    if folded.count(" ") < 12 and not _asks(folded):
        hits = [meaning for meaning, start, end in _phrases().search(folded)
                if meaning[1] >= 2 and not _mentioned(folded, start, end)]
        if hits:
            reason, weight = max(hits, key=lambda hit: hit[1])
            return [Sign(reason, min(weight, 2) * 0.75 * scale, zone, _short(title))]
    return []


def _asks(folded: str) -> bool:
    return folded.startswith(("why ", "what ", "how ", "when ", "warum ", "was ", "wie ", "pourquoi ", "comment ", "por que ",
                              "como ", "que ", "about ", "guide to", "understanding ", "fixing ", "troubleshooting"))


def text_signs(lines: Iterable[str], scale: float = 1.0) -> tuple[list[Sign], set[int]]:
    """Phrases in which walls and errors speak, weighed by how much of the text they are.

    Returns the signs, and the numbers of the lines that hold a phrase worth 1 or more.
    """
    folded, starts, originals = _lead(lines)
    total = max(count_words(folded), 1)
    best: dict[Reason, list[tuple[float, str]]] = {}
    covered: dict[Reason, int] = {}
    hit_lines: set[int] = set()
    for (reason, weight), start, end in _phrases().search(folded):
        line = _line_of(starts, start)
        if _mentioned(folded, start, end):
            weight *= 0.15
        elif weight >= 1:
            hit_lines.add(line)
            covered[reason] = covered.get(reason, 0) + _sentence_words(folded, start, end)
        best.setdefault(reason, []).append((weight, originals[line]))
    signs = []
    for reason, found in best.items():
        found.sort(key=lambda pair: -pair[0])
        strong = [pair for pair in found if pair[0] >= 1.5]
        share = min(covered.get(reason, 0) / total, 1.0)
        weight = _scaled(found[0][0], share)
        weight += min(0.5 * sum(_scaled(pair[0], share) for pair in strong[1:3]), 1.0)
        weight += min(0.25 * sum(pair[0] for pair in found[1:] if 0.3 <= pair[0] < 1.5), 0.75)
        signs.append(Sign(reason, weight * scale, "text", _short(found[0][1])))
    return signs, hit_lines


def _scaled(weight: float, share: float) -> float:
    if weight >= 4:
        return weight
    if weight <= 1:
        return weight * 0.5
    return weight * (1.3 if share >= 0.4 else 1.0 if share >= 0.2 else 0.6 if share >= 0.1 else 0.3)


def _lead(lines: Iterable[str]) -> tuple[str, list[int], list[str]]:
    folded: list[str] = []
    starts: list[int] = []
    originals: list[str] = []
    at = 0
    for line in lines:
        part = fold(line[:LEAD])
        if not part:
            continue
        starts.append(at)
        folded.append(part)
        originals.append(line)
        at += len(part) + 1
        if at > LEAD:
            break
    return "\n".join(folded), starts, originals


def _line_of(starts: list[int], at: int) -> int:
    from bisect import bisect_right

    return max(bisect_right(starts, at) - 1, 0)


def _sentence_words(text: str, start: int, end: int) -> int:
    """Words of the sentence round a phrase, at most 25."""
    left = max(text.rfind("\n", 0, start), text.rfind(". ", 0, start), text.rfind("? ", 0, start), text.rfind("! ", 0, start)) + 1
    rights = [found for mark in ("\n", ". ", "? ", "! ") if (found := text.find(mark, end)) >= 0]
    return min(text.count(" ", left, min(rights, default=len(text))) + 1, 25)


def _mentioned(text: str, start: int, end: int) -> bool:
    """The phrase is quoted or spoken about, not said."""
    before = text[max(0, start - 70):start]
    before = before[max(before.rfind("\n"), before.rfind(". ")) + 1:]
    if before.count('"') % 2 == 1 and '"' in text[end:end + 80]:
        return True
    if before[-1:] in ("'", "(") and text[end:end + 1] in ("'", ")"):
        return True
    return _MENTION.search(before) is not None


def header_signs(capture: Capture) -> list[Sign]:
    """What the headers and the names of cookies give away about who answered."""
    headers: dict[str, str] = {}
    for name, value in capture.headers:
        key = name.lower()
        headers[key] = f"{headers[key]}\n{value.lower()}" if key in headers else value.lower()
    cookies = [cookie.strip() for cookie in headers.get("set-cookie", "").split("\n")] if "set-cookie" in headers else []
    signs = []
    for vendor in table("vendors")["vendor"]:
        reason, what = Reason(vendor["reason"]), str(vendor["what"])
        for rule, weight in vendor.get("headers", ()):
            name, _, part = rule.partition(": ")
            seen = [key for key in headers if (key.startswith(name) if name.endswith("-") else key == name)]
            if any(part in headers[key] for key in seen):
                signs.append(Sign(reason, weight, "header", f"{seen[0]}: {headers[seen[0]][:60]}", what))
        for rule, weight in vendor.get("cookies", ()):
            if any(cookie.startswith(rule) for cookie in cookies):
                signs.append(Sign(reason, weight, "header", f"set-cookie: {rule}", what))
    return signs


def markup_signs(look: Look) -> list[Sign]:
    """Fingerprints of vendors in the page's source: for each vendor the strongest, and half of the next."""
    source = look.low
    signs = []
    for vendor in table("vendors")["vendor"]:
        found = sorted(((weight, text) for text, weight in vendor.get("markup", ()) if text in source), reverse=True)
        if found:
            weight = found[0][0] + (0.5 * found[1][0] if len(found) > 1 else 0.0)
            signs.append(Sign(Reason(vendor["reason"]), weight, "markup", found[0][1], str(vendor["what"])))
    return signs


@cache
def _notices() -> tuple[Index[int], Index[int]]:
    entries = table("notices")["notice"]
    return (Index((word, number) for number, entry in enumerate(entries) for word in entry["subjects"]),
            Index((word, number) for number, entry in enumerate(entries) for word in entry["verbs"]))


def withdrawal(lines: Iterable[str]) -> str:
    """The publisher's sentence that the document was withdrawn, replaced or archived, or empty."""
    folded, starts, originals = _lead(lines)
    subjects, verbs = _notices()
    found = list(verbs.search(folded))
    if not found:
        return ""
    named = list(subjects.search(folded))
    for language, start, end in found:
        for other, begin, finish in named:
            apart = begin - end if begin >= end else start - finish
            between = folded[min(finish, end):max(begin, start)]
            if other == language and 0 <= apart <= 90 and not re.search(r"[.!?] |\n|\b(?:may|might|could|kann|konnte|peut|puede) ", between):
                return originals[_line_of(starts, start)]
    return ""


def _short(text: str, limit: int = 120) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[:limit - 1].rstrip() + "…"
