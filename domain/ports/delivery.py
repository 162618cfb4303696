"""Who carries letters and pages to people, and the memory of who has them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.case.obligations import Publication
from domain.case.payloads import Issue, Issued, NotIssued, Wave
from domain.case.summary import Record
from domain.terms import Addressee
from domain.values import Frozen
from domain.vocabulary import Mode


class Letter(Frozen):
    """Be one message to one person by one channel; `key` is the same in every attempt."""

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


class Receipt(Frozen):
    """Say that a letter was taken; `at` is workflow time, and for a combined letter there is one receipt per key."""

    key: str
    case_id: str
    person: str
    unit: str
    channel: str
    at: datetime


class Recipient(Frozen):
    """Be one planned recipient of a notice: fixed when the notice is first attempted, the same in every retry.

    `incoming` took over a seat between the plan and the letter; who sat there then is written to as well.
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

    @property
    def key(self) -> str:
        """Name this notice to this person by this channel: the key of its receipt."""
        return f"{self.notice}/{self.person}/{self.channel}"


class Published(Frozen):
    """Be a page in the bulletin as stored."""

    case_id: str
    publication: Publication
    mode: Mode
    published_at: datetime


class Receipts(Protocol):
    """Remember who is to get a notice and who has got it."""

    async def plan(
        self, record: Record | None, recipients: Sequence[Recipient], notices: Sequence[str]
    ) -> tuple[list[Recipient], set[str]]:
        """Append a record, if any, as `Ledger` does, and fix the recipients of each notice at first, all or nothing.

        Return those fixed and the keys that have a receipt; only an `incoming` person without any is added later.
        """

    async def first_planned(self, wave: Wave) -> list[Wave]:
        """Return earlier waves that told of some of these, as they were; keep the rest where its task is still open."""

    async def keep(self, receipts: Sequence[Receipt]) -> None:
        """Store receipts; one that exists is left as it is."""


class Bulletin(Protocol):
    """Be the public place where publications appear."""

    async def put(self, issue: Issue) -> None:
        """Store a page once per key."""


class Messenger(Protocol):
    """Carry letters by one channel."""

    async def send(self, letter: Letter) -> None:
        """Deliver; the same key twice has no second effect where the receiver can tell.

        Raises:
            Unavailable: nobody took it, or the outcome is unknown.

        """


class Publisher(Protocol):
    """Bring pages to one public channel."""

    async def issue(self, issue: Issue) -> Issued | NotIssued:
        """Publish once per key.

        Raises:
            Unavailable: nobody took it, or the outcome is unknown; the receiver deduplicates by key.

        """
