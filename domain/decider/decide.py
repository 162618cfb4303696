"""The one door to the rules: the table of decisions, and the function that applies one of them.

There is one function per decision and one file per stage. `check` applies a decision to a copy, so what the validator
accepts cannot fail afterwards (docs/decisions/0001).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.access.permissions import require
from domain.access.standing_in import acting
from domain.case.answer import Answer
from domain.case.case import Case
from domain.case.summarise import summarise
from domain.decider.ring import ring
from domain.decisions import (
    SYSTEM,
    Accept,
    Acknowledge,
    AddUnit,
    Assign,
    Close,
    Confirm,
    Consent,
    Consult,
    Decision,
    Decline,
    DraftSubmission,
    Escalate,
    Extend,
    Finding,
    Interim,
    MoveReports,
    Note,
    Nudge,
    OpenEpoch,
    Override,
    Pause,
    PhoneLog,
    Proven,
    RecordPublication,
    Recount,
    Release,
    Relevel,
    Reseal,
    ResolveDelivery,
    Resume,
    ReturnFinding,
    Review,
    Sighting,
    Sign,
    SplitDecision,
    Supervise,
    Transfer,
    TriageDecision,
)
from domain.errors import CaseOver, NotPermitted, Unfit, WrongStage
from domain.stages import (
    baskets,
    captures,
    closure,
    epochs,
    handover,
    level,
    note,
    proposals,
    report,
    sightings,
    triage,
)
from domain.stages.clocks import calendar_change, calls, extension, handling, nudge, pause
from domain.stages.rebuttal import consents, draft, interim, published_elsewhere, refused_pages
from domain.stages.verification import findings, joint_session, release, requests, transfer
from domain.vocabulary import Stage

ALL = (Stage.TRIAGE, Stage.VERIFICATION, Stage.REBUTTAL, Stage.CLOSURE)
VERIFYING = (Stage.TRIAGE, Stage.VERIFICATION)
UNANSWERED = (Stage.TRIAGE, Stage.VERIFICATION, Stage.REBUTTAL)


@dataclass(frozen=True)
class Rule:
    """One row of the table: the decision's model, the stages it belongs to, and the function that carries it out."""

    model: type[Decision]
    stages: tuple[Stage, ...]
    carry_out: Callable[[Case, Any, Proven, datetime], None]
    even_over: bool = False
    """Whether it may also reach a case that is closed; of the confirmations only that of a finding may."""


RULES: dict[str, Rule] = {
    "triage": Rule(TriageDecision, (Stage.TRIAGE,), triage.triage),
    "acknowledge": Rule(Acknowledge, ALL, handling.acknowledge),
    "assign": Rule(Assign, (Stage.TRIAGE,), triage.assign),
    "add_unit": Rule(AddUnit, (Stage.VERIFICATION,), requests.add_unit),
    "release": Rule(Release, (Stage.VERIFICATION,), release.let_go),
    "relevel": Rule(Relevel, (Stage.VERIFICATION, Stage.REBUTTAL), level.relevel),
    "accept": Rule(Accept, VERIFYING, handover.accept),
    "decline": Rule(Decline, VERIFYING, handover.decline),
    "transfer": Rule(Transfer, VERIFYING, transfer.transfer),
    "finding": Rule(Finding, ALL, findings.finding, even_over=True),
    "return_finding": Rule(ReturnFinding, (Stage.VERIFICATION,), findings.return_finding),
    "consult": Rule(Consult, ALL, joint_session.consult),
    "interim": Rule(Interim, UNANSWERED, interim.interim),
    "draft": Rule(DraftSubmission, (Stage.REBUTTAL,), draft.draft),
    "review": Rule(Review, (Stage.REBUTTAL,), draft.review),
    "consent": Rule(Consent, (Stage.REBUTTAL,), draft.consent),
    "sign": Rule(Sign, (Stage.REBUTTAL,), draft.sign),
    "record_publication": Rule(RecordPublication, UNANSWERED, published_elsewhere.record_publication),
    "resolve_delivery": Rule(ResolveDelivery, ALL, refused_pages.resolve, even_over=True),
    "override": Rule(Override, (Stage.REBUTTAL,), consents.override),
    "confirm": Rule(Confirm, ALL, proposals.confirm, even_over=True),
    "pause": Rule(Pause, (Stage.VERIFICATION,), pause.pause),
    "resume": Rule(Resume, UNANSWERED, pause.resume),
    "extend": Rule(Extend, UNANSWERED, extension.extend),
    "nudge": Rule(Nudge, ALL, nudge.nudge),
    "supervise": Rule(Supervise, ALL, nudge.supervise),
    "escalate": Rule(Escalate, ALL, handling.escalate),
    "phone_log": Rule(PhoneLog, ALL, calls.phone_log),
    "note": Rule(Note, ALL, note.note),
    "split": Rule(SplitDecision, ALL, report.split),
    "move_reports": Rule(MoveReports, ALL, baskets.move),
    "close": Rule(Close, (Stage.CLOSURE,), closure.close),
}
"""The rule of each kind of decision a person may send (docs/design.md, rule 1)."""

