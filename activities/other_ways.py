"""Other ways to somebody a letter does not reach: the person's other channels, then whoever stands in for the seat.

The rules are in docs/design.md, rule 4. Nothing here depends on how often a letter was tried, only on for how long.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from domain.office.office import Person, Reached
from domain.ports.delivery import Recipient
from domain.ports.roster import Roster
from domain.terms import PHONE, Addressee, Refusal
from domain.vocabulary import Level

OTHER_CHANNELS = timedelta(hours=1)
"""How long a person is tried by the channels asked for before the person's other ones are tried as well."""

SOONER = {Level.RED: timedelta(minutes=10), Level.ORANGE: timedelta(minutes=30)}
"""The same for the levels that cannot wait for so long."""

OTHER_PERSONS = timedelta(hours=24)
"""How long a seat is tried before those who stand in for it are reached in its place."""

Seating = tuple[str, Addressee]
"""A notice, by its key, to a seat."""


@dataclass(frozen=True)
class OtherWays:
    """What is to be added to the recipients of a wave, and the seats that need no more letter.

    `shared` seats are stood in for by somebody who has the notice anyway, in the seat that is named (None for an
    administrator). For those in `given_up` nobody is left. For those in `shut_out` nobody is left as long as channels
    refuse the office: they are tried on, and somebody has to mend that.
    """

    added: tuple[Recipient, ...] = ()
    shared: Mapping[Seating, Addressee | None] = field(default_factory=dict)
    given_up: frozenset[Seating] = frozenset()
    shut_out: frozenset[Seating] = frozenset()

    def leave_open(self, row: Recipient, standing: WaveStanding) -> bool:
        """Return whether a row still needs a letter."""
        if row.key not in standing.keys or (row.notice, row.wanted) in {*self.shared, *self.given_up}:
            return False  # called off, or reached or lost otherwise
        return not standing.settled(row)


