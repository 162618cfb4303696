"""The time of one case, moved on the real server without touching any other case and without shortening a policy."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from temporalio.client import Client
from temporalio.testing import TimeSkipper

from cli.demo.officers import Officers
from cli.messages import message
from workflows import names

BEYOND = timedelta(seconds=1)
"""How far past a rung the time is moved, so that the rung has rung."""


class TimeTravel:
    """The means to move the clocks of one case; the server must allow it (`temporal_server.TIME_MOVES`)."""

    def __init__(self, client: Client, officers: Officers) -> None:
        self._client, self._skipper, self._officers = client, TimeSkipper(client), officers

    async def ring_up_to(self, case: str, clock: str, unit: str, level: int) -> None:
        """Move the time of a case, rung by rung, until `level` rungs of a unit's clock have rung."""
        while True:
            debt = self._debt(await self._officers.view(case), clock, unit)
            if debt["level"] >= level:
                return
            await self._to(case, datetime.fromisoformat(debt["next_at"]))
            rung = partial(self._has_rung, clock=clock, unit=unit, above=debt["level"])
            await self._officers.wait_until(case, rung, message("waits_for_rung"))

    async def _to(self, case: str, instant: datetime) -> None:
        handle = self._client.get_workflow_handle(names.workflow_id(case))
        span = instant - await self._skipper.get_current_time(handle) + BEYOND
        await self._skipper.fast_forward(handle, max(span, BEYOND))

    def _debt(self, view: dict[str, Any], clock: str, unit: str) -> dict[str, Any]:
        debts = view["summary"]["debts"]
        found: dict[str, Any] = next(one for one in debts if (one["clock"], one["unit"]) == (clock, unit))
        return found

    def _has_rung(self, summary: dict[str, Any], *, clock: str, unit: str, above: int) -> bool:
        return any(d["level"] > above for d in summary["debts"] if (d["clock"], d["unit"]) == (clock, unit))
