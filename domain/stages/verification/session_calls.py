"""Joining, a part of 会商: a unit that is asked after a session was opened is called to it too."""

from __future__ import annotations

from collections.abc import Iterable

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.parts import JointSession
from domain.decisions import Action
from domain.vocabulary import ActionKind, ClockName, SessionReason


def call_in(case: Case, session: JointSession, unit: str, question: str | None) -> None:
    """Notify a unit that it is called, and when the minutes are due."""
    clock = case.clock(ClockName.SESSION, case.office.code)
    values: dict[str, str | int] = {"reason": session.reason, "question": question or "", "number": session.number}
    values["unit"] = case.short(unit)
    case.notify_unit(
        Message.SESSION, unit, key=f"v{case.visit}/session{session.number}/{unit}", clock=clock, values=values
    )


def join(case: Case, unit: str) -> None:
    """Call a unit that is asked only now to the open session.

    It is not called if the office named the session's units itself, unless findings contradict each other in it.
    """
    session = case.session
    if session is None or unit in session.units:
        return
    if session.reason is SessionReason.CALLED and not session.conflict:
        return
    session.units = (*session.units, unit)
    answer = case.clock(ClockName.ANSWER, unit)
    listed = any(item.action.do is ActionKind.VERIFY and item.action.unit == unit for item in session.items)
    if session.reason is SessionReason.LEVEL and answer is not None and not listed:
        action = Action(do=ActionKind.VERIFY, unit=unit, end=answer.due)
        session.give((action,))
    call_in(case, session, unit, case.ask)


def join_all(case: Case, units: Iterable[str]) -> None:
    """Call units whose findings contradict each other to the open session, also to one that the office called."""
    session = case.session
    assert session is not None  # noqa: S101  (asked by the caller)
    for unit in units:
        if unit not in session.units:
            session.units = (*session.units, unit)
            call_in(case, session, unit, case.ask)


def take_over(case: Case, old: str, new: str) -> None:
    """Pass a unit's open items of verification to the unit that takes over its request, and call it to the session."""
    for session in case.sessions:
        session.items = tuple(
            item.model_copy(update={"action": item.action.model_copy(update={"unit": new})})
            if item.done is None and (item.action.do, item.action.unit) == (ActionKind.VERIFY, old)
            else item
            for item in session.items
        )
    join(case, new)
