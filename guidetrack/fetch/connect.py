"""Where a connection is opened: the name is resolved, every address checked, and the checked address connected to.

Between check and connect no name is looked up again, so an answer of the name server that changes meanwhile
(DNS rebinding) changes nothing.
"""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from typing import Any

import httpcore

from guidetrack.fetch.addresses import Address, Policy, literal
from guidetrack.fetch.faults import Fault
from guidetrack.models import Reason

RESOLVERS = 40
"""Threads for name lookups: twice the requests at once, so that names that hang do not hold up the others."""

MAX_ADDRESSES = 6
"""How many addresses of one name are tried."""

NEXT_ADDRESS_S = 4.0
"""How long one address is tried while the name has others: a dead IPv6 route must not eat the deadline."""


class Resolver:
    """Looks names up in threads of its own."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(RESOLVERS, thread_name_prefix="resolve")

    async def addresses(self, host: str, port: int) -> list[Address]:
        """Every address of the host, in the system's order. Fault ``network`` when there is none."""
        known = literal(host)
        if known is not None:
            return [known]
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self._threads, _lookup, host, port)
        except socket.gaierror as error:
            detail = f"the name {host} cannot be resolved ({error.strerror})"
            raise Fault(Reason.NETWORK, detail, retry=error.errno == socket.EAI_AGAIN) from error
        except (OSError, UnicodeError) as error:
            raise Fault(Reason.NETWORK, f"the name {host} cannot be resolved ({error})") from error
        return list(dict.fromkeys(ip_address(item[4][0]) for item in found))

    def close(self) -> None:
        """Wait for no lookup."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _lookup(host: str, port: int) -> list[Any]:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


class Stream(httpcore.AsyncNetworkStream):
    """A connection that knows its address and how much came, and calls a failed TLS handshake by its name."""

    def __init__(self, inner: httpcore.AsyncNetworkStream, host: str, ip: str) -> None:
        self._inner = inner
        self._host = host
        self.ip = ip
        self.received = 0

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = await self._inner.read(max_bytes, timeout)
        self.received += len(data)
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        try:
            self._inner = await self._inner.start_tls(ssl_context, server_hostname, timeout)
        except httpcore.ConnectError as error:
            raise Fault(Reason.TLS, tls_sentence(server_hostname or self._host, error)) from error
        return self

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def tls_sentence(host: str, error: BaseException) -> str:
    """What went wrong in the handshake, from the OpenSSL error somewhere down the chain of causes."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"the certificate of {host} is not valid: {cause.verify_message or cause}"
    if isinstance(cause, ssl.SSLError):
        return f"no secure connection to {host}: {(cause.reason or str(cause)).replace('_', ' ').lower()}"
    return f"{host} closed the connection during the TLS handshake"


class Backend(httpcore.AsyncNetworkBackend):
    """Opens connections to addresses the policy permits, and to no other.

    :param to_proxy: connects to the environment's proxy, whose own address may be private.
    """

    def __init__(self, policy: Policy, resolver: Resolver, connect_s: float, *, to_proxy: bool) -> None:
        self._to_proxy = to_proxy
        self._policy = policy
        self._resolver = resolver
        self._connect_s = connect_s
        self._inner = httpcore.AnyIOBackend()
        self.last: Stream | None = None

    async def check(self, host: str, port: int) -> list[Address]:
        """The addresses of the host that may be connected to. Fault when there is none."""
        return self._policy.permitted(host, await self._resolver.addresses(host, port))

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        find = self._resolver.addresses if self._to_proxy else self.check
        addresses = (await find(host, port))[:MAX_ADDRESSES]
        until = time.monotonic() + self._connect_s
        for number, address in enumerate(addresses, 1):
            left = max(until - time.monotonic(), 0.01)
            limit = left if number == len(addresses) else min(left, NEXT_ADDRESS_S)
            try:
                inner = await self._inner.connect_tcp(str(address), port, limit, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                if number == len(addresses):
                    named = f"the proxy {host}" if self._to_proxy else host
                    raise _unreachable(named, port, error, self._connect_s) from error
            else:
                self.last = Stream(inner, host, str(address))
                return self.last
        raise Fault(Reason.NETWORK, f"the name {host} has no address")

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.AsyncNetworkStream:
        raise Fault(Reason.REFUSED, "Unix sockets are not asked")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def _unreachable(host: str, port: int, error: Exception, limit: float) -> Fault:
    if isinstance(error, httpcore.ConnectTimeout):
        return Fault(Reason.TIMEOUT, f"{host} port {port} did not accept a connection within {limit:g} s", retry=True)
    cause: BaseException | None = error
    while cause is not None and not (isinstance(cause, OSError) and cause.errno):
        cause = cause.__cause__ or cause.__context__
    words = os.strerror(cause.errno).lower() if isinstance(cause, OSError) and cause.errno else "cannot be reached"
    return Fault(Reason.NETWORK, f"no connection to {host} port {port}: {words}", retry=True)
