"""Letters of a demo or a drill to outside receivers stay on disk; live ones never count as delivered there."""

from __future__ import annotations

from domain.errors import RefusedForGood
from domain.ports.delivery import Letter, Messenger
from domain.vocabulary import Mode
from texts.catalogue import current


class LiveOnlyMessenger:
    """A messenger that lets only live letters out.

    A case keeps the mode it was opened with, whatever the office's mode is now.
    """

    def __init__(self, outside: Messenger, otherwise: Messenger) -> None:
        self.outside, self._otherwise = outside, otherwise

    async def send(self, letter: Letter) -> None:
        """Send a live letter outside, and any other by the messenger that stands in."""
        await (self.outside if letter.mode is Mode.LIVE else self._otherwise).send(letter)


class StandInMessenger:
    """A messenger in place of a service nobody has set: it takes letters of a demo or a drill, and no live one."""

    def __init__(self, inside: Messenger) -> None:
        self._inside = inside

    async def send(self, letter: Letter) -> None:
        """Write a letter that reaches nobody by intent.

        Raises:
            RefusedForGood: it is a live one, and nobody would read it here.

        """
        if letter.mode is Mode.LIVE:
            raise RefusedForGood(current().phrase("effect", "no_messenger"))
        await self._inside.send(letter)
