"""Calls by phone, from seats to persons: whom a call is to, and who makes it; nobody calls himself (rule 4).

The number is read from the roster where it is shown, and stands in no letter, no event and no state of a case.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from domain.office.office import Person, Reached
from domain.terms import PHONE, Addressee
from domain.values import Frozen


class Reaching(Protocol):
    """What knows who is reached for a seat: the office, or its roster as of now."""

    def reach(self, wanted: Addressee, at: datetime, but: Collection[str] = ()) -> Reached:
        """Return who is reached for a seat at an instant, by the fixed fallback; the persons `but` cannot be."""


class Callee(Frozen):
    """A person who is to be called, for the seat `wanted`; `seat` is the one that was reached, None if it is none."""

    person: Person
    wanted: Addressee
    seat: Addressee | None


def reached(
    wanted: Addressee, roster: Reaching, channels: Collection[str], at: datetime, but: Collection[str] = ()
) -> Reached:
    """Return who is reached for a seat; a person whom none of `channels` reaches counts as an empty seat."""
    without = set(but)
    while (found := roster.reach(wanted, at, without)).persons:
        usable = tuple(one for one in found.persons if any(channel in channels for channel in one.addresses))
        if usable:
            return found.model_copy(update={"persons": usable})
        without |= {person.id for person in found.persons}
    return found


def called(wanted: Addressee, roster: Reaching, at: datetime, but: Collection[str] = ()) -> Reached:
    """Return who is called for a seat: the first who has a number, in the order of the fallback; nobody if none has.

    Whoever has none is reached by letter alone; for that an administrator is not called.
    """
    found = reached(wanted, roster, (PHONE,), at, but)
    lacks = found.seat is None and not but and roster.reach(wanted, at).seat is not None
    return found.model_copy(update={"persons": ()}) if lacks else found


def called_before(to: Sequence[Addressee], passed_on: int, roster: Reaching, at: datetime) -> set[str]:
    """Return the persons a call has been passed on from: those it has reached so far, one turn each."""
    before: set[str] = set()
    for _ in range(passed_on):
        turn = [called(wanted, roster, at, before) for wanted in to]
        before |= {person.id for one in turn if one.seat for person in one.persons}
    return before


def turn_of(to: Sequence[Addressee], passed_on: int, roster: Reaching, at: datetime) -> list[tuple[Addressee, Reached]]:
    """Return who is called for each seat, once the call has been passed on so many times; seats without any left out.

    It has been passed on from those before: nobody is called twice.
    """
    before = called_before(to, passed_on, roster, at)
    turn = [(wanted, called(wanted, roster, at, before)) for wanted in to]
    return [(wanted, one) for wanted, one in turn if one.persons]


def callees(
    to: Sequence[Addressee], passed_on: int, roster: Reaching, channels: Collection[str], at: datetime
) -> list[Callee]:
    """Return the persons a call is to, each once; none where the office has no phone, or nobody has a number."""
    found: dict[str, Callee] = {}
    for wanted, one in turn_of(to, passed_on, roster, at) if PHONE in channels else ():
        for person in one.persons:
            found.setdefault(person.id, Callee(person=person, wanted=wanted, seat=one.seat))
    return list(found.values())


def caller(
    by: Sequence[Addressee], called: Sequence[Callee], roster: Reaching, channels: Collection[str], at: datetime
) -> tuple[Addressee, Reached]:
    """Return who makes a call, and for which seat of `by`: the first whose holder is not called, else the fallback.

    Whoever can be told of it by phone alone counts as an empty seat: nobody would call the caller.
    """
    voices = {one.person.voice for one in called}
    letters = [channel for channel in channels if channel != PHONE]
    first = [(wanted, _free(wanted, voices, roster, letters, at)) for wanted in by]
    own = ((wanted, found) for wanted, found in first if found.persons and found.seat == wanted)
    return next(own, first[0])


def _free(
    wanted: Addressee, voices: Collection[str], roster: Reaching, letters: Collection[str], at: datetime
) -> Reached:
    """Return who is reached for a seat, without those who are called themselves."""
    but: set[str] = set()
    while (found := reached(wanted, roster, letters, at, but)).persons:
        free = tuple(person for person in found.persons if person.voice not in voices)
        if free:
            return found.model_copy(update={"persons": free})
        but |= {person.id for person in found.persons}
    return found
