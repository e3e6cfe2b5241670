"""What comes back for one source: any complete answer, or why there is none."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import hashlib
import re
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from guidetrack.fetch import Fetcher
from guidetrack.fetch.exchange import Received
from guidetrack.models import Capture, Failure, Reason, Source, Validators
from tests.support.site import Answer, Site, zeros_gzip

HTML = {"Content-Type": "text/html"}


def test_a_page_becomes_a_capture(site: Site, ask: Callable[..., Any]) -> None:
    """Every field says what was asked, sent and received."""
    site.answer("/a", Answer(200, b"<p>two hours", {"Content-Type": "text/html", "X-Mixed-CASE": "1"}, reason="Fine"))
    capture = ask(Source("us-fda", site.url("/a#part")))
    digest = hashlib.sha256(b"<p>two hours").hexdigest()
    assert isinstance(capture, Capture)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d{6}Z-" + digest[:8], capture.id)
    assert capture.sha256 == digest
    assert (capture.source, capture.asked, capture.reached) == ("us-fda", site.url("/a#part"), site.url("/a"))
    assert (capture.status, capture.reason_phrase) == (200, "Fine")
    assert (capture.http_version, capture.method) == ("HTTP/1.1", "GET")
    assert ("X-Mixed-CASE", "1") in capture.headers
    assert capture.body == b"<p>two hours"
    assert capture.payload is capture.body
    assert capture.ip == "127.0.0.1"
    assert capture.redirects == ()
    assert capture.truncated == ""
    assert capture.fetched.utcoffset() is not None
    assert 0 < capture.elapsed_s < 5


def test_the_request_headers_are_those_the_server_saw(site: Site, ask: Callable[..., Any]) -> None:
    """What the archive will say we sent is what we sent, to the byte."""
    site.page("/a", "x")
    capture = ask(site.url("/a"), validators=Validators('"v1"', "Tue, 24 Nov 2026 06:00:00 GMT"))
    head = site.asked("/a")[0].head.decode()
    assert head == "GET /a HTTP/1.1\r\n" + "".join(f"{n}: {v}\r\n" for n, v in capture.request_headers) + "\r\n"
    seen = site.asked("/a")[0].headers
    assert seen["user-agent"] == "guidetrack/0.1.0 (+compliance@clinic.example)"
    assert seen["accept-encoding"] == "gzip, deflate"
    assert "text/html" in seen["accept"]
    assert seen["if-none-match"] == '"v1"'
    assert seen["if-modified-since"] == "Tue, 24 Nov 2026 06:00:00 GMT"


def test_a_source_may_ask_for_another_type(site: Site, ask: Callable[..., Any]) -> None:
    """``accept`` of the source takes the place of ours."""
    site.page("/a", "x")
    ask(Source("s", site.url("/a"), accept="application/json"))
    assert site.asked("/a")[0].headers["accept"] == "application/json"


@pytest.mark.parametrize("status", [200, 201, 202, 203, 206, 226, 300, 400, 401, 403, 404, 410, 451, 500, 501, 599])
def test_any_complete_answer_is_a_capture(site: Site, ask: Callable[..., Any], status: int) -> None:
    """The fetch does not judge a status; the verdict does."""
    site.answer("/a", Answer(status, b"body", HTML))
    capture = ask(site.url("/a"))
    assert (capture.status, capture.body) == (status, b"body")


def test_an_unchanged_page_is_a_304_without_body(site: Site, ask: Callable[..., Any]) -> None:
    """Validators make the request conditional."""
    site.page("/a", "<p>x", etag=True)
    etag = ask(site.url("/a")).header("etag")
    capture = ask(site.url("/a"), validators=Validators(etag))
    assert (capture.status, capture.body) == (304, b"")


def test_validators_go_to_their_own_address_only(site: Site, ask: Callable[..., Any]) -> None:
    """A validator of the page behind a redirect is not shown to the redirect."""
    site.redirect("/a", "/b")
    site.page("/b", "x", etag=True)
    etag = ask(site.url("/b")).header("etag")
    assert ask(site.url("/a"), validators=Validators(etag, url=site.url("/b"))).status == 304
    assert "if-none-match" not in site.asked("/a")[-1].headers


def test_the_second_look_is_fresh(site: Site, using: Callable[..., Any]) -> None:
    """again: a new connection, no validators, nothing out of a cache."""
    site.page("/a", "x", etag=True)

    async def work(fetcher: Fetcher) -> list[Any]:
        source = Source("s", site.url("/a"))
        known = Validators((await fetcher.get(source)).header("etag"))  # type: ignore[union-attr]
        return [await fetcher.get(source, known), await fetcher.get(source, known, again=True)]

    first, second = using(work)
    assert (first.status, second.status) == (304, 200)
    one, two, three = site.asked("/a")
    assert one.connection == two.connection != three.connection
    assert three.headers["cache-control"] == "no-cache"
    assert "if-none-match" not in three.headers


def test_a_gzip_body_is_decoded_and_kept_as_received(site: Site, ask: Callable[..., Any]) -> None:
    """body is the content, payload the bytes of the wire."""
    site.answer("/a", Answer(body=b"two hours " * 500, headers=HTML, gzip=True, chunked=True))
    capture = ask(site.url("/a"))
    assert capture.body == b"two hours " * 500
    assert gzip.decompress(capture.payload) == capture.body


@pytest.mark.parametrize("packed", [zlib.compress(b"two hours"), zlib.compress(b"two hours", wbits=-15)])
def test_both_kinds_of_deflate_are_read(site: Site, ask: Callable[..., Any], packed: bytes) -> None:
    """With and without the zlib wrapper."""
    site.answer("/a", Answer(body=packed, headers={"Content-Encoding": "deflate"}))
    assert ask(site.url("/a")).body == b"two hours"


def bomb(size: int) -> Answer:
    """A gzip of so many zeros, made while it is sent."""
    return Answer(stream=zeros_gzip(size), headers={"Content-Encoding": "gzip"})


def endless() -> Iterator[bytes]:
    """A body without end."""
    while True:
        yield b"word " * 2000


GZIP = {"Content-Encoding": "gzip"}
OK = b"HTTP/1.1 200 OK\r\n"
FAULTS: dict[str, tuple[Answer, Reason, str]] = {
    "length-not-reached": (Answer(body=b"x" * 100, cut_at=10), Reason.INCOMPLETE, "broke off after 10 bytes"),
    "length-too-large": (Answer(body=b"x" * 100, length=101, close=True), Reason.INCOMPLETE, "101 were announced"),
    "chunks-cut": (Answer(body=b"x" * 100, chunked=True, cut_at=50), Reason.INCOMPLETE, "last chunk never came"),
    "chunk-size-nonsense": (
        Answer(raw=OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n0\r\n\r\n"), Reason.INCOMPLETE, "framing"),
    "gzip-cut": (Answer(body=gzip.compress(b"x" * 9000)[:-9], headers=GZIP), Reason.INCOMPLETE, "before its end mark"),
    "gzip-crc": (Answer(body=gzip.compress(b"x" * 9)[:-8] + bytes(8), headers=GZIP), Reason.INCOMPLETE, "damaged"),
    "gzip-garbage": (Answer(body=gzip.compress(b"x") + b"<!-- ad -->", headers=GZIP), Reason.INCOMPLETE, "gzip"),
    "gzip-false": (Answer(body=b"<p>plain", headers=GZIP), Reason.UNREADABLE, "is not"),
    "gzip-bomb": (bomb(1 << 30), Reason.TOO_LARGE, "larger than 1,000,000 bytes"),
    "brotli": (Answer(body=b"\x0b\x02", headers={"Content-Encoding": "br"}), Reason.UNREADABLE, "'br'"),
    "zstd": (Answer(body=b"(\xb5/\xfd", headers={"Content-Encoding": "zstd"}), Reason.UNREADABLE, "'zstd'"),
    "twice": (Answer(body=b"x", headers={"Content-Encoding": "gzip, gzip"}), Reason.UNREADABLE, "2 times"),
    "twice-two-headers": (
        Answer(body=b"x", headers=[("Content-Encoding", "gzip"), ("content-encoding", "deflate")]),
        Reason.UNREADABLE, "2 times"),
    "endless": (Answer(stream=endless), Reason.TOO_LARGE, "larger than"),
    "endless-chunked": (Answer(stream=endless, chunked=True), Reason.TOO_LARGE, "larger than"),
    "announced-too-large": (Answer(raw=OK + b"Content-Length: 99999999999\r\n\r\nx"), Reason.TOO_LARGE, "99,999,999"),
    "crumbs": (
        Answer(stream=lambda: (b"x" for _ in range(30_000)), chunked=True), Reason.NETWORK, "pieces of a few bytes"),
    "header-bomb": (Answer(headers={"X": "y" * 500_000}), Reason.TOO_LARGE, "headers"),
    "header-many": (Answer(headers=[(f"X-{n}", "y" * 50) for n in range(9000)]), Reason.TOO_LARGE, "headers"),
    "no-answer": (Answer(raw=b""), Reason.NETWORK, "without an answer"),
    "reset": (Answer(reset=True), Reason.NETWORK, "without an answer"),
    "reset-in-body": (Answer(body=b"x" * 200_000, cut_at=100_000, reset=True), Reason.INCOMPLETE, "bytes of the body"),
    "cut-in-headers": (Answer(raw=OK + b"Content-Type: te"), Reason.INCOMPLETE, "in the middle of its headers"),
    "no-http": (Answer(raw=b"220 ftp.example ready\r\n\r\n"), Reason.NETWORK, "does not answer in HTTP"),
    "http2": (Answer(raw=b"\0\0\x12\x04\0\0\0\0\0\r\n\r\n"), Reason.NETWORK, "does not answer in HTTP"),
    "two-lengths": (
        Answer(raw=OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx"), Reason.NETWORK, "not answer in HTTP"),
    "switching": (Answer(raw=b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
                  Reason.NETWORK, "does not answer in HTTP"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_no_complete_answer_is_a_failure(site: Site, ask: Callable[..., Any], name: str) -> None:
    """Each fault has its reason and a sentence, and the next source on the host is served as if nothing had been."""
    answer, reason, words = FAULTS[name]
    site.answer("/bad", answer)
    site.page("/good", "<p>fine")
    bad, good = ask(site.url("/bad"), site.url("/good"), max_body=1_000_000)
    assert isinstance(bad, Failure), bad
    assert bad.reason is reason, bad
    assert words in bad.detail
    assert bad.reached == site.url("/bad")
    assert good.body == b"<p>fine"


SLOW: dict[str, Answer] = {
    "no-head": Answer(body=b"x", delay_s=60),
    "slow-head": Answer(body=b"x", drip_head_s=0.2),
    "slow-body": Answer(body=b"x" * 1000, drip_s=0.2),
    "slow-chunks": Answer(body=b"x" * 1000, chunked=True, drip_s=0.2),
    "silent-body": Answer(raw=OK + b"Content-Length: 5\r\n\r\nx", keep=True),
    "informational": Answer(raw=b"HTTP/1.1 103 Early Hints\r\n\r\n" * 400, drip_head_s=0.05),
    "gzip-drip": Answer(body=gzip.compress(b"x" * 9000), headers=GZIP, drip_s=0.2),
}


@pytest.mark.parametrize("name", SLOW)
def test_nothing_outlasts_the_deadline(site: Site, ask: Callable[..., Any], name: str) -> None:
    """Slow headers, drips and silence end at the deadline, told as such, and the next source is served."""
    site.answer("/bad", SLOW[name])
    site.page("/good", "<p>fine")
    started = time.monotonic()
    bad, good = ask(site.url("/bad"), site.url("/good"), timeout=1)
    assert time.monotonic() - started < 20
    assert (bad.reason, good.status) == (Reason.TIMEOUT, 200)
    assert "no complete answer within 1 s" in bad.detail


def test_the_deadline_holds_over_redirects_and_retries(site: Site, ask: Callable[..., Any]) -> None:
    """Hops, tries and waits share one budget."""
    for number in range(8):
        site.answer(f"/{number}", Answer(302, headers={"Location": f"/{number + 1}"}, delay_s=0.3))
    site.answer("/busy", Answer(503, headers={"Retry-After": "1"}, delay_s=0.3))
    started = time.monotonic()
    hops, busy = ask(site.url("/0"), site.url("/busy"), timeout=1)
    assert time.monotonic() - started < 20
    assert hops.reason is Reason.TIMEOUT
    assert busy.status == 503


def test_a_port_nobody_listens_on_is_a_network_failure(ask: Callable[..., Any]) -> None:
    """With the system's own word for it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        failure = ask(f"http://127.0.0.1:{taken.getsockname()[1]}/")
    assert failure.reason is Reason.NETWORK
    assert "refused" in failure.detail


