"""What a call to a case over Temporal comes to when it fails: told apart by type, in one place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from temporalio.client import WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from domain.errors import REFUSALS, Fault, Unavailable
from temporal.proofs import UNKNOWN_KEY

log = structlog.get_logger(__name__)

ENDED_MEANWHILE = "AcceptedUpdateCompletedWorkflow"
"""The type of the SDK's error for an Update whose workflow ended before it had answered."""

UNPROCESSED = "UnprocessedUpdate"
"""The type of the server's error for an Update that a worker's answer passed over: the case has not heard it."""


class NoSuchRun(Exception):
    """Raised when a case is called and no workflow of it runs: it has ended, or has not been started yet."""


@contextmanager
def failures_by_type(case_id: str) -> Iterator[None]:
    """Raise what a failed call to a case means.

    Raises:
        Refused: the case refuses what it was sent.
        Fault: it fails, and would fail again.
        NoSuchRun: no workflow of the case runs.
        Unavailable: Temporal does not answer, or what came of it is not known.

    """
    try:
        yield
    except WorkflowUpdateFailedError as failed:
        raise _refusal(failed) from None
    except WorkflowUpdateRPCTimeoutOrCancelledError as late:
        raise Unavailable("temporal: no answer in time") from late
    except RPCError as problem:
        if problem.status is RPCStatusCode.NOT_FOUND:
            raise NoSuchRun(case_id) from problem
        raise Unavailable(f"temporal: {problem.status.name}") from problem
    except RuntimeError as problem:  # what the SDK raises when a lazy client cannot connect
        raise Unavailable("temporal: no connection") from problem


def _refusal(failed: WorkflowUpdateFailedError) -> Exception:
    """Return the refusal behind an Update's failure, by its type; a fault if it is none: it would fail again."""
    cause = failed.cause
    if isinstance(cause, ApplicationError) and cause.type == ENDED_MEANWHILE:
        return Unavailable("the case ended while it took the decision")
    if isinstance(cause, ApplicationError) and cause.type in (UNKNOWN_KEY, UNPROCESSED):
        return Unavailable("the worker that answered has another key, or passed the decision over")
    if not isinstance(cause, ApplicationError) or cause.type not in REFUSALS:
        log.error("decision.fault", fault=getattr(cause, "type", type(cause).__name__))
        return Fault("fault")
    code, values = cause.details
    return REFUSALS[cause.type](code, **values)
