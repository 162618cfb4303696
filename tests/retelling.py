"""What a case says to the server, heard when it is said and again in a replay: a case built anew says the very same.

A replay by itself compares the order of a case's commands with its history, but not what is in them: a letter with
another text, or an answer with another due time, would pass. Here every command is compared whole, and so is the state
in which a case is left. So each task of a story is checked as if its worker had been replaced just before it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from contextlib import suppress
from datetime import timedelta
from typing import Any

from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_commands import WorkflowCommand
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.client import WorkflowExecutionStatus, WorkflowHandle, WorkflowHistory, WorkflowQueryFailedError
from temporalio.common import RawValue
from temporalio.service import RPCError
from temporalio.worker import Replayer, Worker, WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner

from domain.case.summary import RecordQuery
from temporal.converter import data_converter
from tests.histories import tasks_without_command
from wiring.worker import build_replayer
from workflows import names
from workflows.rumor_case import RumorCase

Place = tuple[str, str | int]
"""Where a command stands in the life of a run: its kind, and its number, its update, or the instant of its task."""

WHOLE = RecordQuery(with_state=True)
"""What is asked of a case that is left: all it keeps."""


PROOF = re.compile(rb'"proof":"[0-9a-f]{64}"')
"""The seal of an answer: a replay has none."""

PATIENCE = timedelta(seconds=2)
"""How long a case may take to say how it stands; one whose worker fails says nothing."""


class Ear:
    """What cases have said, by run and place: one of them, and more where a task was lost."""

    def __init__(self) -> None:
        self.said: dict[str, dict[Place, set[bytes]]] = defaultdict(lambda: defaultdict(set))
        self.listens = False
        """Whether the worker there is now is heard."""

    def listen_to(self, worker: Worker) -> None:
        """Hear what the cases of a worker say from now on; one of another version may say other things."""
        self.listens = RumorCase in worker.config()["workflows"]
        if self.listens:
            assert worker._workflow_worker is not None
            worker._workflow_worker._workflow_runner = _Heard(worker._workflow_worker._workflow_runner, self)

    def hear(self, inside: WorkflowInstance, act: WorkflowActivation) -> WorkflowActivationCompletion:
        """Let a case carry out one activation, and keep what it says, unless it only repeats it in a replay."""
        completion = inside.activate(act)
        if not act.is_replaying:
            self.keep(act, completion)
        return completion

    def keep(self, act: WorkflowActivation, completion: WorkflowActivationCompletion) -> None:
        """Keep every command of an activation, by its place."""
        for command in completion.successful.commands:
            if (place := _place(act, command)) is not None:
                self.said[act.run_id][place].add(_words(command))


class _LastEar(Ear):
    """The ear of one replay, which also asks the case how it stands when it leaves the cache."""

    left = b""

    def hear(self, inside: WorkflowInstance, act: WorkflowActivation) -> WorkflowActivationCompletion:
        if any(job.HasField("remove_from_cache") for job in act.jobs):
            self.left = _asked(inside, act)
            return inside.activate(act)
        completion = inside.activate(act)
        self.keep(act, completion)
        return completion

    def replayer(self) -> Replayer:
        """Return the project's replayer, whose case is heard."""
        config = build_replayer().config()
        return Replayer(**config | {"workflow_runner": _Heard(config["workflow_runner"], self)})


async def retold(run: WorkflowHandle[Any, Any], ear: Ear, *, answers: bool) -> None:
    """Replay the history of a run: it says what the ear has heard, to the letter, and is left as the case stands.

    `answers` is whether a worker can be asked how the case stands. Raises where it is otherwise, and where a result
    was taken in a way that a restart could brick.
    """
    again = _LastEar()
    stands, history = await _at_rest(run, answers=answers)
    await again.replayer().replay_workflow(history)
    assert tasks_without_command(history) == [], f"{run.id}: a result was taken without a command"
    (said,) = again.said.values()
    assert _differences(ear.said[str(run.run_id)], said) == [], f"{run.id} says otherwise in its replay"
    assert stands in (None, again.left), f"{run.id} is left otherwise by its replay"


