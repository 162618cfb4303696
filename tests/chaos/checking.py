"""What must hold once everything is quiet: each check returns what is wrong, in sentences; none is the good answer."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from temporalio.api.enums.v1 import WorkflowTaskFailedCause
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHistory

from activities.letters import letter_key
from adapters.register.store import SqlRegister
from cli.api_client import ApiClient
from cli.demo import verify
from cli.demo.officers import Officers
from domain.case.payloads import Wave
from domain.case.summary import Record, RecordQuery
from domain.events.chain import first_break, first_hash
from domain.ports.delivery import Recipient
from temporal.converter import data_converter
from tests.chaos.people import PUBLISHED, Case, People
from tests.chaos.receivers import Receivers
from tests.histories import kind, tasks_without_command
from wiring.worker import build_replayer
from workflows import names

NOTED = "noted"
BY_CHANCE = frozenset({"notified", "not_notified", "letter_refused", "roster_gap", "sighted", NOTED})
"""Entries that depend on how things fell together; all others are the same in every telling."""

TASK_COMPLETED, TASK_FAILED = "workflow_task_completed", "workflow_task_failed"
UPDATE_COMPLETED = "workflow_execution_update_completed"


@dataclass
class Quiet:
    """A house at rest, with everything its people and receivers know."""

    client: Client
    register: SqlRegister
    api: ApiClient
    officers: Officers
    people: People
    receivers: Receivers
    outbox: Path
    twin: Case

    async def wrong(self) -> list[str]:
        """Everything that is wrong."""
        histories = [await self._history(case) for case in self.people.cases]
        found = await self.reports_lost()
        for case, history in zip(self.people.cases, histories, strict=True):
            found += await self.case_ill(case, history)
        found += await self.timelines_differ()
        found += await unreplayable(histories)
        found += await self.pages_wrong()
        return found + await self.notices_wrong(histories)

    async def reports_lost(self) -> list[str]:
        """Accepted reports must stand in their case; no report may count twice."""
        found = []
        for report_id, case_id in self.people.reports.items():
            stored = await self.register.report(report_id)
            if stored is None or stored[1] != case_id:
                found.append(f"report {report_id}: accepted for {case_id}, stored {stored and stored[1]}")
        for case in self.people.cases:
            row = await self.register.case(case.id)
            if row is None or row.sightings != case.sightings:
                found.append(f"case {case.id}: {case.sightings} reports accepted, {row and row.sightings} counted")
        return found

    async def case_ill(self, case: Case, history: WorkflowHistory) -> list[str]:
        """Every case must be closed, in Temporal and in the register, without a task that failed."""
        found = []
        status = (await self._handle(case).describe()).status
        if status is not WorkflowExecutionStatus.COMPLETED:
            found.append(f"case {case.id}: workflow is {status and status.name}")
        row = await self.register.case(case.id)
        if row is None or row.summary is None or row.summary.closed_at is None:
            found.append(f"case {case.id}: not closed in the register")
        return found + [f"case {case.id}: task failed: {why}" for why in failed_tasks(history)]

    async def timelines_differ(self) -> list[str]:
        """Every timeline must be whole, hold every answered decision, and tell what an undisturbed case tells."""
        found = []
        expected = await self._told(self.twin)
        for case in self.people.cases:
            numbers = [entry.seq for entry in await self.register.timeline(case.id)]
            if numbers != list(range(1, len(numbers) + 1)):
                found.append(f"case {case.id}: timeline has gaps or doubles: {numbers}")
            if not await self._whole(case):
                found.append(f"case {case.id}: timeline is no chain up to the head of the case: {numbers}")
            if len(set(case.answered)) != len(case.answered) or not set(case.answered) <= set(numbers):
                found.append(f"case {case.id}: answered {case.answered}, told {numbers}")
            if (noted := len(await self._noted(case))) != case.remarks:
                found.append(f"case {case.id}: {case.remarks} remarks answered, {noted} told")
            if case.story == PUBLISHED and (told := await self._told(case)) != expected:
                found.append(f"case {case.id}: more {told - expected}, less {expected - told} than undisturbed")
        return found

    async def pages_wrong(self) -> list[str]:
        """Every published case must have exactly one page, the approved text, and one body at the partner."""
        found = []
        published = {case.id for case in [self.twin, *self.people.cases] if case.story == PUBLISHED}
        pages = await self.register.pages(limit=100_000)
        stored = Counter(page.case_id for page in pages)
        if stored != Counter(published):
            found.append(f"bulletin: more {stored - Counter(published)}, less {Counter(published) - stored}")
        if any(page.publication.page.version != 1 for page in pages):
            found.append("bulletin: a second version of a text that was drafted once")
        wanted = {page.publication.key.replace("bulletin", "partner"): page.publication.digest for page in pages}
        for key, digest in wanted.items():
            found += _delivered("page", key, self.receivers.pages)
            if any(body["digest"] != digest for body in self.receivers.pages.get(key, [])):
                found.append(f"page {key}: the partner has another text than the bulletin")
        found += [f"page {key}: nobody owed it" for key in self.receivers.pages.keys() - wanted.keys()]
        for case_id in sorted(published):
            proof = await verify.page(self.api, self.officers, case_id, case_id)
            found += [] if proof.ok else [proof.sentence]
        return found

    async def notices_wrong(self, histories: list[WorkflowHistory]) -> list[str]:
        """Every letter a case owed must have arrived at least once, always under its own key and with one body."""
        arrived = received(self.receivers, self.outbox)
        owed, allowed, found = set(), set(), []
        for history in [await self._history(self.twin), *histories]:
            for wave, sent in _waves(history):
                rows, done = await self.register.plan([], [notice.key for notice in wave.notices])
                allowed |= _letters(wave, rows)
                rows = [row for row in rows if row.notice not in wave.called_off]
                if not sent:  # called off: the wave in its place says who is still to be reached
                    continue
                owed |= _letters(wave, rows)
                found += [
                    f"letter {row.key}: sent, as the case says, and no receipt" for row in rows if row.key not in done
                ]
        found += [line for key in sorted(owed) for line in _delivered("letter", key, arrived)]
        return found + [f"letter {key}: nobody owed it" for key in sorted(arrived.keys() - allowed)]

    async def _whole(self, case: Case) -> bool:
        """Tell whether each entry follows the one before, up to the last one the case has made."""
        lines = [line.model_dump(mode="json", exclude={"epoch"}) for line in await self.register.timeline(case.id)]
        record: Record = await self._reading(case).query(names.RECORD, RecordQuery(), result_type=Record)
        cursor = await self.register.cursor(case.id)
        return (
            first_break(first_hash(case.id), lines) is None
            and cursor is not None
            and (cursor.position == record.position)
        )

    async def _noted(self, case: Case) -> list[Any]:
        return [entry for entry in await self.register.timeline(case.id) if entry.event.kind == NOTED]

    async def _told(self, case: Case) -> Counter[str]:
        kinds = [entry.event.kind for entry in await self.register.timeline(case.id)]
        return Counter(kind for kind in kinds if kind not in BY_CHANCE)

    async def _history(self, case: Case) -> WorkflowHistory:
        return await self._handle(case).fetch_history()

    def _handle(self, case: Case) -> Any:
        return self.client.get_workflow_handle(names.workflow_id(case.id))

    def _reading(self, case: Case) -> Any:
        """Return a handle that knows the program's own models."""
        connected = self.client
        client = Client(connected.service_client, namespace=connected.namespace, data_converter=data_converter)
        return client.get_workflow_handle(names.workflow_id(case.id))


