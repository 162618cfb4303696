"""Terms, actors and stories for the tests of the rules: the sample office's figures, built in Python."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from domain.case.answer import Answer
from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.obligations import Backlog, Notice, PendingEffect, Publication
from domain.case.payloads import CallPlaced, Issue, Issued, NotIssued, Wave, WaveSent
from domain.case.summarise import summarise
from domain.case.summary import Record
from domain.clocks.clock import Clock
from domain.clocks.time_account import TimeAccount
from domain.decider import results
from domain.decider.decide import check, decide
from domain.decider.ring import ring
from domain.decisions import (
    CONSOLE,
    SYSTEM,
    Actor,
    Ballot,
    Close,
    Confirm,
    Consent,
    Decision,
    DraftSubmission,
    Evidence,
    Finding,
    Interim,
    MoveReports,
    Opening,
    Original,
    Proven,
    RecordPublication,
    Review,
    SeatHolders,
    Sign,
    SplitCase,
    SplitDecision,
    TriageDecision,
    Wording,
)
from domain.errors import Refused
from domain.events import Entry
from domain.events.chain import first_hash, hash_of
from domain.stages.rebuttal import signers
from domain.stages.report import open_case
from domain.terms import Call, Gap, LevelTerms, Rung, Signing, Terms, UnitRef
from domain.values import TimelinePosition
from domain.vocabulary import (
    ClockName,
    Issuer,
    Level,
    Mode,
    PublicationKind,
    RungKind,
    Seat,
    SlotKind,
    Stage,
    Verdict,
    Vote,
)
from domain.worktime.working_time import Span, WorkingTime
from tests.domain.working_times import CHINA

START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)

UNITS = {
    unit.code: unit
    for unit in (
        UnitRef(code="wxb", short="市委网信办", can_lead=True),
        UnitRef(code="wjw", short="市卫生健康委", can_lead=True),
        UnitRef(code="jkj", short="市疾控中心", parent="wjw", can_lead=True),
        UnitRef(code="sjw", short="市市场监管委", can_lead=True),
        UnitRef(code="jyw", short="市教委", can_lead=True),
        UnitRef(code="swj", short="市水务局", can_lead=True),
        UnitRef(code="skx", short="市科协"),
        UnitRef(code="zwb", short="市政务服务办"),
        UnitRef(code="zfb", short="市政府办公室"),
    )
}
"""A few units of the sample office; 市疾控中心 belongs to 市卫生健康委, the last two cannot lead."""

OFFICE = UNITS["wxb"]


def _rung(at: str, kind: RungKind, to: str, by: str) -> Rung:
    """Read one step of a ladder as the policy writes it: `50%` of the budget, or `+15m` after it."""
    where = {"percent": int(at.removesuffix("%"))} if at.endswith("%") else {"after": Span.of(at.removeprefix("+"))}
    return Rung(kind=kind, to=tuple(to.split()), by=tuple(by.split()), **where)


def _budgets(**figures: str) -> dict[ClockName, Span]:
    return {ClockName(name): Span.of(figure) for name, figure in figures.items()}


LEVELS = {
    Level.RED: LevelTerms(
        name="红色（一级）",
        budgets=_budgets(
            response="5h",
            triage="15m",
            accept="30m",
            answer="150m",
            session="1h",
            interim="2h",
            draft="30m",
            approval="30m",
            publish="15m",
            case="7d",
        ),
        min_gap=Span.of("10m"),
        ack_lives=Span.of("30m"),
        start=Call(to=("owner.duty",), by=("phone", "sms", "wecom")),
        inform_at_start=Call(to=("owner.deputy", "office.duty", "office.duty_leader"), by=("sms", "wecom")),
        ladder=(
            _rung("50%", RungKind.REMIND, "owner.duty owner.deputy", "phone sms wecom"),
            _rung("80%", RungKind.DUE_SOON, "office.duty owner.deputy", "phone sms wecom"),
            _rung("100%", RungKind.BREACH, "office.duty_leader owner.head", "phone sms wecom"),
            _rung("+15m", RungKind.ESCALATE, "office.head", "phone"),
            _rung("+30m", RungKind.ESCALATE, "unit:zfb.duty", "phone"),
        ),
        publish_to=("bulletin", "media", "labels", "search_pin"),
    ),
    Level.ORANGE: LevelTerms(
        name="橙色（二级）",
        budgets=_budgets(
            response="5h",
            triage="30m",
            accept="1h",
            answer="150m",
            session="2h",
            interim="3h",
            draft="30m",
            approval="45m",
            publish="15m",
            case="7d",
        ),
        min_gap=Span.of("15m"),
        ack_lives=Span.of("45m"),
        start=Call(to=("owner.duty",), by=("sms", "wecom", "mail")),
        inform_at_start=Call(to=("owner.liaison_a", "office.duty"), by=("wecom", "mail")),
        ladder=(
            _rung("50%", RungKind.REMIND, "owner.duty owner.liaison_a", "sms wecom"),
            _rung("80%", RungKind.DUE_SOON, "owner.deputy", "phone wecom"),
            _rung("100%", RungKind.BREACH, "office.deputy owner.deputy", "phone sms"),
            _rung("+30m", RungKind.ESCALATE, "office.duty_leader", "phone"),
            _rung("+60m", RungKind.ESCALATE, "office.head", "phone"),
        ),
        publish_to=("bulletin", "media", "labels"),
    ),
    Level.YELLOW: LevelTerms(
        name="黄色（三级）",
        budgets=_budgets(
            response="48h",
            triage="2h",
            accept="4h",
            answer="24h",
            session="4h",
            interim="12h",
            draft="6h",
            approval="8h",
            publish="2h",
            case="21d",
        ),
        min_gap=Span.of("2h"),
        ack_lives=Span.of("8h"),
        start=Call(to=("owner.liaison_a",), by=("wecom", "mail")),
        ladder=(
            _rung("50%", RungKind.REMIND, "owner.liaison_a", "wecom mail"),
            _rung("80%", RungKind.DUE_SOON, "owner.liaison_a owner.liaison_b", "wecom mail"),
            _rung("100%", RungKind.BREACH, "owner.deputy office.duty", "wecom mail"),
            _rung("+4h", RungKind.ESCALATE, "office.deputy", "wecom mail"),
            _rung("+12h", RungKind.ESCALATE, "owner.head", "mail"),
        ),
        publish_to=("bulletin", "labels"),
        pause=Span.of("72h"),
    ),
    Level.BLUE: LevelTerms(
        name="蓝色（四级）",
        budgets=_budgets(
            response="7wd",
            triage="1wd",
            accept="1wd",
            answer="2wd",
            session="1wd",
            draft="1wd",
            approval="1wd",
            publish="4wh",
            case="20wd",
        ),
        min_gap=Span.of("1wd"),
        ack_lives=Span.of("2wd"),
        start=Call(to=("owner.liaison_a",), by=("mail",)),
        ladder=(
            _rung("80%", RungKind.DUE_SOON, "owner.liaison_a", "mail"),
            _rung("100%", RungKind.BREACH, "owner.deputy", "mail"),
            _rung("+1wd", RungKind.ESCALATE, "office.duty", "mail"),
            _rung("+2wd", RungKind.ESCALATE, "office.deputy", "mail"),
        ),
        publish_to=("bulletin",),
        pause=Span.of("5wd"),
        extends_response=True,
    ),
}

BLUE_BEFORE = LEVELS[Level.BLUE].model_copy(
    update={"budgets": {name: span for name, span in LEVELS[Level.BLUE].budgets.items() if name != "session"}}
)
"""The lowest level as cases of before have it: without a due time for the minutes of a session."""

SIGNING = {
    Issuer.UNIT: Signing(review=("owner.deputy", "parent.deputy"), sign=("owner.head",)),
    Issuer.JOINT: Signing(
        review=("owner.deputy", "owner.head", "parent.deputy"),
        sign=("office.deputy", "office.head"),
        sign_urgent=("office.duty_leader", "office.deputy", "office.head"),
    ),
    Issuer.CITY: Signing(review=("owner.head",), sign=("unit:zfb.head", "unit:zfb.deputy")),
}

TERMS = Terms(
    policy="2026-11-23",
    mode=Mode.DEMO,
    city="明澄市（演示）",
    office=OFFICE,
    named={"zfb": "市政府办公室"},
    levels=LEVELS,
    lead_alone_publishes=(Level.RED, Level.ORANGE),
    sessions_at_triage=(Level.RED, Level.ORANGE),
    issuers={Issuer.JOINT: "明澄市联合辟谣工作机制（演示）", Issuer.CITY: "明澄市人民政府（演示）"},
    signing=SIGNING,
    signing_interim=("office.duty", "office.duty_leader"),
    bounce_limit=2,
)

CALLERS = Call(to=("office.duty", "office.duty_leader"), by=("sms", "wecom"))
WITH_CALLERS = TERMS.model_copy(
    update={
        "levels": LEVELS
        | {one: LEVELS[one].model_copy(update={"phone_by": CALLERS}) for one in (Level.RED, Level.ORANGE)}
    }
)
"""The terms with who makes the calls of the levels that call by phone; cases of before name nobody."""

TERMS_BEFORE = TERMS.model_copy(update={"levels": {**LEVELS, Level.BLUE: BLUE_BEFORE}})

ORIGINAL = Original(case_id="abcdefghjk", number="辟〔2026〕0003", answered=True)
MOVING = SplitCase(
    case_id=ORIGINAL.case_id, number=ORIGINAL.number, reports=("r2",), moved=1, count=1, districts=1, channels=1
)
"""What stays in a basket once one of its reports has gone to another case."""
SPLIT = SplitCase(
    case_id="bcdefghjkm", number="辟〔2026〕0124", reports=("r2",), moved=1, count=1, districts=1, channels=1
)
"""The case of the number a duplicate names."""

EVIDENCE = (Evidence(kind="检测报告", source="市疾控中心第 12 号", url="https://lab.mc.example/12", captured_at=START),)


WORDING = Wording(title="关于“开窗通风会传播流感”的核实情况", text="我们已关注到上述网传信息，正在核实。")


def opening(level: Level = Level.YELLOW, place: str | None = "河湾区", terms: Terms = TERMS) -> Opening:
    """Return what a case is opened with."""
    return Opening(
        case_id="k7m2p9x4qa",
        number="辟〔2026〕0123",
        claim="开窗通风会传播流感",
        report_id="r1",
        channel="public",
        place=place,
        level=level,
        terms=terms,
        time=CHINA,
    )


def planned(level: Level, clock: ClockName, begun: datetime = START) -> tuple[datetime, ...]:
    """Tell when the rungs of a clock are to ring that runs from `begun` without a pause."""
    terms = LEVELS[level]
    return TimeAccount.begun(terms.budgets[clock], begun).plan(CHINA, terms.ladder)


def of(unit: str, *seats: Seat, person: str | None = None) -> Actor:
    """Return a person of a unit; without a name, one per unit and seats."""
    ref = UNITS[unit]
    name = person or f"{unit}-{'-'.join(seats) or 'staff'}"
    return Actor(person=name, unit=unit, short=ref.short, parent=ref.parent, seats=seats)


DUTY = of("wxb", Seat.DUTY)
LEADER = of("wxb", Seat.DUTY_LEADER)
EDITOR = of("wxb", Seat.EDITOR)
OFFICE_DEPUTY = of("wxb", Seat.DEPUTY)
OFFICE_HEAD = of("wxb", Seat.HEAD)


def liaison(unit: str) -> Actor:
    """Return the first liaison of a unit."""
    return of(unit, Seat.LIAISON_A)


def deputy(unit: str) -> Actor:
    """Return the deputy of a unit."""
    return of(unit, Seat.DEPUTY)


def triage(lead: str = "jkj", *co_units: str, level: Level = Level.YELLOW, **more: object) -> TriageDecision:
    """Return a triage that asks `lead` and the co-units."""
    return TriageDecision(level=level, topic="传染病", lead=lead, co_units=co_units, **more)


def finding(verdict: Verdict = Verdict.FALSE, *, corrects: bool = False) -> Finding:
    """Return a finding with evidence; `corrects`: in place of what the unit has answered."""
    return Finding(verdict=verdict, explanation="通风降低传播风险。", evidence=EVIDENCE, corrects=corrects)


def draft(publication: PublicationKind = PublicationKind.REBUTTAL, **more: object) -> DraftSubmission:
    """Return a text to publish."""
    values = {"title": "开窗通风不会传播流感", "text": "通风是预防流感的有效办法。"} | more
    return DraftSubmission(publication=publication, **values)


class Story:
    """One case and its time: people decide, time passes, results of effects come back.

    Every step checks what must hold in any life: entries count up by one, a check and a refusal change nothing. With
    `travels` the state must also survive serialisation after every step.
    """

    logs_calls = True
    """Whether every call by phone is logged at once; a test about calls nobody logs says no."""
    elsewhere: tuple[str, ...] = ()
    """The units whose people every call goes to, where the seats it is for are empty or have no number."""
    travels = False
    second_factor = True
    competent: tuple[str, ...] = ()
    exclusive: dict[str, UnitRef] = {}
    holders: tuple[SeatHolders, ...] = ()
    """Who can sign, as the desk proves it with a text; empty: nobody was looked up."""
    concludes: tuple[str, ...] = ()
    unfilled: tuple[str, ...] = ()
    before: tuple[dict[str, object], bool]
    """The state before the last decision."""

    def __init__(
        self,
        level: Level = Level.YELLOW,
        *,
        place: str | None = "河湾区",
        terms: Terms = TERMS,
        start: datetime = START,
        time: WorkingTime = CHINA,
        basket: bool = False,
    ) -> None:
        self.now = start
        opened = opening(level, place, terms).model_copy(update={"time": time, "basket": basket})
        self.case = open_case(opened, self.now)
        self._opening = Opening.model_validate_json(self.case.opening.model_dump_json())
        self.entries: list[Entry] = []
        self.recorded = TimelinePosition(epoch=1, seq=0, head=first_hash(self.case.opening.case_id))
        """How far the register has the timeline."""
        self.planned: list[PendingEffect] = []
        self.stages: list[Stage] = [Stage.REPORT]
        self._known: Counter[str] = Counter()
        self._ids = (f"update-{n}" for n in count(1))
        self._look()

    # --- people ----------------------------------------------------------------------------------------------------

    def say(self, actor: Actor, said: Decision, update_id: str | None = None) -> Answer:
        """Let someone take a decision that is accepted: first `check`, which changes nothing, then `decide`."""
        update_id = update_id or next(self._ids)
        self.before = self.state()
        check(self.case, said.kind, said, self.proven(actor, said), update_id, self.now)
        assert self.state() == self.before
        answer = decide(self.case, said.kind, said, self.proven(actor, said), update_id, self.now)
        self._look(answer.entries)
        self._record(answer.record)
        if actor not in (CONSOLE, SYSTEM):
            assert self.recorded == answer.record.position, "an answer leaves no gap in the register's timeline"
        return answer

    def _record(self, record: Record) -> None:
        """Take the entries that follow as the register does; each carries the hash of the one before."""
        for entry in record.entries:
            if entry.seq > self.recorded.seq:
                assert (entry.seq, entry.previous) == (self.recorded.seq + 1, self.recorded.head)
                self.recorded = TimelinePosition(epoch=record.summary.epoch, seq=entry.seq, head=hash_of(entry.stored))

    def refused(self, actor: Actor, said: Decision, error: type[Refused] = Refused) -> Refused:
        """Let someone take a decision that is refused: nothing changes; return the refusal."""
        before = self.state()
        with pytest.raises(error) as caught:
            check(self.case, said.kind, said, self.proven(actor, said), next(self._ids), self.now)
        assert self.state() == before
        assert type(caught.value) is error or error is Refused
        return caught.value

    def proven(self, actor: Actor, said: Decision) -> Proven:
        """Return what the desk proves with a decision; `competent` and `exclusive` are what a story sets."""
        return Proven(
            actor=actor,
            units={code: UNITS[code] for code in said.named_units()},
            competent=self.competent if isinstance(said, DraftSubmission) else (),
            exclusive=self.exclusive if isinstance(said, (DraftSubmission, RecordPublication, Interim)) else {},
            holders=self.holders if isinstance(said, DraftSubmission) else (),
            wording=WORDING if isinstance(said, Interim) else None,
            concludes=self.concludes if isinstance(said, Interim) else (),
            original=self.original_of(said),
            split=SPLIT if isinstance(said, SplitDecision) else MOVING if isinstance(said, MoveReports) else None,
            unfilled=self.unfilled if isinstance(said, (DraftSubmission, Interim)) else (),
            second_factor=self.second_factor,
            recorded=None if actor in (CONSOLE, SYSTEM) else self.recorded,
        )

    def original_of(self, said: Decision) -> Original | None:
        """Return the case a decision merges this one into, as the desk finds it at that moment."""
        if isinstance(said, MoveReports):
            return ORIGINAL
        if isinstance(said, TriageDecision):
            return ORIGINAL if said.duplicate_of else None
        waiting = (one for one in self.case.proposals if isinstance(said, Confirm) and one.ref == said.ref)
        return next((one.original for one in waiting), None)

    def confirmed_by(self, actor: Actor) -> Answer:
        """Let somebody say yes to what was asked for last."""
        return self.say(actor, Confirm(ref=self.case.proposals[-1].ref, outcome=Vote.APPROVE))

    # --- time ------------------------------------------------------------------------------------------------------

    def wait(self, span: str | timedelta) -> None:
        """Let time pass with the worker alive: the ladder is rung at each wake."""
        until = self._after(span)
        while (wake := self.case.next_wake()) is not None and wake <= until:
            self.now = max(self.now, wake)  # what a decision moved into the past rings at once
            self._ring()
        self.now = until

    def down(self, span: str | timedelta) -> None:
        """Let time pass with the worker down: the ladder is rung once, afterwards."""
        self.now = self._after(span)
        self._ring()

    def _after(self, span: str | timedelta) -> datetime:
        return CHINA.after(self.now, Span.of(span)) if isinstance(span, str) else self.now + span

    def _ring(self) -> None:
        ring(self.case, self.now)
        results.gather_wave(self.case, self.now)  # as the workflow does
        self._look()
        wake = self.case.next_wake()
        assert wake is None or wake > self.now, "ringing leaves nothing due"

    # --- what comes back -------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Let every notice be sent as one wave, and the register have the last word where it is owed."""
        results.gather_wave(self.case, self.now)
        notices = tuple(debt for debt in self.case.pending_effects if isinstance(debt, Notice))
        if notices:
            self._settling(*notices)
            sent = WaveSent(
                to=notices[0].to,
                by=notices[0].by,
                recorded=self.recorded,
                gaps=self._gaps(notices),
                calls=self._calls(notices),
            )
            results.wave_sent(self.case, self._wave(notices), sent, self.now)
            self._look()
        for debt in list(self.case.pending_effects):
            if isinstance(debt, Backlog):
                self._settling(debt)
                self._record(self.case.record(summarise(self.case)))
                results.backlog_stored(self.case, debt, self.recorded)
                self._look()

    def _gaps(self, notices: tuple[Notice, ...]) -> tuple[Gap, ...]:
        """Return the empty seats that were wanted, with whom the fallback reached; here everybody is there."""
        return ()

    def _calls(self, notices: tuple[Notice, ...]) -> tuple[CallPlaced, ...]:
        """Return the calls that go to people of other units."""
        asked = [notice.key for notice in notices if notice.calls] if self.elsewhere else []
        return tuple(CallPlaced(notice=key, units=self.elsewhere) for key in asked)

    def comes_back(self, channel: str, outcome: Issued | NotIssued | None = None) -> None:
        """Let a channel take the page, or refuse it for good."""
        self.returns(next(p for p in self.publications() if p.channel == channel), outcome)

    def returns(self, debt: Publication, outcome: Issued | NotIssued | None = None) -> None:
        """Let a page that was handed over come back taken, or refused for good."""
        issue = Issue(case_id=self.case.opening.case_id, at=self.now, mode=Mode.DEMO, publication=debt)
        self._settling(debt)
        results.issued(self.case, issue, outcome or Issued(where=f"https://{debt.channel}.mc.example/1"), self.now)
        self._look()

    def _wave(self, notices: tuple[Notice, ...]) -> Wave:
        return Wave(
            case_id=self.case.opening.case_id,
            at=self.now,
            claim=self.case.opening.claim,
            mode=Mode.DEMO,
            notices=notices,
            view=summarise(self.case),
        )

    def _settling(self, *debts: PendingEffect) -> None:
        keys = {debt.key for debt in debts}
        self._known = Counter(debt.key for debt in self.case.pending_effects if debt.key not in keys)

    # --- shortcuts -------------------------------------------------------------------------------------------------

    def triaged(self, lead: str = "jkj", *co_units: str, level: Level | None = None, **more: object) -> Story:
        """Bring the case into verification."""
        self.say(DUTY, triage(lead, *co_units, level=level or self.case.level, **more))
        return self

    def verified(self, verdict: Verdict = Verdict.FALSE, *units: str) -> Story:
        """Let units hand in agreeing findings; all that are asked, when none is named."""
        for unit in units or tuple(r.unit.code for r in self.case.open_requests()):
            if self.case.stage is Stage.VERIFICATION:
                self.say(liaison(unit), finding(verdict))
        assert self.case.stage is Stage.REBUTTAL
        return self

    def drafted(self, **more: object) -> Story:
        """Let the editor hand in a text."""
        self.say(EDITOR, draft(**more))
        return self

    def vote(
        self, actor: Actor, outcome: Vote = Vote.APPROVE, remarks: str | None = None, kind: type[Ballot] = Review
    ) -> Answer:
        """Let someone vote on the text on the table."""
        return self.say(actor, self.ballot(outcome, remarks, kind))

    def ballot(self, outcome: Vote = Vote.APPROVE, remarks: str | None = None, kind: type[Ballot] = Review) -> Ballot:
        """Return a vote on the text on the table: a review, if no other kind is named."""
        return kind(digest=self.case.draft.digest, outcome=outcome, remarks=remarks)

    def approved(self) -> Story:
        """Let everybody sign whose signature the text on the table needs, each in turn."""
        kinds = {SlotKind.REVIEW: Review, SlotKind.CONSENT: Consent, SlotKind.SIGN: Sign}
        while self.case.draft is not None and (missing := self.case.draft.open_slots()):
            asked = [of(one.unit, one.seat) for one in missing[0].asked]
            self.vote(next(one for one in asked if not signers.ruled(self.case, one)), kind=kinds[missing[0].kind])
        return self

    def published(self) -> Story:
        """Let every channel take the page."""
        for debt in self.publications():
            self.comes_back(debt.channel)
        return self

    def closed(self) -> Story:
        """Let the office close the case."""
        self.say(DUTY, Close(remarks="已回访"))
        return self

    # --- looking ---------------------------------------------------------------------------------------------------

    def state(self) -> tuple[dict[str, object], bool]:
        """Return all the case remembers; of what it was opened with, half of all, only whether it is still that."""
        return self.case.model_dump(exclude={"opening"}), self.case.opening == self._opening

    def events(self, kind: str) -> list:
        """Return what happened of one kind, over the whole life."""
        return [entry.event for entry in self.entries if entry.event.kind == kind]

    def publications(self) -> list[Publication]:
        """Return the pages owed now."""
        return [debt for debt in self.case.pending_effects if isinstance(debt, Publication)]

    def notices(self, message: Message | None = None) -> list[Notice]:
        """Return every notice ever planned, in order; of one message, if named."""
        notices = [debt for debt in self.planned if isinstance(debt, Notice)]
        return [notice for notice in notices if message in (None, notice.message)]

    def clock(self, name: ClockName, unit: str = "wxb") -> Clock:
        """Return a running clock."""
        found = self.case.clock(name, unit)
        assert found is not None, f"no running {name} clock of {unit}"
        return found

    def runs(self) -> set[tuple[ClockName, str]]:
        """Return the running clocks by name and unit, but for that of the whole case, which runs to its end."""
        return {(c.name, c.unit) for c in self.case.running() if c.name is not ClockName.CASE}

    def _look(self, answered: tuple[Entry, ...] = ()) -> None:
        """Take in what is new since the last look, and hold what must always hold."""
        if self.logs_calls:
            for clock in self.case.clocks:
                clock.calls = None
        seen = len(self.entries)
        new = {entry.seq: entry for entry in (*answered, *self.case.unrecorded)}
        self.entries += [new[seq] for seq in sorted(new) if seq > seen]
        assert [entry.seq for entry in self.entries[seen:]] == list(range(seen + 1, self.case.seq + 1))
        before = self._known.copy()
        for debt in self.case.pending_effects:  # by key: what lapses leaves the list from its middle
            if before[debt.key] > 0:
                before[debt.key] -= 1
            else:
                self.planned.append(debt)
        self._known = Counter(debt.key for debt in self.case.pending_effects)
        if self.case.stage is not self.stages[-1]:
            self.stages.append(self.case.stage)
        if self.travels:
            assert Case.model_validate_json(self.case.model_dump_json()) == self.case
