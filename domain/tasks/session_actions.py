"""The acts in a joint session a person may take now."""

from __future__ import annotations

from collections.abc import Iterable

from domain.access.permissions import chairs, may
from domain.case.case import Case
from domain.case.parts import JointSession
from domain.decisions import Actor, Consult
from domain.stages.verification import quorum
from domain.stages.verification.joint_session import has_found
from domain.tasks.action import AvailableAction
from domain.vocabulary import ConsultAct, Stage, Verdict


def consult(case: Case, actor: Actor) -> Iterable[AvailableAction]:
    """Return the acts in a joint session that are open to the actor: to call one, to rule, and those in the latest."""
    session = case.session
    if may(actor, "consult", case, _said(ConsultAct.RULING)) and session is not None:
        split = quorum.undecided(case)
        own = split and has_found(case, actor)
        if not own and (split or not quorum.contested(case)):
            seen = _in(session, ConsultAct.RULING) | ({"expected_findings": quorum.stated(case)} if split else {})
            yield AvailableAction(kind="consult", preset=seen, only={"verdict": tuple(Verdict)} if split else {})
    if (latest := case.last_session) is not None:
        yield from _in_session(case, latest, actor)
    callable_now = session is None and case.stage is not Stage.CLOSURE and bool(case.open_requests())
    if callable_now and may(actor, "consult", case, _said(ConsultAct.CALL)):
        yield AvailableAction(kind="consult", preset={"act": ConsultAct.CALL})


def _in_session(case: Case, session: JointSession, actor: Actor) -> Iterable[AvailableAction]:
    if actor.unit in session.units:
        yield AvailableAction(kind="consult", preset=_in(session, ConsultAct.POSITION))
    chair = chairs(actor, case)
    to_do = tuple(str(one.n) for one in session.items if one.done is None and (chair or one.action.unit == actor.unit))
    if to_do:
        yield AvailableAction(kind="consult", preset=_in(session, ConsultAct.POSITION), only={"done": to_do})
    if may(actor, "consult", case, _said(ConsultAct.ACTIONS)):
        yield AvailableAction(kind="consult", preset=_in(session, ConsultAct.ACTIONS))


def _in(session: JointSession, act: ConsultAct) -> dict[str, str | int]:
    """Return an act in a session as its button carries it."""
    return {"act": act, "expected_session": session.number}


def _said(act: ConsultAct) -> Consult:
    return Consult(act=act, text="-")
