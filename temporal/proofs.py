"""What a seal looks like on the way: one header, and for each kind of message what its signature binds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadConverter
from temporalio.exceptions import ApplicationError

from domain.errors import Refused
from texts.refusals import refusal_sentence

HEADER = "piyao-proof"

UPDATE, START, CONTINUE, ACTIVITY, RECORD, BRIEF = "update", "start", "continue", "activity", "record", "brief"
ASK, RESULT, STARTED, CONTINUED = "ask", "result", "started", "continued"
"""What a signature is made for."""


UNKNOWN_KEY = "UnknownKey"
"""The type of the failure of an Update that a worker with another key cannot judge."""


def came_with(start: bytes) -> str:
    """Return what the proof of an Update that comes with the start of its run names in place of the run's id.

    It is the SHA-256 of that start: the run has no id yet when both are sealed.
    """
    return f"start:{start.hex()}"


def of_query(number: str) -> str:
    """Return what the answer to a query is bound to: the number only that query has; nothing for one of before."""
    return number and f"query:{number}"


def of_update(update_id: str) -> str:
    """Return what the answer to an Update is bound to."""
    return f"update:{update_id}"


def with_proof(headers: Mapping[str, Payload], **proof: str) -> dict[str, Payload]:
    """Return headers with a proof; one that is there is replaced."""
    return {**headers, HEADER: PayloadConverter.default.to_payload(proof)}


def proof_in(headers: Mapping[str, Payload]) -> dict[str, str]:
    """Return the proof in some headers; empty if there is none, or nothing that looks like one."""
    if (payload := headers.get(HEADER)) is None:
        return {}
    try:
        proof: Any = PayloadConverter.default.from_payload(payload, dict)
    except Exception:  # whoever reaches Temporal can write anything here
        return {}
    if type(proof) is not dict:
        return {}
    return {name: value for name, value in proof.items() if type(value) is str}


def only(args: Sequence[Any]) -> Any:
    """Return the one argument of a message.

    Raises:
        ApplicationError: it has none, or several: no version of ours sends that.

    """
    if len(args) != 1:
        raise unproven()
    return args[0]


class UnknownKey(Exception):
    """Raised when a proof was made with a key this process does not have: it cannot judge, so it must not decide.

    The task fails, and another worker, or this one once its key is right, does it.
    """


def unknown_key() -> ApplicationError:
    """Return the failure of an Update whose proof this process cannot judge; it may be sent again."""
    return ApplicationError("the worker does not have the key of this proof", type=UNKNOWN_KEY)


def unproven() -> ApplicationError:
    """Return the failure of a message without proof; nobody has to repeat it."""
    return ApplicationError("no valid proof of who decided this", type="Unproven", non_retryable=True)


def refused(refusal: Refused) -> ApplicationError:
    """Return a refusal as the error an Update may fail with; the desk restores its type, code and values."""
    message = refusal_sentence(refusal.code, refusal.values)
    return ApplicationError(message, refusal.code, refusal.values, type=type(refusal).__name__)
