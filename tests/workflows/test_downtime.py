"""Nobody works while instants pass: what should have rung rings on return, once, in order, and says how late it is."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from activities.letters import letter_key
from bench.support import standard_case
from bench.support.processes import Server, kill
from cli.supervisor.temporal_server import TIME_MOVES
from domain.vocabulary import ClockName, RungKind
from tests import short_policy
from tests.office_env import World, eventually, open_world
from tests.workflows.test_silence import rang

LADDER = ("3%", "5%", "7%", "9%", "11%")
BUDGET = timedelta(minutes=1)
RUNGS_OF = {
    "wxb-duty": (1, 2, 3, 4, 5),
    "wxb-liaison-a": (1,),
    "wxb-liaison-b": (2,),
    "wxb-deputy": (3, 4),
    "wxb-head": (5,),
}
"""Whom the ladder of a case nobody triages calls, at which of its rungs."""

TWO_HOURS = timedelta(hours=2)
"""The triage clock of yellow, the level of every case nobody has triaged."""


async def test_after_the_worker_was_away_all_rungs_are_recorded_and_told_in_one_message(
    server: WorkflowEnvironment, tmp_path: Path
) -> None:
    """A case's clock stands still while its task waits for a worker, so five rungs pass in real time: 6 seconds."""
    config = short_policy.office(tmp_path / "config", LADDER, {"triage": "1m", "min_gap": "1m"})
    async with open_world(server, tmp_path / "data", cache=200, config=config) as world:
        case = (await world.report(standard_case.claim())).case_id
        opened = (await world.view(case)).opened_at
        await world.quiet(case)
        await world.worker_goes()
        planned = [opened + BUDGET * int(at.removesuffix("%")) / 100 for at in LADDER]
        assert await rang(world, case, ClockName.TRIAGE) == []
        before = len(world.outbox())
        await asyncio.sleep((planned[-1] - datetime.now(UTC)).total_seconds() + 1)

        await world.worker_comes()
        rungs = await rungs_of(world, case, 5)
        await world.quiet(case)

        assert [(rung["n"], when(rung["planned"])) for rung in rungs] == list(enumerate(planned, 1))
        assert [rung["seq"] - rungs[0]["seq"] for rung in rungs] == [0, 1, 2, 3, 4]
        assert len({rung["at"] for rung in rungs}) == 1
        assert [rung["late_by"] for rung in rungs] == [
            int((rung["at"] - when(rung["planned"])).total_seconds()) for rung in rungs
        ]
        assert all(rung["late_by"] >= 1 for rung in rungs)
        told = [(line["person"], line["channel"], line["key"]) for line in world.outbox()[before:]]
        assert sorted(told) == sorted(
            (person, channel, together(case, ns, person, channel))
            for person, ns in RUNGS_OF.items()
            for channel in ("wecom", "sms")
        )


async def test_a_deadline_that_passed_while_the_server_was_down_rings_once(tmp_path: Path) -> None:
    server = Server(tmp_path, TIME_MOVES)
    await server.start()
    try:
        there = WorkflowEnvironment.from_client(await Client.connect(server.address))
        async with open_world(there, tmp_path / "data", cache=200) as world:
            case = (await world.report(standard_case.claim())).case_id
            opened = (await world.view(case)).opened_at
            await world.forward(case, TWO_HOURS - timedelta(seconds=3))
            await world.quiet(case)
            assert [rung["n"] for rung in await rang(world, case, ClockName.TRIAGE)] == [1, 2]

            await kill(server.part)
            await asyncio.sleep(5)
            await server.start()
            rungs = await rungs_of(world, case, 3)
            await world.quiet(case)

            due = opened + TWO_HOURS
            assert [(rung["n"], rung["rung"]) for rung in rungs[2:]] == [(3, RungKind.BREACH)]
            assert when(rungs[2]["planned"]) == due
            assert rungs[2]["late_by"] == int((rungs[2]["at"] - due).total_seconds()) >= 1
            [breach] = await world.events(case, "clock_breached")
            assert (when(breach["due"]), breach["at"], breach["late_by"]) == (due, rungs[2]["at"], rungs[2]["late_by"])
            letters = [(line["person"], line["channel"]) for line in world.outbox() if "/g1/r3/" in line["key"]]
            assert sorted(letters) == [
                (person, channel) for person in ("wxb-deputy", "wxb-duty") for channel in ("mail", "wecom")
            ]
    finally:
        await server.part.stop()


async def rungs_of(world: World, case: str, many: int) -> list[dict[str, Any]]:
    """The rungs of the triage clock, once at least so many have rung."""

    async def there() -> bool:
        return len(await rang(world, case, ClockName.TRIAGE)) >= many

    await eventually(there, f"fewer than {many} rungs rang")
    return await rang(world, case, ClockName.TRIAGE)


def together(case: str, rungs: tuple[int, ...], person: str, channel: str) -> Any:
    """The key of one message that tells a person of all these rungs."""
    keys = [f"{case}/v1/triage:wxb/g1/r{n}/{person}/{channel}" for n in rungs]
    return letter_key(case, [SimpleNamespace(key=key) for key in keys])  # type: ignore[list-item]


def when(text: str) -> datetime:
    return datetime.fromisoformat(text)
