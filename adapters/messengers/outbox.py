"""The messenger for channels without a service: letters as lines of `notices.jsonl`."""

from __future__ import annotations

from pathlib import Path

from adapters.egress.outbox import Outbox
from domain.ports.delivery import Letter


class OutboxMessenger:
    """A messenger that writes letters to disk, for any channel."""

    def __init__(self, folder: Path) -> None:
        self._outbox = Outbox(folder / "notices.jsonl")

    async def send(self, letter: Letter) -> None:
        """Write one line per letter key."""
        await self._outbox.add(letter.key, letter.model_dump(mode="json", exclude={"key"}))
