"""The level 处置等级 of a case: the office changes it, two persons lower it, and each level asks for certain steps.

The rules are in docs/design.md, rules 8, 11 and 16.
"""

from __future__ import annotations

from datetime import datetime

from domain.case import rungs
from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.parts import Proposal
from domain.clocks.clock import Clock
from domain.clocks.pause import ResumedBy
from domain.decisions import Actor, Proven, Relevel
from domain.errors import Stale, Unfit
from domain.events import LevelChanged, Proposed
from domain.stages.clocks import moved_due, own_pause, pause
from domain.stages.proposing import asked_by, propose
from domain.stages.rebuttal import interim, signing
from domain.stages.verification.findings import conclude
from domain.stages.verification.joint_session import first_actions, open_session
from domain.vocabulary import ClockName, Level, ProposalKind, RequestState, Role, Seat, SessionReason, Stage


def relevel(case: Case, decision: Relevel, proven: Proven, now: datetime) -> None:
    """Carry out a change of level: running clocks keep what they have used (docs/design.md, rule 8).

    A lower level is only proposed: a second person confirms it (docs/design.md, rule 16).
    """
    if decision.level is case.level:
        raise Unfit("same_level", level=decision.level)
    if decision.level.below(case.level):
        if any(proposal.kind is ProposalKind.LOWER_LEVEL for proposal in case.proposals):
            raise Unfit("proposed_already")
        propose_lower(case, decision.level, decision.reason, proven.actor, now)
        return
    case.happened(LevelChanged(old=case.level, new=decision.level, reason=decision.reason), now, proven.actor)
    _apply_level(case, decision.level, now)
    if case.quorum_at is not None and _is_waited_for(case):
        _propose(case, Proposal(ref=0, kind=ProposalKind.LEAD_ALONE, by=proven.actor.signer), proven.actor, now)


def lower(case: Case, proposal: Proposal, actor: Actor, now: datetime) -> None:
    """Lower the level, as one person asked and another confirmed."""
    level = proposal.level
    if level is None or not level.below(case.level):
        raise Stale("level_moved_on", level=case.level)
    case.happened(LevelChanged(old=case.level, new=level, reason=proposal.reason or ""), now, actor)
    _apply_level(case, level, now)


def go_on_with_the_lead(case: Case, now: datetime) -> None:
    """Let the lead's answer be enough at a level that was raised, as a second person of the office confirmed."""
    case.quorum_at = None
    conclude(case, now)


def _is_waited_for(case: Case) -> bool:
    """Return whether answers are waited for that the case's own level would not wait for."""
    alone = case.terms.lead_alone_publishes
    missing = any(one.role is Role.CO and one.state is not RequestState.ANSWERED for one in case.open_requests())
    return missing and case.level in alone and case.quorum_at not in alone


def propose_lower(case: Case, level: Level, reason: str | None, actor: Actor, now: datetime) -> None:
    """Propose a lower level; the other one of the office's duty seats is asked to confirm it."""
    case.lapse(now, ProposalKind.LOWER_LEVEL)
    proposal = Proposal(ref=0, kind=ProposalKind.LOWER_LEVEL, by=actor.signer, level=level, reason=reason)
    _propose(case, proposal, actor, now)


def _propose(case: Case, proposal: Proposal, actor: Actor, now: datetime) -> None:
    """Record a proposal under its number, and ask the other one of the office's duty seats to confirm it."""
    case.happened(Proposed(what=proposal.kind, level=proposal.level, reason=proposal.reason), now, actor)
    other = Seat.DUTY if actor.sits(case.office.code, Seat.DUTY_LEADER) else Seat.DUTY_LEADER
    proposal = proposal.model_copy(update={"ref": case.seq, "seat": other})
    propose(case, proposal, actor)
    title, reason = proposal.level or "", proposal.reason or ""
    values = {**asked_by(actor), "what": proposal.kind, "ref": proposal.ref, "title": title, "reason": reason}
    case.notify_office(Message.CONFIRM_REQUEST, other, values=values)


