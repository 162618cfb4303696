"""Intake: a lead is handed in, and anybody who has its id may read it back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import Field

from api.html.report_answers import reported
from api.http.admission import AdmittedReporter, reading_in_turn
from api.http.auth import Desk, Officer
from api.http.idempotency import OptionalKey
from api.http.openapi import body, problems
from api.http.request_bodies import body_as
from desk.admission.channels import must_speak_for
from domain.access.reading import one_case
from domain.errors import Unknown
from domain.reports.explanation import Explanation
from domain.reports.outcome import ReportOutcome
from domain.reports.report import Report, ReportReceipt
from domain.values import Frozen, is_none
from domain.vocabulary import Exit, Stage

router = APIRouter(prefix="/v1", tags=["reports"])

ReportId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,40}$")]


class StoredReport(Frozen):
    """A report as handed in, its case, and the stage of that case; `bulletin` is the address of the published page.

    `merged_into` is the number of the case whose answer is the answer of this one, a duplicate: `bulletin` is its page.
    `outcome` is what has become of the case that answers, `exit` why that was let out of triage, if it was, and
    `answer` the same in one sentence.
    """

    report_id: str
    case_id: str
    number: str
    stage: Stage
    accepted_at: datetime
    report: Report
    bulletin: str | None
    merged_into: str | None = Field(default=None, exclude_if=is_none)
    outcome: ReportOutcome
    exit: Exit | None = Field(default=None, exclude_if=is_none)
    answer: str


@router.post(
    "/reports",
    status_code=201,
    operation_id="hand_in_report",
    responses=problems(400, 401, 403, 413, 415, 422, 429),
    openapi_extra=body("Report"),
)
async def hand_in_report(request: Request, desk: Desk, who: AdmittedReporter, key: OptionalKey) -> ReportReceipt:
    """Hand in a lead. Without an Idempotency-Key a retry may count as a second sighting.

    Without a personal key the Idempotency-Key has 16 characters at least, drawn at random, and counts for the source
    alone. A channel other than `public` needs the key of that unit. A 429 says by `Retry-After` when to come again.
    """
    who.must_be_able_to_use(key)
    report = await body_as(request, Report)
    must_speak_for(report.channel, who.person)
    async with who.turn():
        receipt = await desk.report(report, key=key, principal=who.principal, source=who.counts_as)
        if not receipt.joined:  # its turn lasts until the worker has it
            await desk.wait_for(receipt.case_id)
        return receipt


@router.get("/reports/{report_id}", operation_id="show_report", responses=problems(404, 429))
async def show_report(request: Request, report_id: ReportId, desk: Desk) -> StoredReport:
    """Show a report as handed in, and where its case stands. The id is the only key, so it is made unguessable."""
    async with reading_in_turn(request):
        filing, case_id = await desk.report_of(report_id)
        view = await desk.view(case_id, one_case(case_id))
        answer = await desk.answer_of(view)
    return StoredReport(
        report_id=report_id,
        case_id=case_id,
        number=view.number,
        stage=view.summary.stage if view.summary else Stage.REPORT,
        accepted_at=filing.accepted_at,
        report=filing.report,
        bulletin=answer.view.bulletin,
        merged_into=answer.view.number if answer.view.case_id != case_id else None,
        outcome=answer.outcome,
        exit=answer.exit,
        answer=reported(answer),
    )


@router.get("/reports/{report_id}/match", operation_id="explain_match", responses=problems(401, 404, 503))
async def explain_match(report_id: ReportId, desk: Desk, who: Officer) -> Explanation:
    """Explain why a report stands in its case: to the letter, by rule, or alone; with the nearest cases then and now.

    Only the office and administrators read reports; to anybody else there is none.
    """
    if not desk.right_of(who).whole:
        raise Unknown("unknown_report", report=report_id)
    return await desk.explanations.of_report(report_id)
