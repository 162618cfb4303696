"""What a case has still to bring about: notices, publications, entries the register lacks.

Every key is made of case, visit, clock generation, rung or version and channel: never of a run id or an attempt.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from domain.case.notice_kinds import FOR_THE_OWNER, INFORMS, Message
from domain.terms import Addressee
from domain.values import Frozen, is_empty
from domain.vocabulary import (
    ClockName,
    Level,
    PublicationKind,
    Role,
    Verdict,
)


class Notice(Frozen):
    """A message to seats, by channels.

    `key` is unique over all cases and the same in every run and attempt. `by` are the codes of the channels, in order.
    `clock` is the clock it is about, `owner` the unit that owes it, `clock_key` the stem that the keys of all its
    generations share: None if it is about none. `due` is when what it asks for is due, None without a due time.
    `values` fill its template beside those of the case. `wave` is the number of the wave it is sent in, 0 before it is
    gathered. `not_before` (aware UTC) is the end of the quiet hours or the digest it waits for, None if it goes out at
    once. `called_off` is whether nobody is to get it any more, though it is on its way. `passed_on` is how many persons
    of each seat have been called in vain: whoever stands in for them next gets it. `heard` names the refusals
    (`Refusal.key`) the timeline has already.
    """

    kind: Literal["notice"] = "notice"
    key: str
    message: Message
    to: tuple[Addressee, ...]
    by: tuple[str, ...]
    clock: ClockName | None = None
    clock_key: str | None = Field(default=None, exclude_if=is_empty)
    level: Level | None = Field(default=None, exclude_if=is_empty)
    """How urgently it is sent, where its clock has a level of its own; None if as the case."""
    owner: str | None = Field(default=None, exclude_if=is_empty)
    due: datetime | None = None
    values: dict[str, str | int] = {}
    wave: int = 0
    not_before: datetime | None = Field(default=None, exclude_if=is_empty)
    called_off: bool = Field(default=False, exclude_if=is_empty)
    passed_on: int = Field(default=0, exclude_if=is_empty)
    calls: tuple[Addressee, ...] = Field(default=(), exclude_if=is_empty)
    """The seats whose holders are to be called by phone: the first of `to` who is none of them is asked to do it."""
    in_place: bool = Field(default=False, exclude_if=is_empty)
    """Whether whoever was called by phone for one of `to`, whose holder has no number, gets it as well."""
    spared: tuple[Addressee, ...] = Field(default=(), exclude_if=is_empty)
    """The seats of whoever has just decided: their holders do not get what only informs, whomever they stand in for."""
    heard: tuple[str, ...] = Field(default=(), exclude_if=is_empty)

    def ready(self, now: datetime) -> bool:
        """Return whether it may go out; a notice of low urgency waits for the morning or the next digest."""
        return self.not_before is None or self.not_before <= now

    @property
    def receivers(self) -> tuple[Addressee, ...]:
        """Return the seats that get it: what asks for a call goes to the first who is not called by it."""
        return tuple(one for one in self.to if one not in self.calls)[:1] if self.calls else self.to

    @property
    def expired(self) -> str:
        """Return whose request was taken back when the rung it is of rang: a role, or "transfer"; empty otherwise."""
        return str(self.values.get("expired", ""))

    def asks(self, wanted: Addressee) -> bool:
        """Return whether it asks something of a seat, or only informs it; what asks stands first in a letter."""
        if self.message in INFORMS:
            return False
        if self.message in FOR_THE_OWNER:
            return self.clock is not None and self.owner == wanted.unit and not self.values.get("informs")
        if self.message is Message.DECLINED:  # whoever asked a co-unit goes on without it
            return self.values.get("role") == Role.LEAD
        return self.message is not Message.TAKEN_OVER or bool(self.values.get("swapped"))


class PageSource(Frozen):
    """Where a unit has published a text itself, and when that was captured."""

    unit: str
    url: str
    captured_at: datetime


class Page(Frozen):
    """The exact text that is signed and published; the digest is computed over all of it.

    `version` is 0 for an interim notice. `verdict` is None while the claim is being checked. `units` and `issuer` are
    names as readers see them. `source` is set if a unit published the text first.
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
    """One approved page that goes to one channel, with the digest its votes bind to."""

    kind: Literal["publication"] = "publication"
    key: str
    channel: str
    page: Page
    digest: str


class Backlog(Frozen):
    """The entries a case keeps, to be stored in the register by an activity: nobody has asked for them for too long."""

    kind: Literal["recording"] = "recording"
    key: str


PendingEffect = Annotated[Notice | Publication | Backlog, Field(discriminator="kind")]
"""What a case has still to bring about; one activity carries each out."""


def canonical(page: Page) -> str:
    """Return a page as canonical JSON, with sorted keys and no spaces; the digest is computed over its UTF-8 bytes."""
    return json.dumps(page.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(page: Page) -> str:
    """Return the SHA-256 (hex) of a page over its canonical JSON; votes bind to it."""
    return hashlib.sha256(canonical(page).encode()).hexdigest()
