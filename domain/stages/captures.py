"""Captures 取证: what was captured cannot have been captured later than now, through whatever door it comes."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.bounds import instants
from domain.decisions import Decision
from domain.errors import Unfit

AHEAD = timedelta(minutes=5)
"""How far the clock of whoever captured may be ahead of the server's."""


def refuse_future(decision: Decision, now: datetime) -> None:
    """Refuse evidence, or a publication, that says it was captured in the future.

    Raises:
        Unfit: it names the row, from 1, and the instant.

    """
    for path, instant in instants(decision):
        if path[-1] == "captured_at" and instant > now + AHEAD:
            row = next((step + 1 for step in path if isinstance(step, int)), 1)
            raise Unfit("captured_in_future", row=row, value=instant.isoformat())
