"""Report 线索受理: a first report opens the case; further ones are sightings of the same claim."""

from __future__ import annotations

from datetime import datetime

from domain.case import rungs
from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.decisions import Opening, Proven, Sighting
from domain.events import CaseOpened, Sighted
from domain.events.chain import first_hash
from domain.terms import Addressee
from domain.vocabulary import ClockName, Seat, Stage


def open_case(opening: Opening, now: datetime) -> Case:
    """Return a new case at its provisional level: response and triage clocks run, the office's duty seat is called."""
    districts = 1 if opening.place else 0
    case = Case(
        opening=opening,
        opened_at=now,
        level=opening.level,
        districts=districts,
        names=dict(opening.named),
        head=first_hash(opening.case_id),
    )
    case.happened(CaseOpened(level=opening.level, channel=opening.channel, place=opening.place), now)
    case.enter(Stage.TRIAGE, now)
    case.arm(ClockName.RESPONSE, case.office.code, now)
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
    """Record how far a claim has spread; one that comes late, with fewer sightings, changes nothing."""
    if sighting.count <= case.sightings:
        return
    case.sightings = sighting.count
    case.districts = max(case.districts, sighting.districts)
    case.channels = max(case.channels, sighting.channels)
    case.happened(Sighted(count=case.sightings, districts=case.districts, channels=case.channels), now)
