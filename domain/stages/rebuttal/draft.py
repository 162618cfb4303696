"""Rebuttal 发声辟谣: a text is drafted, everyone it needs signs exactly that text, and it goes out."""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.obligations import Page, digest_of
from domain.case.parts import Draft, Slot
from domain.decisions import Ballot, Consent, DraftSubmission, Proven, Review, Sign
from domain.errors import Unfit
from domain.events import Approved, Drafted
from domain.stages import moved_on
from domain.stages.rebuttal import (
    consents,
    exclusive,
    interim,
    kinds,
    outcome_letters,
    publish_clock,
    replacing,
    signing,
)
from domain.stages.rebuttal.delivery import end_without_a_word, send
from domain.stages.rebuttal.signing import void_draft
from domain.stages.verification.verdict import put_on_record
from domain.terms import Addressee, UnitRef
from domain.vocabulary import (
    ClockName,
    Issuer,
    ProposalKind,
    PublicationKind,
    PublicationState,
    RequestState,
    SlotKind,
    Stage,
    VerdictStep,
    Vote,
)

STEPS = (ClockName.DRAFT, ClockName.APPROVAL)


def draft(case: Case, decision: DraftSubmission, proven: Proven, now: datetime) -> None:
    """Take a new version of the text, with its digest; votes on an older version are void."""
    _refuse_unfit(case, decision, proven)
    table = _table(case, decision, proven, now)
    signing.refuse_unsignable(case, table)
    replacing.refuse_without_reason(case, table, decision.reason)
    replacing.tell_voters(case, decision.reason)
    case.draft = table
    case.publication = PublicationState.DRAFTED
    _record(case, table, decision, proven, now)
    replaced = any(clock.name is ClockName.APPROVAL for clock in case.running())
    case.stop(now, *(clock for clock in case.running() if clock.name in STEPS))
    case.lapse(now, ProposalKind.SKIP_CONSENT)  # it was asked for another text
    signing.pass_on(case, table, (), now, least=not replaced)


def _refuse_unfit(case: Case, decision: DraftSubmission, proven: Proven) -> None:
    """Refuse a text nobody can sign any more, one written before another, and one that may not go out as it is."""
    if case.publication not in (PublicationState.NONE, PublicationState.DRAFTED) or case.verdict is None:
        raise Unfit("already_approved")
    moved_on.refuse_other_text(case, decision)
    if decision.publication is PublicationKind.INTERIM:
        raise Unfit("interim_is_asked_for")
    kinds.refuse_misfit(decision.publication, case.verdict, decision.reason)
    if proven.unfilled:
        raise Unfit("unfilled", words="、".join(proven.unfilled))
    if not decision.publication.public and interim.owes_answer(case):
        raise Unfit("interim_owes_answer", chosen=decision.publication)


def _table(case: Case, decision: DraftSubmission, proven: Proven, now: datetime) -> Draft:
    """Return the next version of the text with the signatures it needs."""
    competent = signing.competent_unit(case)
    issuing = _issuing_unit(decision, competent, proven)
    givers = exclusive.givers(case, decision, issuing, proven)
    case.versions += 1
    page = _page(case, decision, issuing, now)
    consenting = consents.units_of(case, decision, proven, givers, but={issuing.code, competent.code})
    return Draft(
        page=page,
        digest=digest_of(page),
        drafter=proven.actor.signer,
        issuer=decision.issuer,
        issuing=issuing.code,
        slots=signing.slots_for(case, decision.issuer, competent, issuing, consenting, proven.holders, givers),
        holders=proven.holders,
    )


def _record(case: Case, table: Draft, decision: DraftSubmission, proven: Proven, now: datetime) -> None:
    page = table.page
    case.happened(
        Drafted(
            version=page.version,
            publication=page.publication,
            title=page.title,
            text=page.text,
            digest=table.digest,
            reason=decision.reason,
            issuer=decision.issuer,
            slots=_seats(table),
        ),
        now,
        proven.actor,
    )


