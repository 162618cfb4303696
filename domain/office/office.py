"""The office: its member units, who sits where and when, and its policy; read at start, never carried in a case."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from pydantic import Field

from domain.case.payloads import Gap
from domain.decisions import Actor
from domain.errors import Unknown
from domain.terms import Addressee, Terms, UnitRef
from domain.values import Frozen
from domain.vocabulary import Level, Seat, UnitKind
from domain.worktime.working_time import TICK, WorkingTime

FALLBACK = (Seat.LIAISON_A, Seat.LIAISON_B, Seat.DEPUTY)
"""Seats asked in turn when the wanted one is empty; then the parent's duty, the office's duty, administrators."""


class Unit(Frozen):
    """Be a member unit as `units.toml` has it.

    `releases` are the kinds of information the unit alone may give, `exclusive` the words by which a text shows that
    it gives one.
    """

    code: str
    name: str
    short: str
    kind: UnitKind
    topics: tuple[str, ...] = ()
    parent: str | None = None
    can_lead: bool = False
    releases: tuple[str, ...] = ()
    exclusive: tuple[str, ...] = ()
    duty: str
    seats: tuple[Seat, ...]

    def ref(self) -> UnitRef:
        """Return what a case keeps of this unit."""
        return UnitRef(code=self.code, short=self.short, parent=self.parent, can_lead=self.can_lead)


class Person(Frozen):
    """Be a person as `people.toml` has it; `since` and `until` bound the time in the seats (inclusive days)."""

    id: str
    name: str
    unit: str
    seats: tuple[Seat, ...]
    since: date | None = None
    until: date | None = None
    addresses: dict[str, str] = {}
    key_digest: str | None = None
    administrator: bool = False

    def serves(self, day: date) -> bool:
        """Tell whether the person holds the seats on `day`."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


class Reached(Frozen):
    """Say who is reached for a seat, and the gap when the wanted seat was empty."""

    seat: Addressee | None
    persons: tuple[Person, ...]
    gap: Gap | None = None


class Policy(Frozen):
    """Be `policy.toml` as the program uses it: the terms new cases get, and how intake rates a text."""

    terms: Terms
    provisional_level: Level
    red_words: tuple[str, ...]
    channels: dict[str, str]
    zone: str


class Office(Frozen):
    """Be everything an office edits, validated; `working` is its calendar, of which a case carries a part."""

    units: dict[str, Unit]
    people: tuple[Person, ...] = Field(repr=False)
    policy: Policy
    working: WorkingTime = Field(repr=False)

    @property
    def terms(self) -> Terms:
        """Return the terms a new case is opened with."""
        return self.policy.terms

    @cached_property
    def _of_unit(self) -> dict[str, list[Person]]:
        people: dict[str, list[Person]] = {}
        for person in self.people:
            people.setdefault(person.unit, []).append(person)
        return people

    def day(self, at: datetime) -> date:
        """Return the calendar day of an instant in the office's zone: seats are held, and numbers counted, by it."""
        return at.astimezone(ZoneInfo(self.policy.zone)).date()

    @property
    def known_until(self) -> date:
        """Return the last day whose working time is known."""
        return self.day(self.working.covered_until - TICK)

    def refs(self, codes: Iterable[str]) -> dict[str, UnitRef]:
        """Return what a case keeps of each unit; codes that name no unit are left out."""
        return {code: self.units[code].ref() for code in codes if code in self.units}

    def competent(self, text: str) -> tuple[str, ...]:
        """Return the units whose field a text touches, by their topics."""
        return tuple(code for code, unit in self.units.items() if any(topic in text for topic in unit.topics))

    def exclusive(self, text: str, information: str | None) -> dict[str, UnitRef]:
        """Return who alone may give the kinds of information a text holds, found by its words or named as such.

        Raises:
            Unknown: no unit gives information of that name.

        """
        found = {word: unit.ref() for unit in self.units.values() for word in unit.exclusive if word in text}
        if information is not None:
            givers = [unit for unit in self.units.values() if information in unit.releases]
            if not givers:
                raise Unknown("unknown_information", information=information)
            found[information] = givers[0].ref()
        return found

    def provisional_level(self, text: str) -> Level:
        """Rate an unread text: red when it holds a word of the red list, else the policy's default."""
        return Level.RED if any(word in text for word in self.policy.red_words) else self.policy.provisional_level

    def actor(self, person: Person) -> Actor:
        """Return the person as the rules see one."""
        unit = self.units[person.unit]
        return Actor(person=person.id, unit=unit.code, short=unit.short, parent=unit.parent, seats=person.seats)

    def seated(self, unit: str, seat: Seat, day: date) -> tuple[Person, ...]:
        """Return who holds a seat on a day and can be reached; a person without any address is as an empty seat."""
        return tuple(p for p in self._of_unit.get(unit, ()) if seat in p.seats and p.serves(day) and p.addresses)

    def reach(self, wanted: Addressee, at: datetime) -> Reached:
        """Find who is reached for a seat, by the fixed fallback (rule 4); never nobody while anyone is listed."""
        day = self.day(at)
        for seat in self._in_turn(wanted):
            if persons := self.seated(seat.unit, seat.seat, day):
                gap = None if seat == wanted else Gap(wanted=wanted, reached=seat)
                return Reached(seat=seat, persons=persons, gap=gap)
        administrators = tuple(p for p in self.people if p.administrator and p.serves(day))
        return Reached(seat=None, persons=administrators, gap=Gap(wanted=wanted, reached=None))

    def _in_turn(self, wanted: Addressee) -> list[Addressee]:
        office = self.terms.office.code
        unit = self.units.get(wanted.unit)
        turns = [wanted, *(Addressee(unit=wanted.unit, seat=seat) for seat in FALLBACK)]
        if unit and unit.parent:
            turns.append(Addressee(unit=unit.parent, seat=Seat.DUTY))
        return [*turns, Addressee(unit=office, seat=Seat.DUTY)]
