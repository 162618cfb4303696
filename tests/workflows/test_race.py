"""An acknowledgement and the timer of the next rung arrive together: the acknowledgement holds the ladder."""

from __future__ import annotations

import asyncio
from pathlib import Path

from temporalio.testing import WorkflowEnvironment

from tests.race.reading import Won
from tests.race.trials import FEW, MODES, race

RUNS = 30
LEAST = 5


async def test_no_level_above_the_acknowledged_one_rings_whoever_comes_first(
    server: WorkflowEnvironment, tmp_path: Path
) -> None:
    """In both orders in which the SDK hands a case what happened; `make race` runs a thousand in each."""
    raced = await asyncio.gather(*(race(server, tmp_path / mode, mode, RUNS, FEW) for mode in MODES))

    for mode, one in zip(MODES, raced, strict=True):
        print(mode, dict(one.counts))
        assert one.wrong == []
        assert all(one.counts[won] >= LEAST for won in Won), (mode, one.counts)
