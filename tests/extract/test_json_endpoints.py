"""Every service we know of, in the shape it answers with: entries become sections from sources.toml alone.

The shapes are theirs, the words are ours.
"""

from __future__ import annotations

import copy
import json
import random
from datetime import date
from typing import Any

import pytest

from guidetrack.extract import extract
from guidetrack.models import Items, Rules, Text


def read(document: Any, items: Items | None = None) -> Text:
    """The text of a JSON document."""
    return extract(json.dumps(document).encode(), "application/json", "https://api.example.org/x", Rules(items=items))


FEDERAL_REGISTER = {
    "count": 2, "description": "Documents matching 'ketamine'", "total_pages": 1, "next_page_url": None,
    "results": [
        {"document_number": "2031-00012", "type": "Rule", "title": "Example rule on <span class=\"match\">ketamine</span> records",
         "abstract": "We set out an example.", "publication_date": "2031-02-03", "effective_on": "2031-03-04",
         "agencies": [{"raw_name": "EXAMPLE", "name": "Example Administration", "slug": "example-administration", "id": 7,
                       "url": "https://x.example", "json_url": "https://x.example/7", "parent_id": None}],
         "docket_ids": ["Docket No. EX-1"], "cfr_references": [{"title": 21, "part": 1307}], "html_url": "https://x.example/12"},
        {"document_number": "2030-00999", "type": "Notice", "title": "Example notice", "abstract": None,
         "publication_date": "2030-12-30", "agencies": [{"name": "First", "slug": "f"}, {"name": "Second", "slug": "s"}]}]}
ECFR_VERSIONS = {
    "content_versions": [
        {"date": "2030-01-02", "amendment_date": "2030-01-02", "issue_date": "2030-01-02", "identifier": "1308.13",
         "name": "§ 1308.13 Example schedule.", "part": "1308", "substantive": True, "removed": False, "title": "21", "type": "section"},
        {"date": "2031-01-02", "amendment_date": "2031-01-02", "issue_date": "2031-01-05", "identifier": "1308.13",
         "name": "§ 1308.13 Example schedule.", "part": "1308", "substantive": False, "removed": False, "title": "21", "type": "section"}],
    "meta": {"result_count": 2, "latest_issue_date": "2031-01-05", "title": "21"}}
REGULATIONS = {
    "data": [{"id": "EX-2030-0001-0002", "type": "documents", "attributes": {
        "title": "An example proposal", "documentType": "Proposed Rule", "postedDate": "2030-01-02T05:00:00Z", "withdrawn": False}}],
    "meta": {"hasNextPage": False, "totalElements": 1, "pageNumber": 1}}
SPLS = {"data": [{"setid": "aaaa-1", "spl_version": 4, "title": "EXAMPLE SPRAY", "published_date": "Jan 02, 2031"},
                 {"setid": "bbbb-2", "spl_version": 9, "title": "EXAMPLE INJECTION", "published_date": "Feb 03, 2030"}],
        "metadata": {"total_elements": 2, "db_published_date": "Mar 01, 2031 02:11:00AM", "elements_per_page": 100}}
HISTORY_ROWS = [{"setid": "aaaa-1", "spl_version": "3", "effective_time": "20300102", "title": "EXAMPLE SPRAY"},
                {"setid": "aaaa-1", "spl_version": "4", "effective_time": "20310102", "title": "EXAMPLE SPRAY"}]
HISTORY_SHORT = [{"spl_version": 3, "published_date": "Jan 02, 2030"}, {"spl_version": 4, "published_date": "Jan 02, 2031"}]
HISTORIES = [
    {"data": HISTORY_ROWS, "metadata": {"total_elements": 2}},
    {"data": HISTORY_SHORT, "metadata": {"total_elements": 2}},
    {"data": {"spl": {"setid": "aaaa-1", "title": "EXAMPLE SPRAY"}, "history": HISTORY_SHORT}, "metadata": {"total_elements": 2}}]
OPENFDA = {"disclaimer": "Do not rely on this example.", "last_updated": "2031-01-01",
           "results": [{"recall_number": "D-0001-2031", "status": "Ongoing", "classification": "Class II",
                        "product_description": "Example injection, 10 mg/mL", "reason_for_recall": "An example of a reason",
                        "report_date": "20310102", "openfda": {"brand_name": ["EXAMPLE"], "spl_set_id": ["aaaa-1"]}}]}
OPENFDA_RECALLS = {"meta": {"last_updated": "2031-01-01", "results": {"skip": 0, "limit": 100, "total": 1}},
                   "results": OPENFDA["results"]}
