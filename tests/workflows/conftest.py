"""A second server, on which a case's run is short: continue-as-new is suggested at 25 events instead of 4,096."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from temporal import search_attributes
from tests.conftest import SERVER, TIME_SKIPPING
from tests.office_env import World, open_world

SHORT_RUNS = "limit.historyCount.suggestContinueAsNew=25"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server_of_short_runs() -> AsyncIterator[WorkflowEnvironment]:
    """A server that suggests to continue as new after 25 events."""
    args = [part for flag in (*TIME_SKIPPING, SHORT_RUNS) for part in ("--dynamic-config-value", flag)]
    async with await WorkflowEnvironment.start_time_skipping_v2(
        dev_server_existing_path=str(SERVER), dev_server_extra_args=args
    ) as environment:
        await search_attributes.ensure(environment.client)
        yield environment


@pytest_asyncio.fixture(loop_scope="session")
async def rolling_world(server_of_short_runs: WorkflowEnvironment, tmp_path: Path, cache: int) -> AsyncIterator[World]:
    """A world in which every case continues as new after 25 events."""
    async with open_world(server_of_short_runs, tmp_path, cache=cache) as opened:
        yield opened
