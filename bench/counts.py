"""Count what cases cost on the real server: events, actions and bytes of the standard case and of three others.

`python -m bench.counts [--json FILE]`; the exit status is 1 if the standard case or a refusal costs more than it may.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client
from temporalio.testing import TimeSkipper

import logs
from bench.support import offices, report, standard_case
from bench.support.player import Player
from bench.support.processes import dev_server
from cli.supervisor.temporal_server import TIME_MOVES
from domain.decisions import TriageDecision
from domain.errors import Refused
from domain.vocabulary import Exit, Seat
from settings import Settings
from temporal.client import connect
from wiring.api import open_desk
from wiring.office import load_office
from wiring.worker import serve_cases
from workflows import names

MOST_EVENTS, MOST_ACTIONS = 124, 38
"""The events are those besides timers: by day each step has a next wake of its own, at night all wait for morning."""
MOST_IN_SESSION = 300

PLAYED = 5
"""How often the standard case is played: counts vary, because results that meet in one task save its events."""

BILLED = {
    "decisions": "workflow_execution_update_accepted",
    "activities": "activity_task_scheduled",
    "timers": "timer_started",
    "upserts": "upsert_workflow_search_attributes",
    "signals": "workflow_execution_signaled",
    "local_activities": "marker_recorded",
}
"""What counts as an action besides the start; each has one event."""

MOVED = ("workflow_execution_options_updated", "workflow_execution_time_skipping_transitioned")
"""Events written when the time of a case is moved; real time passes without them."""

SILENCE = timedelta(hours=29)
"""How long the lead unit is silent: its answer was due after 24 hours, and is then escalated."""


class Office:
    """An office on a real server: it plays cases and counts what they wrote."""

    def __init__(self, player: Player, client: Client) -> None:
        self.player, self.client = player, client

    async def events(self, case: str) -> list[HistoryEvent]:
        """Return the history of a case so far, without the events of moving its time."""
        history = await self.client.get_workflow_handle(names.workflow_id(case)).fetch_history()
        return [event for event in history.events if _kind(event) not in MOVED]

    async def finished(self, case: str) -> dict[str, int]:
        """Wait until a case has ended, and return its counts."""
        await self.client.get_workflow_handle(names.workflow_id(case)).result()
        return count(await self.events(case))

    async def standard(self) -> dict[str, int]:
        """Play the standard case a few times, and return the counts of the most expensive one."""
        played = [await self._standard() for _ in range(PLAYED)]
        return max(played, key=lambda counts: (counts["events"], counts["actions"]))

    async def _standard(self) -> dict[str, int]:
        case = await self.player.opens_and_publishes()
        await asyncio.sleep(1)
        await self.player.closes(case)
        return await self.finished(case)

    async def refused(self) -> dict[str, int]:
        """Send what the stage, the person or the content forbids; return what the refusals wrote."""
        case = await self.player.report()
        await asyncio.sleep(1)
        before = await self.events(case)
        too_early, wrong_person = (
            standard_case.close(),
            standard_case.Line("swj", Seat.DEPUTY, standard_case.triage().said),
        )
        incomplete = standard_case.Line("wxb", Seat.DUTY, TriageDecision())
        for line in (too_early, wrong_person, incomplete):
            try:
                await self.player.says(case, line)
            except Refused:
                continue
            raise AssertionError(f"not refused: {line}")
        return {"events": len(await self.events(case)) - len(before), "refusals": 3}

    async def exit(self) -> dict[str, int]:
        """Let a question out at triage; return its counts."""
        case = await self.player.report()
        decision = TriageDecision(exit=Exit.QUESTION, pass_to="swj")
        await self.player.says(case, standard_case.Line("wxb", Seat.DUTY, decision))
        return await self.finished(case)

    async def silent(self) -> dict[str, int]:
        """Play the standard case with a lead unit that is silent until its clock is breached and escalated."""
        case = await self.player.report()
        await self.player.says(
            case, standard_case.triage(), *(standard_case.accept(unit) for unit in standard_case.UNITS)
        )
        await self.player.says(case, *(standard_case.finding(unit) for unit in standard_case.CO_UNITS))
        await TimeSkipper(self.client).fast_forward(self.client.get_workflow_handle(names.workflow_id(case)), SILENCE)
        await self.player.says(case, standard_case.finding(standard_case.LEAD, Seat.LIAISON_B))
        await self.player.publishes(case, await self.player.says(case, standard_case.draft()))
        await asyncio.sleep(1)
        await self.player.closes(case)
        return await self.finished(case)

    async def session(self) -> dict[str, int]:
        """Play a case of eight units that contradict each other until the chair rules."""
        case = await self.player.report()
        await self.player.says(case, *standard_case.argued())
        await self.player.publishes(case, await self.player.says(case, standard_case.draft()))
        await asyncio.sleep(1)
        await self.player.closes(case)
        return await self.finished(case)


def count(events: Iterable[HistoryEvent]) -> dict[str, int]:
    """Return the counts of a history: its events, those of them that are billed, and its bytes."""
    events = list(events)
    kinds = Counter(_kind(event) for event in events)
    billed = {name: kinds[kind] for name, kind in BILLED.items()}
    return {
        "events": len(events),
        "without_timers": len([event for event in events if not _kind(event).startswith("timer_")]),
        "actions": 1 + sum(billed.values()),
        "history_bytes": sum(event.ByteSize() for event in events),
        **billed,
        "tasks": kinds["workflow_task_completed"],
    }


def _kind(event: HistoryEvent) -> str:
    return (event.WhichOneof("attributes") or "").removesuffix("_event_attributes")


@asynccontextmanager
async def office(folder: Path) -> AsyncIterator[Office]:
    """Run a server, a worker and a desk."""
    config = offices.unbounded(folder)
    nothing = {"smtp_url": None, "message_url": None, "partner_url": None}
    settings = Settings(config=config, data=folder, task_queue="counts", **nothing)
    rules = load_office(settings)
    async with dev_server(folder, TIME_MOVES):
        stop = asyncio.Event()
        working = asyncio.create_task(serve_cases(settings, rules, stop))
        try:
            async with open_desk(settings, rules) as desk:
                yield Office(Player(desk), await connect(None))
        finally:
            stop.set()
            await working


async def measure() -> dict[str, dict[str, int]]:
    """Play every case, and return its counts."""
    with tempfile.TemporaryDirectory(prefix="piyao-counts-") as folder:
        async with office(Path(folder)) as here:
            return {
                "standard": await here.standard(),
                "refused": await here.refused(),
                "exit": await here.exit(),
                "silent_unit": await here.silent(),
                "session": await here.session(),
            }


def too_much(counts: dict[str, dict[str, int]]) -> list[str]:
    """Return what costs more than it may, in sentences."""
    standard, refused = counts["standard"], counts["refused"]
    limits = [
        ("the standard case writes", standard["without_timers"], MOST_EVENTS, "events besides timers"),
        ("the standard case costs", standard["actions"], MOST_ACTIONS, "actions"),
        ("a refusal writes", refused["events"], 0, "events"),
        ("a case of eight units with a session writes", counts["session"]["events"], MOST_IN_SESSION, "events"),
    ]
    return [f"{what} {found} {of}; at most {most}" for what, found, most, of in limits if found > most]


def main() -> int:
    """Measure, print, write; return the exit status."""
    args = report.parser(__doc__).parse_args()
    logs.configure(level="WARNING")
    counts = asyncio.run(measure())
    report.show_beside("What a case costs", counts)
    report.write(args.json, counts)
    for problem in (problems := too_much(counts)):
        print(f"bench-counts: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    code = main()
    # Temporal's native client may crash the interpreter at exit unless its threads get a moment (sdk-python#300).
    time.sleep(0.05)
    sys.exit(code)
