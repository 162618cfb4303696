"""The failure of an effect that is to be tried again: a sentence the Temporal UI shows to the operator."""

from __future__ import annotations

from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from texts.catalogue import current


def unavailable(who: str, problem: Exception) -> ApplicationError:
    """Return the retryable failure of an effect whose receiver does not answer; `who` is a word of `receiver`.

    Raise it `from None`: with its causes and their traces it would exceed what the server keeps of a pending failure,
    and the operator would read "Failure exceeds size limit." instead of the reason.
    """
    catalogue = current()
    message = catalogue.phrase("effect", "unavailable", who=catalogue.word("receiver", who), reason=str(problem))
    # A dead receiver is expected and retried: no warning with a traceback in the log of every attempt.
    return ApplicationError(message, type="Unavailable", category=ApplicationErrorCategory.BENIGN)
