"""Links to task pages: what a link allows, to whom, on which case and until when; packed small, under a signature.

A link is minted where a notice is sent, from the case's time alone: a letter tried again carries the same one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from pydantic import ValidationError

from domain.case.notice_kinds import OF_A_RUNG, Message
from domain.case.obligations import Notice
from domain.case.payloads import Wave
from domain.office.office import Person
from domain.ports.delivery import Recipient
from domain.values import Frozen
from domain.vocabulary import ClockName, Seat

LIVES = timedelta(hours=72)
"""How long a link opens its page at least."""

AFTER_DUE = timedelta(hours=24)
"""How long it opens it after what it asks for was due."""

PURPOSE = "task-link"
"""The label its signature is made under: nothing signed for another purpose passes for a link."""

PATH = "/t/"


class Task(StrEnum):
    """Name what a link asks its holder to do."""

    TRIAGE = "triage"
    COORDINATE = "coordinate"
    VERIFY = "verify"
    DRAFT = "draft"
    REVIEW = "review"
    SESSION = "session"
    CONFIRM = "confirm"
    CLOSE = "close"
    LOOK = "look"


KINDS: Mapping[Task, tuple[str, ...]] = {
    Task.TRIAGE: ("triage", "assign"),
    Task.COORDINATE: (
        "triage",
        "assign",
        "consult",
        "return_finding",
        "add_unit",
        "relevel",
        "transfer",
        "interim",
        "override",
        "record_publication",
        "confirm",
        "pause",
        "resume",
        "extend",
        "nudge",
        "supervise",
    ),
    Task.VERIFY: ("accept", "finding", "decline", "transfer", "consult", "pause", "resume", "extend"),
    Task.DRAFT: ("draft", "override", "record_publication", "interim", "extend"),
    Task.REVIEW: ("review", "consent", "sign"),
    Task.SESSION: ("consult", "return_finding"),
    Task.CONFIRM: ("confirm",),
    Task.CLOSE: ("close",),
    Task.LOOK: (),
}
"""Which decisions belong to a task, in the order its page shows them."""

ALWAYS = ("note", "escalate")
"""What may be said on every page, by whoever the table of permissions allows it."""

OF_A_CLOCK = ("acknowledge", "phone_log")
"""What a link that speaks of a clock allows beside its task, on that clock only."""

OF_CLOCK: Mapping[ClockName, Task] = {
    ClockName.TRIAGE: Task.TRIAGE,
    ClockName.ACCEPT: Task.VERIFY,
    ClockName.ANSWER: Task.VERIFY,
    ClockName.DRAFT: Task.DRAFT,
    ClockName.APPROVAL: Task.REVIEW,
    ClockName.SESSION: Task.COORDINATE,
    ClockName.INTERIM: Task.COORDINATE,
    ClockName.RESPONSE: Task.COORDINATE,
}
"""What has to be done before a clock is due; a clock not named here can only be looked at."""

ABOUT_A_CLOCK = (Message.INFORM, Message.NUDGE, Message.SUPERVISE, Message.DUE_MOVED)
"""Messages that are no rung and ask for what their clock asks for."""

OF_MESSAGE: Mapping[Message, Task] = {
    Message.RING: Task.TRIAGE,
    Message.REQUEST: Task.VERIFY,
    Message.TRANSFER: Task.VERIFY,
    Message.TRANSFER_DECLINED: Task.VERIFY,
    Message.FINDING_RETURNED: Task.VERIFY,
    Message.DRAFT_REQUEST: Task.DRAFT,
    Message.REVIEW_REQUEST: Task.REVIEW,
    Message.CONSENT_REQUEST: Task.REVIEW,
    Message.SIGN_REQUEST: Task.REVIEW,
    Message.SESSION: Task.SESSION,
    Message.MINUTES: Task.SESSION,
    Message.ACTION: Task.SESSION,
    Message.FINDING_TO_APPROVE: Task.CONFIRM,
    Message.CONFIRM_REQUEST: Task.CONFIRM,
    Message.EXPIRED: Task.VERIFY,
    Message.LATE_FINDING: Task.COORDINATE,
    Message.PUBLICATION_REFUSED: Task.DRAFT,
    Message.CONFLICT: Task.COORDINATE,
    Message.DECLINED: Task.COORDINATE,
    Message.PAUSED: Task.COORDINATE,
    Message.PAUSE_ENDING: Task.COORDINATE,
    Message.RESUMED: Task.COORDINATE,
}
"""What a notice asks for; one that is in neither table may be read and remarked on."""


class BadToken(Exception):
    """Say that a text was not signed here for this purpose."""


class Tokens(Protocol):
    """Sign small values for a purpose, and read back only what was signed for it."""

    def sign(self, purpose: str, value: object) -> str:
        """Write a value as a text that is safe in an address; the same value gives the same text."""

    def read(self, purpose: str, text: str) -> object:
        """Read a text back.

        Raises:
            BadToken: it was not signed for this purpose with a key that still counts.

        """


class TaskLink(Frozen):
    """Be what a link says: for one person, in one seat, of one visit of one case, for one task, until an instant.

    A link to verify goes on into later visits while the request it was sent for is open.
    `seat` is None for an administrator, who holds none. `clock` and `owner` name the clock a rung spoke of.
    """

    case_id: str
    visit: int
    person: str
    task: Task
    unit: str
    seat: Seat | None
    channel: str
    clock: ClockName | None = None
    owner: str | None = None
    expires: int

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of decision this link allows."""
        return (*KINDS[self.task], *(OF_A_CLOCK if self.clock else ()), *ALWAYS)

    def expired(self, now: datetime) -> bool:
        """Tell whether the link's time is over."""
        return now.timestamp() >= self.expires

    def held_by(self, person: Person) -> bool:
        """Tell whether a person still holds the seat through which the link reached its holder."""
        if self.seat is None:
            return person.id == self.person and person.unit == self.unit and person.administrator
        return person.id == self.person and person.unit == self.unit and self.seat in person.seats


