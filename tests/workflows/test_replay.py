"""Today's code replays what earlier code has done; and the checks that say so can fail."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory

import wiring
from tests.reading import tasks_without_command
from tests.workflows.recording import FOLDER, STORIES

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

    await wiring.replayer().replay_workflow(history)

    assert tasks_without_command(history) == []
