"""A co-unit's own pause 单位暂停计时: its answer clock alone stands still; all others run on.

The rule is in docs/design.md, rule 8.
"""

from __future__ import annotations

from datetime import UTC, datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.parts import Proposal, Request
from domain.case.rungs import ring_passed
from domain.clocks.clock import Clock
from domain.clocks.pause import ActivePause, ResumedBy
from domain.decisions import Pause, Proven, Resume
from domain.errors import Unfit
from domain.events import CasePaused, PauseEnding, PauseShortened
from domain.vocabulary import ClockName, RequestState, Role, Seat


def refuse_unfit(case: Case, decision: Pause, now: datetime) -> None:
    """Refuse a pause of a unit's own answer clock that may not be.

    Raises:
        Unfit: it has no request it has accepted, it leads, it had its pause in this visit, or its clock is overdue.

    """
    request = case.request_to(decision.unit or "", RequestState.ACCEPTED)
    if request.role is Role.LEAD:
        raise Unfit("lead_pauses_the_case", unit=request.unit.short)
    if request.pause is not None:
        raise Unfit("paused_already", until=request.pause.until.isoformat())
    if request.paused_in == case.visit:
        raise Unfit("paused_before", visit=case.visit)
    refuse_end(case, decision, now)
    clock = case.owed_clock(ClockName.ANSWER, request.unit.code)
    if clock.breached or now >= clock.due:
        raise Unfit("overdue_cannot_pause", clock=clock.name, unit=request.unit.short)


def refuse_end(case: Case, decision: Pause, now: datetime) -> None:
    """Refuse a pause whose end has passed or lies too far ahead, or at a level that knows none."""
    cap = case.terms.at(case.level).pause
    if cap is None:
        raise Unfit("level_knows_no_pause", level=case.level)
    if decision.until <= now:
        raise Unfit("pause_ends_before_it_begins", until=decision.until.isoformat())
    if decision.until > (latest := case.time.after(now, cap)):
        raise Unfit("pause_too_long", until=decision.until.isoformat(), latest=latest.isoformat(), cap=str(cap))


def may_pause(case: Case, request: Request) -> bool:
    """Return whether a unit may ask for a pause of its own now, for however long."""
    clock = case.clock(ClockName.ANSWER, request.unit.code)
    co_unit = request.role is Role.CO and request.state is RequestState.ACCEPTED
    fresh = request.pause is None and request.paused_in != case.visit
    known = case.terms.at(case.level).pause is not None
    return co_unit and fresh and known and clock is not None and not clock.breached


def grant(case: Case, proposal: Proposal, proven: Proven, now: datetime) -> None:
    """Stop the unit's answer clock until the end that was asked for; rungs that have passed ring first."""
    decision = proposal.pause
    assert decision is not None  # noqa: S101  (asked for with one)
    refuse_unfit(case, decision, now)
    request = case.request_to(proposal.unit or "", RequestState.ACCEPTED)
    clock = case.owed_clock(ClockName.ANSWER, request.unit.code)
    ring_passed(case, clock, now)
    until = decision.until.astimezone(UTC)
    since = case.pause.since if case.pause is not None else now  # it has stood still since then
    request.pause = ActivePause(reason=decision.reason, since=since, until=until)
    request.paused_in = case.visit
    clock.account = clock.account.halted(now)
    clock.reschedule(case.promises(clock), case.time, case.resumes_of(clock))
    event = CasePaused(
        reason=decision.reason,
        until=until,
        evidence=decision.evidence,
        remarks=decision.remarks,
        unit=request.unit.code,
    )
    case.happened(event, now, proven.actor)
    _notify(case, Message.PAUSED, clock, request.pause)


def resume(case: Case, decision: Resume, proven: Proven, now: datetime) -> None:
    """Let the unit's answer clock go on before the end of its pause."""
    request = next((one for one in case.own_pauses() if one.unit.code == decision.unit), None)
    if request is None:
        raise Unfit("not_paused")
    stood = _stands(case, request)
    case.resume_unit(request, ResumedBy.PERSON, now, by=proven.actor, remarks=decision.reason)
    _notify_resumed(case, request, stood=stood)


def attend(case: Case, request: Request, now: datetime) -> None:
    """End the pause of a unit, or announce its end."""
    own, clock = request.pause, case.clock(ClockName.ANSWER, request.unit.code)
    assert own is not None  # noqa: S101  (its instant has come)
    if now >= own.until:
        stood = _stands(case, request)
        case.resume_unit(request, ResumedBy.END, now)
        _notify_resumed(case, request, stood=stood)
        return
    request.pause = own.model_copy(update={"reminded": True})
    case.happened(PauseEnding(until=own.until, unit=request.unit.code), now)
    if clock is not None and case.resumes_of(clock) == own.until:
        _notify(case, Message.PAUSE_ENDING, clock, own)


def fit_to_level(case: Case, now: datetime) -> None:
    """Let each unit's pause last no longer than the level allows, counted from its begin; the caller moves the clocks.

    At a level without pauses the caller has ended them.
    """
    cap = case.terms.at(case.level).pause
    if cap is None:
        return
    for request in case.own_pauses():
        own, clock = request.pause, case.clock(ClockName.ANSWER, request.unit.code)
        if own is None or clock is None or own.until <= (latest := case.time.after(own.since, cap)):
            continue
        if latest <= now:
            case.resume_unit(request, ResumedBy.LEVEL, now)
            continue
        request.pause = own.model_copy(update={"until": latest, "reminded": False})
        case.happened(PauseShortened(until=latest, unit=request.unit.code), now)
        _notify(case, Message.PAUSED, clock, request.pause)


def _stands(case: Case, request: Request) -> bool:
    clock = case.clock(ClockName.ANSWER, request.unit.code)
    return clock is not None and clock.paused


def _notify_resumed(case: Case, request: Request, *, stood: bool) -> None:
    """Notify the unit that its clock runs again, if it `stood` still up to now."""
    clock = case.clock(ClockName.ANSWER, request.unit.code)
    if clock is not None and stood and not clock.paused:
        _notify(case, Message.RESUMED, clock, None)


def _notify(case: Case, message: Message, clock: Clock, own: ActivePause | None) -> None:
    """Notify the unit and the office's duty seat."""
    values: dict[str, str | int] = {"own": 1}
    if own is not None:
        values |= {"reason": own.reason, "until": own.until.isoformat()}
    key = f"{clock.key}/{message}/{case.seq}"
    case.notify_unit(message, clock.unit, key=key, clock=clock, also=(Seat.DUTY,), values=values)
    if message is not Message.PAUSE_ENDING:
        start = case.terms.at(case.level).start
        but = (*case.office_seats(Seat.DUTY), *case.seats(start.to, clock.unit))
        case.notify_others(message, (clock,), but, values)
