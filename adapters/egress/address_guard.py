"""A guard for calls to the outside: a name is resolved once, and each of its addresses must be allowed."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpcore2
import httpx2

from domain.vocabulary import Mode

Network = IPv4Network | IPv6Network

NOT_GLOBAL: tuple[Network, ...] = tuple(
    ip_network(block)
    for block in ("64:ff9b::/96", "2002::/16", "::/96", "5f00::/16", "192.88.99.0/24", "168.63.129.16/32")
)
"""Ranges that Python calls global although they lead inside: translations, tunnels, a cloud's own address."""

SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


class Forbidden(httpcore2.ConnectError):
    """Raised when a name leads to an address that may not be called."""


def may_call(address: str, mode: Mode, trusted: Sequence[Network] = ()) -> bool:
    """Return whether an address may be called: loopback in demo and drill; public or trusted networks in live."""
    ip: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if mode is not Mode.LIVE:
        return ip.is_loopback
    if any(ip in network for network in trusted):
        return True
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in NOT_GLOBAL)


class GuardedBackend(httpcore2.AnyIOBackend):
    """A network backend that connects only where `may_call` allows; TLS and the Host header still get the host name."""

    def __init__(self, mode: Mode, trusted: Sequence[Network]) -> None:
        self._mode, self._trusted = mode, trusted

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Return a connection to the first address that accepts one; the name is resolved once.

        `timeout` is in seconds, for each address.

        Raises:
            Forbidden: one of the name's addresses may not be called.

        """
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as unknown:
            raise httpcore2.ConnectError(str(unknown)) from unknown
        addresses = [str(info[4][0]) for info in found]
        if not addresses or not all(may_call(address, self._mode, self._trusted) for address in addresses):
            raise Forbidden(f"{host} leads to an address that may not be called in mode {self._mode}")
        for address in dict.fromkeys(addresses[:-1]):
            with suppress(httpcore2.ConnectError):
                return await super().connect_tcp(address, port, timeout, local_address, socket_options)
        return await super().connect_tcp(addresses[-1], port, timeout, local_address, socket_options)


def guarded_transport(mode: Mode, trusted: Sequence[Network]) -> httpx2.AsyncHTTPTransport:
    """Return a transport that connects through the guard; it takes no proxy or other setting from the environment."""
    context = _tls()
    transport = httpx2.AsyncHTTPTransport(verify=context, trust_env=False)
    # httpx2 has no argument for the network backend; its pool does.
    transport._pool = httpcore2.AsyncConnectionPool(ssl_context=context, network_backend=GuardedBackend(mode, trusted))
    return transport


@cache
def _tls() -> ssl.SSLContext:
    """Return the TLS context, loaded once per process: loading the trusted authorities takes a tenth of a second."""
    return httpx2.create_ssl_context(trust_env=False)
