"""How a case stands, in a form for the register's row, the answer to a decision, and the operator's page."""

from __future__ import annotations

from datetime import datetime

from domain.case import rungs
from domain.case.case import Case
from domain.case.parts import JointSession
from domain.case.summary import CallStatus, ClockStatus, PendingConfirmation, Signature, Summary
from domain.clocks.clock import Clock
from domain.vocabulary import ActionKind, ClockName, PublicationState, Role, SessionReason


def summarise(case: Case, *, ahead: bool = True) -> Summary:
    """Return the summary of `case` as of its last entry; `ahead` adds the next rung of each clock."""
    running, asked = case.running(), case.open_requests()
    roles = {request.unit.code: request.role for request in asked}
    lead = case.lead
    return Summary(
        case_id=case.opening.case_id,
        epoch=case.epoch,
        number=case.opening.number,
        seq=case.seq,
        stage=case.stage,
        visit=case.visit,
        level=case.level,
        provisional=case.provisional,
        verdict=case.verdict,
        publication=case.publication,
        topic=case.topic,
        district=case.district,
        lead=lead.unit.code if lead else None,
        units=tuple(request.unit.code for request in asked),
        due=stage_due(case),
        next_wake=case.next_wake(),
        escalation=max((clock.rung for clock in running), default=0),
        overdue=any(clock.breached for clock in running),
        sightings=case.sightings,
        sources=case.sources,
        debts=tuple(clock_status(case, clock, roles.get(clock.unit), ahead=ahead) for clock in running),
        verdicts={step: fact.verdict for step, fact in case.verdicts.items()},
        signatures=signatures(case),
        waiting=tuple(
            PendingConfirmation(ref=p.ref, kind=p.kind, unit=p.unit, seat=p.seat, by=p.by.person, voice=p.by.same_as)
            for p in case.proposals
        ),
        session=case.session.number if case.session else None,
        paused=case.resumes,
        calendar=case.time.version,
        awaited=awaited(case),
        refused=tuple(one.ref for one in case.refused),
        original=case.original,
        basket=case.is_basket,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
    )


def stage_due(case: Case) -> datetime | None:
    """Return when the present step is due: by the earliest running clock that is not about the whole case.

    Without such a clock, the earliest of the others; None if no clock runs.
    """
    running = case.running()
    steps = [clock.due for clock in running if not clock.name.whole]
    return min(steps or [clock.due for clock in running], default=None)


def clock_status(case: Case, clock: Clock, role: Role | None, *, ahead: bool) -> ClockStatus:
    """Return the status of one running clock; `role` is its unit's in the verification, None if it is not asked."""
    upcoming = clock.next_rung(case.promises(clock), case.time) if ahead else None
    return ClockStatus(
        clock=clock.name,
        unit=clock.unit,
        short=case.short(clock.unit),
        role=role,
        due=clock.due,
        overdue=clock.breached is not None,
        acknowledged=clock.acknowledged is not None,
        paused=clock.paused,
        resumes=case.resumes_of(clock) if case.own_pause(clock) else None,
        call=call_of(case, clock),
        provisional=clock.provisional,
        level=clock.rung,
        next_at=upcoming[0] if upcoming else None,
        next_rung=upcoming[1].kind if upcoming else None,
        next_to=case.called(upcoming[1].to, clock, clock.rung + 1) if upcoming else (),
    )


def call_of(case: Case, clock: Clock) -> CallStatus | None:
    """Return the call that somebody is asked to make about a clock; None without one, or while the clock stands still.

    Nobody is asked in a case of before, which names nobody who makes its calls.
    """
    by = rungs.callers(case, clock)
    if clock.calls is None or clock.paused or not by:
        return None
    return CallStatus(
        to=rungs.called(case, clock),
        by=by,
        since=clock.calls,
        passed_on=clock.passed_on,
        generation=clock.generation,
    )


def signatures(case: Case) -> tuple[Signature, ...]:
    """Return the signatures the text on the table needs; empty without a text, or once it is approved."""
    table = case.draft
    if table is None or case.publication is not PublicationState.DRAFTED:
        return ()
    due = table.open_slots()
    return tuple(
        Signature(
            kind=slot.kind,
            unit=slot.asked[0].unit,
            short=case.short(slot.asked[0].unit),
            seat=slot.asked[0].seat,
            stand_ins=slot.asked[1:] if slot in due else (),
            given=slot.vote is not None,
            skipped=slot.skipped,
            now=slot in due,
        )
        for slot in table.slots
    )


def awaited(case: Case) -> dict[str, datetime | None]:
    """Return the units the latest session waits for, for a position or an item of its list, and until when.

    None as instant: no clock of the session runs. What a unit owes by a clock of its own is left out: it is among the
    clocks of the summary.
    """
    session = case.last_session
    if session is None or case.over:
        return {}
    asked, office = {request.unit.code for request in case.open_requests()}, case.office.code
    ever = {request.unit.code for request in case.requests}  # one that declined will verify nothing more
    dues: dict[str, datetime | None] = {}
    for item in sorted(session.items, key=lambda item: item.action.end):
        by_clock = {ActionKind.VERIFY: ever, ActionKind.INTERIM: {office}}.get(item.action.do, set())
        if item.done is None and item.action.unit not in by_clock:
            dues.setdefault(item.action.unit, item.action.end)
    clock = case.clock(ClockName.SESSION, office)
    for unit in _to_speak(session, asked):
        dues.setdefault(unit, clock.due if clock else None)
    return dues


def _to_speak(session: JointSession, asked: set[str]) -> list[str]:
    """Return the units whose position a session lacks; empty if it is ruled.

    In a session opened for the level, without a conflict, the findings of the units are their positions.
    """
    if session.ruled is not None or (session.reason is SessionReason.LEVEL and not session.conflict):
        return []
    silent = set(session.units) - {position.unit for position in session.positions}
    return [
        unit for unit in session.units if unit in silent and (session.reason is SessionReason.CALLED or unit in asked)
    ]
