"""Lives nobody planned: plausible decisions, time and receipts in any order, and what must hold in all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain.case import Case
from domain.decisions import (
    CONSOLE,
    Accept,
    Acknowledge,
    Actor,
    AddUnit,
    Assign,
    Close,
    Decision,
    Decline,
    Escalate,
    Note,
    PhoneLog,
    Relevel,
    ReturnFinding,
    Review,
    Sighting,
    Transfer,
    TriageDecision,
)
from domain.errors import Refused
from domain.owed import NotIssued
from domain.stages.report import sighted
from domain.words import (
    MOVES,
    USUAL_KIND,
    ClockName,
    Exit,
    Level,
    PhoneOutcome,
    PublicationKind,
    Role,
    Seat,
    Stage,
    Verdict,
    Vote,
)
from tests.domain.building import (
    DUTY,
    EDITOR,
    LEADER,
    OFFICE_DEPUTY,
    OFFICE_HEAD,
    Story,
    deputy,
    draft,
    finding,
    liaison,
    of,
)

ASKED = ("jkj", "sjw", "wjw", "skx", "jyw")
SPANS = ("1m", "9m", "20m", "50m", "3h", "9h", "2d", "8d")


class Life(Story):
    """Be a story that goes on by numbers: each step picks an action and its details from a few integers."""

    travels = True

    def __init__(self, level: Level, *, relevels: bool = True) -> None:
        super().__init__(level)
        self.relevels = relevels
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
            self.comes_back(debts[pick % len(debts)].channel)

    def _refusal(self, pick: int, detail: int) -> None:
        if debts := self.publications():
            self.comes_back(debts[pick % len(debts)].channel, NotIssued(reason="频道停用"))

    def _sight(self, pick: int, detail: int) -> None:
        sighted(self.case, Sighting(count=1 + pick % 60, districts=1 + detail % 4, channels=1), self.now)
        self._look()

    def _again(self, pick: int, detail: int) -> None:
        if self.heard_at:
            actor, said, update_id, seq = self.heard_at[pick % len(self.heard_at)]
            before = self.case.model_dump()
            assert self.say(actor, said, update_id).seq == seq
            assert self.case.model_dump() == before

    def _speak(self, pick: int, detail: int) -> None:
        actor, said = self._plausible(pick, detail)
        before = self.case.model_dump()
        update_id = f"life-{self.case.turn}-{len(self.entries)}"
        try:
            answer = self.say(actor, said, update_id)
        except Refused as refusal:
            self.refusals[refusal.code] += 1
            assert self.case.model_dump() == before, "a refusal changes nothing"
            return
        self.heard_at.append((actor, said, update_id, answer.seq))

    # --- what somebody could say -------------------------------------------------------------------------------------

    def _plausible(self, pick: int, detail: int) -> tuple[Actor, Decision]:
        said = {
            Stage.TRIAGE: self._in_triage,
            Stage.VERIFICATION: self._in_verification,
            Stage.REBUTTAL: self._in_rebuttal,
            Stage.CLOSURE: self._in_closure,
        }[self.case.stage](pick, detail)
        said += self._anywhere(detail)
        actor, decision = said[pick % len(said)]
        strangers = (CONSOLE, of("zwb", Seat.DUTY), EDITOR, liaison("jkj"), deputy("jkj"), DUTY)
        return (strangers[detail % 6] if pick % 11 == 10 else actor), decision

    def _in_triage(self, pick: int, detail: int) -> list[tuple[Actor, Decision]]:
        level = list(Level)[detail % 4] if self.relevels else self.case.level
        fresh = [code for code in ASKED if code not in self._asked()] if not self.relevels else list(ASKED)
        fresh = fresh[detail % len(fresh) :] + fresh[: detail % len(fresh)] if fresh else ["swj"]
        full = TriageDecision(level=level, topic="传染病", lead=fresh[0], co_units=tuple(fresh[1 : 1 + detail % 3]))
        return [
            (DUTY, full),
            (LEADER, full),
            (DUTY, full),
            (DUTY, Assign(lead=fresh[0], reason="两次退回")),
            (DUTY, TriageDecision(exit=list(Exit)[detail % 8], pass_to="zwb") if detail % 5 == 0 else full),
            (DUTY, TriageDecision(topic="缺牵头单位")),
            *self._units_speak(detail),
        ]

    def _in_verification(self, pick: int, detail: int) -> list[tuple[Actor, Decision]]:
        unit = ASKED[detail % len(ASKED)]
        relevel = Relevel(level=list(Level)[detail % 4], reason="研判")
        return [
            *self._units_speak(detail) * 3,
            (DUTY, AddUnit(unit=unit)),
            (DUTY, ReturnFinding(unit=unit, missing="缺检测报告")),
            ((LEADER, DUTY)[detail % 2], relevel if self.relevels else Note(text="不调级")),
        ]

    def _units_speak(self, detail: int) -> list[tuple[Actor, Decision]]:
        unit = (self._asked() or list(ASKED))[detail % max(1, len(self._asked()))]
        verdict = (Verdict.FALSE, Verdict.FALSE, Verdict.FALSE, Verdict.TRUE)[detail // 7 % 4]
        return [
            (liaison(unit), Accept()),
            (liaison(unit), finding(verdict)),
            (liaison(unit), finding(verdict)),
            self._hands_on(unit, detail) if detail % 3 else (liaison(unit), finding(verdict)),
            (of(unit, Seat.DUTY), Decline(reason="不属本单位职责") if detail % 3 == 0 else finding(verdict)),
        ]

    def _hands_on(self, unit: str, detail: int) -> tuple[Actor, Decision]:
        offered = next((r.offered_to.code for r in self.case.open_requests() if r.offered_to), None)
        if offered is None:
            return liaison(unit), Transfer(to=ASKED[detail % len(ASKED)], reason="属该单位职责")
        return liaison(offered), Accept() if detail % 2 else Decline(reason="不属本单位职责")

    def _in_rebuttal(self, pick: int, detail: int) -> list[tuple[Actor, Decision]]:
        kind = list(PublicationKind)[detail % 4] if detail % 9 == 8 else USUAL_KIND[self.case.verdict]
        digest = self.case.draft.digest if self.case.draft else "0" * 64
        against = detail % 8 == 7
        vote = Review(
            digest=digest if detail % 10 else "f" * 64,
            outcome=Vote.RETURN if against else Vote.APPROVE,
            remarks="缺依据" if detail % 2 else None,
        )
        lead = self.case.lead.unit.code
        relevel = Relevel(level=list(Level)[detail % 4], reason="研判")
        return [
            (EDITOR, draft(kind, text=f"第 {detail} 稿", reason="需要" if detail % 3 == 0 else None)),
            (deputy(lead), vote),
            (OFFICE_DEPUTY, vote),
            (OFFICE_HEAD, vote),
            (EDITOR, vote),
            (LEADER, relevel if self.relevels else vote),
            *self._units_speak(detail)[1:2],
        ]

    def _in_closure(self, pick: int, detail: int) -> list[tuple[Actor, Decision]]:
        return [(DUTY, Close()), *self._units_speak(detail)[1:2], (EDITOR, Note(text="待回访"))]

    def _anywhere(self, detail: int) -> list[tuple[Actor, Decision]]:
        running = self.case.running()
        name, unit = (ClockName.RESPONSE, "wxb") if not running else self._of(running[detail % len(running)])
        level = running[0].rung if running else 0
        owner = of(unit, Seat.DUTY)
        return [
            (LEADER, AddUnit(unit="swj")) if detail % 4 else (EDITOR, draft()),
            (owner, Acknowledge(clock=name, unit=unit)),
            (owner, PhoneLog(clock=name, unit=unit, outcome=list(PhoneOutcome)[detail % 3])),
            (CONSOLE, Escalate(expected_level=level, reason="无人应答")),
            (DUTY, Escalate(expected_level=detail % 3, reason="催办", clock=name, unit=unit)),
            (DUTY, Note(text="备注")),
        ]

    @staticmethod
    def _of(clock) -> tuple[ClockName, str]:
        return clock.name, clock.unit

    def _asked(self) -> list[str]:
        return [request.unit.code for request in self.case.open_requests()]

    # --- what must hold ----------------------------------------------------------------------------------------------

    def _hold(self) -> None:
        case = self.case
        entered = [e.event.stage for e in self.entries if e.event.kind == "stage_entered"]
        for start, end in zip([Stage.REPORT, *entered], entered, strict=False):
            assert end in MOVES[start]
        assert entered[-1] is case.stage
        leads = [r for r in case.open_requests() if r.role is Role.LEAD]
        assert len(leads) <= 1
        assert all(lead.unit.can_lead for lead in leads)
        assert (len(leads) == 1) or case.stage in (Stage.TRIAGE, Stage.CLOSURE)
        assert len(self._asked()) == len(set(self._asked()))
        offered = [r.offered_to.code for r in case.open_requests() if r.offered_to]
        assert len({*offered, *self._asked()}) == len(offered) + len(self._asked())
        assert case.over or all(case.clock(ClockName.ACCEPT, unit) for unit in offered)
        if case.over:
            assert case.running() == []
            assert case.next_wake() is None
        else:
            running = [(c.name, c.unit) for c in case.running()]
            assert len(running) == len(set(running))
            assert case.stage is Stage.CLOSURE or (ClockName.RESPONSE, "wxb") in running
        breaches = Counter((e.clock, e.unit, e.due) for e in self.events("clock_breached"))
        assert not breaches or max(breaches.values()) == 1
        if case.stage is Stage.REBUTTAL:
            assert case.verdict is not None


STEPS = st.lists(st.tuples(st.integers(0, 13), st.integers(0, 999), st.integers(0, 999)), min_size=12, max_size=40)
UNHURRIED = {
    "deadline": None,
    "database": None,
    "derandomize": True,
    "phases": [Phase.generate],  # shrinking a life takes minutes; the failing steps are printed as they are
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large],
}


@settings(max_examples=40, **UNHURRIED)
@given(level=st.sampled_from(list(Level)), steps=STEPS)
def test_in_any_life_nothing_is_raised_but_refusals_and_the_invariants_hold(level, steps):
    life = Life(level)

    for step in steps:
        life.step(*step)

    told = [entry.seq for entry in life.entries]
    assert told == list(range(1, life.case.seq + 1))


@settings(max_examples=25, **UNHURRIED)
@given(level=st.sampled_from(list(Level)), steps=STEPS)
def test_in_any_life_that_keeps_its_level_no_key_is_owed_twice(level, steps):
    life = Life(level, relevels=False)

    for step in steps:
        life.step(*step)

    assert [key for key, n in Counter(debt.key for debt in life.planned).items() if n > 1] == []


@settings(max_examples=20, **UNHURRIED)
@given(level=st.sampled_from(list(Level)), steps=STEPS)
def test_left_alone_any_life_falls_asleep(level, steps):
    life = Life(level)
    for step in steps:
        life.step(*step)
    life.settle()
    seq = life.case.seq

    life.wait(timedelta(days=90))
    assert life.case.next_wake() is None
    assert life.case.seq - seq <= 6 * len(life.case.clocks) + 6

    stage = life.case.stage
    life.wait(timedelta(days=90))
    assert life.case.stage is stage


def test_the_lives_tried_reach_every_stage_and_most_refusals():
    reached, refused, happened = Counter(), Counter(), Counter()
    for seed in range(36):
        life, number = Life(list(Level)[seed % 4]), seed * 7919 + 13
        for _ in range(90):
            number = (number * 1103515245 + 12345) % 2**31
            life.step(number >> 7 & 15, number >> 11 & 1023, number >> 17 & 1023)
        reached.update(set(life.stages))
        refused.update(life.refusals)
        happened.update(entry.event.kind for entry in life.entries)

    assert set(reached) == set(Stage)
    assert min(reached.values()) >= 2
    assert all(happened[f"transfer_{how}"] for how in ("offered", "accepted", "declined", "lapsed"))
    assert {"not_permitted", "wrong_stage", "request_state", "case_over", "already_asked"} <= set(refused)