def _apply_level(case: Case, level: Level, now: datetime) -> None:
    """Move the case and its running clocks to a level, start what it asks for, and judge the findings by its terms.

    A level raised by one person takes no answer off those that are waited for: the quorum stays that before.
    """
    for kind in (ProposalKind.LOWER_LEVEL, ProposalKind.LEAD_ALONE, ProposalKind.PAUSE):
        case.lapse(now, kind)  # asked for under another level
    raised, before = case.level.below(level), case.quorum_at or case.level
    case.quorum_at = before if raised and case.stage is Stage.VERIFICATION else None
    rearm_clocks(case, level, now)
    start_what_the_level_asks(case, now)
    signing.change_level(case, now)
    if case.stage is Stage.VERIFICATION:
        conclude(case, now)


def rearm_clocks(case: Case, level: Level, now: datetime, *, first: bool = False) -> None:
    """Set the level of the case and give its running clocks that level's budgets; who owes one that moved is notified.

    Clocks the level has no budget for are stopped; those about urgent help stay as they are, whatever the level of the
    case. A pause ends if the level allows none. `first` means that no level was confirmed so far: only those hear of a
    move who have had a letter with the due time of before; nobody else was promised anything.
    """
    case.level = level
    terms = case.terms.at(case.level)
    paused = case.pause is not None
    if terms.pause is None:
        case.resume_all(ResumedBy.LEVEL, now)
    pause.fit_to_level(case, now)
    own_pause.fit_to_level(case, now)
    resumed = paused and case.pause is None
    for clock in [one for one in case.running() if not one.urgent]:
        if clock.name not in terms.budgets:
            case.stop(now, clock)  # the level has no such clock
        elif clock.level is not case.level:
            _rearm(case, clock, now, told=not first)
    pause.let_go_on(case, now)
    if resumed:
        pause.notify_resumed(case)


def _rearm(case: Case, clock: Clock, now: datetime, *, told: bool) -> None:
    """Give a clock the budget of the case's level: a breach so far is recorded first and stays."""
    case.note_breach(clock, now)
    case.lapse(now, ProposalKind.EXTENSION, clock.unit, clock.name)  # asked for out of another budget
    old, was, terms = clock.due, clock.level, case.terms.at(case.level)
    waits = clock.calls is not None and clock.calls > now
    clock.rearm(case.level, terms, case.time, now, case.resumes_of(clock))
    if waits:  # a call for the morning: the level says whether it is made, and when
        clock.call_out(None)
        case.call_off_call(clock)
        rungs.begin_call(case, clock, now)
    if clock.due == old:
        return
    if not told:  # only those who have had a letter with the due time of the provisional level
        moved_due.notify_heard(case, clock, old, old_level=was, level=case.level)
        return
    moved_due.record(case, clock, old, now, old_level=was, level=case.level)
    if was.below(case.level):
        if clock.name in moved_due.INFORMED_OF:
            case.inform(clock)
        if clock.calls is None and rungs.comes_first(case, clock):
            rungs.begin_call(case, clock, now)


def start_what_the_level_asks(case: Case, now: datetime) -> None:
    """Start the interim clock if the notice is not out yet, and open the session of a red or orange case.

    The rule is in docs/design.md, rule 11.
    """
    budgets, office = case.terms.at(case.level).budgets, case.office.code
    due = case.interim_at is None and case.answered_at is None
    if due and ClockName.INTERIM in budgets and case.clock(ClockName.INTERIM, office) is None:
        clock = case.arm(ClockName.INTERIM, office, now, after=case.last_clock(ClockName.INTERIM, office))
        if interim.may_be_asked_for(case):
            case.notify_start(Message.INTERIM_REQUEST, clock)
    if (session := case.session) is not None:
        if ClockName.SESSION in budgets and case.clock(ClockName.SESSION, office) is None:
            before = case.last_clock(ClockName.SESSION, office)  # opened or led at a level without a due time for it
            own = before is not None and before.started >= session.opened
            clock = case.arm(ClockName.SESSION, office, now, after=before if own else None)
            case.notify_start(Message.MINUTES_REQUEST, clock, number=session.number)
    elif case.stage is Stage.VERIFICATION and case.level in case.terms.sessions_at_triage and not _held(case):
        units = [request.unit.code for request in case.open_requests()]
        open_session(case, SessionReason.LEVEL, units, now, question=case.ask, actions=first_actions(case))


def _held(case: Case) -> bool:
    """Return whether the session that the level asks for has been opened before."""
    return any(session.reason is SessionReason.LEVEL for session in case.sessions)
