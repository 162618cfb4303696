"""Joint session 会商: units are called and take positions, and the chair rules with reasons; dissent is kept.

The rule is in docs/design.md, rule 11.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from domain.access.permissions import chairs
from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.parts import ActionItem, JointSession, Position
from domain.decisions import Action, Actor, Consult, Proven, Signer
from domain.errors import NotPermitted, Unfit, WrongStage
from domain.events import ActionsGiven, PositionTaken, SessionOpened, SessionRuled
from domain.stages import moved_on
from domain.stages.clocks.progress import progressed
from domain.stages.verification import minutes, quorum
from domain.stages.verification.session_calls import call_in
from domain.stages.verification.verdict import reach
from domain.vocabulary import ActionKind, ClockName, ConsultAct, Seat, SessionReason, Stage, Verdict

REACH = timedelta(days=366)
"""How far from now an item may end; a mistyped year could also lie past the last date that can be written."""

RESULT = 200
"""How many characters of an item's result the list shows; all of it is in the timeline."""


def consult(case: Case, decision: Consult, proven: Proven, now: datetime) -> None:
    """Carry out an act in a session; who may do it is in the table of permissions."""
    moved_on.refuse_other_session(case, decision)
    if any(not now - REACH <= action.end <= now + REACH for action in decision.actions):
        raise Unfit("end_out_of_reach", days=REACH.days)
    match decision.act:
        case ConsultAct.CALL:
            _call(case, decision, proven, now)
        case ConsultAct.POSITION:
            _take_position(case, decision, proven, now)
        case ConsultAct.ACTIONS:
            _give_out(case, decision, proven, now)
        case ConsultAct.RULING:
            _rule(case, decision, proven, now)


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
    """Call units together; the office owes the minutes by the session clock, if the level has one."""
    called = tuple(dict.fromkeys(units))
    number = len(case.sessions) + 1
    session = JointSession(number=number, reason=reason, units=called, opened=now)
    session.give(actions)
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
    if clock and reason in (SessionReason.LEVEL, SessionReason.CALLED):  # the letters of the others ask for the ruling
        case.notify_start(Message.MINUTES_REQUEST, clock, number=number)


def first_actions(case: Case) -> tuple[Action, ...]:
    """Return the first actions of a session at triage: each unit verifies, and the office sends the interim notice."""
    answers = (case.clock(ClockName.ANSWER, request.unit.code) for request in case.open_requests())
    actions = [Action(do=ActionKind.VERIFY, unit=clock.unit, end=clock.due) for clock in answers if clock]
    if (interim := case.clock(ClockName.INTERIM, case.office.code)) is not None:
        actions.append(Action(do=ActionKind.INTERIM, unit=case.office.code, end=interim.due))
    return tuple(actions)


def done(case: Case, do: ActionKind, unit: str, now: datetime, by: Signer | None = None) -> None:
    """Tick off what a unit had to do, on every action list; `by` is the person who did it, if any."""
    for session in case.sessions:
        session.items = tuple(
            item.model_copy(update={"done": now, "by": by})
            if item.done is None and (item.action.do, item.action.unit) == (do, unit)
            else item
            for item in session.items
        )
    minutes.ask(case)


def drop(case: Case, do: ActionKind, unit: str, now: datetime) -> None:
    """Take what a unit has no reason to do any more off every action list."""
    for session in case.sessions:
        session.items = tuple(
            item.model_copy(update={"done": now, "needless": True})
            if item.done is None and (item.action.do, item.action.unit) == (do, unit)
            else item
            for item in session.items
        )
    minutes.ask(case)


def _call(case: Case, decision: Consult, proven: Proven, now: datetime) -> None:
    if case.stage is Stage.CLOSURE:  # only minutes, positions and ticking off are left there
        allowed = f"{Stage.VERIFICATION},{Stage.REBUTTAL}"
        raise WrongStage("wrong_stage", kind="consult", stage=case.stage, allowed=allowed)
    if (running := case.session) is not None:
        raise Unfit("session_open", number=running.number)
    units = decision.units or tuple(request.unit.code for request in case.open_requests())
    if not units:
        raise Unfit("nobody_to_call")
    open_session(
        case, SessionReason.CALLED, units, now, question=decision.text, actions=decision.actions, by=proven.actor
    )
    _notify_owners(case, case.sessions[-1], case.sessions[-1].items)


def _take_position(case: Case, decision: Consult, proven: Proven, now: datetime) -> None:
    """Record a unit's position; one that contradicts the verdict after the ruling is dissent, and is kept too."""
    session = _latest(case)
    unit, chair = proven.actor.unit, chairs(proven.actor, case)
    may_tick = [item.n for item in session.items] if chair and decision.ticks_off else session.items_of(unit)
    called = unit in session.units
    if not called and not (decision.ticks_off and may_tick):
        raise NotPermitted("not_called", who=proven.actor.short)
    if strange := [n for n in decision.done if n not in may_tick]:
        code = "no_such_item" if chair else "not_your_item"
        raise Unfit(code, items=",".join(map(str, strange)), own=",".join(map(str, may_tick)) or "-")
    if called and not decision.ticks_off:  # ticking off leaves an earlier position as it is
        others = (position for position in session.positions if position.unit != unit)
        session.positions = (*others, Position(unit=unit, verdict=decision.verdict))
        progressed(case, unit)
    outcome = {"done": now, "by": proven.actor.signer, "result": decision.text[:RESULT] if decision.ticks_off else None}
    session.items = tuple(
        item.model_copy(update=outcome) if item.n in decision.done and item.done is None else item
        for item in session.items
    )
    case.happened(
        PositionTaken(
            number=session.number,
            unit=unit,
            verdict=decision.verdict,
            text=decision.text,
            done=decision.done,
            dissents=session.ruled is not None and _contradicts(case, decision.verdict),
        ),
        now,
        proven.actor,
    )
    minutes.ask(case)


