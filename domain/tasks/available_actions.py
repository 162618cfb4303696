"""The decisions a person may take in a case now: one row per kind, with the fixed values (unit, clock, digest).

A row checks in the state of the case what its rule would refuse; stage and person are checked as the validator checks
them. So what is offered and properly filled in is accepted, and what is not offered would be refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from domain.access.permissions import chairs, confirming, may
from domain.case.case import Case
from domain.case.parts import JointSession, Request
from domain.decider.decide import RULES
from domain.decisions import Acknowledge, Actor, Consult, PhoneLog, Relevel, Transfer
from domain.stages.rebuttal import delivery, interim
from domain.stages.verification import quorum
from domain.stages.verification.findings import UNANSWERED
from domain.stages.verification.transfer import OPEN
from domain.tasks import clock_actions
from domain.tasks.action import ActionRule, AvailableAction
from domain.vocabulary import (
    USUAL_KIND,
    ConsultAct,
    Level,
    ProposalKind,
    PublicationKind,
    PublicationState,
    RequestState,
    Seat,
    SlotKind,
    Stage,
    Verdict,
)


def offers(case: Case, actor: Actor) -> tuple[AvailableAction, ...]:
    """Return every decision `actor` may take in `case` now, in the order of the table."""
    return tuple(
        offer
        for kind, row in OFFERED.items()
        if case.stage in RULES[kind].stages and may(actor, kind, case) and (not case.over or RULES[kind].even_over)
        for offer in row(case, actor)
    )


def _triage(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    verify = case.bounces < case.terms.bounce_limit
    let_out = case.visit == 1
    if verify or let_out:
        only: dict[str, tuple[str, ...]] = {} if let_out else {"exit": ()}
        yield AvailableAction(kind="triage", only=only if verify else {"level": ()})


def _assign(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    if not case.provisional:
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
    if case.transfer_to(actor.unit) or (own and not own.assigned):
        yield AvailableAction(kind="decline")


def _transfer(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    duty = actor.sits(case.office.code, Seat.DUTY, Seat.DUTY_LEADER)
    for request in case.open_requests():
        code = request.unit.code
        decision = Transfer(to=code, reason="-", unit=code)
        free = request.state in OPEN and not request.offered_to and (duty or not request.assigned)
        if free and may(actor, "transfer", case, decision):
            yield AvailableAction(kind="transfer", preset={"unit": code})


def _finding(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    if any(one.unit.code == actor.unit and one.state in UNANSWERED for one in case.asked()):
        yield AvailableAction(kind="finding")


def _return_finding(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    for request in case.open_requests():
        if request.state is RequestState.ANSWERED:
            yield AvailableAction(kind="return_finding", preset={"unit": request.unit.code})


def _draft(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    if case.verdict and case.publication in (PublicationState.NONE, PublicationState.DRAFTED):
        usual = USUAL_KIND[case.verdict]
        never = {PublicationKind.INTERIM, PublicationKind.REBUTTAL} - {usual}
        kinds = [kind for kind in PublicationKind if kind not in never]
        yield AvailableAction(
            kind="draft", only={"publication": (usual, *(kind for kind in kinds if kind is not usual))}
        )


def _signature(kind: SlotKind) -> ActionRule:
    """Return the rule that offers a vote on the text on the table, if the actor may give this kind of signature now."""

    def row(case: Case, actor: Actor) -> Iterable[AvailableAction]:
        table = case.draft
        if table is None or case.publication is not PublicationState.DRAFTED:
            return
        names = {table.drafter.person, *(slot.vote.by.person for slot in table.slots if slot.vote)}
        due = (slot for slot in table.open_slots() if slot.kind is kind and slot.held_by(actor))
        if actor.person not in names and next(due, None):
            asks_code = kind is SlotKind.SIGN and case.level.urgent
            yield AvailableAction(kind=kind, preset={"digest": table.digest}, only={"code": ()} if asks_code else {})

    return row


def _consult(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    session = case.session
    if may(actor, "consult", case, _said(ConsultAct.RULING)) and session is not None:
        split = case.stage is Stage.VERIFICATION and isinstance(quorum.of(case), quorum.Split)
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
    asked = {proposal.unit for proposal in case.proposals if proposal.kind is ProposalKind.SKIP_CONSENT}
    for slot in case.draft.slots if case.draft else ():
        unit = slot.to[0].unit
        if slot.kind is SlotKind.CONSENT and slot.open and unit not in asked:
            yield AvailableAction(kind="override", preset={"act": "skip_consent", "unit": unit})


def _confirm(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    for proposal in case.proposals:
        if proposal.by.person != actor.person and may(actor, "confirm", case, confirming(proposal)):
            yield AvailableAction(kind="confirm", preset={"ref": proposal.ref})


def _resolve_delivery(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    for one in case.refused:
        yield AvailableAction(kind="resolve_delivery", preset={"ref": one.ref})


def _close(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    channels = delivery.outstanding(case)
    if not set(channels) & set(case.terms.public):
        yield AvailableAction(kind="close", only={"outstanding": channels} if channels else {})


def _escalate(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    for clock in case.running():
        if clock.rung < len(case.promises(clock).ladder):
            yield AvailableAction(
                kind="escalate", preset={"clock": clock.name, "unit": clock.unit, "expected_level": clock.rung}
            )


def _acknowledge(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    for clock in case.running():
        if may(actor, "acknowledge", case, Acknowledge(clock=clock.name, unit=clock.unit)):
            yield AvailableAction(kind="acknowledge", preset={"clock": clock.name, "unit": clock.unit})


def _phone_log(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    for clock in case.running():
        if may(actor, "phone_log", case, PhoneLog(clock=clock.name, unit=clock.unit, outcome="reached")):
            yield AvailableAction(kind="phone_log", preset={"clock": clock.name, "unit": clock.unit})


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
    "relevel": _relevel,
    "pause": clock_actions.pause,
    "resume": clock_actions.resume,
    "extend": clock_actions.extend,
    "nudge": clock_actions.urge("nudge"),
    "supervise": clock_actions.urge("supervise"),
    "acknowledge": _acknowledge,
    "phone_log": _phone_log,
    "escalate": _escalate,
    "note": _always("note"),
}
"""The row of each kind, in the order of a page. A kind without a row is offered on no page; the API accepts it."""
