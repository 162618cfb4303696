"""The brief of a case: what its task page shows one officer, and the decisions that officer may take now."""

from __future__ import annotations

import hashlib
from datetime import datetime

from pydantic import Field

from domain.case.case import Case
from domain.case.obligations import Page
from domain.case.parts import ActionItem, Position
from domain.case.summarise import summarise
from domain.case.summary import Record, Summary
from domain.decisions import Actor, Pause
from domain.events.canonical_json import canonical_json
from domain.risk.assessment import RiskAssessment
from domain.risk.proposal import RiskProposal, propose
from domain.risk.questions import Spread
from domain.stages.clocks import extension
from domain.stages.verification import minutes
from domain.tasks.action import AvailableAction
from domain.tasks.available_actions import offers
from domain.values import Frozen, is_empty
from domain.vocabulary import (
    ClockName,
    Exit,
    Level,
    ProposalKind,
    RequestState,
    Role,
    SessionReason,
    SlotKind,
    Verdict,
    Vote,
)
from domain.worktime.working_time import Span


class RequestView(Frozen):
    """One unit that is asked to verify: how far it is, and the short name of the unit it has offered its request to.

    `verdict` is None before its finding, and after its return; `disputed` is what it had found then.
    """

    unit: str
    short: str
    role: Role
    state: RequestState
    verdict: Verdict | None = None
    assigned: bool = False
    offered_to: str | None = None
    disputed: Verdict | None = Field(default=None, exclude_if=is_empty)


class VoteView(Frozen):
    """One vote on a text: approved, returned or rejected, by which unit."""

    kind: SlotKind
    unit: str
    outcome: Vote


class DraftView(Frozen):
    """The text on the table: the whole page, the digest votes bind to, the id of its drafter, the votes so far."""

    page: Page
    digest: str
    drafter: str
    votes: tuple[VoteView, ...]


class ProposalView(Frozen):
    """A proposal that waits for a second person: what was asked for, by whom, why, and its text if it has one.

    `ref` is its number, `by` the id of the person, `unit` the short name of the unit it is about. For an extension:
    the clock, how much longer, and what that does (`new_due`, and `response`: when the first public word is due then).
    `refusal` is what that unit said against the text, None if it said nothing.
    """

    ref: int
    kind: ProposalKind
    by: str
    unit: str | None = None
    level: Level | None = None
    reason: str | None = None
    text: str | None = None
    refusal: str | None = None
    clock: ClockName | None = None
    longer: Span | None = None
    effects: dict[str, datetime] = {}
    exit: Exit | None = Field(default=None, exclude_if=is_empty)
    pause: Pause | None = None
    original: str | None = Field(default=None, exclude_if=is_empty)
    """The number of the case a duplicate is to be merged into."""
    page: Page | None = Field(default=None, exclude_if=is_empty)
    """The text as it would go out."""
    digest: str | None = Field(default=None, exclude_if=is_empty)
    """The file in which is captured what a unit has published itself, None without one."""
    pass_to: str | None = Field(default=None, exclude_if=is_empty)
    """The short name of the unit a report that is let out is passed to."""


class SessionView(Frozen):
    """A joint session as a page shows it; `called` are the codes of its units."""

    number: int
    reason: SessionReason
    called: tuple[str, ...]
    open: bool
    items: tuple[ActionItem, ...]
    positions: tuple[Position, ...]
    ready: bool = Field(default=False, exclude_if=is_empty)
    """Whether it only lacks its minutes."""


class HandoverView(Frozen):
    """What is handed over to a unit that has not received it: why, to whom, until when, and whom to call at once.

    `emergency` is empty for that unit itself: nobody tells the police to call the police.
    """

    exit: Exit
    short: str
    due: datetime | None
    emergency: tuple[str, ...]


class RiskView(Frozen):
    """What is proposed to whoever triages: the questions with what answers them, and the level they give as of now."""

    assessment: RiskAssessment
    proposal: RiskProposal
    spread: Spread


class Brief(Frozen):
    """A running case as one officer sees it.

    `record` holds the entries the register may lack, so that the reader needs no second query. `place` is where the
    first report says the claim goes around, `ask` what triage asks the units. `bounces` counts declined and expired
    requests to the lead. `session` is the open joint session, else the latest. `proof` is the seal of the worker over
    all of it, empty before.
    """

    record: Record
    place: str | None
    ask: str | None
    exit: Exit | None
    bounces: int
    asked: tuple[RequestView, ...]
    draft: DraftView | None
    proposals: tuple[ProposalView, ...] = ()
    session: SessionView | None = None
    offers: tuple[AvailableAction, ...]
    handover: HandoverView | None = Field(default=None, exclude_if=is_empty)
    risk: RiskView | None = Field(default=None, exclude_if=is_empty)
    """Until triage has judged it, for an officer who may; None in a case of before."""
    proof: str = Field(default="", exclude_if=is_empty)

    def claims(self) -> bytes:
        """Return what a proof of the brief binds: all of it."""
        return hashlib.sha256(canonical_json(self.model_dump(mode="json", exclude={"proof"}))).digest()

    @property
    def summary(self) -> Summary:
        """Return how the case stands."""
        return self.record.summary


def brief_of(case: Case, actor: Actor, now: datetime | None = None) -> Brief:
    """Return the brief of `case` for `actor`; `now` is that of the latest entry if it is None."""
    offered = offers(case, actor, now)
    return Brief(
        record=case.record(summarise(case)),
        place=case.opening.place,
        ask=case.ask,
        exit=case.exit,
        bounces=case.bounces,
        asked=tuple(_asked(case)),
        draft=_on_table(case),
        proposals=tuple(_proposed(case)),
        session=_meeting(case),
        offers=offered,
        handover=_handed_over(case, actor),
        risk=_at_risk(case) if any(offer.kind == "triage" for offer in offered) else None,
    )


def _at_risk(case: Case) -> RiskView | None:
    assessment = case.opening.assessment
    if assessment is None or case.topic is not None:
        return None
    return RiskView(assessment=assessment, proposal=propose(assessment, case.spread), spread=case.spread)


def _handed_over(case: Case, actor: Actor) -> HandoverView | None:
    waiting = case.handover
    if waiting is None or waiting.received:
        return None
    clock, terms = case.clock(ClockName.HANDOVER, waiting.unit.code), case.terms.exits.get(waiting.exit)
    return HandoverView(
        exit=waiting.exit,
        short=waiting.unit.short,
        due=clock.due if clock else None,
        emergency=terms.emergency if terms and actor.unit != waiting.unit.code else (),
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
            disputed=case.disputed.get(request.unit.code),
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
            refusal=one.refusal,
            clock=one.clock,
            longer=one.span,
            effects=extension.effects(case, one),
            exit=one.exit,
            pause=one.pause,
            original=one.original.number if one.original else None,
            page=one.page,
            digest=one.record.digest if one.record else None,
            pass_to=one.pass_to.short if one.pass_to else None,
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
        ready=latest is case.session and minutes.ready(case),
    )
