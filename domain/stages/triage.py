"""Triage 研判分派: the office confirms the level and asks units to verify, or lets out what is no rumor."""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.rungs import stand_down_recently_called
from domain.decisions import Assign, Proven, TriageDecision
from domain.errors import Unfit
from domain.events import CaseClosed, PassedOn, Triaged
from domain.stages.level import rearm_clocks, start_what_the_level_asks
from domain.stages.verification.findings import conclude
from domain.stages.verification.requests import ask_unit
from domain.terms import Addressee, UnitRef
from domain.vocabulary import ClockName, ProposalKind, Role, Seat, Stage


def triage(case: Case, decision: TriageDecision, proven: Proven, now: datetime) -> None:
    """Carry out the duty officer's triage."""
    if decision.exit is not None:
        close_without_verification(case, decision, proven, now)
        return
    if not (decision.level and decision.topic and decision.lead):
        raise Unfit("triage_incomplete")
    if case.must_assign:
        raise Unfit("must_assign", bounces=case.bounces)
    lead, rest = proven.units[decision.lead], [proven.units[code] for code in decision.co_units]
    _refuse_unfit_units(lead, rest)
    if decision.level is not case.level:
        case.lapse(now, ProposalKind.LOWER_LEVEL)
    case.level, case.provisional = decision.level, False
    case.topic, case.district, case.ask = decision.topic, decision.district, decision.ask
    case.happened(
        Triaged(level=decision.level, topic=decision.topic, district=decision.district, reason=decision.reason),
        now,
        proven.actor,
    )
    _to_verification(case, lead, rest, now)


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
    _to_verification(case, lead, [], now, assigned=True)


def close_without_verification(case: Case, decision: TriageDecision, proven: Proven, now: datetime) -> None:
    """Let a report out as no rumor: pass it to the unit that serves it, if one is named, and close the case."""
    if decision.level or decision.lead or decision.co_units:
        raise Unfit("exit_or_verify")
    if case.visit > 1:
        raise Unfit("exit_after_requests")
    to = proven.units[decision.pass_to] if decision.pass_to else None
    case.exit, case.provisional = decision.exit, False
    assert decision.exit is not None  # noqa: S101  (checked by the caller; the type checker needs it)
    case.happened(PassedOn(exit=decision.exit, to=to.short if to else None, reason=decision.reason), now, proven.actor)
    if to:
        seats = (Addressee(unit=to.code, seat=Seat.DUTY),)
        values: dict[str, str | int] = {"exit": decision.exit, "reason": decision.reason or ""}
        case.notify(Message.PASSED_ON, seats, ("mail",), key=f"v{case.visit}/passed-on", values=values)
    stand_down_recently_called(case, now)
    case.enter(Stage.CLOSURE, now)
    case.close(now)
    case.happened(CaseClosed(exit=decision.exit, remarks=decision.reason), now, proven.actor)


def _to_verification(case: Case, lead: UnitRef, rest: list[UnitRef], now: datetime, *, assigned: bool = False) -> None:
    case.stop(now, case.clock(ClockName.TRIAGE, case.office.code))
    case.enter(Stage.VERIFICATION, now)
    rearm_clocks(case, case.level, now)
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
