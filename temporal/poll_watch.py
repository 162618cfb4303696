"""Whether a worker still asks for the tasks of cases: a worker can live, and do activities, and take no task any more.

Seen with 5,000 open cases on an overloaded machine: tasks took longer than the SDK lets them, and its core, with a full
cache, then asked for no further ones. Nothing inside the process shows that; the server's list of who asks does.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import structlog
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

log = structlog.get_logger(__name__)

SILENT = timedelta(minutes=3)
"""How much longer ago a worker asked for a task of a case than for an activity when it counts as hung.

Each request waits a minute at most, and a task takes seconds.
"""

EVERY = timedelta(seconds=30)
"""The time between two looks."""

LOOK = timedelta(seconds=5)


class WorkerHung(Exception):
    """Raised when a worker has stopped asking for the tasks of cases; only a new process helps."""


async def watch_polls(client: Client, queue: str, identity: str, *, every: timedelta = EVERY) -> None:
    """Look until the worker of that identity is found hung twice in a row.

    Raises:
        WorkerHung: it is.

    """
    silent = 0
    while silent < 2:
        await asyncio.sleep(every.total_seconds())
        try:
            cases = await _asked(client, queue, identity, TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW)
            activities = await _asked(client, queue, identity, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY)
        except (RPCError, RuntimeError):  # Temporal does not answer: it says nothing about the worker
            silent = 0
            continue
        silent = silent + 1 if is_hung(cases, activities) else 0
    log.critical("worker.hung", task_queue=queue)
    raise WorkerHung(queue)


def is_hung(cases: datetime | None, activities: datetime | None) -> bool:
    """Return whether a worker that asks for activities has stopped asking for tasks of cases.

    Both instants are the server's, of the latest request; None: it remembers none of the last five minutes.
    """
    return activities is not None and (cases is None or activities - cases > SILENT)


async def _asked(client: Client, queue: str, identity: str, kind: TaskQueueType.ValueType) -> datetime | None:
    """Return when a worker last asked for tasks of a kind."""
    described = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(namespace=client.namespace, task_queue=TaskQueue(name=queue), task_queue_type=kind),
        timeout=LOOK,
    )
    own = [one.last_access_time.ToDatetime(UTC) for one in described.pollers if one.identity == identity]
    return max(own, default=None)
