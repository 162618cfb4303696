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
from temporalio.worker import UnsandboxedWorkflowRunner, Worker


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


class _Outbound(worker.WorkflowOutboundInterceptor):
    headers: Mapping[str, Payload] = {}

    def start_activity(self, input: worker.StartActivityInput) -> workflow.ActivityHandle[Any]:
        input.headers = self.headers
        return super().start_activity(input)


class _Inbound(worker.WorkflowInboundInterceptor):
    def init(self, outbound: worker.WorkflowOutboundInterceptor) -> None:
        self.outbound = _Outbound(outbound)
        super().init(self.outbound)

    async def execute_workflow(self, input: worker.ExecuteWorkflowInput) -> Any:
        self.outbound.headers = input.headers
        return await super().execute_workflow(input)


class Attached(worker.Interceptor):
    """An interceptor of a worker whose workflows ask for activities with the headers they were started with."""

    def workflow_interceptor_class(
        self, input: worker.WorkflowInterceptorClassInput
    ) -> type[worker.WorkflowInboundInterceptor]:
        return _Inbound


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
async def rogue(own: client.Client) -> AsyncIterator[str]:
    """Run a worker for `Rogue`; yield its queue."""
    queue = f"rogue-{uuid4().hex[:8]}"
    async with Worker(
        own,
        task_queue=queue,
        workflows=[Rogue],
        workflow_runner=UnsandboxedWorkflowRunner(),
        interceptors=[Attached()],
    ):
        yield queue
