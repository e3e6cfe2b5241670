"""The shipped sources.toml: what it promises, and that each shape of source works from first look to first change."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from guidetrack.errors import UsageError
from guidetrack.models import Format, OutcomeKind, Source, SourceKind
from guidetrack.sources import load
from guidetrack.sources.catalogue import catalogue, covers, shipped, starter
from tests.extract import pdfs
from tests.support.watched import PARAGRAPHS, Watched, page

SOURCES = {source.id: source for source in load(shipped()).sources}
MARKS = ("seen in a public copy", "endpoint and id seen", "unconfirmed")


def test_it_is_large_and_wide_enough() -> None:
    """At least 110 ready sources over every region and kind, at least 25 of them lists that discover documents."""
    ready = [source for source in SOURCES.values() if source.evidence != "unconfirmed"]
    discovering = [source for source in ready if source.enabled and "discovery" in source.topics
                   and source.rules.format in (Format.JSON, Format.FEED)]
    assert len(ready) >= 110
    assert sum(source.enabled for source in SOURCES.values()) >= 110
    assert len(discovering) >= 25
    regions = {source.jurisdiction.split("-")[0] for source in SOURCES.values()}
    assert {"US", "UK", "EU", "DE", "ES", "FR", "IE", "CA", "AU", "NZ", "international"} <= regions
    assert {source.kind for source in SOURCES.values()} == set(SourceKind)


def test_ids_and_addresses_are_unique() -> None:
    """No page is watched twice."""
    assert not [url for url, count in Counter(source.url for source in SOURCES.values()).items() if count > 1]


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_each_source_is_complete(source: Source) -> None:
    """Each says who, where, what, under which terms, how sure; what is unconfirmed is off; what is off says why."""
    assert source.title
    assert source.publisher
    assert source.jurisdiction
    assert source.kind
    assert source.topics
    assert source.licence
    assert source.rules.format is not Format.AUTO
    assert source.evidence in MARKS
    assert source.enabled is False or source.evidence != "unconfirmed"
    assert source.enabled or source.note
    assert source.grace >= source.every, "a slow source must not be overdue before it is due again"


def test_terms_that_ask_for_excerpts_get_them() -> None:
    """Where the terms say excerpts only, only excerpts are kept."""
    assert not [source.id for source in SOURCES.values() if "excerpt" in source.licence and source.keep_text != "excerpt"]


def test_no_contact_is_shipped() -> None:
    """The contact is an example in a comment: nobody asks in someone else's name."""
    settings = load(shipped())
    assert settings.fetch.contact == ""
    assert '# contact = "compliance@clinic.example"' in shipped().read_text("utf-8")


# each shape: (sources of that shape, an answer before, an answer after); written by us after the documented fields

def _list(path: str, before: list[Any], after: list[Any]) -> tuple[str, str]:
    def wrap(entries: list[Any]) -> str:
        document: Any = entries
        for name in reversed(path.split(".") if path else []):
            document = {name: document}
        return json.dumps(document)
    return wrap(before), wrap(after)


def _register(number: str, title: str) -> dict[str, Any]:
    return {"document_number": number, "title": title, "type": "Rule", "abstract": "On prescribing by telemedicine.",
            "publication_date": "2026-01-02", "agencies": [{"name": "An agency"}], "html_url": f"https://x.example/{number}"}


def _version(section: str, day: str) -> dict[str, Any]:
    return {"identifier": section, "date": day, "name": f"§ {section} A section.", "amendment_date": day,
            "substantive": True, "removed": False}


def _product(code: str, maker: str) -> dict[str, Any]:
    return {"product_ndc": code, "generic_name": "Ketamine", "labeler_name": maker, "marketing_category": "NDA",
            "dosage_form": "SOLUTION", "dea_schedule": "CIII"}


def _recall(number: str) -> dict[str, Any]:
    return {"recall_number": number, "product_description": f"Ketamine syringes, lot {number}", "status": "Ongoing",
            "classification": "Class II", "reason_for_recall": "Lack of assurance of sterility",
            "recalling_firm": "A compounder", "report_date": "20260105"}


def _spl(hours: str) -> str:
    return ('<?xml version="1.0"?><document xmlns="urn:hl7-org:v3"><title>A nasal spray</title><component><structuredBody>'
            '<component><section><code code="34068-7" codeSystem="2.16.840.1.113883.6.1"/><title>2 DOSAGE</title><text>'
            + "".join(f"<paragraph>{text}</paragraph>" for text in PARAGRAPHS)
            + f"<paragraph>Observe for at least {hours} hours.</paragraph></text></section></component>"
            "</structuredBody></component></document>")


