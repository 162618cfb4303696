"""Reading histories: which events they hold, what the server bills for them, and what would not survive a restart."""

from __future__ import annotations

from collections import Counter

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory

COMMANDS = (
    "upsert_workflow_search_attributes", "activity_task_scheduled", "activity_task_cancel_requested",
    "timer_started", "timer_canceled",
    "workflow_execution_update_accepted", "workflow_execution_update_completed", "marker_recorded",
    "workflow_execution_completed", "workflow_execution_continued_as_new",
)  # fmt: skip
ACTIONS = (
    "workflow_execution_started", "workflow_execution_update_accepted", "activity_task_scheduled", "timer_started",
    "upsert_workflow_search_attributes", "workflow_execution_signaled", "marker_recorded",
)  # fmt: skip
RESULTS = ("activity_task_completed", "activity_task_failed", "activity_task_timed_out")
TIME_MOVED = ("workflow_execution_options_updated", "workflow_execution_time_skipping_transitioned")


def kind(event: HistoryEvent) -> str:
    """The kind of an event."""
    return (event.WhichOneof("attributes") or "").removesuffix("_event_attributes")


def kinds(history: WorkflowHistory) -> Counter[str]:
    """How many events of each kind a history has."""
    return Counter(kind(event) for event in history.events)


def actions(history: WorkflowHistory) -> int:
    """How many billed actions a history is worth: its start, updates, activities of both kinds, timers, and so on."""
    counted = kinds(history)
    return sum(counted[one] for one in ACTIONS)


def own_events(history: WorkflowHistory) -> int:
    """How many events a history has, less those made by moving its clock."""
    counted = kinds(history)
    return len(history.events) - sum(counted[one] for one in TIME_MOVED)


def tasks_without_command(history: WorkflowHistory) -> list[int]:
    """The workflow tasks that took an activity's result and ended without any command, by event id.

    Two of them in a row, a restarted worker and an Update: the handler then runs before the results it follows, and
    what it did can never be replayed.
    """
    events, found = list(history.events), []
    results_wait = results_taken = False
    for event, following in zip(events, [*events[1:], HistoryEvent()], strict=True):
        match kind(event):
            case result if result in RESULTS:
                results_wait = True
            case "workflow_task_started":
                results_taken = results_wait
            case "workflow_task_completed":
                if results_taken and kind(following) not in COMMANDS:
                    found.append(event.event_id)
                results_wait = results_wait and not results_taken
                results_taken = False
    return found
