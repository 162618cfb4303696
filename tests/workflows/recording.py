"""Record the histories that every later version must be able to replay: `python -m tests.workflows.recording`.

Each file is one run of one played case. Record anew only after a change that no running case can meet; otherwise the
change needs `workflow.patched`, and the old files stay.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from temporalio.client import WorkflowHistory
from temporalio.testing import WorkflowEnvironment

from domain.clocks.pause import PauseReason
from domain.decisions import Accept, Decline, Extend, MoveReports, Note, Nudge, Pause, Review, TriageDecision
from domain.vocabulary import ClockName, Exit, Level, Stage, Vote
from domain.worktime.working_time import Span
from temporal import search_attributes
from tests.conftest import SERVER, TIME_SKIPPING
from tests.office_env import EVIDENCE, World, open_world
from tests.workflows import case_steps
from tests.workflows.conftest import SHORT_RUNS

FOLDER = Path(__file__).parent / "histories"


async def standard(world: World) -> None:
    case = (await world.report(place="东汀区")).case_id
    await case_steps.verified(world, case)
    await case_steps.signed(world, case, await case_steps.drafted(world, case))
    await finish(world, case)


async def exit_at_triage(world: World) -> None:
    await case_steps.let_out(world)


async def silent_unit(world: World) -> None:
    case = (await world.report()).case_id
    await case_steps.triaged(world, case)
    await world.forward(case, timedelta(hours=17))
    await world.decide(case, Accept(), "swj", "deputy")
    await case_steps.found(world, case)
    await case_steps.signed(world, case, await case_steps.drafted(world, case))
    await finish(world, case)


async def declined_lead(world: World) -> None:
    case = (await world.report()).case_id
    await case_steps.triaged(world, case)
    await world.decide(case, Decline(reason="不属本单位职责", suggested="swu"), "swj", "liaison_a")
    await case_steps.triaged(world, case, lead="swu", co_units=("hbj",))
    await case_steps.found(world, case, "swu", "hbj")
    await world.quiet(case)


async def returned_draft(world: World) -> None:
    case = (await world.report()).case_id
    await case_steps.triaged(world, case, co_units=())
    await case_steps.found(world, case, "swj")
    said = Review(digest=await case_steps.drafted(world, case), outcome=Vote.RETURN, remarks="请写明检测时间")
    await world.decide(case, said, "swj", "deputy")
    await case_steps.signed(world, case, await case_steps.drafted(world, case, text="十时检测，出厂水合格。"))
    await finish(world, case)


async def red_in_short_runs(world: World) -> None:
    case = (await world.report()).case_id
    await case_steps.triaged(world, case, Level.RED)
    await case_steps.accepted(world, case)
    await world.forward(case, timedelta(minutes=50))
    for n in range(3):
        await world.decide(case, Note(text=f"第{n}条"), "wxb", "duty")
    await case_steps.found(world, case)
    await case_steps.signed(world, case, await case_steps.drafted(world, case))
    await finish(world, case)


async def blue_through_holidays(world: World) -> None:
    case = (await world.report("听说明天有人来小区免费体检")).case_id
    await case_steps.triaged(world, case, Level.BLUE)
    await world.forward(case, timedelta(days=40))
    await world.quiet(case)


async def paused_and_extended(world: World) -> None:
    case = (await world.report("听说明天有人来小区免费体检")).case_id
    await case_steps.triaged(world, case)
    await world.decide(case, Nudge(clock=ClockName.ACCEPT, unit="swj", text="请尽快签收"), "wxb", "duty")
    await case_steps.accepted(world, case)
    longer = Extend(clock=ClockName.ANSWER, unit="swj", longer=Span.of("6h"), reason="检测需复核")
    await case_steps.confirmed(world, case, longer, "swj", "liaison_a")
    until = await world.now(case) + timedelta(hours=30)
    said = Pause(reason=PauseReason.TEST_RESULT, until=until, evidence=EVIDENCE)
    await case_steps.confirmed(world, case, said, "wxb", "duty")
    await world.forward(case, timedelta(hours=31))
    await case_steps.found(world, case)
    await world.quiet(case)


async def worded_basket(world: World) -> None:
    """Reports that say too little: one goes to another case, which is let out; the others are a case then."""
    case = (await world.report("停水了？")).case_id
    moved = (await world.report("停水了？", place="东汀区")).report_id
    await world.report("停水了？", place="西汀区")
    await world.quiet(case)
    other = (await world.report()).case_id
    into = (await world.view(other)).number
    await world.decide(case, MoveReports(reports=(moved,), into=into, reason="同一说法"), "wxb", "duty")
    await world.decide(other, TriageDecision(exit=Exit.OPINION), "wxb", "duty")
    claim = "松坪区水厂爆管，今晚八点起停水三天"
    said = TriageDecision(level=Level.YELLOW, topic="供水", lead="swj", claim=claim, reason="已核实地点")
    await world.decide(case, said, "wxb", "duty")
    await case_steps.found(world, case, "swj")
    await case_steps.signed(world, case, await case_steps.drafted(world, case))
    await finish(world, case)


async def finish(world: World, case: str) -> None:
    await world.reaches(case, Stage.CLOSURE)
    await case_steps.closed(world, case)
    await world.handle(case).result()


STORIES: tuple[Callable[[World], Awaitable[None]], ...] = (
    standard, exit_at_triage, silent_unit, declined_lead, returned_draft, red_in_short_runs,
    blue_through_holidays, paused_and_extended, worded_basket,
)  # fmt: skip


async def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for story in STORIES:
        flags = [*TIME_SKIPPING, *([SHORT_RUNS] if story is red_in_short_runs else [])]
        args = [part for flag in flags for part in ("--dynamic-config-value", flag)]
        async with await WorkflowEnvironment.start_time_skipping_v2(
            dev_server_existing_path=str(SERVER), dev_server_extra_args=args
        ) as server:
            await search_attributes.ensure(server.client)
            with tempfile.TemporaryDirectory() as folder:
                async with open_world(server, Path(folder), cache=200) as world:
                    world.patience = 3
                    await story(world)
                    keep(story.__name__, await world.histories())


def keep(name: str, histories: list[WorkflowHistory]) -> None:
    """Write each run to a file of its own, in place of those of an earlier recording."""
    for old in FOLDER.glob(f"{name}*.json"):
        old.unlink()
    for n, history in enumerate(sorted(histories, key=lambda one: one.events[0].event_time.ToNanoseconds()), 1):
        file = FOLDER / (f"{name}.json" if len(histories) == 1 else f"{name}-{n}.json")
        kept = {"workflow_id": history.workflow_id, **json.loads(history.to_json())}
        text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
        file.write_text(re.sub(rf"\d+@{re.escape(socket.gethostname())}", "recording", text) + "\n")
        print(f"{file.name}: {len(history.events)} events")


if __name__ == "__main__":
    asyncio.run(main())
    time.sleep(0.05)  # the interpreter may crash if it ends with the client's threads still at work
