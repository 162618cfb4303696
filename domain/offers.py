"""What a person may say to a case now: one row per kind, with what the button already knows (unit, clock, digest).

A row tells of the state of the case what its rule would refuse; stage and person are asked the same way the
validator asks them. So what is offered and well filled in is taken, and what is not offered would be refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from domain.case import Case
from domain.decisions import Acknowledge, Actor, PhoneLog, Relevel, Transfer
from domain.permissions import may
from domain.rows import Request
from domain.stages import RULES
from domain.stages.transferring import OPEN
from domain.terms import Frozen
from domain.words import (
    USUAL_KIND,
    Level,
    PublicationKind,
    PublicationState,
    RequestState,
    Seat,
)


class Offer(Frozen):
    """Be one decision a person may take now; `preset` is sent back as it is, `only` narrows a field to some codes."""

    kind: str
    preset: dict[str, str | int] = {}
    only: dict[str, tuple[str, ...]] = {}


Row = Callable[[Case, Actor], Iterable[Offer]]


def offers(case: Case, actor: Actor) -> tuple[Offer, ...]:
    """Return everything `actor` may say to `case` now, in the order of the table."""
    if case.over:
        return ()
    return tuple(
        offer
        for kind, row in OFFERED.items()
        if case.stage in RULES[kind].stages and may(actor, kind, case)
        for offer in row(case, actor)
    )


def _triage(case: Case, actor: Actor) -> Iterable[Offer]:
    verify = case.bounces < case.terms.bounce_limit
    let_out = case.visit == 1
    if verify or let_out:
        only: dict[str, tuple[str, ...]] = {} if let_out else {"exit": ()}
        yield Offer(kind="triage", only=only if verify else {"level": ()})


def _assign(case: Case, actor: Actor) -> Iterable[Offer]:
    if not case.provisional:
        yield Offer(kind="assign")


def _relevel(case: Case, actor: Actor) -> Iterable[Offer]:
    levels = [level for level in Level if level is not case.level]
    allowed = tuple(level for level in levels if may(actor, "relevel", case, Relevel(level=level, reason="-")))
    if allowed:
        yield Offer(kind="relevel", only={"level": allowed})


def _accept(case: Case, actor: Actor) -> Iterable[Offer]:
    if case.transfer_to(actor.unit) or _own(case, actor, RequestState.OFFERED):
        yield Offer(kind="accept")


def _decline(case: Case, actor: Actor) -> Iterable[Offer]:
    own = _own(case, actor, *OPEN)
    if case.transfer_to(actor.unit) or (own and not own.assigned):
        yield Offer(kind="decline")


def _transfer(case: Case, actor: Actor) -> Iterable[Offer]:
    duty = actor.sits(case.office.code, Seat.DUTY, Seat.DUTY_LEADER)
    for request in case.open_requests():
        code = request.unit.code
        said = Transfer(to=code, reason="-", unit=code)
        free = request.state in OPEN and not request.offered_to and (duty or not request.assigned)
        if free and may(actor, "transfer", case, said):
            yield Offer(kind="transfer", preset={"unit": code})


def _finding(case: Case, actor: Actor) -> Iterable[Offer]:
    if _own(case, actor, *OPEN):
        yield Offer(kind="finding")


def _return_finding(case: Case, actor: Actor) -> Iterable[Offer]:
    for request in case.open_requests():
        if request.state is RequestState.ANSWERED:
            yield Offer(kind="return_finding", preset={"unit": request.unit.code})


def _draft(case: Case, actor: Actor) -> Iterable[Offer]:
    if case.verdict and case.publication in (PublicationState.NONE, PublicationState.DRAFTED):
        usual = USUAL_KIND[case.verdict]
        kinds = [kind for kind in PublicationKind if kind is usual or kind is not PublicationKind.REBUTTAL]
        yield Offer(kind="draft", only={"publication": (usual, *(kind for kind in kinds if kind is not usual))})


def _review(case: Case, actor: Actor) -> Iterable[Offer]:
    table = case.draft
    if table is None or case.publication is not PublicationState.DRAFTED or actor.person == table.drafter:
        return
    if all(ballot.person != actor.person for ballot in table.ballots):
        yield Offer(kind="review", preset={"digest": table.digest})


def _escalate(case: Case, actor: Actor) -> Iterable[Offer]:
    for clock in case.running():
        if clock.rung < len(case.promises(clock).ladder):
            yield Offer(kind="escalate", preset={"clock": clock.name, "unit": clock.unit, "expected_level": clock.rung})


def _acknowledge(case: Case, actor: Actor) -> Iterable[Offer]:
    for clock in case.running():
        if may(actor, "acknowledge", case, Acknowledge(clock=clock.name, unit=clock.unit)):
            yield Offer(kind="acknowledge", preset={"clock": clock.name, "unit": clock.unit})


def _phone_log(case: Case, actor: Actor) -> Iterable[Offer]:
    for clock in case.running():
        if may(actor, "phone_log", case, PhoneLog(clock=clock.name, unit=clock.unit, outcome="reached")):
            yield Offer(kind="phone_log", preset={"clock": clock.name, "unit": clock.unit})


def _always(kind: str) -> Row:
    return lambda case, actor: (Offer(kind=kind),)


def _own(case: Case, actor: Actor, *states: RequestState) -> Request | None:
    mine = (request for request in case.open_requests() if request.unit.code == actor.unit)
    return next((request for request in mine if request.state in states), None)


OFFERED: Mapping[str, Row] = {
    "triage": _triage,
    "assign": _assign,
    "accept": _accept,
    "finding": _finding,
    "decline": _decline,
    "transfer": _transfer,
    "draft": _draft,
    "review": _review,
    "close": _always("close"),
    "return_finding": _return_finding,
    "add_unit": _always("add_unit"),
    "relevel": _relevel,
    "acknowledge": _acknowledge,
    "phone_log": _phone_log,
    "escalate": _escalate,
    "note": _always("note"),
}
"""A kind that has no row is offered on no page; the API takes it all the same."""
