"""Extension 延期: more time on one clock, asked for before it is due, once, and granted by a second person.

The rule is in docs/design.md, rule 8.
"""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.parts import Proposal
from domain.clocks.clock import Clock, GrantedTime
from domain.decisions import Extend, Proven, Signer
from domain.errors import Stale, Unfit
from domain.events import ClockExtended, Proposed
from domain.terms import Audience
from domain.vocabulary import ClockName, ProposalKind, Seat
from domain.worktime.working_time import Span

EXTENDABLE = (ClockName.ANSWER, ClockName.DRAFT, ClockName.APPROVAL, ClockName.SESSION)
"""The clocks of steps in which somebody works. Triage, the acceptance of a request and an interim notice cannot be put
off by asking."""


def extend(case: Case, decision: Extend, proven: Proven, now: datetime) -> None:
    """Propose more time; the deputy of the unit or the office's duty leader is asked to grant it."""
    clock = case.owed_clock(decision.clock, decision.unit)
    _refuse_unfit(case, clock, decision, now)
    case.happened(Proposed(what=ProposalKind.EXTENSION, unit=decision.unit, reason=decision.reason), now, proven.actor)
    proposal = Proposal(
        ref=case.seq,
        kind=ProposalKind.EXTENSION,
        by=proven.actor.signer,
        unit=decision.unit,
        reason=decision.reason,
        clock=decision.clock,
        span=decision.longer,
    )
    case.proposals = (*case.proposals, proposal)
    to = case.seats((Audience.owner(Seat.DEPUTY), Audience.office(Seat.DUTY_LEADER)), decision.unit)
    case.notify(
        Message.CONFIRM_REQUEST,
        to,
        case.terms.at(case.level).start.by,
        key=f"v{case.visit}/extend/{case.seq}",
        clock=clock,
        values={"what": proposal.kind, "ref": proposal.ref, "title": str(decision.longer), "reason": decision.reason},
    )


def grant(case: Case, proposal: Proposal, proven: Proven, now: datetime) -> None:
    """Give the time that was asked for; refuse it once the clock is due or stopped."""
    name, unit, span = proposal.clock, proposal.unit, proposal.span
    assert name and unit and span  # noqa: S101, PT018  (asked for with all three)
    clock = case.clock(name, unit)
    if clock is None or clock.breached or now >= clock.due:
        raise Stale("extension_too_late", clock=name, unit=case.short(unit))
    _refuse_too_long(case, clock, span)  # the level may be another than when it was asked for
    _lengthen(case, clock, span, now, proven, proposal.by)
    response = case.clock(ClockName.RESPONSE, case.office.code)
    if name is ClockName.ANSWER and response and _moves_with_the_answer(case, response, span):
        _lengthen(case, response, span, now, proven, proposal.by)


def _moves_with_the_answer(case: Case, response: Clock, span: Span) -> bool:
    own = case.promises(response).extends_response and response.account.budget.unit is span.unit
    return own and not response.breached and not response.extended


def _lengthen(case: Case, clock: Clock, longer: Span, now: datetime, proven: Proven, asked: Signer) -> None:
    old = clock.due
    clock.extended, clock.granted = True, GrantedTime(level=clock.level, longer=longer)
    clock.move(clock.account.under(clock.account.budget + longer), case.promises(clock), case.time, now, case.resumes)
    event = ClockExtended(clock=clock.name, unit=clock.unit, longer=longer, old=old, new=clock.due, asked_by=asked)
    case.happened(event, now, proven.actor)


def may_extend(case: Case, clock: Clock) -> bool:
    """Return whether a clock may have more time, however much."""
    asked = any(_same(proposal, clock) for proposal in case.proposals)
    return clock.name in EXTENDABLE and not (clock.breached or clock.extended or asked)


def _same(proposal: Proposal, clock: Clock) -> bool:
    return proposal.kind is ProposalKind.EXTENSION and (proposal.clock, proposal.unit) == (clock.name, clock.unit)


def _refuse_unfit(case: Case, clock: Clock, decision: Extend, now: datetime) -> None:
    if decision.clock not in EXTENDABLE:
        raise Unfit("not_extendable", clock=decision.clock, extendable=",".join(EXTENDABLE))
    if clock.breached or now >= clock.due:
        raise Unfit("overdue_cannot_extend", clock=clock.name, unit=case.short(clock.unit))
    if clock.extended:
        raise Unfit("extended_already", clock=clock.name, unit=case.short(clock.unit))
    if any(_same(proposal, clock) for proposal in case.proposals):
        raise Unfit("proposed_already")
    _refuse_too_long(case, clock, decision.longer)


def _refuse_too_long(case: Case, clock: Clock, longer: Span) -> None:
    most = case.promises(clock).budgets[clock.name]
    if longer.unit is not most.unit or longer.ticks > most.ticks:
        raise Unfit("extension_too_long", longer=str(longer), most=str(most))
