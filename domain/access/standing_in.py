"""Standing in: whom the fallback reached for an empty seat may do what that seat may (docs/design.md, rule 4).

A signature is left out: who may stand in for a signer is what the policy lists. So is a seat that is held, but where a
call reached nobody: whoever is called next takes the clock in hand, and speaks for no unit that has people.
"""

from __future__ import annotations

from collections.abc import Collection

from domain.access.permissions import may, was_asked
from domain.case.case import Case
from domain.decisions import CONSOLE, SYSTEM, Accept, Actor, Decision, Decline
from domain.terms import Gap
from domain.vocabulary import SlotKind

OF_ONES_REQUEST = ("accept", "decline", "finding", "transfer")
"""Kinds about the request to the sender's unit, which they do not name: it has to be clear which one is meant."""


def acting(case: Case, actor: Actor, kind: str, decision: Decision | None = None) -> Actor:
    """Return who decides: the actor, or the holder of an empty seat for which a letter of this case reached the actor.

    Whoever may take the decision from a seat of their own does; None: any decision of that kind. The person stays the
    same, so nobody gets a second voice. About a request nobody decides in an empty seat whose own unit was asked as
    well, or who stands in for several units; what was handed over has one receiver, which is clear. Whoever may no
    longer take it, but was asked, hears from the rule what has become of it.
    """
    if may(actor, kind, case, decision):
        return actor
    others = identities(case, actor, kind)[1:]
    found = [one for one in others if may(one, kind, case, decision)]
    if found and _is_clear(case, actor, kind, decision, found):
        return found[0]
    asked = [one for one in (actor, *others) if not found and was_asked(one, case, decision)]
    return asked[0] if asked else actor


def _is_clear(case: Case, actor: Actor, kind: str, decision: Decision | None, found: Collection[Actor]) -> bool:
    """Return whether it is clear in whose place an actor decides who may in each of the seats `found`."""
    if kind not in OF_ONES_REQUEST or (isinstance(decision, (Accept, Decline)) and decision.handover):
        return True
    return len({one.unit for one in found}) == 1 and not _has_request(case, actor.unit)


def identities(case: Case, actor: Actor, kind: str) -> tuple[Actor, ...]:
    """Return the actor, and the actor in each empty seat that a letter of this case reached the actor for."""
    if not case.stand_ins or kind in set(SlotKind) or actor in (CONSOLE, SYSTEM):
        return (actor,)
    return tuple(dict.fromkeys((actor, *(_seated(case, actor, gap) for gap in reversed(case.stand_ins)))))


def _seated(case: Case, actor: Actor, gap: Gap) -> Actor:
    """Return the actor in the empty seat of a gap, if the actor was reached for it; else the actor.

    A seat that is held again by now is stood in for by nobody.
    """
    if (
        gap.reached is None
        or gap.unanswered
        or gap.held
        or gap.no_number
        or not actor.sits(gap.reached.unit, gap.reached.seat)
    ):
        return actor
    if actor.vacant is not None and gap.wanted not in actor.vacant:
        return actor
    unit, seat = gap.wanted.unit, (gap.wanted.seat,)
    own = {"own_unit": actor.unit, "own_seats": actor.seats}
    return actor.model_copy(update={"unit": unit, "short": case.short(unit), "parent": None, "seats": seat, **own})


def _has_request(case: Case, unit: str) -> bool:
    return any(unit in (one.unit.code, one.offered_to and one.offered_to.code) for one in case.requests)