@dataclass(frozen=True, kw_only=True)
class WaveStanding:
    """How the recipients of a wave stand after an attempt.

    `done` are the keys of those who have a letter, `refused` of those whose letter is refused for good, `shut` of those
    whose channel refuses the office, in this attempt. `tried` is for how long the wave has been tried, `channels` what
    can be used.
    """

    rows: Sequence[Recipient]
    done: Set[str]
    refused: Set[str] = frozenset()
    shut: Set[str] = frozenset()
    tried: timedelta
    level: Level
    channels: Set[str]
    roster: Roster

    @property
    def keys(self) -> Set[str]:
        """Return the keys of all rows."""
        return {row.key for row in self.rows}

    def after(self, taken: Set[str], refused: Set[str], shut: Set[str]) -> WaveStanding:
        """Return how the wave stands after an attempt in which some letters were taken, and some refused."""
        return replace(self, done={*self.done, *taken}, refused=refused, shut=shut)

    @property
    def late(self) -> bool:
        """Return whether the time for reaching the wanted seats themselves is over."""
        return self.tried >= OTHER_PERSONS

    def settled(self, row: Recipient) -> bool:
        """Return whether a row needs no more letter: it has one, or its person or its seat is reached otherwise."""
        own = self._ways_of(row.notice, row.person)
        has = [one for one in own if one.key in self.done]
        if row.key in self.done or any(one.instead for one in has):
            return True
        if has:
            return self.late or self._is_refused(row)
        return self._seat_told(row.notice, row.wanted) and self._out_of_reach(row.notice, row.person)

    def other_ways(self, now: datetime) -> OtherWays:
        """Return whom to try besides, as of `now` (the server's time)."""
        added: dict[str, Recipient] = {}
        shared: dict[Seating, Addressee | None] = {}
        given_up, shut_out = set[Seating](), set[Seating]()
        for notice, wanted in dict.fromkeys((row.notice, row.wanted) for row in self.rows):
            persons = {row.person: row for row in self.rows if (row.notice, row.wanted) == (notice, wanted)}
            lost = [one for one in persons if not self._has(notice, one)]
            for one in lost:
                if self._tries_more(notice, one):
                    added |= {row.key: row for row in self._by_other_channels(persons[one], now)}
            if lost and len(lost) == len(persons) and all(self._out_of_reach(notice, one) for one in lost):
                found = self._stand_ins(notice, wanted, set(persons), now)
                added |= {row.key: row for row in found or ()}
                if found is None:
                    (given_up if self._is_final(notice, wanted) else shut_out).add((notice, wanted))
                elif told := [row for row in found if self._has(row.notice, row.person)]:
                    shared[notice, wanted] = told[0].seat
        known = {row.key for row in self.rows}
        fresh = tuple(row for key, row in added.items() if key not in known)
        return OtherWays(fresh, shared, frozenset(given_up), frozenset(shut_out))

    def told(self, notices: Collection[str]) -> list[Recipient]:
        """Return the rows by which somebody has one of some notices; a call counts where it was to be nothing else."""
        return [
            row
            for row in self.rows
            if row.notice in notices and row.key in self.done and row in self._ways_of(row.notice, row.person)
        ]

    def refusals(self, ways: OtherWays) -> list[Refusal]:
        """Return the refusals of this attempt, each seat and channel once, with how the person is reached besides."""
        rows, found = [*self.rows, *ways.added], dict[str, Refusal]()
        for row in (one for one in self.rows if self._is_refused(one)):
            own = [one for one in rows if (one.notice, one.person) == (row.notice, row.person)]
            instead = dict.fromkeys(one.channel for one in own if one.is_letter and not self._is_refused(one))
            refusal = Refusal(
                to=row.seat or row.wanted, by=row.channel, instead=tuple(instead), office=row.key in self.shut
            )
            found.setdefault(refusal.key, refusal)
        return list(found.values())

    def _is_refused(self, row: Recipient) -> bool:
        return row.key in self.refused or row.key in self.shut

    def _is_final(self, notice: str, wanted: Addressee) -> bool:
        """Return whether there is no hope left for a seat: what refuses the office may be mended."""
        persons = {row.person for row in self.rows if (row.notice, row.wanted) == (notice, wanted)}
        rows = [row for one in persons for row in self._ways_of(notice, one)]
        return self.late or all(row.key in self.refused for row in rows)

    def _rows_of(self, notice: str, person: str) -> list[Recipient]:
        return [row for row in self.rows if (row.notice, row.person) == (notice, person)]

    def _ways_of(self, notice: str, person: str) -> list[Recipient]:
        """Return the rows that bring a notice to a person: a call only where it is to be nothing else."""
        own = self._rows_of(notice, person)
        return [row for row in own if row.is_letter] or own

    def _has(self, notice: str, person: str) -> bool:
        return any(row.key in self.done for row in self._ways_of(notice, person))

    def _seat_told(self, notice: str, wanted: Addressee) -> bool:
        return any(self._has(notice, row.person) for row in self.rows if (row.notice, row.wanted) == (notice, wanted))

    def _all_refused(self, notice: str, person: str) -> bool:
        return all(self._is_refused(row) for row in self._ways_of(notice, person))

    def _tries_more(self, notice: str, person: str) -> bool:
        any_refused = any(self._is_refused(row) for row in self._rows_of(notice, person))
        return any_refused or self.tried >= SOONER.get(self.level, OTHER_CHANNELS)

    def _out_of_reach(self, notice: str, person: str) -> bool:
        """Return whether every usable channel of a person was tried for this notice, and there is no more hope."""
        left = self._unused(notice, person)
        return not left and (self.late or self._all_refused(notice, person))

    def _unused(self, notice: str, person: str) -> dict[str, str]:
        used = {row.channel for row in self._rows_of(notice, person)}
        return {
            channel: address for channel, address in self._ways(self.roster.addresses(person)) if channel not in used
        }

    def _ways(self, addresses: Mapping[str, str]) -> list[tuple[str, str]]:
        shut = {row.channel for row in self.rows if row.key in self.shut}
        usable = self.channels - shut - {PHONE}  # a call is asked for, no way to pass a letter on
        return [(channel, address) for channel, address in addresses.items() if channel in usable]

    def _by_other_channels(self, row: Recipient, now: datetime) -> list[Recipient]:
        unused = self._unused(row.notice, row.person).items()
        return [
            row.model_copy(update={"channel": channel, "address": address, "instead": now})
            for channel, address in unused
        ]

    def _stand_ins(self, notice: str, wanted: Addressee, but: set[str], now: datetime) -> list[Recipient] | None:
        """Return the rows of those who stand in for a seat; None if nobody is left.

        Somebody who is to get the notice anyway keeps the rows there are: the seat shares them.
        """
        while (reached := self.roster.reach(wanted, now, but)).persons:
            there = [row for person in reached.persons for row in self._rows_of(notice, person.id)]
            lost = {row.person for row in there if not self._has(notice, row.person)}
            lost = {one for one in lost if self._out_of_reach(notice, one)}
            hopeful = [row for row in there if row.person not in lost]
            fresh = [
                row
                for person in reached.persons
                if not self._rows_of(notice, person.id)
                for row in self._fresh(notice, wanted, reached, person, now)
            ]
            if hopeful or fresh:
                return [*hopeful, *fresh]
            but |= {person.id for person in reached.persons}
        return None

    def _fresh(
        self, notice: str, wanted: Addressee, reached: Reached, person: Person, now: datetime
    ) -> list[Recipient]:
        return [
            Recipient(
                notice=notice,
                person=person.id,
                name=person.name,
                unit=person.unit,
                seat=reached.seat,
                wanted=wanted,
                channel=channel,
                address=address,
                instead=now,
            )
            for channel, address in self._ways(person.addresses)
        ]
