"""The roster: who holds which seat at an instant."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from domain.office.office import Reached
from domain.terms import Addressee


class Roster(Protocol):
    """The roster of the office: who holds which seat on a day."""

    def reach(self, wanted: Addressee, at: datetime) -> Reached:
        """Return who is reached for a seat at an instant, by the fixed fallback (docs/design.md, rule 4)."""
