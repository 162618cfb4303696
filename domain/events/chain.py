"""The chain of a timeline: each entry carries the hash of the one before, from the first to the last.

The hash is SHA-256 over the canonical JSON (RFC 8785) of the entry as it is stored. It is made where the entry is made,
in the case, so the history, the answer to a decision, the register and an export hold the same chain. A field that a
later version adds to something stored has to be left out while it is empty (`exclude_if`): old entries keep their hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from domain.events.canonical_json import canonical_json


def first_hash(case_id: str) -> str:
    """Return the hash the first entry of a case carries; it binds the chain to the case."""
    return hash_of(canonical_json({"case_id": case_id}))


def hash_of(stored: bytes) -> str:
    """Return the hash (SHA-256, 64 hex digits) of an entry as it is stored."""
    return hashlib.sha256(stored).hexdigest()


def first_break(before: str, entries: Iterable[dict[str, Any]]) -> int | None:
    """Return the number of the first entry that does not follow the one before; None if all do.

    `entries` are in their order, each as its JSON stands. `before` is the hash the first of them has to carry.
    """
    number = 0
    for stored in entries:
        seq, previous = stored.get("seq"), stored.get("previous")
        if previous != before or not isinstance(seq, int) or (number and seq != number + 1):
            return seq if isinstance(seq, int) else number + 1
        number, before = seq, hash_of(canonical_json(stored))
    return None
