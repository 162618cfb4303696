"""A case started again from its state in the register: its workflow was lost, or it has ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import structlog
from pydantic import ValidationError

from desk.case_client import CaseClient
from desk.case_starter import CaseIsOver
from desk.projection import SET_ASIDE, Projector
from domain.case.case import Case
from domain.case.state import VERSION
from domain.decisions import Actor, OpenEpoch
from domain.errors import Stale, Unavailable, Unfit, Unknown
from domain.ports.register import Register
from domain.ports.rows import CaseCursor, KeptState
from domain.runs import EpochCause, RunStatus, parting
from domain.values import Frozen

log = structlog.get_logger(__name__)


class RestoredCase(Frozen):
    """A case that was started again.

    `epoch` is the one it goes on in, `after` the number of the last entry its state holds, and `unheard` how many later
    entries of the timeline it knows nothing of.
    """

    case_id: str
    number: str
    epoch: int
    after: int
    unheard: int


class Restoration:
    """What starts cases again, under the same id and number, with everything they had heard."""

    def __init__(self, register: Register, client: CaseClient, projector: Projector) -> None:
        self._register, self._client, self._projector = register, client, projector

    async def restore(self, case_id: str, by: Actor, now: datetime) -> RestoredCase:
        """Start a case from its newest state; notices and pages keep their keys, so nobody gets one twice.

        Raises:
            Unknown: there is no such case.
            Unfit: no state of it is stored, or this version cannot read it.
            Stale: the case runs, or was restored by somebody else just now.
            Unavailable: Temporal or the register does not answer.

        """
        asked = await self._register.cursor(case_id)
        if asked is None:
            raise Unknown("unknown_case", case=case_id)
        # A workflow that was only stopped still says what it did last, if it has not yet; one that cannot any more is
        # not waited for.
        said = asked.run.lost and asked.settled and asked.problem is None
        if not said and not await self._projector.catch_up(asked, now) and asked.tries < SET_ASIDE:
            raise Unavailable("the case does not say what it did last")
        return await self._start(case_id, by)

    async def _start(self, case_id: str, by: Actor) -> RestoredCase:
        row, cursor = await self._register.case(case_id), await self._register.cursor(case_id)
        if row is None or cursor is None:
            raise Unknown("unknown_case", case=case_id)
        kept = await self._register.kept_state(case_id)
        if kept is None and _unheard_of(cursor):
            if cursor.run is RunStatus.FOREIGN:
                await self._client.end(case_id, "")
            await self._register.owe_opening(case_id)
            await self._register.will_start(case_id)
            await self._register.run_again(case_id, chain="")  # the next one with that nonce is taken
            return RestoredCase(case_id=case_id, number=row.number, epoch=1, after=0, unheard=0)
        if kept is None:
            raise Unfit("no_state", number=row.number)
        begins = await self._register.begins(case_id)
        case, epoch = read_state(kept, row.number), epoch_of(kept, cursor, begins, EpochCause.RESTORED, by)
        nonce = await self._register.will_start(case_id)
        try:
            chain = await self._client.start_again(case, epoch, nonce, replacing=cursor.run is RunStatus.FOREIGN)
        except CaseIsOver:
            await self._register.mark(case_id)
            raise Stale("case_runs", number=row.number) from None
        if not await self._register.run_again(case_id, chain, after=cursor.chain):  # a closed case that was just heard
            await self._client.end(case_id, chain)
            raise Stale("case_runs", number=row.number)
        log.warning("case.restored", case_id=case_id, epoch=epoch.epoch, after=epoch.after, unheard=epoch.unheard)
        return RestoredCase(
            case_id=case_id, number=row.number, epoch=epoch.epoch, after=epoch.after, unheard=epoch.unheard
        )


def _unheard_of(cursor: CaseCursor) -> bool:
    """Return whether nothing was heard of a case that is gone, or not ours: its first report starts it once more."""
    return cursor.run in (RunStatus.MISSING, RunStatus.FOREIGN) and cursor.position.seq == 0


def read_state(kept: KeptState, number: str) -> Case:
    """Return a case from its stored state; fields this version does not know are left out.

    Raises:
        Unfit: a newer version wrote it, or it cannot be read.

    """
    if kept.version > VERSION:
        raise Unfit("newer_state", number=number, version=kept.version, known=VERSION)
    try:
        return Case.model_validate_json(kept.state)
    except ValidationError as problem:
        raise Unfit("unreadable_state", number=number) from problem


def epoch_of(
    kept: KeptState, cursor: CaseCursor, begins: Mapping[int, int], cause: EpochCause, by: Actor | None = None
) -> OpenEpoch:
    """Return the epoch in which a case goes on from a kept state; `begins` says behind which number each one begins."""
    after, unheard = parting(kept.epoch, kept.seq, cursor.position.seq, begins)
    epoch = cursor.position.epoch + 1
    return OpenEpoch(epoch=epoch, after=after, unheard=unheard, cause=cause, by=by)
