"""Attacks through Temporal's port: every message made up, sealed for something else, or sent a second time.

Each attack is a coroutine that returns once it was refused, and raises `Broken` if it was not.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from temporalio.api.common.v1 import Payload
from temporalio.client import (
    ActivityFailureError,
    Client,
    WorkflowFailureError,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
)
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from domain.decider.decide import RULES, SYSTEM_RULES
from temporal.proofs import HEADER, with_proof
from tests.attack.loot import Loot
from tests.attack.rogue import Captured, Rogue
from workflows import names

ACTIVITIES = ("publish", "notify", "record")
QUERIES = (names.VIEW, names.RECORD, names.BRIEF, names.CLOCKS)
SIGNALS = ("sighted", "triage", "no_such_signal", "__temporal_x")
FORGED = with_proof({}, mac="00" * 32, chain="x", proven="{}")
NONSENSE: Mapping[str, Payload] = {HEADER: Payload(metadata={"encoding": b"json/plain"}, data=b'["no", 1e999]')}

REFUSALS = (
    ActivityFailureError,
    WorkflowAlreadyStartedError,
    WorkflowFailureError,
    WorkflowUpdateFailedError,
    WorkflowQueryFailedError,
    RPCError,
)


class Broken(Exception):
    """Raised when an attack was not refused."""


@dataclass(frozen=True)
class Attack:
    """One attack; `writes` is whether the server itself writes an event for it, whoever sends it."""

    name: str
    run: Callable[[], Awaitable[object]]
    writes: bool = False

    async def is_refused(self) -> None:
        """Carry it out.

        Raises:
            Broken: it was not refused.

        """
        try:
            found = await self.run()
        except REFUSALS:
            return
        if not self.writes:
            raise Broken(f"{self.name}: {found!r}")


@dataclass(frozen=True)
class Port:
    """Temporal's port as an attacker reaches it.

    `connect` makes a client with headers, `own` and `queue` are the attacker's client and his own worker's queue, and
    `victim` is the case. `loot` is what its history held, and `others` that of another case.
    """

    connect: Callable[[Captured], Awaitable[Client]]
    own: Client
    queue: str
    task_queue: str
    victim: str
    loot: Loot
    others: Loot

    def attacks(self) -> Iterator[Attack]:
        """Yield every attack."""
        yield from self._activities()
        yield from self._updates()
        yield from self._starts()
        yield from self._signals()
        yield from self._queries()

    def _activities(self) -> Iterator[Attack]:
        mine = self.loot.activities[0]
        seals = {"none": {}, "forged": FORGED, "nonsense": NONSENSE, "captured": mine.headers}
        for activity in ACTIVITIES:
            for seal, headers in seals.items():
                given = next((one.given for one in self.loot.activities if one.name == activity), mine.given)
                yield Attack(f"activity {activity} by hand, seal {seal}", self._by_hand(activity, given))
                yield Attack(f"activity {activity} of a foreign workflow, {seal}", self._asks(activity, given, headers))

    def _updates(self) -> Iterator[Attack]:
        captured = self.loot.updates[0]
        for kind in (*RULES, *SYSTEM_RULES):
            for seal, headers in {
                "none": {},
                "forged": FORGED,
                "nonsense": NONSENSE,
                "of another kind": captured.headers,
                "of another case": self.others.updates[0].headers,
            }.items():
                yield Attack(f"update {kind}, seal {seal}", self._update(kind, captured.given, headers))
        unsealed = Payload(metadata=captured.given.metadata, data='{"expected_level": 0, "reason": "催办"}'.encode())
        yield Attack("update escalate as from the console of before", self._update("escalate", unsealed, {}))
        for place, one in enumerate(self.loot.updates):
            yield Attack(f"update {place} again under another id", self._update(one.name, one.given, one.headers))
            changed = Payload(metadata=one.given.metadata, data=one.given.data.replace(b"{", b'{"x":1,', 1))
            yield Attack(f"update {place} changed", self._update(one.name, changed, one.headers, one.update_id + "x"))

    def _starts(self) -> Iterator[Attack]:
        given = self.loot.start.given
        crafted = Payload(metadata=given.metadata, data=given.data.replace(b'"waited"', b'"delayed"'))
        for seal, headers in {"none": {}, "forged": FORGED, "captured": self.loot.start.headers}.items():
            for what, payload in {
                "its own": given,
                "crafted": crafted,
                "an activity's": self.loot.activities[0].given,
            }.items():
                yield Attack(f"start of another case with {what} input, seal {seal}", self._start(payload, headers))

        own = names.workflow_id(self.victim)
        for seal, headers in {"none": {}, "captured": self.loot.start.headers}.items():
            yield Attack(f"start under the id of a running case, seal {seal}", self._start(given, headers, own))

    def _signals(self) -> Iterator[Attack]:
        for signal in SIGNALS:
            for given in ({"count": 10**30, "districts": 9, "channels": 9}, None, "x" * 10_000):
                yield Attack(f"signal {signal}", self._signal(signal, given), writes=True)

    def _queries(self) -> Iterator[Attack]:
        for query in (*QUERIES, "no_such_query"):
            for given in ("nonsense", {"after": {"epoch": -1, "seq": 10**30, "head": ""}}, [None]):
                yield Attack(f"query {query} with {given!r}", self._query(query, given), writes=True)

    def _by_hand(self, activity: str, given: Payload) -> Callable[[], Awaitable[object]]:
        return lambda: self.own.execute_activity(
            activity,
            RawValue(given),
            id=f"forged-{uuid4()}",
            task_queue=self.task_queue,
            start_to_close_timeout=timedelta(seconds=5),
            retry_policy=RetryPolicy(maximum_attempts=1),
        )

    def _asks(self, activity: str, given: Payload, headers: Mapping[str, Payload]) -> Callable[[], Awaitable[object]]:
        async def ask() -> object:
            client = await self.connect(Captured(headers))
            return await client.execute_workflow(
                Rogue.run,
                args=[activity, self.task_queue, RawValue(given)],
                id=f"rogue-{uuid4()}",
                task_queue=self.queue,
            )

        return ask

    def _update(
        self, kind: str, given: Payload, headers: Mapping[str, Payload], update_id: str = ""
    ) -> Callable[[], Awaitable[object]]:
        async def update() -> object:
            client = await self.connect(Captured(headers))
            handle = client.get_workflow_handle(names.workflow_id(self.victim))
            return await handle.execute_update(kind, RawValue(given), id=update_id or str(uuid4()))

        return update

    def _start(
        self, given: Payload, headers: Mapping[str, Payload], workflow_id: str = ""
    ) -> Callable[[], Awaitable[object]]:
        async def start() -> object:
            client = await self.connect(Captured(headers))
            handle = await client.start_workflow(
                names.WORKFLOW,
                RawValue(given),
                id=workflow_id or f"case-{uuid4().hex[:10]}",
                task_queue=self.task_queue,
                execution_timeout=timedelta(seconds=2),  # one whose input is nonsense never gets to its first line
            )
            return await handle.result()

        return start

    def _signal(self, name: str, given: Any) -> Callable[[], Awaitable[object]]:
        return lambda: self.own.get_workflow_handle(names.workflow_id(self.victim)).signal(name, given)

    def _query(self, name: str, given: Any) -> Callable[[], Awaitable[object]]:
        return lambda: self.own.get_workflow_handle(names.workflow_id(self.victim)).query(
            name, given, rpc_timeout=timedelta(seconds=5)
        )
