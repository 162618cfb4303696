"""Minutes 会商纪要 of a session in which nothing is left open: the chair is asked for them once."""

from __future__ import annotations

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.parts import JointSession
from domain.stages.verification import quorum
from domain.vocabulary import ClockName, Seat, SessionReason


def ready(case: Case) -> bool:
    """Return whether the open session only lacks its minutes: a verdict stands, nobody doubts it, all is done."""
    session = case.session
    if session is None or case.verdict is None or quorum.undecided(case) or quorum.contested(case):
        return False
    done = all(item.done is not None for item in session.items)
    return done and _heard(session) and not _doubted(case, session)


def ask(case: Case) -> None:
    """Ask the chair for the minutes once they can be written; the session's clock has run all the while."""
    session = case.session
    if case.over or session is None or session.minutes_asked or not ready(case):
        return
    session.minutes_asked = True
    case.notify(
        Message.MINUTES_REQUEST,
        case.office_seats(Seat.DUTY_LEADER),
        case.terms.at(case.level).start.by,
        key=f"v{case.visit}/session{session.number}/minutes-due",
        clock=case.clock(ClockName.SESSION, case.office.code),
        values={"number": session.number, "verdict": case.verdict or ""},
    )


def _heard(session: JointSession) -> bool:
    """Return whether those called have spoken, where the office called them to a question of its own."""
    spoken = {one.unit for one in session.positions}
    return session.reason is not SessionReason.CALLED or spoken.issuperset(session.units)


def _doubted(case: Case, session: JointSession) -> bool:
    """Return whether a unit holds another verdict, by its finding or by the position it took."""
    held = quorum.held(case) | {one.unit: one.verdict for one in session.positions if one.verdict}
    return any(verdict is not case.verdict for verdict in held.values())
