"""The channel phone: nobody is woken by a program; the duty person finds whom to call in `phone_tasks.jsonl`."""

from __future__ import annotations

from pathlib import Path

from adapters.egress.outbox import Outbox
from domain.ports.delivery import Letter


class PhoneTasks:
    """Keep calls to be made as lines on disk; how a call ended is logged by the decision `phone_log`."""

    def __init__(self, folder: Path) -> None:
        self._outbox = Outbox(folder / "phone_tasks.jsonl")

    async def send(self, letter: Letter) -> None:
        """Add one task per letter key."""
        await self._outbox.add(letter.key, letter.model_dump(mode="json", exclude={"key"}))