def _give_out(case: Case, decision: Consult, proven: Proven, now: datetime) -> None:
    """Put more items on the action list, while the session runs or after its minutes (docs/decisions/0014)."""
    session = _latest(case)
    if not decision.actions:
        raise Unfit("no_actions")
    given = session.give(decision.actions)
    case.happened(ActionsGiven(number=session.number, text=decision.text, actions=decision.actions), now, proven.actor)
    _notify_owners(case, session, given)


def has_found(case: Case, actor: Actor) -> bool:
    """Return whether a person has handed in or approved a finding of this case: nobody rules on their own."""
    findings = (by for one in case.asked() for by in (one.submitted_by, one.approved_by) if by is not None)
    doubted = case.session.doubted_by if case.session else None
    return actor.voice in {*case.finders, *(by.voice for by in (*findings, *((doubted,) if doubted else ())))}


def _rule(case: Case, decision: Consult, proven: Proven, now: datetime) -> None:
    """Take the chair's ruling: minutes and action list, and the verdict if the units contradict each other."""
    session = case.session
    if session is None:
        raise Unfit("no_session")
    verdict = decision.verdict
    split = quorum.undecided(case)
    if quorum.contested(case) and not split:
        raise Unfit("ruling_waits")
    if split and verdict is None:
        raise Unfit("ruling_needs_verdict")
    if verdict is not None and not split:
        raise Unfit("no_conflict_to_rule")
    if verdict is not None and has_found(case, proven.actor):
        raise NotPermitted("own_finding", who=proven.actor.person)
    session.ruled = now
    session.chair = proven.actor.signer if verdict is not None else None
    given = session.give(decision.actions)
    case.stop(now, case.clock(ClockName.SESSION, case.office.code))
    dissent = session.dissent = _dissent(case, session, verdict)
    case.happened(
        SessionRuled(
            number=session.number, verdict=verdict, reasons=decision.text, dissent=dissent, actions=decision.actions
        ),
        now,
        proven.actor,
    )
    _tell_the_outcome(case, session, verdict, decision.text)
    _notify_owners(case, session, given)
    if verdict is not None:
        reach(case, verdict, (proven.actor.signer,), now, proven.actor)
        case.disputed = {}


def _tell_the_outcome(case: Case, session: JointSession, verdict: Verdict | None, reasons: str) -> None:
    """Tell the units the minutes; of a ruling hear those it went against, or who had said nothing.

    A unit that was upheld hears what is published.
    """
    agreed = {unit for unit, other in _verdicts_of(case, session).items() if verdict is not None and other is verdict}
    values: dict[str, str | int] = {"number": session.number, "verdict": verdict or "", "reasons": reasons[:200]}
    for unit in session.units:
        if unit not in agreed:
            key = f"v{case.visit}/session{session.number}/minutes/{unit}"
            case.notify_unit(Message.MINUTES, unit, key=key, values=values)


def _latest(case: Case) -> JointSession:
    if case.last_session is None:
        raise Unfit("no_session")
    return case.last_session


def _notify_owners(case: Case, session: JointSession, items: Iterable[ActionItem]) -> None:
    """Notify each unit of the items it has been given, and until when."""
    start = case.terms.at(case.level).start
    for item in items:
        action, office = item.action, item.action.unit == case.office.code
        case.notify(
            Message.ACTION,
            case.office_seats(Seat.DUTY) if office else case.seats(start.to, action.unit),
            start.by,
            key=f"v{case.visit}/session{session.number}/action{item.n}/{action.unit}",
            due=action.end,
            owner=action.unit,
            values={"number": session.number, "n": item.n, "do": action.do, "what": action.what or ""},
        )


def _contradicts(case: Case, verdict: Verdict | None) -> bool:
    """Return whether a position differs from the verdict of the case; ticking off takes no position."""
    return None not in (verdict, case.verdict) and verdict is not case.verdict


def _dissent(case: Case, session: JointSession, verdict: Verdict | None) -> dict[str, Verdict]:
    """Return the units that hold another verdict: by their position, or by their finding if they took none.

    A finding that was returned, and has not been answered anew, counts like one that stands.
    """
    if verdict is None:
        return {}
    return {unit: other for unit, other in _verdicts_of(case, session).items() if other is not verdict}


def _verdicts_of(case: Case, session: JointSession) -> dict[str, Verdict]:
    """Return what the units hold: their position in the session, or their finding if they took none."""
    return quorum.held(case) | {one.unit: one.verdict for one in session.positions if one.verdict}
