"""Calls by phone 电话: how one ended is logged; one that reaches nobody goes to the next person of the same rung."""

from __future__ import annotations

from datetime import datetime

from domain.case import rungs
from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.rungs import MESSAGES
from domain.clocks.clock import Clock
from domain.decisions import Actor, PhoneLog, Proven
from domain.errors import Stale, Unfit
from domain.events import CallPassedOn, PhoneLogged
from domain.stages import handover
from domain.stages.clocks.handling import refuse_other_generation
from domain.terms import PHONE, Addressee
from domain.vocabulary import ClockName, PhoneOutcome, RungKind

CALLED_AT_START = (ClockName.TRIAGE, ClockName.ACCEPT, ClockName.ANSWER)
"""The clocks at whose start somebody is called, where the level calls by phone."""


def phone_log(case: Case, decision: PhoneLog, proven: Proven, now: datetime) -> None:
    """Log how a call ended; one that reached nobody is passed on to the next person (docs/design.md, rule 4).

    A log that comes once another call is out is recorded for its own call, and leaves the other one open.
    """
    clock = case.owed_clock(decision.clock, decision.unit)
    refuse_other_generation(case, clock, decision.expected_generation)
    earlier, missed = _is_earlier(clock, decision), decision.outcome is PhoneOutcome.NOT_REACHED
    receives = _receives(case, clock, decision)
    if earlier:
        _take_in_late(case, clock, decision)
    elif missed:
        _refuse_unfit(case, clock, decision)
    case.happened(_logged(clock, decision, earlier=earlier), now, proven.actor)
    if not earlier:
        clock.calls = None
        case.call_off_call(clock)
    if receives:
        handover.received(case, proven.actor, now, by_call=True)
    elif missed and not earlier and clock.may_pass_on:
        pass_on(case, clock, now, proven.actor)


def _receives(case: Case, clock: Clock, decision: PhoneLog) -> bool:
    """Return whether the unit receives urgent help by a call: somebody of it answered, by the log or whom it went to.

    Raises:
        Stale: it names a call that has not been made; or somebody of the unit answered a call that went to others.
        Unfit: people of several units were called, and the log does not say whose answered.

    """
    to = _called(case, clock, decision)
    if clock.name is not ClockName.HANDOVER or decision.outcome is not PhoneOutcome.REACHED:
        return False
    n = clock.rung if decision.expected_level is None else decision.expected_level
    times = clock.passed_on if decision.expected_level is None else decision.expected_call
    elsewhere = clock.went_to(n, times)
    units = {decision.answered_by} if decision.answered_by else set(elsewhere or (seat.unit for seat in to))
    if len(units) > 1:  # a higher rung calls the office's own leaders, too
        raise Unfit("answered_by_whom", unit=case.short(clock.unit))
    if elsewhere and units == {clock.unit} and clock.unit not in elsewhere:
        raise Stale("call_went_elsewhere", unit=case.short(clock.unit))
    return units == {clock.unit}


def _is_earlier(clock: Clock, decision: PhoneLog) -> bool:
    """Return whether a log names another call than the present one; one that names none is taken as it comes."""
    named = (decision.expected_level, decision.expected_call)
    return decision.expected_level is not None and named != (clock.rung, clock.passed_on)


def _called(case: Case, clock: Clock, decision: PhoneLog) -> tuple[Addressee, ...]:
    """Return the seats the logged call was to.

    Raises:
        Stale: it names a call that has not been made.

    """
    terms, n = case.promises(clock), decision.expected_level
    if n is None:
        return rungs.called(case, clock)
    if n > clock.rung or (n == clock.rung and decision.expected_call > clock.passed_on):
        raise _no_such_call(case, clock)
    call = terms.ladder[n - 1] if n else terms.start
    return case.called(call.to, clock, n)


def _take_in_late(case: Case, clock: Clock, decision: PhoneLog) -> None:
    """Note that an earlier call has its log now; that nobody was reached by it counts once, whoever says so.

    Raises:
        Stale: it says so of a call that has been answered for, or was none.

    """
    call = clock.earlier_call(decision.expected_level or 0, decision.expected_call)
    if call is not None and not call.logged:
        clock.log_earlier(call)
    elif decision.outcome is PhoneOutcome.NOT_REACHED:
        unit, times = case.short(clock.unit), clock.passed_on
        raise Stale("call_answered", clock=clock.name, unit=unit, call=times) if call else _no_such_call(case, clock)


def _no_such_call(case: Case, clock: Clock) -> Stale:
    return Stale("no_such_call", clock=clock.name, unit=case.short(clock.unit), level=clock.rung, call=clock.passed_on)


def _logged(clock: Clock, decision: PhoneLog, *, earlier: bool) -> PhoneLogged:
    return PhoneLogged(
        clock=clock.name,
        unit=clock.unit,
        outcome=decision.outcome,
        remarks=decision.remarks,
        answered_by="" if decision.outcome is PhoneOutcome.NOT_REACHED else decision.answered_by or "",
        earlier=earlier,
        n=(decision.expected_level or 0) if earlier else 0,
        times=decision.expected_call if earlier else 0,
    )


def pass_on(case: Case, clock: Clock, now: datetime, by: Actor | None = None) -> None:
    """Call whoever stands in next for those the present rung called; `by` is None if nobody logged the last call."""
    called = rungs.called(case, clock)
    clock.call_over(clock.rung)
    clock.next_call(now, unlogged=by is None)
    case.happened(
        CallPassedOn(
            clock=clock.name,
            unit=clock.unit,
            n=clock.rung,
            to=called,
            times=clock.passed_on,
            unlogged=by is None,
        ),
        now,
        by,
    )
    kind = case.promises(clock).ladder[clock.rung - 1].kind if clock.rung else RungKind.REMIND
    early = kind is RungKind.BREACH and now < clock.due
    values: dict[str, str | int] = {"kind": kind, "n": clock.rung, "late_by": 0, **rungs.urgency(clock)}
    case.notify(
        Message.ESCALATION if early else MESSAGES[kind],
        called,
        (PHONE,) if case.by_whom(clock) else case.call_of(clock).by,
        key=f"{clock.key}/r{clock.rung}/call{clock.passed_on}",
        clock=clock,
        values=values,
        passed_on=clock.passed_on,
    )
    rungs.ask_for_call(case, clock)


def remind_caller(case: Case, clock: Clock) -> None:
    """Remind whoever makes the open call of a clock that it has no log yet (docs/design.md, rule 4)."""
    clock.reminded = True
    rungs.ask_for_call(case, clock, again=True)


def call_open(case: Case, clock: Clock) -> bool:
    """Return whether a call about a clock is out and not answered for: of its last rung, or of its start."""
    if clock.calls is not None or case.by_whom(clock) is not None:
        return clock.calls is not None
    start = case.promises(clock).start
    at_start = clock.rung == 0 and clock.passed_on == 0 and PHONE in start.by and clock.name in CALLED_AT_START
    return at_start and clock.acknowledged is None


def _refuse_unfit(case: Case, clock: Clock, decision: PhoneLog) -> None:
    """Refuse a call that reached nobody if it names no rung, or none is open."""
    if decision.expected_level is None:
        raise Unfit("call_not_named", level=clock.rung)
    if not call_open(case, clock):
        raise Unfit("no_call_open", clock=clock.name, unit=case.short(clock.unit))
