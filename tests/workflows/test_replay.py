"""Today's code replays what earlier code has done; and the checks that say so can fail."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer

from adapters.office import holiday_list
from domain.case.case import Case
from domain.case.obligations import PendingEffect
from temporal.converter import data_converter
from temporal.seal import Seal
from temporal.seal_keys import NoKeys
from tests.histories import tasks_without_command
from tests.office_env import open_world
from tests.workflows.recording import FOLDER, STORIES
from tests.workflows.reordered import Reordered
from wiring.worker import build_replayer, workflow_runner

RECORDED = sorted(FOLDER.glob("*.json"))


def recorded(file: Path) -> WorkflowHistory:
    history = json.loads(file.read_text(encoding="utf-8"))
    return WorkflowHistory.from_json(history.pop("workflow_id"), history)


def test_every_story_has_been_recorded() -> None:
    assert {file.stem.rstrip("-0123456789") for file in RECORDED} == {story.__name__ for story in STORIES}
    assert len(list(FOLDER.glob("red_in_short_runs-*.json"))) > 1


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: file.stem)
async def test_a_recorded_case_is_replayed(file: Path) -> None:
    history = recorded(file)

    await build_replayer().replay_workflow(history)

    assert tasks_without_command(history) == []


async def test_another_version_of_the_holiday_library_changes_no_replay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)  # whoever asked it for a day would fail
    holiday_list.listed.cache_clear()
    with pytest.raises(ImportError):
        holiday_list.listed("CN", 2026, 2027)

    for file in RECORDED:
        await build_replayer().replay_workflow(recorded(file))


@pytest.mark.parametrize("name", ["standard", "declined_lead", "silent_unit"])
async def test_a_changed_order_of_commands_is_found(name: str) -> None:
    replayer = Replayer(
        workflows=[Reordered],
        workflow_runner=workflow_runner(),
        data_converter=data_converter,
        interceptors=[Seal(NoKeys())],
    )

    with pytest.raises(workflow.NondeterminismError, match="TMPRL1100"):
        await replayer.replay_workflow(recorded(FOLDER / f"{name}.json"))


async def test_a_rule_that_owes_less_than_it_did_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Case, "call", lambda *said, **more: None)

    with pytest.raises(workflow.NondeterminismError, match="TMPRL1100"):
        await build_replayer().replay_workflow(recorded(FOLDER / "silent_unit.json"))


async def test_a_result_taken_without_a_command_is_found(
    monkeypatch: pytest.MonkeyPatch, server: WorkflowEnvironment, tmp_path: Path
) -> None:
    def settle_in_silence(case: Case, owed: PendingEffect) -> None:
        case.pending_effects = [debt for debt in case.pending_effects if debt.key != owed.key]
        case.change_count += 1

    monkeypatch.setattr(Case, "discharge", settle_in_silence)

    with pytest.raises(AssertionError, match="a result was taken without a command"):
        async with open_world(server, tmp_path, cache=200) as world:
            await world.quiet((await world.report()).case_id)
