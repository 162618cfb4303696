"""Cases for officers: list, show, follow, decide; every route needs a personal key.

A case the caller may not read is answered like one that does not exist (`domain.access.reading`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request
from pydantic import Field

from api.http.admission import admit_decision
from api.http.auth import Desk, Officer
from api.http.idempotency import RequiredKey
from api.http.openapi import body, problems
from api.http.request_bodies import decision_in
from desk import CaseView, RestoredCase
from domain.access.signing_codes import CodeDelivery
from domain.case.answer import Answer
from domain.case.clock_report import ClockReport
from domain.case.summary import Summary
from domain.decisions import UnitCode
from domain.events import Entry
from domain.ports.rows import CaseFilter, CaseRow, TimelineEntry
from domain.values import Frozen
from domain.vocabulary import Level, PublicationKind, PublicationState, Stage, Verdict

router = APIRouter(prefix="/v1/cases", tags=["cases"])

CaseId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
Word = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]


SentCode = Annotated[str | None, Header(alias="Piyao-Code", pattern=r"^[0-9]{6}$")]


class CaseQuery(CaseFilter):
    """The query of the list: every field that is set must match. `owner` is a unit that owes a running clock."""

    unit: UnitCode | None = None
    topic: Word | None = None
    district: Word | None = None
    owner: UnitCode | None = None
    limit: int = Field(default=100, ge=1, le=500)


class ProposedDraft(Frozen):
    """A text an editor may start from, filled in from the findings."""

    publication: PublicationKind
    title: str
    text: str


class Decided(Frozen):
    """The answer to a decision: its number, the new state, who owes what now, and the entries it caused.

    `owed` names what the case still has to send.
    """

    case_id: str
    seq: int
    stage: Stage
    verdict: Verdict | None
    level: Level
    publication: PublicationState
    due: datetime | None
    owed: tuple[str, ...]
    summary: Summary
    entries: tuple[Entry, ...]


@router.get("", operation_id="list_cases", responses=problems(401, 422))
async def list_cases(desk: Desk, who: Officer, where: Annotated[CaseQuery, Query()]) -> Sequence[CaseRow]:
    """List the cases the caller may read, newest first."""
    return await desk.list(where, desk.right_of(who))


@router.get("/{case_id}", operation_id="show_case", responses=problems(401, 404))
async def show_case(case_id: CaseId, desk: Desk, who: Officer) -> CaseView:
    """Show one case as it stands now; `live` is false if only the register answered."""
    return await desk.view(case_id, desk.right_of(who))


@router.get("/{case_id}/timeline", operation_id="show_timeline", responses=problems(401, 404))
async def show_timeline(case_id: CaseId, desk: Desk, who: Officer) -> Sequence[TimelineEntry]:
    """Show what happened to a case, in order."""
    return await desk.timeline(case_id, desk.right_of(who))


@router.post("/{case_id}/restore", operation_id="restore_case", responses=problems(401, 403, 404, 409, 422, 503))
async def restore_case(case_id: CaseId, desk: Desk, who: Officer) -> RestoredCase:
    """Start a case again whose workflow was stopped or deleted, from its state in the register.

    Only an administrator may. Notices and pages keep their keys, so nobody gets one twice.
    """
    return await desk.restore(case_id, by=who)


@router.get("/{case_id}/clocks", operation_id="explain_clocks", responses=problems(401, 404, 503))
async def explain_clocks(case_id: CaseId, desk: Desk, who: Officer) -> ClockReport:
    """Explain every clock of a case: its account, its rungs, and the rule and versions behind each."""
    return await desk.clocks(case_id, desk.right_of(who))


@router.get("/{case_id}/draft", operation_id="propose_draft", responses=problems(401, 404, 422))
async def propose_draft(
    case_id: CaseId, desk: Desk, who: Officer, publication: PublicationKind | None = None
) -> ProposedDraft:
    """Propose a text from the findings, by the office's template; nothing is handed in."""
    proposed = await desk.proposed_draft(case_id, desk.right_of(who), publication)
    return ProposedDraft(publication=proposed.publication, title=proposed.title, text=proposed.text)


@router.post(
    "/{case_id}/decisions",
    operation_id="decide",
    responses=problems(400, 401, 403, 404, 409, 413, 415, 422, 429),
    openapi_extra=body("AnyDecision"),
)
async def decide(
    request: Request, case_id: CaseId, desk: Desk, who: Officer, key: RequiredKey, code: SentCode = None
) -> Decided:
    """Take a decision; the actor is the holder of the key. The same Idempotency-Key again changes nothing.

    Signing a red or orange case needs the header Piyao-Code, see `POST …/codes`.
    """
    admit_decision(request, who)
    decision = await decision_in(request)
    return _decided(await desk.decide(case_id, decision, by=who, key=key, code=code))


@router.post("/{case_id}/codes", status_code=202, operation_id="send_code", responses=problems(401, 404, 422, 429))
async def send_code(case_id: CaseId, desk: Desk, who: Officer) -> CodeDelivery:
    """Send the caller a code for signing this case, by another channel; it is good for 10 minutes and five tries.

    Asked again within 30 s, the answer describes the code just sent. A 429 says by `Retry-After` when to ask again.
    """
    return await desk.send_code(case_id, to=who)


def _decided(answer: Answer) -> Decided:
    summary = answer.summary
    return Decided(
        case_id=answer.case_id,
        seq=answer.seq,
        stage=summary.stage,
        verdict=summary.verdict,
        level=summary.level,
        publication=summary.publication,
        due=summary.due,
        owed=answer.pending_effects,
        summary=summary,
        entries=answer.entries,
    )
