"""Who may say what: one table, asked by the validator of every decision (DESIGN §7, rows in order of the kinds).

A row lists grants; one that fits is enough. A grant names seats, and where the actor must hold them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.case import Case
from domain.decisions import CONSOLE, Acknowledge, Actor, Decision, PhoneLog, Relevel, Transfer
from domain.errors import NotPermitted
from domain.words import Seat


class Where(StrEnum):
    """Name the unit in which a seat counts, seen from the case."""

    OFFICE = "office"
    ASKED = "asked"
    LEAD_OR_PARENT = "lead_or_parent"
    ADDRESSED = "addressed"
    CONSOLE = "console"


@dataclass(frozen=True)
class Grant:
    """Allow a kind to holders of `seats` (any seat, if empty) in the unit `where` names."""

    where: Where
    seats: tuple[Seat, ...] = ()


_OFFICE_DUTY = Grant(Where.OFFICE, (Seat.DUTY, Seat.DUTY_LEADER))
_OFFICE_LEADER = Grant(Where.OFFICE, (Seat.DUTY_LEADER,))
_EDITOR = Grant(Where.OFFICE, (Seat.EDITOR,))
_ASKED = Grant(
    Where.ASKED, (Seat.DUTY, Seat.LIAISON_A, Seat.LIAISON_B, Seat.OFFICER, Seat.DEPUTY, Seat.HEAD)
)  # deputy and head too: the ladder reaches them when those below are silent
_ADDRESSED = Grant(Where.ADDRESSED)
_REVIEWERS = (
    Grant(Where.LEAD_OR_PARENT, (Seat.DEPUTY, Seat.HEAD)),
    Grant(Where.OFFICE, (Seat.DEPUTY, Seat.HEAD, Seat.DUTY_LEADER)),
)
_STAFF = (Grant(Where.OFFICE), Grant(Where.ASKED))

TABLE: dict[str, tuple[Grant, ...]] = {
    "triage": (_OFFICE_DUTY,),
    "acknowledge": (_ADDRESSED,),
    "assign": (_OFFICE_DUTY,),
    "add_unit": (_OFFICE_DUTY,),
    "relevel": (_OFFICE_DUTY,),
    "accept": (_ASKED,),
    "decline": (_ASKED,),
    "transfer": (_ASKED, _OFFICE_DUTY),
    "finding": (_ASKED,),
    "return_finding": (_OFFICE_DUTY,),
    "draft": (_EDITOR,),
    "review": _REVIEWERS,
    "escalate": (*_STAFF, Grant(Where.CONSOLE)),
    "phone_log": (_ADDRESSED,),
    "note": _STAFF,
    "close": (_OFFICE_DUTY, _EDITOR),
}

NARROWED: dict[str, tuple[str, tuple[Grant, ...]]] = {
    "relevel": ("lower", (_OFFICE_LEADER,)),  # lowering asks for more than raising
    "transfer": ("of_another", (_OFFICE_DUTY,)),  # a unit hands on its own request only
}
"""Kinds for which what is said can ask for more: in which case, and who then may."""


def may(actor: Actor, kind: str, case: Case, said: Decision | None = None) -> bool:
    """Tell whether `actor` may take a decision of `kind` on `case`; `said` narrows kinds that depend on content."""
    lowers = isinstance(said, Relevel) and said.level.below(case.level) and not case.provisional
    of_another = isinstance(said, Transfer) and said.unit not in (None, actor.unit)
    grants = NARROWED[kind][1] if lowers or of_another else TABLE[kind]
    return any(_fits(grant, actor, case, said) for grant in grants)


def require(actor: Actor, said: Decision, case: Case) -> None:
    """Refuse unless `actor` may say this to `case`."""
    kind: str = said.kind  # type: ignore[attr-defined]  # every concrete decision has a kind; the base has none
    if not may(actor, kind, case, said):
        who = f"{actor.short} {actor.person}".strip()
        raise NotPermitted("not_permitted", kind=kind, who=who)


def _fits(grant: Grant, actor: Actor, case: Case, said: Decision | None) -> bool:
    if actor == CONSOLE:
        return grant.where is Where.CONSOLE
    match grant.where:
        case Where.OFFICE:
            return actor.sits(case.office.code, *grant.seats)
        case Where.ASKED:
            asked = [unit for request in case.open_requests() for unit in (request.unit, request.offered_to)]
            return any(unit is not None and actor.sits(unit.code, *grant.seats) for unit in asked)
        case Where.LEAD_OR_PARENT:
            lead = case.lead
            units = (lead.unit.code, lead.unit.parent) if lead else ()
            return any(unit and actor.sits(unit, *grant.seats) for unit in units)
        case Where.ADDRESSED:
            return _was_addressed(actor, case, said)
        case Where.CONSOLE:
            return False


def _was_addressed(actor: Actor, case: Case, said: Decision | None) -> bool:
    """Tell whether a rung of the named clock called one of the actor's seats, or the clock is the actor's own."""
    if not isinstance(said, (Acknowledge, PhoneLog)):
        return any(actor.sits(clock.unit) for clock in case.running()) or actor.sits(case.office.code)
    clock = case.clock(said.clock, said.unit)
    if clock is None:
        return True  # the rule answers that there is no such clock
    ladder = case.promises(clock)
    called = [
        *ladder.start.to,
        *ladder.inform_at_start.to,
        *(t for rung in ladder.ladder[: clock.rung] for t in rung.to),
    ]
    seats = case.seats(called, clock.unit)
    return actor.sits(clock.unit) or any(actor.sits(one.unit, one.seat) for one in seats)
