"""A life nobody planned: decisions, time and receipts by number, and what must hold after each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from domain.case.case import Case
from domain.case.obligations import Publication, digest_of
from domain.case.parts import Draft
from domain.case.payloads import NotIssued
from domain.decisions import SYSTEM, Actor, Decision, Proven, Sighting
from domain.errors import Refused
from domain.stages.sightings import sighted
from domain.terms import QuorumRest, SurgeTerms
from domain.vocabulary import (
    MOVES,
    USUAL_KIND,
    ClockName,
    Level,
    PublicationKind,
    PublicationState,
    Role,
    SlotKind,
    Stage,
    VerdictStep,
    Vote,
)
from tests.domain.any_decision import asked, plausible
from tests.domain.factories import TERMS, Story

SURGE = SurgeTerms(sources=10, level=Level.ORANGE)
STRICT = TERMS.model_copy(
    update={"findings_approved_at": tuple(Level), "quorum_rest": QuorumRest.ALL, "lead_alone_publishes": ()}
)
"""An office where a second person of each unit confirms every finding, and all units must have answered."""


SPANS = ("1m", "9m", "20m", "50m", "3h", "9h", "1d", "8d")


class Life(Story):
    """A story that goes on by numbers: each step picks an action and its details from a few integers."""

    travels = True

    def __init__(self, level: Level, *, relevels: bool = True, strict: bool = False) -> None:
        super().__init__(level, terms=(STRICT if strict else TERMS).model_copy(update={"surge": SURGE}))
        self.relevels = relevels
        self.signed: dict[int, str] = {}
        self.refusals: Counter[str] = Counter()
        self.heard_at: list[tuple[Actor, Decision, str, int]] = []

    def step(self, action: int, pick: int, detail: int) -> None:
        """Do one thing and hold the invariants."""
        acts = self._acts()
        acts[action % len(acts)](pick, detail)
        self._hold()

    def _acts(self) -> list[Callable[[int, int], None]]:
        speak = [self._speak] * 7
        return [*speak, self._time, self._away, self._settle, self._receipt, self._refusal, self._sight, self._again]

    # --- actions -----------------------------------------------------------------------------------------------------

    def _time(self, pick: int, detail: int) -> None:
        self.wait(SPANS[pick % len(SPANS)])

    def _away(self, pick: int, detail: int) -> None:
        self.down(SPANS[pick % len(SPANS)])

    def _settle(self, pick: int, detail: int) -> None:
        self.settle()
        if detail % 2:
            self.case = Case.model_validate_json(self.case.model_dump_json())

    def _receipt(self, pick: int, detail: int) -> None:
        if debts := self.publications():
            self.returns(debts[pick % len(debts)])

    def _refusal(self, pick: int, detail: int) -> None:
        if debts := self.publications():
            self.returns(debts[pick % len(debts)], NotIssued(reason="频道停用"))

    def _sight(self, pick: int, detail: int) -> None:
        heat = pick % 15
        sighting = Sighting(count=1 + pick % 60, districts=1 + detail % 4, channels=1, sources=heat + 1, heat=heat)
        sighted(self.case, sighting, Proven(actor=SYSTEM), self.now)
        self._look()

    def _again(self, pick: int, detail: int) -> None:
        if self.heard_at:
            actor, said, update_id, seq = self.heard_at[pick % len(self.heard_at)]
            assert self.say(actor, said, update_id).seq == seq
            assert self.state() == self.before

    def _speak(self, pick: int, detail: int) -> None:
        actor, said = plausible(self.case, pick, detail, relevels=self.relevels)
        self.competent = ("jkj", "skx") if detail % 5 == 4 else ()
        self.second_factor = detail % 6 != 5
        update_id = f"life-{self.case.change_count}-{len(self.entries)}"
        try:
            answer = self.say(actor, said, update_id)
        except Refused as refusal:
            self.refusals[refusal.code] += 1
            assert self.state() == self.before, "a refusal changes nothing"
            return
        self.heard_at.append((actor, said, update_id, answer.seq))

    # --- what must hold ----------------------------------------------------------------------------------------------

    def _hold(self) -> None:
        self._hold_stages()
        self._hold_requests()
        self._hold_clocks()
        self._hold_sessions()
        self._hold_second_persons()
        self._hold_pages()

    def _hold_stages(self) -> None:
        case = self.case
        entered = [event.stage for event in self.events("stage_entered")]
        for start, end in zip([Stage.REPORT, *entered], entered, strict=False):
            assert end in MOVES[start]
        assert entered[-1] is case.stage
        if case.stage is Stage.REBUTTAL:
            assert case.verdict is not None
            assert VerdictStep.FIRST in case.verdicts
            assert {VerdictStep.SINGLE, VerdictStep.CROSS_CHECKED} & set(case.verdicts)

    def _hold_requests(self) -> None:
        case, units = self.case, asked(self.case)
        leads = [r for r in case.open_requests() if r.role is Role.LEAD]
        assert len(leads) <= 1
        assert all(lead.unit.can_lead for lead in leads)
        assert (len(leads) == 1) or case.stage in (Stage.TRIAGE, Stage.CLOSURE)
        assert len(units) == len(set(units))
        offered = [r.offered_to.code for r in case.open_requests() if r.offered_to]
        assert len(offered) == len(set(offered))
        swapping = [r.offered_to.code for r in leads if r.offered_to and r.offered_to.code in units[1:]]
        assert {*offered} & {*units} == {*swapping}, "only a lead offers its request to one that is asked"
        assert case.over or all(case.clock(ClockName.ACCEPT, unit) for unit in offered)

    def _hold_clocks(self) -> None:
        case = self.case
        running = [(c.name, c.unit) for c in case.running()]
        assert len(running) == len(set(running))
        if case.over:
            assert running == []
            assert case.next_wake() is None
        assert ((ClockName.RESPONSE, "wxb") in running) is (case.answered_at is None and not case.over)
        assert (ClockName.INTERIM, "wxb") not in running or (case.interim_at, case.answered_at) == (None, None)
        breaches = Counter((e.clock, e.unit, e.due) for e in self.events("clock_breached"))
        assert not breaches or max(breaches.values()) == 1

    def _hold_sessions(self) -> None:
        case = self.case
        assert sum(session.ruled is None for session in case.sessions) <= 1
        assert [session.number for session in case.sessions] == list(range(1, len(case.sessions) + 1))
        assert case.session is not None or (ClockName.SESSION, "wxb") not in self.runs()
        for session in case.sessions:
            assert [item.n for item in session.items] == list(range(1, len(session.items) + 1))
            assert {position.unit for position in session.positions} <= set(session.units)

    def _hold_second_persons(self) -> None:
        for entry in self.entries:
            if entry.event.kind == "confirmed":
                assert entry.by is not None
                assert entry.by.person != entry.event.asked_by.person
            elif entry.event.kind == "finding_approved":
                assert entry.by is not None
                assert entry.by.person != entry.event.submitted_by.person
        refs = [one.ref for one in self.case.proposals]
        assert len(refs) == len(set(refs))
        assert self.case.answered_at is None or not [one for one in self.case.proposals if one.kind == "interim"]

    def _hold_pages(self) -> None:
        case = self.case
        if case.draft is not None and case.publication in (
            PublicationState.APPROVED, PublicationState.PUBLISHED, PublicationState.NOT_PUBLIC,
        ):  # fmt: skip
            self._hold_signed(case.draft)
            self.signed[case.draft.page.version] = case.draft.digest
        for debt in self.publications():
            self._hold_going_out(debt)
        if case.publication is PublicationState.PUBLISHED:  # by its own answer, not by a unit's earlier word
            assert case.versions in [event.version for event in self.events("delivered") if not event.interim]
        if case.publication is PublicationState.NOT_PUBLIC:
            assert self.publications() == [] or self.events("publication_recorded")

    def _hold_signed(self, table: Draft) -> None:
        """Hold that a text which goes out has every name it needs, each of another person, none the drafter's."""
        votes = [slot.vote for slot in table.slots if slot.vote]
        assert {vote.outcome for vote in votes} == {Vote.APPROVE}
        persons = [vote.by.person for vote in votes]
        assert len({*persons, table.drafter.person}) == len(persons) + 1
        missing = [slot for slot in table.slots if slot.vote is None]
        assert all(slot.kind is SlotKind.CONSENT and slot.skipped for slot in missing)
        assert len(missing) <= sum(event.what == "skip_consent" for event in self.events("confirmed"))
        assert digest_of(table.page) == table.digest

    def _hold_going_out(self, debt: Publication) -> None:
        """Hold that what goes out was signed, was recorded with its source, or is the confirmed notice."""
        page = debt.page
        assert digest_of(page) == debt.digest
        if page.publication is PublicationKind.INTERIM:
            assert (page.version, page.verdict) == (0, None)
            assert any(event.what == "interim" for event in self.events("confirmed"))
            assert self.case.answered_at is None
        elif page.source is not None:
            assert page.version in [event.version for event in self.events("publication_recorded")]
            assert any(event.what == "repost" for event in self.events("confirmed"))
            assert page.publication is not PublicationKind.REBUTTAL or USUAL_KIND[page.verdict] is page.publication
        else:
            assert self.signed[page.version] == debt.digest
