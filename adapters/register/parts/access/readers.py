"""Who may read what, as conditions of queries: the rule of `domain.access.reading` over the tables."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from sqlalchemy import ColumnElement, Connection, exists, false, or_, select, true
from sqlalchemy.dialects.sqlite import insert

from adapters.register.engine.access_tables import asked_units, handed_in_files, named_files
from adapters.register.engine.part import RegisterPart
from adapters.register.engine.tables import cases
from domain.access.reading import ReadingRight, asked_in, files_in
from domain.case.summary import Summary
from domain.events import Entry

ASK = insert(asked_units).on_conflict_do_nothing()
NAME = insert(named_files).on_conflict_do_nothing()


class FileReaderPart(RegisterPart):
    """The store of who handed a file in and which cases name it."""

    async def handed_in(self, digest: str, unit: str) -> None:
        """Record that a person of a unit handed a file in."""
        once = insert(handed_in_files).values(digest=digest, unit=unit).on_conflict_do_nothing()
        await self._writer.run(partial(_execute, once))

    async def may_read_file(self, digest: str, right: ReadingRight) -> bool:
        """Return whether a file was handed in by the unit that asks, or is named in a case it may read."""
        if right.whole:
            return True
        own = exists().where(handed_in_files.c.digest == digest, handed_in_files.c.unit == right.unit)
        named = exists().where(
            named_files.c.digest == digest, named_files.c.case_id == cases.c.case_id, readable(right)
        )
        row = await self._reader.first(select(or_(own, named).label("allowed")))
        return row is not None and bool(row.allowed)


def readable(right: ReadingRight) -> ColumnElement[bool]:
    """Return the condition under which a case may be read; it is `may_read`, over the tables."""
    if right.whole:
        return true()
    asked = exists().where(asked_units.c.case_id == cases.c.case_id, asked_units.c.unit == right.unit)
    own = cases.c.case_id == right.case_id if right.case_id is not None else false()
    return or_(own, asked, cases.c.district.in_(right.districts))


def note_readers(summary: Summary, entries: Iterable[Entry], transaction: Connection) -> None:
    """Record which units a case asks, and which files it names, within a transaction."""
    events = [entry.event for entry in entries]
    if units := asked_in(summary, events):
        transaction.execute(ASK, [{"case_id": summary.case_id, "unit": unit} for unit in sorted(units)])
    if digests := files_in(events):
        transaction.execute(NAME, [{"case_id": summary.case_id, "digest": digest} for digest in sorted(digests)])


def _execute(statement: object, transaction: Connection) -> None:
    transaction.execute(statement)  # type: ignore[call-overload]
