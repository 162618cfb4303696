"""Temporal's dev server as `up` runs it, and the waiting until it can be used."""

from __future__ import annotations

import asyncio
import json
import secrets
import shutil
import sysconfig
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    DescribeTaskQueueRequest,
    UpdateNamespaceRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError

from cli.messages import message
from cli.supervisor.free_ports import HOST, Ports
from cli.supervisor.ui_guard import InnerAddress

RETENTION = timedelta(days=180)
"""How long closed histories are kept; the dev server's own figure is one day."""

STEADY = {"history.transferProcessorMaxPollRPS": "2000"}
"""With this the intake latency is half of that with the dev server's default."""

TIME_MOVES = {
    "frontend.WorkflowTimeSkippingEnabled": "true",
    "history.timerProcessorMaxTimeShift": '"1ms"',
    "history.timerProcessorMaxPollRPS": "10000",
}
"""Settings that allow the time of one workflow to be moved: for the demo and for tests, never for an office."""

POLL_EVERY = 0.1
"""Seconds between two attempts while waiting."""


class NoServer(Exception):
    """Raised when the program `temporal` is not installed; says where it was looked for and what installs it."""


def binary() -> str:
    """Return the path of the `temporal` program: beside this Python, else on the PATH.

    Raises:
        NoServer: it is in neither place.

    """
    beside = Path(sysconfig.get_path("scripts")) / "temporal"
    found = str(beside) if beside.is_file() else shutil.which("temporal")
    if found is None:
        raise NoServer(message("no_temporal", beside=beside))
    return found


PRAGMAS = ("journal_mode=wal", "synchronous=full", "cache_size=-16384", "wal_autocheckpoint=4000")
"""`full` keeps acknowledged reports through a power cut.

A row of a case's attributes touches some forty indexes: 16 MiB of cached pages of each connection and a checkpoint
every 16 MiB keep most of them in memory while they change.
"""

MEMORY = {"GOMEMLIMIT": "256MiB"}
"""From this much on, the server's collector works harder instead of taking more; a value set outside wins."""


def closed_doors() -> dict[str, str]:
    """Return the settings by which the server runs no activity without a workflow and answers no browser.

    Its HTTP API cannot be turned off. It answers only requests for a host that nobody can guess.
    """
    host = json.dumps([f"{secrets.token_hex(16)}.invalid"])
    return {"activity.enableStandalone": "false", "frontend.httpAllowedHosts": host}


DATABASE = "temporal.db"
"""The server's file in the data folder.

The server puts the name into a URI as it stands: a path with `?`, `#` or `%` would name another file. So it gets the
bare name, and is started in the folder."""


def command(ports: Ports, inner: InnerAddress, dynamic: Mapping[str, str]) -> list[str]:
    """Return the server's command line, for a start in the data folder; its UI listens at `inner`."""
    values = {**STEADY, **dynamic, **closed_doors()}
    return [
        *(binary(), "server", "start-dev", "--ip", HOST, "--port", str(ports.temporal)),
        *("--ui-ip", inner.ip, "--ui-port", str(inner.port)),
        *("--db-filename", DATABASE, "--log-level", "error", "--ui-disable-news-fetch"),
        *(word for pragma in PRAGMAS for word in ("--sqlite-pragma", pragma)),
        *(word for key, value in values.items() for word in ("--dynamic-config-value", f"{key}={value}")),
    ]


def environment(inherited: Mapping[str, str]) -> dict[str, str]:
    """Return the environment the server runs in."""
    return {**MEMORY, **inherited}


async def wait_for_server(address: str) -> Client:
    """Wait until the server answers at `address`, and return a client of it."""
    while True:
        try:
            client = await Client.connect(address)
            await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=client.namespace))
        except (RuntimeError, RPCError):
            await asyncio.sleep(POLL_EVERY)
        else:
            return client


async def raise_retention(client: Client) -> None:
    """Raise the namespace's retention to `RETENTION`; a longer one is left as it is."""
    service, name = client.workflow_service, client.namespace
    now = await service.describe_namespace(DescribeNamespaceRequest(namespace=name))
    if now.config.workflow_execution_retention_ttl.ToTimedelta() < RETENTION:
        wanted = Duration()
        wanted.FromTimedelta(RETENTION)
        config = NamespaceConfig(workflow_execution_retention_ttl=wanted)
        await service.update_namespace(UpdateNamespaceRequest(namespace=name, config=config))


async def wait_for_worker(client: Client, task_queue: str, by: int | None = None) -> None:
    """Wait until a worker polls the queue; it does so only after the search attributes are registered.

    `by` is the process id of the wanted worker: the server remembers a killed one for minutes.
    """
    request = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=task_queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    while True:
        pollers = (await client.workflow_service.describe_task_queue(request)).pollers
        if any(by is None or poller.identity.startswith(f"{by}@") for poller in pollers):
            return
        await asyncio.sleep(POLL_EVERY)
