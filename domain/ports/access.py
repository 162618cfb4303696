"""The part of the register about persons: the codes they sign with, and whose files are whose."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from domain.access.reading import ReadingRight
from domain.access.signing_codes import CapReached, Code, CodeTry


class SigningCodes(Protocol):
    """The store of the codes that signing needs."""

    async def keep_code(self, code: Code) -> Code | CapReached:
        """Store a code and count it, in place of the person's last; return it, or the one that was made a moment ago.

        If a cap is reached, return until when; nothing was changed.
        """

    async def code_sent(self, code: Code) -> None:
        """Record that the channel took a code."""

    async def drop_code(self, code: Code) -> None:
        """Remove a code whose sending failed, and its count."""

    async def spend_code(
        self, case_id: str, person: str, digest: str, now: datetime, update_id: str
    ) -> CodeTry | CapReached:
        """Try a code for a decision: the right one is spent on it, a wrong one uses up one of its tries and is counted.

        If the cap of wrong tries is reached, return until when; the code was not looked at.
        """


class FileReaders(Protocol):
    """The store of who handed a file in and which cases name it."""

    async def handed_in(self, digest: str, unit: str) -> None:
        """Record that a person of a unit handed a file in."""

    async def may_read_file(self, digest: str, right: ReadingRight) -> bool:
        """Return whether a file was handed in by the unit that asks, or is named in a case it may read."""