def _law(word: str) -> str:
    return (f'<?xml version="1.0"?><Legislation xmlns="http://www.legislation.gov.uk/namespaces/legislation"><Schedule id="schedule-2">'
            f"<Title>Schedule 2</Title><P><Text>Ketamine and its salts are {word} in this Schedule of controlled drugs."
            "</Text></P></Schedule></Legislation>")


def _regulation(date: str) -> str:
    return (f'<?xml version="1.0"?><DIV8 N="1307.41" TYPE="SECTION"><HEAD>§ 1307.41 A section.</HEAD>'
            f"<P>(a) Practitioners may prescribe by telemedicine through {date}.</P><P>(b) Records are kept.</P></DIV8>")


def _rss(*titles: str) -> str:
    items = "".join(f"<item><title>{title}</title><link>https://x.example/{n}</link><guid>{n}</guid>"
                    f"<description>About {title}.</description></item>" for n, title in enumerate(titles))
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>'


def _content(word: str) -> str:
    return json.dumps({"base_path": "/x", "content_id": "1", "document_type": "guidance", "title": "A review",
                       "locale": "en", "details": {"body": "<h2>Class</h2>" + "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
                                                   + f"<p>Ketamine {word} in Class B.</p>"}})


def _crossref(updated: bool) -> str:
    record: dict[str, Any] = {"DOI": "10.1/x", "title": ["A statement on ketamine"], "type": "journal-article",
                              "is-referenced-by-count": 12 + updated, "relation": {}}
    if updated:
        record["updated-by"] = [{"DOI": "10.1/y", "type": "correction", "label": "Correction"}]
    return json.dumps({"status": "ok", "message": record})


def _pdf(*paragraphs: str) -> bytes:
    return pdfs.make([pdfs.paragraph(one) for one in paragraphs])


