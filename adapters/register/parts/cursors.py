"""The cursors of cases: how far each timeline is in the register, and when its workflow is to be asked again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, exists, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from adapters.register.engine.part import RegisterPart
from adapters.register.engine.tables import cursors, expectations, reports, states, timeline
from adapters.register.intake.case_assignment import new_nonce
from adapters.register.parts.timeline import AT, MARK, append, belong
from adapters.register.parts.undelivered import forget_what_came
from domain.case.summary import Record
from domain.ports.rows import CaseCursor, KeptState
from domain.runs import RunAlarm, RunStatus
from domain.values import TimelinePosition

WAKES = timedelta(seconds=2)
"""How long after its time a case may take to ring before it is asked."""

_NEVER = "9999"
_STARTED = exists().where(reports.c.case_id == cursors.c.case_id, reports.c.opens, ~reports.c.owed).label("started")
_CURSORS = select(cursors, _STARTED)
_CURSOR = _CURSORS.where(cursors.c.case_id == bindparam("of_case"))
_CHAIN = select(cursors.c.chain).where(cursors.c.case_id == bindparam("of_case"))
_MARKS = select(cursors.c.marks).where(cursors.c.case_id == bindparam("of_case"))
_EXPECT = insert(expectations).values(
    case_id=bindparam("of_case"),
    effect=bindparam("of_effect"),
    mark=select(cursors.c.marks).where(cursors.c.case_id == bindparam("of_case")).scalar_subquery(),
)
_EXPECT = _EXPECT.on_conflict_do_update(index_elements=["case_id", "effect"], set_={"mark": _EXPECT.excluded.mark})
_LEFT = select(func.count()).where(expectations.c.case_id == bindparam("of_case"))
_KEEP = insert(states)
_KEEP = _KEEP.on_conflict_do_update(
    index_elements=["case_id", "epoch"],
    set_={name: _KEEP.excluded[name] for name in ("seq", "version", "state", "at")},
    where=states.c.seq <= _KEEP.excluded.seq,
)


class CursorPart(RegisterPart):
    """The store of cursors, of what is expected of a case, and of the states of cases."""

    async def cursor(self, case_id: str) -> CaseCursor | None:
        """Return the cursor of a case; None if there is no such case."""
        row = await self._reader.first(_CURSOR, {"of_case": case_id})
        return None if row is None else _cursor(row)

    async def due(self, now: datetime, limit: int) -> list[CaseCursor]:
        """Return the cursors of cases that are to be asked at `now`, those that have waited longest first."""
        wanted = or_(cursors.c.ask_at <= now, cursors.c.keep_at <= now, cursors.c.wake_at <= now - WAKES)
        since = func.min(
            *(func.coalesce(column, _NEVER) for column in (cursors.c.ask_at, cursors.c.keep_at, cursors.c.wake_at))
        )
        rows = await self._reader.rows(_CURSORS.where(wanted).order_by(since).limit(limit))
        return [_cursor(row) for row in rows]

    async def mark(self, case_id: str) -> None:
        """Have a case asked as soon as possible: something has moved it."""
        await self._writer.run(lambda transaction: transaction.execute(MARK, {"of_case": case_id}))

    async def expect(self, case_id: str, effects: Sequence[str]) -> TimelinePosition | None:
        """Have a case asked until it has taken the results of some effects; return where its timeline ends here.

        Without any it is asked once. None: the register does not know the case.
        """
        return await self._writer.run(partial(_expect, case_id, effects))

    async def admits(self, case_id: str, chain: str, nonce: str) -> bool | None:
        """Return whether a case belongs to the chain of runs that began with `chain`.

        While none is known, the first one named with the nonce chosen for its start is taken; in a case of an earlier
        version nothing was chosen. None: the register does not know the case.
        """
        row = await self._reader.first(_CHAIN, {"of_case": case_id})
        if row is not None and not row.chain:
            await self._writer.run(partial(belong, case_id, chain, nonce=nonce))
            row = await self._reader.first(_CHAIN, {"of_case": case_id})
        return None if row is None else row.chain == chain

    async def project(
        self,
        record: Record,
        asked: CaseCursor,
        again: datetime,
        kept: KeptState | None = None,
        run: RunStatus = RunStatus.RUNNING,
    ) -> TimelinePosition:
        """Append what a case answered, keep its state if it came, and drop what was expected of it and has come.

        `asked` is the cursor as it was before the question, `run` how the workflow that answered stands. If something
        is still missing, the case is asked again at `again`, and at its next wake in any case.

        Raises:
            UnknownCase: no report opened this case here.

        """
        return await self._writer.run(partial(_project, record, asked, again, kept, run))

    async def unanswered(self, asked: CaseCursor, problem: str, again: datetime) -> None:
        """Record that a case gave no answer, and why; it is asked again at `again`, or when something marks it."""
        await self._writer.run(partial(_unanswered, asked, problem, again))

    async def stands(self, asked: CaseCursor, run: RunStatus, *, heard: bool = False) -> bool:
        """Record how the workflow of a case stands; return whether that is news. A lost one raises an alarm.

        `asked` is the cursor as it was before the question: if something has marked the case since, it may have been
        started again, and this changes nothing. `heard` is whether it has said all it will; one that does not run is
        then asked no more.
        """
        return await self._writer.run(partial(_stands, asked.case_id, run, asked.marks, heard))

    async def raise_alarm(self, case_id: str, alarm: RunAlarm) -> None:
        """Record that people are to be called about the workflow of a case."""
        await self._set(case_id, alarm=alarm)

    async def alarms(self) -> list[CaseCursor]:
        """Return the cursors of cases about whose workflow nobody has been called yet."""
        return [_cursor(row) for row in await self._reader.rows(_CURSORS.where(cursors.c.alarm.is_not(None)))]

    async def alarm_rung(self, case_id: str) -> None:
        """Record that people have been called."""
        await self._set(case_id, alarm=None)

    async def open_runs(self) -> list[str]:
        """Return the ids of all cases whose workflow has answered and should run, also of those that are over."""
        rows = await self._reader.rows(
            select(cursors.c.case_id).where(cursors.c.run == RunStatus.RUNNING, cursors.c.seq > 0)
        )
        return [row.case_id for row in rows]

    async def of_no_chain(self, limit: int) -> list[str]:
        """Return running cases whose first run is not known: they were opened before it was kept."""
        unknown = (cursors.c.chain == "", cursors.c.nonce == "")
        without = (*unknown, cursors.c.seq > 0, cursors.c.run == RunStatus.RUNNING)
        rows = await self._reader.rows(select(cursors.c.case_id).where(*without).limit(limit))
        return [row.case_id for row in rows]

    async def epoch_of(self, case_id: str, seq: int, entry_hash: str) -> int | None:
        """Return the newest epoch of a case that has exactly that entry; None if none has."""
        same = (timeline.c.case_id == case_id, timeline.c.seq == seq, timeline.c.hash == entry_hash)
        newest = select(timeline.c.epoch).where(*same).order_by(timeline.c.epoch.desc()).limit(1)
        row = await self._reader.first(newest)
        return None if row is None else row.epoch

    async def begins(self, case_id: str) -> dict[int, int]:
        """Return behind which number each epoch of a timeline begins."""
        first = select(timeline.c.epoch, func.min(timeline.c.seq).label("first")).where(timeline.c.case_id == case_id)
        return {row.epoch: row.first - 1 for row in await self._reader.rows(first.group_by(timeline.c.epoch))}

    async def will_start(self, case_id: str) -> str:
        """Choose and record a nonce for a start of a case, before it is sent; only a run that carries it is taken."""
        nonce = new_nonce()
        await self._set(case_id, nonce=nonce)
        return nonce

    async def run_again(self, case_id: str, chain: str, after: str | None = None) -> bool:
        """Record that a case was started again, and the first run of its new chain; it is asked at once.

        With `after` only if that is the chain known so far, or it is recorded already; return whether it now is.
        """
        own = [cursors.c.case_id == case_id]
        own += [cursors.c.chain.in_((after, chain))] if after is not None else []
        again = update(cursors).where(*own).values(run=RunStatus.RUNNING, alarm=None, chain=chain)
        again = again.values(nonce="") if chain else again  # what was chosen for the start has served
        recorded = await self._writer.run(lambda transaction: transaction.execute(again).rowcount)
        if recorded:
            await self.mark(case_id)
        return bool(recorded)

    async def _set(self, case_id: str, **values: Any) -> None:
        own = update(cursors).where(cursors.c.case_id == case_id).values(**values)
        await self._writer.run(lambda transaction: transaction.execute(own))

    async def keep_state(self, kept: KeptState) -> None:
        """Store the whole state of a case in place of an older one of its epoch."""
        row = kept.model_dump()
        await self._writer.run(lambda transaction: transaction.execute(_KEEP, row))

    async def kept_state(self, case_id: str) -> KeptState | None:
        """Return the newest state of a case; None if none is stored."""
        newest = select(states).where(states.c.case_id == case_id).order_by(states.c.epoch.desc()).limit(1)
        row = await self._reader.first(newest)
        return None if row is None else KeptState.model_validate(dict(row._mapping))


_COME = delete(expectations).where(
    expectations.c.case_id == bindparam("of_case"),
    expectations.c.mark <= bindparam("asked_at"),
    expectations.c.effect.not_in(bindparam("pending", expanding=True)),
)


def _expect(case_id: str, effects: Sequence[str], transaction: Connection) -> TimelinePosition | None:
    if not transaction.execute(MARK, {"of_case": case_id}).rowcount:
        return None
    if effects:
        transaction.execute(_EXPECT, [{"of_case": case_id, "of_effect": effect} for effect in effects])
    row = transaction.execute(AT, {"of_case": case_id}).one()
    return TimelinePosition(epoch=row.epoch, seq=row.seq, head=row.head)


def _project(
    record: Record, asked: CaseCursor, again: datetime, kept: KeptState | None, run: RunStatus, transaction: Connection
) -> TimelinePosition:
    before = transaction.scalar(_MARKS, {"of_case": asked.case_id})
    end = append(record, transaction, whole=True)
    marks = transaction.scalar(_MARKS, {"of_case": asked.case_id})
    come = {"of_case": asked.case_id, "asked_at": asked.marks, "pending": list(record.pending_effects)}
    transaction.execute(_COME, come)
    forget_what_came(asked.case_id, record.pending_effects, transaction)
    missing = end != record.position or transaction.scalar(_LEFT, {"of_case": asked.case_id})
    values: dict[str, Any] = {"tries": asked.tries + 1 if missing else 0, "ask_at": again if missing else None}
    if kept is not None:
        values["keep_at"] = None
        transaction.execute(_KEEP, kept.model_dump())
    wake = record.summary.next_wake
    if wake is not None and wake <= again:  # it should have rung by now
        values |= {"ask_at": again, "wake_at": None, "tries": asked.tries + 1}
    since = cursors.c.marks == (marks if before == asked.marks else -1)  # something has moved the case meanwhile
    transaction.execute(update(cursors).where(cursors.c.case_id == asked.case_id, since).values(problem=None, **values))
    if before == asked.marks and marks is not None:
        _stands(asked.case_id, run, marks, True, transaction)
    return end


def _unanswered(asked: CaseCursor, problem: str, again: datetime, transaction: Connection) -> None:
    transaction.execute(
        update(cursors)
        .where(cursors.c.case_id == asked.case_id, cursors.c.marks == asked.marks)
        .values(tries=asked.tries + 1, problem=problem, ask_at=again, keep_at=None, wake_at=None)
    )


def _stands(case_id: str, run: RunStatus, marks: int, heard: bool, transaction: Connection) -> bool:
    own = (cursors.c.case_id == case_id, cursors.c.marks == marks)
    news = transaction.execute(update(cursors).where(*own, cursors.c.run != run).values(run=run)).rowcount
    if news:
        alarm = RunAlarm.LOST if run.lost else None
        transaction.execute(
            update(cursors).where(*own, cursors.c.alarm.is_distinct_from("set_back")).values(alarm=alarm)
        )
    if run is not RunStatus.RUNNING and heard:
        nothing = {"ask_at": None, "keep_at": None, "wake_at": None, "tries": 0, "problem": None}
        if transaction.execute(update(cursors).where(*own).values(nothing)).rowcount:
            transaction.execute(delete(expectations).where(expectations.c.case_id == case_id))
    return bool(news)


def _cursor(row: Row[Any]) -> CaseCursor:
    position = TimelinePosition(epoch=row.epoch, seq=row.seq, head=row.head)
    return CaseCursor(
        case_id=row.case_id,
        position=position,
        marks=row.marks,
        tries=row.tries,
        problem=row.problem,
        run=RunStatus(row.run),
        alarm=RunAlarm(row.alarm) if row.alarm else None,
        settled=row.ask_at is None,
        chain=row.chain,
        nonce=row.nonce,
        started=row.started,
    )
