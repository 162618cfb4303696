"""The whole state of a case as the result of its workflow has it: compressed, since a history is kept for long."""

from __future__ import annotations

import base64
import zlib

LARGEST = 8 * 1024 * 1024
"""How many bytes a state may unpack to; a case is far smaller, and a result may have been written by anybody."""


def pack(state: str) -> str:
    """Return a state, compressed, as base64."""
    return base64.b64encode(zlib.compress(state.encode())).decode()


def unpack(packed: str) -> str:
    """Return the state in a packed one.

    Raises:
        ValueError: it is none, or larger than `LARGEST`.

    """
    opened = zlib.decompressobj()
    try:
        state = opened.decompress(base64.b64decode(packed, validate=True), LARGEST)
    except zlib.error as fault:
        raise ValueError("no packed state") from fault
    if not opened.eof:
        raise ValueError(f"cut off, or larger than {LARGEST} bytes")
    return state.decode()
