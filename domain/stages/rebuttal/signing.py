"""Signing 审签, a part of the rebuttal: which signatures a text needs, and votes that bind to exactly that text.

The rule is in docs/design.md, rule 12, and docs/decisions/0011.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.parts import Cast, Draft, Slot
from domain.decisions import Actor, Ballot, Proven, SeatHolders
from domain.errors import NotPermitted, Stale, Unfit
from domain.events import Reviewed
from domain.stages.rebuttal import kinds, signers
from domain.stages.verification.verdict import ask_for_draft
from domain.terms import Addressee, Audience, UnitRef
from domain.vocabulary import (
    ClockName,
    Issuer,
    ProposalKind,
    PublicationState,
    RequestState,
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


def competent_unit(case: Case) -> UnitRef:
    """Return the unit whose review a text needs: the lead's; after a ruling against it, the first that agrees.

    A case without a lead unit is the office's.
    """
    lead = case.lead
    if lead is None:
        return case.office
    answered = (one for one in case.open_requests() if one.state is RequestState.ANSWERED)
    agreeing = [one.unit for one in answered if one.verdict is case.verdict]
    overruled = lead.verdict is not None and lead.verdict is not case.verdict
    return agreeing[0] if overruled and agreeing else lead.unit


def slots_for(
    case: Case,
    issuer: Issuer,
    competent: UnitRef,
    issuing: UnitRef,
    consents: Iterable[str],
    holders: tuple[SeatHolders, ...],
    givers: Collection[str],
) -> tuple[Slot, ...]:
    """Return the signatures a text needs: review by the competent unit, consents, and the issuer's signature last."""
    terms = case.terms.signing[issuer]
    return (
        Slot(kind=SlotKind.REVIEW, to=_reviewers(case, terms.review, competent, holders), competent=True),
        *(
            Slot(
                kind=SlotKind.CONSENT,
                to=tuple(Addressee(unit=unit, seat=seat) for seat in CONSENTING),
                giver=unit in givers,
            )
            for unit in consents
        ),
        Slot(kind=SlotKind.SIGN, to=last_signers(case, issuer, issuing.code)),
    )


def last_signers(case: Case, issuer: Issuer, issuing: str) -> tuple[Addressee, ...]:
    """Return the seats that give the last signature at the present level."""
    terms = case.terms.signing[issuer]
    sign = terms.sign_urgent if case.level.urgent and terms.sign_urgent else terms.sign
    return tuple(dict.fromkeys(case.seats(sign, issuing)))


def _reviewers(
    case: Case, audiences: Iterable[Audience], competent: UnitRef, holders: tuple[SeatHolders, ...]
) -> tuple[Addressee, ...]:
    """Return the seats that review for the competent unit.

    Its parent stands in only while the unit's own seats are empty, and never where the parent is the office: three
    persons of the office would publish about a district.
    """
    own = tuple(dict.fromkeys(case.seats(audiences, competent.code)))
    held = any(signers.holders_of(holders, one) for one in own)
    if competent.parent in (None, case.office.code) or held:
        return own
    return tuple(dict.fromkeys(case.seats(audiences, competent.code, parent=competent.parent)))


