"""Signing 审签, a part of the rebuttal: which signatures a text needs, and votes that bind to exactly that text.

The rule is in docs/design.md, rule 12, and docs/decisions/0011.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.parts import Cast, Draft, Slot
from domain.decisions import Actor, Ballot, Proven
from domain.errors import NotPermitted, Stale, Unfit
from domain.events import Reviewed
from domain.stages.verification.verdict import ask_for_draft
from domain.terms import Addressee, Audience, UnitRef
from domain.vocabulary import (
    ClockName,
    Issuer,
    ProposalKind,
    PublicationState,
    Seat,
    SlotKind,
    Vote,
)

CONSENTING = (Seat.DEPUTY, Seat.HEAD)
"""The seats that consent for a co-unit: the first is asked, the second may stand in."""

REQUESTS = {
    SlotKind.REVIEW: Message.REVIEW_REQUEST,
    SlotKind.CONSENT: Message.CONSENT_REQUEST,
    SlotKind.SIGN: Message.SIGN_REQUEST,
}


def slots_for(case: Case, issuer: Issuer, competent: UnitRef, consents: Iterable[str]) -> tuple[Slot, ...]:
    """Return the signatures a text needs: review by the competent unit, consents, and the signature last."""
    terms = case.terms.signing[issuer]
    sign = terms.sign_urgent if case.level.urgent and terms.sign_urgent else terms.sign
    return (
        Slot(kind=SlotKind.REVIEW, to=_seats(case, terms.review, competent), competent=True),
        *(
            Slot(kind=SlotKind.CONSENT, to=tuple(Addressee(unit=unit, seat=seat) for seat in CONSENTING))
            for unit in consents
        ),
        Slot(kind=SlotKind.SIGN, to=_seats(case, sign, competent)),
    )


def vote(case: Case, kind: SlotKind, decision: Ballot, proven: Proven, now: datetime) -> None:
    """Take one vote on exactly the text that waits for signatures; the caller does what follows from it."""
    table, actor = case.draft, proven.actor
    if table is None or case.publication is not PublicationState.DRAFTED:
        raise Unfit("nothing_to_review")
    if decision.digest != table.digest:
        raise Stale("other_text", voted=decision.digest[:8], current=table.digest[:8])
    if decision.outcome is not Vote.APPROVE and not decision.remarks:
        raise Unfit("remarks_needed", outcome=decision.outcome)
    _refuse_unfit_voter(table, actor)
    slot = _slot_of(case, table, kind, actor)
    if kind is SlotKind.SIGN and case.level.urgent and decision.outcome is Vote.APPROVE and not proven.second_factor:
        raise NotPermitted("code_needed", who=actor.person)
    filled = slot.model_copy(update={"vote": Cast(by=actor.signer, outcome=decision.outcome)})
    table.slots = tuple(filled if one is slot else one for one in table.slots)
    case.happened(
        Reviewed(
            slot=kind,
            version=table.page.version,
            digest=table.digest,
            outcome=decision.outcome,
            remarks=decision.remarks,
        ),
        now,
        actor,
    )


def pass_on(case: Case, table: Draft, before: tuple[Slot, ...], now: datetime, *, least: bool = False) -> None:
    """Ask those who can sign now and could not `before`; the approval clock goes on with their unit.

    A further text goes on in the time of the one before: no edit resets a promise. With `least` the signers have the
    minimum gap at least.
    """
    owner = table.open_slots()[0].to[0].unit
    running = next((clock for clock in case.running() if clock.name is ClockName.APPROVAL), None)
    clock = running
    if running is None or running.unit != owner:
        case.stop(now, running)
        clock = case.arm(ClockName.APPROVAL, owner, now, after=case.last_step(ClockName.APPROVAL), least=least)
        if running is not None and running.acknowledged is not None:  # acknowledged by the earlier unit
            clock.paced, clock.last_rang = True, now
    by = case.terms.at(case.level).start.by
    for n, slot in enumerate(table.slots):
        if slot not in table.open_slots() or slot in before:
            continue
        key = f"v{case.visit}/sign/d{table.page.version}/{slot.kind}{n}"
        case.notify(REQUESTS[slot.kind], slot.to[:1], by, key=key, clock=clock, values=_values(table))


def _values(table: Draft) -> dict[str, str | int]:
    return {
        "digest": table.digest,
        "version": table.page.version,
        "title": table.page.title,
        "publication": table.page.publication,
        "issuer": table.page.issuer,
    }


def _refuse_unfit_voter(table: Draft, actor: Actor) -> None:
    if actor.person == table.drafter.person:
        raise NotPermitted("own_text", who=actor.person)
    if any(slot.vote and slot.vote.by.person == actor.person for slot in table.slots):
        raise NotPermitted("voted_already", who=actor.person)


def _slot_of(case: Case, table: Draft, kind: SlotKind, actor: Actor) -> Slot:
    """Return the slot the actor fills; refuse, with the reason, if there is none to fill now."""
    mine = [slot for slot in table.slots if slot.kind is kind and slot.held_by(actor)]
    missing = next((slot for slot in mine if slot.open), None)
    if missing is None:
        raise NotPermitted("slot_filled", who=actor.person)
    if missing not in table.open_slots():
        waiting = "、".join(case.short(slot.to[0].unit) for slot in table.open_slots())
        raise Unfit("sign_last", waiting=waiting)
    return missing


def _seats(case: Case, audiences: Iterable[Audience], competent: UnitRef) -> tuple[Addressee, ...]:
    """Return the seats of a signing table, each once."""
    return tuple(dict.fromkeys(case.seats(audiences, competent.code, parent=competent.parent)))


def void_draft(case: Case, remarks: str, now: datetime) -> None:
    """Void the text and ask the editor for another one."""
    take_back(case, now)
    ask_for_draft(case, now, remarks)


def take_back(case: Case, now: datetime) -> None:
    """Void the text and the votes on it; nobody is asked for another one yet."""
    case.stop(now, *(clock for clock in case.running() if clock.name in (ClockName.DRAFT, ClockName.APPROVAL)))
    case.draft, case.publication = None, PublicationState.NONE
    case.lapse(now, ProposalKind.SKIP_CONSENT)
