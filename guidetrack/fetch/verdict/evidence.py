"""Signs that an answer is not the page: where they were seen, what they mean, how much they weigh. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from guidetrack.fetch.verdict.data import table
from guidetrack.fetch.verdict.scan import count_words
from guidetrack.fetch.verdict.words import Index, fold
from guidetrack.models.enums import Reason

LEAD = 4_000
"""Characters of a text in which walls and errors are looked for: they say what they are at once."""
PROSE = 5
"""Words from which a line of it counts as prose."""
PROOF = 4
"""Weight of a phrase that only a machine says: many weaker ones together stay below it."""
TEASER = 12
"""Words from which a line without an end mark counts as said."""
FRAGMENT = 4
"""Words below which a sentence names nothing: “Related links.”"""
_MARKS = ("\n", ". ", "? ", "! ")
_STOP_AFTER = re.compile(r"(?<=[.?!]) ")
_SPLIT = re.compile(r"\s*(?:\||::|»|«|·|•|>| - | / | ~ )\s*")
_CODE = re.compile(
    r"^(?:(?:error|http|status|code|fehler|erreur|hoppla|oops|ooops|opps|uh[- ]oh|whoops|oups|ups|vaya|sorry|desole"
    r"|we're sorry|lo sentimos|entschuldigung|leider|hmm+|\d{3})[\s.,:;!?-]+)+"
)
_LETTERS = re.compile(r"[^\W\d_]{4,}")
_SENTENCE_END = re.compile(r"(?:(?<=[.?!]) |\n)")
_FULL_STOPS = (".", "!", "?", ":", ";", "。")
_ENDS = " .!?…:;,-\"'()[]"
_MENTION = re.compile(
    r"(?:if you (?:see|get|receive|encounter|cannot|can't|do not|don't)|when you (?:see|get)|why do (?:i|we|you)"
    r"|why am i|what does|message|an error such as|such as|called|titled|labelled|e\.g\.|for example|meldung|le message"
    r"|mensaje|avoid|instead of|ask(?:s|ed|ing)? (?:visitors|users|you|them) to|fails? with|known as"
    r"|(?:may|might|will|can|could|to|who|that|which) (?:see|says?|shows?|reads?|display|get|receive|returns?|appear"
    r"|means?|solve))\W*(?:\w+\W+){0,4}$"
)
"""What stands before a phrase that is spoken about rather than said."""
_SUPPOSES = re.compile(
    r"\s*(?:if|when|whenever|after|unless|wenn|falls|sobald|nach|ist das|ist die|ist der|si|quand|lorsque|apres|en cas"
    r"|cuando|tras|despues de|se|quando|dopo|in caso|als|wanneer|na|apos|em caso|caso|jesli|gdy|po) "
)
"""How a sentence begins that says what would be, not what is."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One piece of evidence.

    :param reason: what it is a sign of; None when it only supports others.
    :param weight: 3 settles it on a short page, 2 is strong, 1 moderate, less is company.
    :param zone: ``header``, ``markup``, ``title``, ``heading``, ``text``, ``form``, ``shape``, ``object`` …
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
    return Index(
        (phrase, meaning)
        for entry in table("words")["words"]
        for meaning in [(Reason(entry["reason"]), float(entry["weight"]))]
        for phrase in entry["say"]
    )


@cache
def wall_words() -> frozenset[str]:
    """Every longer word of the phrases in which walls speak: such a word names no subject."""
    return frozenset(
        word
        for entry in table("words")["words"]
        if entry["weight"] >= 1
        for written in entry["say"]
        for word in _LETTERS.findall(fold(written))
    )


def neighbourhood(lines: Iterable[str], *, bare: bool = False, every: bool = False) -> str:
    """The sentences in which walls speak and those beside them, folded; the first two where none does.

    :param bare: without the words that a phrase itself is made of. :param every: all sentences.
    """
    folded, _, _ = lead(lines)
    spans = [(start, end) for (_, weight), start, end in _phrases().search(folded) if weight >= 1]
    cuts = [0, *(match.end() for match in _SENTENCE_END.finditer(folded)), len(folded)]
    spans_of = list(pairwise(cuts))
    spoken = {bisect_right(cuts, start) - 1 for start, _ in spans} or {0}
    whole = range(len(spans_of))
    near = whole if every else sorted(at for at in whole if _beside(folded, spans_of, at, spoken))
    if bare:
        pieces = list(folded)
        for start, end in spans:
            for word in _LETTERS.finditer(folded, start, end):
                if word.group() in wall_words():
                    pieces[word.start() : word.end()] = " " * (word.end() - word.start())
        folded = "".join(pieces)
    parts = (folded[slice(*spans_of[at])] for at in near)
    return "\n".join(part for part in parts if not bare or part.count(" ") >= FRAGMENT - 1)


