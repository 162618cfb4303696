"""Pausing 暂停计时: all clocks but the accept clocks stand still for a listed reason, until a set end.

The rule is in docs/design.md, rule 8.
"""

from __future__ import annotations

from datetime import UTC, datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.parts import Proposal
from domain.case.rungs import ring_passed
from domain.clocks.clock import Clock
from domain.clocks.pause import ActivePause as Paused
from domain.clocks.pause import ResumedBy
from domain.decisions import Actor, Pause, Proven, Resume
from domain.errors import Unfit
from domain.events import CasePaused, PauseEnding, PauseShortened, Proposed
from domain.stages.clocks import own_pause
from domain.stages.proposing import asked_by, propose
from domain.vocabulary import ClockName, ProposalKind, PublicationState, RequestState, Seat
from domain.worktime.working_time import TICK

_PUBLISHING = PublicationState.APPROVED


def pause(case: Case, decision: Pause, proven: Proven, now: datetime) -> None:
    """Propose a pause of the case, or of a co-unit's own clock; one of the office's duty seats is to confirm it."""
    if decision.unit:
        own_pause.refuse_unfit(case, decision, now)
    else:
        _refuse_unfit(case, decision, now)
        if not _works_on_it(case, proven.actor):
            raise Unfit("pause_after_accepting", unit=proven.actor.short)
    if is_asked_for(case, decision.unit):
        raise Unfit("proposed_already")
    _propose(case, decision, proven.actor, now)


def is_asked_for(case: Case, unit: str | None) -> bool:
    """Return whether a pause of the case (None), or of a co-unit's own clock, waits to be confirmed."""
    return any(one.kind is ProposalKind.PAUSE and one.unit == unit for one in case.proposals)


def _propose(case: Case, decision: Pause, actor: Actor, now: datetime) -> None:
    what, reason = ProposalKind.PAUSE, decision.remarks
    case.happened(Proposed(what=what, unit=decision.unit, reason=reason, evidence=decision.evidence), now, actor)
    proposal = Proposal(
        ref=case.seq,
        kind=what,
        by=actor.signer,
        unit=decision.unit,
        clock=ClockName.ANSWER if decision.unit else None,
        reason=reason,
        pause=decision,
    )
    propose(case, proposal, actor)
    leads = actor.sits(case.office.code, Seat.DUTY_LEADER)
    case.notify_office(
        Message.CONFIRM_REQUEST,
        Seat.DUTY if leads else Seat.DUTY_LEADER,
        clock=case.clock(ClockName.ANSWER, decision.unit) if decision.unit else None,
        values={
            **asked_by(actor),
            "what": proposal.kind, "ref": proposal.ref, "title": decision.reason, "reason": decision.remarks or "",
            "until": decision.until.isoformat(),
        },
    )  # fmt: skip


def grant(case: Case, proposal: Proposal, proven: Proven, now: datetime) -> None:
    """Stop the pausable clocks until the end that was asked for; rungs that have passed ring first."""
    decision = proposal.pause
    assert decision is not None  # noqa: S101  (asked for with one)
    _refuse_unfit(case, decision, now)
    until = decision.until.astimezone(UTC)
    for clock in case.pausable():
        ring_passed(case, clock, now)
    case.pause = Paused(reason=decision.reason, since=now, until=until)
    case.paused_in = (*case.paused_in, case.visit)
    for clock in case.pausable():
        clock.account = clock.account.halted(now)
        clock.reschedule(case.promises(clock), case.time, case.resumes_of(clock))
    event = CasePaused(reason=decision.reason, until=until, evidence=decision.evidence, remarks=decision.remarks)
    case.happened(event, now, proven.actor)
    _notify(case, Message.PAUSED, {"reason": decision.reason, "until": until.isoformat()})


def is_pointless(case: Case, proposal: Proposal, now: datetime) -> bool:
    """Return whether a pause that was asked for can be granted no more: its end has passed, or a clock is overdue."""
    until = grantable_until(case, proposal)
    return until is not None and now > until


def grantable_until(case: Case, proposal: Proposal) -> datetime | None:
    """Return the last instant at which a pause that was asked for can be granted; None if it is no pause."""
    if proposal.pause is None:
        return None
    clocks = [clock for clock in case.running() if (clock.name, clock.unit) == (proposal.clock, proposal.unit)]
    ends = (proposal.pause.until, *(one.missed or one.due for one in (clocks or case.pausable())))
    return min(ends) - TICK


def lapse_pointless(case: Case, now: datetime) -> None:
    """End a proposal of a pause that can be granted no more: nobody is asked to confirm it."""
    case.end_proposals(now, [one for one in case.proposals if is_pointless(case, one, now)])


