"""What somebody who reads Temporal's histories can take from them: whole messages, with the seals they carry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory

NOTHING: Mapping[str, Payload] = {}


@dataclass(frozen=True)
class Message:
    """A message as it went: what it asked for, its input, its headers and, of an Update, its id."""

    name: str
    given: Payload
    headers: Mapping[str, Payload]
    update_id: str = ""


@dataclass(frozen=True)
class Loot:
    """The start of a case, its Updates and what it asked of activities."""

    start: Message
    updates: tuple[Message, ...]
    activities: tuple[Message, ...]


def loot_of(history: WorkflowHistory) -> Loot:
    """Return every message in a history that carries a seal."""
    updates, activities = [], []
    for event in history.events:
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
            request = event.workflow_execution_update_accepted_event_attributes.accepted_request
            given = request.input.args.payloads[0]
            updates.append(Message(request.input.name, given, request.input.header.fields, request.meta.update_id))
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            asked = event.activity_task_scheduled_event_attributes
            activities.append(Message(asked.activity_type.name, asked.input.payloads[0], asked.header.fields))
    begun = history.events[0].workflow_execution_started_event_attributes
    start = Message(begun.workflow_type.name, begun.input.payloads[0], begun.header.fields)
    return Loot(start, tuple(updates), tuple(activities))
