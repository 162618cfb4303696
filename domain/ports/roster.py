"""Who sits where, at an instant."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from domain.office.office import Reached
from domain.terms import Addressee


class Roster(Protocol):
    """Know who sits where."""

    def reach(self, wanted: Addressee, at: datetime) -> Reached:
        """Find who is reached for a seat at an instant, by the fixed fallback."""
