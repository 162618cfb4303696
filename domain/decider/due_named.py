"""Who is named the due time of a clock by the letters that go out: all of them hear when it moves.

It is remembered once a letter goes out: one that is dropped before, or still waits for the morning, named nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from domain.case.notice_kinds import ANEW, KEEPS_ITS_DUE, OF_A_GENERATION, Message
from domain.case.obligations import Notice
from domain.case.queries import CaseQueries
from domain.clocks.clock import Clock
from domain.clocks.named_due import NamedDue
from domain.vocabulary import ClockName

NAMES = (*ANEW, *KEEPS_ITS_DUE, *OF_A_GENERATION, Message.DUE_MOVED)
"""The notices that name the due time of their clock."""


def remember_named(case: CaseQueries, letters: Iterable[Notice]) -> None:
    """Remember the seats of letters that go out now by the clocks whose due times they name."""
    for letter in letters:
        for clock, due in _named(case, letter):
            clock.heard = tuple(dict.fromkeys((*clock.heard, *letter.receivers)))
            before = clock.named.to if clock.named and clock.named.due == due else ()
            also = () if letter.message is Message.DUE_MOVED else letter.receivers
            clock.named = NamedDue(due=due, to=tuple(dict.fromkeys((*before, *also))))


def _named(case: CaseQueries, letter: Notice) -> Iterator[tuple[Clock, datetime]]:
    """Return the running clocks whose due times a letter names, with these."""
    own = next((one for one in case.running() if one.stem == letter.clock_key), None)
    if own is not None and letter.due is not None and letter.message in NAMES:
        yield own, letter.due
    others = list(case.also_named(letter).values())
    if letter.message is Message.INFORM:  # it says by when the public is to have its first word
        others.append(case.clock(ClockName.RESPONSE, case.office.code))
    yield from ((one, one.due) for one in others if one is not None and one is not own)
