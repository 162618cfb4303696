"""The cases both houses have: each brought to its silence before its first rung, so that no timing decides what rings.

What rings afterwards follows from the ladders alone. The decisions of later are those that hold a ladder back without
stopping it: an acknowledgement moves rungs, and every one of them rings in the end.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.support import standard_case
from cli.api_client import ApiError
from domain.clocks.pause import PauseReason
from domain.decisions import Acknowledge, Confirm, Decision, Extend, Pause, TriageDecision
from domain.vocabulary import ClockName, Level, Seat, Vote
from domain.worktime.working_time import Span
from tests.chaos.people import Case, People

LADDER = ("50%", "65%", "80%", "100%", "+1m")
BUDGETS = dict.fromkeys(("triage", "accept", "answer", "case", "min_gap", "ack_lives"), "1m")
"""Rungs at 30, 39, 48, 60 and 120 seconds: most of them pass while a worker stands still for half a minute."""

CALM = 25.0
"""Seconds a case has until it must be silent: its first rung comes after thirty."""

HELD_AT = 3
"""From which rung on a clock is acknowledged, where somebody does."""

LATE = "late"
"""The story of a case that was not silent before its first rung, in one house or the other: not to be compared."""

LEAD, CO_UNIT = "swj", "hbj"


async def silent(people: People, case: Case) -> None:
    """Nobody triages: the ladders of triage and of the whole case ring out."""


async def asked(people: People, case: Case) -> None:
    """Two units are asked and stay silent: both requests expire, and the case stays in triage for a second time."""
    await people.says(case, _triage(CO_UNIT))


async def extended(people: People, case: Case) -> None:
    """The lead unit accepts, gets more time, and lets it pass: the second generation of its clock rings out."""
    await _accepted(people, case)
    said = Extend(clock=ClockName.ANSWER, unit=LEAD, longer=Span.of("1m"), reason="等待检测结果")
    answer = await people.says(case, standard_case.Line(LEAD, Seat.LIAISON_A, said))
    yes = Confirm(ref=answer["summary"]["waiting"][0]["ref"], outcome=Vote.APPROVE)
    await people.says(case, standard_case.Line("wxb", Seat.DUTY_LEADER, yes))


async def paused(people: People, case: Case) -> None:
    """The lead unit accepts, and time stands still for a while: every rung comes later by as much."""
    await _accepted(people, case)
    until = datetime.now(UTC) + timedelta(seconds=40)
    evidence = standard_case.finding(LEAD).said.evidence  # type: ignore[attr-defined]
    said = Pause(reason=PauseReason.TEST_RESULT, until=until, evidence=evidence)
    answer = await people.says(case, standard_case.Line(LEAD, Seat.LIAISON_A, said))
    yes = Confirm(ref=answer["summary"]["waiting"][0]["ref"], outcome=Vote.APPROVE)
    await people.says(case, standard_case.Line("wxb", Seat.DUTY_LEADER, yes))


STORIES: dict[str, Callable[[People, Case], Awaitable[None]]] = {
    "silent": silent,
    "acknowledged": silent,
    "asked": asked,
    "extended": extended,
    "paused": paused,
}


async def tell(people: People, ordinal: int, claim: str) -> Case:
    """Hand in a claim and bring its case to its silence."""
    name = list(STORIES)[ordinal % len(STORIES)]
    begun = time.monotonic()
    taken = await people.report(claim)
    case = Case(taken["case_id"], name, claim)
    await STORIES[name](people, case)
    if time.monotonic() - begun > CALM:
        case.story = LATE
    return case


async def acknowledging(people: People, cases: list[Case]) -> None:
    """Acknowledge, as the duty officer, each clock of the acknowledged cases once its third rung has rung."""
    said: set[tuple[str, ClockName]] = set()
    while True:
        for case in [case for case in cases if case.story == "acknowledged"]:
            for clock in {ClockName.TRIAGE, ClockName.CASE} - {clock for known, clock in said if known == case.id}:
                if await _rungs(people, case, clock) >= HELD_AT:
                    await people.says(case, _says(Acknowledge(clock=clock, unit="wxb")))
                    said.add((case.id, clock))
        await asyncio.sleep(1)


async def _rungs(people: People, case: Case, clock: ClockName) -> int:
    try:
        told = await timeline(people, case)
    except ApiError:  # the house is being disturbed: looked at again soon
        return 0
    return sum(one["event"]["kind"] == "rung_rang" and one["event"]["clock"] == clock for one in told)


async def timeline(people: People, case: Case) -> list[dict[str, Any]]:
    """Read all that happened to a case as the duty officer does: what the register lacks, the case tells."""
    found: list[dict[str, Any]] = await people.api.get(
        f"/v1/cases/{case.id}/timeline", key=people.key(standard_case.close())
    )
    return found


async def last_known(people: People, case: Case) -> dict[str, Any] | None:
    """Read how a case stands, as it says itself or as it was closed; None if it does not answer."""
    found = await people.api.get(f"/v1/cases/{case.id}", key=people.key(standard_case.close()))
    summary: dict[str, Any] | None = found["summary"]
    return summary if summary is not None and (found["live"] or summary["closed_at"]) else None


async def _accepted(people: People, case: Case) -> None:
    await people.says(case, _triage())
    await people.says(case, standard_case.accept(LEAD))


def _triage(*co_units: str) -> standard_case.Line:
    return _says(
        TriageDecision(
            level=Level.YELLOW, topic="供水", district="东汀区", lead=LEAD, co_units=co_units, ask="水质是否合格"
        )
    )


def _says(said: Decision) -> standard_case.Line:
    return standard_case.Line("wxb", Seat.DUTY, said)
