"""What delivers letters and pages, and the store of who is to get them and who has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from pydantic import Field

from domain.case.obligations import Publication
from domain.case.payloads import Issue, Issued, NotIssued, Wave
from domain.terms import PHONE, Addressee
from domain.values import Frozen, is_empty
from domain.vocabulary import Mode


class Letter(Frozen):
    """One message to one person by one channel.

    `key` is the same in every attempt. `number` is the case's. `name` is the person's, `unit` the code of the person's
    unit. `address` is where the channel reaches the person. `about` are the keys of the notices in it, which the case
    may call off; empty if no case wants it.
    """

    key: str
    case_id: str
    number: str
    person: str
    name: str
    unit: str
    channel: str
    address: str
    subject: str
    text: str
    mode: Mode
    about: tuple[str, ...] = Field(default=(), exclude=True)


class Receipt(Frozen):
    """The record that a channel took a letter; `at` is workflow time.

    A combined letter has one receipt per notice in it.
    """

    key: str
    case_id: str
    person: str
    unit: str
    channel: str
    at: datetime


class Recipient(Frozen):
    """One planned recipient of a notice: fixed when the notice is first attempted, the same in every retry.

    `notice` is the notice's key. `wanted` is the seat it is for, `seat` the one that was reached, None for an
    administrator. `incoming` marks a person who took over the seat between the plan and the letter; the earlier holder
    gets it as well. `instead` (aware UTC) is when it was added because somebody could not be reached: another channel
    of the person, or a person who stands in for the seat; None if it was planned. `listed` is whether the person is
    told by a list letter, having had as many letters by the channel as may go out within an hour.
    """

    notice: str
    person: str
    name: str
    unit: str
    seat: Addressee | None
    wanted: Addressee
    channel: str
    address: str
    incoming: bool = False
    instead: datetime | None = Field(default=None, exclude_if=is_empty)
    listed: bool = Field(default=False, exclude_if=is_empty)

    @property
    def key(self) -> str:
        """Return the key of the receipt: of this notice to this person by this channel."""
        return f"{self.notice}/{self.person}/{self.channel}"

    @property
    def is_letter(self) -> bool:
        """Return whether it is told by letter: a call is somebody's task, and what lists it on the disk no receipt."""
        return self.channel != PHONE


class LetterBound(Frozen):
    """How many letters may go to one person by one channel within an hour of `at` (workflow time, aware UTC).

    Letters about what the public reports, and no officer has confirmed yet, count apart from all others: they never
    take the place of those. `confirmed` is whether an officer has set the level of the case. `lasting` are the keys of
    notices that still hold when the case is closed.
    """

    case_id: str
    at: datetime
    most: int
    confirmed: bool
    lasting: frozenset[str] = frozenset()


class ListLetter(Frozen):
    """A letter in place of many: `cases` is how many cases it is about, `row` the first recipient it stands for."""

    key: str
    case_id: str
    number: str
    cases: int
    row: Recipient


class Undelivered(Frozen):
    """What could not be delivered, and is a matter of the administrators now.

    `key` is that of the notice or publication. `person` is empty for a publication, which is tried on. `since` (aware
    UTC) is when this became known; what became known at once has the same. `number` is the case's as far as the
    register knows it, else its id; empty in what is to be stored.
    """

    case_id: str
    key: str
    person: str
    channel: str
    reason: str
    since: datetime
    number: str = ""


class Published(Frozen):
    """A page in the bulletin as stored."""

    case_id: str
    publication: Publication
    mode: Mode
    published_at: datetime


class Receipts(Protocol):
    """The store of who is to get a notice, and who has got it."""

    async def plan(
        self, recipients: Sequence[Recipient], notices: Sequence[str], bound: LetterBound | None = None
    ) -> tuple[list[Recipient], set[str]]:
        """Fix the recipients of each notice once, all or nothing.

        Return the fixed recipients, whatever is passed later, and the keys of those that have a receipt. Only an
        `incoming` person who has none of these notices is added later. Recipients beyond `bound` are listed.
        """

    async def first_planned(self, wave: Wave) -> list[Wave]:
        """Return the earlier waves that sent some of these notices, as they were.

        Notices no earlier wave sent are stored as in `wave`, if it is sent inside an open workflow task
        (docs/decisions/0015).
        """

    async def delivered(self, keys: Sequence[str]) -> set[str]:
        """Return which of some keys have a receipt."""

    async def also(self, recipients: Sequence[Recipient], bound: LetterBound | None = None) -> None:
        """Add recipients to notices whose own cannot be reached; one that is there already is left as it is.

        Recipients beyond `bound` are listed.
        """

    async def keep(self, receipts: Sequence[Receipt]) -> None:
        """Store receipts; an existing one is left as it is."""


class ListLetterStore(Protocol):
    """The store of notices that wait for a list letter."""

    async def list_letters(self, now: datetime) -> list[ListLetter]:
        """Make the list letters that may go out, and return those that are still to be sent; nobody else gets them now.

        Somebody gets one at once, and a further one an hour after it.
        """

    async def list_letter_sent(self, key: str, at: datetime) -> None:
        """Store a receipt for everything a list letter stands for."""

    async def list_letter_refused(self, key: str, reason: str, at: datetime) -> None:
        """Give up everything a list letter stands for: its receiver refuses it for good."""


class UndeliveredStore(Protocol):
    """The store of what could not be delivered, which the administrators look after."""

    async def give_up(self, rows: Sequence[Undelivered]) -> None:
        """Store what could not be delivered; a row that is there already is left as it is."""

    async def undelivered(self) -> list[Undelivered]:
        """Return what concerns somebody still: notices of open cases, and publications, oldest first."""

    async def unalarmed(self) -> list[Undelivered]:
        """Return what no administrator has had an alarm of yet."""

    async def alarmed(self, case_id: str, since: datetime) -> None:
        """Record that administrators were told of what became known of a case at an instant."""


class Bulletin(Protocol):
    """Where published pages appear for readers."""

    async def put(self, issue: Issue) -> None:
        """Store a page once per key."""


class Messenger(Protocol):
    """Where letters go out by one channel."""

    async def send(self, letter: Letter) -> None:
        """Send a letter; the same key again has no second effect if the receiver knows keys.

        Raises:
            Unavailable: nobody took it, or the outcome is unknown; its subclass says more (`domain.errors`).

        """


def of_letters(messengers: Mapping[str, Messenger]) -> dict[str, Messenger]:
    """Return the messengers whose letters reach somebody: what is listed as a call is only asked for by a case."""
    return {channel: one for channel, one in messengers.items() if channel != PHONE}


class Publisher(Protocol):
    """Where pages go out by one public channel."""

    async def issue(self, issue: Issue) -> Issued | NotIssued:
        """Publish a page once per key, and return whether the channel took it.

        Raises:
            Unavailable: nobody took it, or the outcome is unknown; the receiver deduplicates by key.

        """
