"""The vocabulary: every term fires, users can add and take away, and nothing else."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from guidetrack.compare import compare, load_vocabulary
from guidetrack.compare.features import features
from guidetrack.compare.fold import Folder
from guidetrack.compare.quantities import quantities
from guidetrack.errors import SourcesError
from guidetrack.models import Level
from guidetrack.normal import normal
from tests.compare.texts import section, text

DATA = tomllib.loads(files("guidetrack.compare").joinpath("vocabulary.toml").read_text(encoding="utf-8"))
FOLDER = Folder("en")
TERMS = {
    "topics": "topics",
    "force": "force",
    "scope": "scope",
    "status": "standing",
    "verdict": "standing",
    "dates": "dates",
}


def _groups():
    for table, found_in in TERMS.items():
        for name, group in DATA[table].items():
            yield pytest.param(found_in, group["terms"], id=f"{table}.{name}")


@pytest.mark.parametrize(("table", "terms"), list(_groups()))
def test_every_term_is_found(table, terms):
    """Each term, in a sentence, is found whole; a longer term that holds it may take its place."""
    vocabulary = load_vocabulary()
    for term in terms:
        sentence = normal(f"Here we read {term} and no more.")
        found = vocabulary.terms.find(sentence)[table]
        assert [hit for hit in found if normal(term).lower() in hit.text.lower()], (table, term, found)


@pytest.mark.parametrize("name", list(DATA["topics"]))
def test_every_topic_term_and_heading_makes_itself_felt(name):
    """A term that comes is a reason; a heading gives its section the topic's level."""
    topic = DATA["topics"][name]
    for term in topic["terms"]:
        comparison = compare(
            text(section("Notes", "Here we read on.")), text(section("Notes", f"Here we read {term} on."))
        )
        assert comparison, term
        assert any(word in " ".join(comparison.reasons) for word in normal(term).split()), (term, comparison.reasons)
        assert comparison.level.rank >= Level(topic["words"]).rank, (term, comparison.reasons)
    for heading in topic["headings"]:
        comparison = compare(text(section(heading, "A blue garden.")), text(section(heading, "A green garden.")))
        assert comparison.level.rank >= Level(topic["wording"]).rank, heading


@pytest.mark.parametrize("name", list(DATA["force"]))
def test_every_force_word_makes_itself_felt(name):
    """A force word put in the place of one of another rank is high."""
    other = "must" if DATA["force"][name]["rank"] > 2 else "may"
    for term in DATA["force"][name]["terms"]:
        old, new = text(section("Notes", f"Nurses {other} wait.")), text(section("Notes", f"Nurses {term} wait."))
        comparison = compare(old, new)
        assert comparison.level is Level.HIGH, (term, comparison.reasons)
        assert any(normal(term).split()[0] in reason for reason in comparison.reasons), (term, comparison.reasons)


@pytest.mark.parametrize("table", ["status", "verdict"])
def test_every_status_and_verdict_is_high(table):
    """A status or verdict that comes is high."""
    for group in DATA[table].values():
        for term in group["terms"]:
            comparison = compare(
                text(section("Notes", "Here we read on.")), text(section("Notes", f"Here we read {term} on."))
            )
            assert comparison.level is Level.HIGH, (term, comparison.reasons)


@pytest.mark.parametrize("name", list(DATA["scope"]))
def test_every_scope_word_is_high(name):
    """A word that widens or narrows a rule is high when it comes, or takes another's place."""
    group = DATA["scope"][name]
    for term, other in zip(group["terms"], [*group["terms"][1:], group["terms"][0]], strict=True):
        before = "Nurses wait here." if group["counts"] == "any" else f"Nurses wait {other} here."
        comparison = compare(text(section("Notes", before)), text(section("Notes", f"Nurses wait {term} here.")))
        assert comparison.level is Level.HIGH, (term, comparison.reasons)


@pytest.mark.parametrize("name", list(DATA["units"]))
def test_every_unit_is_read(name):
    """A number before each unit is a quantity of the unit's group, in the group's first unit."""
    vocabulary = load_vocabulary()
    for unit, factor in DATA["units"][name]["factors"].items():
        found = quantities(normal(f"give 7 {unit} now"), vocabulary, FOLDER)
        assert [(q.measure.group, q.sizes[0]) for q in found if q.measure] == [(name, pytest.approx(7 * factor))], unit


@pytest.mark.parametrize("name", list(DATA["codes"]))
def test_every_code_pattern_finds_its_examples(name):
    """Each example is found as a code of its group and its exchange is told at the group's level."""
    for example in DATA["codes"][name]["examples"]:
        sentence = normal(f"Here we read {example} on.")
        found = features(sentence, load_vocabulary(), FOLDER).codes
        assert [(code.group, code.text) for code in found] == [(f"codes.{name}", example)]
        comparison = compare(text(section("Notes", "Here we read on.")), text(section("Notes", sentence)))
        assert comparison.level.rank >= Level(DATA["codes"][name]["level"]).rank


@pytest.mark.parametrize("term", DATA["contact"]["terms"])
def test_every_contact_word_keeps_a_number_low(term):
    """A number beside a word about reaching somebody is low."""
    comparison = compare(
        text(section("Monitoring", f"The {term} is 14.")), text(section("Monitoring", f"The {term} is 19."))
    )
    assert comparison.level is Level.LOW, comparison.reasons


def test_users_add_terms_and_levels():
    """A term added fires; one taken out does not; a level given takes the place of ours."""
    extra = {"topics": {"monitoring": {"terms": ["quiet corner"], "without": ["escort"], "words": "medium"}}}
    vocabulary = load_vocabulary(extra)
    old = text(section("Notes", "Here is a chair."))
    for said, level in (("Here is a quiet corner chair.", "medium"), ("Here is an escort chair.", "low")):
        assert compare(old, text(section("Notes", said)), vocabulary=vocabulary).level == level
    assert compare(old, text(section("Notes", "Here is an escort chair."))).level == "high"


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ({"codes": {"mine": {"pattern": "(a+)+$"}}}, "vocabulary.codes"),
        ({"topics": {"nonsense": {}}}, "vocabulary.topics.nonsense"),
        ({"topics": {"dose": {"words": "huge"}}}, "expected high, medium or low"),
        ({"topics": {"dose": {"colour": "red"}}}, "unknown key"),
        ({"topics": {"dose": {"terms": "mg"}}}, "expected a list"),
        ({"topics": {"dose": {"terms": ["", 3]}}}, "a term must be text"),
        ({"topics": []}, "expected a table"),
        ({"force": {"obligation": {"rank": 9}}}, "unknown key"),
    ],
)
def test_a_wrong_vocabulary_is_refused_with_a_sentence(extra, words):
    """What cannot be laid over the shipped vocabulary is named; a pattern is never taken from users."""
    with pytest.raises(SourcesError, match=words):
        load_vocabulary(extra)


def test_the_shipped_vocabulary_is_untouched_by_additions():
    """Adding for one tracker changes nothing for another."""
    load_vocabulary({"topics": {"dose": {"terms": ["zorp"]}}})
    old, new = text(section("Notes", "Here.")), text(section("Notes", "Here zorp."))
    assert compare(old, new).level is Level.LOW
