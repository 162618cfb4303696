"""A closed case that hears a finding: its workflow has ended, and is started again together with the decision.

A case at rest ends in its first task, so the decision must come with the start. One decision at a time opens an epoch
of a case: whoever has the lease reads the newest state, starts, and says so in the register. Until that is said no
letter of the new run goes out, and so it does not end; the same start a second time reaches the same run.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from desk.call_failures import NoSuchRun
from desk.case_client import CaseClient
from desk.projection import SET_ASIDE, Projector
from desk.runs.restoration import epoch_of, read_state
from domain.access.permissions import require
from domain.access.standing_in import acting
from domain.case.answer import Answer
from domain.case.case import Case
from domain.case.summarise import summarise
from domain.decider.decide import RULES, check, taken_at
from domain.decisions import Actor, Decision, OpenEpoch, Proven, SplitDecision
from domain.errors import CaseLost, CaseOver, NotPermitted, Stale, Unavailable, Unfit
from domain.ports.register import Register
from domain.ports.rows import CaseCursor, DecisionRow
from domain.runs import EpochCause, RunStatus
from domain.tasks.brief import Brief, brief_of

log = structlog.get_logger(__name__)

HELD = timedelta(seconds=30)
"""For how long one decision alone may start a case; if its process dies, another one goes on after that."""

TURNS, PAUSE = 40, 0.2
"""How often a decision looks whether its turn has come, and how many seconds lie between two looks."""


class ClosedCases:
    """What lets closed cases hear whoever was asked; any number of processes may do it at the same time."""

    def __init__(
        self, register: Register, client: CaseClient, projector: Projector, now: Callable[[], datetime]
    ) -> None:
        self._register, self._client, self._projector, self._now = register, client, projector, now

    async def hear(self, row: DecisionRow, decision: Decision, proven: Proven) -> Answer:
        """Send one decision to a closed case, and start the case for it if it does not run; twice has one effect.

        Raises:
            Refused: the case refuses it, or nothing is kept of its state; it is not started then.
            Unavailable: the outcome is not known yet.

        """
        if isinstance(decision, SplitDecision):
            return await self._split(row, decision, proven)
        if not RULES[row.kind].even_over:
            return await self._taken_before(row, proven)
        holder = secrets.token_hex(8)
        for _ in range(TURNS):
            if (answer := await self._to_running(row, decision, proven)) is not None:
                return answer
            if await self._leased(row.case_id, holder, HELD):
                try:
                    if (answer := await self._with_start(row, decision, proven)) is not None:
                        return answer
                finally:
                    await self._leased(row.case_id, holder, timedelta())
            await asyncio.sleep(PAUSE)
        raise Unavailable("the case hears other decisions")

    async def brief(self, case_id: str, actor: Actor) -> Brief | None:
        """Return how a closed case looks to an officer who may still be heard; None to anybody else.

        It is read from the kept state; the workflow is asked only if it runs, or if no state is kept.
        """
        cursor = await self._register.cursor(case_id)
        case = None
        if cursor is not None and cursor.run is not RunStatus.RUNNING:
            case = await self._kept(case_id, "")
        brief = brief_of(case, actor) if case is not None else await self._client.brief(case_id, actor)
        return brief if brief is not None and brief.offers else None

    async def _taken_before(self, row: DecisionRow, proven: Proven) -> Answer:
        """Return the answer to a decision the case had taken before it was closed; no other of its kind reaches it."""
        stored = await self._register.case(row.case_id)
        number = stored.number if stored else row.case_id
        case = await self._kept(row.case_id, number)
        if case is None or row.update_id not in case.applied_updates:
            raise CaseOver("case_over", number=number)
        return _heard(case, case.applied_updates[row.update_id], proven)

    async def _split(self, row: DecisionRow, decision: SplitDecision, proven: Proven) -> Answer:
        """Take reports out of a closed case in the register alone: its workflow has nothing to decide, nor to count.

        What was taken out, and why, is read in the opening of the case the reports get.
        """
        stored = await self._register.case(row.case_id)
        number = stored.number if stored else row.case_id
        case = await self._kept(row.case_id, number)
        if case is None:
            raise CaseOver("closed_state_gone", number=number)
        if row.update_id not in case.applied_updates:
            require(acting(case, proven.actor, row.kind, decision), decision, case)
            await self._register.split_closed(row.update_id)
        return _heard(case, case.applied_updates.get(row.update_id, case.seq), proven)

    async def _leased(self, case_id: str, holder: str, span: timedelta) -> bool:
        return await self._register.lease(f"closed/{case_id}", holder, self._now(), span)

    async def _to_running(self, row: DecisionRow, decision: Decision, proven: Proven) -> Answer | None:
        """Send a decision to a case that runs; None if it does not, or not in the chain the register knows."""
        cursor = await self._register.cursor(row.case_id)
        if cursor is None or cursor.run is not RunStatus.RUNNING:
            return None
        try:
            known = proven.model_copy(update={"chain": cursor.runs_in})
            return await self._client.send(row.case_id, row.kind, decision, update_id=row.update_id, proven=known)
        except NoSuchRun:
            return None
        except NotPermitted as refusal:
            if refusal.code != "other_chain":
                raise
            return None

    async def _with_start(self, row: DecisionRow, decision: Decision, proven: Proven) -> Answer | None:
        """Start a case that has ended, with a decision; None if it runs."""
        cursor = await self._caught_up(row.case_id)
        if cursor is None:
            return None
        kept = await self._register.kept_state(row.case_id)
        stored = await self._register.case(row.case_id)
        number = stored.number if stored else row.case_id
        case = read_state(kept, number) if kept else None
        if kept is None or case is None or not case.over:
            raise CaseOver("closed_state_gone", number=number)
        if (seq := case.applied_updates.get(row.update_id)) is not None:  # by another process, or before a crash
            return _heard(case, seq, proven)
        check(case, row.kind, decision, proven, row.update_id, taken_at(case, proven, self._now()))
        begins = await self._register.begins(row.case_id)
        epoch = epoch_of(kept, cursor, begins, EpochCause.HEARD_AFTER_CLOSING)
        nonce = await self._register.will_start(row.case_id)
        try:
            answer = await self._client.send(
                row.case_id, row.kind, decision, update_id=row.update_id, proven=proven, start=(case, epoch, nonce)
            )
        except NotPermitted as refusal:  # it runs by now, started by somebody who had the lease after us
            if refusal.code != "other_chain":
                raise
            return None
        await self._must_be_newest(answer, epoch, cursor, number)
        log.info("case.heard_after_closing", case_id=row.case_id, kind=row.kind, epoch=epoch.epoch)
        return answer

    async def _must_be_newest(self, answer: Answer, epoch: OpenEpoch, cursor: CaseCursor, number: str) -> None:
        """Record the run that has answered as that of the case; one that began from an older state is ended.

        Raises:
            Stale: this process stood still for longer than its lease, and another finding has been heard meanwhile.

        """
        case_id, chain = answer.case_id, answer.record.chain
        newest = answer.summary.epoch == epoch.epoch
        if not newest or not await self._register.run_again(case_id, chain, after=cursor.chain):
            log.error("case.started_twice", case_id=case_id)
            await self._client.end(case_id, chain)
            raise Stale("heard_another", number=number)

    async def _caught_up(self, case_id: str) -> CaseCursor | None:
        """Return the cursor of a case once the register has all its ended workflow has said; None if one runs.

        Raises:
            CaseLost: somebody else started a workflow under its id.
            Unavailable: it cannot be asked.

        """
        cursor = await self._register.cursor(case_id)
        if cursor is not None and not (cursor.run is RunStatus.COMPLETED and cursor.settled):
            heard = await self._projector.catch_up(cursor, self._now())
            if not heard and cursor.tries < SET_ASIDE:
                raise Unavailable("the case does not say what it did last")
            cursor = await self._register.cursor(case_id)
        if cursor is None:
            raise Unavailable("the case has not started yet")
        if cursor.run is RunStatus.FOREIGN:
            stored = await self._register.case(case_id)
            raise CaseLost("case_lost", number=stored.number if stored else case_id, run=cursor.run)
        return None if cursor.run is RunStatus.RUNNING else cursor

    async def _kept(self, case_id: str, number: str) -> Case | None:
        """Return a closed case from its kept state; None without one that this version can read."""
        kept = await self._register.kept_state(case_id)
        try:
            case = read_state(kept, number) if kept else None
        except Unfit:
            return None
        return case if case is not None and case.over else None


def _heard(case: Case, seq: int, proven: Proven) -> Answer:
    """Return the answer to a decision that a case has taken already."""
    record = case.record(summarise(case, ahead=False), proven.recorded)
    return Answer(case_id=case.opening.case_id, seq=seq, since=case.seq, record=record)
