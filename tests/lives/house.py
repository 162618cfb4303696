"""The sample office as a life meets it: its real units, terms and persons, and a roster that changes on the way."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from random import Random

from adapters.office.load import read_office
from desk.decisions import concluding_words
from domain.case.case import Case
from domain.decisions import (
    SYSTEM,
    Actor,
    Confirm,
    Decision,
    DraftSubmission,
    Interim,
    Proven,
    RecordPublication,
)
from domain.office.office import Office, Person
from domain.terms import Addressee
from domain.vocabulary import Seat, Vote
from tests.domain.factories import WORDING

SAMPLE = Path(__file__).parents[2] / "config"


class House:
    """An office on its way through one life: who is in which seat changes, units and terms stay."""

    def __init__(self, office: Office, chance: Random) -> None:
        self._full, self._chance = office, chance
        self.office = office
        self.left: dict[str, Person] = {}

    def changes(self) -> str:
        """Let a person leave, come back, or turn out to be another entry of somebody else; return what happened."""
        people = list(self.office.people)
        what = self._chance.choice(("leaves", "leaves", "returns", "unit_empties", "same_as"))
        if what == "returns":
            people, self.left = list(self._full.people), {}
        elif what == "unit_empties":
            unit = self._chance.choice(list(self.office.units))
            people = [one for one in people if one.unit != unit or unit == self.office.terms.office.code]
        elif what == "leaves":
            gone = self._chance.choice(people)
            people = [one for one in people if one is not gone]
        else:
            one, other = self._chance.sample(people, 2)
            if one.same_as is None and other.same_as is None:
                people[people.index(other)] = other.model_copy(update={"same_as": one.id})
        self.office = self.office.model_copy(update={"people": tuple(people)})
        self.office.__dict__.pop("_of_unit", None)
        self.office.__dict__.pop("_reached_for", None)
        return what

    def actor(self, person: Person, now: datetime) -> Actor:
        """Return a person as the desk shows them to a case: with the empty seats they are reached for."""
        actor = self.office.actor(person)
        return actor.model_copy(update={"vacant": self.office.standing_in(actor, now)})

    def around(self, case: Case, now: datetime) -> list[Actor]:
        """Return everybody who could have something to do in a case now."""
        units = {case.office.code, *(unit for session in case.sessions for unit in session.units)}
        for request in case.open_requests():
            units |= {request.unit.code, *([request.offered_to.code] if request.offered_to else [])}
        if case.draft is not None:
            units |= {seat.unit for slot in case.draft.slots for seat in slot.to}
        units |= {gap.reached.unit for gap in case.stand_ins if gap.reached}
        return [self.actor(one, now) for one in self.office.people if one.unit in units]

    def reached(self, seat: Addressee, now: datetime) -> list[Actor]:
        """Return whom a letter to a seat reaches now; empty if it is only an administrator."""
        found = self.office.reach(seat, now)
        return [self.actor(one, now) for one in found.persons] if found.seat else []

    def proven(self, case: Case, actor: Actor, said: Decision, now: datetime) -> Proven:
        """Return what the desk would prove with a decision."""
        office, day = self.office, self.office.day(now)
        units = office.refs(said.named_units())
        known = actor.model_copy(update={"vacant": office.standing_in(actor, now)}) if actor != SYSTEM else actor
        proven = Proven(actor=known, units=units, second_factor=True)
        match said:
            case DraftSubmission():
                competent = office.competent(f"{said.title}\n{said.text}")
                exclusive = office.exclusive(f"{said.title}\n{said.text}", said.information, case.opening.claim)
                asked = [request.unit.code for request in case.requests]
                lists = (one.sign for one in office.terms.signing.values())
                fixed = [name.unit for names in lists for name in names if name.unit]
                named = (
                    case.office.code,
                    *fixed,
                    *asked,
                    *units,
                    *competent,
                    *(one.code for one in exclusive.values()),
                )
                return proven.model_copy(
                    update={"competent": competent, "exclusive": exclusive, "holders": office.signers(named, day)}
                )
            case RecordPublication():
                exclusive = office.exclusive(f"{said.title}\n{said.text}", None, case.opening.claim)
                return proven.model_copy(update={"exclusive": exclusive})
            case Interim():
                return proven.model_copy(update={"wording": WORDING, "concludes": concluding_words(said)})
            case Confirm(outcome=Vote.APPROVE):
                proposal = next((one for one in case.proposals if one.ref == said.ref), None)
                left = proposal is not None and office.actor_now(proposal.by.person, day) is None
                return proven.model_copy(update={"proposer_left": left})
        return proven


def sample() -> Office:
    """Return the sample office as the product reads it."""
    return read_office(SAMPLE)


def seated(house: House, unit: str, seat: Seat, now: datetime) -> list[Actor]:
    """Return who holds a seat now."""
    return [house.office.actor(one) for one in house.office.seated(unit, seat, house.office.day(now))]
