"""What must hold in every life, said as what is wrong; nothing is the good answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING

from domain.case.notice_kinds import Message
from domain.case.obligations import Notice, Publication
from domain.clocks.clock import Clock
from domain.decisions import Decision
from domain.errors import Refused
from domain.tasks.action import AvailableAction
from domain.tasks.available_actions import offers
from domain.terms import Audience, LevelTerms
from domain.vocabulary import ClockName, PublicationKind, RequestState, Role, SlotKind, Stage, Verdict
from tests.lives import sayings

if TYPE_CHECKING:
    from tests.lives.life import OfficeLife

ASIDE = {
    "note",
    "nudge",
    "supervise",
    "escalate",
    "acknowledge",
    "phone_log",
    "add_unit",
    "relevel",
    "extend",
    "interim",
}
ASIDE |= {"pause", "resume", "record_publication", "return_finding", "split", "transfer"}
"""What is offered beside what brings a case on."""

ASKS = {
    Message.RING: {"triage", "assign"},
    Message.REQUEST: {"accept", "finding"},
    Message.FINDING_RETURNED: {"finding"},
    Message.DRAFT_REQUEST: {"draft"},
    Message.REVIEW_REQUEST: {"review"},
    Message.CONSENT_REQUEST: {"consent"},
    Message.SIGN_REQUEST: {"sign"},
    Message.FINDING_TO_APPROVE: {"confirm"},
    Message.CONFIRM_REQUEST: {"confirm"},
    Message.TRANSFER: {"accept"},
    Message.INTERIM_REQUEST: {"interim"},
    Message.MINUTES_REQUEST: {"consult"},
    Message.CLOSE_REQUEST: {"close"},
}
"""What somebody who gets such a notice is asked for: one of these must be offered to whoever it reaches."""

SIGNED_BY = {
    Message.REVIEW_REQUEST: SlotKind.REVIEW, Message.CONSENT_REQUEST: SlotKind.CONSENT,
    Message.SIGN_REQUEST: SlotKind.SIGN,
}  # fmt: skip

DECIDED = {"stage", "visit", "level", "verdict", "verdicts", "exit", "draft", "closed_at", "answered_at", "clocks"}
"""What of a case stands once it is closed; a page that is sent once more may still become public."""

AFTER_CLOSING = {
    "finding_received", "finding_submitted", "finding_approved", "finding_held_back", "notified", "not_notified",
    "letter_refused", "roster_gap", "sighted", "delivered", "delivery_refused", "delivery_resolved", "proposal_lapsed",
}  # fmt: skip
"""What may happen in a closed case."""

MOVE_A_DUE = {
    "level_changed", "case_paused", "case_resumed", "clock_extended", "triaged", "recounted", "transfer_accepted",
    "finding_returned", "drafted", "confirmed", "request_declined", "request_expired",
}  # fmt: skip


class Watch:
    """What is watched over one life; it remembers what it has seen."""

    def __init__(self, life: OfficeLife) -> None:
        self.life, self._chance = life, Random(life.seed)  # what is watched changes nothing of the life
        self._entries, self._planned = 0, 0
        self._dues: dict[tuple[ClockName, str, int, bool], datetime] = {}
        self._breached: set[tuple[ClockName, str, int]] = set()
        self._end: tuple[dict[str, object], int] | None = None

    def wrong(self) -> list[str]:
        """Return what is wrong after the latest step."""
        found = [*self._accountable(), *self._clocks(), *self._voices(), *self._publishes(), *self._letters()]
        found += [*self._budgets(), *self._ways_on(), *self._closed()]
        self._entries, self._planned = len(self.life.entries), len(self.life.planned)
        return found

    # --- one unit answers for the case, and nothing waits for nobody -----------------------------------------------

    def _accountable(self) -> Iterator[str]:
        case = self.life.case
        leads = [one for one in case.open_requests() if one.role is Role.LEAD]
        if len(leads) != 1 and not (len(leads) == 0 and case.stage in (Stage.TRIAGE, Stage.CLOSURE)):
            yield f"{len(leads)} lead units in {case.stage}"
        units = [one.unit.code for one in case.open_requests()]
        if len(units) != len(set(units)):
            yield f"a unit is asked twice: {units}"

    def _ways_on(self) -> Iterator[str]:
        case, life = self.life.case, self.life
        if case.over or self.life.publications():
            return
        if case.next_wake() is not None and self._chance.random() < 0.9:
            return
        kinds = {
            one.kind for actor in life.house.around(case, life.now) for one in offers(case, actor, life.now)
        } - ASIDE
        if not kinds and case.next_wake() is None:
            yield f"nobody is offered a form in {case.stage}, and no timer runs"

    def _clocks(self) -> Iterator[str]:
        case = self.life.case
        for clock in case.running():
            if not self._owed(clock):
                yield f"the {clock.name} clock of {clock.unit} runs in {case.stage} and nothing is owed"
        for request in case.open_requests() if self._verifying() else ():
            name = {RequestState.OFFERED: ClockName.ACCEPT, RequestState.ACCEPTED: ClockName.ANSWER}.get(request.state)
            if name and case.clock(name, request.unit.code) is None and not request.offered_to:
                yield f"{request.unit.code} has {request.state}, and no {name} clock runs"

    def _verifying(self) -> bool:
        """Return whether answers are waited for: not where a finding sent the verdict back, which the chair settles."""
        case = self.life.case
        return case.stage is Stage.VERIFICATION and (case.session is None or case.session.questions is None)

    def _owed(self, clock: Clock) -> bool:
        case = self.life.case
        own = [one for one in case.open_requests() if one.unit.code == clock.unit]
        match clock.name:
            case ClockName.TRIAGE:
                return case.stage is Stage.TRIAGE
            case ClockName.ACCEPT:
                taken = [one for one in case.open_requests() if one.offered_to and one.offered_to.code == clock.unit]
                return bool(taken) or any(one.state is RequestState.OFFERED for one in own)
            case ClockName.ANSWER:
                return any(one.state is not RequestState.ANSWERED for one in own)
            case ClockName.DRAFT:
                return case.stage is Stage.REBUTTAL and case.draft is None
            case ClockName.APPROVAL:
                return case.draft is not None and bool(case.draft.open_slots())
            case ClockName.PUBLISH:
                return bool(self.life.publications() or case.refused)
            case ClockName.SESSION:
                return case.session is not None
            case ClockName.INTERIM | ClockName.RESPONSE:
                return case.answered_at is None and not case.over
            case ClockName.CASE:
                return not case.over
            case ClockName.HANDOVER:
                return case.handover is not None and not case.handover.received
        return False

    def _closed(self) -> Iterator[str]:
        """Yield what moved after closing: a finding is kept and told, and nothing that was decided changes."""
        case = self.life.case
        if not case.over:
            return
        stands = case.model_dump(include=DECIDED)
        if self._end is None:
            self._end = stands, len(self.life.entries)
        if (moved := {name for name in DECIDED if stands[name] != self._end[0][name]}) or case.next_wake():
            yield f"after closing {sorted(moved)} changed, and {case.next_wake()} is waited for"
        new = self.life.entries[max(self._entries, self._end[1]) :]
        if others := {entry.event.kind for entry in new} - AFTER_CLOSING:
            yield f"after closing {sorted(others)} happened"
        told = [one for one in self.life.planned[self._planned :] if isinstance(one, Notice)]
        counted = [entry for entry in new if entry.event.kind in ("finding_received", "finding_approved")]
        if len(counted) != sum(one.message is Message.LATE_FINDING for one in told):
            yield f"after closing {len(counted)} findings count, and not each is told"

    # --- people ----------------------------------------------------------------------------------------------------

    def _voices(self) -> Iterator[str]:
        for entry in self.life.entries[self._entries :]:
            asked_by = getattr(entry.event, "asked_by", None) or getattr(entry.event, "submitted_by", None)
            second = entry.event.kind in ("confirmed", "finding_approved")
            if second and entry.by and asked_by and entry.by.voice == asked_by.voice:
                yield f"{entry.by.person} confirms what {asked_by.person} asked for"
        if (table := self.life.case.draft) is not None:
            voices = [slot.vote.by.voice for slot in table.slots if slot.vote]
            if len({*voices, table.drafter.voice}) != len(voices) + 1:
                yield f"one voice twice in version {table.page.version}: {voices}, drafted by {table.drafter.voice}"

    def _letters(self) -> Iterator[str]:
        for notice in self.life.planned[self._planned :]:
            if not isinstance(notice, Notice):
                continue
            strangers = {seat.unit for seat in notice.to} - self._concerned()
            if strangers:
                yield f"{notice.message} goes to {sorted(strangers)}, who have nothing to do with it"
            shorts = {code: unit.short for code, unit in self.life.house.office.units.items()}
            yield from sayings.untrue(self.life.case, notice, self.life.now, shorts)

    def unable(self, sent: list[Notice]) -> Iterator[str]:
        """Yield which letters have just asked somebody for what that person may not do, though it is still open."""
        life, case = self.life, self.life.case
        for notice in sent:
            wanted = ASKS.get(notice.message)
            closed = case.over and notice.message is not Message.FINDING_TO_APPROVE
            over = closed or (notice.clock is not None and case.clock(notice.clock, notice.owner or "") is None)
            if wanted is None or over or not self._still_open(notice):
                continue
            for seat in notice.to:
                people = life.house.reached(seat, life.now)
                if notice.message in SIGNED_BY and not any(who.sits(seat.unit, seat.seat) for who in people):
                    continue  # the seat is empty now: a further text asks whoever may sign then
                if people and not any(wanted & {one.kind for one in offers(case, who, life.now)} for who in people):
                    names = [one.person for one in people]
                    yield f"{notice.message} asks {seat.unit}/{seat.seat} for {sorted(wanted)}: {names} may not"

    def _still_open(self, notice: Notice) -> bool:
        """Return whether what a notice asks for is still to be done: the proposal waits, the signature is missing."""
        case, kind = self.life.case, SIGNED_BY.get(notice.message)
        if notice.message in (Message.CONFIRM_REQUEST, Message.FINDING_TO_APPROVE):
            return notice.values.get("ref") in [one.ref for one in case.proposals]
        if kind is not None:
            open_slots = case.draft.open_slots() if case.draft else ()
            return any(slot.kind is kind and set(notice.to) & set(slot.asked) for slot in open_slots)
        return notice.message is not Message.RING or (case.stage is Stage.TRIAGE and not case.must_assign)

    def _concerned(self) -> set[str]:
        case, units = self.life.case, self.life.house.office.units
        found = {case.office.code, *(one.unit.code for one in case.requests), *case.names}
        found |= {name.unit for level in case.terms.levels.values() for name in _named(level) if name.unit}
        found |= {slot.unit for table in [case.draft] if table for one in table.slots for slot in one.to}
        return found | {units[code].parent or "" for code in found if code in units}

    # --- verdicts and budgets ----------------------------------------------------------------------------------------

    def _publishes(self) -> Iterator[str]:
        life, case = self.life, self.life.case
        for debt in life.planned[self._planned :]:
            if (
                not isinstance(debt, Publication)
                or debt.page.source
                or debt.page.publication is PublicationKind.INTERIM
            ):
                continue
            against = {unit for unit, verdict in self._held().items() if verdict is not debt.page.verdict}
            ruled = {unit for session in case.sessions for unit in session.dissent}
            if against - ruled:
                yield f"{debt.page.verdict} goes out against {sorted(against - ruled)}, and nobody has ruled"
            if debt.page.verdict is Verdict.TRUE and debt.page.publication is PublicationKind.REBUTTAL:
                yield "a true claim is refuted"

    def _held(self) -> dict[str, Verdict]:
        case = self.life.case
        answered = (one for one in case.open_requests() if one.state is RequestState.ANSWERED and one.verdict)
        return {**case.disputed, **{one.unit.code: one.verdict for one in answered if one.verdict}}

    def _budgets(self) -> Iterator[str]:
        case = self.life.case
        new = {entry.event.kind for entry in self.life.entries[self._entries :]}
        dues = {(clock.name, clock.unit, clock.visit, clock.paused): clock.due for clock in case.running()}
        for key, due in dues.items():
            before = self._dues.get(key)
            if before is not None and due > before and not key[3] and not new & MOVE_A_DUE:
                yield f"the {key[0]} clock of {key[1]} is due {due} instead of {before}: after {sorted(new)}"
        self._dues = dues
        breached = {(c.name, c.unit, c.visit) for c in case.clocks if c.breached}
        if (lost := self._breached - breached) and not new & MOVE_A_DUE:
            yield f"a breach is gone: {sorted(lost)}"
        self._breached = breached


def excused(life: OfficeLife, offer: AvailableAction, said: Decision, refusal: Refused) -> bool:
    """Return whether a refusal comes from what was filled in, or from who sits in the seats, and not from the offer."""
    return refusal.code in EXCUSED.get(offer.kind, ())


EXCUSED: dict[str, tuple[str, ...]] = {"draft": ("cannot_be_signed",), "confirm": ("proposer_left",)}
"""Refusals that only the desk can foresee: it knows who sits in the seats."""


def _named(level: LevelTerms) -> Iterator[Audience]:
    rungs = (level.start, level.inform_at_start, *level.ladder)
    return (name for rung in rungs for name in rung.to)
