"""Standing in: whom the fallback reached for an empty seat may do what that seat may (docs/design.md, rule 4).

A signature is left out: who may stand in for a signer is what the policy lists. So is a seat that is held, but where a
call reached nobody: whoever is called next takes the clock in hand, and speaks for no unit that has people.
"""

from __future__ import annotations

from domain.access.permissions import may
from domain.case.case import Case
from domain.decisions import CONSOLE, SYSTEM, Actor
from domain.vocabulary import SlotKind


def acting(case: Case, actor: Actor, kind: str) -> Actor:
    """Return who decides: the actor, or the holder of an empty seat for which a letter of this case reached the actor.

    Whoever may decide from a seat of their own does. The person stays the same, so nobody gets a second voice.
    """
    if not case.stand_ins or kind in set(SlotKind) or actor in (CONSOLE, SYSTEM) or may(actor, kind, case):
        return actor
    for gap in reversed(case.stand_ins):
        if gap.reached is not None and not gap.unanswered and actor.sits(gap.reached.unit, gap.reached.seat):
            unit = gap.wanted.unit
            seat = {"unit": unit, "short": case.short(unit), "parent": None, "seats": (gap.wanted.seat,)}
            if may(found := actor.model_copy(update=seat), kind, case):
                return found
    return actor