OPENFDA_LABEL = {"meta": {"last_updated": "2031-01-01"}, "results": [
    {"set_id": "aaaa-1", "id": "x-1", "version": "17", "effective_time": "20310102",
     "boxed_warning": ["WARNING: EXAMPLE Sedation may follow."], "openfda": {"brand_name": ["EXAMPLE"]}}]}
OPENFDA_DRUGS = {"meta": {"last_updated": "2031-01-01"}, "results": [
    {"application_number": "NDA000001", "sponsor_name": "EXAMPLE", "submissions": [
        {"submission_type": "SUPPL", "submission_number": "3", "submission_status": "AP", "submission_status_date": "20300102",
         "application_docs": [{"id": "1", "url": "https://x.example/a.pdf", "date": "20300102", "type": "Label"}]}]}]}
GOVUK_SEARCH = {"results": [{"title": "An example alert", "link": "/example-alert", "public_timestamp": "2031-01-02T10:00:00Z",
                             "organisations": [{"title": "Example Agency", "slug": "example", "link": "/o", "acronym": "EA"}],
                             "es_score": 1.5, "_id": "/example-alert", "elasticsearch_type": "alert"}],
                "total": 1, "start": 0, "facets": {}, "suggested_queries": []}
GOVUK_CONTENT = {
    "base_path": "/guidance/example", "content_id": "c-1", "document_type": "guidance", "title": "Example guidance", "locale": "en",
    "description": "What to do.", "public_updated_at": "2031-01-02T10:00:00+00:00", "first_published_at": "2029-05-05T09:00:00+00:00",
    "updated_at": "2031-01-02T10:00:07Z", "publishing_request_id": "r-1",
    "details": {"body": "<div><h2 id=\"dose\">Dose</h2><p>Not more than <strong>two</strong> a week.</p></div>",
                "change_history": [{"public_timestamp": "2029-05-05T09:00:00.000+00:00", "note": "First published."},
                                   {"public_timestamp": "2031-01-02T10:00:00.000+00:00", "note": "Added the dose."}],
                "attachments": [{"title": "Letter", "url": "https://assets.example/letter.pdf", "id": "letter.pdf"}]},
    "links": {"organisations": [{"title": "Example Agency"}]}}
NICE = [{"GuidanceNumber": "TA999", "Title": "An example appraisal", "LastModified": "/Date(1924992000000+0100)/",
         "Chapters": [{"Title": "1 Recommendations"}, {"Title": "2 Evidence"}]}]
EMA_ROW = {"name_of_medicine": "Example", "ema_product_number": "EMEA/H/C/000001", "medicine_status": "Authorised",
           "active_substance": "example", "marketing_authorisation_date": "02/01/2030"}
PUBMED = {"header": {"type": "esearch", "version": "0.3"}, "esearchresult": {
    "count": "2", "retmax": "2", "retstart": "0", "idlist": ["90000002", "90000001"], "translationset": [],
    "querytranslation": "example[Title]"}}
SUMMARIES = {"header": {"type": "esummary"}, "result": {"uids": ["90000001", "90000002"],
             "90000001": {"uid": "90000001", "title": "First example paper", "pubdate": "2030 Jan"},
             "90000002": {"uid": "90000002", "title": "Second example paper", "pubdate": "2031 Jan"}}}
TRIALS = {"studies": [{"protocolSection": {
    "identificationModule": {"nctId": "NCT99999999", "briefTitle": "An example trial"},
    "statusModule": {"overallStatus": "RECRUITING", "lastUpdatePostDateStruct": {"date": "2031-01-02"}}}, "hasResults": False}],
    "nextPageToken": "abc", "totalCount": 1}
DPD = [{"drug_code": 99999, "drug_identification_number": "02999999", "brand_name": "EXAMPLE", "company_name": "EXAMPLE INC",
        "class_name": "Human", "last_update_date": "2031-01-02"}]
CIMA = {"nregistro": "999", "nombre": "EJEMPLO", "labtitular": "Ejemplo S.A.", "comerc": True, "receta": True, "estado": {"aut": 1924992000000},
        "docs": [{"tipo": 1, "url": "https://x.example/ft.pdf", "secc": True, "fecha": 1924992000000}], "atcs": [{"codigo": "N06", "nombre": "X"}]}
