"""The played officers: each uses the API with the personal key of the person in the seat."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from cli.api_client import ApiClient
from cli.messages import message
from domain.office.office import Office, Person
from domain.terms import Addressee
from domain.vocabulary import Level, Seat, SlotKind

MOST = 500
"""How many cases the API lists at once."""

LOOK = 0.4
"""Seconds between two readings of a case that an officer waits for."""

PATIENCE = 90.0
"""Seconds a case has to get where an officer waits for it."""


class Stuck(Exception):
    """Raised when a case did not get where it was expected in time."""


class Officers:
    """All officers of the sample office. `today` decides who holds which seat, `pause` is the seconds each thinks."""

    def __init__(self, api: ApiClient, office: Office, keys: Path, today: datetime, pause: float = 0.0) -> None:
        self.api, self.office, self._today, self._pause = api, office, today, pause
        self._keys = {file.stem: file.read_text(encoding="utf-8").strip() for file in sorted(keys.iterdir())}
        self._decisions: dict[str, int] = {}
        self._outbox = keys.parent.parent / "outbox" / "notices.jsonl"
        self.home = office.terms.office.code

    def holder(self, unit: str, seat: Seat) -> Person:
        """Return the person who is reached for a seat today."""
        return self.office.reach(Addressee(unit=unit, seat=seat), self._today).persons[0]

    def working_seat(self, level: Level) -> Seat:
        """Return the seat a unit's request rings first at a level."""
        return self.office.terms.at(level).start.to[0].seat

    async def decide(
        self, case: str, kind: str, unit: str, seat: Seat, /, code: str | None = None, **fields: Any
    ) -> dict[str, Any]:
        """Take a decision in the name of the person in the seat, and return the answer.

        Raises:
            ApiError: the case refuses it.

        """
        await asyncio.sleep(self._pause)
        person = self.holder(unit, seat)
        number = self._decisions[case] = self._decisions.get(case, 0) + 1
        body = {"kind": kind, **{name: value for name, value in fields.items() if value is not None}}
        idempotency_key, key = f"demo-{case}-{number}-{kind}", self._keys[person.id]
        answer: dict[str, Any] = await self.api.post_with_retries(
            f"/v1/cases/{case}/decisions", body, idempotency_key=idempotency_key, key=key, code=code
        )
        return answer

    async def sign(self, case: str, kind: str, unit: str, seat: Seat, /, **vote: Any) -> None:
        """Vote on a text; a signature that needs a code gets the one from its letter."""
        code = None
        if kind == SlotKind.SIGN and Level((await self.view(case))["summary"]["level"]).urgent:
            code = await self._code(case, self.holder(unit, seat))
        await self.decide(case, kind, unit, seat, code=code, **vote)

    async def _code(self, case: str, person: Person) -> str:
        """Ask for a code and read it from the outbox, where the demo's letters are written."""
        key = self._keys[person.id]
        await self.api.post(f"/v1/cases/{case}/codes", {}, idempotency_key=f"demo-{case}-code", key=key)
        with self._outbox.open(encoding="utf-8") as lines:  # a letter may hold U+2028, which ends no line
            letters = [json.loads(line) for line in lines]
        texts = [one["text"] for one in letters if f"{case}/code/{person.id}/" in one["key"]]
        code: str = re.findall(r"\d{6}", texts[-1].partition("：")[2])[0]
        return code

    async def hand_in(self, body: dict[str, Any], idempotency_key: str) -> dict[str, Any]:
        """Hand in a report, and return which case it belongs to.

        A unit's report comes under the key of one of its people; what the public reports is typed in by the duty seat.
        """
        unit = str(body.get("channel", "")).partition(":")[2]
        key = self._keys[self.holder(unit, Seat.LIAISON_A).id] if unit else self._duty()
        taken: dict[str, Any] = await self.api.post_with_retries(
            "/v1/reports", body, idempotency_key=idempotency_key, key=key
        )
        return taken

    async def view(self, case: str) -> dict[str, Any]:
        """Return a case as the office's duty officer sees it."""
        found: dict[str, Any] = await self.api.get(f"/v1/cases/{case}", key=self._duty())
        return found

    async def all_cases(self) -> list[dict[str, Any]]:
        """Return the newest cases as the office's duty officer sees them."""
        found: list[dict[str, Any]] = await self.api.get("/v1/cases", key=self._duty(), limit=MOST)
        return found

    async def timeline(self, case: str) -> list[dict[str, Any]]:
        """Return the timeline of a case."""
        found: list[dict[str, Any]] = await self.api.get(f"/v1/cases/{case}/timeline", key=self._duty())
        return found

    async def wait_until(self, case: str, reached: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
        """Read a case until its summary has `reached` something, and return that summary.

        Raises:
            Stuck: it did not get there in time.

        """
        give_up_at = asyncio.get_running_loop().time() + PATIENCE
        while True:
            view = await self.view(case)
            summary: dict[str, Any] | None = view["summary"]
            if summary is not None and reached(summary):
                return summary
            if asyncio.get_running_loop().time() > give_up_at:
                stage = summary["stage"] if summary else "report"
                raise Stuck(message("stuck", number=view["number"], stage=stage, what=what))
            await asyncio.sleep(LOOK)

    def _duty(self) -> str:
        return self._keys[self.holder(self.home, Seat.DUTY).id]
