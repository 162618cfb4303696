"""Triage 研判分派: the office confirms the level and asks units to verify, or lets out what is no rumor."""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.parts import Proposal
from domain.decisions import Actor, Assign, Original, Proven, TriageDecision
from domain.errors import Stale, Unfit
from domain.events import PassedOn, Triaged
from domain.risk.proposal import LevelReview, review
from domain.stages import baskets, closure, handover
from domain.stages.level import propose_lower, rearm_clocks, start_what_the_level_asks
from domain.stages.proposing import propose_exit
from domain.stages.rebuttal import delivery, interim
from domain.stages.verification.findings import conclude
from domain.stages.verification.release import release
from domain.stages.verification.requests import ask_unit
from domain.terms import Addressee, UnitRef
from domain.vocabulary import ClockName, Exit, Level, ProposalKind, Role, Seat, Stage


def triage(case: Case, decision: TriageDecision, proven: Proven, now: datetime) -> None:
    """Carry out the duty officer's triage.

    A level lower than one that was confirmed before is only proposed, as by `relevel` (docs/design.md, rule 16).
    """
    if decision.exit is not None:
        _let_out(case, decision, proven, now)
        return
    if not (decision.level and decision.topic and decision.lead):
        raise Unfit("triage_incomplete")
    if case.must_assign:
        raise Unfit("must_assign", bounces=case.bounces)
    lead, rest = proven.units[decision.lead], [proven.units[code] for code in decision.co_units]
    _refuse_unfit_units(lead, rest)
    baskets.refuse_unfit_claim(case, decision, proven)
    judged = _judged(case, decision)
    lower = not case.provisional and decision.level.below(case.level)
    level, first = case.level if lower else decision.level, case.provisional
    if level is not case.level:
        case.lapse(now, ProposalKind.LOWER_LEVEL)
    case.provisional = False
    case.topic, case.district, case.ask = decision.topic, decision.district, decision.ask
    baskets.word(case, decision, proven.actor, now)
    triaged = Triaged(
        level=level, topic=decision.topic, district=decision.district, reason=decision.reason, review=judged
    )
    case.happened(triaged, now, proven.actor)
    wanted = {decision.lead, *decision.co_units}
    for request in case.open_requests():  # of an earlier visit
        if request.unit.code not in wanted:
            release(case, request, now, decision.reason)
    _to_verification(case, lead, rest, level, now, first=first)
    if lower and not _asked_for(case, decision.level):
        propose_lower(case, decision.level, decision.reason, proven.actor, now)


def _judged(case: Case, decision: TriageDecision) -> LevelReview | None:
    """Return how the office judges what is proposed; None if nothing is, or triage has judged the level before.

    Raises:
        Unfit: an answer to a question the case does not have, or the proposal is overruled without a reason.

    """
    assessment = case.opening.assessment
    if assessment is None or case.topic is not None:
        if decision.answers:
            raise Unfit("no_questions")
        return None
    assert decision.level and decision.lead  # noqa: S101, PT018  (asked by the caller; the type checker needs it)
    return review(assessment, case.spread, decision.answers, decision.level, decision.lead, decision.reason)


def _asked_for(case: Case, level: Level) -> bool:
    return any(one.kind is ProposalKind.LOWER_LEVEL and one.level is level for one in case.proposals)


def assign(case: Case, decision: Assign, proven: Proven, now: datetime) -> None:
    """Carry out the office's order after declines: the named unit leads and cannot decline.

    The rule is in docs/design.md, rule 10.
    """
    if case.provisional:
        raise Unfit("triage_first")
    lead = proven.units[decision.lead]
    _refuse_unfit_units(lead, [])
    case.happened(
        Triaged(level=case.level, topic=case.topic or "", district=case.district, reason=decision.reason),
        now,
        proven.actor,
    )
    _to_verification(case, lead, [], case.level, now, assigned=True)


def _let_out(case: Case, decision: TriageDecision, proven: Proven, now: datetime) -> None:
    """Let a report out as no rumor; once units were asked, a second person confirms it (docs/design.md, rule 16)."""
    if decision.level or decision.lead or decision.co_units or decision.claim:
        raise Unfit("exit_or_verify")
    _refuse_unfit_original(case, decision, proven)
    _refuse_untimely_exit(case)
    to = proven.units[decision.pass_to] if decision.pass_to else None
    assert decision.exit is not None  # noqa: S101  (checked by the caller; the type checker needs it)
    if (terms := case.terms.exits.get(decision.exit)) is not None:  # nobody waits for a second person with it
        handover.hand_over(case, decision.exit, to, decision.reason, terms, proven.actor, now)
    elif case.visit > 1:
        propose_exit(case, decision.exit, to, decision.reason, proven.actor, now, proven.original)
    else:
        close_without_verification(case, decision.exit, to, decision.reason, proven.actor, now, proven.original)