def test_a_host_that_swallows_connections_is_a_timeout(ask: Callable[..., Any]) -> None:
    """A full backlog never accepts; the attempt ends with its share of the deadline and is tried again within it."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(deaf.getsockname())
        started = time.monotonic()
        failure = ask(f"http://127.0.0.1:{deaf.getsockname()[1]}/", timeout=1, robots=False)
        assert time.monotonic() - started < 20
        for filler in fillers:
            filler.close()
    assert failure.reason is Reason.TIMEOUT


def test_a_name_that_does_not_exist_is_a_network_failure(ask: Callable[..., Any]) -> None:
    """The sentence names the name."""
    failure = ask("http://no-such-name.invalid/")
    assert failure.reason is Reason.NETWORK
    assert "no-such-name.invalid" in failure.detail


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "http://localhost:1/", "http://[::1]:1/", "http://169.254.169.254/", "http://127.1/"]
)
def test_private_addresses_are_refused_by_default(ask: Callable[..., Any], url: str) -> None:
    """Nothing private is asked unless a network is allowed."""
    failure = ask(url, allow_private=())
    assert failure.reason is Reason.REFUSED


def test_the_address_checked_is_the_address_connected_to(
    site: Site, using: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that answers differently the second time (rebinding) is looked up once for a connection."""
    site.page("/a", "x")
    asked: list[str] = []

    def lookup(host: str, port: int, **_: object) -> list[Any]:
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "10.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    url = f"http://rebind.example:{site.port}/a"

    async def work(fetcher: Fetcher) -> list[Any]:
        first = await fetcher.get(Source("s", url))
        return [first, await fetcher.get(Source("s", url), again=True)]

    first, second = using(work, robots=False)
    assert first.status == 200
    assert first.ip == "127.0.0.1"
    assert second.reason is Reason.REFUSED
    assert "10.0.0.1" in second.detail
    assert asked == ["rebind.example"] * 2


