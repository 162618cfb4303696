"""How values become payloads: by pydantic, with what it takes to read a type built once per process."""

from __future__ import annotations

import hashlib
import threading
import weakref
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import PydanticJSONPlainPayloadConverter, PydanticPayloadConverter
from temporalio.converter import DataConverter

from domain.decisions import Decision
from domain.values import Sealed

SEALED = (Decision, Sealed)
"""The types of values that are sent under seal."""

_received: dict[int, tuple[weakref.ref[Any], bytes]] = {}
"""The SHA-256 of what was received for each value under seal, by the object's identity, for as long as it lives."""

_latest = threading.local()
"""The value this thread has signed last, with its payload: it is sent a moment later, and need not be written twice."""


class _Json(PydanticJSONPlainPayloadConverter):
    def to_payload(self, value: Any) -> Payload | None:
        signed, payload = getattr(_latest, "signed", (None, None))
        if signed is None or signed is not value:
            return super().to_payload(value)
        _latest.signed = None, None
        return payload

    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:
        value = super().from_payload(payload, type_hint)
        if isinstance(value, SEALED):
            place = id(value)
            known = hashlib.sha256(payload.data).digest()
            _received[place] = weakref.ref(value, lambda _: _received.pop(place, None)), known
        return value


class SharedPydanticConverter(PydanticPayloadConverter):
    """The SDK's converter for pydantic, all of whose instances read and write by the same parts.

    The SDK makes an instance for every task of a case, and each would build the readers of all types anew.
    """

    _parts = {
        name: _Json() if isinstance(one, PydanticJSONPlainPayloadConverter) else one
        for name, one in PydanticPayloadConverter().converters.items()
    }

    def __init__(self) -> None:
        self.converters = self._parts


data_converter = DataConverter(payload_converter_class=SharedPydanticConverter)
"""The converter of every client, worker and replay."""


def sent_digest(value: Any) -> bytes:
    """Return the SHA-256 of the bytes a value is sent as."""
    payload = data_converter.payload_converter.to_payload(value)
    if isinstance(value, SEALED):
        _latest.signed = value, payload
    return hashlib.sha256(payload.data).digest()


def received_digest(value: Any) -> bytes:
    """Return the SHA-256 of the bytes a value under seal was received as.

    They may hold fields of another version, which the value does not have.
    """
    place = _received.get(id(value))
    if place is None:  # a value of another type: nothing of ours
        return b""
    return place[1]
