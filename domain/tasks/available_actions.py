"""The decisions a person may take in a case now: one row per kind, with the fixed values (unit, clock, digest).

A row checks in the state of the case what its rule would refuse; stage and person are checked as the validator checks
them. So what is offered and properly filled in is accepted, and what is not offered would be refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from domain.access.permissions import confirming, may
from domain.access.standing_in import acting, identities
from domain.case.case import Case
from domain.case.parts import Request
from domain.decider.decide import RULES
from domain.decisions import Actor, Decision, Relevel, Transfer
from domain.stages import closure, handover, proposals
from domain.stages.clocks import pause as pausing
from domain.stages.clocks.handling import escalates_again
from domain.stages.rebuttal import consents, interim, kinds, refused_pages, replacing, signing
from domain.stages.verification.findings import UNANSWERED
from domain.stages.verification.requests import declinable_until, may_decline
from domain.stages.verification.transfer import OPEN
from domain.tasks import clock_actions, session_actions, triage_actions
from domain.tasks.action import ActionRule, AvailableAction
from domain.vocabulary import (
    ClockName,
    DeliveryAct,
    Level,
    ProposalKind,
    PublicationState,
    RequestState,
    Role,
    Seat,
    SlotKind,
)


def offers(case: Case, actor: Actor, now: datetime | None = None) -> tuple[AvailableAction, ...]:
    """Return every decision `actor` may take in `case`, in the order of the table; those of `now`, if one is given.

    Without `now` each says from and until when it may be taken: a query has no clock of its own.
    """
    found = (
        timed
        for kind, row in OFFERED.items()
        if case.stage in RULES[kind].stages and (not case.over or RULES[kind].even_over)
        for who in identities(case, actor, kind)
        if may(who, kind, case)
        for offer in row(case, who)
        if acting(case, actor, kind, _decided(offer)) == who
        if (timed := _timed(case, offer)).open_at(now)
    )
    kept: list[AvailableAction] = []
    for offer in found:  # who stands in for two seats may have the same from both
        if not case.stand_ins or offer not in kept:
            kept.append(offer)
    return tuple(kept)


def _decided(offer: AvailableAction) -> Decision:
    """Return the decision of an offer as far as the offer fixes it: so much decides who may take it."""
    fixed: dict[str, Any] = dict(offer.preset)
    if "done" in offer.only:
        fixed["done"] = offer.only["done"]
    return RULES[offer.kind].model.model_construct(**fixed)


def _timed(case: Case, offer: AvailableAction) -> AvailableAction:
    """Return an offer with its time: a consent is skipped and a rung rung again not too early, a pause not too late."""
    since = until = None
    if offer.kind == "override" and case.draft is not None:
        since = consents.opens_for(case, case.draft, str(offer.preset.get("unit")))
    elif offer.kind == "escalate":
        clock = case.clock(ClockName(str(offer.preset["clock"])), str(offer.preset["unit"]))
        since = escalates_again(case, clock) if clock else None
    elif offer.kind == "confirm":
        asked = next((one for one in case.proposals if one.ref == offer.preset["ref"]), None)
        until = pausing.grantable_until(case, asked) if asked else None
    if since is None and until is None:
        return offer
    return offer.model_copy(update={"since": since, "until": until})


def _relevel(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    lowering = any(proposal.kind is ProposalKind.LOWER_LEVEL for proposal in case.proposals)
    levels = [level for level in Level if level is not case.level and not (lowering and level.below(case.level))]
    allowed = tuple(level for level in levels if may(actor, "relevel", case, Relevel(level=level, reason="-")))
    if allowed:
        yield AvailableAction(kind="relevel", only={"level": allowed})


def _accept(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    yield from _handed_over(case, actor, "accept")
    if (offered := case.transfer_to(actor.unit)) is not None:
        yield _about(case, "accept", offered, taken_over=True)
    if (own := _own(case, actor, RequestState.OFFERED)) is not None:
        yield _about(case, "accept", own)


def _decline(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    yield from _handed_over(case, actor, "decline")
    if (offered := case.transfer_to(actor.unit)) is not None:
        yield _about(case, "decline", offered, taken_over=True)
    own = _own(case, actor, *OPEN)
    if own and not own.assigned and may_decline(own, actor):
        yield _about(case, "decline", own).model_copy(update={"until": declinable_until(case, own)})


def _handed_over(case: Case, actor: Actor, kind: str) -> Iterable[AvailableAction]:
    """Return an offer about what triage has handed over to the actor's unit."""
    if handover.receives(case, actor.unit):
        yield AvailableAction(
            kind=kind, preset={"handover": 1, "expected_visit": case.visit}, only={"handover": ("1",)}
        )