def test_a_body_without_announced_end_lasts_until_the_connection_closes(site: Site, ask: Callable[..., Any]) -> None:
    """HTTP/1.0 style, still in use."""
    site.answer("/a", Answer(raw=b"HTTP/1.0 200 OK\r\n\r\nall of it"))
    capture = ask(site.url("/a"))
    assert (capture.body, capture.http_version) == (b"all of it", "HTTP/1.0")


def test_bytes_beyond_the_announced_length_never_reach_the_next_source(site: Site, ask: Callable[..., Any]) -> None:
    """What a server sends too much is not read as the answer to another request."""
    evil = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
    site.answer("/a", Answer(raw=OK + b"Content-Length: 2\r\n\r\nok" + evil, keep=True))
    site.answer("/n", Answer(raw=b"HTTP/1.1 304 Not Modified\r\n\r\n" + evil, keep=True))
    site.page("/b", "good")
    bodies = [capture.body for capture in ask(*map(site.url, ("/a", "/b", "/n", "/b")))]
    assert bodies == [b"ok", b"good", b"", b"good"]


def test_a_connection_dropped_while_idle_is_opened_again(site: Site, ask: Callable[..., Any]) -> None:
    """A server that closes after its answer, or instead of the next one, costs nothing but a new connection."""
    turns = iter([Answer(body=b"one"), Answer(reset=True), Answer(body=b"two")])
    site.answer("/a", lambda _: next(turns))
    one, two = ask(site.url("/a"), site.url("/a"), robots=False)
    assert (one.body, two.body) == (b"one", b"two")
    assert len({request.connection for request in site.asked("/a")}) == 2


