"""The source of a request: who may say it, and what counts as one."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest
from fastapi import Request
from starlette.types import Scope

from api.http.source import ClientAddress, source_of

PROXIES = [ip_network("10.0.0.0/8"), ip_network("2001:db8:ffff::/48")]
FORWARDED, XFF = b"forwarded", b"x-forwarded-for"


async def source(peer: str | None, *headers: tuple[bytes, str], prefix: int = 64, trusted: Any = PROXIES) -> str:
    seen: list[str] = []

    async def app(scope: Scope, receive: Any, send: Any) -> None:
        seen.append(source_of(Request(scope), prefix))

    raw = [(name, value.encode()) for name, value in headers]
    scope: Scope = {"type": "http", "headers": raw, "client": (peer, 4711) if peer else None}
    await ClientAddress(app, trusted)(scope, None, None)  # type: ignore[arg-type]
    return seen[0]


@pytest.mark.parametrize(
    ("headers", "behind"),
    [
        ([(XFF, "192.0.2.7")], "192.0.2.7"),
        ([(XFF, "192.0.2.7:50000")], "192.0.2.7"),
        ([(XFF, "1.1.1.1, 192.0.2.7")], "192.0.2.7"),
        ([(XFF, "1.1.1.1"), (XFF, "192.0.2.7")], "192.0.2.7"),
        ([(XFF, "1.1.1.1, 192.0.2.7, 10.0.0.9, 10.0.0.8")], "192.0.2.7"),
        ([(XFF, "10.0.0.9")], "10.0.0.9"),
        ([(XFF, "2001:db8:1:2:3:4:5:6")], "2001:db8:1:2::/64"),
        ([(XFF, "::ffff:192.0.2.7")], "192.0.2.7"),
        ([(FORWARDED, "for=192.0.2.7")], "192.0.2.7"),
        ([(FORWARDED, "proto=https; For=192.0.2.7 ;by=10.0.0.1")], "192.0.2.7"),
        ([(FORWARDED, 'for=1.1.1.1, for="192.0.2.7:80"')], "192.0.2.7"),
        ([(FORWARDED, 'for="[2001:db8:1:2::9]:4711";proto=http')], "2001:db8:1:2::/64"),
        ([(FORWARDED, 'for=192.0.2.7;ext="a,for=1.1.1.1"')], "192.0.2.7"),
        ([(FORWARDED, "for=192.0.2.7"), (XFF, "192.0.2.7")], "192.0.2.7"),
    ],
)
async def test_a_trusted_proxy_says_where_a_request_came_from_read_from_the_right(
    headers: list[tuple[bytes, str]], behind: str
) -> None:
    assert await source("10.0.0.1", *headers) == behind


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(XFF, "")],
        [(XFF, "unknown")],
        [(XFF, "1.1.1.1, ' OR 1=1")],
        [(FORWARDED, "for=_hidden")],
        [(FORWARDED, "for=1.1.1.1, for=unknown")],
        [(FORWARDED, "by=192.0.2.7")],
        [(FORWARDED, 'for="1.1.1.1')],
        [(FORWARDED, "for=1.1.1.1"), (XFF, "192.0.2.7")],
        [(XFF, ", ".join(["10.9.9.9"] * 5000))],
    ],
)
async def test_where_a_proxy_says_nothing_that_can_be_believed_it_answers_itself(
    headers: list[tuple[bytes, str]],
) -> None:
    assert await source("10.0.0.1", *headers) in ("10.0.0.1", "10.9.9.9")


@pytest.mark.parametrize("trusted", [(), PROXIES])
@pytest.mark.parametrize("headers", [[(XFF, "1.1.1.1")], [(FORWARDED, "for=1.1.1.1")]])
async def test_nobody_else_is_believed(trusted: Any, headers: list[tuple[bytes, str]]) -> None:
    assert await source("192.0.2.7", *headers, trusted=trusted) == "192.0.2.7"


async def test_an_ipv6_network_is_one_source_and_an_ipv4_address_another() -> None:
    first, second = await source("2001:db8:1:200::1"), await source("2001:db8:1:200:ffff:ffff:ffff:ffff")
    assert first == second == "2001:db8:1:200::/64"
    assert await source("2001:db8:1:201::1") != first
    assert await source("2001:db8:1:201::1", prefix=56) == await source("2001:db8:1:200::1", prefix=56)
    assert await source("192.0.2.7") != await source("192.0.2.8")
    assert await source("fe80::1%eth0") == "fe80::/64"
    assert await source("::ffff:192.0.2.7") == "192.0.2.7"
    assert await source(None) == "unknown"