def _about(case: Case, kind: str, request: Request, *, taken_over: bool = False) -> AvailableAction:
    """Return an offer about one request, the unit's own or one that another unit offers to it."""
    code = request.unit.code
    preset: dict[str, str | int] = {"request_of": code, "expected_visit": case.visit}
    return AvailableAction(kind=kind, preset=preset, only={"request_of": (code,)} if taken_over else {})


def _transfer(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    duty = actor.sits(case.office.code, Seat.DUTY, Seat.DUTY_LEADER)
    for request in case.open_requests():
        code = request.unit.code
        decision = Transfer(to=code, reason="-", unit=code)
        free = request.state in OPEN and not request.offered_to and (duty or not request.assigned)
        if free and may(actor, "transfer", case, decision):
            preset: dict[str, str | int] = {"unit": code, "expected_visit": case.visit}
            yield AvailableAction(kind="transfer", preset=preset, also=_may_swap(case, request))


def _may_swap(case: Case, request: Request) -> tuple[str, ...]:
    """Return the co-units a lead may hand its request to: the roles are swapped then."""
    if request.role is not Role.LEAD:
        return ()
    others = (one.unit for one in case.open_requests() if one.role is Role.CO)
    return tuple(unit.code for unit in others if unit.can_lead and case.transfer_to(unit.code) is None)


def _finding(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    own = next((one for one in case.asked() if one.unit.code == actor.unit), None)
    if own is not None and own.state in UNANSWERED:
        written: dict[str, tuple[str, ...]] = {"returned": ("1",)} if own.evidence else {}
        yield AvailableAction(kind="finding", preset={"expected_round": own.round}, only=written)
    elif own is not None and own.state is RequestState.ANSWERED:
        preset: dict[str, str | int] = {"corrects": 1, "expected_round": own.round}
        yield AvailableAction(kind="finding", preset=preset, only={"corrects": ("1",)})


def _return_finding(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    for request in case.open_requests():
        if request.state is RequestState.ANSWERED:
            preset: dict[str, str | int] = {"unit": request.unit.code, "expected_round": request.round}
            yield AvailableAction(kind="return_finding", preset=preset)


def _release(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    for request in case.open_requests():
        asked = any(one.kind is ProposalKind.RELEASE and one.unit == request.unit.code for one in case.proposals)
        if request.role is Role.CO and not asked:
            yield AvailableAction(kind="release", preset={"unit": request.unit.code})


def _draft(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    if case.verdict and case.publication in (PublicationState.NONE, PublicationState.DRAFTED):
        owes = interim.owes_answer(case)
        fitting = tuple(kind for kind in kinds.fitting(case.verdict) if kind.public or not owes)
        only: dict[str, tuple[str, ...]] = {"publication": fitting}
        only |= {"replaces": ()} if replacing.needs_reason(case) else {}
        yield AvailableAction(kind="draft", preset={"expected_version": case.versions}, only=only)


def _signature(kind: SlotKind) -> ActionRule:
    """Return the rule that offers a vote on the text on the table, if the actor may give this kind of signature now."""

    def row(case: Case, actor: Actor) -> Iterable[AvailableAction]:
        table = case.draft
        if table is None or case.publication is not PublicationState.DRAFTED:
            return
        if signing.may_vote(case, table, kind, actor):
            asks_code = kind is SlotKind.SIGN and case.level.urgent
            yield AvailableAction(kind=kind, preset={"digest": table.digest}, only={"code": ()} if asks_code else {})

    return row


def _interim(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    if interim.may_be_asked_for(case):
        yield AvailableAction(kind="interim")


def _record_publication(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    if case.handover is None and case.publication in (PublicationState.NONE, PublicationState.DRAFTED):
        public = tuple(kind for kind in kinds.fitting(case.verdict) if kind.public)
        yield AvailableAction(kind="record_publication", only={"publication": public})


def _override(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    table = case.draft
    if table is None or consents.is_drafter(table, actor):
        return
    asked = {proposal.unit for proposal in case.proposals if proposal.kind is ProposalKind.SKIP_CONSENT}
    for slot in table.slots:
        unit = slot.to[0].unit
        if slot.kind is SlotKind.CONSENT and slot.open and not slot.giver and unit not in asked:
            yield AvailableAction(kind="override", preset={"act": "skip_consent", "unit": unit})


def _confirm(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    for proposal in case.proposals:
        if case.over and not proposals.even_over(case, proposal.ref):
            continue
        wrote = proposal.kind is ProposalKind.SKIP_CONSENT and case.draft and consents.is_drafter(case.draft, actor)
        if proposal.by.voice != actor.voice and not wrote and may(actor, "confirm", case, confirming(proposal)):
            yield AvailableAction(kind="confirm", preset={"ref": proposal.ref})


def _resolve_delivery(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    for one in case.refused:
        doubted = refused_pages.doubted_by(case, one.publication)
        only: dict[str, tuple[str, ...]] = {"act": (DeliveryAct.LEAVE,)} if doubted else {}
        yield AvailableAction(kind="resolve_delivery", preset={"ref": one.ref}, only=only)


def _close(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    left = closure.unfinished(case)
    if not set(left.channels) & set(case.terms.public):
        yield AvailableAction(kind="close", only={"outstanding": left.kinds} if left.kinds else {})


def _always(kind: str) -> ActionRule:
    return lambda case, actor: (AvailableAction(kind=kind),)


def _own(case: Case, actor: Actor, *states: RequestState) -> Request | None:
    own = (request for request in case.open_requests() if request.unit.code == actor.unit)
    return next((request for request in own if request.state in states), None)


OFFERED: Mapping[str, ActionRule] = {
    "triage": triage_actions.triage,
    "assign": triage_actions.assign,
    "accept": _accept,
    "finding": _finding,
    "decline": _decline,
    "transfer": _transfer,
    "draft": _draft,
    "review": _signature(SlotKind.REVIEW),
    "consent": _signature(SlotKind.CONSENT),
    "sign": _signature(SlotKind.SIGN),
    "consult": session_actions.consult,
    "confirm": _confirm,
    "interim": _interim,
    "override": _override,
    "record_publication": _record_publication,
    "resolve_delivery": _resolve_delivery,
    "close": _close,
    "return_finding": _return_finding,
    "add_unit": _always("add_unit"),
    "release": _release,
    "relevel": _relevel,
    "pause": clock_actions.pause,
    "resume": clock_actions.resume,
    "extend": clock_actions.extend,
    "nudge": clock_actions.urge("nudge"),
    "supervise": clock_actions.urge("supervise"),
    "acknowledge": clock_actions.acknowledge,
    "phone_log": clock_actions.phone_log,
    "escalate": clock_actions.escalate,
    "split": _always("split"),
    "move_reports": triage_actions.move_reports,
    "note": _always("note"),
}
"""The row of each kind, in the order of a page. A kind without a row is offered on no page; the API accepts it."""
