"""One case of each stage, stopped in each way: `make restore-matrix` has twenty of each stage."""

from __future__ import annotations

from pathlib import Path

from temporalio.testing import WorkflowEnvironment

from tests.restores.drill import drill


async def test_every_case_that_was_stopped_comes_to_its_end_with_nothing_lost_or_sent_twice(
    server: WorkflowEnvironment, tmp_path: Path
) -> None:
    tried = await drill(server, tmp_path, each=1, closed=1)

    assert {f"{one.case} ({one.stage}, {one.way})": one.wrong for one in tried if one.wrong} == {}
    assert sum(one.restored for one in tried) == 3 * 4 + 1, "terminated, deleted and failed ones, and a closed one"
