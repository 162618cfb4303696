"""The office: its member units, who holds which seat when, and its policy; read at start, never carried in a case."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from pydantic import Field

from domain.decisions import Actor, SeatHolders
from domain.errors import Unknown
from domain.office.limits import BasketPolicy, Limits
from domain.office.quoted_claim import without_quoted_claim
from domain.risk.questions import RiskTable
from domain.terms import Addressee, Gap, Terms, UnitRef
from domain.values import Frozen
from domain.vocabulary import ClockName, Exit, Level, Seat, UnitKind
from domain.worktime.working_time import TICK, WorkingTime

FALLBACK = (Seat.LIAISON_A, Seat.LIAISON_B, Seat.DEPUTY)
"""The seats asked in turn if the wanted one is empty; then the duty seat of the parent unit, the duty seat of the
office, and the administrators (docs/design.md, rule 4)."""


WITHOUT = "none"
"""The service of a channel the office does without."""


class Unit(Frozen):
    """A member unit as in `units.toml`.

    `releases` are the kinds of information that only this unit may give. `exclusive` are the words by which a text
    shows that it gives one of them.
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

    @property
    def districts(self) -> tuple[str, ...]:
        """Return the names of the districts it answers for; empty unless it is a district's own unit."""
        return self.topics if self.kind is UnitKind.DISTRICT else ()

    def ref(self) -> UnitRef:
        """Return what a case keeps of this unit."""
        return UnitRef(code=self.code, short=self.short, parent=self.parent, can_lead=self.can_lead)


class Person(Frozen):
    """A person as in `people.toml`; `since` and `until` are the first and last day in the seats, both included.

    `key_digest` is the SHA-256 of the person's key. `same_as` is the id of the same natural person's other entry, who
    has one voice in both; None if there is none.
    """

    id: str
    name: str
    unit: str
    seats: tuple[Seat, ...]
    since: date | None = None
    until: date | None = None
    addresses: dict[str, str] = {}
    key_digest: str | None = None
    administrator: bool = False
    same_as: str | None = None

    @property
    def voice(self) -> str:
        """Return what the entries of one natural person have in common."""
        return self.same_as or self.id

    def serves(self, day: date) -> bool:
        """Return whether the person holds the seats on `day`."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


class Reached(Frozen):
    """The persons reached for a seat, with the gap if the wanted seat was empty.

    `seat` is the seat they hold; None: the administrators were reached, or nobody.
    """

    seat: Addressee | None
    persons: tuple[Person, ...]
    gap: Gap | None = None


class Policy(Frozen):
    """`policy.toml` as the program uses it: the terms of new cases, and how intake assesses a text.

    `exit_words` are the words that speak for an exit, by exit.
    """

    terms: Terms
    provisional_level: Level
    risk: RiskTable
    exit_words: dict[Exit, tuple[str, ...]] = {}
    channels: dict[str, str]
    zone: str
    limits: Limits = Limits()
    basket: BasketPolicy = BasketPolicy()
    bases: dict[Level, dict[ClockName, str]] = {}
    """Where the figures come from that are not the office's own choice."""


