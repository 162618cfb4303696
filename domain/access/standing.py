"""What is left now of what a person was when something was said or granted (docs/design.md, Persons and proof)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from domain.decisions import Actor
from domain.vocabulary import Seat


def still_held(then: Actor, now: Actor | None) -> Actor:
    """Return the actor of something said earlier, with only those of the seats that the same person still holds.

    `now` is the person as an actor now, None if the person does not serve any more. Whoever has left, or is in another
    unit, or holds none of those seats any more, is left with nothing: no grant fits such an actor.
    """
    seats = tuple(seat for seat in then.seats if now is not None and now.unit == then.unit and seat in now.seats)
    return then.model_copy(update={"seats": seats} if seats else {"unit": "", "short": "", "parent": None, "seats": ()})


def has_left(then: Actor, now: Actor | None) -> bool:
    """Return whether a person holds none of the seats any more in which something was said."""
    own = then.model_copy(update={"unit": then.own_unit, "seats": then.own_seats}) if then.own_unit else then
    return not still_held(own, now).seats


def standing(unit: str, seats: Sequence[Seat], key_digest: str | None) -> str:
    """Return a mark of a person's unit, seats and key; what is bound to it ends when one of them changes."""
    return hashlib.sha256("\x1f".join((unit, *sorted(seats), key_digest or "")).encode()).hexdigest()[:16]
