"""Links to task pages: what a link allows, to whom, on which case and until when; and signed links, as the inbox has.

A letter carries a short link (`domain.tasks.short_links`).

A link is made when a notice is sent, from the case's time alone, so that a letter sent again has the same one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from pydantic import Field, ValidationError

from domain.access.standing import standing
from domain.case.notice_kinds import BESIDE_A_RUNG
from domain.case.obligations import Notice
from domain.case.payloads import Wave
from domain.office.office import Person
from domain.ports.delivery import Recipient
from domain.tasks.task import ALWAYS, KINDS, OF_A_CLOCK, Task, task_of
from domain.values import Frozen, is_empty
from domain.vocabulary import ClockName, Seat

LIVES = timedelta(hours=72)
"""The least time for which a link opens its page."""

AFTER_DUE = timedelta(hours=24)
"""How long a link opens its page after what it asks for was due."""

PURPOSE = "task-link"
"""The purpose a link is signed for: a text signed for another purpose is no link."""

PATH = "/t/"
"""The path of task pages; the token follows."""


class BadToken(Exception):
    """Raised when a text was not signed here for this purpose."""


class Tokens(Protocol):
    """What signs small values for a purpose, and reads back only what was signed for it."""

    def sign(self, purpose: str, value: object) -> str:
        """Return a value as a signed text that is safe in an address; the same value gives the same text."""

    def read(self, purpose: str, text: str) -> object:
        """Return the value of a signed text.

        Raises:
            BadToken: it was not signed for this purpose with a key that is still valid.

        """


class TaskLink(Frozen):
    """What a link is bound to: one person in one seat, one visit of one case, one task, until an instant.

    A link to verify stays valid in later visits while the request it was sent for is open. `seat` is None for an
    administrator, who holds none. `clock` and `owner` are the clock of the rung it was sent for and the unit that owes
    it, None without a rung. `expires` is in seconds since 1970 (UTC). A link made in the inbox was opened by the
    personal key, and ends with it: `standing` is the mark of the person's unit, seats and key, None in a letter.
    Where the letter asked for several things, `task` is the most urgent, `also` the others, and `clocks` the further
    clocks it was about, each with the unit that owes it.
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
    standing: str | None = None
    also: tuple[Task, ...] = Field(default=(), exclude_if=is_empty)
    clocks: tuple[tuple[ClockName, str], ...] = Field(default=(), exclude_if=is_empty)

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Return what the link asks for, the most urgent first."""
        return (self.task, *self.also)

    @property
    def about(self) -> tuple[tuple[ClockName, str], ...]:
        """Return the clocks the letter was about, each with the unit that owes it."""
        own = ((self.clock, self.owner),) if self.clock and self.owner else ()
        return (*own, *self.clocks)

    @property
    def asked(self) -> tuple[str, ...]:
        """Return the kinds of decision that belong to what the link asks for, each once."""
        return tuple(dict.fromkeys(kind for task in self.tasks for kind in KINDS[task]))

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of decision this link allows."""
        owes = self.about and {*self.tasks} != {Task.CALL}  # a caller calls, and owes nothing
        return (*self.asked, *(OF_A_CLOCK if owes else ()), *ALWAYS)

    def speaks_of(self, clock: object, unit: object) -> bool:
        """Return whether the letter was about a clock of a unit: the link allows to take that one in hand."""
        return any((str(name), owner) == (str(clock), str(unit)) for name, owner in self.about)

    def expired(self, now: datetime) -> bool:
        """Return whether the link has expired."""
        return now.timestamp() >= self.expires

    def held_by(self, person: Person) -> bool:
        """Return whether a person is the one the link was sent to, and still holds the seat it was sent to."""
        if self.standing not in (None, standing(person.unit, person.seats, person.key_digest)):
            return False
        if self.seat is None:
            return person.id == self.person and person.unit == self.unit and person.administrator
        return person.id == self.person and person.unit == self.unit and self.seat in person.seats


SIGNED = tuple(name for name in TaskLink.model_fields if name not in ("also", "clocks"))
"""The fields a signed link holds; a short one, which the register keeps, holds all."""


@dataclass(frozen=True)
class Links:
    """Signed links, written and read with `tokens`; `base_url` is the address at which people reach the program."""

    tokens: Tokens
    base_url: str

    def url(self, link: TaskLink) -> str:
        """Return the address of a link's page."""
        return self.base_url + self.path(link)

    def path(self, link: TaskLink) -> str:
        """Return the path of a link's page on this host."""
        values = [link.model_dump(mode="json")[name] for name in SIGNED]
        return PATH + self.tokens.sign(PURPOSE, values if link.standing else values[:-1])

    def read(self, token: str) -> TaskLink:
        """Return the link of a token.

        Raises:
            BadToken: it was not written here, or by a version with other fields.

        """
        value = self.tokens.read(PURPOSE, token)
        every = len(SIGNED)
        if not isinstance(value, list) or len(value) not in (every - 1, every):  # one in a letter has no standing
            raise BadToken
        try:
            return TaskLink.model_validate(dict(zip(SIGNED, value, strict=False)))
        except ValidationError:  # written by a version that had other codes
            raise BadToken from None


def link_of(wave: Wave, notice: Notice, row: Recipient, owner: str) -> TaskLink:
    """Return the link a notice carries to one recipient; `owner` is the unit that owes the notice's clock."""
    unit = row.seat.unit if row.seat else row.unit
    rung = notice.clock if notice.message in BESIDE_A_RUNG and not notice.expired else None
    return TaskLink(
        case_id=wave.case_id,
        visit=wave.view.visit,
        person=row.person,
        task=task_of(notice, owes=unit == owner),
        unit=unit,
        seat=row.seat.seat if row.seat else None,
        channel=row.channel,
        clock=rung,
        owner=owner if rung else None,
        expires=expiry(wave.at, notice.due),
    )


def expiry(at: datetime, due: datetime | None) -> int:
    """Return until when a link opens its page, in whole seconds since 1970 (UTC).

    `at` is when it was made; `due` is None without a due time.
    """
    until = max(at + LIVES, due + AFTER_DUE) if due else at + LIVES
    return int(until.timestamp())
