"""Who may take which decision: one table, asked by the validator of every decision.

The rule is in docs/design.md, Persons and proof; docs/permissions.md prints the table. A row lists grants; one that
fits is enough. A grant names seats, and the unit in which the actor must hold them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.access.called import makes_the_call, was_addressed
from domain.case.case import Case
from domain.case.parts import Proposal
from domain.decisions import (
    CONSOLE,
    Accept,
    Actor,
    Assign,
    Confirm,
    Consult,
    Decision,
    Decline,
    Escalate,
    Extend,
    Pause,
    Resume,
    Transfer,
)
from domain.errors import NotPermitted
from domain.terms import LevelTerms, Terms
from domain.vocabulary import ClockName, ConsultAct, ProposalKind, Seat, SlotKind, Vote


class Where(StrEnum):
    """The unit in which a seat counts, seen from the case."""

    OFFICE = "office"
    ASKED = "asked"
    LEAD = "lead"
    SLOT = "slot"
    CALLED = "called"
    PROPOSED = "proposed"
    ADDRESSED = "addressed"
    INTERIM = "interim"
    CALLER = "caller"


@dataclass(frozen=True)
class Grant:
    """The permission of a kind to holders of `seats` (any seat, if empty) in the unit that `where` names."""

    where: Where
    seats: tuple[Seat, ...] = ()


_OFFICE_DUTY = Grant(Where.OFFICE, (Seat.DUTY, Seat.DUTY_LEADER))
_OFFICE_LEADER = Grant(Where.OFFICE, (Seat.DUTY_LEADER,))
_EDITOR = Grant(Where.OFFICE, (Seat.EDITOR,))
_ASKED = Grant(
    Where.ASKED, (Seat.DUTY, Seat.LIAISON_A, Seat.LIAISON_B, Seat.OFFICER, Seat.DEPUTY, Seat.HEAD)
)  # deputy and head too: the ladder calls them when those below do not answer
_LEAD = Grant(Where.LEAD, _ASKED.seats)
_ADDRESSED = Grant(Where.ADDRESSED)
_SLOT = (Grant(Where.SLOT),)
_CHAIR = Grant(Where.OFFICE, (Seat.DUTY_LEADER, Seat.DEPUTY, Seat.HEAD))
_CALLED = Grant(Where.CALLED)
_ANOTHER = (Grant(Where.PROPOSED),)
_STAFF = (Grant(Where.OFFICE), Grant(Where.ASKED))

TABLE: dict[str, tuple[Grant, ...]] = {
    "triage": (_OFFICE_DUTY,),
    "acknowledge": (_ADDRESSED,),
    "assign": (_OFFICE_DUTY,),
    "add_unit": (_OFFICE_DUTY,),
    "release": (_OFFICE_DUTY,),
    "relevel": (_OFFICE_DUTY,),
    "accept": (_ASKED,),
    "decline": (_ASKED,),
    "transfer": (_ASKED, _OFFICE_DUTY),
    "finding": (_ASKED,),
    "return_finding": (_OFFICE_DUTY,),
    "consult": (_OFFICE_DUTY, _CALLED, _CHAIR),
    "interim": (_OFFICE_DUTY, _EDITOR),
    "draft": (_EDITOR, Grant(Where.LEAD)),
    "review": _SLOT,
    "consent": _SLOT,
    "sign": _SLOT,
    "record_publication": (_EDITOR,),
    "resolve_delivery": (_EDITOR, _OFFICE_DUTY),
    "override": (Grant(Where.OFFICE, (Seat.DUTY,)), _EDITOR),  # the duty leader confirms it
    "confirm": _ANOTHER,
    "pause": (_ASKED, _OFFICE_DUTY),
    "resume": (_ASKED, _OFFICE_DUTY),
    "extend": (_ASKED, _OFFICE_DUTY),
    "nudge": (_OFFICE_DUTY,),
    "supervise": (_OFFICE_DUTY,),
    "escalate": _STAFF,
    "phone_log": (_ADDRESSED, _OFFICE_DUTY, Grant(Where.CALLER)),
    "note": _STAFF,
    "split": (_OFFICE_DUTY, _EDITOR),
    "move_reports": (_OFFICE_DUTY,),
    "close": (_OFFICE_DUTY, _EDITOR),
}
"""The grants of each kind of decision, in the order of the kinds."""

NARROWED: dict[str, dict[str, tuple[Grant, ...]]] = {
    "transfer": {"of_another": (_OFFICE_DUTY,)},  # a unit hands on its own request only
    "pause": {"whole": (_LEAD, _OFFICE_DUTY), "own": (_ASKED,)},
    "resume": {"whole": (_LEAD, _OFFICE_DUTY)},
    "extend": {"of_another": (_OFFICE_DUTY,)},
    "escalate": {"of_another": (Grant(Where.OFFICE),)},  # a unit rings its own clock only
    "assign": {"bounced": (_OFFICE_LEADER,)},  # beyond the bounce limit
    "consult": {
        ConsultAct.CALL: (_OFFICE_DUTY,),
        ConsultAct.POSITION: (_CALLED,),
        "ticks_off": (_CALLED, _CHAIR),
        ConsultAct.ACTIONS: (_CHAIR,),
        ConsultAct.RULING: (_CHAIR,),
    },
    "confirm": {
        ProposalKind.INTERIM: (Grant(Where.INTERIM),),
        ProposalKind.SKIP_CONSENT: (_OFFICE_LEADER,),
        ProposalKind.LOWER_LEVEL: (_OFFICE_DUTY,),
        ProposalKind.LEAD_ALONE: (_OFFICE_DUTY,),
        ProposalKind.EXIT: (_OFFICE_DUTY,),
        ProposalKind.PAUSE: (_OFFICE_DUTY,),
        ProposalKind.RELEASE: (_OFFICE_DUTY,),
        ProposalKind.REPOST: (_EDITOR, _OFFICE_DUTY, Grant(Where.ASKED)),  # of the unit whose name it goes out in
        ProposalKind.FINDING: (Grant(Where.ASKED, (Seat.DEPUTY, Seat.HEAD)),),
        ProposalKind.EXTENSION: (Grant(Where.OFFICE, (Seat.DUTY_LEADER, Seat.DEPUTY)),),
        "own_response": (Grant(Where.ASKED, (Seat.DEPUTY,)), Grant(Where.OFFICE, (Seat.DUTY_LEADER, Seat.DEPUTY))),
    },
}
"""The kinds whose content decides who may take them: which content, and who may then."""


def may(actor: Actor, kind: str, case: Case, decision: Decision | None = None) -> bool:
    """Return whether `actor` may take a decision of `kind` on `case`.

    `decision` narrows the kinds that depend on content; None: whether the actor may take any decision of that kind.
    """
    if actor == CONSOLE:
        return kind == "escalate"
    return any(_fits(grant, actor, kind, case, decision) for grant in _grants(actor, kind, case, decision))


def chairs(actor: Actor, case: Case) -> bool:
    """Return whether `actor` may chair a joint session of `case`."""
    return actor.sits(case.office.code, *_CHAIR.seats)


def confirmers(kind: ProposalKind, terms: LevelTerms) -> tuple[Grant, ...]:
    """Return who may confirm a proposal of a kind at a level."""
    return NARROWED["confirm"][_confirmed_as(kind, terms)]


def _confirmed_as(kind: ProposalKind, terms: LevelTerms) -> str:
    """Return the row of a kind: an extension is the unit's own matter where the response is the office's own figure."""
    return "own_response" if kind is ProposalKind.EXTENSION and terms.extends_response else kind


def signs_interim(actor: Actor, terms: Terms) -> bool:
    """Return whether `actor` holds one of the seats that confirm an interim notice, as the policy lists them."""
    office = terms.office.code
    seats = (audience.resolve(owner=office, office=office) for audience in terms.signing_interim)
    return any(actor.sits(one.unit, one.seat) for one in seats if one is not None)


def confirming(proposal: Proposal) -> Confirm:
    """Return the decision that approves a proposal."""
    return Confirm(ref=proposal.ref, outcome=Vote.APPROVE)


def was_asked(actor: Actor, case: Case, decision: Decision | None) -> bool:
    """Return whether `actor` might once accept or return what a decision is about, by the request or the handover.

    The rule then answers what has become of it since the letter was read.
    """
    if not isinstance(decision, (Accept, Decline)):
        return False
    units = [one.unit.code for one in case.requests]
    if decision.handover:
        clocks = [] if _speaks_for_office(actor, case) else case.clocks
        units = [clock.unit for clock in clocks if clock.name is ClockName.HANDOVER]
    return any(actor.sits(unit, *_ASKED.seats) for unit in units)


def require(actor: Actor, decision: Decision, case: Case) -> None:
    """Raise NotPermitted unless `actor` may take this decision on `case`, or was asked for it before."""
    kind: str = decision.kind  # type: ignore[attr-defined]  # every concrete decision has a kind; the base has none
    if not may(actor, kind, case, decision) and not was_asked(actor, case, decision):
        who = f"{actor.short} {actor.person}".strip()
        raise NotPermitted("not_permitted", kind=kind, who=who)


def _grants(actor: Actor, kind: str, case: Case, decision: Decision | None) -> tuple[Grant, ...]:
    """Return the grants that apply to a decision; a proposal of one seat is for the other seat to confirm."""
    if isinstance(decision, Confirm) and (proposal := _proposal(case, decision)) is not None and proposal.seat:
        return (Grant(Where.OFFICE, (proposal.seat,)),)
    return NARROWED.get(kind, {}).get(_narrowed_by(actor, case, decision), TABLE[kind])


def _narrowed_by(actor: Actor, case: Case, decision: Decision | None) -> str:
    """Return the key in `NARROWED` that a decision falls under; empty if the general row applies."""
    match decision:
        case Assign() if case.must_assign:
            return "bounced"
        case Transfer() if decision.unit not in (None, actor.unit):
            return "of_another"
        case Escalate() if _escalated(case, decision) != actor.unit:
            return "of_another"
        case Extend() if decision.unit != actor.unit:
            return "of_another"
        case Pause() | Resume():
            return "own" if decision.unit else "whole"
        case Consult():
            return "ticks_off" if decision.act is ConsultAct.POSITION and decision.ticks_off else decision.act
        case Confirm():
            proposal = _proposal(case, decision)
            return _confirmed_as(proposal.kind, case.terms.at(case.level)) if proposal else ""
        case _:
            return ""


def _escalated(case: Case, decision: Escalate) -> str | None:
    """Return the unit whose clock is meant: of the named one, else of the most urgent."""
    if decision.clock:
        return decision.unit or case.office.code
    clock = case.most_urgent()
    return clock.unit if clock else None


def _proposal(case: Case, decision: Confirm) -> Proposal | None:
    return next((one for one in case.proposals if one.ref == decision.ref), None)


def _fits(grant: Grant, actor: Actor, kind: str, case: Case, decision: Decision | None) -> bool:
    match grant.where:
        case Where.OFFICE:
            return actor.sits(case.office.code, *grant.seats)
        case Where.ASKED:
            return any(actor.sits(unit, *grant.seats) for unit in _asked(actor, case, decision))
        case Where.LEAD:
            return case.lead is not None and actor.sits(case.lead.unit.code, *grant.seats)
        case Where.SLOT:
            if case.draft is None:
                return True  # the rule answers that there is no text to sign
            return any(slot.kind is SlotKind(kind) and slot.held_by(actor) for slot in case.draft.slots)
        case Where.CALLED:
            ticks = not isinstance(decision, Consult) or decision.ticks_off  # a unit that was not called may do no more
            return any(
                actor.unit in session.units or (ticks and session.items_of(actor.unit)) for session in case.sessions
            )
        case Where.PROPOSED:
            if isinstance(decision, Confirm):
                return True  # the rule answers that nothing waits under that number
            return any(may(actor, kind, case, confirming(one)) for one in case.proposals)
        case Where.ADDRESSED:
            return was_addressed(actor, case, decision)
        case Where.INTERIM:
            return signs_interim(actor, case.terms)
        case Where.CALLER:
            return makes_the_call(actor, case, decision)


def _asked(actor: Actor, case: Case, decision: Decision | None) -> list[str]:
    """Return the units that are asked or offered a request, or have to receive what was handed over.

    For a finding or a re-posted text to confirm, and a unit's own pause, it is that unit alone.
    """
    if isinstance(decision, Confirm) and (proposal := _proposal(case, decision)) is not None and proposal.unit:
        return [proposal.unit]
    if isinstance(decision, (Pause, Resume)) and decision.unit:
        return [decision.unit]
    waits = case.handover is not None and not case.handover.received and not _speaks_for_office(actor, case)
    handed = [case.handover.unit.code] if waits and case.handover else []
    if isinstance(decision, (Accept, Decline)) and decision.handover:
        return handed
    asked = [unit.code for request in case.asked() for unit in (request.unit, request.offered_to) if unit is not None]
    return [*asked, *handed]


def _speaks_for_office(actor: Actor, case: Case) -> bool:
    """Return whether somebody of the office stands in for a seat: the office receives nothing it has handed over."""
    return actor.own_unit == case.office.code
