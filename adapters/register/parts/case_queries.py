"""Queries of the register: cases and their timelines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from pydantic import ValidationError
from sqlalchemy import ColumnElement, Connection, Row, Text, bindparam, column, exists, func, insert, not_, select

from adapters.register.engine.access_tables import asked_units
from adapters.register.engine.part import RegisterPart
from adapters.register.engine.tables import INTERIM, calendars, cases, cursors, publications, timeline
from adapters.register.intake.baskets import waits_in_basket
from adapters.register.intake.case_assignment import duplicates, originals, stored_number
from adapters.register.parts.access.readers import readable
from domain.access.reading import ReadingRight
from domain.case.summary import Summary
from domain.case_number import CaseNumber, case_number
from domain.decisions import Original
from domain.ports.rows import CaseFilter, CaseRow, NumberedCase, TimelineEntry
from domain.reports.near_claims import KnownClaim
from domain.runs import RunStatus

log = structlog.get_logger(__name__)

_URGENCY = (func.coalesce(func.json_extract(cases.c.summary, "$.due"), "9999"), cases.c.position)
"""The order by which cases are due, those without a due time last."""
_SHOWN = select(
    cases.c.case_id,
    cases.c.number,
    cases.c.claim,
    cases.c.level,
    cases.c.opened_at,
    cases.c.sightings,
    cases.c.sources,
    cases.c.district,
    cases.c.summary,
    select(func.json_group_array(asked_units.c.unit))
    .where(asked_units.c.case_id == cases.c.case_id)
    .scalar_subquery()
    .label("asked"),
    exists()
    .where(publications.c.case_id == cases.c.case_id, (publications.c.version > INTERIM) | cases.c.running)
    .label("published"),
    waits_in_basket(cases.c.case_id).label("basket"),
    cursors.c.run,
).join(cursors, cursors.c.case_id == cases.c.case_id)
_ANSWERS = (publications.c.case_id == cases.c.case_id, publications.c.version > INTERIM)
_ANSWERED = exists().where(*_ANSWERS).label("answered")
_NEWEST = (publications.c.version.desc(), publications.c.position.desc())
_TITLE = select(publications.c.title).where(*_ANSWERS).order_by(*_NEWEST).limit(1).scalar_subquery().label("title")
_FOUND = select(cases.c.case_id).where(cases.c.case_id == bindparam("found"))
_FROM_FOUND = originals(_FOUND)
_KNOWN = (
    select(
        cases.c.case_id,
        cases.c.number,
        cases.c.claim,
        cases.c.running,
        func.json_extract(cases.c.summary, "$.verdict").label("verdict"),
        _TITLE,
    )
    .join(_FROM_FOUND, _FROM_FOUND.c.case_id == cases.c.case_id)
    .where(cases.c.running | exists().where(*_ANSWERS))
    .order_by((cases.c.case_id == bindparam("found")).desc())
    .limit(1)
)
"""The case that was found, or the one at the end of its merges, if it runs or has an answer."""
_NAMED = select(cases.c.case_id).where(cases.c.number == bindparam("named"))
_CHAIN = originals(_NAMED)
_NUMBERED = (
    select(cases.c.case_id, cases.c.number, cases.c.running, _ANSWERED)
    .join(_CHAIN, _CHAIN.c.case_id == cases.c.case_id)
    .order_by((cases.c.number == bindparam("named")).desc())
)
_OF_CASE = select(cases.c.case_id).where(cases.c.case_id == bindparam("of_case"))
_DUPLICATES = duplicates(_OF_CASE)
_MERGED_HERE = (
    select(cases.c.number)
    .join(_DUPLICATES, _DUPLICATES.c.case_id == cases.c.case_id)
    .where(cases.c.case_id != bindparam("of_case"))
    .order_by(cases.c.position)
)
_IN_FORCE = select(calendars.c.version).order_by(calendars.c.position.desc()).limit(1)
_REFUSED = (cursors.c.run == RunStatus.RUNNING) & (func.json_array_length(cases.c.summary, "$.refused") > 0)
"""The condition that a page which a channel refused still waits; the workflow of such a case runs, closed or not."""
_UNAPPROVED = func.instr(func.coalesce(cases.c.summary, ""), '"kind":"finding"') > 0
"""The condition that a unit has yet to approve a finding of its own."""
_ONE = _SHOWN.where(cases.c.case_id == bindparam("of_case"))


class CaseQueryPart(RegisterPart):
    """Queries of the projection; what a case decides by is in its workflow."""

    async def case(self, case_id: str) -> CaseRow | None:
        """Return one case, or None."""
        row = await self._reader.first(_ONE, {"of_case": case_id})
        return None if row is None else _case(row)

    async def cases(self, where: CaseFilter, right: ReadingRight) -> list[CaseRow]:
        """Return cases, newest first or the most urgent first."""
        order = _URGENCY if where.urgent_first else (cases.c.position.desc(),)
        # What is shown of a row costs more than to choose it: only those that are shown are read.
        chosen = select(cases.c.case_id).join(cursors, cursors.c.case_id == cases.c.case_id)
        chosen = chosen.where(readable(right), *_narrowed(where)).order_by(*order).limit(where.limit)
        wanted = _SHOWN.where(cases.c.case_id.in_(chosen)).order_by(*order)
        return [_case(row) for row in await self._reader.rows(wanted)]

    async def on_other_calendar(self, calendar: str, limit: int) -> list[CaseRow]:
        """Return open cases that count by another calendar version than `calendar`, in random order."""
        summary = cases.c.summary
        other = func.json_extract(summary, "$.calendar") != calendar
        wanted = _SHOWN.where(cases.c.running & summary.is_not(None) & other).order_by(func.random()).limit(limit)
        return [_case(row) for row in await self._reader.rows(wanted)]

    async def calendar_in_force(self) -> str | None:
        """Return the version of the calendar that was put into force last; None before any was."""
        row = await self._reader.first(_IN_FORCE)
        return None if row is None else str(row.version)

    async def put_in_force(self, calendar: str, now: datetime) -> None:
        """Put a version of the calendar into force; nothing changes if it is."""
        await self._writer.run(partial(_put_in_force, calendar, now))

    async def timeline(self, case_id: str) -> list[TimelineEntry]:
        """Return the entries of a case in order; empty where there is no such case."""
        rows = await self._reader.rows(
            select(timeline).where(timeline.c.case_id == case_id).order_by(timeline.c.epoch, timeline.c.seq)
        )
        return [_entry(row) for row in rows]

    async def numbered(self, number: CaseNumber) -> NumberedCase | None:
        """Return the case of a number, or None."""
        rows = await self._reader.rows(_NUMBERED, {"named": stored_number(number)})
        if not rows:
            return None
        runs = next((row.case_id for row in rows if row.running), None)
        answered = any(row.answered for row in rows)
        named = Original(case_id=rows[0].case_id, number=rows[0].number, running=runs is not None, answered=answered)
        return NumberedCase(original=named, runs=runs)

    async def merged_here(self, case_id: str) -> list[str]:
        """Return the numbers of the cases whose answer is that of a case, the oldest first."""
        return [row.number for row in await self._reader.rows(_MERGED_HERE, {"of_case": case_id})]

    async def known_claims(self, found: Sequence[str]) -> dict[str, KnownClaim]:
        """Return the cases to show for some that were found: those that run or have a public answer, after merges."""
        rows = {one: await self._reader.first(_KNOWN, {"found": one}) for one in found}
        return {one: _claim(row) for one, row in rows.items() if row is not None}


def _put_in_force(calendar: str, now: datetime, transaction: Connection) -> None:
    if transaction.scalar(_IN_FORCE) != calendar:
        transaction.execute(insert(calendars).values(version=calendar, since=now))


def _narrowed(where: CaseFilter) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [
        cases.c[name] == value
        for name in ("stage", "level", "topic", "district", "overdue")
        if (value := getattr(where, name)) is not None
    ]
    if where.stopped is not None:
        stopped = cursors.c.run.not_in((RunStatus.RUNNING, RunStatus.COMPLETED))
        wanted.append(stopped if where.stopped else not_(stopped))
    if where.number is not None:
        wanted.append(cases.c.number == _stored(where.number))
    if where.before is not None:
        before = select(cases.c.position).where(cases.c.number == _stored(where.before)).scalar_subquery()
        wanted.append(cases.c.position < before)
    if where.live is not None:
        live = cases.c.running | _REFUSED | _UNAPPROVED
        wanted.append(live if where.live else not_(live))
    if where.unit is not None:
        wanted.append((cases.c.lead == where.unit) | _lists(cases.c.units, where.unit))
    if where.owner is not None:
        wanted.append(_lists(cases.c.owners, where.owner))
    return wanted


def _stored(written: str) -> str:
    number = case_number(written)
    return written if number is None else stored_number(number)


def _lists(array: ColumnElement[str], unit: str) -> ColumnElement[bool]:
    each = func.json_each(array).table_valued(column("value", Text))
    return exists().where(each.c.value == unit)


def _case(row: Row[Any]) -> CaseRow:
    return CaseRow(
        case_id=row.case_id,
        number=row.number,
        claim=row.claim,
        level=row.level,
        opened_at=row.opened_at,
        sightings=row.sightings,
        sources=row.sources,
        district=row.district,
        asked=tuple(sorted(json.loads(row.asked))),
        summary=_summary(row.case_id, row.summary) if row.summary else None,
        published=row.published,
        basket=row.basket,
        run=row.run,
    )


def _summary(case_id: str, stored: str) -> Summary | None:
    """Return a stored summary; one of a later version that this one cannot read keeps nobody from the other cases."""
    try:
        return Summary.model_validate_json(stored)
    except ValidationError:
        log.exception("register.summary_unreadable", case_id=case_id)
        return None


def _entry(row: Row[Any]) -> TimelineEntry:
    """Return a stored entry; one of a kind this version does not know keeps nobody from the others."""
    return TimelineEntry.model_validate({"epoch": row.epoch, **json.loads(row.entry)})


def _claim(row: Row[Any]) -> KnownClaim:
    return KnownClaim(
        case_id=row.case_id,
        number=row.number,
        claim=row.claim,
        running=row.running,
        verdict=row.verdict,
        title=row.title,
        path=f"/bulletin/{row.case_id}" if row.title is not None else None,
    )
