"""The quorum 反馈齐备: the lead unit has answered, and as many co-units as the policy asks for.

The rule is in docs/design.md, rule 11.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.case.case import Case
from domain.vocabulary import QuorumRest, RequestState, Role, Verdict


@dataclass(frozen=True)
class Agreed:
    """The result that enough units have answered, all with the same verdict."""

    verdict: Verdict


@dataclass(frozen=True)
class Split:
    """The result that enough units have answered, with different verdicts (by unit code)."""

    verdicts: dict[str, Verdict]


@dataclass(frozen=True)
class Missing:
    """The result that answers are still missing."""


def of(case: Case) -> Agreed | Split | Missing:
    """Return whether the answers of the units that are still asked are enough, and whether they agree."""
    lead, rest = case.lead, [request for request in case.open_requests() if request.role is Role.CO]
    if lead is None or lead.state is not RequestState.ANSWERED:
        return Missing()
    answered = [request for request in rest if request.state is RequestState.ANSWERED]
    if rest and not _enough(case, len(answered), len(rest)):
        return Missing()
    verdicts = {request.unit.code: request.verdict for request in (lead, *answered) if request.verdict}
    if len(set(verdicts.values())) == 1 and lead.verdict:
        return Agreed(lead.verdict)
    return Split(verdicts)


def _enough(case: Case, answered: int, asked: int) -> bool:
    """Return whether enough co-units have answered, by the policy the case was opened with."""
    if (case.quorum_at or case.level) in case.terms.lead_alone_publishes:
        return True
    match case.terms.quorum_rest:
        case QuorumRest.ALL:
            return answered == asked
        case QuorumRest.MAJORITY:
            return 2 * answered > asked
        case QuorumRest.NOBODY:
            return True
