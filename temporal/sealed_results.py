"""Results under seal: the worker signs what came of an activity, and a case takes no other result.

Whoever polls the queue of the activities can say that a letter or a page is out. The proof rides in the metadata of the
result's payload; it binds the case, its chain of runs, the activity, the very ask, and the bytes of the result.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from datetime import timedelta
from typing import Any, NamedTuple, Protocol

from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue
from temporalio.exceptions import ActivityError, ApplicationError, CancelledError, FailureError, is_cancelled_exception

from temporal.converter import data_converter
from temporal.proofs import HEADER, RESULT
from temporal.seal_keys import SealKeys

KEY = "piyao-key"
"""The metadata that names the key of the proof."""

SOONEST, LATEST = timedelta(seconds=1), timedelta(minutes=10)
"""How long after a result without proof it is asked for again: twice as long each time, within these bounds."""


class ResultProof(NamedTuple):
    """What proves a result: its MAC, the name of the key, and what it is over."""

    mac: str
    key: str
    encoding: bytes
    data: bytes

    @classmethod
    def of(cls, came: RawValue | FailureError | None) -> ResultProof:
        """Return the proof that came with a result; no failure of ours ends an ask, so none carries one."""
        if not isinstance(came, RawValue):
            return cls("", "", b"", b"")
        told = came.payload.metadata
        mac, key = (told.get(name, b"").decode(errors="replace") for name in (HEADER, KEY))
        return cls(mac, key, told.get("encoding", b""), came.payload.data)


def signed_result(keys: SealKeys, result: Any, *ask: str) -> RawValue:
    """Return a result as it is sent, with a proof bound to `ask`: workflow id, chain, activity, number."""
    payload = Payload()
    payload.CopyFrom(data_converter.payload_converter.to_payload(result))
    mac = keys.mac(RESULT, *ask, payload.metadata["encoding"], payload.data)
    payload.metadata[HEADER], payload.metadata[KEY] = mac.encode(), keys.name.encode()
    return RawValue(payload)


def result_fits(keys: SealKeys, proof: ResultProof, *ask: str) -> bool:
    """Return whether a worker of ours has said this of exactly this ask."""
    return keys.fits(proof.mac, RESULT, *ask, proof.encoding, proof.data)


class Judge(Protocol):
    """What says whether a result is taken."""

    def takes(self, activity: str, number: str, came: RawValue | FailureError | None) -> bool:
        """Return whether the case takes what came of an ask."""
        ...


class ProvenResult:
    """What a case awaits of an activity: a result a worker of ours has signed.

    Anything else counts as an attempt that failed: it is asked again, later each time, and never for good. It is
    awaited in the very task that asks, so that nothing else comes in another order than without it.
    """

    def __init__(
        self,
        ask: Callable[[], tuple[workflow.ActivityHandle[Any], str]],
        judge: Judge,
        activity: str,
        expected: type | None,
        *,
        once: bool = False,
    ) -> None:
        self._ask, self._judge, self._activity, self._expected, self._once = ask, judge, activity, expected, once
        self._asked = ask()

    def __await__(self) -> Generator[Any, None, Any]:
        """Wait for a proven result."""
        return self._proven().__await__()

    async def _proven(self) -> Any:
        pause = SOONEST
        while True:
            handle, number = self._asked
            try:
                came: RawValue | None = await handle
            except FailureError as failure:
                if self._once or is_cancelled_exception(failure) or self._judge.takes(self._activity, number, failure):
                    raise
            else:
                if self._judge.takes(self._activity, number, came):
                    return self._read(came)
            if self._once:
                raise ApplicationError("no valid proof of what came of this", type="Unproven")
            await self._wait(pause)
            self._asked, pause = self._ask(), min(pause * 2, LATEST)

    def _read(self, came: RawValue | None) -> Any:
        if came is None:
            return None
        hints = [self._expected] if self._expected else None
        return data_converter.payload_converter.from_payloads([came.payload], hints)[0]

    async def _wait(self, pause: timedelta) -> None:
        """Wait until it is asked again.

        Raises:
            ActivityError: it was called off, before or meanwhile; as an activity that is cancelled.

        """
        task = asyncio.current_task()
        try:
            if task is not None and task.cancelling():  # while the attempt was under way
                raise asyncio.CancelledError
            await workflow.sleep(pause)
        except asyncio.CancelledError:
            called_off = ActivityError(
                "called off", scheduled_event_id=0, started_event_id=0, identity="",
                activity_type=self._activity, activity_id="", retry_state=None,
            )  # fmt: skip
            raise called_off from CancelledError("called off")
