"""What somebody without the key can do at Temporal's port: send captured headers, and let a workflow of his own ask."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import cycle
from typing import Any
from uuid import uuid4

from temporalio import activity, client, worker, workflow
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from domain.case.payloads import Issued, NotIssued, WaveSent
from domain.values import TimelinePosition
from temporal.converter import data_converter


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


FORGERY = "伪造"
"""What stands in everything a thief says; nothing of it may be found in a case."""


def lies() -> dict[str, Sequence[Payload | None]]:
    """Return what a thief says came of each activity: that it is out, that it is given up, and that it failed."""
    far = TimelinePosition(epoch=1, seq=900, head="0" * 64)
    sent = WaveSent(to=(), by=(FORGERY,), recorded=far)
    given_up = WaveSent(to=(), by=(), undelivered=(FORGERY,), given_up=True)
    said: dict[str, Sequence[Any]] = {
        "notify": (sent, given_up, None),
        "publish": (Issued(where=f"https://example.org/{FORGERY}"), NotIssued(reason=FORGERY), None),
        "record": (far, None),
    }
    written = data_converter.payload_converter.to_payload
    return {name: [one and written(one) for one in ones] for name, ones in said.items()}


class Thief:
    """A worker of somebody else that takes the tasks of our activities from their queue, and says what came of them.

    `says` are its answers by activity, in turn: a payload, or nothing for a failure that is not to be tried again.
    `took` is what it was asked.
    """

    def __init__(self, own: client.Client, queue: str, says: Mapping[str, Sequence[Payload | None]]) -> None:
        self.says, self.took = {name: cycle(said) for name, said in says.items()}, list[str]()
        self.worker = Worker(own, task_queue=queue, activities=[self._named(name) for name in says])

    def _named(self, name: str) -> Any:
        @activity.defn(name=name)
        async def take(given: RawValue) -> RawValue:
            self.took.append(name)
            if (said := next(self.says[name])) is None:
                raise ApplicationError(FORGERY, type="Refused", non_retryable=True)
            return RawValue(said)

        return take
