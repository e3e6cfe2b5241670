"""Which addresses may be asked: http and https, public addresses, and the private ranges somebody allowed. Pure.

Sources: the IANA special-purpose address registries (RFC 6890 and its updates), RFC 6598 (shared address space),
RFC 4291 section 2.5.5 (IPv4 inside IPv6), RFC 3056 (6to4), RFC 6052 (NAT64), WHATWG URL "ends in a number".
Tables of our own, because ``ipaddress.is_global`` answers differently from one Python patch release to the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpx

from guidetrack.errors import UsageError
from guidetrack.fetch.faults import Fault
from guidetrack.models import Reason

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

MAX_URL = 8192
"""Longest address asked for, in characters; RFC 9110 section 4.1 recommends support for 8000 octets."""

_SPECIAL_4 = tuple(
    (IPv4Network(cidr), word)
    for cidr, word in (
        ("0.0.0.0/8", "unspecified"), ("10.0.0.0/8", "private"), ("100.64.0.0/10", "shared (carrier-grade NAT)"),
        ("127.0.0.0/8", "loopback"), ("169.254.0.0/16", "link-local"), ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"), ("192.0.2.0/24", "documentation"), ("192.88.99.0/24", "6to4 relay"),
        ("192.168.0.0/16", "private"), ("198.18.0.0/15", "benchmarking"), ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"), ("224.0.0.0/4", "multicast"), ("240.0.0.0/4", "reserved"),
    )
)
_SPECIAL_6 = tuple(
    (IPv6Network(cidr), word)
    for cidr, word in (
        ("::/128", "unspecified"), ("::1/128", "loopback"), ("::ffff:0:0/96", "IPv4-mapped"),
        ("::/96", "IPv4-compatible"), ("fc00::/7", "private"), ("fe80::/10", "link-local"), ("ff00::/8", "multicast"),
        ("2002::/16", "6to4"), ("2001::/32", "Teredo"), ("2001::/23", "reserved"), ("2001:db8::/32", "documentation"),
        ("3fff::/20", "documentation"),
    )
)
_GLOBAL_6 = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_NO_HOST = re.compile(r"[\x00-\x20\x7f%<>\"'\\^`{|}/?#@]")
_NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)\Z", re.IGNORECASE)


@lru_cache(maxsize=1024)
def special(address: Address) -> str:
    """What kind of not-public address this is (``loopback``, ``private`` …), or empty for a public one."""
    if isinstance(address, IPv4Address):
        return next((word for network, word in _SPECIAL_4 if address in network), "")
    if address in _NAT64:
        inner = special(IPv4Address(int(address) & 0xFFFFFFFF))
        return inner and f"NAT64 of a {inner}"
    found = next((word for network, word in _SPECIAL_6 if address in network), "")
    return found or ("" if address in _GLOBAL_6 else "reserved")


@dataclass(frozen=True, slots=True)
class Policy:
    """Which addresses may be connected to: public ones, and ``allowed`` networks."""

    allowed: tuple[Network, ...] = ()

    @classmethod
    def of(cls, cidrs: Iterable[str]) -> Policy:
        """From CIDR strings. Raises UsageError for what is none."""
        networks: list[Network] = []
        for cidr in cidrs:
            try:
                networks.append(ip_network(cidr, strict=False))
            except ValueError as error:
                raise UsageError(f"allow_private: {cidr!r} is not a network such as 10.0.0.0/8") from error
        return cls(tuple(networks))

    def vouched(self, address: Address) -> bool:
        """Whether an allowed network holds the address."""
        return any(address.version == network.version and address in network for network in self.allowed)

    def permitted(self, host: str, addresses: list[Address]) -> list[Address]:
        """The addresses of ``host`` that may be connected to; Fault ``refused`` when the name is not to be trusted.

        One refused address refuses the name, because a name that is half private is a trick. Only where an allowed
        network holds one of them (``localhost`` is 127.0.0.1 and ::1) the others are merely left out.
        """
        bad = [address for address in addresses if not self.vouched(address) and special(address)]
        if bad and not any(self.vouched(address) for address in addresses):
            named = "" if str(bad[0]) == host else f" ({host})"
            raise Fault(
                Reason.REFUSED,
                f"{bad[0]}{named} is not a public address ({special(bad[0])}) and is not asked "
                "unless allow_private in sources.toml names its network",
            )
        return [address for address in addresses if address not in bad]


def literal(host: str) -> Address | None:
    """The IP address a host is written as, or None for a name. Fault ``refused`` for odd notations of IPv4.

    ``0x7f000001``, ``2130706433``, ``127.1``, ``0177.0.0.1`` and a trailing dot are read by system resolvers as
    IPv4; no publisher writes them, so they are refused whatever they mean.
    """
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        pass
    if _NUMBER.match(host.rstrip(".").rpartition(".")[2]):
        raise Fault(Reason.REFUSED, f"{host} is an IPv4 address in an unusual notation")
    return None


def parse(text: str) -> httpx.URL:
    """An address as a URL without fragment; Fault ``refused`` when it is none or must not be asked."""
    if len(text) > MAX_URL:
        raise Fault(Reason.REFUSED, f"the address is {len(text):,} characters long")
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError) as error:
        raise Fault(Reason.REFUSED, f"{text[:200]!r} is not a web address ({error})") from error
    return checked(url)


def checked(url: httpx.URL) -> httpx.URL:
    """The URL without fragment; Fault ``refused`` for another scheme, credentials, or no host."""
    if url.scheme not in ("http", "https"):
        named = url.scheme[:40] or "an address without scheme"
        raise Fault(Reason.REFUSED, f"only http and https are asked, not {named}")
    if not url.host:
        raise Fault(Reason.REFUSED, "the address names no host")
    if _NO_HOST.search(url.host) or not 0 < (url.port or 80) < 65536:
        raise Fault(Reason.REFUSED, f"{url.netloc[:100].decode('ascii', 'replace')!r} is not a web address")
    if url.userinfo:
        raise Fault(Reason.REFUSED, f"the address of {url.host} carries a user name or password; these are never sent")
    literal(url.host)
    return url.copy_with(fragment=None) if url.fragment else url
