"""The office's calendar on the way from its file to a timer: another zone, and an end nobody was told of."""

from __future__ import annotations

import asyncio
import re
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs
from temporalio.testing import WorkflowEnvironment

from domain.vocabulary import ClockName, Level
from settings import PACKAGED, Settings
from tests.office_env import open_world
from tests.workflows import case_steps
from wiring.office import load_office
from wiring.worker import serve_cases

BERLIN = ZoneInfo("Europe/Berlin")
FLU = "听说明天有人来小区免费体检"


async def test_close_of_business_stands_still_when_the_clock_is_put_forward(
    server: WorkflowEnvironment, tmp_path: Path, cache: int
) -> None:
    there = ('"Asia/Shanghai"', '"Europe/Berlin"')
    folder = changed(tmp_path / "config", "policy.toml", there, (r"(?m)^quiet = .*$", ""))
    changed(folder, "calendar.toml", ('country = "CN"', 'country = "none"\ncovered_until = 2029-12-31'))
    async with open_world(server, tmp_path / "data", cache=cache, config=folder) as world:
        case = (await world.report(FLU)).case_id
        friday = last_friday_of_winter(await world.now(case))
        await world.forward(case, datetime.combine(friday, datetime.min.time(), BERLIN) - await world.now(case))
        answer = await case_steps.triaged(world, case, Level.BLUE, co_units=())
        due = next(debt.due for debt in answer.summary.debts if debt.clock is ClockName.ACCEPT)

        await world.forward(case, timedelta(days=3, hours=19))
        await world.quiet(case)
        breach = next(e for e in await world.events(case, "clock_breached") if e["clock"] == ClockName.ACCEPT)

    began = datetime(friday.year, friday.month, friday.day, 18, tzinfo=BERLIN)
    assert due.astimezone(BERLIN) == began + timedelta(days=3)
    assert (datetime.fromisoformat(breach["due"]), breach["late_by"]) == (due, 0)
    assert due - began.astimezone(UTC) == timedelta(days=3) - timedelta(hours=1)  # a night of that weekend is shorter


async def test_a_worker_tells_at_its_start_that_the_calendar_is_about_to_end(
    server: WorkflowEnvironment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.client.service_client.config.target_host)
    monkeypatch.setenv("TEMPORAL_NAMESPACE", server.client.namespace)
    folder = changed(tmp_path / "config", "policy.toml", ('mode = "demo"', 'mode = "drill"'))
    changed(folder, "calendar.toml", ('country = "CN"', 'country = "none"'))
    told = {}
    for days in (10, 100):
        until = datetime.now(UTC).date() + timedelta(days=days)
        changed(folder, "calendar.toml", (r"(?m)^(# )?covered_until = \S+", f"covered_until = {until}"))
        over = asyncio.Event()
        over.set()
        with capture_logs() as lines:
            settings = Settings(config=folder, data=tmp_path / "data", task_queue="calendar")
            await serve_cases(settings, load_office(settings), over)
        told[days] = [line for line in lines if line["event"] == "office.calendar_ends"]

    assert [line["log_level"] for line in told[10]] == ["warning"]
    assert told[10][0]["until"] == str(datetime.now(UTC).date() + timedelta(days=10))
    assert told[100] == []


def changed(folder: Path, file: str, *changes: tuple[str, str]) -> Path:
    """A copy of the sample office in which a file says something else."""
    if not folder.exists():
        shutil.copytree(PACKAGED, folder)
    text = (folder / file).read_text(encoding="utf-8")
    for old, new in changes:
        text, count = re.subn(old, new, text)
        assert count, f"{old} no longer stands in {file}"
    (folder / file).write_text(text, encoding="utf-8")
    return folder


def last_friday_of_winter(now: datetime) -> date:
    """The Friday before the last Sunday of March, when Europe puts its clocks forward."""
    year = now.year + (now.date() >= date(now.year, 3, 20))
    march = date(year, 3, 31)
    return march - timedelta(days=(march.weekday() + 1) % 7 + 2)
