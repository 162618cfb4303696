"""The sessions of people who have logged in, for the command line of an administrator."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from adapters.register.engine.sqlite import register_url
from adapters.register.store import SqlRegister
from domain.access.sessions import Session
from settings import Settings


async def stored_logins(settings: Settings, person: str | None) -> Sequence[Session]:
    """Return the stored sessions of a person, or of everybody, the newest first; none without a register.

    Raises:
        Unavailable: the register cannot be opened now.

    """
    if not _exists(settings):
        return ()
    register = await SqlRegister.open(settings.register)
    try:
        return await register.sessions(person)
    finally:
        await register.close()


async def end_logins(settings: Settings, person: str) -> int:
    """End all sessions of a person at once; return how many there were.

    Raises:
        Unavailable: the register cannot be opened now.

    """
    if not _exists(settings):
        return 0
    register = await SqlRegister.open(settings.register)
    try:
        return await register.end_sessions(person)
    finally:
        await register.close()


def _exists(settings: Settings) -> bool:
    """Return whether there is a register: to look for logins makes none."""
    return Path(register_url(settings.register).database or "").is_file()
