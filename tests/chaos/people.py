"""Officers and reporters: each plays case after case over HTTP, and sends again, with its key, what got no answer."""

from __future__ import annotations

import asyncio
import random
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.support import standard_case
from cli.api_client import LATER, REFUSED_CONNECTION, ApiClient, ApiError
from domain.decisions import Note, TriageDecision
from domain.office.office import Office
from domain.vocabulary import Exit, Seat
from tests.chaos.watch import Kind, Watch

PATIENCE = 90.0
"""Seconds anything may stay without an answer."""

AGAIN = 0.15
"""Seconds until what got no answer is sent again."""

CONFLICT = 409
PASSED_BY, PUBLISHED = "exit", "standard"


class Stranded(Exception):
    """Raised when something never got an answer; says what."""


@dataclass
class Case:
    """One case as its people know it: how it was to go, and every sequence number they got as an answer."""

    id: str
    story: str
    claim: str
    answered: list[int] = field(default_factory=list)
    sightings: int = 1
    remarks: int = 0
    closed: bool = False


@dataclass
class People:
    """Officers and reporters who play until they are stopped, and then finish what they have begun."""

    api: ApiClient
    office: Office
    keys: Path
    watch: Watch
    seed: int
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    cases: list[Case] = field(default_factory=list)
    reports: dict[str, str] = field(default_factory=dict)
    """Every report that was accepted, with its case."""
    sent_again: int = 0

    async def play(self, callers: int) -> None:
        """Let callers play side by side."""
        async with asyncio.TaskGroup() as group:
            for number in range(callers):
                group.create_task(self._caller(random.Random(f"{self.seed}/{number}")))

    async def _caller(self, chance: random.Random) -> None:
        while not self.stop.is_set():
            await self.case(PASSED_BY if chance.random() < 0.2 else PUBLISHED, again=chance.randrange(3))

    async def case(self, of: str, again: int = 0) -> Case:
        """Play one case to its end; its claim is reported `again` so many times on the way."""
        claim = standard_case.claim()
        taken = await self.report(claim)
        case = Case(taken["case_id"], of, claim)
        self.cases.append(case)
        if of == PASSED_BY:
            await self.says(case, standard_case.Line("wxb", Seat.DUTY, TriageDecision(exit=Exit.OPINION)))
            case.closed = True
            return case
        for line in standard_case.before_the_text()[:3]:
            await self.says(case, line)
        for _ in range(again):
            joined = await self.report(claim)
            assert joined["case_id"] == case.id, joined
            case.sightings += 1
        for line in standard_case.before_the_text()[3:]:
            await self.says(case, line)
        for line in standard_case.signatures(await self.digest(case)):
            await self.says(case, line)
        await self.closes(case)
        case.closed = True
        return case

    async def digest(self, case: Case) -> str:
        """Read the digest of the draft; an answer that had to be asked for again no longer tells it."""
        path, key = f"/v1/cases/{case.id}/timeline", self.key(standard_case.close())
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    events = [entry["event"] for entry in await self.api.get(path, key=key)]
                except ApiError as trouble:
                    if trouble.status not in (REFUSED_CONNECTION, *LATER):
                        raise
                    await asyncio.sleep(AGAIN)
                else:
                    return next(str(event["digest"]) for event in events if event["kind"] == "drafted")

    async def remark(self, chance: random.Random) -> None:
        """Send a note to a case that is under way; it may be closed by the time the note arrives."""
        case = chance.choice([case for case in self.cases if not case.closed] or self.cases)
        try:
            await self.says(case, standard_case.Line("wxb", Seat.DUTY, Note(text="已电话告知各单位")))
        except ApiError as trouble:
            if trouble.status != CONFLICT:
                raise
        else:
            case.remarks += 1

    async def closes(self, case: Case) -> None:
        """Close a case as soon as its page is out."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    await self.says(case, standard_case.close())
                except ApiError as trouble:
                    if trouble.status != CONFLICT:
                        raise
                    await asyncio.sleep(0.2)
                else:
                    return

    async def report(self, claim: str) -> dict[str, Any]:
        """Hand in a report until it is accepted."""
        key = (self.keys / "wxb-duty.key").read_text().strip()
        taken = await self._insist(Kind.START, "/v1/reports", {"text": claim}, f"report of {claim[-16:]}", key)
        self.reports[taken["report_id"]] = taken["case_id"]
        return taken

    async def says(self, case: Case, line: standard_case.Line) -> dict[str, Any]:
        """Take a decision until it is answered."""
        key = self.key(line)
        body = line.said.model_dump(mode="json", exclude_none=True)
        what = f"{body['kind']} in {case.id}"
        answer = await self._insist(Kind.DECISION, f"/v1/cases/{case.id}/decisions", body, what, key)
        case.answered.append(answer["seq"])
        return answer

    def key(self, line: standard_case.Line) -> str:
        """The personal key of whoever says a line."""
        return (self.keys / f"{line.speaker(self.office).id}.key").read_text().strip()

    async def _insist(self, kind: Kind, path: str, body: dict[str, Any], what: str, key: str | None) -> dict[str, Any]:
        idempotency_key = secrets.token_hex(8)
        until = asyncio.get_running_loop().time() + PATIENCE
        while True:
            try:
                with self.watch.flight(kind, what):
                    answer: dict[str, Any] = await self.api.post(path, body, idempotency_key=idempotency_key, key=key)
            except ApiError as trouble:
                if trouble.status not in (REFUSED_CONNECTION, *LATER):
                    raise
                if asyncio.get_running_loop().time() > until:
                    raise Stranded(f"{what}: {trouble}") from trouble
                self.sent_again += 1
                await asyncio.sleep(AGAIN)
            else:
                return answer
