"""Triage 研判分派: confirm the level and ask units to verify, or let out what is no rumor."""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.parts import Proposal
from domain.case.rungs import stand_down_lately_paged
from domain.clocks.pause import ResumedBy
from domain.decisions import Actor, Assign, Proven, Relevel, TriageDecision
from domain.errors import Stale, Unfit
from domain.events import CaseClosed, LevelChanged, PassedOn, Proposed, Triaged
from domain.stages.clocks import pause
from domain.stages.verification.findings import conclude
from domain.stages.verification.joint_session import first_actions, open_session
from domain.stages.verification.requests import ask_unit
from domain.terms import UnitRef
from domain.vocabulary import ClockName, Level, ProposalKind, Role, Seat, SessionReason, Stage


def triage(case: Case, said: TriageDecision, proven: Proven, now: datetime) -> None:
    """Carry out the duty officer's triage."""
    if said.exit is not None:
        let_out(case, said, proven, now)
        return
    if not (said.level and said.topic and said.lead):
        raise Unfit("triage_incomplete")
    if case.bounces >= case.terms.bounce_limit:
        raise Unfit("must_assign", bounces=case.bounces)
    lead, rest = proven.units[said.lead], [proven.units[code] for code in said.co_units]
    _refuse_unfit_units(lead, rest)
    if said.level is not case.level:
        case.lapse(now, ProposalKind.LOWER_LEVEL)
    case.level, case.provisional = said.level, False
    case.topic, case.district, case.ask = said.topic, said.district, said.ask
    case.happened(
        Triaged(level=said.level, topic=said.topic, district=said.district, reason=said.reason), now, proven.actor
    )
    _to_verification(case, lead, rest, now)


def assign(case: Case, said: Assign, proven: Proven, now: datetime) -> None:
    """Carry out the office's order after declines: the named unit leads and cannot decline."""
    if case.provisional:
        raise Unfit("triage_first")
    lead = proven.units[said.lead]
    _refuse_unfit_units(lead, [])
    case.happened(
        Triaged(level=case.level, topic=case.topic or "", district=case.district, reason=said.reason), now, proven.actor
    )
    _to_verification(case, lead, [], now, assigned=True)


def relevel(case: Case, said: Relevel, proven: Proven, now: datetime) -> None:
    """Carry out a change of level: running clocks keep what they consumed (rule 8). Lowering needs a second person."""
    if said.level is case.level:
        raise Unfit("same_level", level=said.level)
    if said.level.below(case.level):
        _propose_lower(case, said, proven.actor, now)
        return
    case.happened(LevelChanged(old=case.level, new=said.level, reason=said.reason), now, proven.actor)
    _apply_level(case, said.level, now)


def lower(case: Case, proposal: Proposal, actor: Actor, now: datetime) -> None:
    """Lower the level as one person asked and another confirmed."""
    level = proposal.level
    if level is None or not level.below(case.level):
        raise Stale("level_moved_on", level=case.level)
    case.happened(LevelChanged(old=case.level, new=level, reason=proposal.reason or ""), now, actor)
    _apply_level(case, level, now)


def _propose_lower(case: Case, said: Relevel, actor: Actor, now: datetime) -> None:
    if any(proposal.kind is ProposalKind.LOWER_LEVEL for proposal in case.proposals):
        raise Unfit("proposed_already")
    case.happened(Proposed(what=ProposalKind.LOWER_LEVEL, level=said.level, reason=said.reason), now, actor)
    other = Seat.DUTY if actor.sits(case.office.code, Seat.DUTY_LEADER) else Seat.DUTY_LEADER
    proposal = Proposal(
        ref=case.seq,
        kind=ProposalKind.LOWER_LEVEL,
        by=actor.signer,
        level=said.level,
        seat=other,
        reason=said.reason,
    )
    case.proposals = (*case.proposals, proposal)
    values: dict[str, str | int] = {
        "what": proposal.kind, "ref": proposal.ref, "title": said.level, "reason": said.reason,
    }  # fmt: skip
    case.tell_office(Message.CONFIRM_REQUEST, other, values=values)


