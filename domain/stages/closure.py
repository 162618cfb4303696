"""Closure 办结归档, and what may be said at any stage: acknowledge, escalate, log a call, note."""

from __future__ import annotations

from datetime import datetime

from domain.case import Case
from domain.clocks import Acknowledgement, Clock
from domain.decisions import Acknowledge, Close, Escalate, Note, PhoneLog, Proven
from domain.errors import Stale, Unfit
from domain.events import Acknowledged, CaseClosed, Noted, PhoneLogged
from domain.rungs import rung_rings
from domain.words import ClockName, PhoneOutcome


def close(case: Case, said: Close, proven: Proven, now: datetime) -> None:
    """Close the case: every clock stops in the same moment, and no notice is planned after it (rule 15)."""
    case.close(now)
    case.happened(CaseClosed(verdict=case.verdict, remarks=said.remarks), now, proven.actor)


def acknowledge(case: Case, said: Acknowledge, proven: Proven, now: datetime) -> None:
    """Take a clock in hand: higher rungs are held until the acknowledgement expires; the due time stays (rule 5)."""
    clock = _running(case, said.clock, said.unit)
    until = case.time.after(now, case.promises(clock).ack_lives)
    seat = proven.actor.seats[0] if proven.actor.seats else None
    clock.acknowledged = Acknowledgement(unit=proven.actor.unit, seat=seat, rung=clock.rung, until=until)
    case.happened(Acknowledged(clock=clock.name, unit=clock.unit, rung=clock.rung, until=until), now, proven.actor)


def escalate(case: Case, said: Escalate, proven: Proven, now: datetime) -> None:
    """Ring the next rung by hand; a stale button changes nothing (rule 6)."""
    clock = _meant(case, said)
    if clock.rung != said.expected_level:
        raise Stale("already_escalated", expected=said.expected_level, level=clock.rung)
    ladder = case.promises(clock).ladder
    if clock.rung >= len(ladder):
        raise Unfit("ladder_rung_out", level=clock.rung)
    rung_rings(case, clock, ladder[clock.rung], planned=now, now=now, by_hand=said.reason, by=proven.actor)


def phone_log(case: Case, said: PhoneLog, proven: Proven, now: datetime) -> None:
    """Log how a call ended; one that reached nobody rings the next rung at once (escalation follows the fact)."""
    clock = _running(case, said.clock, said.unit)
    case.happened(
        PhoneLogged(clock=clock.name, unit=clock.unit, outcome=said.outcome, remarks=said.remarks), now, proven.actor
    )
    ladder = case.promises(clock).ladder
    if said.outcome is PhoneOutcome.NOT_REACHED and clock.rung < len(ladder) and not clock.acknowledged:
        rung_rings(case, clock, ladder[clock.rung], planned=now, now=now, by_hand=said.outcome, by=proven.actor)


def note(case: Case, said: Note, proven: Proven, now: datetime) -> None:
    """Write a remark into the timeline."""
    case.happened(Noted(text=said.text), now, proven.actor)


def _running(case: Case, name: ClockName, unit: str) -> Clock:
    clock = case.clock(name, unit)
    if clock is None:
        running = ",".join(f"{c.name}:{c.unit}" for c in case.running())
        raise Unfit("no_such_clock", clock=name, unit=unit, running=running or "-")
    return clock


def _meant(case: Case, said: Escalate) -> Clock:
    """Find the clock a person means: the named one, else the most urgent step."""
    if said.clock:
        return _running(case, said.clock, said.unit or case.office.code)
    steps = sorted(case.running(), key=lambda clock: (clock.name is ClockName.RESPONSE, clock.due))
    if not steps:
        raise Unfit("no_such_clock", clock="-", unit="-", running="-")
    return steps[0]
