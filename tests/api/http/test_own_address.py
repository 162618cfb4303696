"""Only what was meant for this office gets in: by its own name, and not written by a page of another site."""

from __future__ import annotations

import httpx2
import pytest
from starlette.responses import PlainTextResponse

from api.http.own_address import OwnAddress

HOSTS = ("https://piyao.mc.example:8443/", "0.0.0.0", "10.1.2.3")
OURS = [
    "piyao.mc.example:8443",
    "piyao.mc.example",
    "PIYAO.mc.example",
    "127.0.0.1:8400",
    "localhost",
    "[::1]:8400",
    "10.1.2.3",
]
FOREIGN = [
    "evil.example", "127.0.0.1.evil.example", "piyao.mc.example.evil.example", "0.0.0.0", "10.1.2.4", "[::1", "",
    "a@127.0.0.1.evil.example",
]  # fmt: skip


async def asked(method: str, host: str, **headers: str) -> int:
    transport = httpx2.ASGITransport(app=OwnAddress(PlainTextResponse("in"), HOSTS))
    async with httpx2.AsyncClient(transport=transport, base_url="http://piyao.mc.example") as http:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = await http.request(method, "/", headers={"Host": host, **named})
    assert (answer.text == "in") is answer.is_success
    return answer.status_code


@pytest.mark.parametrize("host", OURS)
async def test_the_names_of_the_office_and_of_the_machine_get_in(host: str) -> None:
    assert await asked("GET", host) == 200
    assert await asked("POST", host) == 200


@pytest.mark.parametrize("host", FOREIGN)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_another_name_gets_nothing(host: str, method: str) -> None:
    assert await asked(method, host) == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "cross-site", "Origin": "https://piyao.mc.example:8443"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "https://piyao.mc.example.evil.example"},
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_a_page_of_another_site_cannot_write(headers: dict[str, str], method: str) -> None:
    assert await asked(method, "127.0.0.1:8400", **headers) == 403
    assert await asked("GET", "127.0.0.1:8400", **headers) == 200  # a link in a mail is followed


@pytest.mark.parametrize(
    ("host", "headers"),
    [
        ("127.0.0.1:8400", {}),
        ("127.0.0.1:8400", {"Sec_Fetch_Site": "same-origin", "Origin": "null"}),
        ("127.0.0.1:8400", {"Sec_Fetch_Site": "none"}),
        ("127.0.0.1:8400", {"Origin": "http://127.0.0.1:8400"}),
        ("127.0.0.1:8400", {"Origin": "https://piyao.mc.example:8443"}),  # behind a proxy that names this machine
        ("piyao.mc.example", {"Origin": "https://piyao.mc.example"}),
    ],
)
async def test_pages_of_ours_and_programs_can_write(host: str, headers: dict[str, str]) -> None:
    assert await asked("POST", host, **headers) == 200
