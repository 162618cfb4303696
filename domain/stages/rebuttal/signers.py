"""Signers: which persons can give which signature of a text, so that no text waits for somebody who may not sign it.

All signers are different natural persons, none of them the drafter, and whoever ruled the verdict does not sign. Who
holds a seat is what the desk proved when the text was handed in; a unit that was not looked up limits nobody
(docs/design.md, rule 12).
"""

from __future__ import annotations

from collections.abc import Sequence

from domain.case.case import Case
from domain.case.parts import Draft, Slot
from domain.decisions import Actor, SeatHolders
from domain.terms import Addressee
from domain.vocabulary import SlotKind


def complete(case: Case, table: Draft) -> bool:
    """Return whether as many different persons can sign as signatures are missing."""
    return _matched(case, table, [slot for slot in table.slots if slot.open])


def refresh(case: Case, table: Draft) -> None:
    """Work out anew which seats of each missing signature are asked: those in which somebody sits who may give it."""
    table.slots = tuple(
        slot.model_copy(update={"able": _able(case, table, slot)}) if slot.open and table.holders else slot
        for slot in table.slots
    )


def ruled(case: Case, actor: Actor) -> bool:
    """Return whether somebody has ruled a verdict of this case as the chair of a session."""
    return actor.voice in _chairs(case)


def is_kept(case: Case, table: Draft, slot: Slot, actor: Actor) -> bool:
    """Return whether a text could not be signed any more once the actor gives this signature, and could before.

    Then somebody else gives this one: the actor is the only one left for another.
    """
    return complete(case, table) and not _goes_on(case, table, slot, actor.voice)


def _able(case: Case, table: Draft, slot: Slot) -> tuple[Addressee, ...]:
    """Return the seats of a slot in which somebody sits who may give it; all of them if nobody can."""
    found = []
    for seat in slot.to:
        held = holders_of(table.holders, seat)
        if held is None or any(_may(case, table, slot, one) and _goes_on(case, table, slot, one) for one in held):
            found.append(seat)
    return tuple(found)


def _goes_on(case: Case, table: Draft, slot: Slot, voice: str) -> bool:
    """Return whether the other missing signatures can still be given after `voice` has given this one."""
    others = [one for one in table.slots if one.open and one is not slot]
    return _matched(case, table, others, without=voice)


def _matched(case: Case, table: Draft, slots: Sequence[Slot], without: str = "") -> bool:
    """Return whether each of some slots can have a person of its own."""
    gives: dict[str, int] = {}
    wanted = [_candidates(case, table, slot, without) for slot in slots]

    def place(n: int, tried: set[str]) -> bool:
        for voice in wanted[n] or ():
            if voice not in tried:
                tried.add(voice)
                if voice not in gives or place(gives[voice], tried):
                    gives[voice] = n
                    return True
        return False

    return all(voices is None or place(n, set()) for n, voices in enumerate(wanted))


def _candidates(case: Case, table: Draft, slot: Slot, without: str) -> list[str] | None:
    """Return who may give a signature; None if one of its units was not looked up."""
    voices: list[str] = []
    for seat in slot.to:
        held = holders_of(table.holders, seat)
        if held is None:
            return None
        voices += [one for one in held if one != without and _may(case, table, slot, one)]
    return voices


def holders_of(proven: Sequence[SeatHolders], seat: Addressee) -> tuple[str, ...] | None:
    """Return who holds a seat as the desk has proved it; None if the unit was not looked up."""
    of_unit = [one for one in proven if one.unit == seat.unit]
    return next((one.voices for one in of_unit if one.seat is seat.seat), ()) if of_unit else None


def _may(case: Case, table: Draft, slot: Slot, voice: str) -> bool:
    """Return whether a person may give a signature: neither drafted nor voted, nor, for the last one, ruled."""
    voted = {one.vote.by.voice for one in table.slots if one.vote}
    ruled_it = slot.kind is SlotKind.SIGN and voice in _chairs(case)
    return voice != table.drafter.voice and voice not in voted and not ruled_it


def _chairs(case: Case) -> set[str]:
    return {session.chair.voice for session in case.sessions if session.chair is not None}
