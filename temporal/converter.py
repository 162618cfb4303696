"""How values become payloads: by pydantic, with what it takes to read a type built once per process."""

from __future__ import annotations

from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import DataConverter


class SharedPydanticConverter(PydanticPayloadConverter):
    """The SDK's converter for pydantic, all of whose instances read and write by the same parts.

    The SDK makes an instance for every task of a case, and each would build the readers of all types anew.
    """

    _parts = PydanticPayloadConverter().converters

    def __init__(self) -> None:
        self.converters = self._parts


data_converter = DataConverter(payload_converter_class=SharedPydanticConverter)
"""The converter of every client, worker and replay."""