class Office(Frozen):
    """Everything an office edits, validated; a case carries a part of `working`, the office's calendar."""

    units: dict[str, Unit]
    people: tuple[Person, ...] = Field(repr=False)
    policy: Policy
    working: WorkingTime = Field(repr=False)

    @property
    def terms(self) -> Terms:
        """Return the terms a new case is opened with."""
        return self.policy.terms

    @property
    def channels(self) -> tuple[str, ...]:
        """Return the channels the office has: those of the policy, but for what it does without."""
        return tuple(name for name, service in self.policy.channels.items() if service != WITHOUT)

    @cached_property
    def _of_unit(self) -> dict[str, list[Person]]:
        people: dict[str, list[Person]] = {}
        for person in self.people:
            people.setdefault(person.unit, []).append(person)
        return people

    def day(self, at: datetime) -> date:
        """Return the calendar day of an instant in the office's zone; seats are held and case numbers counted by it."""
        return at.astimezone(ZoneInfo(self.policy.zone)).date()

    @cached_property
    def districts(self) -> tuple[str, ...]:
        """Return the names of the city's districts: those a district's unit answers for that its own name holds."""
        found = (name for unit in self.units.values() for name in unit.districts if name in unit.short + unit.name)
        return tuple(dict.fromkeys(found))

    @property
    def known_until(self) -> date:
        """Return the last day whose working time is known."""
        return self.day(self.working.covered_until - TICK)

    def refs(self, codes: Iterable[str]) -> dict[str, UnitRef]:
        """Return what a case keeps of each unit, by code; codes that name no unit are left out."""
        return {code: self.units[code].ref() for code in codes if code in self.units}

    def competent(self, text: str) -> tuple[str, ...]:
        """Return the codes of the units whose field a text touches, by their topics."""
        return tuple(code for code, unit in self.units.items() if any(topic in text for topic in unit.topics))

    def exclusive(self, text: str, information: str | None = None, claim: str = "") -> dict[str, UnitRef]:
        """Return who alone may give the kinds of information a text holds, by the kind or the word that showed it.

        A kind is found by its words in `text`, or named by `information`. Words inside the quoted `claim` do not count.

        Raises:
            Unknown: no unit gives information of that name.

        """
        text = without_quoted_claim(text, claim) if claim else text
        found = {word: unit.ref() for unit in self.units.values() for word in unit.exclusive if word in text}
        if information is not None:
            givers = [unit for unit in self.units.values() if information in unit.releases]
            if not givers:
                raise Unknown("unknown_information", information=information)
            found[information] = givers[0].ref()
        return found

    def actor(self, person: Person) -> Actor:
        """Return the person as an actor."""
        unit = self.units[person.unit]
        return Actor(
            person=person.id,
            unit=unit.code,
            short=unit.short,
            parent=unit.parent,
            seats=person.seats,
            same_as=person.same_as,
        )

    def actor_now(self, person: str, day: date) -> Actor | None:
        """Return a person as an actor on a day, by id; None if there is no such person or the person does not serve."""
        found = next((one for one in self.people if one.id == person and one.serves(day)), None)
        return self.actor(found) if found else None

    def standing_in(self, actor: Actor, at: datetime) -> tuple[Addressee, ...]:
        """Return the seats nobody holds at an instant for which the fallback reaches an actor."""
        day = self.day(at)
        if day not in self._reached_for:
            self._reached_for.clear()  # only today's is asked for
            self._reached_for[day] = self._reaching(at)
        own = (Addressee(unit=actor.unit, seat=seat) for seat in actor.seats)
        return tuple(wanted for one in own for wanted in self._reached_for[day].get(one, ()))

    @cached_property
    def _reached_for(self) -> dict[date, dict[Addressee, list[Addressee]]]:
        return {}

    def _reaching(self, at: datetime) -> dict[Addressee, list[Addressee]]:
        """Return which empty seats each seat is reached for."""
        found: dict[Addressee, list[Addressee]] = {}
        for code in self.units:
            for seat in Seat:
                gap = self.reach(Addressee(unit=code, seat=seat), at).gap
                if gap is not None and gap.reached is not None:
                    found.setdefault(gap.reached, []).append(gap.wanted)
        return found

    def seated(self, unit: str, seat: Seat, day: date) -> tuple[Person, ...]:
        """Return who holds a seat on a day and can be reached; a person without an address counts as an empty seat."""
        return tuple(p for p in self._of_unit.get(unit, ()) if seat in p.seats and p.serves(day) and p.addresses)

    def signers(self, units: Iterable[str], day: date) -> tuple[SeatHolders, ...]:
        """Return who can sign for some units and their parents on a day; a unit nobody can sign for has empty seats."""
        codes = dict.fromkeys(code for code in units if code in self.units)
        codes |= dict.fromkeys(parent for code in codes if (parent := self.units[code].parent))
        lists = (names for one in self.terms.signing.values() for names in (one.review, one.sign, one.sign_urgent))
        seats = dict.fromkeys((Seat.DEPUTY, Seat.HEAD, *(name.seat for names in lists for name in names)))
        return tuple(
            SeatHolders(unit=code, seat=seat, voices=tuple(dict.fromkeys(one.voice for one in held)))
            for code in codes
            for seat in seats
            if (held := self.seated(code, seat, day)) or seat is Seat.HEAD
        )

    def addresses(self, person: str) -> dict[str, str]:
        """Return where a person can be reached, by channel; empty if there is no such person any more."""
        return next((one.addresses for one in self.people if one.id == person), {})

    def reach(self, wanted: Addressee, at: datetime, but: Collection[str] = ()) -> Reached:
        """Return who is reached for a seat at an instant, by the fixed fallback (docs/design.md, rule 4).

        The persons `but` cannot be reached: the seats they hold count as empty. Nobody is reached only if not even an
        administrator is listed on that day.
        """
        day = self.day(at)
        for seat in self._in_turn(wanted):
            if persons := tuple(one for one in self.seated(seat.unit, seat.seat, day) if one.id not in but):
                gap = None if seat == wanted else Gap(wanted=wanted, reached=seat)
                return Reached(seat=seat, persons=persons, gap=gap)
        administrators = tuple(p for p in self.people if p.administrator and p.serves(day) and p.id not in but)
        return Reached(seat=None, persons=administrators, gap=Gap(wanted=wanted, reached=None))

    def _in_turn(self, wanted: Addressee) -> list[Addressee]:
        office = self.terms.office.code
        unit = self.units.get(wanted.unit)
        turns = [wanted, *(Addressee(unit=wanted.unit, seat=seat) for seat in FALLBACK)]
        if unit and unit.parent:
            turns.append(Addressee(unit=unit.parent, seat=Seat.DUTY))
        return [*turns, Addressee(unit=office, seat=Seat.DUTY)]
