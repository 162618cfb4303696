"""The brief of a case: what its task page shows one officer, and what that officer may say to it now."""

from __future__ import annotations

from domain.case import Case
from domain.decisions import Actor
from domain.offers import Offer, offers
from domain.owed import Page, Summary
from domain.rows import Ballot
from domain.summary import summarise
from domain.terms import Frozen
from domain.words import Exit, RequestState, Role, Verdict


class Asked(Frozen):
    """Be one unit that is asked to verify: how far it is, and to whom it has offered its request."""

    unit: str
    short: str
    role: Role
    state: RequestState
    verdict: Verdict | None = None
    assigned: bool = False
    offered_to: str | None = None


class OnTable(Frozen):
    """Be the text that waits for votes: the whole page, what votes bind to, who wrote it, who has voted."""

    page: Page
    digest: str
    drafter: str
    ballots: tuple[Ballot, ...]


class Brief(Frozen):
    """Be a running case as one officer sees it."""

    summary: Summary
    place: str | None
    ask: str | None
    exit: Exit | None
    bounces: int
    asked: tuple[Asked, ...]
    draft: OnTable | None
    offers: tuple[Offer, ...]


def brief_of(case: Case, actor: Actor) -> Brief:
    """Build the brief of `case` for `actor`."""
    return Brief(
        summary=summarise(case),
        place=case.opening.place,
        ask=case.ask,
        exit=case.exit,
        bounces=case.bounces,
        asked=tuple(_asked(case)),
        draft=_on_table(case),
        offers=offers(case, actor),
    )


def _asked(case: Case) -> list[Asked]:
    return [
        Asked(
            unit=request.unit.code,
            short=request.unit.short,
            role=request.role,
            state=request.state,
            verdict=request.verdict,
            assigned=request.assigned,
            offered_to=request.offered_to.short if request.offered_to else None,
        )
        for request in case.open_requests()
    ]


def _on_table(case: Case) -> OnTable | None:
    table = case.draft
    if table is None:
        return None
    return OnTable(page=table.page, digest=table.digest, drafter=table.drafter, ballots=table.ballots)
