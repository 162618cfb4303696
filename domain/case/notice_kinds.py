"""The kinds of notices: each is written by a template of its own."""

from __future__ import annotations

from enum import StrEnum


class Message(StrEnum):
    """The kinds of notices; the value is that of the template `config/texts/zh-CN/notices/notice_<value>.j2`."""

    RING = "ring"
    REQUEST = "request"
    INFORM = "inform"
    REMINDER = "reminder"
    BREACH = "breach"
    ESCALATION = "escalation"
    DRAFT_REQUEST = "draft_request"
    REVIEW_REQUEST = "review_request"
    FINDING_RETURNED = "finding_returned"
    CONFLICT = "conflict"
    LEAD_ALONE = "lead_alone"
    DECLINED = "declined"
    TRANSFER = "transfer"
    TRANSFER_DECLINED = "transfer_declined"
    LATE_FINDING = "late_finding"
    PASSED_ON = "passed_on"
    PUBLICATION_REFUSED = "publication_refused"
    TAKEN_OVER = "taken_over"
    TRANSFER_LAPSED = "transfer_lapsed"
    RELEASED = "released"
    EXPIRED = "expired"
    FINDING_TO_APPROVE = "finding_to_approve"
    INTERIM_OUT = "interim_out"
    SESSION = "session"
    ACTION = "action"
    MINUTES = "minutes"
    CONSENT_REQUEST = "consent_request"
    SIGN_REQUEST = "sign_request"
    TEXT_REPLACED = "text_replaced"
    CONFIRM_REQUEST = "confirm_request"
    PAUSED = "paused"
    PAUSE_ENDING = "pause_ending"
    RESUMED = "resumed"
    DUE_MOVED = "due_moved"
    IN_HAND_ENDING = "in_hand_ending"
    NUDGE = "nudge"
    SUPERVISE = "supervise"
    STAND_DOWN = "stand_down"


OF_A_RUNG = (Message.REMINDER, Message.BREACH, Message.ESCALATION)
"""Notices of a rung: they ask for the task of their clock, whose link also allows to acknowledge and log a call."""

ASK_FOR_A_CLOCK = (
    *(Message.RING, Message.REQUEST, Message.INFORM, Message.NUDGE, Message.DUE_MOVED, Message.IN_HAND_ENDING),
    *OF_A_RUNG,
)
"""Notices that are about what a clock still asks for: once it has stopped, they are called off."""

TELL_OF_AN_END = (
    *(Message.STAND_DOWN, Message.PASSED_ON, Message.EXPIRED, Message.DECLINED, Message.TRANSFER_DECLINED),
    *(Message.TRANSFER_LAPSED, Message.TAKEN_OVER, Message.LATE_FINDING, Message.PUBLICATION_REFUSED),
    *(Message.INTERIM_OUT, Message.MINUTES, Message.RELEASED),
)
"""Notices that still hold when a case is closed; all others are called off then."""