SHAPES: dict[str, tuple[str, Callable[[], tuple[str | bytes, str | bytes]]]] = {
    "web page": ("us-asa-ketamine-safe-use", lambda: (page(), page(*PARAGRAPHS, "No infusion at home."))),
    "page taken whole": ("es-cima-spravato", lambda: (page(), page(*PARAGRAPHS, "No use at home."))),
    "register page with page marks": ("us-fr-telemedicine-extension-4", lambda: (
        page(*PARAGRAPHS, "[[Page 61301]]"), page(*PARAGRAPHS[:-1], "It ends on 31 December 2026.", "[[Page 61302]]"))),
    "structured label": ("us-spl-spravato", lambda: (_spl("two"), _spl("three"))),
    "law": ("uk-mda-1971-sch2", lambda: (_law("listed"), _law("not listed"))),
    "code of regulations": ("us-ecfr-1307-41", lambda: (_regulation("December 31, 2026"), _regulation("June 30, 2027"))),
    "news feed": ("us-fda-rss-medwatch", lambda: (_rss("One", "Two"), _rss("One", "Two", "Ketamine nasal spray"))),
    "table": ("us-fda-rems-index", lambda: ("Name,Modified\nA,2025-01-01\nSpravato,2024-12-31\n",
                                           "Name,Modified\nA,2025-01-01\nSpravato,2026-02-01\n")),
    "government content": ("uk-acmd-ketamine-2026", lambda: (_content("stays"), _content("no longer is"))),
    "label versions": ("us-dailymed-spravato-history", lambda: _list(
        "data.history", [{"spl_version": 17, "published_date": "Oct 02, 2025"}],
        [{"spl_version": 18, "published_date": "Mar 13, 2026"}, {"spl_version": 17, "published_date": "Oct 02, 2025"}])),
    "labels by name": ("us-dailymed-ketamine-labels", lambda: _list(
        "data", [{"setid": "a", "title": "KETAMINE (MAKER)", "spl_version": 1, "published_date": "Jan 2, 2026"}],
        [{"setid": "a", "title": "KETAMINE (MAKER)", "spl_version": 2, "published_date": "Feb 2, 2026"}])),
    "label by section": ("us-openfda-label", lambda: _list(
        "results", [{"set_id": "s", "openfda": {"brand_name": ["SPRAVATO"]}, "boxed_warning": ["Sedation."]}],
        [{"set_id": "s", "openfda": {"brand_name": ["SPRAVATO"]}, "boxed_warning": ["Sedation; dissociation."]}])),
    "supplements": ("us-openfda-drugsfda-211243", lambda: tuple(  # type: ignore[return-value]
        json.dumps({"results": [{"submissions": [
            {"submission_type": "SUPPL", "submission_number": str(number), "submission_status": "AP",
             "submission_status_date": "20260101"} for number in numbers]}]}) for numbers in ((1,), (1, 2)))),
    "products": ("us-openfda-ndc-ketamine", lambda: _list("results", [_product("1-1", "A")],
                                                          [_product("1-1", "A"), _product("2-2", "B")])),
    "recalls": ("us-openfda-enforcement-ketamine", lambda: _list("results", [_recall("D-1")], [_recall("D-2"),
                                                                                            _recall("D-1")])),
    "register search": ("us-fr-ketamine", lambda: _list("results", [_register("2026-1", "Schedules")],
                                                        [_register("2026-2", "Telemedicine"),
                                                         _register("2026-1", "Schedules")])),
    "register ahead of print": ("us-fr-public-inspection", lambda: _list(
        "results", [_register("2026-1", "Fisheries")],
        [_register("2026-1", "Fisheries"), _register("2026-2", "Telemedicine Flexibilities")])),
    "amendments": ("us-ecfr-versions-1308", lambda: _list("content_versions", [_version("1308.13", "2025-01-02")],
                                                          [_version("1308.13", "2025-01-02"),
                                                           _version("1308.13", "2026-01-02")])),
    "government search": ("uk-govuk-search-ketamine", lambda: _list(
        "results", [{"title": "A review", "link": "/a", "public_timestamp": "2026-01-28T00:00:00Z"}],
        [{"title": "A response", "link": "/b", "public_timestamp": "2026-03-01T00:00:00Z", "description": "On ketamine."},
         {"title": "A review", "link": "/a", "public_timestamp": "2026-01-28T00:00:00Z"}])),
    "medicines report": ("eu-ema-medicines", lambda: _list(
        "data", [{"name_of_medicine": "Spravato", "active_substance": "esketamine hydrochloride", "ema_product_number": "1",
                  "medicine_status": "Authorised"}, {"name_of_medicine": "Other", "medicine_status": "Authorised"}],
        [{"name_of_medicine": "Spravato", "active_substance": "esketamine hydrochloride", "ema_product_number": "1",
          "medicine_status": "Withdrawn"}, {"name_of_medicine": "Other", "medicine_status": "Refused"}])),
    "procedures report": ("eu-ema-post-authorisation", lambda: _list(
        "", [{"name": "Spravato", "procedure_number": "II/1"}],
        [{"name": "Spravato", "procedure_number": "II/1"}, {"name": "Spravato", "procedure_number": "II/2"}])),
    "registration record": ("es-cima-api-spravato", lambda: tuple(  # type: ignore[return-value]
        json.dumps({"nregistro": "1", "nombre": "SPRAVATO", "docs": [{"tipo": 1, "fecha": day}]}) for day in (1, 2))),
    "product list": ("ca-hc-dpd-spravato", lambda: _list(
        "", [{"drug_code": 1, "brand_name": "SPRAVATO", "last_update_date": "2025-01-01"}],
        [{"drug_code": 1, "brand_name": "SPRAVATO", "last_update_date": "2026-01-01"}])),
    "paper numbers": ("int-pubmed-guidelines", lambda: _list("esearchresult.idlist", ["100", "99"], ["101", "100", "99"])),
    "papers": ("int-europepmc-guidelines", lambda: _list(
        "resultList.result", [{"id": "1", "title": "A guideline", "pubYear": "2025"}],
        [{"id": "2", "title": "A consensus", "pubYear": "2026"}, {"id": "1", "title": "A guideline", "pubYear": "2025"}])),
    "trials": ("int-ctgov-esketamine", lambda: tuple(  # type: ignore[return-value]
        json.dumps({"studies": [{"protocolSection": {"identificationModule": {"nctId": "NCT1", "briefTitle": "A trial"},
                                                     "statusModule": {"overallStatus": status}}}]})
        for status in ("RECRUITING", "COMPLETED"))),
    "document": ("us-spravato-rems-overview", lambda: (_pdf(*PARAGRAPHS), _pdf(*PARAGRAPHS, "No use at home."))),
    "page with a line set aside": ("uk-emc-spravato-smpc", lambda: (
        page("Last updated on emc: 1 May 2026", *PARAGRAPHS), page("Last updated on emc: 2 May 2026", *PARAGRAPHS[1:]))),
    "record of a paper": ("ca-canmat-mdd-2023", lambda: (_crossref(False), _crossref(True))),
}
MEDIA = {Format.HTML: "text/html; charset=utf-8", Format.JSON: "application/json", Format.XML: "application/xml",
         Format.FEED: "application/rss+xml", Format.TEXT: "text/csv", Format.PDF: "application/pdf"}


