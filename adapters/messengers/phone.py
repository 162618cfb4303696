"""The channel phone: the program calls nobody; whoever the policy names finds the call in the inbox, and makes it."""

from __future__ import annotations

from pathlib import Path

from adapters.egress.outbox import Outbox
from domain.ports.delivery import Letter


class PhoneTasks:
    """A messenger whose letters are calls somebody has been asked to make; `phone_log` says how one ended.

    The caller has a letter, and the case holds the call until it is logged. On the disk is only a list of them, without
    the number, which nobody but the caller is shown.
    """

    def __init__(self, folder: Path) -> None:
        self._outbox = Outbox(folder / "phone_tasks.jsonl")

    async def send(self, letter: Letter) -> None:
        """List one call per letter key."""
        await self._outbox.add(letter.key, letter.model_dump(mode="json", exclude={"key", "address"}))
