"""What a case returns: to a decision, and at its end."""

from __future__ import annotations

import base64
import zlib

from pydantic import Field

from domain.case.summary import Record, Summary
from domain.events import Entry
from domain.values import Frozen, is_empty
from domain.vocabulary import (
    PublicationState,
    Stage,
    Verdict,
)

LARGEST = 8 * 1024 * 1024
"""How many bytes a state may unpack to; a case is far smaller, and a result may have been written by anybody."""


class Answer(Frozen):
    """What a decision returns: the number of the latest entry once it was applied, and how the case stands now.

    A repeated decision gets the same `seq`. The entries in `record` are those the sender's register did not have;
    those after `since` are the decision's own.
    """

    case_id: str
    seq: int
    since: int
    record: Record

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Return the entries the decision made; none if it was repeated."""
        return tuple(entry for entry in self.record.entries if entry.seq > self.since)

    @property
    def pending_effects(self) -> tuple[str, ...]:
        """Return the keys of what the case has still to send."""
        return self.record.pending_effects

    @property
    def summary(self) -> Summary:
        """Return how the case stands."""
        return self.record.summary


class Outcome(Frozen):
    """The result of a finished case; `verdict` is None if it was let out, `entries` counts the timeline.

    `record` is the last one, with the entries the register may not have yet, and `state` the packed state: with them
    the register is complete without a worker that replays the case. Both are None in results of an earlier version.
    """

    stage: Stage
    verdict: Verdict | None = None
    publication: PublicationState
    entries: int
    record: Record | None = Field(default=None, exclude_if=is_empty)
    state: str | None = Field(default=None, exclude_if=is_empty)

    def last_record(self) -> Record | None:
        """Return the last record with the packed state, as it was signed; None in results of an earlier version."""
        return self.record and self.record.model_copy(update={"state": self.state})

    def whole_record(self) -> Record | None:
        """Return the last record together with the state.

        Raises:
            ValueError: the state cannot be read.

        """
        if self.record is None or self.state is None:
            return None
        return self.record.model_copy(update={"state": unpack(self.state)})


def pack(state: str) -> str:
    """Return a state, compressed, as base64."""
    return base64.b64encode(zlib.compress(state.encode())).decode()


def unpack(packed: str) -> str:
    """Return the state in a packed one.

    Raises:
        ValueError: it is none, or larger than `LARGEST`.

    """
    opened = zlib.decompressobj()
    try:
        state = opened.decompress(base64.b64decode(packed, validate=True), LARGEST)
    except zlib.error as fault:
        raise ValueError("no packed state") from fault
    if not opened.eof:
        raise ValueError(f"cut off, or larger than {LARGEST} bytes")
    return state.decode()
