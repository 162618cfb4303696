"""From a wave to whom it reaches: each wanted seat, who sits there, by which channel, and which seats were empty."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from domain.case.obligations import Notice
from domain.case.payloads import Gap, Wave
from domain.office.office import Person, Reached
from domain.ports.delivery import Recipient
from domain.ports.roster import Roster
from domain.terms import Addressee


def recipients_of(wave: Wave, roster: Roster, channels: Collection[str], later: datetime) -> list[Recipient]:
    """Find whom each notice reaches: each person once, by the channels asked for that reach the person.

    First by the roster as of the moment of the wave, then as incoming by that of a `later` one.
    """
    return [*reached_at(wave, roster, channels, wave.at), *reached_at(wave, roster, channels, later, incoming=True)]


def reached_at(
    wave: Wave, roster: Roster, channels: Collection[str], at: datetime, *, incoming: bool = False
) -> list[Recipient]:
    """Find whom each notice reaches by the roster as of an instant."""
    rows = []
    for notice in wave.notices:
        known: set[str] = set()
        for wanted in notice.to:
            reached = roster.reach(wanted, at)
            for person in reached.persons:
                if person.id not in known:
                    rows += _rows(notice, wanted, reached, person, channels, incoming)
                known.add(person.id)
    return rows


def _rows(
    notice: Notice, wanted: Addressee, reached: Reached, person: Person, channels: Collection[str], incoming: bool
) -> list[Recipient]:
    usable = [channel for channel in person.addresses if channel in channels]
    asked = [channel for channel in dict.fromkeys(notice.by) if channel in usable]
    return [
        Recipient(
            notice=notice.key,
            person=person.id,
            name=person.name,
            unit=person.unit,
            seat=reached.seat,
            wanted=wanted,
            channel=channel,
            address=person.addresses[channel],
            incoming=incoming,
        )
        for channel in asked or usable[:1]  # any way to reach a person is better than none
    ]


def gaps_of(wave: Wave, rows: Sequence[Recipient], roster: Roster) -> tuple[Gap, ...]:
    """Tell which wanted seats were empty and who was reached instead, by the fixed recipients.

    A wanted seat without a row of its own either shares its person with an earlier one or has nobody with an address.
    """
    gaps: dict[Addressee, Gap] = {}
    for notice in wave.notices:
        mine = [row for row in rows if row.notice == notice.key]
        told = {row.person for row in mine}
        for wanted in notice.to:
            row = next((row for row in mine if row.wanted == wanted), None)
            if row is not None:
                gap = Gap(wanted=wanted, reached=row.seat) if row.seat != wanted else None
            else:
                reached = roster.reach(wanted, wave.at)
                shared = any(person.id in told for person in reached.persons)
                gap = reached.gap if shared else Gap(wanted=wanted)
            if gap is not None:
                gaps.setdefault(wanted, gap)
    return tuple(gaps.values())


def seats_reached(rows: Iterable[Recipient]) -> tuple[Addressee, ...]:
    """Return the seats of the recipients, each once; administrators hold none."""
    return tuple(dict.fromkeys(row.seat for row in rows if row.seat is not None))
