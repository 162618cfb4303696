"""What a case returns: to a decision, and at its end."""

from __future__ import annotations

from pydantic import Field

from domain.case.summary import Summary
from domain.events import Entry
from domain.values import Frozen, is_empty
from domain.vocabulary import (
    PublicationState,
    Stage,
    Verdict,
)


class Answer(Frozen):
    """What a decision returns: how the case stands now, and what this decision made happen.

    `seq` is the sequence number the decision got; a repeated decision gets the same one and no `entries`.
    `unrecorded_before` are earlier entries the register may lack and no pending effect is sure to bring it.
    `pending_effects` are the keys of what the case has still to send.
    """

    case_id: str
    seq: int
    summary: Summary
    entries: tuple[Entry, ...] = ()
    unrecorded_before: tuple[Entry, ...] = Field(default=(), exclude_if=is_empty)
    pending_effects: tuple[str, ...] = ()


class Outcome(Frozen):
    """Be the result of a finished case."""

    stage: Stage
    verdict: Verdict | None = None
    publication: PublicationState
    entries: int
