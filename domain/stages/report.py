"""Report 线索受理: a first report opens the case; further ones are sightings (`domain.stages.sightings`).

One that a rule has joined wrongly is taken out again.
"""

from __future__ import annotations

from datetime import datetime

from domain.case import rungs
from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.decisions import Opening, Proven, SplitDecision
from domain.errors import Unfit, Unknown
from domain.events import CaseOpened, ReportSplit
from domain.events.chain import first_hash
from domain.risk.proposal import at_opening
from domain.terms import Addressee
from domain.vocabulary import ClockName, Seat, Stage


def open_case(opening: Opening, now: datetime) -> Case:
    """Return a new case at its provisional level: response and triage clocks run, the office's duty seat is called.

    The response clock of a report that was taken out of another case runs since that had it: nobody was promised less.
    """
    districts = 1 if opening.place else 0
    case = Case(
        opening=opening,
        opened_at=now,
        level=opening.level,
        districts=districts,
        sources=1,
        names=dict(opening.named),
        head=first_hash(opening.case_id),
    )
    proposal = at_opening(opening.assessment, case.spread) if opening.assessment else None
    opened = CaseOpened(
        level=opening.level,
        channel=opening.channel,
        place=opening.place,
        proposal=proposal,
        split=opening.split,
        basket=opening.basket,
    )
    case.happened(opened, now)
    case.enter(Stage.TRIAGE, now)
    promised = now - opening.split.waited if opening.split else now
    case.arm(ClockName.RESPONSE, case.office.code, promised)
    if ClockName.CASE in case.terms.at(case.level).budgets:
        case.arm(ClockName.CASE, case.office.code, now)
    clock = case.arm(ClockName.TRIAGE, case.office.code, now)
    ring_duty(case, now, key=clock.key)
    return case


def ring_duty(case: Case, now: datetime, key: str, why: dict[str, str | int] | None = None) -> None:
    """Owe the office's duty seat the call to triage, by the channels of the level; the duty leader's if it assigns.

    `why` are the values of its letter that say who has returned urgent help and for what reason, or how many sources a
    surge has; None if it is about anything else.
    """
    clock = case.clock(ClockName.TRIAGE, case.office.code)
    duty = on_duty(case)
    values: dict[str, str | int] = {"bounces": case.bounces} if case.must_assign else _urgent(case)
    values |= why or {}
    by = case.terms.at(clock.level if clock else case.level).start.by
    if clock is not None:
        rungs.begin_call(case, clock, now)
    case.notify(Message.RING, duty, by, key=f"{key}/start", clock=clock, values=values)


def _urgent(case: Case) -> dict[str, str | int]:
    """Return the exit an unread report speaks for, so that whoever is rung decides it first."""
    assessment = case.opening.assessment
    if assessment is None or assessment.exit is None or not case.provisional:
        return {}
    return {"exit": assessment.exit.exit, "words": assessment.exit.words[0]}


def on_duty(case: Case) -> tuple[Addressee, ...]:
    """Return the office's seat that is asked to triage: the duty, or the duty leader, if that seat has to assign."""
    return case.office_seats(Seat.DUTY_LEADER if case.must_assign else Seat.DUTY)


def split(case: Case, decision: SplitDecision, proven: Proven, now: datetime) -> None:
    """Take the reports of one wording out of the case; the register opens another one for them.

    Raises:
        Unfit: the report is the first of the case, of which it is the claim.
        Unknown: nobody has looked up which reports these are.

    """
    if decision.report_id == case.opening.report_id:
        raise Unfit("split_first_report", report=decision.report_id)
    own = proven.split
    if own is None:
        raise Unknown("no_such_report_here", report=decision.report_id, number=case.opening.number)
    case.splits += 1
    case.sightings, case.districts, case.channels = own.count, own.districts, own.channels
    case.happened(ReportSplit(**dict(own), reason=decision.reason), now, proven.actor)
