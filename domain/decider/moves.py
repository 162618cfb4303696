"""Letters about a due time that moved, as they go out: from the due time their receivers know to the present one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from domain.case.notice_kinds import ANEW, KEEPS_ITS_DUE, Message
from domain.case.obligations import Notice, PendingEffect
from domain.case.queries import CaseQueries, waits
from domain.terms import Addressee
from domain.vocabulary import ClockName


class Moves:
    """The letters about due times that moved, among all that is to go out.

    `replaced` are those about due times in between, the latest first: nobody is to get them any more, some may have.
    """

    def __init__(self, case: CaseQueries, replaced: Sequence[Notice], effects: Iterable[PendingEffect]) -> None:
        self._case, self._replaced = case, replaced
        self._letters = [one for one in effects if isinstance(one, Notice)]
        self._fresh = [one for one in self._letters if not (one.wave or one.called_off or waits(one))]

    def going_out(self, moved: Notice) -> list[Notice]:
        """Return a letter as it goes out: one for each due time its receivers know.

        Whoever gets the present due time by another letter hears of no other. None goes to nobody, or to those who
        never heard that it was ever another.
        """
        hear = {seat for one in self._fresh if self._covers(one, moved) for seat in one.to if _names(one, seat)}
        to = [seat for seat in moved.to if seat not in hear]
        between = [one for one in self._replaced if one.clock_key == moved.clock_key]
        if not between:
            return _to(moved, to)
        first = between[-1].values["old"]
        sure = self._know(moved)
        back = moved.due is not None and datetime.fromisoformat(str(first)) == moved.due
        unsure = [] if back and not any(one.wave for one in between) else [seat for seat in to if seat not in sure]
        letters = _to(moved, [seat for seat in to if seat in sure])
        known = moved.model_copy(update={"values": {**moved.values, "old": first}})
        if letters:
            known = known.model_copy(update={"key": f"{moved.key}/before"})
        return [*letters, *_to(known, unsure)]

    def _covers(self, notice: Notice, moved: Notice) -> bool:
        """Return whether a notice says what a due time that moved is now, be it the second one it names."""
        if notice.message is Message.INFORM and moved.clock is ClockName.RESPONSE:
            return bool(moved.values.get("informs"))  # it says by when the public is to have its first word
        second = {clock.stem for clock in self._case.also_named(notice).values() if clock}
        own = notice.message in ANEW and (notice.clock_key, notice.due) == (moved.clock_key, moved.due)
        return own or moved.clock_key in second

    def _know(self, moved: Notice) -> set[Addressee]:
        """Return who knows the due time a letter moves from by another letter, which is not called off."""
        clock = next((one for one in self._case.running() if one.stem == moved.clock_key), None)
        old = datetime.fromisoformat(str(moved.values["old"]))
        same = [one for one in self._letters if (one.clock_key, one.due) == (moved.clock_key, old)]
        off = {seat for one in same if one.called_off and one.message is not Message.DUE_MOVED for seat in one.to}
        named = set(clock.named.to if clock and clock.named and clock.named.due == old else ()) - off
        going = [one for one in same if one.message in KEEPS_ITS_DUE and not one.called_off]
        return named.union(seat for one in going for seat in one.receivers)


def _to(letter: Notice, seats: Sequence[Addressee]) -> list[Notice]:
    return [letter.model_copy(update={"to": tuple(seats)})] if seats else []


def _names(notice: Notice, seat: Addressee) -> bool:
    """Return whether a notice says its due time to a seat: what asks does, and what informs that a clock runs."""
    return notice.asks(seat) or notice.message in (Message.INFORM, Message.RESUMED)
