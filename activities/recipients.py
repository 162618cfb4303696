"""From a wave to its recipients: who holds each wanted seat, by which channel, and which seats were empty."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from activities.other_ways import OtherWays
from domain.case.notice_kinds import OF_A_RUNG, STAND_DOWNS, TELL_OF_AN_END
from domain.case.obligations import Notice
from domain.case.payloads import CallPlaced, Wave
from domain.office.office import Person, Reached
from domain.ports.delivery import LetterBound, Receipts, Recipient
from domain.ports.roster import Roster
from domain.tasks import callees
from domain.terms import MAIL, PHONE, Addressee, Gap


@dataclass(frozen=True)
class PlannedWave:
    """One wave with its recipients, fixed at its first attempt, and the keys of those who have a letter already."""

    wave: Wave
    recipients: list[Recipient]
    delivered: set[str]


async def plan(
    wave: Wave, receipts: Receipts, roster: Roster, channels: Collection[str], started: datetime | None, most: int
) -> list[PlannedWave]:
    """Fix the recipients of a wave; every attempt gets the same recipients.

    Rungs are sent inside the task that rings them (docs/decisions/0016). If that task is lost, the one in its place
    rings later: it finds more rungs, and other figures for how late they are. So what an earlier task has planned comes
    first and unchanged, then the rest of this wave. `started` (aware UTC) is when this attempt began: a person who has
    taken over a seat by then is added; None for an attempt inside a task, which adds nobody. Whoever has had `most`
    letters by a channel within the hour is told by a list letter (docs/design.md, rule 4).

    Raises:
        Unavailable: the register does not answer; nothing was planned.

    """
    waves = [wave]
    if any(notice.message in OF_A_RUNG for notice in wave.notices):
        earlier = await receipts.first_planned(wave)
        waves = [*earlier, wave.without(earlier)]
    planned = []
    for one in waves:
        later = one.at if started is None else max(one.at, started)
        found = [*reached_at(one, roster, channels, one.at), *reached_at(one, roster, channels, later, incoming=True)]
        fixed, delivered = await receipts.plan(found, [notice.key for notice in one.notices], bound_of(one, most))
        planned.append(PlannedWave(one, fixed, delivered))
    return planned


def bound_of(wave: Wave, most: int) -> LetterBound:
    """Return how many letters of the kind of this wave one person may get by one channel within an hour."""
    over = wave.view.closed_at is not None
    lasting = frozenset(one.key for one in wave.notices if over or one.message in TELL_OF_AN_END)
    confirmed = not wave.view.provisional
    return LetterBound(case_id=wave.case_id, at=wave.at, most=most, confirmed=confirmed, lasting=lasting)


def reached_at(
    wave: Wave, roster: Roster, channels: Collection[str], at: datetime, *, incoming: bool = False
) -> list[Recipient]:
    """Return the recipients of each notice by the roster as of `at`: each person once, by the notice's channels.

    A person whom none of these channels reaches gets the notice by the first channel that does.
    """
    rows = []
    uncalled = _uncalled(wave, roster, channels, at)
    for notice in wave.notices:
        known: set[str] = set()
        usable = [one for one in letters_of(notice, channels) if one != PHONE or notice.owner not in uncalled]
        for wanted, reached in _turns(notice, roster, channels, usable, at):
            for person in reached.persons:
                if person.id not in known and reached.seat not in notice.spared:
                    rows += _rows(notice, wanted, reached, person, usable, incoming)
                known.add(person.id)
    return rows


def _uncalled(wave: Wave, roster: Roster, channels: Collection[str], at: datetime) -> set[str | None]:
    """Return the units about whose tasks nobody is left who could make the call a wave asks for."""
    asked = [notice for notice in wave.notices if notice.calls]
    return {one.owner for one in asked if not any(found.persons for _, found in _caller(one, roster, channels, at))}


def letters_of(notice: Notice, channels: Collection[str]) -> list[str]:
    """Return the channels a notice may go out by: by phone only what is a call; whoever makes it gets a letter."""
    return [channel for channel in channels if channel != PHONE or PHONE in notice.by]


def _turns(
    notice: Notice, roster: Roster, channels: Collection[str], usable: Collection[str], at: datetime
) -> Iterator[tuple[Addressee, Reached]]:
    """Yield who is reached for each seat a notice is to; for one that asks for a call, the one person who makes it.

    A call goes to the first person with a number, who gets the letter beside a holder without one.
    """
    if notice.calls:
        yield from _caller(notice, roster, channels, at)
        return
    turn = callees.turn_of(notice.to, notice.passed_on, roster, at) if _is_phoned(notice, channels, usable) else []
    if not notice.passed_on or not (turn or notice.in_place):
        yield from ((wanted, callees.reached(wanted, roster, usable, at)) for wanted in notice.to)
    yield from turn


def _is_phoned(notice: Notice, channels: Collection[str], usable: Collection[str]) -> bool:
    """Return whether a notice is a call, or is to those who were called."""
    by_phone = PHONE in notice.by and PHONE in usable
    return by_phone or (PHONE in channels and (notice.in_place or notice.passed_on > 0))


def _caller(
    notice: Notice, roster: Roster, channels: Collection[str], at: datetime
) -> Iterator[tuple[Addressee, Reached]]:
    """Yield who makes the call a notice asks for; nobody if nobody can be called."""
    if called := callees_of(notice, roster, channels, at):
        yield callees.caller(notice.to, called, roster, channels, at)


def _rows(
    notice: Notice, wanted: Addressee, reached: Reached, person: Person, channels: Collection[str], incoming: bool
) -> list[Recipient]:
    usable = [channel for channel in person.addresses if channel in channels]
    asked = [channel for channel in dict.fromkeys(notice.by) if channel in usable]
    if notice.calls:
        asked = _waking(asked, usable)
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


def placed_calls(wave: Wave, roster: Roster, channels: Collection[str]) -> tuple[CallPlaced, ...]:
    """Return which calls of a wave go to people of other units than the seats they are for."""
    found = ((notice, callees_of(notice, roster, channels, wave.at)) for notice in wave.notices if notice.calls)
    units = ((notice, tuple(dict.fromkeys(one.person.unit for one in called))) for notice, called in found if called)
    return tuple(
        CallPlaced(notice=notice.key, units=codes)
        for notice, codes in units
        if set(codes) != {one.unit for one in notice.calls}
    )


def callees_of(notice: Notice, roster: Roster, channels: Collection[str], at: datetime) -> list[callees.Callee]:
    """Return the persons a call is to that a notice asks for."""
    return callees.callees(notice.calls, notice.passed_on, roster, channels, at)


def _waking(asked: list[str], usable: list[str]) -> list[str]:
    """Return the channels for whoever is to call now: never mail alone where the person has another one."""
    others = [channel for channel in usable if channel != MAIL]
    return asked if set(asked) - {MAIL} or not others else [*others[:1], *asked]


def gaps_of(
    wave: Wave, rows: Sequence[Recipient], roster: Roster, ways: OtherWays, channels: Collection[str]
) -> tuple[Gap, ...]:
    """Return which wanted seats were empty or could not be reached, and who was reached instead, by who has a letter.

    A wanted seat without a row of its own either shares its person with an earlier one or has nobody with an address.
    """
    gaps: dict[tuple[Addressee, bool], Gap] = {}
    for notice in wave.notices:
        own = [row for row in rows if row.notice == notice.key]
        if notice.calls:
            found = [Gap(wanted=row.wanted, reached=row.seat) for row in own if row.seat != row.wanted]
            gaps = {**{(one.wanted, False): _held(one, roster, wave.at) for one in found}, **gaps}
        elif notice.message in STAND_DOWNS:
            continue  # who is asked nothing more was asked before, and the gaps are known
        elif notice.passed_on:  # the seats are not empty: nobody answered there
            found = [Gap(wanted=row.wanted, reached=row.seat, unanswered=True) for row in own]
            gaps = {**{(one.wanted, False): one for one in found}, **gaps}
        else:
            for gap in (*_empty(wave, notice, own, roster, ways), *_without_number(wave, notice, roster, channels)):
                gaps.setdefault((gap.wanted, gap.no_number), gap)
    return tuple(gaps.values())


def _empty(wave: Wave, notice: Notice, own: Sequence[Recipient], roster: Roster, ways: OtherWays) -> Iterator[Gap]:
    """Yield the gaps of the seats a notice is to: nobody there could be reached."""
    persons = {row.person for row in own}
    for wanted in notice.to:
        row = next((row for row in own if row.wanted == wanted), None)
        if row is not None:
            gap = Gap(wanted=wanted, reached=row.seat) if row.seat != wanted else None
        elif (notice.key, wanted) in ways.shared:
            gap = Gap(wanted=wanted, reached=ways.shared[notice.key, wanted])
        elif notice.key in wave.called_off or (notice.key, wanted) in ways.given_up:
            gap = None  # nobody was to be reached, or nobody could
        else:
            reached = roster.reach(wanted, wave.at)
            shared = any(person.id in persons for person in reached.persons)
            gap = reached.gap if shared else Gap(wanted=wanted)
        if gap is not None:
            yield _held(gap, roster, wave.at)


def _without_number(wave: Wave, notice: Notice, roster: Roster, channels: Collection[str]) -> Iterator[Gap]:
    """Yield the gaps of a call: the seats whose holders have no number, and who is called instead, if anybody has."""
    if PHONE not in notice.by or PHONE not in channels or notice.key in wave.called_off:
        return
    for wanted in notice.to:
        written = callees.reached(wanted, roster, letters_of(notice, channels), wave.at)
        called = callees.called(wanted, roster, wave.at)
        if called.seat != written.seat or not called.persons:
            yield Gap(wanted=wanted, reached=called.seat, no_number=True)


def _held(gap: Gap, roster: Roster, at: datetime) -> Gap:
    """Return a gap with whether somebody holds the wanted seat all the same."""
    held = gap.reached is not None and roster.reach(gap.wanted, at).seat == gap.wanted
    return gap.model_copy(update={"held": held})


def seats_reached(rows: Iterable[Recipient]) -> tuple[Addressee, ...]:
    """Return the seats of those who have a letter, each once; administrators hold none."""
    return tuple(dict.fromkeys(row.seat for row in rows if row.seat is not None and row.is_letter))


def channels_used(rows: Iterable[Recipient]) -> tuple[str, ...]:
    """Return the channels of the letters, each once: whoever is only to be called is not told yet."""
    return tuple(dict.fromkeys(row.channel for row in rows if row.is_letter))
