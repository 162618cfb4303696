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
    """Be the argument of the notify activity: notices owed at one moment, with the case they speak of.

    `at` is workflow time: the roster is read as of it, and it is the time receipts carry. `view` is the case as it
    stood when the notices were planned, so that a wave sent again, even from another run, says the same. With
    `updates_register` the register gets the record with it; not from inside the task that plans the notices, which may
    yet be made anew.
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
        """Return the case as it stood when the notices were owed; `then` is None where that is the record's own."""
        return self.then or self.record.summary

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of its notices."""
        return tuple(notice.key for notice in self.notices)

    def without(self, earlier: Sequence[Wave]) -> Wave:
        """Return the wave with what no other has told of: its record is told even where no notice is left."""
        known = {notice.key for one in earlier for notice in one.notices}
        return self.model_copy(update={"notices": tuple(one for one in self.notices if one.key not in known)})

    def for_retry(self) -> Wave:
        """Return the wave as a further attempt needs it: its notices and its view, nothing for the register."""
        empty = Record(summary=self.view, entries=())
        return self.model_copy(update={"record": empty, "then": None, "updates_register": False})


class Issue(Frozen):
    """Be the argument of the publish activity."""

    case_id: str
    at: datetime
    mode: Mode
    publication: Publication
    record: Record | None = None


class Gap(Frozen):
    """Say that a seat was empty and who was reached instead; None: nobody, the administrators were told."""

    wanted: Addressee
    reached: Addressee | None = None


class WaveSent(Frozen):
    """Say that every recipient of a wave has a receipt."""

    to: tuple[Addressee, ...]
    by: tuple[str, ...]
    gaps: tuple[Gap, ...] = ()


class Issued(Frozen):
    """Say that a channel has the page, and where it stands."""

    where: str


class NotIssued(Frozen):
    """Say that a channel or the digest check refused the page for good."""

    reason: str
