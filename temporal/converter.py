"""How values become payloads: by pydantic, with what it takes to read a type built once per process."""

from __future__ import annotations

import weakref
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import PydanticJSONPlainPayloadConverter, PydanticPayloadConverter
from temporalio.converter import DataConverter

from domain.decisions import Decision

_received: dict[int, tuple[weakref.ref[Decision], bytes]] = {}
"""The bytes of each decision that was read from a payload, by the object's identity, for as long as it lives."""


class _Json(PydanticJSONPlainPayloadConverter):
    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:
        value = super().from_payload(payload, type_hint)
        if isinstance(value, Decision):
            place = id(value)
            _received[place] = weakref.ref(value, lambda _: _received.pop(place, None)), payload.data
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


def sent_bytes(decision: Decision) -> bytes:
    """Return the bytes a decision is sent as."""
    return data_converter.payload_converter.to_payload(decision).data


def received_bytes(decision: Decision) -> bytes:
    """Return the bytes a decision was received as: they may hold fields of another version, which it does not have."""
    return _received[id(decision)][1]
