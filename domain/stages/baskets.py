"""Triage baskets 待归并: reports that say too little for a case of their own wait together for a person.

Their reports go to other cases, some by `move` or all by a merge; or triage says what they claim, and the basket is a
case like any other.
"""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.decisions import Actor, MoveReports, Proven, TriageDecision
from domain.errors import Unfit, Unknown
from domain.events import ClaimWorded, ReportsMoved


def refuse_unfit_claim(case: Case, decision: TriageDecision, proven: Proven) -> None:
    """Refuse to have a basket verified without its claim, or with that of another case; and another case with one."""
    if case.is_basket and decision.claim is None:
        raise Unfit("basket_needs_claim")
    if not case.is_basket and decision.claim is not None:
        raise Unfit("claim_not_asked_for")
    if proven.same_claim is not None:
        raise Unfit("claim_is_known", number=proven.same_claim)


def word(case: Case, decision: TriageDecision, actor: Actor, now: datetime) -> None:
    """Take over what triage says a basket claims; nothing in another case."""
    if decision.claim is not None:
        before, case.worded_claim = case.claim, decision.claim
        case.happened(ClaimWorded(claim=decision.claim, before=before), now, actor)


def move(case: Case, decision: MoveReports, proven: Proven, now: datetime) -> None:
    """Let some reports go to the case they belong to; the register brings them there.

    Raises:
        Unfit: the case began as no basket; or a report is its first one, or the other case is this one, or has ended
            without an answer.
        Unknown: nobody has looked up what leaves.

    """
    if not case.opening.basket:
        raise Unfit("no_basket")
    if case.opening.report_id in decision.reports:
        raise Unfit("move_first_report", report=case.opening.report_id)
    into, leaving = proven.original, proven.split
    if into is None or leaving is None:
        raise Unknown("reports_not_here", number=case.opening.number)
    if into.case_id == case.opening.case_id:
        raise Unfit("move_into_itself", number=into.number)
    if not (into.running or into.answered):
        raise Unfit("original_unanswered", number=into.number)
    case.splits += 1
    case.sightings, case.districts, case.channels = leaving.count, leaving.districts, leaving.channels
    moved = ReportsMoved(
        reports=leaving.reports,
        into=into,
        reason=decision.reason,
        count=leaving.count,
        districts=leaving.districts,
        channels=leaving.channels,
    )
    case.happened(moved, now, proven.actor)
