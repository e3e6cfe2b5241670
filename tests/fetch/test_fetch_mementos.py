"""Indexes of web archives in all their forms, and what their lines do when they are damaged. Pure."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidetrack.fetch.mementos import Index, http_date, moment, read_cdx, read_timemap, replay, same_page, taken_apart

ARCHIVE = "https://archive.example/web"
URL = "https://office.example/label?page=2"
FIRST = datetime(2021, 3, 4, 5, 6, 7, tzinfo=UTC)

ARRAY = json.dumps([
    ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"],
    ["example,office)/label?page=2", "20210304050607", URL, "text/html", "200", "AAAA", "512"],
    ["example,office)/label?page=2", "20220304050607", URL, "warc/revisit", "-", "AAAA", "300"]])
JSON_LINES = "\n".join(json.dumps(row) for row in (
    {"urlkey": "k", "timestamp": "20210304050607", "url": URL, "mime": "text/html", "status": "200", "digest": "sha1:AAAA"},
    {"urlkey": "k", "timestamp": "20220304050607", "url": URL, "mime": "warc/revisit", "digest": "AAAA"}))
CDXJ = ('!OpenWayback-CDXJ 1.0\n'
        f'example,office)/label?page=2 20210304050607 {{"url": "{URL}", "mime": "text/html", "status": "200", "digest": "AAAA"}}\n'
        f'example,office)/label?page=2 20220304050607 {{"url": "{URL}", "mime": "warc/revisit", "digest": "AAAA"}}\n')
CLASSIC = (" CDX N b a m s k r M S V g\n"
           f"example,office)/label?page=2 20210304050607 {URL} text/html 200 AAAA - - 512 0 a.warc.gz\n"
           f"example,office)/label?page=2 20220304050607 {URL} warc/revisit - AAAA - - 300 512 a.warc.gz\n")
OTHER_COLUMNS = f" CDX b N a s m k\n20210304050607 k {URL} 200 text/html AAAA\n20220304050607 k {URL} - warc/revisit AAAA\n"


def cdx(text: str) -> Index:
    """An index answer of ``text``."""
    return read_cdx(text.encode(), archive=ARCHIVE, url=URL)


@pytest.mark.parametrize("text", [ARRAY, JSON_LINES, CDXJ, CLASSIC, OTHER_COLUMNS,
                                  ARRAY.replace("], [", "],\n[")],
                         ids=["array", "json lines", "cdxj", "classic", "columns named", "array in lines"])
def test_every_spelling_says_the_same(text: str) -> None:
    """Time, address of the raw bytes, digest, status and media type come out of each."""
    index = cdx(text)
    assert index.malformed == 0
    first, second = index.mementos
    assert (first.when, first.original, first.digest, first.status, first.media_type) == (FIRST, URL, "AAAA", 200, "text/html")
    assert first.address == f"{ARCHIVE}/20210304050607id_/{URL}"
    assert (second.status, second.digest, second.media_type) == (None, "AAAA", "warc/revisit")


DAMAGED = ["20219999999999", "", "{", "[", "[[]]", "null", "\x00\x01", "<html><h1>Too many requests</h1></html>", "a b",
           '{"timestamp": "20210304050607"}', '{"timestamp": "20210304050607", "url": "javascript:alert(1)"}',
           '{"timestamp": 5, "url": null}', "k 20210304050607 {broken}", "x" * 30_000, "[" * 100_000]


@pytest.mark.parametrize("line", [line for line in DAMAGED if line])
def test_a_damaged_line_is_counted_and_the_others_stand(line: str) -> None:
    """Whatever stands between two good lines, both are read."""
    good = JSON_LINES.splitlines()
    index = cdx(f"{good[0]}\n{line}\n{good[1]}")
    assert len(index.mementos) == 2
    assert index.malformed == 1
    assert len(index.example) <= 200


def test_a_torn_array_keeps_its_whole_rows() -> None:
    """An answer cut in the middle loses the torn row only."""
    index = cdx(ARRAY.replace("], [", "],\n[")[:-60])
    assert len(index.mementos) == 1
    assert index.malformed == 1


def test_copies_of_other_pages_are_left_out() -> None:
    """An archive that answers for a whole site, or for another page, adds nothing to this one."""
    index = cdx(JSON_LINES + "\n" + JSON_LINES.replace("page=2", "page=3"))
    assert (len(index.mementos), index.elsewhere) == (2, 2)


@pytest.mark.parametrize("other, same", [
    ("http://www.office.example/label/?page=2", True), ("HTTPS://Office.Example:443/Label?page=2", True),
    ("https://office.example/label", False), ("https://office.example:8443/label?page=2", False),
    ("https://other.example/label?page=2", False), ("http://[broken", False)])
def test_what_an_index_takes_for_one_page(other: str, same: bool) -> None:
    """Scheme, ``www.``, case and a final slash are no other page; host, port, path and query are."""
    assert same_page(URL, other) is same


TIMEMAP = f"""<{URL}>; rel="original",
<{ARCHIVE}/timemap/link/{URL}>; rel="self"; type="application/link-format"; from="Thu, 04 Mar 2021 05:06:07 GMT",
<{ARCHIVE}/timemap/link/2/{URL}>; rel="timemap"; type="application/link-format",
<{ARCHIVE}/{URL}>; rel="timegate",
<{ARCHIVE}/20210304050607/{URL}>; rel="first memento"; datetime="Thu, 04 Mar 2021 05:06:07 GMT",
<{ARCHIVE}/20220304050607mp_/{URL}>; rel="last memento"; datetime="Fri, 04 Mar 2022 05:06:07 GMT"
"""


def timemap(text: str) -> Index:
    """A TimeMap of ``text``."""
    return read_timemap(text.encode(), archive=ARCHIVE, url=URL)


def test_a_timemap_is_read() -> None:
    """Its mementos with the address of their raw bytes, and where it goes on."""
    index = timemap(TIMEMAP)
    assert [found.address for found in index.mementos] == [
        f"{ARCHIVE}/20210304050607id_/{URL}", f"{ARCHIVE}/20220304050607id_/{URL}"]
    assert index.further == (f"{ARCHIVE}/timemap/link/2/{URL}",)
    assert index.malformed == 0


@pytest.mark.parametrize("line", [
    f'<{ARCHIVE}/20230304050607/{URL}>; rel="memento",', "<<<>>>,", "<html>busy</html>,",
    f'<{ARCHIVE}/20230304050607/{URL}>; rel="memento"; datetime="next Tuesday",',
    '<https://evil.example/x>; rel="memento"; datetime="Fri, 04 Mar 2022 05:06:07 GMT",'])
def test_a_damaged_link_is_counted(line: str) -> None:
    """No date, no link, another server: counted, and the others stand."""
    head, _, rest = TIMEMAP.partition("\n")
    index = timemap(f"{head}\n{line}\n{rest}")
    assert len(index.mementos) == 2
    assert index.malformed >= 1


@given(st.binary(max_size=400))
def test_no_bytes_make_a_reader_fail(body: bytes) -> None:
    """Whatever an archive answers is an index, perhaps an empty one."""
    assert read_cdx(body, archive=ARCHIVE, url=URL).malformed >= 0
    assert read_timemap(body, archive=ARCHIVE, url=URL).malformed >= 0


@given(st.datetimes(min_value=datetime(1996, 1, 1), max_value=datetime(2100, 1, 1)),  # noqa: DTZ001
       st.sampled_from(["https://a.example/b?c=https://d.example/20200101000000/e", "http://a.example/"]))
def test_an_address_can_be_taken_apart(when: datetime, original: str) -> None:
    """What :func:`replay` puts together, with an address inside an address too."""
    asked = when.replace(microsecond=0, tzinfo=UTC)
    assert taken_apart(replay(ARCHIVE, asked, original)) == (asked, original)


@pytest.mark.parametrize("text", ["", "yesterday", "Thu, 99 Foo 2021 99:99:99 GMT", "1" * 500])
def test_what_is_no_date_is_none(text: str) -> None:
    """Never an exception."""
    assert http_date(text) is None
    assert moment(text[:13]) is None
