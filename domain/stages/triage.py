"""Triage 研判分派: confirm the level and ask units to verify, or let out what is no rumor."""

from __future__ import annotations

from datetime import datetime

from domain.case import Case
from domain.decisions import Assign, Proven, Relevel, TriageDecision
from domain.errors import Unfit
from domain.events import CaseClosed, LevelChanged, PassedOn, Triaged
from domain.owed import Message
from domain.stages.verification import ask_unit, conclude
from domain.terms import UnitRef
from domain.words import ClockName, Level, Role, Seat, Stage


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
    """Carry out a change of level: running clocks keep what they consumed (rule 8)."""
    if said.level is case.level:
        raise Unfit("same_level", level=said.level)
    case.happened(LevelChanged(old=case.level, new=said.level, reason=said.reason), now, proven.actor)
    _apply_level(case, said.level, now)


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
    case.enter(Stage.CLOSURE, now)
    case.close(now)
    case.happened(CaseClosed(exit=said.exit, remarks=said.reason), now, proven.actor)


def _to_verification(case: Case, lead: UnitRef, rest: list[UnitRef], now: datetime, *, assigned: bool = False) -> None:
    case.stop(now, case.clock(ClockName.TRIAGE, case.office.code))
    case.enter(Stage.VERIFICATION, now)
    _apply_level(case, case.level, now)
    ask_unit(case, lead, Role.LEAD, now, assigned=assigned)
    for unit in rest:
        ask_unit(case, unit, Role.CO, now)
    conclude(case, now)


def _apply_level(case: Case, level: Level, now: datetime) -> None:
    """Move the case and its running clocks to a level."""
    case.level = level
    terms = case.terms.at(case.level)
    for clock in case.running():
        if clock.level is not case.level:
            clock.rearm(case.level, terms.budgets[clock.name], terms.ladder, now)


def _refuse_unfit_units(lead: UnitRef, rest: list[UnitRef]) -> None:
    if not lead.can_lead:
        raise Unfit("cannot_lead", unit=lead.short)
    codes = [lead.code, *(unit.code for unit in rest)]
    if len(set(codes)) != len(codes):
        raise Unfit("unit_twice", units=",".join(codes))