def _beside(folded: str, spans: list[tuple[int, int]], at: int, spoken: set[int]) -> bool:
    """Whether a sentence is among those spoken, or next to one in the same line."""
    after = at - 1 in spoken and not folded[slice(*spans[at - 1])].endswith("\n")
    return at in spoken or after or (at + 1 in spoken and not folded[slice(*spans[at])].endswith("\n"))


def says(line: str, words: int) -> bool:
    """Whether a line says something: it ends or goes on as a sentence, or is too long for a teaser or a link."""
    return words >= TEASER or line.rstrip().endswith(_FULL_STOPS) or _SENTENCE_END.search(line) is not None


def sentences(folded: str) -> list[str]:
    """The sentences of a folded text, line ends too being ends."""
    return [part for part in _SENTENCE_END.split(folded) if part.strip()]


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
    parts = _SPLIT.split(folded)
    pieces = [piece for part in parts if ": " in part for piece in part.split(": ")]
    for part in (folded, *parts, *pieces):
        hit = known.get(part.strip(_ENDS)) or known.get(_bare(part))
        if hit and part:
            return [Sign(hit[0], hit[1] * scale, zone, _short(title))]
    if folded.count(" ") < 12 and not _asks(folded):
        hits = [
            meaning
            for meaning, start, end in _phrases().search(folded)
            if meaning[1] >= 2 and not _mentioned(folded, start, end)
        ]
        if hits:
            reason, weight = max(hits, key=lambda hit: hit[1])
            return [Sign(reason, min(weight, 2) * 0.85 * scale, zone, _short(title))]
    return []


def _asks(folded: str) -> bool:
    return folded.startswith(
        (
            "why ",
            "what ",
            "how ",
            "when ",
            "warum ",
            "was ",
            "wie ",
            "pourquoi ",
            "comment ",
            "por que ",
            "como ",
            "que ",
            "about ",
            "guide to",
            "understanding ",
            "fixing ",
            "troubleshooting",
        )
    )


@dataclass(frozen=True, slots=True)
class Said:
    """What a text says in the voice of walls and errors.

    :param share: how much (0–1) of its prose the sentences with such phrases are.
    :param covered: how many words they are. :param opens: the first sentence or a heading is one of them.
    """

    signs: tuple[Sign, ...]
    share: float
    covered: int
    opens: bool


def text_signs(
    lines: Iterable[str], known: str = "", scale: float = 1.0, *, anywhere: bool = False, limit: int = LEAD
) -> Said:
    """Phrases in which walls and errors speak, weighed by how much of the text they are.

    :param known: folded text whose words are no news: a phrase found there is no sign.
    :param limit: characters looked at. :param anywhere: they need not stand at the beginning to count in full.
    """
    folded, starts, originals = lead(lines, limit)
    counted = ((line, count_words(line)) for line in folded.split("\n"))
    total = max(sum(count for line, count in counted if count >= PROSE and says(line, count)), 1)
    hits = _hits(folded, known)
    spoken: dict[Reason, set[tuple[int, int]]] = {}
    for (reason, sentence), (weight, _) in hits.items():
        if weight >= 1:
            spoken.setdefault(reason, set()).add(sentence)
    every = set().union(*spoken.values()) if spoken else set()
    covered = _count(folded, every)
    opens = anywhere or any(start <= _first_prose(folded) for start, _ in every)
    signs = []
    for reason in dict.fromkeys(reason for reason, _ in hits):
        share = min(_count(folded, spoken.get(reason, set())) / total, 1.0)
        own = sorted((hit for (other, _), hit in hits.items() if other is reason), key=lambda hit: -hit[0])
        weight = _added_up([weight for weight, _ in own], share) * (scale if opens else 0.5 * scale)
        signs.append(Sign(reason, weight, "text", _short(originals[line_of(starts, own[0][1])])))
    return Said(tuple(signs), min(covered / total, 1.0), covered, opens)


