"""The brief of a case: what its task page shows one officer, and what that officer may say to it now."""

from __future__ import annotations

from domain.case.case import Case
from domain.case.obligations import Page
from domain.case.parts import ActionItem, Position
from domain.case.summarise import summarise
from domain.case.summary import Summary
from domain.decisions import Actor
from domain.events import Entry
from domain.tasks.action import AvailableAction
from domain.tasks.available_actions import offers
from domain.values import Frozen
from domain.vocabulary import Exit, Level, ProposalKind, RequestState, Role, SessionReason, SlotKind, Verdict, Vote


class RequestView(Frozen):
    """Be one unit that is asked to verify: how far it is, and to whom it has offered its request."""

    unit: str
    short: str
    role: Role
    state: RequestState
    verdict: Verdict | None = None
    assigned: bool = False
    offered_to: str | None = None


class VoteView(Frozen):
    """Be one signature that has been given or refused."""

    kind: SlotKind
    unit: str
    outcome: Vote


class DraftView(Frozen):
    """Be the text that waits for signatures: the whole page, what votes bind to, who wrote it, who has voted."""

    page: Page
    digest: str
    drafter: str
    votes: tuple[VoteView, ...]


class ProposalView(Frozen):
    """Be what waits for a second person: what one asked for, why, and the text of it where there is one."""

    ref: int
    kind: ProposalKind
    by: str
    unit: str | None = None
    level: Level | None = None
    reason: str | None = None
    text: str | None = None


class SessionView(Frozen):
    """Be a joint session as a page shows it: `called` are its units by code."""

    number: int
    reason: SessionReason
    called: tuple[str, ...]
    open: bool
    items: tuple[ActionItem, ...]
    positions: tuple[Position, ...]


class Brief(Frozen):
    """A running case as one officer sees it.

    `unrecorded` are the entries the register may lack: who asks for the brief needs to ask nothing else.
    """

    summary: Summary
    unrecorded: tuple[Entry, ...] = ()
    place: str | None
    ask: str | None
    exit: Exit | None
    bounces: int
    asked: tuple[RequestView, ...]
    draft: DraftView | None
    proposals: tuple[ProposalView, ...] = ()
    session: SessionView | None = None
    offers: tuple[AvailableAction, ...]


def brief_of(case: Case, actor: Actor) -> Brief:
    """Build the brief of `case` for `actor`."""
    return Brief(
        summary=summarise(case),
        unrecorded=tuple(case.unrecorded),
        place=case.opening.place,
        ask=case.ask,
        exit=case.exit,
        bounces=case.bounces,
        asked=tuple(_asked(case)),
        draft=_on_table(case),
        proposals=tuple(_proposed(case)),
        session=_meeting(case),
        offers=offers(case, actor),
    )


def _asked(case: Case) -> list[RequestView]:
    return [
        RequestView(
            unit=request.unit.code,
            short=request.unit.short,
            role=request.role,
            state=request.state,
            verdict=request.verdict,
            assigned=request.assigned,
            offered_to=request.offered_to.short if request.offered_to else None,
        )
        for request in case.asked()
    ]


def _on_table(case: Case) -> DraftView | None:
    table = case.draft
    if table is None:
        return None
    votes = (
        VoteView(kind=one.kind, unit=one.vote.by.unit, outcome=one.vote.outcome) for one in table.slots if one.vote
    )
    return DraftView(page=table.page, digest=table.digest, drafter=table.drafter.person, votes=tuple(votes))


def _proposed(case: Case) -> list[ProposalView]:
    return [
        ProposalView(
            ref=one.ref,
            kind=one.kind,
            by=one.by.person,
            unit=case.short(one.unit) if one.unit else None,
            level=one.level,
            reason=one.reason,
            text=one.page.text if one.page else None,
        )
        for one in case.proposals
    ]


def _meeting(case: Case) -> SessionView | None:
    latest = case.last_session
    if latest is None:
        return None
    return SessionView(
        number=latest.number,
        reason=latest.reason,
        called=latest.units,
        open=latest.ruled is None,
        items=latest.items,
        positions=latest.positions,
    )
