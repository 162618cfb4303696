"""What became of single letters so far, beyond their receipts: kept for those a receiver does not take at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from pydantic import Field

from domain.values import Frozen, is_empty


class LetterProgress(Frozen):
    """How far a letter is with its receiver.

    `taken` is whether the receiver has it. `refused` is why it is refused for good, empty if it is not. `unanswered` is
    how often it was handed over whole and no answer came. `not_before` (aware UTC) is when it may be tried again, None
    at any time. `elsewhere` is whether another process has it under way just now, `known` whether anything was said of
    it before; they are not stored.
    """

    taken: bool = Field(default=False, exclude_if=is_empty)
    refused: str = Field(default="", exclude_if=is_empty)
    unanswered: int = Field(default=0, exclude_if=is_empty)
    not_before: datetime | None = Field(default=None, exclude_if=is_empty)
    elsewhere: bool = Field(default=False, exclude=True)
    known: bool = Field(default=False, exclude=True)


class LettersUnderWay(Protocol):
    """The store of how far letters are, shared by all processes that send some."""

    async def handover(self, key: str, holder: str, now: datetime) -> LetterProgress:
        """Return how far a letter is; `holder` is the process that asks."""

    async def letters_with(self, rows: Sequence[str], but: str, holder: str, now: datetime) -> list[LetterProgress]:
        """Return how far other letters are (all `but` one key) that hold all of some rows, named by their receipts."""

    async def delivered(self, keys: Sequence[str]) -> set[str]:
        """Return which of some keys have a receipt."""

    async def hold(self, key: str, holder: str, now: datetime, span: timedelta, rows: Sequence[str] = ()) -> bool:
        """Return whether `holder` alone may send a letter until `now` and `span`; it is renewed by asking again.

        `rows` are the keys of the receipts it will have.
        """

    async def let_go(self, key: str, holder: str) -> None:
        """Record that `holder` has a letter under way no more; what another process says of it stays."""

    async def hand_over(self, key: str, far: LetterProgress, now: datetime, rows: Sequence[str] = ()) -> None:
        """Store how far a letter is; nobody has it under way any more. One that was taken stays so."""

    async def forget_letters(self, before: datetime) -> None:
        """Remove how far letters are of which nothing was said since an instant, and list letters sent before it."""