def resume(case: Case, decision: Resume, proven: Proven, now: datetime) -> None:
    """Let the clocks go on before the end of the pause."""
    if decision.unit:
        own_pause.resume(case, decision, proven, now)
        return
    if case.pause is None:
        raise Unfit("not_paused")
    case.resume(ResumedBy.PERSON, now, by=proven.actor, remarks=decision.reason)
    notify_resumed(case)


def end_passed(case: Case, now: datetime) -> None:
    """End a pause whose end has passed: the clocks go on from there, however late this is noticed."""
    if case.pause is not None and now >= case.pause.until:
        case.resume(ResumedBy.END, now)
        notify_resumed(case)


def attend(case: Case, now: datetime) -> None:
    """End a pause, or announce its end."""
    end_passed(case, now)
    if case.pause is None:
        return
    case.pause = case.pause.model_copy(update={"reminded": True})
    case.happened(PauseEnding(until=case.pause.until), now)
    _notify(case, Message.PAUSE_ENDING, {"reason": case.pause.reason, "until": case.pause.until.isoformat()})


def fit_to_level(case: Case, now: datetime) -> None:
    """Let a pause last no longer than the level allows, counted from its begin; the caller moves the clocks."""
    cap = case.terms.at(case.level).pause
    if case.pause is None or cap is None or case.pause.until <= (latest := case.time.after(case.pause.since, cap)):
        return
    if latest <= now:
        case.resume(ResumedBy.LEVEL, now)
        return
    case.pause = case.pause.model_copy(update={"until": latest, "reminded": False})
    case.happened(PauseShortened(until=latest), now)
    _notify(case, Message.PAUSED, {"reason": case.pause.reason, "until": latest.isoformat()})


def let_go_on(case: Case, now: datetime) -> None:
    """Let a response go on that stands still at a level whose figure is not the office's own."""
    for clock in case.running():
        if clock.name is ClockName.RESPONSE and clock.paused and clock not in case.pausable():
            clock.account = clock.account.going(now)
            clock.reschedule(case.promises(clock), case.time)


def notify_resumed(case: Case) -> None:
    """Notify the units that owe a clock that it runs again, and until when."""
    _notify(case, Message.RESUMED, {})


def _notify(case: Case, message: Message, values: dict[str, str | int]) -> None:
    """Notify the units that owe an answer, and the office's duty seat; not who stands still in a longer pause."""
    steps = [
        clock for clock in reversed(case.running()) if not clock.name.whole and case.resumes_of(clock) == case.resumes
    ]
    owing: dict[str, Clock] = {clock.unit: clock for clock in steps}
    for unit, clock in owing.items():
        if unit != case.office.code and not case.never_told(unit):
            key = f"{clock.key}/{message}/{case.seq}"
            case.notify_unit(message, unit, key=key, clock=clock, values=values)
    case.notify_office(message, Seat.DUTY, clock=owing.get(case.office.code), values=values)
    if message is not Message.PAUSE_ENDING:
        start = case.terms.at(case.level).start
        but = (*case.office_seats(Seat.DUTY), *(one for unit in owing for one in case.seats(start.to, unit)))
        same = [clock for clock in case.pausable() if case.resumes_of(clock) == case.resumes]
        case.notify_others(message, same, but, values)


def _works_on_it(case: Case, actor: Actor) -> bool:
    """Return whether the actor is of the office, or of a lead that has accepted what it would let wait."""
    office = actor.sits(case.office.code, Seat.DUTY, Seat.DUTY_LEADER)
    return office or (case.lead is not None and case.lead.state is not RequestState.OFFERED)


def may_pause(case: Case, actor: Actor) -> bool:
    """Return whether the actor may ask for a pause now, for however long."""
    if not _works_on_it(case, actor):
        return False
    fresh = case.pause is None and case.visit not in case.paused_in and case.publication is not _PUBLISHING
    clocks = case.pausable()
    known = case.terms.at(case.level).pause is not None
    return (
        fresh
        and known
        and not is_asked_for(case, None)
        and bool(clocks)
        and not any(clock.breached for clock in clocks)
    )


def _refuse_unfit(case: Case, decision: Pause, now: datetime) -> None:
    if case.pause is not None:
        raise Unfit("paused_already", until=case.pause.until.isoformat())
    if case.visit in case.paused_in:
        raise Unfit("paused_before", visit=case.visit)
    own_pause.refuse_end(case, decision, now)
    if case.publication is _PUBLISHING:
        raise Unfit("publishing_now")
    late = next((clock for clock in case.pausable() if clock.breached or now >= clock.due), None)
    if late is not None:
        raise Unfit("overdue_cannot_pause", clock=late.name, unit=case.short(late.unit))
    if not case.pausable():
        raise Unfit("nothing_to_pause")
