"""How the workflow of a case stands in Temporal, when people are called about it, and why a case was taken up again."""

from __future__ import annotations

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


class RunAlarm(StrEnum):
    """Why the duty seat and the administrators are to be called: the workflow is lost, or it was set back."""

    LOST = "lost"
    SET_BACK = "set_back"


class EpochCause(StrEnum):
    """Why a case goes on in another epoch of its timeline.

    `RESET`: its workflow was set back in Temporal. `RESTORED`: its workflow was lost, and started again from the state
    in the register.
    """

    RESET = "reset"
    RESTORED = "restored"
