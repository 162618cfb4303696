"""What the SDK does with payloads for codecs and for storage elsewhere, left out: the product has neither.

For each task of a workflow the SDK walks six times over all payloads, whether there is anything to do or not. That
costs about a tenth of the worker's processor time.
"""

from __future__ import annotations

from typing import Any

import temporalio.bridge.worker as sdk
from temporalio.converter import DataConverter
from temporalio.converter._extstore import StorageOperationMetrics

_decode, _encode = sdk.decode_activation, sdk.encode_completion


def leave_out_codecs() -> None:
    """Spare this process the walks over the payloads of converters that have nothing to do there."""
    vars(sdk).update(decode_activation=_decode_activation, encode_completion=_encode_completion)


def is_plain(converter: DataConverter) -> bool:
    """Return whether payloads stay as the converter made them: no codec, no storage outside the history."""
    return converter.payload_codec is None and converter.external_storage is None


async def _decode_activation(activation: Any, converter: DataConverter, **options: Any) -> StorageOperationMetrics:
    if is_plain(converter):
        return StorageOperationMetrics()
    return await _decode(activation, converter, **options)


async def _encode_completion(completion: Any, converter: DataConverter, **options: Any) -> StorageOperationMetrics:
    if is_plain(converter):
        return StorageOperationMetrics()
    return await _encode(completion, converter, **options)
