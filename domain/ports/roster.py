"""The roster: who holds which seat at an instant."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from domain.office.office import Reached
from domain.terms import Addressee


class Roster(Protocol):
    """The roster of the office: who holds which seat on a day."""

    def reach(self, wanted: Addressee, at: datetime, but: Collection[str] = ()) -> Reached:
        """Return who is reached for a seat at an instant, by the fixed fallback (docs/design.md, rule 4).

        The persons `but` cannot be reached: the seats they hold count as empty.
        """

    def addresses(self, person: str) -> Mapping[str, str]:
        """Return where a person can be reached, by channel; empty if there is no such person any more."""
