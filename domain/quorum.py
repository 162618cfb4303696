"""When is a claim verified? 反馈齐备: the lead unit has answered, and a majority of the rest (rule 11)."""

from __future__ import annotations

from dataclasses import dataclass

from domain.case import Case
from domain.words import RequestState, Role, Verdict


@dataclass(frozen=True)
class Agreed:
    """Say that enough units have answered, all with the same verdict."""

    verdict: Verdict


@dataclass(frozen=True)
class Split:
    """Say that enough units have answered, with different verdicts."""

    verdicts: dict[str, Verdict]


@dataclass(frozen=True)
class Missing:
    """Say that answers are still missing."""


def of(case: Case) -> Agreed | Split | Missing:
    """Measure the answers of the units that have not declined."""
    lead, rest = case.lead, [request for request in case.open_requests() if request.role is Role.CO]
    if lead is None or lead.state is not RequestState.ANSWERED:
        return Missing()
    answered = [request for request in rest if request.state is RequestState.ANSWERED]
    if case.level not in case.terms.lead_alone_publishes and 2 * len(answered) <= len(rest) and rest:
        return Missing()
    verdicts = {request.unit.code: request.verdict for request in (lead, *answered) if request.verdict}
    if len(set(verdicts.values())) == 1 and lead.verdict:
        return Agreed(lead.verdict)
    return Split(verdicts)
