"""What a case has still to bring about: notices, publications, the register's last entries.

Every key is made of case, visit, clock generation, rung or version and channel: never of a run id or an attempt.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from domain.case.notice_kinds import Message
from domain.terms import Addressee
from domain.values import Frozen, is_empty
from domain.vocabulary import (
    ClockName,
    PublicationKind,
    Verdict,
)


class Notice(Frozen):
    """A message to seats by channels.

    `clock` is the clock it speaks of, `owner` the unit that owes it, `clock_key` what names that clock in all its
    generations: None where it speaks of none. `values` fill its template beside the case's own. `wave` is the number
    it goes out under, 0 before; `not_before` (aware UTC) is the digest it waits for.
    """

    kind: Literal["notice"] = "notice"
    key: str
    message: Message
    to: tuple[Addressee, ...]
    by: tuple[str, ...]
    clock: ClockName | None = None
    clock_key: str | None = Field(default=None, exclude_if=is_empty)
    owner: str | None = Field(default=None, exclude_if=is_empty)
    due: datetime | None = None
    values: dict[str, str | int] = {}
    wave: int = 0
    not_before: datetime | None = Field(default=None, exclude_if=is_empty)

    def ready(self, now: datetime) -> bool:
        """Tell whether it may go out; a letter of low urgency waits for the next digest."""
        return self.not_before is None or self.not_before <= now


class PageSource(Frozen):
    """Say where a unit has published a text itself, and when that was captured."""

    unit: str
    url: str
    captured_at: datetime


class Page(Frozen):
    """Be the exact text that is signed and published; the digest is over all of it.

    `verdict` is None while a claim is being checked, `source` where a unit published the text first.
    """

    number: str
    version: int
    publication: PublicationKind
    title: str
    text: str
    claim: str
    verdict: Verdict | None = None
    units: tuple[str, ...]
    issuer: str
    as_of: datetime
    source: PageSource | None = Field(default=None, exclude_if=is_empty)


class Publication(Frozen):
    """Owe one approved page to one channel."""

    kind: Literal["publication"] = "publication"
    key: str
    channel: str
    page: Page
    digest: str


class FinalRecord(Frozen):
    """Owe the register the last entries of a case that is over."""

    kind: Literal["recording"] = "recording"
    key: str


PendingEffect = Annotated[Notice | Publication | FinalRecord, Field(discriminator="kind")]
