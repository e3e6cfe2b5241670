"""The JSON documents: the keys of the design, times with Z, and models that read back what they wrote."""

from __future__ import annotations

import json
import re

import pytest

from guidetrack.report import data
from guidetrack.report.documents import DOCUMENTS, ChangesDocument, RunDocument, StatusDocument
from tests.report import history as h

OUTCOME_KEYS = ["source", "outcome", "reason", "detail", "late", "overdue", "not_modified", "set_aside", "change", "level",
                "summary", "url", "final_url", "elapsed_s"]
CHANGE_KEYS = ["id", "source", "kind", "level", "reasons", "summary", "seen", "stated", "from", "to", "edits"]


def test_run_document_has_the_published_keys() -> None:
    """check --format json: the keys and order of the design; every source once; counts that add up."""
    told = json.loads(data.run_json(h.RUN_REPORT))
    assert list(told) == ["schema", "run", "counts", "outcomes", "changes"]
    assert told["schema"] == "guidetrack/run/1"
    assert list(told["run"]) == ["id", "started", "ended", "version", "sources_sha256"]
    assert told["run"]["started"] == "2026-11-24T06:02:03Z"
    assert told["counts"] == {"first": 1, "unchanged": 6, "changed": 7, "held": 1, "missed": 5, "late": 3, "overdue": 2}
    assert [list(outcome) for outcome in told["outcomes"]] == [OUTCOME_KEYS] * 20
    assert [outcome["source"] for outcome in told["outcomes"]] == [outcome.source.id for outcome in h.OUTCOMES]
    assert all(list(change)[:11] == CHANGE_KEYS for change in told["changes"])


def test_an_outcome_and_a_change_in_full() -> None:
    """One change with its refs and edits, one miss with its reason, to the letter."""
    told = json.loads(data.run_json(h.RUN_REPORT))
    assert told["outcomes"][0] == {
        "source": "us-fda-rems-esketamine", "outcome": "changed", "reason": None, "detail": None, "late": False,
        "overdue": False, "not_modified": False, "set_aside": 2, "change": 142, "level": "high",
        "summary": 'Monitoring: "two hours" → "one hour"', "url": h.REMS.url, "final_url": h.REMS.url, "elapsed_s": 0.412}
    assert (told["outcomes"][3]["outcome"], told["outcomes"][3]["reason"]) == ("missed", "http-error")
    change = next(change for change in told["changes"] if change["id"] == 142)
    assert change["stated"] == "2026-11-23"
    assert change["from"] == {"capture": "2026-11-17T060203Z-bbbbbbbb", "sha256": "b" * 64, "seen": "2026-11-17T06:02:03Z"}
    assert {key: change["edits"][0][key] for key in ("kind", "section", "before", "after", "marked")} == {
        "kind": "changed", "section": ["Healthcare settings", "Monitoring"],
        "before": "Patients must be monitored for at least two hours.",
        "after": "Patients should be monitored for at least one hour.",
        "marked": "Patients [-must-]{+should+} be monitored for at least [-two hours-]{+one hour+}."}


def test_documents_read_back() -> None:
    """What is written validates against its own model and is written again alike."""
    for made, model in ((data.run_json(h.RUN_REPORT), RunDocument), (data.changes_json(h.CHANGES), ChangesDocument),
                        (data.status_json(h.COVERAGE), StatusDocument)):
        assert data.as_json(model.model_validate_json(made)) == made


def test_every_time_is_utc_and_whole() -> None:
    """Every time in every document ends in Z."""
    for made in (data.run_json(h.RUN_REPORT), data.status_json(h.COVERAGE)):
        times = re.findall(r'"(?:seen|started|ended|last_\w+|gone_since|time)": "([^"]*)"', made)
        assert times
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", time) for time in times)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_schemas_are_published(name: str) -> None:
    """Each document has a JSON Schema that fixes its name and version and forbids unknown keys."""
    schema = json.loads(data.json_schema(name))
    assert schema["properties"]["schema"]["const"] == f"guidetrack/{name}/1"
    assert schema["additionalProperties"] is False


def test_lone_surrogates_do_not_stop_a_report() -> None:
    """Broken characters, which JSON in UTF-8 cannot hold, are replaced, not fatal."""
    broken = h.Change(1, "s", h.ChangeKind.CONTENT, h.Level.LOW, ("\ud800",), "a\udfffb", h.NOW)
    assert json.loads(data.changes_json([broken]))["changes"][0]["summary"] == "a\ufffdb"