def _refuse_unfit_original(case: Case, decision: TriageDecision, proven: Proven) -> None:
    """Refuse a duplicate without the case it repeats, or of itself, or of a case that was closed without an answer."""
    if decision.exit is not Exit.DUPLICATE:
        if decision.duplicate_of is not None:
            raise Unfit("original_not_asked_for")
        return
    original = proven.original
    if original is None or decision.pass_to is not None:
        raise Unfit("needs_original")
    if original.case_id == case.opening.case_id:
        raise Unfit("duplicate_of_itself", number=original.number)
    if not (original.running or original.answered):
        raise Unfit("original_unanswered", number=original.number)


def _refuse_untimely_exit(case: Case) -> None:
    if interim.owes_answer(case):
        raise Unfit("exit_owes_answer")
    if owed := delivery.public_outstanding(case):
        raise Unfit("public_channel_owed", channels=",".join(owed))


def may_let_out(case: Case) -> bool:
    """Return whether the report may be let out now: the public is owed neither an answer nor a page."""
    return not interim.owes_answer(case) and not delivery.public_outstanding(case)


def let_out(case: Case, proposal: Proposal, proven: Proven, now: datetime) -> None:
    """Let a report out after units were asked, as one person asked and another confirmed; those units are told.

    Raises:
        Unfit: an interim notice is out, so the public is owed an answer; or a public channel has still to answer; or
            the case a duplicate was to be merged into has ended without an answer since.

    """
    assert proposal.exit is not None  # noqa: S101  (asked for with one)
    _refuse_untimely_exit(case)
    actor, original = proven.actor, _original_as_of_now(proposal, proven)
    for request in case.open_requests():
        release(case, request, now, proposal.reason)
    if handover.is_received(case, proposal.exit, proposal.pass_to):
        handover.finish(case, actor, now)
    else:
        close_without_verification(case, proposal.exit, proposal.pass_to, proposal.reason, actor, now, original)


def _original_as_of_now(proposal: Proposal, proven: Proven) -> Original | None:
    """Return the case a duplicate is to be merged into, as the desk finds it now: days may lie between both words."""
    asked, found = proposal.original, proven.original
    if asked is None:
        return None
    if found is None or found.case_id != asked.case_id:
        raise Stale("original_not_found", number=asked.number)
    if not (found.running or found.answered):
        raise Unfit("original_ended", number=found.number)
    return found


def close_without_verification(
    case: Case,
    why: Exit,
    to: UnitRef | None,
    reason: str | None,
    actor: Actor,
    now: datetime,
    original: Original | None = None,
) -> None:
    """Pass a report that is no rumor to the unit that serves it, if one is named, and close the case.

    The answer of a duplicate is that of the `original`.
    """
    case.original = original
    handover.take_back(case, now)
    case.happened(PassedOn(exit=why, to=to.short if to else None, reason=reason, into=original), now, actor)
    if to:
        seats = (Addressee(unit=to.code, seat=Seat.DUTY),)
        values: dict[str, str | int] = {"exit": why, "reason": reason or ""}
        case.notify(Message.PASSED_ON, seats, ("mail",), key=f"v{case.visit}/passed-on", values=values)
    closure.end_without_verification(case, why, reason, actor, now)


def _to_verification(
    case: Case,
    lead: UnitRef,
    rest: list[UnitRef],
    level: Level,
    now: datetime,
    *,
    assigned: bool = False,
    first: bool = False,
) -> None:
    handover.take_back(case, now)
    case.stop(now, case.clock(ClockName.TRIAGE, case.office.code))
    case.lapse(now, ProposalKind.EXIT)
    case.enter(Stage.VERIFICATION, now)
    case.quorum_at = None  # who is asked now is asked at this level
    rearm_clocks(case, level, now, first=first)
    ask_unit(case, lead, Role.LEAD, now, assigned=assigned)
    for unit in rest:
        ask_unit(case, unit, Role.CO, now)
    start_what_the_level_asks(case, now)
    conclude(case, now)


def _refuse_unfit_units(lead: UnitRef, rest: list[UnitRef]) -> None:
    if not lead.can_lead:
        raise Unfit("cannot_lead", unit=lead.short)
    codes = [lead.code, *(unit.code for unit in rest)]
    if len(set(codes)) != len(codes):
        raise Unfit("unit_twice", units=",".join(codes))