def _shape(source: Source) -> tuple[object, ...]:
    rules = source.rules
    return (rules.format, rules.items, rules.select, rules.ignore, "/api/content/" in source.url)


def test_every_shape_is_among_the_examples() -> None:
    """Each combination of format and rules that the catalogue uses is tried below."""
    tried = {_shape(SOURCES[id]) for id, _ in SHAPES.values()}
    # one page is like another: what an XML source says depends on the service, not on rules
    missing = {source.id for source in SOURCES.values() if _shape(source) not in tried and source.enabled}
    assert not missing


@pytest.mark.parametrize("shape", SHAPES)
def test_first_then_unchanged_then_changed(shape: str, watched: Watched) -> None:
    """The first look is first, the same answer is unchanged, a news item or new word is changed."""
    id, answers = SHAPES[shape]
    before, after = answers()
    source = SOURCES[id]
    media = MEDIA[source.rules.format]
    watched.site.page("/page", before, media_type=media)
    entry = next(entry.lines for group in catalogue().groups for entry in group.entries if entry.source.id == id)
    lines = entry.replace(f'url = "{source.url}"', f'url = "{watched.site.url("/page")}"')
    assert lines != entry
    watched.sources.append(lines.replace("enabled = false\n", ""))
    assert watched.one(id).kind is OutcomeKind.FIRST
    assert watched.one(id, fresh=True).kind is OutcomeKind.UNCHANGED
    watched.site.page("/page", after, media_type=media)
    outcome = watched.one(id)
    assert (outcome.kind, outcome.reason) == (OutcomeKind.CHANGED, None), outcome.detail


# starters

def test_a_starter_holds_what_was_asked_for(tmp_path: Path) -> None:
    """A starter by jurisdiction and kind loads, holds exactly those sources as the catalogue has them, and the contact."""
    text, chosen = starter(catalogue(), jurisdictions=["uk"], kinds=[SourceKind.HTA], contact="a@clinic.example")
    path = tmp_path / "sources.toml"
    path.write_text(text, "utf-8")
    settings = load(path)
    assert settings.fetch.contact == "a@clinic.example"
    assert list(settings.sources) == chosen == [s for s in SOURCES.values()
                                                if s.jurisdiction in ("UK", "UK-SCT") and s.kind is SourceKind.HTA]


def test_a_starter_of_everything_is_the_catalogue(tmp_path: Path) -> None:
    """Nothing asked means everything, headings and comments included."""
    text, chosen = starter(catalogue())
    assert chosen == list(SOURCES.values())
    assert [line for line in text.splitlines() if line] == [
        line for line in shipped().read_text("utf-8").splitlines() if line]


@pytest.mark.parametrize(("wanted", "jurisdiction", "covered"), [
    ("US", "US", True), ("us", "US-TX", True), ("US-TX", "US-TX", True), ("US-TX", "US", False), ("TX", "US-TX", True),
    ("NZ", "AU-NZ", True), ("EU", "FR", True), ("FR", "EU", False), ("UK", "US", False),
])
def test_what_a_jurisdiction_covers(wanted: str, jurisdiction: str, covered: bool) -> None:
    """A country covers its parts, the union its members; a part does not cover the whole."""
    assert covers(wanted, jurisdiction) is covered


@pytest.mark.parametrize("wish", [{"jurisdictions": ["XX"]}, {"topics": ["cheese"]},
                                  {"jurisdictions": ["HK"], "kinds": [SourceKind.PAYER]}])
def test_a_wish_nobody_can_fill(wish: dict[str, Any]) -> None:
    """A starter of nothing is an error that says what there is."""
    with pytest.raises(UsageError):
        starter(catalogue(), **wish)


