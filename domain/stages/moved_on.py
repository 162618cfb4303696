"""Pages that were left open: a decision that says what its sender saw is refused once that has moved on.

The rule is in docs/design.md, rule 6. A decision that says nothing takes the case as it is.
"""

from __future__ import annotations

from domain.case.case import Case
from domain.case.parts import Request
from domain.decisions import Accept, Consult, Decline, DraftSubmission
from domain.errors import Stale
from domain.stages.verification import quorum


def refuse_other_visit(case: Case, seen: int | None) -> None:
    """Refuse what was decided about a request of another visit.

    Raises:
        Stale: the case is in another visit.

    """
    if seen not in (None, case.visit):
        raise Stale("visit_moved_on", visit=case.visit)


def offer_meant(case: Case, decision: Accept | Decline, unit: str) -> Request | None:
    """Return the request another unit offers that a decision of `unit` is about; None if it is about its own.

    Raises:
        Stale: the request that is meant is not offered to it any more.

    """
    offered = case.transfer_to(unit)
    if decision.request_of in (None, offered.unit.code if offered else unit):
        return offered
    if decision.request_of != unit:
        raise Stale("offer_moved_on", unit=case.short(decision.request_of))
    return None


def refuse_other_round(request: Request, seen: int | None, *, own: bool = False) -> None:
    """Refuse what was decided about another finding of a unit; `own` is whether the unit itself answers.

    Raises:
        Stale: the finding was returned or corrected since.

    """
    if seen not in (None, request.round):
        raise Stale("own_finding_moved_on" if own else "finding_moved_on", unit=request.unit.short)


def refuse_other_session(case: Case, decision: Consult) -> None:
    """Refuse an act in a session that is not the latest any more, and a ruling on findings that have changed.

    Raises:
        Stale: there is another session, or a unit has found something since.

    """
    number = case.last_session.number if case.last_session else 0
    if decision.expected_session not in (None, number):
        raise Stale("session_moved_on", number=number)
    if decision.expected_findings not in (None, quorum.stated(case)):
        raise Stale("findings_moved_on")


def refuse_other_text(case: Case, decision: DraftSubmission) -> None:
    """Refuse a text whose drafter has not seen the one on the table.

    Raises:
        Stale: somebody else has handed in a text since.

    """
    if decision.expected_version not in (None, case.versions):
        raise Stale("text_moved_on", version=case.versions)