async def unreplayable(histories: list[WorkflowHistory]) -> list[str]:
    """Every history must replay, and no task may have taken a result without a command."""
    found = []
    replayer = build_replayer()
    for history in histories:
        outcome = await replayer.replay_workflow(history, raise_on_replay_failure=False)
        if outcome.replay_failure is not None:
            found.append(f"{history.workflow_id}: {outcome.replay_failure}")
        if bare := tasks_without_command(history):
            found.append(f"{history.workflow_id}: results taken without a command at {bare}")
    return found


def received(receivers: Receivers, outbox: Path) -> dict[str, list[Any]]:
    """Every letter that arrived, at the gateway or on disk: its bodies by its key."""
    arrived = {key: list(bodies) for key, bodies in receivers.messages.items()}
    for file in sorted(outbox.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            body = json.loads(line)
            arrived.setdefault(body["key"], []).append(body)
    return arrived


def failed_tasks(history: WorkflowHistory) -> list[str]:
    """Why tasks of a case failed; none should.

    One cause is the SDK's (sdk-rust#888): when the server did not take the answer to a task, because the worker was
    frozen or the server was killed over it, the SDK may accept an Update again that has ended meanwhile. The server
    refuses that, and the task that follows finds the Update where it was. A failed task that none follows counts.
    """
    found = []
    for at, event in enumerate(history.events):
        if kind(event) == TASK_FAILED and not (_accepted_twice(event) and _went_on(history.events, at)):
            found.append(f"{_reason(event)} (event {event.event_id})")
    return found


def _went_on(events: Sequence[HistoryEvent], at: int) -> bool:
    """Whether an Update had ended before the event, and a task was answered after it."""
    return any(kind(one) == UPDATE_COMPLETED for one in events[:at]) and any(
        kind(one) == TASK_COMPLETED for one in events[at:]
    )


def _letters(wave: Wave, rows: list[Recipient]) -> set[str]:
    letters: dict[tuple[str, str], list[Recipient]] = {}
    for row in rows:
        letters.setdefault((row.person, row.channel), []).append(row)
    return {letter_key(wave.case_id, group) for group in letters.values()}


def _waves(history: WorkflowHistory) -> list[tuple[Wave, bool]]:
    """The waves of a case, each with whether it was sent to its end."""
    ended = {
        event.activity_task_completed_event_attributes.scheduled_event_id
        for event in history.events
        if event.HasField("activity_task_completed_event_attributes")
    }
    scheduled = [(event.event_id, event.activity_task_scheduled_event_attributes) for event in history.events]
    return [
        (Wave.model_validate_json(one.input.payloads[0].data), number in ended)
        for number, one in scheduled
        if one.activity_type.name == "notify"
    ]


def _delivered(what: str, key: str, arrived: dict[str, list[Any]]) -> list[str]:
    bodies = {json.dumps(body, sort_keys=True) for body in arrived.get(key, [])}
    if not bodies:
        return [f"{what} {key}: never arrived"]
    return [f"{what} {key}: {len(bodies)} different bodies"] if len(bodies) > 1 else []


def _accepted_twice(event: HistoryEvent) -> bool:
    cause = event.workflow_task_failed_event_attributes.cause
    return cause == WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_BAD_UPDATE_WORKFLOW_EXECUTION_MESSAGE


def _reason(event: HistoryEvent) -> str:
    return event.workflow_task_failed_event_attributes.failure.message
