"""An acknowledgement and the timer of the next rung arrive together: the acknowledgement holds the ladder."""

from __future__ import annotations

import asyncio
from pathlib import Path

from temporalio.testing import WorkflowEnvironment

from tests.race.reading import Won
from tests.race.trials import FEW, MODES, hurried_office, race

RUNS = 15
LEAST = 1


async def test_no_level_above_the_acknowledged_one_rings_whoever_comes_first(
    server: WorkflowEnvironment, tmp_path: Path
) -> None:
    """In both orders in which the SDK hands a case what happened; `make race` runs a thousand in each."""
    how = {"office": hurried_office(tmp_path / "config", FEW), "pace": FEW}
    async with asyncio.TaskGroup() as modes:
        raced = {mode: modes.create_task(race(server, tmp_path / mode, mode, RUNS, **how)) for mode in MODES}

    for mode, task in raced.items():
        assert task.result().wrong == []
        assert all(task.result().counts[won] >= LEAST for won in Won), (mode, task.result().counts)
