"""The verdict, the end of verification: it is recorded, no more answers are owed, and a text is asked for."""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.parts import VerdictFact
from domain.decisions import Actor, Signer
from domain.events import SessionSettled, VerdictReached
from domain.stages.rebuttal import kinds
from domain.stages.verification import minutes, quorum, transfer
from domain.vocabulary import ClockName, Seat, SessionReason, Stage, Verdict, VerdictStep


def put_on_record(
    case: Case, step: VerdictStep, verdict: Verdict, signers: tuple[Signer, ...], now: datetime, by: Actor | None = None
) -> None:
    """Record one of the three verdicts, with its signers; a later one of the same step replaces it."""
    case.verdicts[step] = VerdictFact(verdict=verdict, by=signers)
    case.happened(VerdictReached(verdict=verdict, step=step, signers=signers), now, by)


def reach(case: Case, verdict: Verdict, signers: tuple[Signer, ...], now: datetime, by: Actor | None = None) -> None:
    """Set the verdict of the case and move on to the rebuttal; `by` is the chair if it was ruled.

    It is cross-checked only if two units at least have found something (docs/design.md, rule 11).
    """
    step = VerdictStep.CROSS_CHECKED if len(quorum.held(case)) > 1 else VerdictStep.SINGLE
    for former in (VerdictStep.CROSS_CHECKED, VerdictStep.SINGLE):
        case.verdicts.pop(former, None)  # of the same case before it was sent back
    case.verdict = verdict
    kinds.lapse_misfits(case, now)
    if case.session is not None:
        case.session.questions = None
    put_on_record(case, step, verdict, signers, now, by)
    _settle_conflict(case, verdict, now)
    transfer.lapse(case, now, *case.open_requests())
    for clock in case.running():
        if clock.name in (ClockName.ACCEPT, ClockName.ANSWER):
            case.stop(now, clock)  # an answer is still welcome, and no longer owed
    case.enter(Stage.REBUTTAL, now)
    ask_for_draft(case, now)
    minutes.ask(case)


def ask_for_draft(case: Case, now: datetime, remarks: str = "", *, refused: bool = False) -> None:
    """Start the draft clock and call the office's editor; a further draft goes on in the time of the one before.

    `remarks` say why the last one is void; `refused` is whether a channel refused it, not a person.
    """
    clock = case.arm(ClockName.DRAFT, case.office.code, now, after=case.last_step(ClockName.DRAFT), least=True)
    editor = case.office_seats(Seat.EDITOR)
    by = case.terms.at(case.level).start.by
    values: dict[str, str | int] = {"verdict": case.verdict or "", "remarks": remarks}
    if refused:
        values["refused"] = 1
    case.notify(Message.DRAFT_REQUEST, editor, by, key=f"{clock.key}/start", clock=clock, values=values)


def _settle_conflict(case: Case, verdict: Verdict, now: datetime) -> None:
    """End a session about findings that agree now; a session opened for the level still owes its minutes."""
    session = case.session
    if session is not None and session.reason in (SessionReason.CONFLICT, SessionReason.ALONE):
        session.ruled = now
        case.stop(now, case.clock(ClockName.SESSION, case.office.code))
        case.happened(SessionSettled(number=session.number, verdict=verdict), now)
