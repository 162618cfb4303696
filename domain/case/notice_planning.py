"""Whom a case notifies: the seats a clock belongs to, a rung calls, a unit or the office is reached by."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from domain.case.notice_kinds import CALLS, INFORMS, Message
from domain.case.obligations import Notice, PendingEffect
from domain.case.queries import CaseQueries, waits
from domain.clocks.clock import Clock
from domain.decisions import Actor
from domain.terms import PHONE, Addressee, Audience, Call, Whose
from domain.vocabulary import ClockName, Seat

WORKING = tuple(Audience.owner(seat) for seat in (Seat.DUTY, Seat.LIAISON_A, Seat.LIAISON_B))
"""The seats of a ladder that mean whoever works on a clock; some clocks belong to other seats (`Case.front`)."""


class NoticePlanning(CaseQueries):
    """The part of a case that plans notices; each has a key that is the same in every run and attempt."""

    def seats(self, audiences: Iterable[Audience], owner: str, *, parent: str | None = None) -> tuple[Addressee, ...]:
        """Return the seats that audiences mean for a clock of the unit `owner`.

        Seats of the parent unit are left out if `parent` is None.
        """
        found = (one.resolve(owner=owner, office=self.office.code, parent=parent) for one in audiences)
        return tuple(one for one in found if one is not None)

    def office_seats(self, *seats: Seat) -> tuple[Addressee, ...]:
        """Return seats of the coordinating office."""
        return tuple(Addressee(unit=self.office.code, seat=seat) for seat in seats)

    def others(self, seats: Iterable[Addressee], actor: Actor) -> tuple[Addressee, ...]:
        """Return the seats an actor does not hold: nobody confirms what they asked for; all, if the actor holds all."""
        found = tuple(dict.fromkeys(seats))
        return tuple(one for one in found if not actor.sits(one.unit, one.seat)) or found

    def front(self, clock: Clock, rung: int | None = None) -> tuple[Addressee, ...]:
        """Return the named seats a clock belongs to; empty if it belongs to whoever works on it in its unit.

        Of those who can sign now, each rung asks one stand-in more; `rung` is the latest that has rung if it is None.
        """
        if clock.name is ClockName.TRIAGE and self.must_assign:
            return self.office_seats(Seat.DUTY_LEADER)
        if clock.name is ClockName.DRAFT:
            return self.office_seats(Seat.EDITOR)
        if clock.name is ClockName.CASE:
            return self.office_seats(Seat.HEAD)
        if clock.name is ClockName.INTERIM:
            return self.office_seats(Seat.DUTY)
        if clock.name is ClockName.SESSION:
            return self.office_seats(Seat.DUTY_LEADER)  # who chairs it
        if clock.name is ClockName.APPROVAL and self.draft is not None:
            reach = 1 + (clock.rung if rung is None else rung)
            return tuple(one for slot in self.draft.open_slots() for one in slot.asked[:reach])
        return ()

    def called(self, audiences: Iterable[Audience], clock: Clock, rung: int | None = None) -> tuple[Addressee, ...]:
        """Return the seats a rung of `clock` calls, each once; `rung` is its number, the latest if it is None."""
        front = self.front(clock, rung)
        found: list[Addressee] = []
        for one in audiences:
            found += front if front and one in WORKING else self.seats((one,), clock.unit)
        return tuple(dict.fromkeys(found))

    def call(self, message: Message, clock: Clock, whom: Call, *, suffix: str, **values: str | int) -> None:
        """Owe the notice of one rung of a clock; `suffix` distinguishes its key from those of other rungs."""
        if whom.to:
            self.notify(
                message,
                self.called(whom.to, clock),
                whom.by,
                key=f"{clock.key}/{suffix}",
                clock=clock,
                values=values,
            )

    def inform(self, clock: Clock) -> None:
        """Owe the information that a clock runs to the seats its level names: to each once a level, however many run.

        Nobody gets it who is asked to do something by that clock, or hears that its due time has moved. Of the office's
        own clocks its own seats hear alone.
        """
        terms, own = self.terms.at(clock.level), clock.unit == self.office.code
        named = [one for one in terms.inform_at_start.to if not (own and one.whose is Whose.OWNER)]
        but = {*self.called(terms.start.to, clock), *clock.heard, *self.informed.get(clock.level, ())}
        to = tuple(one for one in self.called(named, clock) if one not in but)
        if to:
            self.informed = {**self.informed, clock.level: (*self.informed.get(clock.level, ()), *to)}
            self.notify(Message.INFORM, to, terms.inform_at_start.by, key=f"{clock.key}/inform", clock=clock)

    def forget_informed(self, clock: Clock, dropped: Iterable[Notice]) -> None:
        """Count the seats of informations that were never sent as not informed: a later clock informs them."""
        mine = [one for one in dropped if one.message is Message.INFORM and one.clock_key == clock.stem]
        gone = {seat for one in mine for seat in one.to}
        known = self.informed.get(clock.level, ())
        if not gone.isdisjoint(known):
            self.informed = {**self.informed, clock.level: tuple(one for one in known if one not in gone)}

    def notify_start(self, message: Message, clock: Clock, **values: str | int) -> None:
        """Owe the first notice of a clock to whoever it calls: what it asks for, and by when."""
        start = self.terms.at(clock.level).start
        to, key = self.called(start.to, clock), f"{clock.key}/start-{message}"
        self.notify(message, to, start.by, key=key, clock=clock, values=values)

    def never_told(self, unit: str) -> bool:
        """Return whether the request to a unit still waits for the morning: nothing else about it is news there."""
        held = [one for one in self.pending_effects if waits(one) and one.owner == unit]
        return any(one.message in (Message.REQUEST, Message.TRANSFER) for one in held)

    def withdraw(self, message: Message) -> None:
        """End the notices of a kind: what they ask is done."""
        self.take_back(lambda notice: notice.message is message)

    def call_off_call(self, clock: Clock) -> None:
        """End what asks for the call of a clock: it is over, or another's."""
        self.take_back(lambda notice: notice.message is Message.CALL and notice.clock_key == clock.stem)

    def expired(self, clock: Clock, whose: str) -> None:
        """Let notices a clock's rungs owe in this moment say that what it waited for is taken back: nobody is asked it.

        `whose` is the role in which its unit was asked, or "transfer". What is on its way already is called off.
        """
        rung = (Message.BREACH, Message.ESCALATION, Message.CALL)
        self.pending_effects = [
            one.model_copy(update={"values": {**one.values, "expired": whose}})
            if isinstance(one, Notice) and one.clock_key == clock.stem and one.message in rung and not one.wave
            else one
            for one in self.pending_effects
        ]

    def take_back(self, which: Callable[[Notice], bool]) -> list[Notice]:
        """Drop notices that are not on their way, and return them; call off the others: receivers may be down for days.

        What is dropped may wait for the morning, or have been planned a moment ago: a rung rings, and what it asks is
        done before its letter has gone out.
        """
        gone = [one for one in self.pending_effects if isinstance(one, Notice) and which(one)]
        dropped = [one for one in gone if not one.wave]
        off = {one.key: one.model_copy(update={"called_off": True}) for one in gone if one.wave}
        self.pending_effects = [off.get(one.key, one) for one in self.pending_effects if one not in dropped]
        return dropped

    def spare(self, actor: Actor, before: Collection[str]) -> None:
        """Drop from the notices that only inform, and are not among `before`, the seats of whoever has just decided."""
        self.pending_effects = [
            one for one in (self._spared(effect, actor, before) for effect in self.pending_effects) if one
        ]

    def _spared(self, effect: PendingEffect, actor: Actor, before: Collection[str]) -> PendingEffect | None:
        if not isinstance(effect, Notice) or effect.message not in INFORMS or effect.key in before:
            return effect
        if effect.message is Message.TURNED_DOWN:  # for whoever asked, who may share a seat with whoever has decided
            return effect
        to = tuple(one for one in effect.to if not actor.sits(one.unit, one.seat))
        own = tuple(Addressee(unit=actor.unit, seat=seat) for seat in actor.seats)
        spared = own if effect.in_place or effect.passed_on else ()
        return effect.model_copy(update={"to": to, "spared": spared}) if to else None

    def _is_called(self, clock: Clock | None, to: Collection[Addressee]) -> bool:
        """Return whether somebody is asked to call these seats about a clock, or about what its unit does first."""
        about = [clock, self.clock(ClockName.ACCEPT, clock.unit)] if clock else []
        calls = [one for one in about if one and one.calls is not None and self.by_whom(one) is not None]
        return any(set(to) <= set(self.called(self.call_of(one).to, one)) for one in calls)

    def _channels(
        self, message: Message, by: tuple[str, ...], clock: Clock | None, to: Collection[Addressee]
    ) -> tuple[str, ...]:
        """Return by which channels a notice goes: by phone only if somebody is asked to make that very call.

        Nobody is called to be informed, nor at every further step. None at all: by any that reaches the person. Whoever
        was called to urgent help hears of its end as urgently.
        """
        if message in INFORMS and not (clock is not None and clock.urgent):
            by = self.terms.at(self.level).inform_at_start.by or by
        if message in CALLS and self._is_called(clock, to):
            return by
        return tuple(channel for channel in by if channel != PHONE)

    def notify_unit(
        self,
        message: Message,
        unit: str,
        *,
        key: str,
        clock: Clock | None = None,
        also: tuple[Seat, ...] = (),
        owner: str | None = None,
        values: dict[str, str | int] | None = None,
    ) -> None:
        """Owe a notice to the seats the level calls at the start in a unit, and to the office's seats in `also`.

        `owner` is the unit whose task it speaks of, where no `clock` names it.
        """
        start = self.terms.at(self.level).start
        to = (*self.seats(start.to, unit), *self.office_seats(*also))
        self.notify(message, to, start.by, key=key, clock=clock, owner=owner, values=values)

    def notify_others(
        self, message: Message, clocks: Iterable[Clock], but: Collection[Addressee], values: dict[str, str | int]
    ) -> None:
        """Owe a notice, once each, to whoever has heard the due time of some clocks, except the seats in `but`."""
        known = set(but)
        for clock in clocks:
            if to := tuple(one for one in clock.heard if one not in known):
                terms = self.promises(clock)
                by, key = terms.inform_at_start.by or terms.start.by, f"{clock.key}/{message}-heard/{self.seq}"
                self.notify(message, to, by, key=key, clock=clock, values=values)
            known |= {*to}

    def notify_seat(
        self, message: Message, unit: str, seat: Seat, *, key: str, clock: Clock, values: dict[str, str | int]
    ) -> None:
        """Owe a notice to one seat of a unit, by the channels of the level."""
        by = self.terms.at(self.level).start.by
        self.notify(message, (Addressee(unit=unit, seat=seat),), by, key=key, clock=clock, values=values)

    def notify_office(
        self, message: Message, *seats: Seat, clock: Clock | None = None, values: dict[str, str | int] | None = None
    ) -> None:
        """Owe a notice to seats of the office (the duty seat, if none is named), by the channels of the level."""
        to = self.office_seats(*(seats or (Seat.DUTY,)))
        by = self.terms.at(self.level).start.by
        self.notify(message, to, by, key=f"v{self.visit}/{message}/{self.seq}", clock=clock, values=values)

    def notify(
        self,
        message: Message,
        to: tuple[Addressee, ...],
        by: tuple[str, ...],
        *,
        key: str,
        clock: Clock | None = None,
        due: datetime | None = None,
        owner: str | None = None,
        values: dict[str, str | int] | None = None,
        passed_on: int = 0,
        calls: tuple[Addressee, ...] = (),
        in_place: bool = False,
    ) -> None:
        """Owe a notice; `key` is unique in the case, and the case's id is put before it.

        `due` and `owner` are used only without a `clock`. What a clock asks for at its start waits for the end of
        the quiet hours, or for the digest, if that comes before it is due.
        """
        self.pending_effects.append(
            Notice(
                key=f"{self.key_base}/{key}",
                message=message,
                to=to,
                by=self._channels(message, by, clock, to),
                clock=clock.name if clock else None,
                clock_key=clock.stem if clock else None,
                level=clock.level if clock and clock.level is not self.level else None,
                owner=clock.unit if clock else owner,
                due=clock.due if clock else due,
                values=values or {},
                not_before=self.held_until(message, clock) if clock else None,
                passed_on=passed_on,
                calls=calls,
                in_place=in_place,
            )
        )
