"""Joint session 会商: units are called, take positions, and the chair rules with reasons; dissent is kept (rule 11)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from domain import quorum
from domain.case import Case
from domain.decisions import Action, Actor, Consult, Proven
from domain.errors import NotPermitted, Unfit, WrongStage
from domain.events import PositionTaken, SessionOpened, SessionRuled
from domain.owed import Message
from domain.rows import Item, Position, Session
from domain.stages.concluding import reach
from domain.stages.joining import call_in
from domain.words import ActionKind, ClockName, ConsultAct, RequestState, SessionReason, Stage, Verdict


def consult(case: Case, said: Consult, proven: Proven, now: datetime) -> None:
    """Carry out what is done in a session; who may do it stands in the table of permissions."""
    match said.act:
        case ConsultAct.CALL:
            _call(case, said, proven, now)
        case ConsultAct.POSITION:
            _take_position(case, said, proven, now)
        case ConsultAct.RULING:
            _rule(case, said, proven, now)


def open_session(
    case: Case,
    reason: SessionReason,
    units: Iterable[str],
    now: datetime,
    *,
    question: str | None = None,
    actions: tuple[Action, ...] = (),
    by: Actor | None = None,
) -> None:
    """Call units together; the office owes the minutes by the session clock, where the level has one."""
    called = tuple(dict.fromkeys(units))
    items = tuple(Item(n=n, action=action) for n, action in enumerate(actions, start=1))
    number = len(case.sessions) + 1
    session = Session(number=number, reason=reason, units=called, opened=now, items=items)
    case.sessions.append(session)
    clock = None
    if ClockName.SESSION in case.terms.at(case.level).budgets:
        clock = case.arm(ClockName.SESSION, case.office.code, now)
    due = clock.due if clock else None
    case.happened(
        SessionOpened(number=number, reason=reason, units=called, question=question, actions=actions, due=due), now, by
    )
    for unit in called:
        call_in(case, session, unit, question)


def first_actions(case: Case) -> tuple[Action, ...]:
    """Return what a session at triage begins with: each unit verifies, the office says that it is being checked."""
    answers = (case.clock(ClockName.ANSWER, request.unit.code) for request in case.open_requests())
    actions = [Action(do=ActionKind.VERIFY, unit=clock.unit, end=clock.due) for clock in answers if clock]
    if (interim := case.clock(ClockName.INTERIM, case.office.code)) is not None:
        actions.append(Action(do=ActionKind.INTERIM, unit=case.office.code, end=interim.due))
    return tuple(actions)


def done(case: Case, do: ActionKind, unit: str, now: datetime) -> None:
    """Tick off what a unit had to do, wherever it stands on an action list."""
    for session in case.sessions:
        session.items = tuple(
            item.model_copy(update={"done": now})
            if item.done is None and (item.action.do, item.action.unit) == (do, unit)
            else item
            for item in session.items
        )


def _call(case: Case, said: Consult, proven: Proven, now: datetime) -> None:
    if case.stage is Stage.CLOSURE:  # what is left there are minutes, positions and things to tick off
        allowed = f"{Stage.VERIFICATION},{Stage.REBUTTAL}"
        raise WrongStage("wrong_stage", kind="consult", stage=case.stage, allowed=allowed)
    if (running := case.session) is not None:
        raise Unfit("session_open", number=running.number)
    units = said.units or tuple(request.unit.code for request in case.open_requests())
    if not units:
        raise Unfit("nobody_to_call")
    open_session(case, SessionReason.CALLED, units, now, question=said.text, actions=said.actions, by=proven.actor)


def _take_position(case: Case, said: Consult, proven: Proven, now: datetime) -> None:
    """Write down a unit's position; one that contradicts after the ruling is dissent, and kept all the same."""
    session = case.session or (case.sessions[-1] if case.sessions else None)
    if session is None:
        raise Unfit("no_session")
    unit = proven.actor.unit
    own, called = session.items_of(unit), unit in session.units
    if not called and not (own and said.ticks_off):
        raise NotPermitted("not_called", who=proven.actor.short)
    if strange := [n for n in said.done if n not in own]:
        raise Unfit("not_your_item", items=",".join(map(str, strange)), own=",".join(map(str, own)) or "-")
    if called:
        others = (position for position in session.positions if position.unit != unit)
        session.positions = (*others, Position(unit=unit, verdict=said.verdict))
    session.items = tuple(
        item.model_copy(update={"done": item.done or now}) if item.n in said.done else item for item in session.items
    )
    case.happened(
        PositionTaken(
            number=session.number,
            unit=unit,
            verdict=said.verdict,
            text=said.text,
            done=said.done,
            dissents=session.ruled is not None and _contradicts(case, said.verdict),
        ),
        now,
        proven.actor,
    )


def _rule(case: Case, said: Consult, proven: Proven, now: datetime) -> None:
    """Take the chair's ruling: minutes and action list, and the verdict where the units contradict each other."""
    session = case.session
    if session is None:
        raise Unfit("no_session")
    verdict = said.verdict
    split = case.stage is Stage.VERIFICATION and isinstance(quorum.of(case), quorum.Split)
    if split and verdict is None:
        raise Unfit("ruling_needs_verdict")
    if verdict is not None and not split:
        raise Unfit("no_conflict_to_rule")
    session.ruled = now
    first = len(session.items) + 1
    session.items += tuple(Item(n=n, action=action) for n, action in enumerate(said.actions, start=first))
    case.stop(now, case.clock(ClockName.SESSION, case.office.code))
    dissent = _dissent(case, session, verdict)
    case.happened(
        SessionRuled(number=session.number, verdict=verdict, reasons=said.text, dissent=dissent, actions=said.actions),
        now,
        proven.actor,
    )
    for unit in dict.fromkeys((*session.units, *(action.unit for action in said.actions))):
        values: dict[str, str | int] = {"number": session.number, "verdict": verdict or "", "reasons": said.text[:200]}
        case.tell_unit(
            Message.MINUTES, unit, key=f"v{case.visit}/session{session.number}/minutes/{unit}", values=values
        )
    if verdict is not None:
        reach(case, verdict, (proven.actor.signer,), now, proven.actor)


def _contradicts(case: Case, verdict: Verdict | None) -> bool:
    """Tell whether a position is another than what the case came to; ticking off what was done is none."""
    return None not in (verdict, case.verdict) and verdict is not case.verdict


def _dissent(case: Case, session: Session, verdict: Verdict | None) -> dict[str, Verdict]:
    """Return who holds another verdict: by the position taken, or by the finding where none was taken."""
    if verdict is None:
        return {}
    held = {r.unit.code: r.verdict for r in case.open_requests() if r.state is RequestState.ANSWERED and r.verdict}
    held |= {position.unit: position.verdict for position in session.positions if position.verdict}
    return {unit: other for unit, other in held.items() if other is not verdict}
