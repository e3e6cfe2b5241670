"""Objects in a bucket: created once, whole or not at all, whatever the store does; trouble is a sentence."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator

import pytest

from guidetrack.errors import DamagedError, StoreError
from guidetrack.store import places
from guidetrack.store.objects import Objects, Patience
from tests.support import bucket

pytestmark = [pytest.mark.fleet, pytest.mark.fast]
SHORT = Patience(total=60.0, first=0.01, longest=0.05, request=30.0)
BRIEF = Patience(total=0.2, first=0.01, longest=0.05, request=30.0)


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Objects:
    """An empty prefix."""
    return Objects.at(f"s3://{bucket.fresh(monkeypatch)}/pre/fix", patience=SHORT, large=6_000_000)


@pytest.fixture
def front(monkeypatch: pytest.MonkeyPatch) -> Iterator[bucket.Front]:
    """A front that passes everything on until told otherwise."""
    bucket.need()
    made = bucket.Front()
    yield made
    made.close()


def behind(front: bucket.Front, monkeypatch: pytest.MonkeyPatch, patience: Patience = SHORT) -> Objects:
    """A prefix reached through the front."""
    return Objects.at(f"s3://{bucket.fresh(monkeypatch, front.address)}/p", patience=patience, large=6_000_000)


def times(count: int, what: str) -> Callable[[str, str], str]:
    """A script: ``what`` for that many requests, then all passes."""
    left = iter([what] * count)
    return lambda method, path: next(left, "pass")


def test_an_object_is_written_once(place: Objects) -> None:
    """What is there stays, whoever writes again; reading gives the bytes; removing twice does no harm."""
    assert place.put_new("a/x.txt", b"first")
    assert not place.put_new("a/x.txt", b"second")
    assert (place.get("a/x.txt", 100), place.size("a/x.txt"), place.size("a/y.txt")) == (b"first", 5, None)
    with pytest.raises(DamagedError, match=r"s3://.*/pre/fix/a/y.txt is missing"):
        place.get("a/y.txt", 100)
    with pytest.raises(DamagedError, match="larger than any file"):
        place.get("a/x.txt", 4)
    place.delete("a/x.txt")
    place.delete("a/x.txt")
    assert list(place.list()) == []


def test_large_objects_go_up_in_parts(place: Objects) -> None:
    """A large object comes out whole, is written once too, and leaves no temporary one behind."""
    large = os.urandom(7_000_000)
    assert place.put_new("a/large", large)
    assert not place.put_new("a/large", large[::-1])
    assert place.get("a/large", 10_000_000) == large
    assert [found.name for found in place.list()] == ["large"]


def test_listings_of_more_than_a_page(place: Objects) -> None:
    """Past 1,000 objects every one is listed once, folder by folder; other prefixes of the bucket are not."""
    for number in range(1003):
        place.put_new(f"b/{number:05}", b"x")
    place.put_new("b-c/1", b"yy")
    other = Objects.at(f"{place.address}ture", patience=SHORT)
    other.put_new("b/z", b"z")
    found = list(place.list())
    assert len(found) == len(set(found)) == 1004
    assert places.Listed("b-c", "1", 2) in found
    assert [name for _, name, _ in place.list("b")] == [f"{number:05}" for number in range(1003)]
    assert list(place.list("none")) == []


def test_only_one_of_many_writers_creates(place: Objects) -> None:
    """Of ten writers of one name at once exactly one is told that it wrote it, and its bytes are there."""
    told: dict[int, bool] = {}
    threads = [threading.Thread(target=lambda n=n: told.update({n: place.put_new("a/x", b"%d" % n)})) for n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winners = [number for number, won in told.items() if won]
    assert len(winners) == 1
    assert place.get("a/x", 10) == b"%d" % winners[0]


@pytest.mark.parametrize("key", ["a/../up", "a//twice", "a/line\x01end"])
def test_names_that_lead_elsewhere(place: Objects, key: str) -> None:
    """Somebody else's object with a name no file of ours can have is a sentence, and nothing outside is touched."""
    import boto3

    place.put_new("a/x", b"x")
    name = place.address.split("/")[2]
    client = boto3.client("s3", endpoint_url=bucket.shared(), region_name="us-east-1")
    client.put_object(Bucket=name, Key=f"pre/fix/{key}", Body=b"y")
    with pytest.raises(StoreError, match="none of ours"):
        list(place.list())
    assert place.get("a/x", 10) == b"x"