@pytest.mark.parametrize("status", [403, 404, 503])
def test_an_error_answer_counts_even_when_its_body_does_not(site: Site, ask: Callable[..., Any], status: int) -> None:
    """The status of a 404 says what there is to say, whatever is wrong with its body; ``truncated`` tells."""
    site.answer("/cut", Answer(status, b"x" * 100, cut_at=10))
    site.answer("/br", Answer(status, b"\x0b\x02", {"Content-Encoding": "br"}))
    site.answer("/large", Answer(status, b"x" * 2_000_000))
    cut, brotli, large = ask(*map(site.url, ("/cut", "/br", "/large")), max_body=1_000_000)
    assert [capture.status for capture in (cut, brotli, large)] == [status] * 3
    assert [capture.truncated for capture in (cut, brotli, large)] == ["disconnect", "disconnect", "length"]


def test_one_bad_source_does_not_hold_up_the_others(site: Site, using: Callable[..., Any]) -> None:
    """Bombs, drips and silence on some hosts; the page on another host comes at once."""
    site.answer("/drip", Answer(body=b"x" * 1000, drip_s=0.2), host=1)
    site.answer("/bomb", bomb(3 << 30), host=2)
    site.page("/good", "fine", host=3)

    async def work(fetcher: Fetcher) -> tuple[bool, list[Any]]:
        hostile = [Source("drip", site.url("/drip", host=1)), Source("bomb", site.url("/bomb", host=2))]
        bad = [asyncio.ensure_future(fetcher.get(source)) for source in hostile]
        good = await fetcher.get(Source("good", site.url("/good", host=3)))
        return bad[0].done(), [good, *await asyncio.gather(*bad)]

    late, (good, drip, bombed) = using(work, timeout=2)
    assert good.body == b"fine"
    assert not late
    assert (drip.reason, bombed.reason) == (Reason.TIMEOUT, Reason.TOO_LARGE)


