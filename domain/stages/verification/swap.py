"""Swapping 互换: the lead hands its request to a unit that is asked already, and both go on in the other's role.

The rule is in docs/design.md, rule 10.
"""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.parts import Request
from domain.clocks.pause import ResumedBy
from domain.decisions import Actor
from domain.events import TransferAccepted
from domain.stages.clocks.progress import progressed
from domain.stages.verification import transfer
from domain.stages.verification.findings import conclude, put_first_on_record
from domain.stages.verification.transfer import own_request
from domain.vocabulary import ClockName, ProposalKind, RequestState, Role, Stage


def swaps(case: Case, offered: Request) -> bool:
    """Return whether accepting an offer swaps roles: the unit it is offered to is asked itself."""
    return offered.offered_to is not None and own_request(case, offered.offered_to.code) is not None


def swap(case: Case, offered: Request, actor: Actor, now: datetime) -> None:
    """Let the unit a lead's request is offered to lead; the sender goes on as a co-unit, each with its own clocks."""
    to = offered.offered_to
    assert to is not None  # noqa: S101  (found by it)
    own = own_request(case, to.code)
    assert own is not None  # noqa: S101  (asked by the caller)
    case.stop(now, case.clock(ClockName.ACCEPT, to.code))
    transfer.lapse(case, now, own)  # what it had handed on was a co-unit's part
    if own.pause is not None:  # a lead's own clock stands still only with the case
        case.resume_unit(own, ResumedBy.STEP, now)
    case.lapse(now, ProposalKind.PAUSE, to.code, ClockName.ANSWER)
    offered.offered_to, offered.role = None, Role.CO
    own.role, own.assigned, offered.assigned = Role.LEAD, offered.assigned, False
    for request in (own, offered):  # who takes the lead, and who handed it on, have both taken their part up
        request.state = RequestState.ACCEPTED if request.state is RequestState.OFFERED else request.state
    answer = case.clock(ClockName.ANSWER, to.code)
    due = answer.due if answer else now
    case.happened(TransferAccepted(unit=offered.unit.code, to=to.code, due=due, swapped=True), now, actor)
    progressed(case, to.code)
    key = f"v{case.visit}/taken-over/{case.seq}"
    values: dict[str, str | int] = {"to": to.short, "swapped": 1}
    case.notify_unit(Message.TAKEN_OVER, offered.unit.code, key=key, values=values)
    put_first_on_record(case, own, now)
    if case.stage is Stage.VERIFICATION:
        conclude(case, now)
