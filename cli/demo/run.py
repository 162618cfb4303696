"""`piyao demo`: the main job, played through the API by the officers of a whole office, on a real server."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from rich.console import Console

import logs
from cli.api_client import ApiClient
from cli.demo import report_file, verify
from cli.demo.live_table import LiveTable
from cli.demo.officers import Officers
from cli.demo.runner import DemoOutcome, play_rows, play_scenes
from cli.demo.summary import DemoSummary, lines
from cli.demo.time_travel import TimeTravel
from cli.messages import message
from cli.supervisor.free_ports import settle
from cli.supervisor.signals import until_told
from cli.supervisor.stack import Stack, StackPlan
from cli.supervisor.temporal_server import TIME_MOVES
from settings import PACKAGED, Settings
from wiring.office import load_office, write_sample_keys
from workflows import names

UNBOUND = 160
"""Characters of a line where no terminal bounds it."""

PAUSE = 0.4
"""Seconds an officer thinks where somebody watches."""


class FolderUsed(Exception):
    """Say that the folder holds another play's data: its cases would answer the reports of this one."""


@dataclass(frozen=True, kw_only=True)
class DemoOptions:
    """Be what was asked for on the command line."""

    reports: Path | None = None
    summary: Path | None = None
    data: Path | None = None
    leave: bool = False
    fast: bool = True


def _console() -> Console:
    """Return the terminal; where there is none, lines are as long as they need to be."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = UNBOUND
    return console


@dataclass
class Demo:
    """Be one run of the demo; `held` tells at its end whether everything was as it must be."""

    wishes: DemoOptions
    folder: Path
    given: list[report_file.ReportLine] = field(default_factory=list)
    console: Console = field(default_factory=_console)
    held: bool = False

    async def run(self) -> None:
        """Start everything, play, check, tell; then stay until told to stop, unless asked to leave."""
        settings = Settings(config=PACKAGED, data=self.folder)
        office, keys = load_office(settings), write_sample_keys(settings)
        assert keys is not None  # noqa: S101  (the packaged office is a demo's)
        plan = self._plan()
        self.console.print(message("demo_starts", data=self.folder), soft_wrap=True)
        async with Stack(plan) as stack, ApiClient(plan.api) as api:
            now = datetime.now(UTC)  # noqa: TID251  (the day decides who sits where; no rule is asked here)
            officers = Officers(api, office, keys, now, pause=0 if self.wishes.fast else PAUSE)
            self.held = await stack.unless_dead(self._play(stack, officers))
            if not self.wishes.leave:
                self.console.print(message("demo_stays", data=self.folder), soft_wrap=True)
                await stack.unless_dead(asyncio.Event().wait())

    async def _play(self, stack: Stack, officers: Officers) -> bool:
        board = LiveTable(officers, self.console)
        if self.wishes.reports is None:
            played = await play_scenes(officers, TimeTravel(stack.client, officers), board)
        else:
            played = await play_rows(officers, board, self.given, self.wishes.reports.name)
        told = await DemoSummary.by(officers, played.cases)
        pages = [await verify.page(officers.api, officers, view["case_id"]) for view in told.published[:1]]
        replayed, ill = await verify.histories(stack.client, played.cases)
        played.failed += ill
        checked = [*pages, replayed]
        self._tell(stack.plan, officers, played, told, checked)
        return all(proof.held for proof in checked) and not played.problems and not played.failed

    def _tell(
        self, plan: StackPlan, officers: Officers, played: DemoOutcome, told: DemoSummary, checked: list[verify.Proof]
    ) -> None:
        out = partial(self.console.print, soft_wrap=True, markup=False)
        out("\n" + message("demo_told", reports=played.reports, joined=played.joined))
        for line in lines(told, officers):
            out(line)
        for proof in checked:
            out(message("held" if proof.held else "not_held") + proof.says)
        for problem in [*played.problems, *(message("case_failed", case=case) for case in played.failed)]:
            out(message("not_held") + problem)
        first = played.cases[0] if played.cases else ""
        ui = f"{plan.ui}/namespaces/default/workflows/{names.workflow_id(first)}"
        out(message("demo_links", bulletin=f"{plan.api}/bulletin", ui=ui))
        if self.wishes.summary:
            found = _figures(officers, played, told)
            self.wishes.summary.write_text(json.dumps(found, ensure_ascii=False, indent=2), encoding="utf-8")

    def _plan(self) -> StackPlan:
        ports = settle(api=0, temporal=0, ui=0)
        environment = {"PIYAO_CONFIG": str(PACKAGED)}
        return StackPlan(data=self.folder, ports=ports, environment=environment, dynamic=TIME_MOVES, alone=True)


def demo(wishes: DemoOptions) -> bool:
    """Play the demo; returns whether everything held. A scratch folder is removed when it did and we leave at once.

    Raises:
        FolderUsed: the wanted data folder is in use by other data.
        BadFile: the file of reports cannot be read.
    """
    logs.configure(level="ERROR")
    read = report_file.read(wishes.reports) if wishes.reports else []
    folder = wishes.data.resolve() if wishes.data else Path(tempfile.mkdtemp(prefix="piyao-demo-"))
    if (folder / "register.db").exists():
        raise FolderUsed(message("demo_folder_used", data=folder))
    run = Demo(wishes, folder, read)
    asyncio.run(until_told(run.run()))
    if run.held and wishes.leave and wishes.data is None:
        shutil.rmtree(folder)
    return run.held


def _figures(officers: Officers, played: DemoOutcome, told: DemoSummary) -> dict[str, object]:
    """Build the figures of `--summary`; a refused report and a case whose workflow is not well count as failed."""
    waiting = told.waiting_on(officers)
    return {
        "reports": played.reports,
        "cases": len(told.views),
        "joined": played.joined,
        "decided": len(told.decided),
        "closed": len(told.closed),
        "waiting": len(told.views) - len(told.closed),
        "failed": played.refused + len(played.failed),
        "waiting_on": waiting,
    }
