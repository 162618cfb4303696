"""What every test that needs a server shares: one real Temporal server, and worlds to play stories in.

A world has a real register, a real desk and a real worker of its own. When it ends, every history it made is
replayed, and what its cases said is compared with what they say then (`tests/retelling.py`): no test can forget to.
"""
# ruff: noqa: E402

from __future__ import annotations

import gc
import os

gc.disable()  # what is imported and collected now stays to the end: going through it again and again only takes time

import sys
from collections.abc import AsyncIterator, Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from xdist.scheduler import LoadFileScheduling

if TYPE_CHECKING:  # a second of imports, which the process that hands out the tests does without
    from temporalio.testing import WorkflowEnvironment

    from tests.office_env import World

HERE = Path(__file__).parent
SERVER = Path(sys.executable).parent / "temporal"
os.environ.setdefault("GOMAXPROCS", "1")  # a server that spreads its work spends a tenth of it on spreading
TIME_SKIPPING = [
    "frontend.WorkflowTimeSkippingEnabled=true",
    'history.timerProcessorMaxTimeShift="1ms"',
    "history.timerProcessorMaxPollRPS=10000",
    "history.transferProcessorMaxPollRPS=2000",
    "matching.numTaskqueueReadPartitions=1",  # each world has a queue of its own: to divide it costs more than it saves
    "matching.numTaskqueueWritePartitions=1",
    'frontend.httpAllowedHosts=["nobody.invalid"]',
]
NEVER = 1_000_000


FIRST = ("e2e", "cli", "workflows", "adapters", "api", "injection")
"""The order in which files are handed out by their folders: what starts processes and waits first, pure rules last."""


BESIDE_ONE_STACK = ("test_commands", "test_doctor", "test_doors", "test_log_texts", "test_up")
"""The files of the command line whose tests share one running stack."""


class _Scheduling(LoadFileScheduling):
    """A file is run by one process, and so are the files whose tests share what is costly to start."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        place = Path(file)
        if place.parent.name != "cli":
            return file
        return "cli, beside one stack" if place.stem in BESIDE_ONE_STACK else "cli, command by command"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    """Hand out files with `--dist loadfile` only."""
    return _Scheduling(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the files so that no long one begins when nothing is left beside it."""
    places = {name: place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: places.get(item.path.relative_to(HERE).parts[0], len(FIRST)))


def pytest_collection_finish() -> None:
    """Leave what was collected out of every garbage collection to come, and begin to collect.

    A full collection takes half a second where much is kept. It is done between two files: twice on a busy machine
    the SDK called a workflow stuck for two seconds (TMPRL1101) while its thread was collecting.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, NEVER)
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """Collect after the last test of a file, and leave what is alive then out of the collections to come."""
    done = yield
    if nextitem is None or nextitem.path != item.path:
        gc.collect()
        gc.freeze()
    return done


def pytest_sessionfinish() -> None:
    """Collect all there is once, so that nothing left open goes unseen."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server() -> AsyncIterator[WorkflowEnvironment]:
    """The real server, with a clock per workflow; one per test session."""
    from temporalio.testing import WorkflowEnvironment

    from temporal import search_attributes

    args = [part for flag in TIME_SKIPPING for part in ("--dynamic-config-value", flag)]
    async with await WorkflowEnvironment.start_time_skipping_v2(
        dev_server_existing_path=str(SERVER), dev_server_extra_args=args
    ) as environment:
        await search_attributes.ensure(environment.client)
        yield environment


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Play a story marked `cold` twice: with the normal workflow cache, and with none at all."""
    if "cache" in metafunc.fixturenames and metafunc.definition.get_closest_marker("cold") is not None:
        metafunc.parametrize("cache", [200, 0], ids=["warm", "cold"], indirect=True)


@pytest.fixture
def cache(request: pytest.FixtureRequest) -> int:
    """How many cases the worker of a story keeps in memory; with none, every task builds its case anew."""
    kept: int = getattr(request, "param", 200)
    return kept


@pytest_asyncio.fixture(loop_scope="session")
async def world(server: WorkflowEnvironment, tmp_path: Path, cache: int) -> AsyncIterator[World]:
    """A world to play a story in."""
    from tests.office_env import open_world

    async with open_world(server, tmp_path, cache=cache) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def warm_world(server: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[World]:
    """A world with the normal cache only, for tests in which no workflow logic is at stake."""
    from tests.office_env import open_world

    async with open_world(server, tmp_path, cache=200) as opened:
        yield opened
