"""Calls by phone 电话: how one ended is logged; one that reaches nobody goes to the next person of the same rung."""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.rungs import MESSAGES, PHONE
from domain.clocks.clock import Clock
from domain.decisions import Actor, PhoneLog, Proven
from domain.errors import Stale, Unfit
from domain.events import CallPassedOn, PhoneLogged
from domain.stages.clocks.handling import refuse_stale
from domain.terms import Call
from domain.vocabulary import ClockName, PhoneOutcome, RungKind

CALLED_AT_START = (ClockName.TRIAGE, ClockName.ACCEPT, ClockName.ANSWER)
"""The clocks at whose start somebody is called, where the level calls by phone."""


def phone_log(case: Case, decision: PhoneLog, proven: Proven, now: datetime) -> None:
    """Log how a call ended; one that reached nobody is passed on to the next person (docs/design.md, rule 4)."""
    clock = case.owed_clock(decision.clock, decision.unit)
    refuse_stale(case, clock, decision)
    missed = decision.outcome is PhoneOutcome.NOT_REACHED
    if missed:
        _refuse_unfit(case, clock, decision)
    event = PhoneLogged(clock=clock.name, unit=clock.unit, outcome=decision.outcome, remarks=decision.remarks)
    case.happened(event, now, proven.actor)
    clock.calls = None
    if missed and clock.may_pass_on:
        pass_on(case, clock, now, proven.actor)


def pass_on(case: Case, clock: Clock, now: datetime, by: Actor | None = None) -> None:
    """Call whoever stands in next for those the present rung called; `by` is None if nobody logged the last call."""
    called = _call(case, clock)
    clock.passed_on, clock.calls = clock.passed_on + 1, now
    clock.unlogged = clock.unlogged or by is None
    case.happened(
        CallPassedOn(
            clock=clock.name,
            unit=clock.unit,
            n=clock.rung,
            to=case.called(called.to, clock),
            times=clock.passed_on,
            unlogged=by is None,
        ),
        now,
        by,
    )
    kind = case.promises(clock).ladder[clock.rung - 1].kind if clock.rung else RungKind.REMIND
    early = kind is RungKind.BREACH and now < clock.due
    values: dict[str, str | int] = {"kind": kind, "n": clock.rung, "late_by": 0}
    case.notify(
        Message.ESCALATION if early else MESSAGES[kind],
        case.called(called.to, clock),
        (PHONE,),
        key=f"{clock.key}/r{clock.rung}/call{clock.passed_on}",
        clock=clock,
        values=values,
        passed_on=clock.passed_on,
    )


def call_open(case: Case, clock: Clock) -> bool:
    """Return whether a call about a clock is out and not answered for: of its last rung, or of its start."""
    if clock.calls is not None:
        return True
    start = case.promises(clock).start
    at_start = clock.rung == 0 and clock.passed_on == 0 and PHONE in start.by and clock.name in CALLED_AT_START
    return at_start and clock.acknowledged is None


def _call(case: Case, clock: Clock) -> Call:
    terms = case.promises(clock)
    return terms.ladder[clock.rung - 1] if clock.rung else terms.start


def _refuse_unfit(case: Case, clock: Clock, decision: PhoneLog) -> None:
    """Refuse a call that reached nobody if it names no rung, none is open, or it has been answered for."""
    if decision.expected_level is None:
        raise Unfit("call_not_named", level=clock.rung)
    if decision.expected_call != clock.passed_on:
        raise Stale("call_answered", clock=clock.name, unit=case.short(clock.unit), call=clock.passed_on)
    if not call_open(case, clock):
        raise Unfit("no_call_open", clock=clock.name, unit=case.short(clock.unit))
