"""Conflict 意见不一致, a part of verification: findings contradict each other, or the verdict that was reached.

The rule is in docs/design.md, rule 11.
"""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.parts import Draft, Request
from domain.events import FindingsConflicted
from domain.stages.rebuttal.signing import take_back
from domain.stages.verification import joint_session, quorum, session_calls
from domain.terms import Addressee
from domain.vocabulary import ClockName, PublicationState, Seat, SessionReason, Stage

UNSIGNED = (PublicationState.NONE, PublicationState.DRAFTED)
"""How far a text may be for a finding to change the verdict it states: until the last signature."""


def take_to_a_session(case: Case, now: datetime) -> None:
    """Open a session about a conflict, or call its units to the one that is open, whatever that is about."""
    units = [request.unit.code for request in case.open_requests()]
    if case.session is None:
        joint_session.open_session(case, SessionReason.CONFLICT, units, now)
    else:
        session_calls.join_all(case, units)
    session = case.session
    if session is not None and not session.conflict:  # once per session; further findings are only in the timeline
        session.conflict = True
        case.notify_office(Message.CONFLICT, Seat.DUTY, Seat.DUTY_LEADER)


def leave_to_the_office(case: Case, now: datetime) -> None:
    """Ask the chair for the verdict where nobody beside the lead has answered: silence checks nothing."""
    if case.session is None:
        joint_session.open_session(case, SessionReason.ALONE, [case.lead.unit.code] if case.lead else [], now)
    session = case.session
    if session is not None and not session.alone:
        session.alone = True
        clock = case.clock(ClockName.SESSION, case.office.code)
        case.notify_office(Message.LEAD_ALONE, Seat.DUTY, Seat.DUTY_LEADER, clock=clock)


def contradict(case: Case, request: Request, now: datetime) -> None:
    """Tell the lead and the office of a finding that contradicts the verdict; before the last signature, act on it.

    Then the votes are void, and the case goes back to the verification, where the chair's ruling may set another
    verdict. What the chair has ruled over already is told and kept, and sends nothing back.
    """
    before, table = case.verdict, case.draft
    back = case.stage is Stage.REBUTTAL and case.publication in UNSIGNED and not quorum.overruled(case, request)
    if back:
        _question(case, request, now)
    _tell(case, request, _voters(table) if back and table else (), {"against": before or ""} if back else {})


def tell_after_closing(case: Case, request: Request) -> None:
    """Tell the lead and the office of a finding that came after closing, also of one that agrees."""
    _tell(case, request, (), {"closed": 1})


def _tell(case: Case, request: Request, also: tuple[Addressee, ...], more: dict[str, str | int]) -> None:
    lead, start = case.lead, case.terms.at(case.level).start
    to = (
        *case.seats(start.to, lead.unit.code if lead else case.office.code),
        *case.office_seats(Seat.DUTY, Seat.EDITOR),
        *also,
    )
    values: dict[str, str | int] = {"unit": request.unit.short, "verdict": request.verdict or "", **more}
    key = f"v{case.visit}/{Message.LATE_FINDING}/{case.seq}"
    case.notify(Message.LATE_FINDING, tuple(dict.fromkeys(to)), start.by, key=key, values=values)


def look_anew(case: Case, now: datetime) -> None:
    """Act on a finding that came while a signed text was on its way: no further text goes out against it unruled."""
    against = quorum.doubters(case, case.verdict) if case.verdict else ()
    if against:
        contradict(case, against[0], now)


def _question(case: Case, request: Request, now: datetime) -> None:
    """Send a verdict that a finding contradicts back to the verification: no vote on its text counts any more."""
    questioned, case.verdict = case.verdict, None
    take_back(case, now)
    case.enter(Stage.VERIFICATION, now)
    case.happened(FindingsConflicted(verdicts=quorum.held(case)), now)
    take_to_a_session(case, now)
    session = case.session
    assert session is not None  # noqa: S101  (opened, or open already)
    session.questions, session.doubted_by = questioned, request.submitted_by


def _voters(table: Draft) -> tuple[Addressee, ...]:
    """Return the seats of those who have voted on a text."""
    cast = ((slot, slot.vote) for slot in table.slots)
    return tuple(one for slot, vote in cast if vote for one in slot.to if one.unit == vote.by.unit)
