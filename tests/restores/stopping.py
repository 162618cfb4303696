"""How an operator stops a case: by Temporal's own command line, or by a version of the program with a fault."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from enum import StrEnum

from domain.runs import RunStatus
from tests.conftest import SERVER
from tests.office_env import World, eventually
from workflows import names


class Way(StrEnum):
    """The ways a workflow is stopped; a request to cancel is refused by the case."""

    CANCEL = "cancel"
    TERMINATE = "terminate"
    DELETE = "delete"
    RESET = "reset"
    FAIL = "fail"


STANDS = {
    Way.CANCEL: RunStatus.RUNNING,
    Way.TERMINATE: RunStatus.TERMINATED,
    Way.DELETE: RunStatus.MISSING,
    Way.RESET: RunStatus.RUNNING,
    Way.FAIL: RunStatus.FAILED,
}
"""How the workflow of an open case stands in the register once it is found."""

OUR_WORDS = ("--reason", "drill")


@dataclass(frozen=True)
class Said:
    """What the command line answered."""

    code: int
    text: str


async def stop(world: World, case: str, way: Way, number: int) -> Said:
    """Stop the workflow of a case; every other one that is reset loses what was decided since."""
    match way:
        case Way.CANCEL:
            return await commanded(world, case, way)
        case Way.TERMINATE:
            return await commanded(world, case, way, *OUR_WORDS)
        case Way.DELETE:
            return await commanded(world, case, way, "--yes")
        case Way.RESET:
            lost = ("--reapply-exclude", "All") if number % 2 else ()
            return await commanded(world, case, way, "--type", "LastWorkflowTask", *OUR_WORDS, *lost)
        case Way.FAIL:
            return await commanded(world, case, "signal", "--name", "fault")


async def commanded(world: World, case: str, command: str, *words: str) -> Said:
    """Run one command of `temporal workflow` on a case."""
    target = world.client.service_client.config.target_host
    where = ("--address", target, "--namespace", world.client.namespace, "--workflow-id", names.workflow_id(case))
    process = await asyncio.create_subprocess_exec(
        str(SERVER),
        "workflow",
        command,
        *where,
        *words,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    text, _ = await process.communicate()
    assert process.returncode is not None
    return Said(process.returncode, text.decode())


async def ended(world: World, case: str) -> bool:
    """Whether Temporal runs no workflow of a case any more."""
    said = await commanded(world, case, "describe", "--output", "json")
    if said.code:
        return True
    status = json.loads(said.text)["workflowExecutionInfo"]["status"]
    return bool(status != "WORKFLOW_EXECUTION_STATUS_RUNNING")


async def forgotten(world: World) -> None:
    """Delete the histories the version with a fault has ended, and wait until Temporal shows them no more."""
    query = f"TaskQueue = '{world.settings.task_queue}' AND ExecutionStatus = 'Failed'"

    async def gone() -> bool:
        runs = [run async for run in world.client.list_workflows(query)]
        for run in runs:
            await commanded(world, names.case_id(run.id), "delete", "--yes", "--run-id", run.run_id)
        return not runs

    await eventually(gone, "what the version with a fault has ended was never deleted")
