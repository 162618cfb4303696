"""Letters of a demo or a drill to outside receivers: they stay on disk."""

from __future__ import annotations

from domain.ports.delivery import Letter, Messenger
from domain.vocabulary import Mode


class LiveOnlyMessenger:
    """A messenger that lets only live letters out.

    A case keeps the mode it was opened with, whatever the office's mode is now.
    """

    def __init__(self, outside: Messenger, otherwise: Messenger) -> None:
        self._outside, self._otherwise = outside, otherwise

    async def send(self, letter: Letter) -> None:
        """Send a live letter outside, and any other by the messenger that stands in."""
        await (self._outside if letter.mode is Mode.LIVE else self._otherwise).send(letter)
