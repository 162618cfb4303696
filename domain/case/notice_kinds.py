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
    TURNED_DOWN = "turned_down"
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
    CALL = "call"
    HANDOVER = "handover"
    CLOSED = "closed"
    INTERIM_REQUEST = "interim_request"
    MINUTES_REQUEST = "minutes_request"
    CLOSE_REQUEST = "close_request"
    PUBLISHED = "published"


OF_A_RUNG = (Message.REMINDER, Message.BREACH, Message.ESCALATION)
"""Notices of a rung: they ask for the task of their clock, whose link also allows to acknowledge and log a call."""

KEEPS_ITS_DUE = (Message.BREACH, Message.ESCALATION, Message.CALL, Message.TRANSFER_DECLINED)
"""Notices that name a due time and go out as they are, though it moves: whoever gets one hears of that as well."""

BESIDE_A_RUNG = (*OF_A_RUNG, Message.CALL)
"""Notices that go out at once when a rung rings: those of the rung, and the one that asks somebody to call."""

ASK_FOR_A_CLOCK = (
    Message.CALL,
    Message.HANDOVER,
    *(Message.RING, Message.REQUEST, Message.INFORM, Message.NUDGE, Message.DUE_MOVED, Message.IN_HAND_ENDING),
    *(Message.DRAFT_REQUEST, Message.FINDING_RETURNED, Message.LEAD_ALONE, Message.TRANSFER, Message.SUPERVISE),
    *(Message.PAUSED, Message.PAUSE_ENDING, Message.RESUMED),
    *(Message.INTERIM_REQUEST, Message.MINUTES_REQUEST, Message.CLOSE_REQUEST),
    *OF_A_RUNG,
)
"""Notices that are about what a clock still asks for: once it has stopped, they are called off.

What else asks for something that can be over before the case is: `domain.decider.moot`.
"""

TELL_OF_AN_END = (
    *(Message.STAND_DOWN, Message.PASSED_ON, Message.EXPIRED, Message.DECLINED, Message.TRANSFER_DECLINED),
    *(Message.TRANSFER_LAPSED, Message.TAKEN_OVER, Message.LATE_FINDING, Message.PUBLICATION_REFUSED),
    *(Message.INTERIM_OUT, Message.MINUTES, Message.RELEASED, Message.CLOSED, Message.FINDING_TO_APPROVE),
    *(Message.TURNED_DOWN, Message.PUBLISHED),
)
"""Notices that still hold when a case is closed; all others are called off then."""

INFORMS = (
    *(Message.INFORM, Message.INTERIM_OUT, Message.MINUTES, Message.TRANSFER_LAPSED, Message.RELEASED),
    *(Message.TURNED_DOWN, Message.EXPIRED, Message.TEXT_REPLACED, Message.STAND_DOWN, Message.PUBLISHED),
)
"""Notices for information: whoever gets one has nothing to do."""

STAND_DOWNS = (Message.STAND_DOWN, Message.RELEASED)
"""Notices that somebody who was asked, or called, is asked no longer."""

FOR_THE_OWNER = (Message.PAUSED, Message.PAUSE_ENDING, Message.RESUMED, Message.DUE_MOVED)
"""Notices that ask something of the unit that owes their clock, and only inform everybody else."""

WAITS = (
    *(Message.REQUEST, Message.INFORM, Message.TRANSFER),
    *(Message.INTERIM_REQUEST, Message.MINUTES_REQUEST, Message.CLOSE_REQUEST),
)
"""Notices that wait for the end of the quiet hours, or for a digest, if that comes before they are due."""

CALLS = (Message.RING, Message.REQUEST, Message.TRANSFER, Message.HANDOVER, *OF_A_RUNG)
"""Notices that may be a call by phone; all others are letters only: whoever gets one knows of the case already."""

ANEW = (
    *(Message.RING, Message.REQUEST, Message.TRANSFER, Message.HANDOVER, Message.INFORM, Message.NUDGE),
    *(Message.SUPERVISE, Message.DRAFT_REQUEST, Message.FINDING_RETURNED, Message.LEAD_ALONE, Message.INTERIM_REQUEST),
    *(Message.MINUTES_REQUEST, Message.CLOSE_REQUEST, Message.RESUMED, Message.PAUSE_ENDING),
    *(Message.REVIEW_REQUEST, Message.CONSENT_REQUEST, Message.SIGN_REQUEST),
    *(Message.SESSION, Message.CONFIRM_REQUEST, Message.FINDING_TO_APPROVE),
)
"""Notices that say by when something is to be done: with another due time they are letters of their own."""

OF_A_GENERATION = (Message.REMINDER, Message.IN_HAND_ENDING)
"""Notices about how the clock stood before it moved: its rungs may ring again, and nobody has it in hand any more."""
