"""Whom a case notifies: the seats a clock belongs to, a rung calls, a unit or the office is reached by."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from domain.case.notice_kinds import Message
from domain.case.obligations import Notice
from domain.case.queries import CaseQueries
from domain.clocks.clock import Clock
from domain.decisions import Actor
from domain.terms import Addressee, Audience, Call
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
    ) -> None:
        """Owe a notice; `key` is unique in the case, and the case's id is put before it.

        `due` and `owner` are used only without a `clock`. What a clock asks for at its start waits for the digest,
        if its level has one before it is due.
        """
        self.pending_effects.append(
            Notice(
                key=f"{self.key_base}/{key}",
                message=message,
                to=to,
                by=by,
                clock=clock.name if clock else None,
                clock_key=clock.stem if clock else None,
                owner=clock.unit if clock else owner,
                due=clock.due if clock else due,
                values=values or {},
                not_before=self.digest(message, clock) if clock else None,
                passed_on=passed_on,
            )
        )
