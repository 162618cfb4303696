"""What a case does otherwise once its worker was replaced is found, even if its commands keep their order."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio import workflow
from temporalio.testing import WorkflowEnvironment

from domain.case.case import Case
from domain.decisions import Note
from domain.events import Event
from tests.office_env import World, open_world
from wiring.worker import build_replayer


async def told(world: World) -> None:
    """A short story, whose histories the SDK replays without a complaint."""
    case = (await world.report()).case_id
    await world.decide(case, Note(text="备注"), "wxb", "duty")
    await world.quiet(case)
    for history in await world.histories():
        await build_replayer().replay_workflow(history)


def told_anew() -> bool:
    """Whether a case is being built anew from its history; the desk opens one on trial, outside of any workflow."""
    return workflow.in_workflow() and workflow.unsafe.is_replaying()


async def test_an_answer_with_another_time_is_found(
    monkeypatch: pytest.MonkeyPatch, server: WorkflowEnvironment, tmp_path: Path
) -> None:
    happened = Case.happened

    def later(self: Case, event: Event, now: datetime, *by: Any) -> None:
        happened(self, event, now + timedelta(seconds=told_anew()), *by)

    monkeypatch.setattr(Case, "happened", later)

    with pytest.raises(AssertionError, match="says otherwise"):
        async with open_world(server, tmp_path, cache=200) as world:
            await told(world)


async def test_a_case_that_is_left_in_another_state_is_found(
    monkeypatch: pytest.MonkeyPatch, server: WorkflowEnvironment, tmp_path: Path
) -> None:
    enter = Case.enter

    def forgetful(self: Case, *to: Any) -> None:
        enter(self, *to)
        if told_anew():
            self.paused_in = (9,)

    monkeypatch.setattr(Case, "enter", forgetful)

    with pytest.raises(AssertionError, match="left otherwise"):
        async with open_world(server, tmp_path, cache=200) as world:
            await told(world)


async def test_a_command_that_is_missing_is_found(
    monkeypatch: pytest.MonkeyPatch, server: WorkflowEnvironment, tmp_path: Path
) -> None:
    next_wake = Case.next_wake
    monkeypatch.setattr(Case, "next_wake", lambda self: None if told_anew() else next_wake(self))

    with pytest.raises(workflow.NondeterminismError, match="TMPRL1100"):
        async with open_world(server, tmp_path, cache=200) as world:
            await world.quiet((await world.report()).case_id)