PBS = {"_meta": {"total_records": 1, "page": 1}, "_links": [{"rel": "self", "href": "https://x.example"}],
       "data": [{"li_item_id": "99999X_1", "drug_name": "example", "schedule_code": "5001", "pbs_code": "99999X", "determined_price": 12.50}]}
WORDPRESS = {"id": 5, "modified_gmt": "2031-01-02T10:00:00", "link": "https://x.example/p", "title": {"rendered": "An example page"},
             "content": {"rendered": "<h2>Who</h2>\n<p>Adults only.</p>\n"}}
ENDPOINTS: dict[str, tuple[Any, Items | None, tuple[str, ...], tuple[str, ...]]] = {
    # name: the answer, items as in sources.toml, keys in the order of the text, lines that must be there
    "federal register": (FEDERAL_REGISTER, Items("results"), ("2031-00012", "2030-00999"),
                         ("Example rule on ketamine records", "agencies: Example Administration", "agencies: First; Second",
                          "cfr_references: part: 1307; title: 21", "effective_on: 2031-03-04")),
    "federal register, fields": (FEDERAL_REGISTER, Items("results", fields=("type", "agencies[].name")), ("2031-00012", "2030-00999"),
                                 ("type: Rule", "agencies[].name: First; Second")),
    "ecfr versions": (ECFR_VERSIONS, None, ("1308.13 2031-01-02", "1308.13 2030-01-02"), ("substantive: false", "issue_date: 2031-01-05")),
    "regulations.gov": (REGULATIONS, Items("data"), ("EX-2030-0001-0002",), ("An example proposal", "attributes.withdrawn: false")),
    "dailymed list": (SPLS, Items("data"), ("aaaa-1", "bbbb-2"), ("EXAMPLE SPRAY", "spl_version: 4")),
    "openfda recalls": (OPENFDA_RECALLS, Items("results"), ("D-0001-2031",), ("Example injection, 10 mg/mL", "status: Ongoing")),
    "openfda label": (OPENFDA_LABEL, Items("results"), ("x-1",), ("boxed_warning: WARNING: EXAMPLE Sedation may follow.", "version: 17")),
    "openfda drugs": (OPENFDA_DRUGS, None, ("NDA000001",), ("sponsor_name: EXAMPLE",)),
    "gov.uk search": (GOVUK_SEARCH, Items("results"), ("/example-alert",), ("An example alert", "organisations: Example Agency")),
    "nice index": (NICE, None, ("TA999",), ("An example appraisal", "LastModified: 2031-01-01T01:00:00+01:00")),
    "ema, wrapped": ({"data": [EMA_ROW], "timestamp": "2031-01-01"}, None, ("EMEA/H/C/000001",), ("medicine_status: Authorised",)),
    "ema, bare": ([EMA_ROW], None, ("EMEA/H/C/000001",), ("medicine_status: Authorised",)),
    "pubmed search": (PUBMED, None, ("90000001", "90000002"), ("90000001", "90000002")),
    "pubmed search, items": (PUBMED, Items("esearchresult.idlist"), ("90000001", "90000002"), ("90000002",)),
    "pubmed summaries": (SUMMARIES, None, ("90000001", "90000002"), ("Second example paper", "pubdate: 2031 Jan")),
    "clinicaltrials.gov": (TRIALS, Items("studies"), ("NCT99999999",),
                           ("An example trial", "protocolSection.statusModule.overallStatus: RECRUITING")),
    "dpd": (DPD, None, ("99999",), ("EXAMPLE", "drug_identification_number: 02999999")),
    "pbs": (PBS, None, ("99999X_1",), ("determined_price: 12.5",)),
}


@pytest.mark.parametrize("name", ENDPOINTS)
def test_each_endpoint_gives_its_entries(name: str) -> None:
    """One section an entry, keyed by its identity, with its fields as lines."""
    document, items, keys, lines = ENDPOINTS[name]
    text = read(document, items)
    entries = [section for section in text.sections if section.path]
    if name.startswith("pubmed summ"):
        assert {section.key for section in entries} == set(keys)
    else:
        assert tuple(section.key for section in entries) == keys
    assert not set(lines) - set(text.lines), text.plain


