"""Measure how long it takes until the register has what moved one case among many open ones, and what following costs.

`python -m bench.following [--open N] [--json FILE]`. One case is moved in each of six ways: a decision, a rung, the
receipt of a page, a sighting, the end of a pause, a page a channel refuses. Then a decision is taken while nobody
follows, and one case rings while no worker runs. The exit status is 1 if any of it takes more than `MOST` seconds, or
if a timeline is not whole. The cost is measured over `COST` seconds in which nothing moves.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from temporalio.client import Client
from temporalio.testing import TimeSkipper

import logs
from api.app import FOLLOWING, WATCHING, follow, sweep, watch
from bench.support import offices, report, standard_case
from bench.support.player import Player
from bench.support.processes import ROOT, Server, cpu_of, dev_server, pid_of, python
from bench.support.refusing_partner import refusing_partner
from cli.supervisor import temporal_server
from cli.supervisor.process import ManagedProcess
from desk import CaseDesk
from domain.case.summary import RecordQuery
from domain.decisions import Accept, Confirm, Note, Pause
from domain.reports.report import Report
from domain.reports.sources import Source
from domain.vocabulary import Seat, Vote
from settings import Settings
from temporal.client import connect
from wiring.api import open_desk
from wiring.office import load_office
from workflows import names

MOST = 60.0
COST = 30.0
QUEUE = "following"
TOGETHER = 20
PATIENCE = 120.0
SWEEPING = 30.0


class Followed:
    """An office with many open cases, its rounds as the API runs them, and its worker."""

    def __init__(self, desk: CaseDesk, client: Client, server: Server) -> None:
        self.desk, self.client, self.server = desk, client, server
        self.player = Player(desk)
        self.worker: ManagedProcess | None = None
        self._rounds: list[asyncio.Task[None]] = []

    def begin(self) -> None:
        """Begin the rounds of an API."""
        rounds = ((sweep, SWEEPING), (follow, FOLLOWING), (watch, WATCHING))
        self._rounds = [asyncio.create_task(each(self.desk, every)) for each, every in rounds]

    async def end(self) -> None:
        """End the rounds, as a killed API does."""
        for task in self._rounds:
            task.cancel()
        await asyncio.gather(*self._rounds, return_exceptions=True)

    async def opened(self, count: int) -> None:
        """Open cases that then lie still."""
        gate = asyncio.Semaphore(TOGETHER)

        async def one() -> None:
            async with gate:
                await self.player.report()

        await asyncio.gather(*(one() for _ in range(count)))

    async def forward(self, case: str, span: timedelta) -> None:
        """Move the time of one case."""
        await TimeSkipper(self.client).fast_forward(self.client.get_workflow_handle(names.workflow_id(case)), span)

    async def settled(self) -> None:
        """Wait until nothing is left to follow."""
        async with asyncio.timeout(10 * PATIENCE):
            while await self.desk.register.due(self.desk.now(), 1):  # noqa: ASYNC110  (it is a measurement)
                await asyncio.sleep(0.2)

    async def seconds(self, case: str, before: int) -> float:
        """Return how long it takes until the register has all a case has, which was at entry `before`."""
        begun = time.monotonic()
        async with asyncio.timeout(PATIENCE):
            while not await self._whole(case, before):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        return round(time.monotonic() - begun, 2)

    async def _whole(self, case: str, before: int) -> bool:
        record = (await self.desk._client.read(case, RecordQuery())).record
        cursor, row = await self.desk.register.cursor(case), await self.desk.register.case(case)
        if record is None or cursor is None or row is None or row.summary is None:
            return False
        same = cursor.position == record.position and row.summary.seq == record.summary.seq
        return same and record.summary.seq > before and not record.pending_effects

    async def seq(self, case: str) -> int:
        """Return the number of the latest entry the register has of a case."""
        cursor = await self.desk.register.cursor(case)
        return cursor.position.seq if cursor else 0


async def moved(office: Followed) -> dict[str, float]:
    """Move one case in each way, and return how long the register took to have it."""
    ways: dict[str, Callable[[Followed], Awaitable[tuple[str, int]]]] = {
        "decision": decided,
        "rung": rang,
        "receipt of a page, refusal of another": published,
        "sighting": sighted,
        "end of a pause": resumed,
    }
    found = {}
    for name, way in ways.items():
        case, before = await way(office)
        found[name] = await office.seconds(case, before)
        print(f"{name}: {found[name]} s", file=sys.stderr, flush=True)
    return found


async def decided(office: Followed) -> tuple[str, int]:
    case = await fresh(office)
    before = await office.seq(case)
    await office.player.says(case, standard_case.Line("wxb", Seat.DUTY, Note(text="已电话联系")))
    return case, before


async def rang(office: Followed) -> tuple[str, int]:
    case = await fresh(office)
    before = await office.seq(case)
    await office.forward(case, timedelta(hours=3))
    return case, before


async def published(office: Followed) -> tuple[str, int]:
    case = await fresh(office)
    drafted = await office.player.says(case, *standard_case.before_the_text())
    before = await office.seq(case)
    await office.player.publishes(case, drafted)
    return case, before


async def sighted(office: Followed) -> tuple[str, int]:
    text = standard_case.claim()
    taken = await office.desk.report(Report(text=text), key=text[:40], principal="bench", source=Source())
    await office.settled()
    before = await office.seq(taken.case_id)
    await office.desk.report(
        Report(text=text, place="河湾区"), key=text[:40] + "again", principal="bench", source=Source()
    )
    return taken.case_id, before


async def resumed(office: Followed) -> tuple[str, int]:
    case = await fresh(office)
    await office.player.says(case, standard_case.triage())
    for unit in standard_case.UNITS:
        await office.player.says(case, standard_case.Line(unit, Seat.LIAISON_A, Accept()))
    until = office.desk.now() + timedelta(hours=5)
    pause = Pause(reason="test_result", until=until, evidence=standard_case.finding("swj").said.evidence)
    asked = await office.player.says(case, standard_case.Line("wxb", Seat.DUTY, pause))
    yes = Confirm(ref=asked.summary.waiting[0].ref, outcome=Vote.APPROVE)
    await office.player.says(case, standard_case.Line("wxb", Seat.DUTY_LEADER, yes))
    before = await office.seq(case)
    await office.forward(case, timedelta(hours=6))
    return case, before


async def fresh(office: Followed) -> str:
    """Open a case whose first letters are out and known."""
    case = await office.player.report()
    await office.seconds(case, 2)
    await office.settled()
    return case


async def away(office: Followed, worker: Callable[[], Awaitable[ManagedProcess]]) -> dict[str, float]:
    """Move cases while the API, and then the worker, is killed; return the seconds after both are back."""
    case = await fresh(office)
    await office.end()
    before = await office.seq(case)
    await office.forward(case, timedelta(hours=3))
    await asyncio.sleep(3)
    office.begin()
    found = {"rung while no API ran": await office.seconds(case, before)}
    case = await fresh(office)
    before = await office.seq(case)
    assert office.worker is not None
    office.worker.process.kill()
    await office.worker.stop()
    await office.desk.report(
        Report(text="又一条" + standard_case.claim()), key=case, principal="bench", source=Source()
    )
    forwarding = asyncio.create_task(office.forward(case, timedelta(hours=3)))
    await asyncio.sleep(5)
    office.worker = await worker()
    await forwarding
    found["rung while no worker ran"] = await office.seconds(case, before)
    return found


async def cost(office: Followed) -> dict[str, float]:
    """Return the processor time a minute of following costs while nothing moves."""
    await office.settled()
    assert office.worker is not None
    pids = {"server": pid_of(office.server.part), "worker": pid_of(office.worker), "desk": None}
    begun = {name: cpu_of(pid) if pid else time.process_time() for name, pid in pids.items()}
    await asyncio.sleep(COST)
    used = {name: (cpu_of(pid) if pid else time.process_time()) - begun[name] for name, pid in pids.items()}
    return {f"{name}_s_a_minute": round(60 * spent / COST, 2) for name, spent in used.items()}


@asynccontextmanager
async def followed(folder: Path) -> AsyncIterator[tuple[Followed, Callable[[], Awaitable[ManagedProcess]]]]:
    """Run a server, a worker, a partner that refuses every page, and, in this process, a desk with its rounds."""
    async with AsyncExitStack() as stack:
        partner = stack.enter_context(refusing_partner())
        config = offices.unbounded(folder)
        settings = Settings(
            config=config, data=folder, task_queue=QUEUE, smtp_url=None, message_url=None, partner_url=partner
        )
        environment = {
            "PIYAO_CONFIG": str(config),
            "PIYAO_DATA": str(folder),
            "PIYAO_TASK_QUEUE": QUEUE,
            "PIYAO_PARTNER_URL": partner,
        }
        server = await stack.enter_async_context(dev_server(folder, temporal_server.TIME_MOVES))

        async def worker() -> ManagedProcess:
            return await stack.enter_async_context(python("worker", [str(ROOT / "worker.py")], folder, environment))

        client = await connect(None)
        first = await worker()
        async with asyncio.timeout(90):
            await temporal_server.wait_for_worker(client, QUEUE)
        desk = await stack.enter_async_context(open_desk(settings, load_office(settings)))
        office = Followed(desk, client, server)
        office.worker = first
        office.begin()
        yield office, worker
        await office.end()


async def measure(count: int) -> dict[str, Any]:
    """Open `count` cases, and measure beside them."""
    with tempfile.TemporaryDirectory(prefix="piyao-following-") as folder:
        async with followed(Path(folder)) as (office, worker):
            await office.opened(count)
            await office.settled()
            spent = await cost(office)
            return {"seconds": {**await moved(office), **await away(office, worker)}, "cost": spent, "open": count}


def main() -> int:
    """Measure, print, write; return the exit status."""
    parser = report.parser(__doc__)
    parser.add_argument("--open", type=int, default=5000, help="how many other cases are open")
    args = parser.parse_args()
    logs.configure(level="ERROR")
    found = asyncio.run(measure(args.open))
    rows = [(name, seconds) for name, seconds in found["seconds"].items()]
    report.show(f"Until the register has it, beside {found['open']} open cases", ("what moved the case", "s"), rows)
    report.show("Processor time while nothing moves", ("part", "s a minute"), list(found["cost"].items()))
    report.write(args.json, found)
    late = {name: seconds for name, seconds in found["seconds"].items() if seconds > MOST}
    if late:
        print(f"bench-following: later than {MOST} s: {late}", file=sys.stderr)
    return 1 if late else 0


if __name__ == "__main__":
    code = main()
    # Temporal's native client may crash the interpreter at exit unless its threads get a moment (sdk-python#300).
    time.sleep(0.05)
    sys.exit(code)
