"""`piyao demo`: the main job, played through the API by the officers of a whole office, on a real server."""

from __future__ import annotations

import asyncio
import json
import shlex
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

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
from cli.supervisor.free_ports import choose_ports
from cli.supervisor.signals import run_until_stopped
from cli.supervisor.stack import Stack, StackPlan
from cli.supervisor.temporal_server import TIME_MOVES
from settings import PACKAGED, Settings
from wiring.office import load_office, write_sample_keys
from wiring.storage import private_data_folder
from workflows import names

UNBOUND = 160
"""Characters of a line if no terminal limits it."""

PAUSE = 0.4
"""Seconds an officer thinks if somebody watches."""


class FolderUsed(Exception):
    """Raised when the folder holds the data of another run: its cases would take the reports of this one."""


@dataclass(frozen=True, kw_only=True)
class DemoOptions:
    """The options of the command line."""

    reports: Path | None = None
    summary: Path | None = None
    data: Path | None = None
    exit_when_done: bool = False
    fast: bool = True


def _console() -> Console:
    """Return the terminal; without one, lines are as long as they need to be."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = UNBOUND
    return console


@dataclass
class Demo:
    """One run of the demo; `ok` says at its end whether everything was as it must be."""

    options: DemoOptions
    folder: Path
    report_lines: list[report_file.ReportLine] = field(default_factory=list)
    console: Console = field(default_factory=_console)
    ok: bool = False

    async def run(self) -> None:
        """Start everything, play, check and print; then stay until stopped, unless asked to exit."""
        settings = Settings(config=PACKAGED, data=self.folder)
        office = load_office(settings)
        private_data_folder(settings)
        keys = write_sample_keys(settings, office)
        assert keys is not None  # noqa: S101  (the packaged office is a demo's)
        plan = self._plan()
        passing = self.options.exit_when_done and self.options.data is None
        starts = message("demo_starts_passing") if passing else message("demo_starts", data=self.folder)
        self.console.print(starts, soft_wrap=True)
        async with Stack(plan) as stack, ApiClient(plan.api) as api:
            now = datetime.now(UTC)  # noqa: TID251  (the day decides who sits where; no rule is asked here)
            officers = Officers(api, office, keys, now, pause=0 if self.options.fast else PAUSE)
            self.ok = await stack.run_while_alive(self._play(stack, officers))
            if not self.options.exit_when_done:
                self.console.print(message("demo_stays", data=self.folder), soft_wrap=True)
                await stack.run_while_alive(asyncio.Event().wait())

    async def _play(self, stack: Stack, officers: Officers) -> bool:
        table = LiveTable(officers, self.console)
        if self.options.reports is None:
            outcome = await play_scenes(officers, TimeTravel(stack.client, officers), table)
        else:
            outcome = await play_rows(officers, table, self.report_lines, self.options.reports.name)
        totals = await DemoSummary.read_from(officers, outcome.cases)
        pages = [
            await verify.page(officers.api, officers, view["case_id"], self._shown(view))
            for view in totals.published[:1]
        ]
        replayed, unhealthy = await verify.histories(stack.client, outcome.cases)
        outcome.failed += unhealthy
        proofs = [*pages, replayed]
        self._print_summary(stack.plan, officers, outcome, totals, proofs)
        return all(proof.ok for proof in proofs) and not outcome.problems and not outcome.failed

    def _print_summary(
        self, plan: StackPlan, officers: Officers, outcome: DemoOutcome, totals: DemoSummary, proofs: list[verify.Proof]
    ) -> None:
        out = partial(self.console.print, soft_wrap=True, markup=False)
        out("\n" + message("demo_told", reports=outcome.reports, joined=outcome.joined))
        for line in lines(totals, officers, linked=not self.options.exit_when_done):
            out(line)
        for proof in proofs:
            out(message("held" if proof.ok else "not_held") + proof.sentence)
        for problem in [*outcome.problems, *(message("case_failed", case=case) for case in outcome.failed)]:
            out(message("not_held") + problem)
        if not self.options.exit_when_done:
            first = outcome.cases[0] if outcome.cases else ""
            ui = f"{plan.ui}/namespaces/default/workflows/{names.workflow_id(first)}"
            out(message("demo_links", bulletin=f"{plan.api}/bulletin", ui=ui))
        if self.options.summary:
            found = _figures(officers, outcome, totals)
            self.options.summary.write_text(json.dumps(found, ensure_ascii=False, indent=2), encoding="utf-8")

    def _shown(self, view: dict[str, Any]) -> str:
        """Return how a page is named: by its address while that leads anywhere, else by its number."""
        return str(view["number"] if self.options.exit_when_done else view["bulletin"])

    def _plan(self) -> StackPlan:
        ports = choose_ports(api=0, temporal=0, ui=0)
        environment = {"PIYAO_CONFIG": str(PACKAGED)}
        return StackPlan(data=self.folder, ports=ports, environment=environment, dynamic=TIME_MOVES, isolated=True)


def demo(options: DemoOptions) -> bool:
    """Play the demo; return whether everything was as it must be.

    A temporary folder is removed if it was and the demo exits at once.

    Raises:
        FolderUsed: the wanted data folder is in use by other data.
        BadFile: the file of reports cannot be read.

    """
    logs.configure(level="ERROR")
    read = report_file.read(options.reports) if options.reports else []
    folder = options.data.resolve() if options.data else Path(tempfile.mkdtemp(prefix="piyao-demo-"))
    if (folder / "register.db").exists():
        raise FolderUsed(message("demo_folder_used", data=folder))
    run = Demo(options, folder, read)
    asyncio.run(run_until_stopped(run.run()))
    if run.ok and options.exit_when_done and options.data is None:
        shutil.rmtree(folder)
    elif options.exit_when_done:
        run.console.print(message("demo_kept", data=shlex.quote(str(folder))), soft_wrap=True, markup=False)
    return run.ok


def _figures(officers: Officers, outcome: DemoOutcome, totals: DemoSummary) -> dict[str, object]:
    """Return the figures of `--summary`; a refused report and a case whose workflow is unhealthy count as failed."""
    waiting = totals.waiting_on(officers)
    return {
        "reports": outcome.reports,
        "cases": len(totals.views),
        "joined": outcome.joined,
        "decided": len(totals.decided),
        "closed": len(totals.closed),
        "waiting": len(totals.views) - len(totals.closed),
        "failed": outcome.refused + len(outcome.failed),
        "waiting_on": waiting,
    }