@pytest.mark.parametrize("name", ENDPOINTS)
def test_order_means_nothing(name: str) -> None:
    """Shuffled keys and entries are no change."""
    document, items, _, _ = ENDPOINTS[name]
    shuffled = copy.deepcopy(document)
    pick = random.Random(1)

    def shuffle(value: Any) -> Any:
        if isinstance(value, dict):
            pairs = list(value.items())
            pick.shuffle(pairs)
            return {key: shuffle(inner) for key, inner in pairs}
        return [shuffle(inner) for inner in value] if isinstance(value, list) else value

    shuffled = shuffle(shuffled)
    for holder in [shuffled, *(shuffled.values() if isinstance(shuffled, dict) else ())]:
        for value in [holder, *(holder.values() if isinstance(holder, dict) else ())]:
            if isinstance(value, list) and value and (isinstance(value[0], dict) or (isinstance(holder, dict) and value is holder.get("idlist"))):
                value.reverse()
    assert read(shuffled, items).digest == read(document, items).digest


@pytest.mark.parametrize("document", HISTORIES)
def test_dailymed_history_in_its_three_shapes(document: Any) -> None:
    """Each version is an entry of its own, whatever wraps the list."""
    text = read(document)
    keys = [section.key for section in text.sections if section.path]
    assert sorted(key.split()[-1] for key in keys) == ["3", "4"]
    assert len({section.path for section in text.sections if section.path}) == 2


def test_counts_paging_and_timings_are_set_aside() -> None:
    """What an answer says about itself is listed, not compared."""
    later = copy.deepcopy(OPENFDA_RECALLS)
    later["meta"] = {"last_updated": "2031-06-06", "results": {"skip": 0, "limit": 100, "total": 1}}
    one, other = read(OPENFDA_RECALLS, Items("results")), read(later, Items("results"))
    assert one.digest == other.digest
    assert ("meta.last_updated: 2031-01-01", "feed metadata") in {(line.text, line.rule) for line in one.set_aside}


def test_openfda_without_hits_is_an_empty_list() -> None:
    """Status 404 with NOT_FOUND means that nothing matches: an empty text, and no error."""
    document = {"error": {"code": "NOT_FOUND", "message": "No matches found!"}}
    assert read(document, Items("results")).sections == ()
    assert read(document).sections == ()


def test_federal_register_leaves_results_out_when_there_are_none() -> None:
    """``count: 0`` without the list is an empty list, not a wrong ``items``."""
    assert not [section for section in read({"count": 0, "total_pages": 0}, Items("results")).sections if section.path]


def test_error_objects_still_have_their_text() -> None:
    """Whether an error object is the page is judged elsewhere; its words are there to judge by."""
    assert "error.message: Rate limit exceeded" in read({"error": {"code": "OVER", "message": "Rate limit exceeded"}}, Items("results")).lines
    assert "message: Forbidden" in read({"message": "Forbidden"}).lines


def test_govuk_content() -> None:
    """The body is read as a page; the publisher's notes come newest first; what concerns publishing is set aside."""
    text = read(GOVUK_CONTENT)
    assert text.title == "Example guidance"
    assert text.language == "en"
    assert text.lines == ("What to do.", "Dose", "Not more than two a week.", "Letter <https://assets.example/letter.pdf>")
    assert [(note.text, note.value) for note in text.notes] == [
        ("Added the dose.", date(2031, 1, 2)), ("First published.", date(2029, 5, 5))]
    assert date(2031, 1, 2) in {stated.value for stated in text.dates}
    republished = GOVUK_CONTENT | {"updated_at": "2031-02-02T00:00:00Z", "publishing_request_id": "r-2"}
    assert read(republished).digest == text.digest


def test_a_record_keeps_every_field() -> None:
    """A single record (CIMA) is an outline of all its fields; lists in it are one line an element."""
    lines = read(CIMA).lines
    assert "nombre: EJEMPLO" in lines
    assert "estado.aut: 1924992000000" in lines or "estado.aut: 2031-01-01" in lines
    assert "docs: fecha: 2031-01-01; secc: true; tipo: 1; url: https://x.example/ft.pdf" in lines


def test_wordpress_content_is_read_as_markup() -> None:
    """Fields that hold markup give the blocks of the markup."""
    text = read(WORDPRESS)
    assert text.title == "An example page"
    assert {"Who", "Adults only."} <= set(text.lines)
    assert "<p>" not in text.plain


def test_a_new_entry_adds_a_section_and_touches_no_other() -> None:
    """Whatever is new in a list, all other sections stay as they were."""
    more = copy.deepcopy(FEDERAL_REGISTER)
    more["results"].insert(1, {"document_number": "2031-00500", "title": "Another", "publication_date": "2031-01-15", "type": "Rule"})
    before, after = read(FEDERAL_REGISTER, Items("results")), read(more, Items("results"))
    assert set(before.sections) < set(after.sections)
    assert len(after.sections) == len(before.sections) + 1
