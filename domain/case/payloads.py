"""What the activities are given, and what they return."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.case.obligations import Notice, Publication
from domain.case.summary import Record, Summary
from domain.terms import Addressee
from domain.values import Frozen
from domain.vocabulary import (
    Mode,
)


class Wave(Frozen):
    """The argument of the notify activity: notices owed at one moment, with the case they are about.

    `at` is workflow time (aware UTC): the roster is read as of it, and receipts carry it. `record` is what the register
    may lack when the wave is sent. `then` is the case as it stood when the notices were gathered, None if that is the
    record's summary: a wave that is sent again, even from another run, has the same texts. `updates_register` is
    whether the register stores the record; false inside the task that plans the notices, which may yet be made anew
    (docs/decisions/0013).
    """

    case_id: str
    at: datetime
    claim: str
    mode: Mode
    notices: tuple[Notice, ...]
    record: Record
    then: Summary | None = None
    updates_register: bool = True

    @property
    def view(self) -> Summary:
        """Return the case as it stood when the notices were gathered."""
        return self.then or self.record.summary

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of its notices."""
        return tuple(notice.key for notice in self.notices)

    def without(self, earlier: Sequence[Wave]) -> Wave:
        """Return the wave without the notices of `earlier` waves; it keeps its record even if no notice is left."""
        known = {notice.key for one in earlier for notice in one.notices}
        return self.model_copy(update={"notices": tuple(one for one in self.notices if one.key not in known)})

    def for_retry(self) -> Wave:
        """Return the wave as a further attempt needs it: its notices and its view, without entries for the register."""
        empty = Record(summary=self.view, entries=())
        return self.model_copy(update={"record": empty, "then": None, "updates_register": False})


class Issue(Frozen):
    """The argument of the publish activity.

    `at` is workflow time (aware UTC). `record` is what the register may lack; None if another effect carries it.
    """

    case_id: str
    at: datetime
    mode: Mode
    publication: Publication
    record: Record | None = None


class Gap(Frozen):
    """A wanted seat that was empty, and the seat reached instead; None if only the administrators were notified."""

    wanted: Addressee
    reached: Addressee | None = None


class WaveSent(Frozen):
    """The result of a wave whose recipients all have a receipt: the seats reached, the channels used, the gaps."""

    to: tuple[Addressee, ...]
    by: tuple[str, ...]
    gaps: tuple[Gap, ...] = ()


class Issued(Frozen):
    """The answer of a channel that has taken a page; `where` says where it stands."""

    where: str


class NotIssued(Frozen):
    """The answer of a channel, or of the digest check, that refuses a page for good."""

    reason: str
