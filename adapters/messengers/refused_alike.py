"""What a service refuses to everybody by the same codes: then it refuses the office, whatever the codes mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.ports.delivery import Letter
from domain.ports.letters_under_way import LetterProgress

MOMENT = timedelta(hours=1)
"""How long after the latest such refusal another one still belongs to it."""


@dataclass
class _Alike:
    at: datetime
    addresses: set[str] = field(default_factory=set)
    letters: dict[str, LetterProgress] = field(default_factory=dict)


class RefusedAlike:
    """The refusals of one service whose codes leave open whom they are about, since it last took a letter."""

    def __init__(self) -> None:
        self._said: dict[str, _Alike] = {}

    def refused(self, letter: Letter, codes: str, far: LetterProgress, now: datetime) -> dict[str, LetterProgress]:
        """Return the letters, by key with how far they were before, if several addresses got the same answer.

        They are to be tried again. None of them if this is the first address, or the codes are clear (empty).
        """
        self._said = {known: one for known, one in self._said.items() if now - one.at < MOMENT}
        if not codes:
            return {}
        alike = self._said.setdefault(codes, _Alike(now))
        alike.at = now
        alike.addresses.add(letter.address)
        alike.letters[letter.key] = far
        if len(alike.addresses) == 1:
            return {}
        found, alike.letters = alike.letters, {}
        return found

    def taken(self) -> None:
        """Forget all: the service takes letters of the office."""
        self._said.clear()
