"""Who won a race, as the history tells it, and whether the ladder stood still afterwards, as the timeline tells it."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from temporalio.client import WorkflowHistory

from domain.vocabulary import ClockName
from tests.histories import kind

ACKNOWLEDGE = "acknowledge"


class Won(StrEnum):
    ACKNOWLEDGEMENT = "acknowledgement first"
    TIMER = "timer first"
    BOTH = "both in one activation"


def winner(history: WorkflowHistory, instant: datetime) -> Won:
    """Tell which the case heard first, the acknowledgement or a timer that fired at `instant` or later.

    What a workflow task finds when it starts reaches the case in one activation: a timer that fired after the task
    before was done, and the Updates that waited.
    """
    before, started = _task_of_the_acknowledgement(history)
    fired = [
        event.event_id
        for event in history.events
        if kind(event) == "timer_fired" and event.event_time.ToDatetime(UTC) >= instant and event.event_id < started
    ]
    if not fired:
        return Won.ACKNOWLEDGEMENT
    return Won.TIMER if fired[0] < before else Won.BOTH


def _task_of_the_acknowledgement(history: WorkflowHistory) -> tuple[int, int]:
    """Find the task that heard the acknowledgement: where the one before it was done, and where it started."""
    done, started = [0], 0
    for event in history.events:
        match kind(event):
            case "workflow_task_started":
                started = event.event_id
            case "workflow_task_completed":
                done.append(event.event_id)
            case "workflow_execution_update_accepted":
                accepted = event.workflow_execution_update_accepted_event_attributes
                if accepted.accepted_request.input.name == ACKNOWLEDGE:
                    return done[-2], started
    raise AssertionError(f"{history.workflow_id} never heard the acknowledgement")


def flags(history: WorkflowHistory) -> set[int]:
    """Which of the SDK's own flags the case runs under."""
    tasks = [event.workflow_task_completed_event_attributes.sdk_metadata for event in history.events]
    return {flag for task in tasks for flag in task.lang_used_flags}


def broken(events: list[dict[str, Any]], until: datetime) -> list[str]:
    """What is wrong with the ladder of a timeline that was watched `until` the instant of its last rung."""
    said = next(event for event in events if event["kind"] == "acknowledged")
    rungs = [event for event in events if event["kind"] == "rung_rang" and event["clock"] == ClockName.TRIAGE]
    expired = [event["seq"] for event in events if event["kind"] == "acknowledgement_expired"]
    before = [rung["n"] for rung in rungs if rung["seq"] < said["seq"]]
    after = [rung["n"] for rung in rungs if rung["seq"] > said["seq"]]
    found = []
    if before != list(range(1, said["rung"] + 1)):
        found.append(f"acknowledged at level {said['rung']} after the rungs {before}")
    if after:
        found.append(f"acknowledged at level {said['rung']}, then the rungs {after} rang")
    if expired or events[-1]["at"] < until:
        found.append(f"not watched long enough: expired {expired}, last entry at {events[-1]['at']}, until {until}")
    return found