def let_out(case: Case, said: TriageDecision, proven: Proven, now: datetime) -> None:
    """Let a report out that is no rumor: passed to the unit that serves it, and closed."""
    if said.level or said.lead or said.co_units:
        raise Unfit("exit_or_verify")
    if case.visit > 1:
        raise Unfit("exit_after_requests")
    to = proven.units[said.pass_to] if said.pass_to else None
    case.exit, case.provisional = said.exit, False
    assert said.exit is not None  # noqa: S101  (narrowed by the caller; says so to the type checker)
    case.happened(PassedOn(exit=said.exit, to=to.short if to else None, reason=said.reason), now, proven.actor)
    if to:
        seats = case.seats((f"unit:{to.code}.{Seat.DUTY}",), to.code)
        values: dict[str, str | int] = {"exit": said.exit, "reason": said.reason or ""}
        case.tell(Message.PASSED_ON, seats, ("mail",), key=f"v{case.visit}/passed-on", values=values)
    stand_down_lately_paged(case, now)
    case.enter(Stage.CLOSURE, now)
    case.close(now)
    case.happened(CaseClosed(exit=said.exit, remarks=said.reason), now, proven.actor)


def _to_verification(case: Case, lead: UnitRef, rest: list[UnitRef], now: datetime, *, assigned: bool = False) -> None:
    case.stop(now, case.clock(ClockName.TRIAGE, case.office.code))
    case.enter(Stage.VERIFICATION, now)
    _rearm(case, case.level, now)
    ask_unit(case, lead, Role.LEAD, now, assigned=assigned)
    for unit in rest:
        ask_unit(case, unit, Role.CO, now)
    _what_the_level_asks(case, now)
    conclude(case, now)


def _apply_level(case: Case, level: Level, now: datetime) -> None:
    """Move the case and its running clocks to a level, begin what it asks for, and look at the answers by its terms."""
    case.lapse(now, ProposalKind.LOWER_LEVEL)  # asked for under another level
    _rearm(case, level, now)
    _what_the_level_asks(case, now)
    if case.stage is Stage.VERIFICATION:
        conclude(case, now)


def _rearm(case: Case, level: Level, now: datetime) -> None:
    case.level = level
    terms = case.terms.at(case.level)
    resumed = case.pause is not None and terms.pause is None
    if resumed:
        case.go_on(ResumedBy.LEVEL, now)
    for clock in case.running():
        if clock.name not in terms.budgets:
            case.stop(now, clock)  # the level asks for no such thing
        elif clock.level is not case.level:
            clock.rearm(case.level, terms, case.time, now, case.resumes)
    if resumed:
        pause.tell_resumed(case)


def _what_the_level_asks(case: Case, now: datetime) -> None:
    """Start the interim clock where it is still to run, and open the session of a red or orange case (rule 11)."""
    budgets, office = case.terms.at(case.level).budgets, case.office.code
    due = case.interim_at is None and case.answered_at is None
    if due and ClockName.INTERIM in budgets and case.clock(ClockName.INTERIM, office) is None:
        case.arm(ClockName.INTERIM, office, now)
    if case.session is not None:
        if ClockName.SESSION in budgets and case.clock(ClockName.SESSION, office) is None:
            case.arm(ClockName.SESSION, office, now)  # opened under a level that sets no hour for the minutes
    elif case.stage is Stage.VERIFICATION and case.level in case.terms.sessions_at_triage and not _held(case):
        units = [request.unit.code for request in case.open_requests()]
        open_session(case, SessionReason.LEVEL, units, now, question=case.ask, actions=first_actions(case))


def _held(case: Case) -> bool:
    """Tell whether the session that the level asks for has been opened before."""
    return any(session.reason is SessionReason.LEVEL for session in case.sessions)


def _refuse_unfit_units(lead: UnitRef, rest: list[UnitRef]) -> None:
    if not lead.can_lead:
        raise Unfit("cannot_lead", unit=lead.short)
    codes = [lead.code, *(unit.code for unit in rest)]
    if len(set(codes)) != len(codes):
        raise Unfit("unit_twice", units=",".join(codes))