def _seats(table: Draft) -> dict[SlotKind, tuple[Addressee, ...]]:
    """Return who may give each kind of signature: whoever may stand in reads the case, too."""
    return {kind: tuple(one for slot in table.slots if slot.kind is kind for one in slot.to) for kind in SlotKind}


def review(case: Case, decision: Review, proven: Proven, now: datetime) -> None:
    """Take a review vote on exactly one text."""
    _vote(case, SlotKind.REVIEW, decision, proven, now)


def consent(case: Case, decision: Consent, proven: Proven, now: datetime) -> None:
    """Take a co-unit's vote on exactly one text."""
    _vote(case, SlotKind.CONSENT, decision, proven, now)


def sign(case: Case, decision: Sign, proven: Proven, now: datetime) -> None:
    """Take a vote on the signature, the last one; if it approves, the text goes out."""
    _vote(case, SlotKind.SIGN, decision, proven, now)


def go_on_without(case: Case, unit: str, now: datetime) -> None:
    """Go on without a consent that a confirmed override has made unnecessary."""
    if (table := case.draft) is not None:
        before = table.open_slots()
        consents.skip(case, table, unit)
        _go_on(case, table, before, now)


def _vote(case: Case, kind: SlotKind, decision: Ballot, proven: Proven, now: datetime) -> None:
    """Take a vote; then the text goes back, waits for the next signature, or goes out."""
    before = case.draft.open_slots() if case.draft else ()
    signing.vote(case, kind, decision, proven, now)
    if kind is SlotKind.CONSENT:
        consents.note_vote(case, decision, proven.actor)
        case.lapse(now, ProposalKind.SKIP_CONSENT, proven.actor.unit)
    if decision.outcome is not Vote.APPROVE:
        void_draft(case, decision.remarks or "", now)
    elif case.draft is not None:
        _go_on(case, case.draft, before, now)


def _go_on(case: Case, table: Draft, before: tuple[Slot, ...], now: datetime) -> None:
    if table.open_slots():
        signing.pass_on(case, table, before, now)
    else:
        _approve(case, table, now)


def _approve(case: Case, table: Draft, now: datetime) -> None:
    """Send a signed text to the channels; one that is not public ends the case's work without being sent."""
    case.happened(Approved(version=table.page.version, digest=table.digest), now)
    case.lapse(now, ProposalKind.REPOST)
    case.stop(now, *(clock for clock in case.running() if clock.name is ClockName.APPROVAL))
    assert case.verdict is not None  # noqa: S101  (no text is drafted without a verdict)
    signers = tuple(slot.vote.by for slot in table.slots if slot.vote and slot.kind is SlotKind.SIGN)
    put_on_record(case, VerdictStep.FINAL, case.verdict, signers, now)
    if table.page.publication.public:
        case.publication = PublicationState.APPROVED
        publish_clock.start(case, now)
        send(case, table.page)
    else:
        case.publication = PublicationState.NOT_PUBLIC
        end_without_a_word(case, now)
        case.enter(Stage.CLOSURE, now)
        outcome_letters.tell_how_it_ended(case, table.page)
        outcome_letters.ask_to_close(case)


def _page(case: Case, decision: DraftSubmission, issuing: UnitRef, now: datetime) -> Page:
    answered = [r for r in case.open_requests() if r.state is RequestState.ANSWERED]
    agreeing = [request for request in answered if request.verdict is case.verdict]
    return Page(
        number=case.opening.number,
        version=case.versions,
        publication=decision.publication,
        title=decision.title,
        text=decision.text,
        claim=case.claim,
        verdict=case.verdict,
        units=tuple(request.unit.short for request in agreeing),
        issuer=issuing.short if decision.issuer is Issuer.UNIT else case.terms.issuer_name(decision.issuer),
        as_of=now,
    )


def _issuing_unit(decision: DraftSubmission, competent: UnitRef, proven: Proven) -> UnitRef:
    """Return the unit a text goes out for: the one that is named, else the competent one."""
    if decision.unit and decision.issuer is not Issuer.UNIT:
        raise Unfit("unit_without_unit_issuer", issuer=decision.issuer)
    return proven.units[decision.unit] if decision.unit else competent
