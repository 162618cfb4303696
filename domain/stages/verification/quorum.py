"""The quorum 反馈齐备: the lead unit has answered, and as many co-units as the policy asks for.

A finding that was returned is still held against what the others say, until its unit answers anew or the chair rules.

The rule is in docs/design.md, rule 11.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.case.case import Case
from domain.case.parts import Request
from domain.terms import QuorumRest
from domain.vocabulary import ClockName, RequestState, Role, Stage, Verdict


@dataclass(frozen=True)
class Agreed:
    """The result that enough units have answered, all with the same verdict."""

    verdict: Verdict


@dataclass(frozen=True)
class Split:
    """The result that enough units have answered, with different verdicts (by unit code)."""

    verdicts: dict[str, Verdict]


@dataclass(frozen=True)
class Alone:
    """The result that only the lead has answered, of several units that were asked: the office decides."""

    verdict: Verdict


@dataclass(frozen=True)
class Missing:
    """The result that answers are still missing."""


def of(case: Case) -> Agreed | Split | Alone | Missing:
    """Return whether the answers of the units that are still asked are enough, and whether they agree.

    A conflict the office knows of stays one, however many further units are asked.
    """
    lead, rest = case.lead, [request for request in case.open_requests() if _owes(case, request)]
    if lead is None:
        return Missing()
    verdicts = held(case)
    if contested(case):
        return Split(verdicts)
    answers, owes = lead.state is RequestState.ANSWERED, case.clock(ClockName.ANSWER, lead.unit.code) is not None
    if (answers or not owes) and case.session is not None and (questioned := case.session.questions) is not None:
        return Agreed(questioned)  # whoever doubted what was concluded has found otherwise since
    answered = [request for request in rest if request.state is RequestState.ANSWERED]
    if lead.unit.code not in verdicts or (rest and not _enough(case, len(answered), len(rest))):
        return Missing()
    if len(set(verdicts.values())) > 1:
        return Split(verdicts)
    if not answers or lead.verdict is None:
        return Missing()
    return Alone(lead.verdict) if _left_alone(case, len(verdicts)) else Agreed(lead.verdict)


def undecided(case: Case) -> bool:
    """Return whether only the chair's ruling can set the verdict as things stand."""
    return case.stage is Stage.VERIFICATION and isinstance(of(case), (Split, Alone))


def held(case: Case) -> dict[str, Verdict]:
    """Return what each unit says, by its code, the lead first: by its finding, or by one that was returned to it."""
    answered = (request for request in case.open_requests() if request.state is RequestState.ANSWERED)
    said = {request.unit.code: request.verdict for request in answered if request.verdict}
    lead = case.lead.unit.code if case.lead else ""
    both = {**case.disputed, **said}
    return {unit: both[unit] for unit in sorted(both, key=lambda unit: (unit != lead, unit not in said))}


def stated(case: Case) -> str:
    """Return in one line what each unit says, as a page carries it to its chair and back; `-` if none says anything."""
    return " ".join(f"{unit}={verdict}" for unit, verdict in sorted(held(case).items())) or "-"


def contested(case: Case) -> bool:
    """Return whether the open session has a conflict before it that neither a ruling nor a new finding has ended."""
    session = case.session
    if session is None or not session.conflict or case.verdict is not None:
        return False
    said = {verdict for unit, verdict in held(case).items() if not _ruled_over(case, unit, verdict)}
    return len(said | {session.questions or verdict for verdict in said}) > 1


def overruled(case: Case, request: Request) -> bool:
    """Return whether a unit finds what the chair has ruled over before, by the same unit."""
    return request.verdict is not None and _ruled_over(case, request.unit.code, request.verdict)


def doubters(case: Case, verdict: Verdict) -> tuple[Request, ...]:
    """Return the units whose finding contradicts a verdict, as far as the chair has not ruled over it."""
    answered = (one for one in case.open_requests() if one.state is RequestState.ANSWERED and one.verdict)
    return tuple(one for one in answered if one.verdict is not verdict and not overruled(case, one))


def _ruled_over(case: Case, unit: str, verdict: Verdict) -> bool:
    return any(session.dissent.get(unit) is verdict for session in case.sessions)


def _owes(case: Case, request: Request) -> bool:
    """Return whether a co-unit has answered or still has to: no longer, if it expired and its unit approves it late."""
    late = request.state is RequestState.SUBMITTED and case.clock(ClockName.ANSWER, request.unit.code) is None
    return request.role is Role.CO and not late


def _left_alone(case: Case, answered: int) -> bool:
    """Return whether co-units were asked in this visit and none has answered, where the policy wants one to."""
    if answered > 1 or case.level in case.terms.lead_alone_publishes or case.terms.quorum_rest is QuorumRest.NOBODY:
        return False
    return any(one.role is Role.CO and one.asked_in == case.visit for one in case.requests)


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
