"""A call as whoever makes it sees it: whom to call under which number, what to say, and how to log it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.html.durations import due_words
from desk import CaseDesk
from domain.case.summary import CallStatus, ClockStatus
from domain.office.office import Person
from domain.ports.rows import TimelineEntry
from domain.tasks import callees
from domain.tasks.action import AvailableAction
from domain.tasks.clock_actions import log_of_call
from domain.vocabulary import ClockName, PhoneOutcome
from texts.catalogue import current


@dataclass(frozen=True)
class CalledPerson:
    """A person to call: name, the unit's short name, the seat (None for an administrator), and the number."""

    name: str
    unit: str
    seat: str | None
    number: str

    @property
    def dialled(self) -> str:
        """Return the number without what only people read."""
        return "".join(sign for sign in self.number if sign.isdigit() or sign == "+")


@dataclass(frozen=True)
class CallSheet:
    """An open call: the clock it is about and when that is due, whom to call, two sentences to say, and its log."""

    clock: ClockStatus
    people: tuple[CalledPerson, ...]
    says: tuple[str, ...]
    offer: AvailableAction
    due: str
    late: bool

    def is_about(self, clock: object, unit: object) -> bool:
        """Return whether the call is about a clock of a unit."""
        return (str(self.clock.clock), self.clock.unit) == (str(clock), str(unit))


@dataclass(frozen=True)
class CallOver:
    """A call that is not to be made any more; `log` is the entry by which it was logged, None without one."""

    clock: ClockName
    unit: str
    log: TimelineEntry | None


def call_sheet(desk: CaseDesk, clock: ClockStatus, claim: str, person: Person, now: datetime) -> CallSheet | None:
    """Return the call about a clock that a person is to make; None where it is somebody else's, or there is none.

    A number is shown to whoever makes the call and to nobody else.
    """
    call = clock.call
    if call is None or call.since > now:
        return None
    office = desk.office
    called = callees.callees(call.to, call.passed_on, office, office.channels, now)
    if not called:
        return None
    _, found = callees.caller(call.by, called, office, office.channels, now)
    if person.id not in {one.id for one in found.persons}:
        return None
    people = tuple(
        CalledPerson(
            name=one.person.name,
            unit=office.units[one.person.unit].short,
            seat=one.seat.seat if one.seat else None,
            number=one.person.addresses["phone"],
        )
        for one in called
    )
    own = any(one.person.unit == clock.unit for one in called)
    text = current().say(
        "call_script", office=office.terms.office.short, claim=claim, clock=clock, own=own, late=clock.due <= now
    )
    says = tuple(line for line in text.splitlines() if line)
    log = _logging(clock, call, [one.person.unit for one in called])
    return CallSheet(clock, people, says, log, due_words(clock.due, now), clock.due <= now)


def _logging(clock: ClockStatus, call: CallStatus, units: Sequence[str]) -> AvailableAction:
    """Return the offer to log a call, as its form carries it; `units` are those of the persons to call."""
    preset: dict[str, str | int] = {
        "clock": clock.clock,
        "unit": clock.unit,
        "expected_generation": call.generation,
        "expected_level": clock.level,
        "expected_call": call.passed_on,
    }
    return log_of_call(preset, units, tuple(PhoneOutcome))
