"""What the activities are given, and what they return."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import Field

from domain.case.obligations import Notice, Publication
from domain.case.summary import Summary
from domain.terms import Addressee, Gap, Refusal
from domain.values import Frozen, Sealed, TimelinePosition, is_empty
from domain.vocabulary import (
    Level,
    Mode,
)


class Wave(Sealed):
    """The argument of the notify activity: notices owed at one moment, with the case they are about.

    `at` is workflow time (aware UTC): the roster is read as of it, and receipts carry it. `view` is the case as it
    stood when the notices were gathered: a wave that is sent again, even from another run, has the same texts.
    `in_task` is whether it is sent inside the task that plans the notices: that may yet be made anew
    (docs/decisions/0013). `called_off` are the keys of notices nobody is to get any more.
    """

    case_id: str
    at: datetime
    claim: str
    mode: Mode
    notices: tuple[Notice, ...]
    view: Summary
    in_task: bool = False
    called_off: tuple[str, ...] = Field(default=(), exclude_if=is_empty)

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of its notices."""
        return tuple(notice.key for notice in self.notices)

    @property
    def level(self) -> Level:
        """Return how urgently it is sent: as its most urgent notice, and as the case at least."""
        levels = {self.view.level, *(one.level for one in self.notices if one.level)}
        return next(level for level in Level if level in levels)

    def without(self, earlier: Sequence[Wave]) -> Wave:
        """Return the wave without the notices of `earlier` waves."""
        known = {notice.key for one in earlier for notice in one.notices}
        return self.model_copy(update={"notices": tuple(one for one in self.notices if one.key not in known)})


class Issue(Sealed):
    """The argument of the publish activity.

    `at` is workflow time (aware UTC).
    """

    case_id: str
    at: datetime
    mode: Mode
    publication: Publication


class CallPlaced(Frozen):
    """A call a wave asked for that is to people of other units than the seats it is for; `units` are their codes."""

    notice: str
    units: tuple[str, ...]


class WaveSent(Frozen):
    """The result of a wave: the seats reached, the channels used, the gaps.

    `undelivered` says in words which letters were not delivered and why, a line each; `given_up` is whether a wanted
    seat was reached in no other way either, which is a matter of the administrators now. `refused` are the letters that
    were refused and that the timeline does not name yet; `left` are the keys of the notices that are tried on: it was
    returned before them so that the refusals are known at once. `calls` are the calls that go to other units than those
    of their seats. `recorded` is how far the register has the timeline of
    the case, None if it did not say.
    """

    to: tuple[Addressee, ...]
    by: tuple[str, ...]
    gaps: tuple[Gap, ...] = ()
    undelivered: tuple[str, ...] = Field(default=(), exclude_if=is_empty)
    given_up: bool = Field(default=False, exclude_if=is_empty)
    refused: tuple[Refusal, ...] = Field(default=(), exclude_if=is_empty)
    left: tuple[str, ...] = Field(default=(), exclude_if=is_empty)
    calls: tuple[CallPlaced, ...] = Field(default=(), exclude_if=is_empty)
    recorded: TimelinePosition | None = Field(default=None, exclude_if=is_empty)


class Issued(Frozen):
    """The answer of a channel that has taken a page; `where` says where it stands, `recorded` as in `WaveSent`.

    `on_file` is true if it was only written to our own disk, because a demo or a drill has no such receiver: nobody has
    got it there.
    """

    where: str
    on_file: bool = Field(default=False, exclude_if=is_empty)
    recorded: TimelinePosition | None = Field(default=None, exclude_if=is_empty)


class NotIssued(Frozen):
    """The answer of a channel, or of the digest check, that refuses a page for good; `recorded` as in `WaveSent`."""

    reason: str
    recorded: TimelinePosition | None = Field(default=None, exclude_if=is_empty)
