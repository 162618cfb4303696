"""What no person sends: the system does, under the seal like any decision."""

from __future__ import annotations

from typing import Literal

from domain.decisions.base import Actor, Decision
from domain.runs import EpochCause
from domain.worktime.working_time import WorkingTime


class Recount(Decision):
    """A decision to count by a newer working calendar, when the office's has changed (docs/design.md, rule 13)."""

    kind: Literal["recount"] = "recount"
    time: WorkingTime


class Reseal(Decision):
    """A decision to ask anew, under seal, for all effects under way: they were asked for before effects were sealed."""

    kind: Literal["reseal"] = "reseal"


class OpenEpoch(Decision):
    """A decision to go on in another epoch of the timeline: the register holds entries this case has not made.

    `epoch` is the new one. `after` is the number of the last entry both have, `unheard` how many later ones the
    register has.
    """

    kind: Literal["open_epoch"] = "open_epoch"
    epoch: int
    after: int
    unheard: int
    cause: EpochCause = EpochCause.RESET
    by: Actor | None = None
    """Who restored the case; None if nobody did."""
