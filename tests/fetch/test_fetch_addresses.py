"""Which addresses are asked."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidetrack.errors import UsageError
from guidetrack.fetch.addresses import Policy, literal, parse, special
from guidetrack.fetch.faults import Fault
from guidetrack.models import Reason

REFUSED = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.254", "127.0.0.1", "127.255.255.255",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.168.1.1", "192.0.0.8", "192.0.2.1", "192.88.99.1",
    "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.1.1.1", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "fc00::1", "fd12::1",
    "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "2002:7f00:1::", "2002:a00:1::1", "2001::1", "2001:db8::1",
    "3fff::1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "4000::1",
]
PUBLIC = [
    "8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "192.0.1.1", "2606:4700::1111", "2a00:1450::1",
    "64:ff9b::808:808", "2001:4860::8888",
]


def parsed(text: str) -> httpx.URL | None:
    """The URL, or None when it is refused; nothing but a Fault may come instead."""
    try:
        return parse(text)
    except Fault as fault:
        return None if fault.reason is Reason.REFUSED else pytest.fail(str(fault))


@pytest.mark.parametrize("address", REFUSED)
def test_special_addresses_are_refused(address: str) -> None:
    """Every range that is not the public internet is named and refused."""
    assert special(ip_address(address))
    with pytest.raises(Fault) as caught:
        Policy().permitted("name.example", [ip_address(address)])
    assert caught.value.reason is Reason.REFUSED
    assert str(ip_address(address)) in caught.value.detail
    assert "allow_private" in caught.value.detail


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_permitted(address: str) -> None:
    """The public internet is open."""
    assert Policy().permitted("name.example", [ip_address(address)]) == [ip_address(address)]


def test_one_private_address_refuses_the_name() -> None:
    """A name that is half private is a trick, whichever comes first."""
    for addresses in (["8.8.8.8", "10.0.0.1"], ["10.0.0.1", "8.8.8.8"]):
        with pytest.raises(Fault, match=r"10\.0\.0\.1"):
            Policy().permitted("trick.example", [ip_address(address) for address in addresses])


def test_allowed_networks_are_permitted_and_no_more() -> None:
    """allow_private opens just the networks it names."""
    policy = Policy.of(["10.1.0.0/16", "fd00:1::/32"])
    assert policy.permitted("h", [ip_address("10.1.2.3"), ip_address("fd00:1::5")])
    with pytest.raises(Fault):
        policy.permitted("h", [ip_address("10.2.0.1")])
    with pytest.raises(Fault):
        policy.permitted("h", [ip_address("169.254.169.254")])


def test_localhost_with_only_its_ipv4_allowed_uses_that() -> None:
    """localhost is 127.0.0.1 and ::1; allowing one leaves out the other instead of refusing the name."""
    addresses = [ip_address("::1"), ip_address("127.0.0.1")]
    assert Policy.of(["127.0.0.0/8"]).permitted("localhost", addresses) == [ip_address("127.0.0.1")]


def test_a_word_that_is_no_network_is_a_usage_error() -> None:
    """A typing error in allow_private is said, not ignored."""
    with pytest.raises(UsageError, match=r"10\.0\.0\.0/99"):
        Policy.of(["10.0.0.0/99"])


@pytest.mark.parametrize(
    "host",
    ["0x7f000001", "2130706433", "127.1", "127.0.1", "0177.0.0.1", "0x7f.0.0.1", "127.0.0.1.", "127.0.0.0x1", "0",
     "1.2.3.256", "8.8.2056"],
)
def test_odd_notations_of_ipv4_are_refused(host: str) -> None:
    """What a resolver might read as IPv4 is refused before it is asked."""
    with pytest.raises(Fault, match=r"unusual notation|not a web address") as caught:
        parse(f"http://{host}/")
    assert caught.value.reason is Reason.REFUSED


@pytest.mark.parametrize("host", ["１２７.0.0.1", "127。0。0。1", "①②⑦.0.0.1"])
def test_digits_of_other_scripts_are_no_way_in(host: str) -> None:
    """Full-width and circled digits normalise to an address that is checked, or are no host at all."""
    url = parsed(f"http://{host}/")
    address = literal(url.host) if url is not None else None
    assert url is None or (address is not None and special(address))


def test_names_are_names() -> None:
    """A name with digits in it is no address."""
    for host in ("example.org", "4chan.example", "1.2.3.4.example", "0x.example", "localhost"):
        assert literal(host) is None
    assert literal("93.184.216.34") == IPv4Address("93.184.216.34")
    assert literal("::1") == IPv6Address("::1")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://example.org/", "not ftp"), ("file:///etc/passwd", "not file"), ("gopher://x/", "not gopher"),
        ("javascript:alert(1)", "not javascript"), ("data:text/html,x", "not data"),
        ("//example.org/", "without scheme"),
        ("example.org", "without scheme"), ("http:///path", "no host"), ("http://", "no host"),
        ("http://user:secret@example.org/", "user name or password"), ("http://user@example.org/", "user name"),
        ("http://example.org:99999/", "not a web address"), ("http://exa mple.org/", "not a web address"),
        ("http://[::1/", "not a web address"), ("http://example.org/" + "x" * 9000, "characters long"), ("", "scheme"),
    ],
)
def test_what_is_no_web_address_is_refused_with_a_sentence(url: str, words: str) -> None:
    """Other schemes, credentials and nonsense never reach the network, and a secret is never repeated."""
    with pytest.raises(Fault) as caught:
        parse(url)
    assert caught.value.reason is Reason.REFUSED
    assert words in caught.value.detail
    assert "secret" not in caught.value.detail


def test_the_fragment_is_never_sent() -> None:
    """A fragment is the reader's, not the server's."""
    assert str(parse("https://example.org/a?b=1#part")) == "https://example.org/a?b=1"


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_a_fault(text: str) -> None:
    """No input raises anything but a Fault with reason ``refused``."""
    for candidate in (text, f"http://{text}/", f"http://example.org/{text}"):
        url = parsed(candidate)
        assert url is None or (url.scheme in ("http", "https") and url.host)


@given(st.integers(min_value=0, max_value=2**32 - 1))
def test_an_ipv4_inside_ipv6_is_never_freer_than_itself(number: int) -> None:
    """Mapped, compatible, 6to4 and NAT64 forms of a refused IPv4 address are refused."""
    four = IPv4Address(number)
    forms = [IPv6Address((0xFFFF << 32) | number), IPv6Address(number), IPv6Address((0x2002 << 112) | (number << 80)),
             IPv6Address((0x64FF9B << 96) | number)]
    if special(four):
        assert all(special(form) for form in forms)
