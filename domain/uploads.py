"""What a page's form needs to take a file as evidence; without a store, a file given is refused beside its field."""

from __future__ import annotations

from typing import Protocol


class RefusedFile(Exception):
    """Say that a file cannot be taken; `reason` names the sentence under `[page]` in the texts."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Uploads(Protocol):
    """Keep files by their content."""

    async def keep(self, name: str, content: bytes, *, by: str) -> str:
        """Store a file and return its SHA-256 in hex; the same content again has no second effect.

        Raises:
            RefusedFile: its kind or size is not allowed.
            Unavailable: the store does not answer.

        """
