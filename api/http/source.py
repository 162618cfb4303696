"""The source of a request: the address it came from, or what a trusted proxy in front says; never what others say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.reports.sources import network_of

Address = IPv4Address | IPv6Address
Networks = Sequence[IPv4Network | IPv6Network]

HOPS = 16
"""How many proxies in a row are followed."""

UNKNOWN = "unknown"
"""The source of a request without an address, as over a Unix socket."""

_ELEMENT = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*"?)+')
_FOR = re.compile(r'(?:^|;)\s*for\s*=\s*(?:"([^"]*)"|([^;"\s]*))\s*(?:;|$)', re.IGNORECASE)
_WITH_PORT = re.compile(r"\[([^\]]*)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+")


class ClientAddress:
    """Middleware that puts the source behind a trusted proxy in the place of the proxy's own address."""

    def __init__(self, app: ASGIApp, trusted: Networks) -> None:
        self.app, self.trusted = app, trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with the address of its source as `client`."""
        client = scope.get("client")
        if self.trusted and client is not None and scope["type"] == "http":
            scope = {**scope, "client": (_behind(client[0], Headers(scope=scope), self.trusted), 0)}
        await self.app(scope, receive, send)


def source_of(request: Request, ipv6_prefix: int) -> str:
    """Return what is admitted as one source: an IPv4 address, or the IPv6 network around an address."""
    address = _client(request)
    if address is None:
        return UNKNOWN
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network((int(address), ipv6_prefix), strict=False))


def network_around(request: Request) -> str:
    """Return the network whose reports of a claim count as those of one source."""
    address = _client(request)
    return UNKNOWN if address is None else network_of(address)


def _client(request: Request) -> Address | None:
    return _address(request.client.host) if request.client else None


def _behind(peer: str, headers: Headers, trusted: Networks) -> str:
    """Return the address behind a peer.

    Where a request carries both headers, one of them may be the client's own: unless they agree, neither is believed,
    and the request counts as the proxy's.
    """
    named = {header: headers.getlist(header) for header in ("x-forwarded-for", "forwarded")}
    found = {_followed(peer, _hops(header, lines), trusted) for header, lines in named.items() if lines}
    return found.pop() if len(found) == 1 else peer


def _followed(peer: str, hops: Iterator[str], trusted: Networks) -> str:
    """Follow the hops from the nearest: each is believed if the one after it, which wrote it down, is trusted."""
    for _ in range(HOPS):
        address = _address(peer)
        if address is None or not any(address in network for network in trusted):
            return peer
        if (further := _address(next(hops, ""))) is None:  # no address, or one kept secret: the proxy answers for it
            return peer
        peer = str(further)
    return peer


def _hops(header: str, lines: Sequence[str]) -> Iterator[str]:
    """Yield the addresses a header names, the nearest first; what is unreadable is empty."""
    for element in reversed(_ELEMENT.findall(",".join(lines))):
        if header == "forwarded":
            found = _FOR.search(element.strip())
            yield (found[1] or found[2] or "") if found else ""
        else:
            yield element.strip()


def _address(text: str) -> Address | None:
    """Return the address of a text, without its port; None if it is none."""
    if found := _WITH_PORT.fullmatch(text):
        text = found[1] or found[2]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