def refuse_unsignable(case: Case, table: Draft) -> None:
    """Refuse a text for which there are not as many different persons as signatures."""
    if not signers.complete(case, table):
        units = dict.fromkeys(one.unit for slot in table.slots for one in slot.to)
        raise Unfit(
            "cannot_be_signed",
            units="、".join(case.short(code) for code in units),
            slots=len(table.slots),
            who=table.drafter.person,
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
    slot = _fillable(case, table, kind, actor)
    if kind is SlotKind.SIGN and case.level.urgent and decision.outcome is Vote.APPROVE and not proven.second_factor:
        raise NotPermitted("code_needed", who=actor.person)
    seat = next(one for one in slot.to if actor.sits(one.unit, one.seat))
    filled = slot.model_copy(update={"vote": Cast(by=actor.signer, outcome=decision.outcome, seat=seat)})
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

    The first able seat of a slot is asked at once; each rung of the clock asks one stand-in more. A further text goes
    on in the time of the one before: no edit resets a promise. With `least` the signers have the minimum gap at least.
    """
    asked = {_where(slot) for slot in before}
    signers.refresh(case, table)
    owner = table.open_slots()[0].asked[0].unit
    running = next((clock for clock in case.running() if clock.name is ClockName.APPROVAL), None)
    clock = running
    if running is None or running.unit != owner:
        case.stop(now, running)
        clock = case.arm(ClockName.APPROVAL, owner, now, after=case.last_step(ClockName.APPROVAL), least=least)
        if running is not None and running.acknowledged is not None:  # acknowledged by the earlier unit
            clock.paced, clock.last_rang = True, now
    by = case.terms.at(case.level).start.by
    for n, slot in enumerate(table.slots):
        if slot not in table.open_slots() or _where(slot) in asked:
            continue
        key = f"v{case.visit}/sign/d{table.page.version}/{slot.kind}{n}"
        if table.raised:
            key = f"{key}/{table.raised}"
        case.notify(REQUESTS[slot.kind], slot.asked[:1], by, key=key, clock=clock, values=_values(table))


def _where(slot: Slot) -> tuple[SlotKind, tuple[Addressee, ...]]:
    return slot.kind, slot.to


def change_level(case: Case, now: datetime) -> None:
    """Give the text on the table the last signers of the present level, and ask them if it is their turn."""
    table = case.draft
    if table is None or case.publication is not PublicationState.DRAFTED:
        return
    before = table.open_slots()
    to = last_signers(case, table.issuer, table.issuing or table.slots[-1].to[0].unit)
    if to == table.slots[-1].to:
        return
    own, table.slots = table.slots, (*table.slots[:-1], table.slots[-1].model_copy(update={"to": to}))
    if not signers.complete(case, table):  # nobody is left to sign by the new list: the old one still holds, too
        both = tuple(dict.fromkeys((*to, *own[-1].to)))
        table.slots = (*own[:-1], own[-1].model_copy(update={"to": both}))
    table.raised += 1
    pass_on(case, table, before, now)


def _values(table: Draft) -> dict[str, str | int]:
    return {
        "digest": table.digest,
        "version": table.page.version,
        "title": table.page.title,
        "publication": table.page.publication,
        "issuer": table.page.issuer,
    }


def may_vote(case: Case, table: Draft, kind: SlotKind, actor: Actor) -> bool:
    """Return whether somebody may give a signature of this kind now."""
    try:
        _fillable(case, table, kind, actor)
    except (NotPermitted, Unfit):
        return False
    return True


def _fillable(case: Case, table: Draft, kind: SlotKind, actor: Actor) -> Slot:
    """Return the slot the actor fills; refuse whoever may not sign this text, or is needed for another signature."""
    if actor.voice == table.drafter.voice:
        raise NotPermitted("own_text", who=actor.person)
    if any(slot.vote and slot.vote.by.voice == actor.voice for slot in table.slots):
        raise NotPermitted("voted_already", who=actor.person)
    slot = _slot_of(case, table, kind, actor)
    if kind is SlotKind.SIGN and signers.ruled(case, actor):
        raise NotPermitted("ruled_no_signature", who=actor.person)
    if signers.is_kept(case, table, slot, actor):
        raise NotPermitted("signs_another", who=actor.person)
    return slot


def _slot_of(case: Case, table: Draft, kind: SlotKind, actor: Actor) -> Slot:
    """Return the slot the actor fills; refuse, with the reason, if there is none to fill now."""
    mine = [slot for slot in table.slots if slot.kind is kind and slot.held_by(actor)]
    missing = next((slot for slot in mine if slot.open), None)
    if missing is None:
        raise NotPermitted("slot_filled", who=actor.person)
    if missing not in table.open_slots():
        waiting = "、".join(case.short(slot.asked[0].unit) for slot in table.open_slots())
        raise Unfit("sign_last", waiting=waiting)
    return missing


def void_draft(case: Case, remarks: str, now: datetime, *, refused: bool = False) -> None:
    """Void the text and ask the editor for another one; `refused` is whether a channel refused it, not a person."""
    take_back(case, now)
    ask_for_draft(case, now, remarks, refused=refused)


def take_back(case: Case, now: datetime) -> None:
    """Void the text and the votes on it; nobody is asked for another one yet."""
    case.stop(now, *(clock for clock in case.running() if clock.name in (ClockName.DRAFT, ClockName.APPROVAL)))
    case.draft, case.publication = None, PublicationState.NONE
    case.lapse(now, ProposalKind.SKIP_CONSENT)
    kinds.lapse_misfits(case, now)
