"""What somebody without the key can do at Temporal's port: send captured headers, and let a workflow of his own ask."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

from temporalio import client, worker, workflow
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue, RetryPolicy
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from tests.office_env import client_of


class Captured(client.Interceptor):
    """An interceptor of a client that sends captured headers with every start and Update."""

    def __init__(self, headers: Mapping[str, Payload]) -> None:
        self.headers = dict(headers)

    def intercept_client(self, next: client.OutboundInterceptor) -> client.OutboundInterceptor:
        headers = self.headers

        class Link(client.OutboundInterceptor):
            async def start_workflow(self, input: client.StartWorkflowInput) -> Any:
                input.headers = {**input.headers, **headers}
                return await super().start_workflow(input)

            async def start_workflow_update(self, input: client.StartWorkflowUpdateInput) -> Any:
                input.headers = {**input.headers, **headers}
                return await super().start_workflow_update(input)

        return Link(next)


class Attached(worker.Interceptor):
    """An interceptor of a worker whose workflows ask for activities with captured headers."""

    def __init__(self, headers: Mapping[str, Payload]) -> None:
        self.headers = dict(headers)

    def workflow_interceptor_class(
        self, input: worker.WorkflowInterceptorClassInput
    ) -> type[worker.WorkflowInboundInterceptor]:
        headers = self.headers

        class Outbound(worker.WorkflowOutboundInterceptor):
            def start_activity(self, input: worker.StartActivityInput) -> workflow.ActivityHandle[Any]:
                input.headers = headers
                return super().start_activity(input)

        class Inbound(worker.WorkflowInboundInterceptor):
            def init(self, outbound: worker.WorkflowOutboundInterceptor) -> None:
                super().init(Outbound(outbound))

        return Inbound


@workflow.defn(name="Rogue")
class Rogue:
    """A workflow that asks another worker's activity for something."""

    @workflow.run
    async def run(self, activity: str, queue: str, given: RawValue) -> RawValue:
        return await workflow.execute_activity(
            activity,
            given,
            task_queue=queue,
            result_type=RawValue,
            start_to_close_timeout=timedelta(seconds=5),
            retry_policy=RetryPolicy(maximum_attempts=1),
        )


@asynccontextmanager
async def rogue(
    server: WorkflowEnvironment, headers: Mapping[str, Payload]
) -> AsyncIterator[tuple[client.Client, str]]:
    """Run a worker for `Rogue` on a queue of its own."""
    own, queue = await client_of(server), f"rogue-{uuid4().hex[:8]}"
    async with Worker(
        own,
        task_queue=queue,
        workflows=[Rogue],
        workflow_runner=UnsandboxedWorkflowRunner(),
        interceptors=[Attached(headers)],
    ):
        yield own, queue
