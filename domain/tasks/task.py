"""Tasks: what a page asks its reader to do, the decisions that belong to each, and which one a notice asks for."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from domain.case.notice_kinds import OF_A_RUNG, Message
from domain.case.obligations import Notice
from domain.vocabulary import ClockName


class Task(StrEnum):
    """What a link asks its holder to do."""

    TRIAGE = "triage"
    COORDINATE = "coordinate"
    VERIFY = "verify"
    DRAFT = "draft"
    REVIEW = "review"
    SESSION = "session"
    CONFIRM = "confirm"
    CLOSE = "close"
    LOOK = "look"
    CALL = "call"
    RECEIVE = "receive"


KINDS: Mapping[Task, tuple[str, ...]] = {
    Task.TRIAGE: ("triage", "assign", "move_reports", "split"),
    Task.COORDINATE: (
        "triage",
        "assign",
        "consult",
        "return_finding",
        "add_unit",
        "release",
        "relevel",
        "transfer",
        "interim",
        "override",
        "record_publication",
        "resolve_delivery",
        "confirm",
        "pause",
        "resume",
        "extend",
        "nudge",
        "supervise",
        "move_reports",
        "split",
    ),
    Task.VERIFY: ("accept", "finding", "decline", "transfer", "consult", "pause", "resume", "extend"),
    Task.DRAFT: ("draft", "resolve_delivery", "override", "record_publication", "interim", "extend", "split"),
    Task.REVIEW: ("review", "consent", "sign"),
    Task.SESSION: ("consult", "return_finding", "extend"),
    Task.CONFIRM: ("confirm",),
    Task.CLOSE: ("close", "resolve_delivery", "split"),
    Task.LOOK: (),
    Task.CALL: ("phone_log",),
    Task.RECEIVE: ("accept", "decline", "triage"),
}
"""The kinds of decision that belong to a task, in the order its page shows them."""

ALWAYS = ("note", "escalate")
"""The kinds of decision every page allows, to those whom the table of permissions allows them."""

OF_A_CLOCK = ("acknowledge", "phone_log")
"""The kinds a link about a clock allows beside those of its task, for that clock only."""

OF_CLOCK: Mapping[ClockName, Task] = {
    ClockName.TRIAGE: Task.TRIAGE,
    ClockName.ACCEPT: Task.VERIFY,
    ClockName.ANSWER: Task.VERIFY,
    ClockName.DRAFT: Task.DRAFT,
    ClockName.APPROVAL: Task.REVIEW,
    ClockName.SESSION: Task.SESSION,
    ClockName.INTERIM: Task.COORDINATE,
    ClockName.RESPONSE: Task.COORDINATE,
    ClockName.HANDOVER: Task.RECEIVE,
}
"""The task that has to be done before a clock is due; a clock that is not listed can only be looked at."""

ABOUT_A_CLOCK = (Message.INFORM, Message.NUDGE, Message.SUPERVISE, Message.DUE_MOVED, Message.IN_HAND_ENDING)
"""Notices that are not of a rung, and ask for the task of their clock."""

OF_MESSAGE: Mapping[Message, Task] = {
    Message.RING: Task.TRIAGE,
    Message.CALL: Task.CALL,
    Message.HANDOVER: Task.RECEIVE,
    Message.REQUEST: Task.VERIFY,
    Message.TRANSFER: Task.VERIFY,
    Message.TRANSFER_DECLINED: Task.VERIFY,
    Message.FINDING_RETURNED: Task.VERIFY,
    Message.DRAFT_REQUEST: Task.DRAFT,
    Message.REVIEW_REQUEST: Task.REVIEW,
    Message.CONSENT_REQUEST: Task.REVIEW,
    Message.SIGN_REQUEST: Task.REVIEW,
    Message.TEXT_REPLACED: Task.REVIEW,
    Message.SESSION: Task.SESSION,
    Message.MINUTES: Task.SESSION,
    Message.ACTION: Task.SESSION,
    Message.FINDING_TO_APPROVE: Task.CONFIRM,
    Message.CONFIRM_REQUEST: Task.CONFIRM,
    Message.EXPIRED: Task.VERIFY,
    Message.LATE_FINDING: Task.COORDINATE,
    Message.PUBLICATION_REFUSED: Task.DRAFT,
    Message.CONFLICT: Task.COORDINATE,
    Message.LEAD_ALONE: Task.COORDINATE,
    Message.DECLINED: Task.COORDINATE,
    Message.PAUSED: Task.COORDINATE,
    Message.PAUSE_ENDING: Task.COORDINATE,
    Message.RESUMED: Task.COORDINATE,
    Message.INTERIM_REQUEST: Task.COORDINATE,
    Message.MINUTES_REQUEST: Task.SESSION,
    Message.CLOSE_REQUEST: Task.CLOSE,
}
"""The task a notice asks for; with one in neither table, the case can be read and remarked on."""


def task_of(notice: Notice, *, owes: bool = False) -> Task:
    """Return the task a notice asks for; `owes` is whether of whoever owes, or owed, its clock."""
    if notice.expired:
        return Task.LOOK if notice.message is Message.CALL else Task.VERIFY if owes else Task.COORDINATE
    spoken_of = notice.clock if notice.message in (*OF_A_RUNG, *ABOUT_A_CLOCK) else None
    if spoken_of is not None:
        return OF_CLOCK.get(spoken_of, Task.LOOK)
    return OF_MESSAGE.get(notice.message, Task.LOOK)
