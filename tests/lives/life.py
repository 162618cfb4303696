"""One life of a case in the sample office, made of what its people are offered, of time, receipts and a new roster.

Every step is chosen by a seeded random number, so a life is told by its seed.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random

from domain.case.case import Case
from domain.case.obligations import Notice
from domain.case.payloads import NotIssued
from domain.decider import results
from domain.decider.ring import ring
from domain.decisions import SYSTEM, Actor, Decision, Proven, Sighting
from domain.errors import Refused
from domain.office.office import Office
from domain.stages.sightings import sighted
from domain.tasks.action import AvailableAction
from domain.tasks.available_actions import offers
from domain.terms import Gap
from domain.vocabulary import Level
from tests.domain.factories import START, Story
from tests.lives import holding
from tests.lives.filling import Form
from tests.lives.house import House

SPANS = tuple(timedelta(minutes=n) for n in (1, 9, 20, 50, 180, 540, 1440, 11_520))

DULL = {
    "note": 0.05,
    "nudge": 0.05,
    "supervise": 0.05,
    "escalate": 0.1,
    "acknowledge": 0.15,
    "add_unit": 0.15,
    "release": 0.1,
}
DULL |= {"relevel": 0.25, "pause": 0.3, "resume": 0.2, "extend": 0.3, "transfer": 0.25, "decline": 0.25}
DULL |= {
    "phone_log": 0.15,
    "return_finding": 0.15,
    "consult": 0.3,
    "interim": 0.5,
    "record_publication": 0.15,
    "override": 0.4,
    "split": 0.0,  # a life has one report
}
"""How likely something is done that is offered; what is not listed is done."""
GOES_ON, BEYOND = 0.7, 16
"""How likely a life goes on after closing, and for how many steps."""

ON = ("triage", "assign", "accept", "finding", "draft", "review", "consent", "sign", "confirm", "close")
"""What brings a case on to its end."""


class OfficeLife(Story):
    """A case of the sample office."""

    logs_calls = False

    def __init__(self, seed: int, office: Office) -> None:
        self.seed, self.chance = seed, Random(seed)
        self.house = House(office, self.chance)
        self.refusals: Counter[str] = Counter()
        self.decisions = 0
        self.wrong: list[str] = []
        self.log: list[str] = []
        self._left_open: list[tuple[Actor, Decision]] = []
        start = START + timedelta(minutes=self.chance.randrange(10 * 24 * 60))
        level = self.chance.choice(list(Level))
        super().__init__(level, terms=office.terms, start=start, time=office.working)
        self.watch = holding.Watch(self)

    def proven(self, actor: Actor, said: Decision) -> Proven:
        """Return what the desk proves with a decision."""
        recorded = None if actor == SYSTEM else self.recorded
        return self.house.proven(self.case, actor, said, self.now).model_copy(update={"recorded": recorded})

    def lived(self, steps: int) -> OfficeLife:
        """Let so many things happen, or until the case asks nothing of anybody; some go on for a while after that."""
        for _ in range(steps):
            self.step()
            if self.wrong or (self.case.closed_at is not None and not self.case.refused):
                break
        if self.case.over and Random(f"{self.seed} beyond").random() < GOES_ON:
            for _ in range(BEYOND):
                if not self.wrong:
                    self.step()
        return self

    def step(self) -> None:
        """Let one thing happen, and hold what must hold."""
        acts = [self._speak] * 14 + [self._time, self._time, self._wake, self._away, self._settle, self._settle]
        acts += [self._receipt, self._sight, self._left_a_page_open, self._a_stranger]
        if self.chance.random() < 0.05:
            acts = [self._roster]
        self.chance.choice(acts)()
        self.wrong += self.watch.wrong()

    # --- what happens ------------------------------------------------------------------------------------------------

    def _speak(self) -> None:
        self.wait(timedelta())  # what the last decision made due at once rings before anybody sees a page
        people = self.house.around(self.case, self.now)
        self.chance.shuffle(people)
        brings_on = self.chance.random() < 0.4
        for actor in people if brings_on else people[:12]:
            offered = [one for one in offers(self.case, actor, self.now) if one.until is None or self.now < one.until]
            if brings_on:
                offered = [one for one in offered if one.kind in ON and "corrects" not in one.preset]
            offered = [one for one in offered if "duplicate_of" not in one.only or self.chance.random() < 0.05]
            offered = [one for one in offered if self.chance.random() < DULL.get(one.kind, 1.0)]
            if offered:
                self._takes(actor, self.chance.choice(offered))
                return

    def _takes(self, actor: Actor, offer: AvailableAction) -> None:
        said = Form(self.house, self.case, self.chance, self.now).filled(offer)
        self._left_open = [*self._left_open[-20:], (actor, said)]
        if self.chance.random() < 0.1:
            return  # the page stays open
        try:
            self._says(actor, said)
        except Refused as refusal:
            if not holding.excused(self, offer, said, refusal):
                said_so = f"{refusal.code} {refusal.values}"
                self.wrong.append(f"offered and refused: {offer.kind} {offer.preset} by {actor.person}: {said_so}")

    def _says(self, actor: Actor, said: Decision) -> None:
        self.decisions += 1
        self.log.append(
            f"{self.now:%m-%d %H:%M} {actor.person}: {said.model_dump_json(exclude_none=True, exclude_defaults=True)}"
        )
        try:
            self.say(actor, said)
        except Refused as refusal:
            self.log[-1] += f" ✗ {refusal.code}"
            self.refusals[refusal.code] += 1
            assert self.state() == self.before, "a refusal changes nothing"
            raise

    def _left_a_page_open(self) -> None:
        if self._left_open:
            actor, said = self.chance.choice(self._left_open)
            self._unexpected(actor, said)

    def _a_stranger(self) -> None:
        if self._left_open:
            _, said = self._left_open[-1]
            self._unexpected(self.house.office.actor(self.chance.choice(self.house.office.people)), said)

    def _unexpected(self, actor: Actor, said: Decision) -> None:
        current = self.house.office.actor_now(actor.person, self.house.office.day(self.now))
        if current is None:
            return
        try:
            self._says(current, said)
        except Refused:
            return

    def _time(self) -> None:
        self._passes(self.chance.choice(SPANS), "")

    def _wake(self) -> None:
        if (wake := self.case.next_wake()) is not None:
            self._passes(max(wake - self.now, timedelta()), "wake")

    def _passes(self, span: timedelta, why: str) -> None:
        self.log.append(f"{self.now:%m-%d %H:%M} +{span} {why}")
        self.wait(span)

    def _away(self) -> None:
        span = self.chance.choice(SPANS)
        self.log.append(f"{self.now:%m-%d %H:%M} down for {span}")
        self.down(span)

    def _settle(self) -> None:
        sent = [one for one in self.case.pending_effects if isinstance(one, Notice) and not one.called_off]
        self.settle()
        self.wrong += self.watch.unable(sent)
        if self.chance.random() < 0.3:
            self.case = Case.model_validate_json(self.case.model_dump_json())

    def _gaps(self, notices: tuple[Notice, ...]) -> tuple[Gap, ...]:
        found = (self.house.office.reach(seat, self.now).gap for one in notices for seat in one.to)
        return tuple(dict.fromkeys(gap for gap in found if gap is not None))

    def _receipt(self) -> None:
        if debts := self.publications():
            debt = self.chance.choice(debts)
            refused = NotIssued(reason="频道停用") if self.chance.random() < 0.25 else None
            self.log.append(f"{self.now:%m-%d %H:%M} {debt.channel}: {'refused' if refused else 'taken'}")
            self.returns(debt, refused)

    def _sight(self) -> None:
        count, heat = self.case.sightings + self.chance.randrange(1, 60), self.chance.randrange(1, 15)
        sighting = Sighting(count=count, districts=2, channels=1, sources=min(count, 15), heat=min(count, heat))
        sighted(self.case, sighting, Proven(actor=SYSTEM), self.now)
        self._look()

    def _ring(self) -> None:
        ring(self.case, self.now)
        results.gather_wave(self.case, self.now)  # as the workflow does: a letter that waited for the morning goes out
        self._look()
        wake = self.case.next_wake()
        assert wake is None or wake > self.now, "ringing leaves nothing due"

    def _roster(self) -> None:
        self.log.append(f"{self.now:%m-%d %H:%M} roster: {self.house.changes()}")
