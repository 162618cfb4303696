"""The channel phone: the program calls nobody; the duty officer reads in `phone_tasks.jsonl` whom to call."""

from __future__ import annotations

from pathlib import Path

from adapters.egress.outbox import Outbox
from domain.ports.delivery import Letter


class PhoneTasks:
    """A messenger that writes calls to be made to disk; how a call ended is logged by the decision `phone_log`."""

    def __init__(self, folder: Path) -> None:
        self._outbox = Outbox(folder / "phone_tasks.jsonl")

    async def send(self, letter: Letter) -> None:
        """Write one task per letter key."""
        await self._outbox.add(letter.key, letter.model_dump(mode="json", exclude={"key"}))
