"""Extension 延期: more time on one clock, asked for before it is due, once, and granted by a second person.

The rule is in docs/design.md, rule 8.
"""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.parts import Proposal
from domain.clocks.clock import Clock
from domain.clocks.time_account import GrantedTime
from domain.decisions import Extend, Proven, Signer
from domain.errors import Stale, Unfit
from domain.events import ClockExtended, Proposed
from domain.stages.clocks import moved_due
from domain.stages.clocks.handling import refuse_other_generation
from domain.stages.proposing import asked_by, propose
from domain.terms import Audience
from domain.vocabulary import ClockName, ProposalKind, Seat
from domain.worktime.working_time import Span, TimeUnit

EXTENDABLE = (ClockName.ANSWER, ClockName.DRAFT, ClockName.APPROVAL, ClockName.SESSION)
"""The clocks of steps in which somebody works. Triage, the acceptance of a request and an interim notice cannot be put
off by asking."""

THEN = {
    ClockName.ANSWER: (ClockName.DRAFT, ClockName.APPROVAL, ClockName.PUBLISH),
    ClockName.SESSION: (ClockName.DRAFT, ClockName.APPROVAL, ClockName.PUBLISH),
    ClockName.DRAFT: (ClockName.APPROVAL, ClockName.PUBLISH),
    ClockName.APPROVAL: (ClockName.PUBLISH,),
}
"""The steps that still follow each of them before the first public word is due."""


def extend(case: Case, decision: Extend, proven: Proven, now: datetime) -> None:
    """Propose more time; the office's duty leader is asked to grant it, or the unit's own deputy.

    The deputy may where the response is the office's own figure: there the unit's time is all that is given.
    """
    clock = case.owed_clock(decision.clock, decision.unit)
    refuse_other_generation(case, clock, decision.expected_generation)
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
    propose(case, proposal, proven.actor)
    asks = proven.actor.sits(case.office.code, Seat.DUTY_LEADER)
    granter = Audience.office(Seat.DEPUTY if asks else Seat.DUTY_LEADER)
    own = (Audience.owner(Seat.DEPUTY),) if case.promises(clock).extends_response else ()
    to = case.others(case.seats((*own, granter), decision.unit), proven.actor)
    case.notify(
        Message.CONFIRM_REQUEST,
        to,
        case.terms.at(case.level).start.by,
        key=f"v{case.visit}/extend/{case.seq}",
        clock=clock,
        values={
            **asked_by(proven.actor),
            "what": proposal.kind, "ref": proposal.ref, "title": str(decision.longer), "reason": decision.reason,
            **{name: due.isoformat() for name, due in effects(case, proposal).items()},
        },
    )  # fmt: skip


def effects(case: Case, proposal: Proposal) -> dict[str, datetime]:
    """Return what granted time would do: `new_due` of the clock, and `response`, when the first public word is due."""
    clock = case.clock(proposal.clock, proposal.unit) if proposal.clock and proposal.unit else None
    if clock is None or proposal.span is None or clock.account.budget.unit is not proposal.span.unit:
        return {}
    response = case.clock(ClockName.RESPONSE, case.office.code)
    found = {"new_due": _due_with(case, clock, proposal.span)}
    if response is not None:
        moves = _moves_with_the_answer(case, clock, response, proposal.span)
        found["response"] = _due_with(case, response, proposal.span) if moves else response.due
    return found


def most(case: Case, clock: Clock) -> Span | None:
    """Return the most time a clock may be given: its budget again, and no more than the response allows; None: nothing.

    The steps that follow have their whole budgets before the response is due.
    """
    budget = case.promises(clock).budgets[clock.name]
    step = Span.of("1m" if budget.unit is TimeUnit.WALL else f"1{budget.unit}").ticks
    low, high = 0, budget.ticks // step
    while low < high:
        middle = (low + high + 1) // 2
        if _fits_the_response(case, clock, Span(unit=budget.unit, ticks=middle * step)):
            low = middle
        else:
            high = middle - 1
    return Span(unit=budget.unit, ticks=low * step) if low else None


def _fits_the_response(case: Case, clock: Clock, longer: Span) -> bool:
    response = case.clock(ClockName.RESPONSE, case.office.code)
    if response is None:
        return True
    end = _due_with(case, clock, longer)
    for name in THEN[clock.name]:
        end = case.time.after(end, case.promises(clock).budgets[name])
    moves = _moves_with_the_answer(case, clock, response, longer)
    return not response.breached and end <= (_due_with(case, response, longer) if moves else response.due)


def _due_with(case: Case, clock: Clock, longer: Span) -> datetime:
    account = clock.account
    return account.under(account.budget + longer).due(case.time, case.resumes_of(clock))


def grant(case: Case, proposal: Proposal, proven: Proven, now: datetime) -> None:
    """Give the time that was asked for; refuse it once the clock is due or stopped."""
    name, unit, span = proposal.clock, proposal.unit, proposal.span
    assert name and unit and span  # noqa: S101, PT018  (asked for with all three)
    clock = case.clock(name, unit)
    if clock is None or clock.breached or now >= clock.due:
        raise Stale("extension_too_late", clock=name, unit=case.short(unit))
    _refuse_too_long(case, clock, span)  # the level may be another than when it was asked for
    response = case.clock(ClockName.RESPONSE, case.office.code)
    moves = response is not None and _moves_with_the_answer(case, clock, response, span)
    _lengthen(case, clock, span, now, proven, proposal.by)
    if moves and response is not None:
        _lengthen(case, response, span, now, proven, proposal.by)


def _moves_with_the_answer(case: Case, clock: Clock, response: Clock, span: Span) -> bool:
    """Return whether the response moves with a clock: with the lead's answer, once, where it is the office's figure."""
    leads = clock.name is ClockName.ANSWER and case.lead is not None and case.lead.unit.code == clock.unit
    own = case.promises(response).extends_response and response.account.budget.unit is span.unit
    return leads and own and not response.breached and not response.extended


def _lengthen(case: Case, clock: Clock, longer: Span, now: datetime, proven: Proven, asked: Signer) -> None:
    old = clock.due
    clock.extended, clock.granted = True, GrantedTime(level=clock.level, longer=longer)
    longer_account, resumes = clock.account.under(clock.account.budget + longer), case.resumes_of(clock)
    clock.move(longer_account, case.promises(clock), case.time, now, resumes)
    event = ClockExtended(clock=clock.name, unit=clock.unit, longer=longer, old=old, new=clock.due, asked_by=asked)
    case.happened(event, now, proven.actor)
    moved_due.notify(case, clock, old, longer=str(longer))


def may_extend(case: Case, clock: Clock) -> bool:
    """Return whether a clock may have more time, however much."""
    asked = any(_same(proposal, clock) for proposal in case.proposals)
    open_to = clock.name in EXTENDABLE and not (clock.breached or clock.extended or asked)
    return open_to and most(case, clock) is not None


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
    budget = case.promises(clock).budgets[clock.name]
    if longer.unit is not budget.unit or longer.ticks > budget.ticks:
        raise Unfit("extension_too_long", longer=str(longer), most=str(budget))
    if not _fits_the_response(case, clock, longer):
        response, left = case.owed_clock(ClockName.RESPONSE, case.office.code), most(case, clock)
        raise Unfit(
            "extension_beyond_response" if left else "response_allows_no_extension",
            longer=str(longer),
            most=str(left or ""),
            latest=response.due.isoformat(),
        )