async def _at_rest(run: WorkflowHandle[Any, Any], *, answers: bool) -> tuple[bytes | None, WorkflowHistory]:
    """How a case stands, None unless it runs and answers; and the history that led there."""
    while True:
        description, stands = await run.describe(), None
        if answers and description.status is WorkflowExecutionStatus.RUNNING:
            with suppress(RPCError, WorkflowQueryFailedError):
                whole = await run.query(names.RECORD, WHOLE, result_type=RawValue, rpc_timeout=PATIENCE)
                stands = PROOF.sub(b'"proof":""', whole.payload.data)
        history = await run.fetch_history()
        if len(history.events) == description.history_length:
            return stands, history


def _differences(live: dict[Place, set[bytes]], again: dict[Place, set[bytes]]) -> list[str]:
    """What a replay has said otherwise than the case did; what the case has not said yet, nobody can compare."""
    return [
        f"{place}: in the replay …{_from_where_it_parts(next(iter(live[place])), other)!r}"
        for place, said in again.items()
        if place in live
        for other in said - live[place]
    ]


def _from_where_it_parts(one: bytes, other: bytes) -> str:
    same = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return other[max(0, same - 60) : same + 60].decode(errors="replace")


def _asked(case: WorkflowInstance, act: WorkflowActivation) -> bytes:
    """Ask a case how it stands, as a query does."""
    question = WorkflowActivation(run_id=act.run_id, timestamp=act.timestamp, is_replaying=True)
    asked = question.jobs.add().query_workflow
    asked.query_id, asked.query_type = "left", names.RECORD
    asked.arguments.append(data_converter.payload_converter.to_payload(WHOLE))
    (answer,) = case.activate(question).successful.commands
    return PROOF.sub(b'"proof":""', answer.respond_to_query.succeeded.response.data)


def _place(act: WorkflowActivation, command: WorkflowCommand) -> Place | None:
    match kind := command.WhichOneof("variant"):
        case "respond_to_query":
            return None
        case "update_response":
            response = command.update_response
            return f"{response.WhichOneof('response')} update", response.protocol_instance_id
        case _:
            return str(kind), getattr(getattr(command, str(kind)), "seq", 0) or act.timestamp.ToNanoseconds()


def _words(command: WorkflowCommand) -> bytes:
    """Write a command whole, but for the queue its worker listens to and the seal: a replay has its own, and none."""
    words = WorkflowCommand()
    words.CopyFrom(command)
    body = getattr(words, str(words.WhichOneof("variant")))
    if "task_queue" in body.DESCRIPTOR.fields_by_name:
        body.ClearField("task_queue")
    if "headers" in body.DESCRIPTOR.fields_by_name:
        body.ClearField("headers")
    data: bytes = words.SerializeToString(deterministic=True)
    return PROOF.sub(b'"proof":""', data)


class _Heard(WorkflowRunner):
    def __init__(self, inside: WorkflowRunner, ear: Ear) -> None:
        self._inside, self._ear = inside, ear

    def prepare_workflow(self, defn: Any) -> None:
        self._inside.prepare_workflow(defn)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        return _Speaking(self._inside.create_instance(det), self._ear)

    def set_worker_level_failure_exception_types(self, types: Any) -> None:
        self._inside.set_worker_level_failure_exception_types(types)


class _Speaking(WorkflowInstance):
    def __init__(self, inside: WorkflowInstance, ear: Ear) -> None:
        self._inside, self._ear = inside, ear

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        return self._ear.hear(self._inside, act)

    def get_serialization_context(self, command_info: Any) -> Any:
        return self._inside.get_serialization_context(command_info)

    def get_external_store_context(self, command_info: Any) -> Any:
        return self._inside.get_external_store_context(command_info)

    def get_info(self) -> Any:
        return self._inside.get_info()

    def get_thread_id(self) -> int | None:
        return self._inside.get_thread_id()
