"""The latest entries of a timeline, as many as the case itself keeps."""

from __future__ import annotations

from domain.events import Entry

SHOWN = 15
"""How many of the latest entries the case itself keeps for the operator's page; all of them are in the register."""


SHOWN_BYTES = 64 * 1024
"""How large these entries are together at most, except that the latest one is always kept."""


def latest(entries: list[Entry]) -> list[Entry]:
    """Return the latest of some entries, as many as are not too large together."""
    size = 0
    for place in range(len(entries) - 1, -1, -1):
        size += len(entries[place].stored)
        if size > SHOWN_BYTES:
            return entries[min(place + 1, len(entries) - 1) :]
    return entries
