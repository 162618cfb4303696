"""The level 处置等级 of a case: the office changes it, two persons lower it, and each level asks for certain steps.

The rules are in docs/design.md, rules 8, 11 and 16.
"""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.parts import Proposal
from domain.clocks.pause import ResumedBy
from domain.decisions import Actor, Proven, Relevel
from domain.errors import Stale, Unfit
from domain.events import LevelChanged, Proposed
from domain.stages.clocks import pause
from domain.stages.rebuttal import signing
from domain.stages.verification.findings import conclude
from domain.stages.verification.joint_session import first_actions, open_session
from domain.vocabulary import ClockName, Level, ProposalKind, Seat, SessionReason, Stage


def relevel(case: Case, decision: Relevel, proven: Proven, now: datetime) -> None:
    """Carry out a change of level: running clocks keep what they have used (docs/design.md, rule 8).

    A lower level is only proposed: a second person confirms it (docs/design.md, rule 16).
    """
    if decision.level is case.level:
        raise Unfit("same_level", level=decision.level)
    if decision.level.below(case.level):
        _propose_lower(case, decision, proven.actor, now)
        return
    case.happened(LevelChanged(old=case.level, new=decision.level, reason=decision.reason), now, proven.actor)
    _apply_level(case, decision.level, now)


def lower(case: Case, proposal: Proposal, actor: Actor, now: datetime) -> None:
    """Lower the level, as one person asked and another confirmed."""
    level = proposal.level
    if level is None or not level.below(case.level):
        raise Stale("level_moved_on", level=case.level)
    case.happened(LevelChanged(old=case.level, new=level, reason=proposal.reason or ""), now, actor)
    _apply_level(case, level, now)


def _propose_lower(case: Case, decision: Relevel, actor: Actor, now: datetime) -> None:
    if any(proposal.kind is ProposalKind.LOWER_LEVEL for proposal in case.proposals):
        raise Unfit("proposed_already")
    case.happened(Proposed(what=ProposalKind.LOWER_LEVEL, level=decision.level, reason=decision.reason), now, actor)
    other = Seat.DUTY if actor.sits(case.office.code, Seat.DUTY_LEADER) else Seat.DUTY_LEADER
    proposal = Proposal(
        ref=case.seq,
        kind=ProposalKind.LOWER_LEVEL,
        by=actor.signer,
        level=decision.level,
        seat=other,
        reason=decision.reason,
    )
    case.proposals = (*case.proposals, proposal)
    values: dict[str, str | int] = {
        "what": proposal.kind, "ref": proposal.ref, "title": decision.level, "reason": decision.reason,
    }  # fmt: skip
    case.notify_office(Message.CONFIRM_REQUEST, other, values=values)


def _apply_level(case: Case, level: Level, now: datetime) -> None:
    """Move the case and its running clocks to a level, start what it asks for, and judge the findings by its terms."""
    case.lapse(now, ProposalKind.LOWER_LEVEL)  # asked for under another level
    rearm_clocks(case, level, now)
    start_what_the_level_asks(case, now)
    signing.change_level(case, now)
    if case.stage is Stage.VERIFICATION:
        conclude(case, now)


def rearm_clocks(case: Case, level: Level, now: datetime) -> None:
    """Set the level of the case and give its running clocks that level's budgets.

    Clocks the level has no budget for are stopped. A pause ends if the level allows none.
    """
    case.level = level
    terms = case.terms.at(case.level)
    resumed = case.pause is not None and terms.pause is None
    if resumed:
        case.resume(ResumedBy.LEVEL, now)
    for clock in case.running():
        if clock.name not in terms.budgets:
            case.stop(now, clock)  # the level has no such clock
        elif clock.level is not case.level:
            clock.rearm(case.level, terms, case.time, now, case.resumes)
    if resumed:
        pause.notify_resumed(case)


def start_what_the_level_asks(case: Case, now: datetime) -> None:
    """Start the interim clock if the notice is not out yet, and open the session of a red or orange case.

    The rule is in docs/design.md, rule 11.
    """
    budgets, office = case.terms.at(case.level).budgets, case.office.code
    due = case.interim_at is None and case.answered_at is None
    if due and ClockName.INTERIM in budgets and case.clock(ClockName.INTERIM, office) is None:
        case.arm(ClockName.INTERIM, office, now)
    if case.session is not None:
        if ClockName.SESSION in budgets and case.clock(ClockName.SESSION, office) is None:
            case.arm(ClockName.SESSION, office, now)  # opened at a level without a due time for the minutes
    elif case.stage is Stage.VERIFICATION and case.level in case.terms.sessions_at_triage and not _held(case):
        units = [request.unit.code for request in case.open_requests()]
        open_session(case, SessionReason.LEVEL, units, now, question=case.ask, actions=first_actions(case))


def _held(case: Case) -> bool:
    """Return whether the session that the level asks for has been opened before."""
    return any(session.reason is SessionReason.LEVEL for session in case.sessions)
