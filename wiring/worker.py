"""The worker: workflows and activities of one process; and the replayer, which runs histories as the worker would."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.client import Client
from temporalio.converter import StorageDriverStoreContext
from temporalio.worker import Replayer, Worker, WorkflowInstance, WorkflowInstanceDetails
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

import logs
from activities.notices import Notices
from activities.publishing import Publishing
from activities.recording import Recording
from adapters.register.store import SqlRegister
from desk.case_client import CaseClient
from domain.office.office import Office
from domain.ports.delivery import Messenger
from domain.vocabulary import Mode
from domain.worktime.office_calendar import SOON
from settings import Settings
from temporal import search_attributes
from temporal.client import connect
from temporal.converter import data_converter
from temporal.plain_payloads import leave_out_codecs
from temporal.poll_watch import WorkerHung, watch_polls
from temporal.seal import Seal
from temporal.seal_keys import NoKeys
from temporal.sealed_activities import OwnRuns
from texts.catalogue import current
from wiring.delivery import finish_letters, make_messengers, make_publishers, require_services
from wiring.letter_recall import recall_of
from wiring.storage import check_register, make_links, make_seal, private_data_folder
from workflows import names
from workflows.case.operator_view import OperatorPages
from workflows.rumor_case import RumorCase

log = structlog.get_logger(__name__)

PASSED_THROUGH = (
    "activities",
    "domain",
    "jinja2",
    "markupsafe",
    "structlog",
    "temporal",
    "texts",
    "workflows",
)
"""Modules the workflow sandbox shares instead of importing them anew for every case: our own, kept pure by the linter's
banned calls and by replaying every history a test makes, and those the texts need.
"""


_BY_ITSELF = "legacy_query"
"""The id of a query that comes by itself, not within a task."""
_NO_TASK = ("query_workflow", "remove_from_cache")
"""The kinds of activation that belong to no task."""

STICKY = timedelta(seconds=2)
"""How long a task waits for the worker that has the case in its cache: the delay after a worker was killed."""

AT_A_TIME = 32
"""How many tasks of cases a worker has in hand. Each has two seconds before the SDK gives it up, and a case that is not
in the cache is replayed first: a hundred at a time, as the SDK has it, are too many for one interpreter."""


def build_worker(settings: Settings, office: Office, client: Client, register: SqlRegister) -> Worker:
    """Return the one worker that serves workflows and activities: together, so that activities start eagerly."""
    recall = recall_of(CaseClient(client, settings.task_queue))
    messengers = make_messengers(settings, office, register, recall)
    notices = Notices(
        receipts=register,
        entries=register,
        given_up=register,
        roster=office,
        messengers=messengers,
        links=make_links(settings, register),
        shorts={unit.code: unit.short for unit in office.units.values()},
        office=office.terms.office.code,
        letters_per_hour=office.policy.limits.letters_per_hour,
    )
    publishing = Publishing(entries=register, delayed=register, publishers=make_publishers(settings, office, register))
    recording = Recording(entries=register)
    leave_out_codecs()
    current().compile_folder("operator")  # inside the sandbox, and in several cases at once, it takes seconds
    return _Worker(
        client,
        messengers=messengers,
        task_queue=settings.task_queue,
        workflows=[RumorCase],
        activities=[notices.notify, publishing.publish, recording.record],
        workflow_runner=workflow_runner(),
        interceptors=[OwnRuns(register, names.case_id), OperatorPages()],
        max_cached_workflows=settings.workflow_cache,
        sticky_queue_schedule_to_start_timeout=STICKY,
        max_concurrent_workflow_tasks=AT_A_TIME,
        graceful_shutdown_timeout=timedelta(seconds=10),
    )


async def serve_cases(settings: Settings, office: Office, stop: asyncio.Event) -> None:
    """Serve cases until `stop`; then drain: finish the tasks in hand, accept no new ones.

    Raises:
        MissingServices: the office is live and a channel has no service; nothing has been connected or created by then.

    """
    require_services(settings, office)
    left = (office.known_until - office.day(datetime.now(UTC))).days  # noqa: TID251  (of the start, not of a case)
    if left < SOON and office.terms.mode is not Mode.DEMO:
        log.warning("office.calendar_ends", until=str(office.known_until), days=left)
    private_data_folder(settings)
    check_register(settings)
    client = await connect(make_seal(settings))
    await search_attributes.ensure(client)
    register = await SqlRegister.open(settings.register)
    try:
        async with build_worker(settings, office, client, register):
            log.info("worker.ready", task_queue=settings.task_queue, namespace=client.namespace)
            logs.serving()
            await _stopped_or_hung(stop, client, settings.task_queue)
            log.info("worker.draining")
    finally:
        await register.close()


async def _stopped_or_hung(stop: asyncio.Event, client: Client, queue: str) -> None:
    """Wait until the worker is to stop; a hung one ends its process at once, since draining it would never end.

    A fault of the watch itself stops no worker.
    """
    watching = asyncio.create_task(watch_polls(client, queue, client.identity))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((watching, stopping), return_when=asyncio.FIRST_COMPLETED)
        if watching.done() and isinstance(watching.exception(), WorkerHung):
            os._exit(os.EX_SOFTWARE)
        if not stopping.done():
            log.error("worker.watch_failed", exc_info=watching.exception())
            await stopping
    finally:
        watching.cancel()
        stopping.cancel()


class _Worker(Worker):
    """A worker that finishes the letters under way once it has no task left."""

    def __init__(self, client: Client, *, messengers: Mapping[str, Messenger], **options: Any) -> None:
        super().__init__(client, **options)
        self._messengers = messengers

    async def __aexit__(self, exc_type: type[BaseException] | None, *args: Any) -> None:
        """Drain the tasks in hand, then the letters."""
        try:
            await super().__aexit__(exc_type, *args)
        finally:
            await finish_letters(self._messengers)


class _Unasked(WorkflowInstance):
    """A workflow in its sandbox that is not asked, payload by payload, in which context each is to be converted.

    The SDK asks inside the sandbox, for every payload of every task, which costs more than converting it. Our converter
    knows no contexts, and no payload is stored outside its history.
    """

    def __init__(self, inside: WorkflowInstance, *, answers_ahead: bool) -> None:
        self._inside, self._answers_ahead = inside, answers_ahead
        self._begun: tuple[Any, int] | None = None
        """The time and the length of the history of the latest task."""
        self._ahead = False
        """Whether the latest results may have been handed over before their task has begun."""

    def activate(self, act: Any) -> Any:
        """Carry out one activation in the sandbox; a query ahead of its task is refused (docs/decisions/0020)."""
        if any(job.WhichOneof("variant") not in _NO_TASK for job in act.jobs):
            self._ahead = self._is_ahead(act)
        elif self._ahead and not self._answers_ahead and any(_asks_by_itself(job) for job in act.jobs):
            refused = WorkflowActivationCompletion(run_id=act.run_id)
            refused.failed.failure.message = "a result waits for its task; ask again"
            return refused
        return self._inside.activate(act)

    def _is_ahead(self, act: Any) -> bool:
        """Return whether results may be handed over before their task has begun, because of a query in between.

        A task has a time of its own, so such an activation has the time of the task before, with a longer history.
        """
        begun = (act.timestamp.ToNanoseconds(), act.history_length)
        before, self._begun = self._begun, begun
        return before is not None and not act.is_replaying and begun[0] == before[0] and begun[1] > before[1]

    def get_serialization_context(self, command_info: object) -> None:
        """Return no context."""

    def get_external_store_context(self, command_info: object) -> StorageDriverStoreContext:
        """Return no place."""
        return StorageDriverStoreContext(target=None)

    def get_info(self) -> Any:
        """Return what the SDK knows of the workflow."""
        return self._inside.get_info()

    def get_thread_id(self) -> int | None:
        """Return the thread it runs on just now: a task that hangs is found by it."""
        return self._inside.get_thread_id()


@dataclass(frozen=True)
class _Sandbox(SandboxedWorkflowRunner):
    answers_ahead: bool = False

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """Create a workflow in a sandbox of its own."""
        return _Unasked(super().create_instance(det), answers_ahead=self.answers_ahead)


def _asks_by_itself(job: Any) -> bool:
    """Return whether a job is a query that belongs to no task: to refuse one of a task would fail the task."""
    return bool(job.WhichOneof("variant") == "query_workflow" and job.query_workflow.query_id == _BY_ITSELF)


def workflow_runner(*, answers_ahead: bool = False) -> SandboxedWorkflowRunner:
    """Return the sandbox workflows run in, here and in every replay.

    `answers_ahead` is whether results may be taken before their task: in a replay, whose history may end with them.
    """
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    return _Sandbox(restrictions=restrictions, answers_ahead=answers_ahead)


def build_replayer() -> Replayer:
    """Return a replayer that runs histories exactly as the worker does; it needs no key."""
    return Replayer(
        workflows=[RumorCase],
        workflow_runner=workflow_runner(answers_ahead=True),
        data_converter=data_converter,
        interceptors=[Seal(NoKeys())],
    )