@pytest.mark.parametrize("what", ["503", "close"])
def test_a_store_that_refuses_for_a_while(front: bucket.Front, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """Every verb waits out a store that answers 503 or closes connections, and does its work once."""
    place = behind(front, monkeypatch)
    front.script = times(3, what)
    assert place.put_new("a/x", b"x")
    for act, wanted in ((lambda: place.get("a/x", 9), b"x"), (lambda: place.size("a/x"), 1),
                        (lambda: [found.name for found in place.list()], ["x"]), (lambda: place.delete("a/x"), None)):
        front.script = times(3, what)
        assert act() == wanted
    assert place.size("a/x") is None


def test_a_lost_answer_does_not_write_twice(front: bucket.Front, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the store wrote but its answer was lost, the next try finds the object there, whole."""
    place = behind(front, monkeypatch)
    front.script = times(1, "lost")
    assert not place.put_new("a/x", b"ours")
    assert place.get("a/x", 9) == b"ours"


def test_an_answer_that_breaks_off_is_asked_again(front: bucket.Front, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a body is never taken for the whole one."""
    place = behind(front, monkeypatch)
    place.put_new("a/x", bytes(1000))
    front.script = times(2, "half")
    assert place.get("a/x", 2000) == bytes(1000)


@pytest.mark.parametrize("what, said", [("503", "answers 503"), ("close", "does not answer")])
def test_patience_ends_in_a_sentence(front: bucket.Front, monkeypatch: pytest.MonkeyPatch, what: str, said: str) -> None:
    """A store that stays away is one line that names the object and says that nothing was lost."""
    place = behind(front, monkeypatch, BRIEF)
    front.script = lambda method, path: what
    for act in (lambda: place.put_new("a/x", b"x"), lambda: place.get("a/x", 9), lambda: place.size("a/x"),
                lambda: list(place.list()), lambda: place.delete("a/x")):
        with pytest.raises(StoreError, match=rf"s3://.*{said}.*nothing was lost") as caught:
            act()
        assert "\n" not in str(caught.value)
        assert "test" not in str(caught.value).split("(")[-1]


def test_a_half_written_large_object_is_never_visible(front: bucket.Front, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the upload of parts fails, there is no object of that name."""
    place = behind(front, monkeypatch, BRIEF)
    front.script = lambda method, path: "503" if "partNumber=2" in path else "pass"
    with pytest.raises(StoreError, match="answers 503"):
        place.put_new("a/large", bytes(12_000_000))
    front.script = lambda method, path: "pass"
    assert list(place.list()) == []


def test_a_bucket_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing bucket is said at once, not after a minute of trying."""
    bucket.fresh(monkeypatch)
    place = Objects.at("s3://no-such-bucket/p")
    for act in (lambda: place.put_new("a/x", b"x"), lambda: place.get("a/x", 9), lambda: list(place.list())):
        with pytest.raises(StoreError, match="there is no bucket 'no-such-bucket'; make it"):
            act()


@pytest.mark.parametrize("address, said", [
    ("ftp://x/y", "nothing is known of that kind"), ("s3://", "names no bucket"), ("s3:///x", "names no bucket"),
    ("s3://b/../x", "expected s3://bucket/prefix"), ("s3://b//x", "expected s3://bucket/prefix"),
    ("s3://b/x?versionId=1", "expected s3://bucket/prefix"), ("s3://b/a b", "expected s3://bucket/prefix"),
    ("s3://key:hunter2@b/x", "expected s3://bucket/prefix"), ("s3://b/%2e%2e/x", "expected s3://bucket/prefix")])
def test_addresses_that_cannot_be(address: str, said: str) -> None:
    """A prefix that could lead elsewhere or holds a secret is refused, and the secret is not repeated."""
    bucket.need()
    with pytest.raises(StoreError, match=said) as caught:
        places.place(address)
    assert "hunter2" not in str(caught.value)


def test_plain_http_only_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """An endpoint elsewhere without TLS is refused, unless it was allowed by name."""
    name = bucket.fresh(monkeypatch)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://storage.example")
    with pytest.raises(StoreError, match="speaks no TLS"):
        Objects.at(f"s3://{name}/p", patience=BRIEF).put_new("a/x", b"x")


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without obstore the line that installs it is said."""
    import importlib.util

    from guidetrack.errors import MissingExtraError

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"guidetrack\[s3\]"):
        Objects.at("s3://b/p")
