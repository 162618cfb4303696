"""How the workflow of a case stands in Temporal, when people are called about it, and why a case was taken up again."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class RunStatus(StrEnum):
    """How the workflow of a case stands in Temporal.

    `MISSING` is one that Temporal does not have any more. `FOREIGN` is one somebody else started under the id of the
    case: it has no effect, and what it says does not count.
    """

    RUNNING = "running"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    TERMINATED = "terminated"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    MISSING = "missing"
    FOREIGN = "foreign"

    @property
    def lost(self) -> bool:
        """Return whether the workflow is gone though its case is not closed."""
        return self not in (RunStatus.RUNNING, RunStatus.COMPLETED)


def begun_with(nonce: str) -> str:
    """Return what names a chain of runs whose first one is not known yet: what the desk chose for its start."""
    return nonce and f"nonce:{nonce}"


class RunAlarm(StrEnum):
    """Why people are to be called: the workflow is lost, it was set back, or somebody asked Temporal to cancel it.

    The last is refused, so it is told to the administrators alone.
    """

    LOST = "lost"
    SET_BACK = "set_back"
    CANCEL_REFUSED = "cancel_refused"


class EpochCause(StrEnum):
    """Why a case goes on in another epoch of its timeline.

    `RESET`: its workflow was set back in Temporal. `RESTORED`: its workflow was lost, and started again from the state
    in the register. `HEARD_AFTER_CLOSING`: it was closed, and a unit's finding came.
    """

    RESET = "reset"
    RESTORED = "restored"
    HEARD_AFTER_CLOSING = "heard_after_closing"


def parting(epoch: int, seq: int, last: int, begins: Mapping[int, int]) -> tuple[int, int]:
    """Return where a case that goes on from an entry parts from its timeline: after which number, and what it leaves.

    `epoch` and `seq` are those of the entry, `last` is the number of the timeline's last entry. `begins` says behind
    which number each epoch begins: what the timeline has of later epochs than the entry's holds no more, from there on.
    What is left are the entries of the newest epoch.
    """
    after = min(seq, last, *(begin for later, begin in begins.items() if later > epoch))
    return after, last - after
