"""The one way the register follows the cases: whatever has moved is asked, until what is expected of it has come.

The register has one cursor per case: how far its timeline is here, and when the case is to be asked again. Whatever
moves a case passes through something that marks the cursor: the desk (a decision, a report), an activity (a letter, a
page), or the instant of the case's next wake, which is in its row. A question costs the case no event. The answer to a
decision carries the same record, so that whoever decided sees the result at once. docs/register.md has a picture.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from desk.case_client import CaseClient, CaseReading, Mute
from desk.decisions import hashed
from domain.case.summary import Record, RecordQuery
from domain.decisions import SYSTEM, OpenEpoch, Proven
from domain.errors import Stale, Unavailable
from domain.ports.register import Register
from domain.ports.rows import CaseCursor, KeptState
from domain.runs import RunAlarm, RunStatus, parting
from domain.values import TimelinePosition

log = structlog.get_logger(__name__)

AT_A_TIME = 200
"""How many cases one round asks; those that have waited longest come first."""

TOGETHER = 8
"""How many cases are asked at the same time."""

ENOUGH = 16
"""How many cases without an answer, and none with one, end a round: no worker answers just now."""

SOONEST, LATEST = timedelta(seconds=2), timedelta(seconds=30)
"""How long after a question in vain the next one follows: twice as long each time, within these bounds."""

SET_ASIDE = 10
"""After how many questions in vain, while others answer, a case is set aside: it is asked every `RARELY`."""

RARELY = timedelta(minutes=10)


class Projector:
    """What asks cases and stores their answers; any number of processes may do it at the same time."""

    def __init__(self, register: Register, client: CaseClient) -> None:
        self._register, self._client = register, client

    async def once(self, now: datetime) -> int:
        """Ask the cases that are due at `now`, each by itself; return how many answered."""
        due = await self._register.due(now, AT_A_TIME)
        found = {True: 0, False: 0}
        turns = asyncio.Semaphore(TOGETHER)

        async def one(asked: CaseCursor) -> None:
            async with turns:
                if found[True] or found[False] < ENOUGH:
                    found[await self._one(asked, now, others=bool(found[True]))] += 1

        await asyncio.gather(*(one(asked) for asked in due))
        return found[True]

    async def ask(self, case_id: str) -> Record | None:
        """Ask one case and store what the register lacks; return its record, None if it does not answer.

        A case nothing was heard of yet is asked for its state too: without one it could not be restored. A register
        that cannot be written keeps no reader from the record.
        """
        asked = await self._register.cursor(case_id)
        if asked is None:
            return None
        first = asked.position.seq == 0
        try:
            reading = await self._client.read(case_id, RecordQuery(after=asked.position, with_state=first))
        except Unavailable:
            return None
        if reading.record is not None and await self.store(asked, reading.record) and first:
            await self._keep(reading.record)
        return reading.record if reading.run is RunStatus.RUNNING else None

    async def _keep(self, record: Record) -> None:
        """Keep the first state of a case; the round that follows keeps it, if the register cannot be written now."""
        kept = _kept(record, record.entries[-1].at) if record.entries else None
        with suppress(Unavailable):
            if kept is not None:
                await self._register.keep_state(kept)

    async def catch_up(self, asked: CaseCursor, now: datetime) -> bool:
        """Ask one case at once, also for its whole state; return whether it said how it stands."""
        return await self._one(asked, now, others=False)

    async def store(self, asked: CaseCursor, record: Record) -> bool:
        """Store what a reader was answered, if the register lacks it; return whether it did."""
        if record.position == asked.position or not asked.owns(record.chain, record.nonce):
            return False
        try:
            await self._register.append(record)
        except Unavailable:
            return False
        return True

    async def _one(self, asked: CaseCursor, now: datetime, *, others: bool) -> bool:
        """Ask one case; return whether it answered. What goes wrong here stops no other case."""
        try:
            reading = await self._client.read(asked.case_id, RecordQuery(after=asked.position, with_state=True))
            await self._take(asked, reading, now)
        except Unavailable as silent:
            await self._put_off(asked, str(silent), now, others=others or isinstance(silent, Mute))
        except Exception as fault:
            log.exception("projection.case_failed", case_id=asked.case_id)
            await self._put_off(asked, type(fault).__name__, now, others=True)
        else:
            return True
        return False

    async def _take(self, asked: CaseCursor, reading: CaseReading, now: datetime) -> None:
        if reading.record is None and asked.position.seq == 0 and not asked.started:
            raise Unavailable("the case has not started yet")
        record = reading.record
        if record is not None and record.chain and not asked.owns(record.chain, record.nonce):
            if await self._started_here(asked, record):
                return
            log.error("case.foreign_run", case_id=asked.case_id)
            await self._register.stands(asked, RunStatus.FOREIGN, heard=True)
            return
        if record is not None and forked(record, asked.position):
            if reading.run is RunStatus.RUNNING:
                await self._open_epoch(asked)
                return
            record = await self._apart(asked, record)
        run = await self._run_of(asked, reading)
        if record is not None:
            await self._register.project(record, asked, now + _pause(asked), _kept(record, now), run)
            return
        await self._register.stands(asked, run, heard=reading.run is RunStatus.MISSING)
        if reading.run is not RunStatus.MISSING:
            kind = Mute if reading.mute else Unavailable
            raise kind("the workflow has ended and does not answer")  # what it did last is still wanted

    async def _started_here(self, asked: CaseCursor, record: Record) -> bool:
        """Take up a run of another chain that a desk has started and did not live to say so; return whether it is one.

        Only a desk starts a case in an epoch later than any the register knows: that start is sealed, and carries what
        the register was told before.
        """
        if record.summary.epoch <= asked.position.epoch or record.nonce != asked.nonce:
            return False
        log.warning("case.start_unwritten", case_id=asked.case_id, epoch=record.summary.epoch)
        return await self._register.run_again(asked.case_id, record.chain, after=asked.chain)

    async def _run_of(self, asked: CaseCursor, reading: CaseReading) -> RunStatus:
        """Return how a workflow stands: one that is gone, of a case that was over and owed nothing, has completed."""
        if not reading.run.lost:
            return reading.run
        if reading.record is not None:
            over = reading.record.summary.ended and not reading.record.pending_effects
        else:
            row = await self._register.case(asked.case_id)
            over = row is not None and row.summary is not None and row.summary.ended
        return RunStatus.COMPLETED if over else reading.run

    async def _open_epoch(self, asked: CaseCursor) -> None:
        """Let a case that was set back go on in another epoch: the register has entries it has not made."""
        reading = await self._client.read(asked.case_id, RecordQuery())  # all it keeps, to find what both have
        if reading.record is None:
            raise Unavailable("the case does not answer")
        after, unheard = await self._parting(asked, reading.record)
        decision = OpenEpoch(epoch=asked.position.epoch + 1, after=after, unheard=unheard)
        update_id = hashed(asked.case_id, decision.kind, str(decision.epoch), reading.record.head)
        log.error("case.set_back", case_id=asked.case_id, after=after, unheard=decision.unheard)
        with suppress(Stale):  # another process has done it
            await self._client.send(
                asked.case_id,
                decision.kind,
                decision,
                update_id=update_id,
                proven=Proven(actor=SYSTEM, chain=asked.runs_in),
            )
            await self._register.raise_alarm(asked.case_id, RunAlarm.SET_BACK)
        await self._register.mark(asked.case_id)

    async def _apart(self, asked: CaseCursor, record: Record) -> Record:
        """Return what a case that was set back did before it ended, as an epoch of its own; people are called."""
        after, unheard = await self._parting(asked, record)
        log.error("case.set_back", case_id=asked.case_id, after=after, unheard=unheard)
        await self._register.raise_alarm(asked.case_id, RunAlarm.SET_BACK)
        summary = record.summary.model_copy(update={"epoch": asked.position.epoch + 1})
        entries = tuple(entry for entry in record.entries if entry.seq > after)
        return record.model_copy(update={"summary": summary, "entries": entries, "state": None})

    async def _parting(self, asked: CaseCursor, record: Record) -> tuple[int, int]:
        """Return the number of the last entry both have, case and register, and how many later ones hold no more.

        Numbers alone do not say it: another epoch uses them again.
        """
        made = [(record.summary.seq, record.head), *((e.seq - 1, e.previous) for e in reversed(record.entries))]
        begins = await self._register.begins(asked.case_id)
        for seq, made_hash in made:
            if (epoch := await self._register.epoch_of(asked.case_id, seq, made_hash)) is not None:
                return parting(epoch, seq, asked.position.seq, begins)
        return parting(record.summary.epoch, made[-1][0], asked.position.seq, begins)

    async def _put_off(self, asked: CaseCursor, problem: str, now: datetime, *, others: bool) -> None:
        if not others:  # nobody answers just now: it is not this case's fault
            asked = asked.model_copy(update={"tries": min(asked.tries, SET_ASIDE - 2)})
        aside = asked.tries >= SET_ASIDE
        if aside:
            log.warning("projection.set_aside", case_id=asked.case_id, tries=asked.tries, problem=problem)
        try:
            await self._register.unanswered(asked, problem, now + (RARELY if aside else _pause(asked)))
        except Unavailable:
            log.warning("projection.later", case_id=asked.case_id)


def forked(record: Record, position: TimelinePosition) -> bool:
    """Return whether a running case stands on another timeline than the register, which had `position` before it asked.

    Its workflow was reset, or started from an older state.
    """
    if record.summary.epoch != position.epoch:
        return record.summary.epoch < position.epoch
    if record.summary.seq <= position.seq:
        return record.position != position
    following = next((entry for entry in record.entries if entry.seq == position.seq + 1), None)
    return following is not None and following.previous != position.head


def _pause(asked: CaseCursor) -> timedelta:
    return min(SOONEST * (1 << min(asked.tries, 8)), LATEST)


def _kept(record: Record, now: datetime) -> KeptState | None:
    if record.state is None:
        return None
    position = record.position
    return KeptState(
        case_id=record.summary.case_id,
        epoch=position.epoch,
        seq=position.seq,
        version=record.version,
        state=record.state,
        at=now,
    )
