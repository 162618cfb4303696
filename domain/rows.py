"""What a case holds beside its clocks: the request to each unit, the draft on the table and the votes on it."""

from __future__ import annotations

from pydantic import BaseModel

from domain.decisions import Evidence
from domain.owed import Page
from domain.terms import Frozen, UnitRef
from domain.words import RequestState, Role, Verdict, Vote


class Request(BaseModel):
    """Be what one unit is asked: a row of the case, with an accept and an answer clock of its own."""

    unit: UnitRef
    role: Role
    state: RequestState = RequestState.OFFERED
    verdict: Verdict | None = None
    evidence: tuple[Evidence, ...] = ()
    assigned: bool = False
    round: int = 1
    offered_to: UnitRef | None = None
    """The unit it is to be handed on to, until that unit says yes or no."""


class Ballot(Frozen):
    """Be one reviewer's vote on the current draft."""

    person: str
    unit: str
    outcome: Vote


class Draft(BaseModel):
    """Be the text on the table: its page, the digest votes bind to, who wrote it, who voted."""

    page: Page
    digest: str
    drafter: str
    ballots: tuple[Ballot, ...] = ()
