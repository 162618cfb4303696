"""Looking at histories: which events they hold, and what the server bills for them."""

from __future__ import annotations

from collections import Counter

from temporalio.client import WorkflowHistory

ACTIONS = (
    "workflow_execution_started", "workflow_execution_update_accepted", "activity_task_scheduled", "timer_started",
    "upsert_workflow_search_attributes", "workflow_execution_signaled",
)  # fmt: skip
TIME_MOVED = ("workflow_execution_options_updated", "workflow_execution_time_skipping_transitioned")


def kinds(history: WorkflowHistory) -> Counter[str]:
    """How many events of each kind a history has."""
    return Counter((event.WhichOneof("attributes") or "").removesuffix("_event_attributes") for event in history.events)


def actions(history: WorkflowHistory) -> int:
    """How many billed actions a history is worth: its start, updates, activities, timers, upserts, signals."""
    counted = kinds(history)
    return sum(counted[kind] for kind in ACTIONS)


def own_events(history: WorkflowHistory) -> int:
    """How many events a history has, less those made by moving its clock."""
    counted = kinds(history)
    return len(history.events) - sum(counted[kind] for kind in TIME_MOVED)
