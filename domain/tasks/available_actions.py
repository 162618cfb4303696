"""The decisions a person may take in a case now: one row per kind, with the fixed values (unit, clock, digest).

A row checks in the state of the case what its rule would refuse; stage and person are checked as the validator checks
them. So what is offered and properly filled in is accepted, and what is not offered would be refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from domain.access.permissions import chairs, confirming, may
from domain.access.standing_in import acting
from domain.case.case import Case
from domain.case.parts import JointSession, Request
from domain.decider.decide import RULES
from domain.decisions import Actor, Assign, Consult, Relevel, Transfer
from domain.stages.clocks import pause as pausing
from domain.stages.clocks.handling import escalates_again
from domain.stages.rebuttal import consents, delivery, interim, replacing, signing
from domain.stages.verification import quorum
from domain.stages.verification.findings import UNANSWERED
from domain.stages.verification.joint_session import has_found
from domain.stages.verification.requests import declinable_until, may_decline
from domain.stages.verification.transfer import OPEN
from domain.tasks import clock_actions
from domain.tasks.action import ActionRule, AvailableAction
from domain.vocabulary import (
    USUAL_KIND,
    ClockName,
    ConsultAct,
    Level,
    ProposalKind,
    PublicationKind,
    PublicationState,
    RequestState,
    Role,
    Seat,
    SlotKind,
    Stage,
    Verdict,
)


def offers(case: Case, actor: Actor, now: datetime | None = None) -> tuple[AvailableAction, ...]:
    """Return every decision `actor` may take in `case`, in the order of the table; those of `now`, if one is given.

    Without `now` each says from and until when it may be taken: a query has no clock of its own.
    """
    return tuple(
        timed
        for kind, row in OFFERED.items()
        if case.stage in RULES[kind].stages and (not case.over or RULES[kind].even_over)
        if may(who := acting(case, actor, kind), kind, case)
        for offer in row(case, who)
        if (timed := _timed(case, offer)).open_at(now)
    )


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


def _triage(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    verify = not case.must_assign
    asked = any(proposal.kind is ProposalKind.EXIT for proposal in case.proposals)
    let_out = not asked and not interim.owes_answer(case)
    if verify or let_out:
        only: dict[str, tuple[str, ...]] = {} if let_out else {"exit": ()}
        yield AvailableAction(kind="triage", only=only if verify else {"level": ()})


def _assign(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    if not case.provisional and may(actor, "assign", case, Assign(lead="a", reason="-")):
        yield AvailableAction(kind="assign")


def _relevel(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    lowering = any(proposal.kind is ProposalKind.LOWER_LEVEL for proposal in case.proposals)
    levels = [level for level in Level if level is not case.level and not (lowering and level.below(case.level))]
    allowed = tuple(level for level in levels if may(actor, "relevel", case, Relevel(level=level, reason="-")))
    if allowed:
        yield AvailableAction(kind="relevel", only={"level": allowed})


def _accept(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    if case.transfer_to(actor.unit) or _own(case, actor, RequestState.OFFERED):
        yield AvailableAction(kind="accept")


def _decline(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    own = _own(case, actor, *OPEN)
    if case.transfer_to(actor.unit):
        yield AvailableAction(kind="decline")
    elif own and not own.assigned and may_decline(own, actor):
        yield AvailableAction(kind="decline", until=declinable_until(case, own))


def _transfer(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    duty = actor.sits(case.office.code, Seat.DUTY, Seat.DUTY_LEADER)
    for request in case.open_requests():
        code = request.unit.code
        decision = Transfer(to=code, reason="-", unit=code)
        free = request.state in OPEN and not request.offered_to and (duty or not request.assigned)
        if free and may(actor, "transfer", case, decision):
            yield AvailableAction(kind="transfer", preset={"unit": code}, also=_may_swap(case, request))


def _may_swap(case: Case, request: Request) -> tuple[str, ...]:
    """Return the co-units a lead may hand its request to: the roles are swapped then."""
    if request.role is not Role.LEAD:
        return ()
    others = (one.unit for one in case.open_requests() if one.role is Role.CO)
    return tuple(unit.code for unit in others if unit.can_lead and case.transfer_to(unit.code) is None)


def _finding(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    own = next((one for one in case.asked() if one.unit.code == actor.unit), None)
    if own is not None and own.state in UNANSWERED:
        yield AvailableAction(kind="finding")
    elif own is not None and own.state is RequestState.ANSWERED:
        yield AvailableAction(kind="finding", preset={"corrects": 1}, only={"corrects": ("1",)})


def _return_finding(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    for request in case.open_requests():
        if request.state is RequestState.ANSWERED:
            preset: dict[str, str | int] = {"unit": request.unit.code, "expected_round": request.round}
            yield AvailableAction(kind="return_finding", preset=preset)


def _release(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    for request in case.open_requests():
        if request.role is Role.CO:
            yield AvailableAction(kind="release", preset={"unit": request.unit.code})


def _draft(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    if case.verdict and case.publication in (PublicationState.NONE, PublicationState.DRAFTED):
        usual = USUAL_KIND[case.verdict]
        never = {PublicationKind.INTERIM, PublicationKind.REBUTTAL} - {usual}
        never |= {kind for kind in PublicationKind if not kind.public and interim.owes_answer(case)}
        kinds = [kind for kind in PublicationKind if kind not in never]
        only: dict[str, tuple[str, ...]] = {"publication": (usual, *(kind for kind in kinds if kind is not usual))}
        yield AvailableAction(kind="draft", only=only | ({"replaces": ()} if replacing.needs_reason(case) else {}))


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


def _consult(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    session = case.session
    if may(actor, "consult", case, _said(ConsultAct.RULING)) and session is not None:
        split = quorum.undecided(case)
        own = split and has_found(case, actor)
        if not own and (split or not quorum.contested(case)):
            yield AvailableAction(
                kind="consult", preset={"act": ConsultAct.RULING}, only={"verdict": tuple(Verdict)} if split else {}
            )
    if (latest := case.last_session) is not None:
        yield from _in_session(case, latest, actor)
    callable_now = session is None and case.stage is not Stage.CLOSURE and bool(case.open_requests())
    if callable_now and may(actor, "consult", case, _said(ConsultAct.CALL)):
        yield AvailableAction(kind="consult", preset={"act": ConsultAct.CALL})


def _in_session(case: Case, session: JointSession, actor: Actor) -> Iterable[AvailableAction]:
    if actor.unit in session.units:
        yield AvailableAction(kind="consult", preset={"act": ConsultAct.POSITION})
    chair = chairs(actor, case)
    to_do = tuple(str(one.n) for one in session.items if one.done is None and (chair or one.action.unit == actor.unit))
    if to_do:
        yield AvailableAction(kind="consult", preset={"act": ConsultAct.POSITION}, only={"done": to_do})
    if may(actor, "consult", case, _said(ConsultAct.ACTIONS)):
        yield AvailableAction(kind="consult", preset={"act": ConsultAct.ACTIONS})


def _said(act: ConsultAct) -> Consult:
    return Consult(act=act, text="-")


def _interim(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    if interim.may_be_asked_for(case):
        yield AvailableAction(kind="interim")


def _record_publication(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    if case.publication in (PublicationState.NONE, PublicationState.DRAFTED):
        kinds = tuple(kind for kind in PublicationKind if kind.public and kind is not PublicationKind.INTERIM)
        yield AvailableAction(kind="record_publication", only={"publication": kinds})


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
        wrote = proposal.kind is ProposalKind.SKIP_CONSENT and case.draft and consents.is_drafter(case.draft, actor)
        if proposal.by.voice != actor.voice and not wrote and may(actor, "confirm", case, confirming(proposal)):
            yield AvailableAction(kind="confirm", preset={"ref": proposal.ref})


def _resolve_delivery(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    for one in case.refused:
        yield AvailableAction(kind="resolve_delivery", preset={"ref": one.ref})


def _close(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    channels = delivery.outstanding(case)
    if not set(channels) & set(case.terms.public):
        yield AvailableAction(kind="close", only={"outstanding": channels} if channels else {})


def _always(kind: str) -> ActionRule:
    return lambda case, actor: (AvailableAction(kind=kind),)


def _own(case: Case, actor: Actor, *states: RequestState) -> Request | None:
    own = (request for request in case.open_requests() if request.unit.code == actor.unit)
    return next((request for request in own if request.state in states), None)


OFFERED: Mapping[str, ActionRule] = {
    "triage": _triage,
    "assign": _assign,
    "accept": _accept,
    "finding": _finding,
    "decline": _decline,
    "transfer": _transfer,
    "draft": _draft,
    "review": _signature(SlotKind.REVIEW),
    "consent": _signature(SlotKind.CONSENT),
    "sign": _signature(SlotKind.SIGN),
    "consult": _consult,
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
    "note": _always("note"),
}
"""The row of each kind, in the order of a page. A kind without a row is offered on no page; the API accepts it."""
