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
    """What a decision returns: how the case stands now, and the entries the decision made.

    `seq` is the number of the latest entry once the decision was applied; a repeated decision gets the same one and no
    `entries`. `unrecorded_before` are earlier entries the register may lack, if no pending effect is sure to carry
    them. `pending_effects` are the keys of what the case has still to send.
    """

    case_id: str
    seq: int
    summary: Summary
    entries: tuple[Entry, ...] = ()
    unrecorded_before: tuple[Entry, ...] = Field(default=(), exclude_if=is_empty)
    pending_effects: tuple[str, ...] = ()


class Outcome(Frozen):
    """The result of a finished case; `verdict` is None if it was let out, `entries` counts the timeline."""

    stage: Stage
    verdict: Verdict | None = None
    publication: PublicationState
    entries: int
