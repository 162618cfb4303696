"""The failure of an effect that is to be tried again: a sentence the Temporal UI shows to the operator."""

from __future__ import annotations

from datetime import timedelta

from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from domain.errors import NotYet, Unanswered
from texts.catalogue import current

SOON, LATEST = timedelta(seconds=1), timedelta(minutes=10)
"""The bounds within which a receiver says when to try again."""

OPEN = timedelta(minutes=5)
"""How long to wait before something is sent once more that its receiver may have."""


def unavailable(who: str, problem: Exception) -> ApplicationError:
    """Return the retryable failure of an effect whose receiver does not answer; `who` is a word of `receiver`.

    Raise it `from None`: with its causes and their traces it would exceed what the server keeps of a pending failure,
    and the operator would read "Failure exceeds size limit." instead of the reason.
    """
    catalogue = current()
    message = catalogue.phrase("effect", "unavailable", who=catalogue.word("receiver", who), reason=str(problem))
    # A dead receiver is expected and retried: no warning with a traceback in the log of every attempt.
    return ApplicationError(
        message, type="Unavailable", category=ApplicationErrorCategory.BENIGN, next_retry_delay=delay_after(problem)
    )


def delay_after(problem: Exception) -> timedelta | None:
    """Return when to try again after a failure, None if its receiver says nothing of it."""
    match problem:
        case NotYet(seconds=seconds):
            return within(seconds)
        case Unanswered():
            return OPEN
        case _:
            return None


def within(seconds: float) -> timedelta:
    """Return a wait of some seconds, within the bounds of a retry."""
    return min(max(SOON, timedelta(seconds=seconds)), LATEST)