def test_large_bodies_take_turns_and_all_arrive(site: Site, using: Callable[..., Any]) -> None:
    """More large bodies than there is room for are read one after the other; waiting costs no deadline."""
    body = b"0123456789abcdef" * 400_000
    for host in (1, 2, 3):
        site.answer("/a", Answer(body=body), host=host)

    async def work(fetcher: Fetcher) -> list[Any]:
        return await asyncio.gather(*(fetcher.get(Source(f"s{h}", site.url("/a", host=h))) for h in (1, 2, 3)))

    assert all(capture.body == body for capture in using(work))


def test_a_get_can_be_cancelled(site: Site, using: Callable[..., Any]) -> None:
    """Ctrl-C in the middle of a body leaves the fetcher fit for use."""
    site.answer("/drip", Answer(body=b"x" * 1000, drip_s=0.05))
    site.page("/good", "fine")

    async def work(fetcher: Fetcher) -> Any:
        task = asyncio.ensure_future(fetcher.get(Source("a", site.url("/drip"))))
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await fetcher.get(Source("b", site.url("/good")))

    assert using(work).body == b"fine"


def test_http_and_https_of_a_host_are_two_origins(using: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """A redirect from one to the other, both on their usual ports, gets a connection of its own."""
    asked: list[str] = []

    async def answered(transport: Any, url: Any, *_: Any, **__: Any) -> Received:
        asked.append(f"{id(transport)} {url}")
        to = b"https://page.example/a" if url.scheme == "http" else b""
        return Received(301 if to else 200, [(b"location", to)], "HTTP/1.1", "", "", b"x", b"x")

    monkeypatch.setattr("guidetrack.fetch.line.exchange", answered)

    async def work(fetcher: Fetcher) -> Any:
        return await fetcher.get(Source("s", "http://page.example/a"))

    capture = using(work, robots=False)
    assert (capture.status, capture.reached) == (200, "https://page.example/a")
    assert len({line.split()[0] for line in asked}) == 2


def test_a_name_with_both_families_is_asked_where_it_is_allowed(site: Site, ask: Callable[..., Any]) -> None:
    """localhost is ::1 and 127.0.0.1; only the second is allowed and asked."""
    site.page("/a", "x")
    capture = ask(site.url("/a", name="localhost"))
    assert (capture.body, capture.ip) == (b"x", "127.0.0.1")
    assert site.asked("/a")[0].headers["host"] == f"localhost:{site.port}"


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6")
def test_an_ipv6_address_is_asked_as_written(ask: Callable[..., Any]) -> None:
    """Brackets in the address, brackets in Host, the bare address in the capture."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(socket.socket(socket.AF_INET6))
        try:
            server.bind(("::1", 0))
        except OSError:
            pytest.skip("no IPv6 loopback")
        server.listen()
        heads: list[bytes] = []

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                heads.append(connection.recv(4096))
                connection.sendall(OK + b"Content-Length: 1\r\nConnection: close\r\n\r\nx")

        thread = threading.Thread(target=answer)
        thread.start()
        port = server.getsockname()[1]
        capture = ask(f"http://[::1]:{port}/a", allow_private=("::1/128",), robots=False)
        thread.join()
    assert (capture.body, capture.ip) == (b"x", "::1")
    assert f"Host: [::1]:{port}\r\n".encode() in heads[0]
