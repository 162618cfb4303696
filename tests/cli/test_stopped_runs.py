"""Temporal's own buttons, pressed beside a running office: within a minute the list, the page and `doctor` say so."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from typing import Any

import pytest
import pytest_asyncio
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest, ResetWorkflowExecutionRequest
from temporalio.client import Client

from tests.cli.piyao import Up, piyao
from tests.outboxes import letters

WITHIN = 60
CLAIMS = {
    "cancel": "听说东汀区明天起停气一个星期",
    "terminate": "听说西汀区的学校下周全部停课",
    "delete": "听说河湾区的大桥已经封闭不让走",
    "reset": "听说全市的菜价明天要翻三倍",
}


class Pressed:
    """An office beside whose back each button was pressed, once, on a case of its own."""

    def __init__(self, up: Up) -> None:
        self.up = up
        self.cases: dict[str, str] = {}
        self.numbers: dict[str, str] = {}

    def run(self, *words: str, who: str = "wxb-duty") -> str:
        addresses, key = self.up.addresses, self.up.data / "keys" / "persons" / f"{who}.key"
        around = {"TEMPORAL_ADDRESS": addresses["temporal"], "PIYAO_UI_URL": addresses["ui"]}
        around |= {"PIYAO_API_URL": addresses["api"], "PIYAO_PUBLIC_URL": addresses["api"]}
        return piyao(*words, PIYAO_KEY_FILE=str(key), PIYAO_DATA=str(self.up.data), **around).stdout

    async def _kept(self) -> None:
        """Wait until the register holds the state of every case: without it, none can be restored."""
        until, wanted = time.monotonic() + WITHIN, set(self.cases.values())
        while True:
            with closing(sqlite3.connect(f"file:{self.up.data / 'register.db'}?mode=ro", uri=True)) as register:
                if wanted <= {row[0] for row in register.execute("SELECT case_id FROM states")}:
                    return
            assert time.monotonic() < until, "the register never held the states"
            await asyncio.sleep(0.2)

    async def press(self) -> None:
        for button, claim in CLAIMS.items():
            case = self.cases[button] = json.loads(self.run("report", claim, "--json"))["case_id"]
            self.run("decide", case, "note", "--text", "已电话联系")
            self.numbers[button] = json.loads(self.run("cases", "show", case, "--json"))["case"]["number"]
        await self._kept()
        client = await Client.connect(self.up.addresses["temporal"])
        await client.get_workflow_handle(f"case-{self.cases['cancel']}").cancel()
        await client.get_workflow_handle(f"case-{self.cases['terminate']}").terminate("by mistake")
        gone = WorkflowExecution(workflow_id=f"case-{self.cases['delete']}")
        await client.workflow_service.delete_workflow_execution(
            DeleteWorkflowExecutionRequest(namespace=client.namespace, workflow_execution=gone)
        )
        await self._reset(client, f"case-{self.cases['reset']}")

    async def _reset(self, client: Client, workflow: str) -> None:
        handle = client.get_workflow_handle(workflow)
        run, events = (await handle.describe()).run_id, [one async for one in handle.fetch_history_events()]
        tasks = [one.event_id for one in events if one.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED]
        await client.workflow_service.reset_workflow_execution(
            ResetWorkflowExecutionRequest(
                namespace=client.namespace,
                workflow_execution=WorkflowExecution(workflow_id=workflow, run_id=run),
                workflow_task_finish_event_id=tasks[0],
                request_id="once",
                reset_reapply_type=2,  # none: the note after it is gone
            )
        )

    def told(self, what: str) -> list[dict[str, Any]]:
        """The letters that say something."""
        return [one for one in letters(self.up.data / "outbox" / "notices.jsonl") if what in one["text"]]

    async def says(self, said: str, *words: str) -> str:
        """What a command prints once it says something, within a minute."""
        until = time.monotonic() + WITHIN
        while said not in (out := self.run(*words)):
            assert time.monotonic() < until, out
            await asyncio.sleep(1)
        return out


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pressed]:
    up = Up(tmp_path_factory.mktemp("pressed") / "data")
    try:
        up.addresses = up.ready()
        pressed = Pressed(up)
        await pressed.press()
        yield pressed
    finally:
        up.stop()


def checked(examined: str) -> str:
    """The line of `doctor` about the workflows of cases."""
    return next(line for line in examined.splitlines() if "事项运行" in line)


@pytest.mark.parametrize(("button", "word"), [("terminate", "已被终止"), ("delete", "已被删除")])
async def test_a_stopped_case_is_said_to_be_so_in_the_list_on_its_page_and_by_doctor(
    office: Pressed, button: str, word: str
) -> None:
    listed = await office.says(f"运行{word}", "cases", "list", "--all")
    shown = office.run("cases", "show", office.numbers[button])
    line = checked(await office.says(office.numbers[button], "doctor"))

    assert CLAIMS[button] in listed
    assert f"{word}：时限和通知都已停止" in shown
    assert f"piyao cases restore {office.cases[button]}" in shown
    assert line.startswith("✗")


async def test_a_case_that_was_set_back_says_so_and_goes_on(office: Pressed) -> None:
    listed = await office.says("运行曾被回退", "cases", "list", "--all")
    shown = office.run("cases", "show", office.numbers["reset"])

    assert listed.count("运行曾被回退") == 1
    assert "回退" in shown
    assert "已停止" not in shown
    assert "已记录" in office.run("decide", office.numbers["reset"], "note", "--text", "照常办理")


async def test_a_request_to_cancel_changes_nothing_and_is_told_to_the_administrators(office: Pressed) -> None:
    number, until = office.numbers["cancel"], time.monotonic() + WITHIN
    while not (told := office.told(f"请求取消事项 {number}")):
        assert time.monotonic() < until
        await asyncio.sleep(1)

    shown = office.run("cases", "show", number)
    listed = office.run("cases", "list", "--all").splitlines()

    assert {one["person"] for one in told} == {"wxb-admin"}
    assert "没有执行" in shown
    assert "已记录" in office.run("decide", number, "note", "--text", "照常办理")
    at = next(place for place, line in enumerate(listed) if number in line)
    assert "受理研判" in listed[at + 2], "it is as alive as before"


async def test_doctor_names_a_case_that_was_set_back_once_nothing_is_stopped(office: Pressed) -> None:
    for button in ("terminate", "delete"):
        await office.says("时限和通知都已停止", "cases", "show", office.numbers[button])
        assert "恢复运行" in office.run("cases", "restore", office.numbers[button], who="wxb-admin")

    line = checked(await office.says("曾被人工回退", "doctor"))

    assert line.startswith("✓")
    assert office.numbers["reset"] in line
    assert office.numbers["terminate"] not in line
