"""The ports of a running house: each is printed, and none serves a page of another site."""

from __future__ import annotations

import re
import socket
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from temporalio.client import Client
from temporalio.service import RPCError

from tests.cli.piyao import Up

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux says who listens where")

CROSS_SITE = (
    {"Host": "evil.example"},
    {"Host": "evil.example", "Origin": "http://evil.example"},
    {"Origin": "http://evil.example"},
    {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
)
TERMINATE = "/api/v1/namespaces/default/workflows/{case}/terminate"


def really_open(pids: set[int]) -> set[str]:
    """Every port some processes listen on, read from all sockets of the machine and from who holds them."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    found = {row[9]: row[1] for row in rows if row[3] == "0A"}
    rows6 = [line.split() for line in Path("/proc/net/tcp6").read_text().splitlines()[1:]]
    held: set[str] = set()
    for pid in pids:
        for link in Path(f"/proc/{pid}/fd").iterdir():
            target = str(link.readlink()) if link.is_symlink() else ""
            if (number := re.sub(r"\D", "", target)) and target.startswith("socket:"):
                assert number not in {row[9] for row in rows6 if row[3] == "0A"}, "listens by IPv6"
                held |= {found[number]} if number in found else set()
    return {
        f"{socket.inet_ntoa(bytes.fromhex(host)[::-1])}:{int(port, 16)}"
        for host, port in (one.split(":") for one in held)
    }


def printed(up: Up) -> dict[str, list[str]]:
    listening: Any = up.addresses["listening"]
    return dict(listening)


def test_every_port_is_printed_and_is_of_this_machine_only(up: Up) -> None:
    told = {place for places in printed(up).values() for place in places}

    assert told == really_open({up.process.pid, *up.children().values()})
    assert all(place.startswith("127.") for place in told)
    assert {up.addresses["temporal"], *(up.addresses[name].removeprefix("http://") for name in ("api", "ui"))} <= told


@pytest.fixture(scope="module")
def case(up: Up) -> str:
    answer = httpx2.post(
        f"{up.addresses['api']}/v1/reports", json={"text": "网传canary-door今晚停电三天"}, trust_env=False
    )
    return f"case-{answer.json()['case_id']}"


def answers(up: Up, method: str, path: str, headers: dict[str, str]) -> Iterator[tuple[str, httpx2.Response]]:
    """What each port answers; the UI's own one is left out: a page would have to guess 22 bits and the port."""
    for place in (place for places in printed(up).values() for place in places if place.startswith("127.0.0.1:")):
        try:
            yield place, httpx2.request(method, f"http://{place}{path}", headers=headers, trust_env=False, timeout=5)
        except (httpx2.TransportError, httpx2.DecodingError):
            continue  # it speaks no HTTP that a browser speaks


@pytest.mark.parametrize("path", ["/", "/api/v1/namespaces", "/v1/reports", "/healthz", "/desk/login", "/namespaces"])
def test_a_name_pointed_at_this_machine_reads_nothing(up: Up, path: str) -> None:
    for place, answer in answers(up, "GET", path, {"Host": "evil.example"}):
        assert answer.status_code >= 400, (place, path)


def test_the_figures_of_temporal_hold_nothing_of_a_case(up: Up, case: str) -> None:
    for place, answer in answers(up, "GET", "/metrics", {"Host": "evil.example"}):
        assert "canary-door" not in answer.text, place
        assert case not in answer.text, place


@pytest.mark.parametrize("headers", CROSS_SITE)
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/json"])
async def test_a_page_of_another_site_stops_and_files_nothing(
    up: Up, case: str, headers: dict[str, str], kind: str
) -> None:
    for path in (TERMINATE.format(case=case), "/v1/reports", "/desk/login"):
        for place, answer in answers(up, "POST", path, {**headers, "Content-Type": kind}):
            assert answer.status_code >= 400, (place, path)
    client = await Client.connect(up.addresses["temporal"])
    assert (await client.get_workflow_handle(case).describe()).close_time is None


async def test_no_activity_runs_without_a_workflow(up: Up) -> None:
    client = await Client.connect(up.addresses["temporal"])
    with pytest.raises(RPCError, match=r"[Ss]tandalone activity is disabled"):
        await client.start_activity(
            "publish", {}, id="alone", task_queue="piyao", start_to_close_timeout=timedelta(seconds=5)
        )


def test_the_page_of_a_case_is_served_at_the_printed_address(up: Up, case: str) -> None:
    page = httpx2.get(f"{up.addresses['ui']}/namespaces/default/workflows/{case}", trust_env=False)
    listed = httpx2.get(f"{up.addresses['ui']}/api/v1/namespaces/default/workflows/{case}", trust_env=False)

    assert "<html" in page.text
    assert listed.json()["workflowExecutionInfo"]["execution"]["workflowId"] == case
