"""The part of the register about persons: the codes they sign with, their sessions, and whose files are whose."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from domain.access.reading import ReadingRight
from domain.access.sessions import Session
from domain.access.signing_codes import CapReached, Code, CodeTry


class SigningCodes(Protocol):
    """The store of the codes that signing needs."""

    async def keep_code(self, code: Code) -> Code | CapReached:
        """Store a code and count it, in place of the person's last; return it, or the one that was made a moment ago.

        If a cap is reached, return until when; nothing was changed.
        """

    async def code_sent(self, code: Code) -> None:
        """Record that the channel took a code, and until when it is valid since."""

    async def drop_code(self, code: Code) -> None:
        """Remove a code whose sending failed, and its count."""

    async def spend_code(
        self, case_id: str, person: str, digest: str, now: datetime, update_id: str
    ) -> CodeTry | CapReached:
        """Try a code for a decision: the right one is spent on it, a wrong one uses up one of its tries and is counted.

        If the cap of wrong tries is reached, return until when; the code was not looked at.
        """


class Sessions(Protocol):
    """The store of the sessions of people who have logged in."""

    async def begin_session(self, session: Session) -> None:
        """Store a session, and remove those whose time has run out."""

    async def session(self, token_digest: str) -> Session | None:
        """Return the session of a cookie, by the digest of its value; None if there is none."""

    async def session_seen(self, token_digest: str, now: datetime) -> None:
        """Record that a session was used."""

    async def sessions(self, person: str | None = None) -> list[Session]:
        """Return the sessions of a person, or of everybody, the newest first."""

    async def end_sessions(self, person: str, session_id: str | None = None) -> int:
        """Remove one session of a person, or all of them; return how many there were."""


class FileReaders(Protocol):
    """The store of who handed a file in and which cases name it."""

    async def handed_in(self, digest: str, unit: str) -> None:
        """Record that a person of a unit handed a file in."""

    async def may_read_file(self, digest: str, right: ReadingRight) -> bool:
        """Return whether a file was handed in by the unit that asks, or is named in a case it may read."""
