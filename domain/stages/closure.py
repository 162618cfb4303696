"""Closure 办结归档: the case ends by a decision, never by a timer; who has still something to do hears of it."""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.queries import ENDED
from domain.decisions import Action, Actor, Close, Proven
from domain.errors import Unfit
from domain.events import CaseClosed
from domain.stages.clocks.standing_down import stand_down_recently_called
from domain.stages.rebuttal import delivery
from domain.values import Frozen
from domain.vocabulary import ActionKind, Exit, RequestState, Stage


class Unfinished(Frozen):
    """What a case has still to wait for: channels without an answer, units without a finding, actions not ticked off.

    `units` are codes. An action to verify counts only where no request asks the unit for the same. `unheard` are those
    whose request still waited for the morning.
    """

    channels: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    unheard: tuple[str, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return what kinds of thing are unfinished; empty if nothing is."""
        return tuple(name for name in ("channels", "units", "actions") if getattr(self, name))

    @property
    def owners(self) -> tuple[str, ...]:
        """Return the units that had still something to do, each once."""
        return tuple(dict.fromkeys((*self.units, *(action.unit for action in self.actions))))


def unfinished(case: Case) -> Unfinished:
    """Return what a case has still to wait for."""
    requests = case.open_requests()
    units = tuple(one.unit.code for one in requests if one.state is not RequestState.ANSWERED)
    asked = {one.unit.code for one in case.requests if one.state in ENDED} | {one.unit.code for one in requests}
    items = (item.action for session in case.sessions for item in session.items if item.done is None)
    actions = tuple(
        action
        for action in items
        if action.do is not ActionKind.INTERIM  # the public has its answer, or gets none
        and not (action.do is ActionKind.VERIFY and action.unit in asked)
    )
    unheard = tuple(unit for unit in units if case.never_told(unit))
    return Unfinished(channels=delivery.outstanding(case), units=units, actions=actions, unheard=unheard)


def close(case: Case, decision: Close, proven: Proven, now: datetime) -> None:
    """Close the case: every clock stops at once (docs/design.md, rule 15).

    Raises:
        Unfit: a public channel is owed, or something else is unfinished and no reason is given.

    """
    left = unfinished(case)
    _refuse_unfit(case, left, decision)
    stand_down_recently_called(case, now)
    case.close(now)
    case.refused = ()  # left for the reason the case is closed with
    record_end(case, left, decision.remarks, proven.actor, now)


def end_without_verification(case: Case, why: Exit, reason: str | None, actor: Actor, now: datetime) -> None:
    """Close a case whose report is no rumor, from the triage."""
    case.exit, case.provisional = why, False
    stand_down_recently_called(case, now)
    left = unfinished(case)
    case.enter(Stage.CLOSURE, now)
    case.close(now)
    record_end(case, left, reason, actor, now)


def record_end(case: Case, left: Unfinished, remarks: str | None, actor: Actor, now: datetime) -> None:
    """Record the end of a closed case with what it leaves unfinished, and tell whoever has still something to do."""
    closed = CaseClosed(
        exit=case.exit,
        verdict=case.verdict,
        remarks=remarks,
        outstanding=left.channels,
        unanswered=left.units,
        undone=left.actions,
    )
    case.happened(closed, now, actor)
    for unit in left.owners:
        if unit == case.office.code or unit in left.unheard:
            continue  # the one has just closed the case, the other was never asked
        actions = sum(1 for action in left.actions if action.unit == unit)
        values: dict[str, str | int] = {"finding": _lacks(case, unit), "actions": actions, "reason": remarks or ""}
        case.notify_unit(Message.CLOSED, unit, key=f"closed/{case.epoch}/{unit}", values=values)


def _lacks(case: Case, unit: str) -> str:
    """Return what a unit's finding lacks: it was not handed in, or not approved; empty if none is waited for."""
    state = next((one.state for one in case.open_requests() if one.unit.code == unit), RequestState.ANSWERED)
    if state is RequestState.ANSWERED:
        return ""
    return "approval" if state is RequestState.SUBMITTED else "finding"


def _refuse_unfit(case: Case, left: Unfinished, decision: Close) -> None:
    if public := [channel for channel in left.channels if channel in case.terms.public]:
        raise Unfit("public_channel_owed", channels=",".join(public))
    if decision.remarks:
        return
    if left.channels:
        raise Unfit("channels_outstanding", channels=",".join(left.channels))
    if left.units:
        raise Unfit("findings_outstanding", units="、".join(map(case.short, left.units)))
    if left.actions:
        units = dict.fromkeys(case.short(action.unit) for action in left.actions)
        raise Unfit("actions_outstanding", units="、".join(units), count=len(left.actions))