@dataclass(frozen=True)
class Links:
    """Write and read links under the signature of `tokens`, at the address people reach us at."""

    tokens: Tokens
    base_url: str

    def url(self, link: TaskLink) -> str:
        """Return the address of a link's page."""
        return self.base_url + self.path(link)

    def path(self, link: TaskLink) -> str:
        """Return the address of a link's page on this host."""
        return PATH + self.tokens.sign(PURPOSE, list(link.model_dump(mode="json").values()))

    def read(self, token: str) -> TaskLink:
        """Read a link back.

        Raises:
            BadToken: it was not written here.

        """
        value = self.tokens.read(PURPOSE, token)
        if not isinstance(value, list) or len(value) != len(TaskLink.model_fields):
            raise BadToken
        try:
            return TaskLink.model_validate(dict(zip(TaskLink.model_fields, value, strict=True)))
        except ValidationError:  # written by a version that knew other words
            raise BadToken from None


def link_of(wave: Wave, notice: Notice, row: Recipient, owner: str) -> TaskLink:
    """Return the link a notice carries to one recipient; `owner` is the unit that owes the notice's clock."""
    rung = notice.clock if notice.message in OF_A_RUNG else None
    return TaskLink(
        case_id=wave.case_id,
        visit=wave.view.visit,
        person=row.person,
        task=task_of(notice),
        unit=row.seat.unit if row.seat else row.unit,
        seat=row.seat.seat if row.seat else None,
        channel=row.channel,
        clock=rung,
        owner=owner if rung else None,
        expires=expiry(wave.at, notice.due),
    )


def task_of(notice: Notice) -> Task:
    """Tell what a notice asks for."""
    spoken_of = notice.clock if notice.message in (*OF_A_RUNG, *ABOUT_A_CLOCK) else None
    if spoken_of is not None:
        return OF_CLOCK.get(spoken_of, Task.LOOK)
    return OF_MESSAGE.get(notice.message, Task.LOOK)


def expiry(at: datetime, due: datetime | None) -> int:
    """Tell until when a link opens its page, in whole seconds."""
    until = max(at + LIVES, due + AFTER_DUE) if due else at + LIVES
    return int(until.timestamp())
