"""A running house that is given faults of every kind writes none of the texts into its logs."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx2
import pytest
from temporalio.client import Client
from temporalio.exceptions import TemporalError
from temporalio.service import RPCError

from tests.cli.piyao import Up

CANARY = "canary-9e1b"
ALL_AT_ONCE = httpx2.Limits(max_connections=None)
SHORT = timedelta(seconds=3)
EVIDENCE = {
    "kind": CANARY,
    "source": CANARY,
    "url": f"https://{CANARY}.example/",
    "captured_at": "2026-11-23T09:00:00Z",
}


@pytest.mark.asyncio
async def test_texts_that_provoke_faults_are_in_no_log(up: Up) -> None:
    key = next((up.data / "keys" / "persons").glob("wxb-duty*")).read_text().strip()
    async with httpx2.AsyncClient(
        base_url=up.addresses["api"], trust_env=False, timeout=60, limits=ALL_AT_ONCE
    ) as http:
        case = await provoked_over_http(http, key)
    await provoked_in_temporal(await Client.connect(up.addresses["temporal"]), case)
    await asyncio.sleep(1.0)  # the native part hands over what it logs in bundles

    logs = {file.name: file.read_text(encoding="utf-8", errors="replace") for file in (up.data / "logs").iterdir()}
    worker = logs["worker.log"]
    assert "Failed activation on workflow" in worker  # it was provoked
    assert {name for name, text in logs.items() if CANARY in text} == set()
    assert {name for name, text in logs.items() if any(len(line) > 10_000 for line in text.splitlines())} == set()
    assert len(worker) < 2_000_000


async def provoked_over_http(http: httpx2.AsyncClient, key: str) -> str:
    """Send a text in every field of every route that takes one; most are refused."""
    bearer = {"Authorization": f"Bearer {key}"}
    report = {"text": f"网传{CANARY}停电三天请大家囤水", "place": CANARY, "url": f"https://{CANARY}.example/"}
    case: str = (await http.post("/v1/reports", json=report)).json()["case_id"]
    bodies = [
        {"kind": "triage", "level": "yellow", "topic": CANARY, "lead": CANARY, "ask": CANARY, "reason": CANARY},
        {"kind": "note", "text": CANARY},
        {"kind": "note", "text": CANARY, "more": CANARY},
        {"kind": "finding", "verdict": CANARY, "explanation": CANARY, "evidence": [EVIDENCE]},
        {"kind": "draft", "publication": "rebuttal", "title": CANARY, "text": CANARY},
        {"kind": "close", "reason": CANARY},
        {"kind": CANARY},
    ]
    for number, body in enumerate(bodies):
        headers = {**bearer, "Idempotency-Key": f"{CANARY}-{number}", "Piyao-Code": CANARY}
        await http.post(f"/v1/cases/{case}/decisions", json=body, headers=headers)
    notes = [
        http.post(
            f"/v1/cases/{case}/decisions",
            json={"kind": "note", "text": f"{CANARY} {number} " + "字" * 150},
            headers={**bearer, "Idempotency-Key": f"many-{number}"},
        )
        for number in range(40)
    ]
    await asyncio.gather(*notes, return_exceptions=True)
    await http.post("/v1/reports", content=f'{{"text": "{CANARY}"', headers={"Content-Type": "application/json"})
    await http.post("/v1/reports", json={"text": CANARY, CANARY: CANARY, "at": CANARY})
    await http.post("/v1/files", content=CANARY.encode(), headers={**bearer, "Content-Type": CANARY})
    for path in (f"/t/{CANARY}", f"/v1/cases/{CANARY}", f"/v1/files/{CANARY}", f"/{CANARY}?{CANARY}={CANARY}"):
        await http.get(path, headers={"Authorization": f"Bearer {CANARY}", "Cookie": f"{CANARY}={CANARY}"})
    await http.post("/desk/login", data={"key": CANARY})
    return case


async def provoked_in_temporal(client: Client, case: str) -> None:
    """Reach the workflow past the desk, with what it cannot read: tasks, signals, queries and Updates fail."""
    handle = client.get_workflow_handle(f"case-{case}")
    for kind, body in (("note", {"text": CANARY}), ("escalate", {"reason": CANARY, "clock": CANARY}), (CANARY, CANARY)):
        with pytest.raises((TemporalError, RPCError)):
            await handle.execute_update(kind, body, id=f"{CANARY}-{kind}", rpc_timeout=SHORT)
    await handle.signal("sighted", {"count": CANARY, "text": CANARY})
    for name in ("record", "brief", CANARY):
        with pytest.raises((TemporalError, RPCError)):
            await handle.query(name, {"after": CANARY, "person": CANARY}, rpc_timeout=SHORT)
    broken = await client.start_workflow(
        "RumorCase", {"opening": {"text": CANARY}}, id=f"broken-{case}", task_queue="piyao"
    )
    await asyncio.sleep(2)
    await broken.terminate()
