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
    """Be what a decision returns: how the case stands now, and what this decision made happen.

    `seq` is the sequence number the decision got; a repeated decision gets the same one and no entries. `untold` are
    entries of before that the register may not have and nothing owed now is sure to tell it.
    """

    case_id: str
    seq: int
    summary: Summary
    entries: tuple[Entry, ...] = ()
    untold: tuple[Entry, ...] = Field(default=(), exclude_if=is_empty)
    owed: tuple[str, ...] = ()


class Outcome(Frozen):
    """Be the result of a finished case."""

    stage: Stage
    verdict: Verdict | None = None
    publication: PublicationState
    entries: int