def _hits(folded: str, known: str) -> dict[tuple[Reason, tuple[int, int]], tuple[float, int]]:
    """For each reason and sentence the weightiest phrase: its weight and where it begins.

    A sentence speaks for one reason: what weighs less by 1 or more is part of how it says the other.
    """
    hits: dict[tuple[Reason, tuple[int, int]], tuple[float, int]] = {}
    top: dict[tuple[int, int], float] = {}
    for (reason, weight), start, end in _phrases().search(folded):
        if known and folded[start:end] in known:
            continue
        sentence = sentence_at(folded, start, end)
        if _mentioned(folded, start, end):
            weight *= 0.15
        elif weight < 3 and _SUPPOSES.match(folded, sentence[0]):
            weight *= 0.5
        top[sentence] = max(top.get(sentence, 0.0), weight)
        if weight > hits.get((reason, sentence), (0.0, 0))[0]:
            hits[reason, sentence] = weight, start
    return {key: hit for key, hit in hits.items() if top[key[1]] < 3 or hit[0] > top[key[1]] - 1}


def _added_up(weights: list[float], share: float) -> float:
    """The strongest sentence, half of the next two strong ones, and a little for company; less than proof."""
    strong = [weight for weight in weights[1:] if weight >= 1.5][:2]
    company = [weight for weight in weights[1:] if 0.3 <= weight < 1.5]
    total = (
        _scaled(weights[0], share)
        + min(0.5 * sum(_scaled(weight, share) for weight in strong), 1.0)
        + min(0.25 * sum(company), 0.75)
    )
    return total if weights[0] >= PROOF else min(total, PROOF - 0.1)


def _scaled(weight: float, share: float) -> float:
    """A phrase worth 4 is proof anywhere; the others count by how much of the text speaks like them."""
    if weight >= PROOF:
        return weight
    if weight <= 1:
        return weight * 0.5
    return weight * (1.3 if share >= 0.4 else 1.0 if share >= 0.2 else 0.6 if share >= 0.1 else 0.3)


def sentence_at(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence round a phrase begins and ends."""
    left = max(text.rfind(mark, max(0, start - 300), start) for mark in _MARKS) + 1
    right = min(
        (found for mark in _MARKS if (found := text.find(mark, end, end + 300)) >= 0), default=min(len(text), end + 300)
    )
    return max(left, start - 300), right


def _count(text: str, spans: set[tuple[int, int]]) -> int:
    return sum(count_words(text[start:end]) for start, end in spans)


def _first_prose(text: str) -> int:
    """Where the first sentence of the first line of prose ends."""
    at = 0
    for line in text.split("\n"):
        if count_words(line) >= PROSE:
            return at + len(_STOP_AFTER.split(line, maxsplit=1)[0])
        at += len(line) + 1
    return at


def lead(lines: Iterable[str], limit: int = LEAD) -> tuple[str, list[int], list[str]]:
    """The first lines folded and joined, where each begins in that, and each as it was."""
    folded: list[str] = []
    starts: list[int] = []
    originals: list[str] = []
    at = 0
    for line in lines:
        part = fold(line[:limit])
        if not part:
            continue
        starts.append(at)
        folded.append(part)
        originals.append(line)
        at += len(part) + 1
        if at > limit:
            break
    return "\n".join(folded), starts, originals


def line_of(starts: list[int], at: int) -> int:
    """The number of the line that a place lies in."""
    return max(bisect_right(starts, at) - 1, 0)


def _mentioned(text: str, start: int, end: int) -> bool:
    """The phrase is quoted or spoken about, not said."""
    line = text[max(text.rfind("\n", 0, start) + 1, start - 400) : start]
    if line.count('"') % 2 == 1 and '"' in text[end : end + 200]:
        return True
    before = line[max(line.rfind(". "), len(line) - 70) + 1 :]
    if before[-1:] in ("'", "(") and text[end : end + 1] in ("'", ")"):
        return True
    return _MENTION.search(before) is not None


def _short(text: str, limit: int = 120) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
