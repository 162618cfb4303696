"""What a demo or a drill does with letters for a receiver outside: they stay on disk."""

from __future__ import annotations

from domain.ports.delivery import Letter, Messenger
from domain.vocabulary import Mode


class LiveOnlyMessenger:
    """Let only live letters out; a case keeps the mode it was opened with, whatever the office says now."""

    def __init__(self, outside: Messenger, otherwise: Messenger) -> None:
        self._outside, self._otherwise = outside, otherwise

    async def send(self, letter: Letter) -> None:
        """Send a live letter outside, any other to the one that stands in."""
        await (self._outside if letter.mode is Mode.LIVE else self._otherwise).send(letter)
