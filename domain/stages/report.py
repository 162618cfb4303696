"""Report 线索受理: a first report opens the case; further ones are sightings of the same claim.

One that a rule has joined wrongly is taken out again.
"""

from __future__ import annotations

from datetime import datetime

from domain.case import rungs
from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.decisions import Opening, Proven, Sighting, SplitDecision
from domain.errors import Unfit, Unknown
from domain.events import CaseOpened, ReportSplit, Sighted
from domain.events.chain import first_hash
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
        names=dict(opening.named),
        head=first_hash(opening.case_id),
    )
    said = CaseOpened(level=opening.level, channel=opening.channel, place=opening.place, split=opening.split)
    case.happened(said, now)
    case.enter(Stage.TRIAGE, now)
    promised = now - opening.split.waited if opening.split else now
    case.arm(ClockName.RESPONSE, case.office.code, promised)
    if ClockName.CASE in case.terms.at(case.level).budgets:
        case.arm(ClockName.CASE, case.office.code, now)
    clock = case.arm(ClockName.TRIAGE, case.office.code, now)
    ring_duty(case, now, key=clock.key)
    return case


def ring_duty(case: Case, now: datetime, key: str, returned: dict[str, str | int] | None = None) -> None:
    """Owe the office's duty seat the call to triage, by the channels of the level; the duty leader's if it assigns.

    `returned` says who has returned urgent help, and why; None if it is about anything else.
    """
    clock = case.clock(ClockName.TRIAGE, case.office.code)
    duty = on_duty(case)
    values: dict[str, str | int] = {"bounces": case.bounces} if case.must_assign else {}
    values |= returned or {}
    by = case.terms.at(clock.level if clock else case.level).start.by
    if clock is not None:
        rungs.begin_call(case, clock, now)
    case.notify(Message.RING, duty, by, key=f"{key}/start", clock=clock, values=values)


def on_duty(case: Case) -> tuple[Addressee, ...]:
    """Return the office's seat that is asked to triage: the duty, or the duty leader, if that seat has to assign."""
    return case.office_seats(Seat.DUTY_LEADER if case.must_assign else Seat.DUTY)


def sighted(case: Case, sighting: Sighting, proven: Proven, now: datetime) -> None:
    """Record how far a claim has spread; one that comes late, with fewer sightings, only names its joins.

    So does one from before reports were taken out; after more of that than the case knows of, what it says counts.
    """
    joins, counted = sighting.joins, (sighting.count, sighting.districts, sighting.channels)
    news = sighting.splits > case.splits or (sighting.splits == case.splits and sighting.count > case.sightings)
    if not news and not joins:
        return
    if sighting.splits > case.splits:
        case.splits = sighting.splits
        case.sightings, case.districts, case.channels = counted
    elif sighting.splits == case.splits:
        known = (case.sightings, case.districts, case.channels)
        case.sightings, case.districts, case.channels = map(max, known, counted)
    case.happened(Sighted(count=case.sightings, districts=case.districts, channels=case.channels, joins=joins), now)


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