SYSTEM_RULES: dict[str, Rule] = {
    "recount": Rule(Recount, ALL, calendar_change.recount),
    "open_epoch": Rule(OpenEpoch, tuple(Stage), epochs.open_epoch, even_over=True),
    "reseal": Rule(Reseal, tuple(Stage), epochs.reseal, even_over=True),
    "sighted": Rule(Sighting, tuple(Stage), sightings.sighted),
}
"""The kinds that no person sends: the system does, under the seal like any decision."""


GROWING = (
    "add_unit", "assign", "consult", "extend", "finding", "interim", "nudge", "override", "pause", "record_publication",
    "supervise", "transfer",
)  # fmt: skip
"""The kinds whose content a case keeps; the others leave next to nothing once the register has their entries.

They lead a case on to its end, so a full one can be ended.
"""

FULL = 768 * 1024
"""How large a case may become by what people send: a payload takes 2 MiB, and a record holds a case and its entries."""


def decide(
    case: Case,
    kind: str,
    decision: Decision,
    proven: Proven,
    update_id: str,
    now: datetime,
    checked: Case | None = None,
) -> Answer:
    """Apply one decision and return the answer with the new state; the same `update_id` again changes nothing.

    `checked` is the case as `check` has just left it after this very decision, None if it has to be applied.

    Raises:
        Refused: a rule refuses. The case is certainly unchanged only if this came from `check`.

    """
    since = case.seq
    if checked is None:
        _apply(case, kind, decision, proven, update_id, now)
    else:
        case.become(checked)
    return case.answer(summarise(case, ahead=False), since, case.applied_updates[update_id], proven.recorded)


def _apply(case: Case, kind: str, decision: Decision, proven: Proven, update_id: str, now: datetime) -> None:
    if update_id in case.applied_updates:
        return
    case.recorded(proven.recorded)
    rule = RULES.get(kind) or SYSTEM_RULES[kind]
    if case.over and not _reaches_over(case, rule, decision):
        raise CaseOver("case_over", number=case.opening.number)
    ring(case, now)  # what fell due comes first, also if nobody was awake to hear it (docs/design.md, rule 7)
    if case.stage not in rule.stages:
        raise WrongStage("wrong_stage", kind=kind, stage=case.stage, allowed=",".join(rule.stages))
    if kind in RULES:
        actor = acting(case, proven.actor, kind, decision)
        if actor is not proven.actor or actor.vacant is not None:  # who was looked up is no part of the record
            proven = proven.model_copy(update={"actor": actor.model_copy(update={"vacant": None})})
        require(proven.actor, decision, case)
    elif proven.actor != SYSTEM:
        raise NotPermitted("not_permitted", kind=kind, who=f"{proven.actor.short} {proven.actor.person}".strip())
    case.names |= {code: unit.short for code, unit in proven.units.items()}
    before = {effect.key for effect in case.pending_effects}
    rule.carry_out(case, decision, proven, now)
    case.spare(proven.actor, before)
    interim.lapse_outdated(case, now)
    release.lapse_outdated(case, now)
    case.change_count += 1
    case.applied_updates[update_id] = case.seq


def _reaches_over(case: Case, rule: Rule, decision: Decision) -> bool:
    """Return whether a decision may reach the case although it is closed (docs/design.md, rule 11)."""
    return rule.even_over and (not isinstance(decision, Confirm) or proposals.even_over(case, decision.ref))


def taken_at(case: Case, proven: Proven, now: datetime) -> datetime:
    """Return the time at which a decision counts: when the desk took it, but never before the latest entry.

    `now` is workflow time, which is the server's. What the desk's clock shows does not count, only how long it waited.
    """
    return min(max(now - proven.waited, case.timeline[-1].at), now)


def check(case: Case, kind: str, decision: Decision, proven: Proven, update_id: str, now: datetime) -> Case:
    """Refuse what `decide` would refuse, without changing `case`; return the case as it would be afterwards.

    It runs the same code on a copy. So both cannot drift apart, and a bug shows as a refusal instead of an event.
    It also refuses what would make the case too large; a replay does not come here.
    """
    after = case.fork()
    _apply(after, kind, decision, proven, update_id, now)
    captures.refuse_future(decision, now)
    if kind in GROWING and (size := after.size()) > FULL and size > case.size():
        raise Unfit("case_full", number=case.opening.number, size=size // 1024, limit=FULL // 1024)
    return after
