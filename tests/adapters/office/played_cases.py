"""Cases told with the sample office's own terms: rebutted with every detour, argued over, let lie, let out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path

from pydantic import BaseModel

from adapters.office.load import read_office
from domain.case.obligations import Notice, Publication
from domain.case.payloads import Issue, Issued, NotIssued, Wave, WaveSent
from domain.case.summarise import summarise
from domain.clocks.pause import PauseReason
from domain.decider import results
from domain.decider.decide import decide
from domain.decider.ring import ring
from domain.decisions import (
    SYSTEM,
    Accept,
    Acknowledge,
    Action,
    Close,
    Confirm,
    Consent,
    Consult,
    Decision,
    Decline,
    DraftSubmission,
    Escalate,
    Evidence,
    Extend,
    Finding,
    Interim,
    MoveReports,
    Note,
    Nudge,
    OpenEpoch,
    Opening,
    Original,
    Override,
    Pause,
    PhoneLog,
    Proven,
    RecordPublication,
    Recount,
    Relevel,
    ResolveDelivery,
    Resume,
    ReturnFinding,
    Review,
    Sighting,
    Sign,
    SplitCase,
    SplitDecision,
    Supervise,
    Transfer,
    TriageDecision,
    Wording,
)
from domain.events import Entry
from domain.office.office import Office
from domain.risk.assessment import ProposedExit, ProposedUnit, RiskAssessment
from domain.stages import epochs
from domain.stages.report import open_case
from domain.stages.sightings import sighted
from domain.terms import Addressee, Gap, Refusal
from domain.vocabulary import (
    ActionKind,
    ClockName,
    ConsultAct,
    DeliveryAct,
    Exit,
    Level,
    PhoneOutcome,
    PublicationKind,
    Seat,
    SyntheticMark,
    Verdict,
    Vote,
)
from domain.worktime.working_time import Span, WorkingTime

CONFIG = Path(__file__).parents[3] / "config"
START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
CLAIM = "紧急通知！自来水厂水源被污染了|**全市停水三天**，\n详见 http://shui.example/x <b>速看</b>"
SPLIT = SplitCase(
    case_id="c987654321", number="辟〔2026〕0124", reports=("r2", "r3"), moved=3, count=2, districts=1, channels=1
)
OTHER = Original(case_id=SPLIT.case_id, number=SPLIT.number, running=True)
EVIDENCE = (Evidence(kind="检测记录", source="水务集团", url="https://swjt.mc.example/1", captured_at=START),)


@cache
def office() -> Office:
    """Return the sample office."""
    return read_office(CONFIG)


@cache
def working() -> WorkingTime:
    """Return the working time a case of the sample office carries."""
    return office().working.part(START)


def assessment(level: Level, way_out: ProposedExit | None = None) -> RiskAssessment:
    """Return an assessment that proposes a level, a unit and perhaps an exit; its words answer one question."""
    table = office().policy.risk
    return RiskAssessment(
        questions=tuple(one.found_in("写明三天") for one in table.questions),
        thresholds=table.thresholds,
        floor=level,
        exit=way_out,
        topic="供水",
        lead=ProposedUnit(unit="swj", words=("停水",)),
        co_units=(ProposedUnit(unit="hbj", words=("水质",)),),
    )


def opening(level: Level = Level.YELLOW, channel: str = "platform:pt1", way_out: ProposedExit | None = None) -> Opening:
    """Return what a case of the sample office starts with."""
    return Opening(
        case_id="c123456789",
        number="辟〔2026〕0123",
        claim=CLAIM,
        report_id="r1",
        channel=channel,
        place="明澄市",
        level=level,
        terms=office().terms,
        time=working(),
        assessment=assessment(level, way_out),
    )


class Story:
    """One case with the decisions sample persons take on it, and everything it ever had to send."""

    def __init__(
        self, level: Level = Level.YELLOW, way_out: ProposedExit | None = None, *, basket: bool = False
    ) -> None:
        self.now = START
        opened = opening(level, way_out=way_out).model_copy(update={"basket": basket})
        self.case = open_case(opened, self.now)
        self.entries = list(self.case.unrecorded)
        self.notices: list[Notice] = []
        self._ids = (f"u{n}" for n in count())
        self.took()

    def say(self, who: str, said: Decision, minutes: int = 1) -> None:
        """Let a sample person decide, a little later."""
        self.now += timedelta(minutes=minutes)
        person = next(person for person in office().people if person.id == who)
        proven = Proven(
            actor=office().actor(person),
            units=office().refs(said.named_units()),
            competent=("hbj",) if isinstance(said, DraftSubmission) else (),
            wording=Wording(title="关于供水的核实情况", text="正在核实。") if isinstance(said, Interim) else None,
            second_factor=True,
            split=SPLIT if isinstance(said, (SplitDecision, MoveReports)) else None,
            original=OTHER if isinstance(said, MoveReports) else None,
        )
        kind: str = said.kind  # type: ignore[attr-defined]
        answer = decide(self.case, kind, said, proven, next(self._ids), self.now)
        self.took(answer.entries)

    def recounted(self) -> None:
        """Let a newer calendar come, in which the next day of the case is a day of rest."""
        days = self.case.time.days
        newer = self.case.time.model_copy(update={"version": "later", "days": days[0] + days[4] + days[2:]})
        decide(self.case, "recount", Recount(time=newer), Proven(actor=SYSTEM), next(self._ids), self.now)
        self.took()

    def set_back(self) -> None:
        """Let the register have entries the case has not made, and somebody ask Temporal to cancel it."""
        other = OpenEpoch(epoch=self.case.epoch + 1, after=self.case.seq, unheard=2)
        decide(self.case, "open_epoch", other, Proven(actor=SYSTEM), next(self._ids), self.now)
        epochs.refuse_cancel(self.case, self.now)
        self.took()

    def wait(self, time: timedelta) -> None:
        """Let time pass, and the clocks ring."""
        self.now += time
        ring(self.case, self.now)
        self.took()

    def took(self, answered: tuple[Entry, ...] = ()) -> None:
        """Remember what happened and what is owed since last looked at."""
        new = {entry.seq: entry for entry in (*answered, *self.case.unrecorded)}
        seen = {entry.seq for entry in self.entries}
        self.entries += [new[seq] for seq in sorted(new) if seq not in seen]
        keys = {notice.key for notice in self.notices}
        self.notices += [
            owed for owed in self.case.pending_effects if isinstance(owed, Notice) and owed.key not in keys
        ]

    def refusals(self, notice: Notice) -> tuple[Refusal, ...]:
        """Return what channels have refused, once in a case: of one person, and of the office."""
        if any(entry.event.kind == "letter_refused" for entry in self.entries):
            return ()
        to = notice.to[0]
        return Refusal(to=to, by="sms", instead=("wecom", "mail")), Refusal(to=to, by="wecom", office=True)

    def deliver(self, *, refuse: str = "") -> None:
        """Let every effect come back; `refuse` names a channel that takes nothing."""
        results.gather_wave(self.case, self.now)
        notices = tuple(owed for owed in self.case.pending_effects if isinstance(owed, Notice))
        if notices:
            wave = Wave(
                case_id=self.case.opening.case_id,
                at=self.now,
                claim=CLAIM,
                mode=self.case.terms.mode,
                notices=notices,
                view=summarise(self.case),
            )
            gap = Gap(wanted=notices[0].to[0], reached=Addressee(unit="wxb", seat=Seat.DUTY))
            sent = WaveSent(to=notices[0].to, by=("mail",), gaps=(gap,), refused=self.refusals(notices[0]))
            results.wave_sent(self.case, wave, sent, self.now)
        for debt in [owed for owed in self.case.pending_effects if isinstance(owed, Publication)]:
            issue = Issue(case_id=self.case.opening.case_id, at=self.now, mode=self.case.terms.mode, publication=debt)
            outcome = NotIssued(reason="已停用") if debt.channel == refuse else Issued(where="/bulletin/c123456789")
            results.issued(self.case, issue, outcome, self.now)
        self.took()


def triage(**more: object) -> TriageDecision:
    """Return the office's usual triage."""
    usual = {"level": Level.ORANGE, "topic": "供水", "lead": "swj", "co_units": ("hbj", "wjw"), "ask": "是否停水"}
    usual["reason"] = "研判"
    return TriageDecision.model_validate({**usual, **more})


def finding(verdict: Verdict, **more: object) -> Finding:
    """Return one unit's answer."""
    said = {"verdict": verdict, "explanation": "出厂水逐时检测合格", "evidence": EVIDENCE}
    return Finding.model_validate({**said, **more})


def drafted(publication: PublicationKind = PublicationKind.REBUTTAL, reason: str | None = None) -> DraftSubmission:
    """Return a text to publish."""
    text = "没有停水计划。\n\n不必囤水。"
    return DraftSubmission(publication=publication, title="明澄市供水正常", text=text, reason=reason)


def rebutted() -> Iterator[Story]:
    """Tell a case from report to closure with every detour; yields at each turn."""
    story = Story()
    yield story
    surge = Sighting(count=50, districts=2, channels=2, sources=30, heat=12)
    sighted(story.case, surge, Proven(actor=SYSTEM), story.now)
    story.took()
    story.say("wxb-duty", SplitDecision(report_id="r2", reason="不是同一说法"))
    yield story
    yield from _triaged(story)
    yield from _verified(story)
    yield from _published(story)


def _triaged(story: Story) -> Iterator[Story]:
    story.say("wxb-duty", triage(level=Level.YELLOW, district="东汀区", reason="一个区"))
    story.deliver()
    yield story
    story.say("swj-liaison-a", Decline(reason="不属本单位职责", suggested="swu"))
    yield story
    story.say("wxb-duty", triage(level=Level.RED))
    yield story
    story.say("wxb-duty-leader", Relevel(level=Level.ORANGE, reason="范围缩小"))
    yield story
    story.say("wxb-duty", Confirm(ref=story.case.proposals[0].ref, outcome=Vote.APPROVE))
    story.say("hbj-duty", Decline(reason="无监测职责"))
    results.wave_failed(story.case, _empty_wave(story), "没有应答\n第二行", story.now)
    yield story


def _verified(story: Story) -> Iterator[Story]:
    story.say("swj-duty", Accept())
    story.say("wjw-duty", Accept())
    story.say("wjw-duty", Transfer(to="jkj", reason="检测由疾控部门承担"))
    story.say("jkj-duty", Decline(reason="无采样任务", suggested="hbj"))
    story.say("wjw-duty", Transfer(to="hbj", reason="属水环境监测"))
    story.say("hbj-duty", Accept())
    story.say("hbj-duty", Transfer(to="wjw", reason="属饮用水卫生"))
    story.say("wjw-duty", Accept())
    story.say("wjw-duty", Transfer(to="jkj", reason="再请核对"))
    story.wait(timedelta(hours=2))
    yield story
    story.say("wxb-duty", Escalate(expected_level=2, reason="情况紧急", clock=ClockName.ANSWER, unit="swj"))
    call = {"clock": ClockName.ANSWER, "unit": "swj"}
    story.say("wxb-duty", PhoneLog(**call, outcome=PhoneOutcome.NOT_REACHED, expected_level=3, remarks="无人接"))
    story.say("wxb-duty", PhoneLog(**call, outcome=PhoneOutcome.REACHED, remarks="马上办"))
    story.say("swj-deputy", Acknowledge(clock=ClockName.ANSWER, unit="swj"))
    yield story
    story.wait(timedelta(minutes=65))
    yield story
    story.say("wjw-duty", finding(Verdict.TRUE))
    story.say("wxb-duty", ReturnFinding(unit="wjw", missing="检测报告编号"))
    story.say("wjw-duty", finding(Verdict.TRUE))
    story.say("swj-duty", finding(Verdict.FALSE))
    yield story
    story.say("wxb-duty", ReturnFinding(unit="wjw", missing="与市水务局核对"))
    story.say("wxb-duty", ReturnFinding(unit="swj", missing="逐时检测记录"))
    story.say("swj-duty", finding(Verdict.FALSE))
    story.say("wxb-duty-leader", Consult(act=ConsultAct.RULING, text="逐时记录齐备。", verdict=Verdict.FALSE))
    yield story


def _published(story: Story) -> Iterator[Story]:
    story.say("wjw-duty", finding(Verdict.TRUE))
    story.say("wxb-editor", drafted())
    yield story
    story.say("swj-deputy", Review(digest=_digest(story), outcome=Vote.RETURN, remarks="补充时间"))
    story.say("wxb-editor", drafted())
    story.say("swj-deputy", Review(digest=_digest(story), outcome=Vote.APPROVE))
    story.say("hbj-deputy", Consent(digest=_digest(story), outcome=Vote.APPROVE))
    yield story
    story.say("wxb-deputy", Sign(digest=_digest(story), outcome=Vote.APPROVE))  # the duty leader has ruled
    yield story
    story.deliver(refuse="partner")
    story.say("wxb-duty", Note(text="已电话告知 http://x.example"))
    yield story
    again = ResolveDelivery(ref=story.case.refused[0].ref, act=DeliveryAct.AGAIN, reason="地址已更正")
    story.say("wxb-editor", again)
    story.deliver()
    yield story
    story.say("wxb-duty", Close(remarks="完成"))
    yield story
    story.say("swj-deputy", finding(Verdict.TRUE).model_copy(update={"corrects": True}))
    yield story


def argued() -> Iterator[Story]:
    """Tell a red case that is argued over: an interim notice, a ruling with dissent, a consent not waited for."""
    story = Story(Level.RED)
    story.say("wxb-duty", triage(level=Level.RED, lead="swj", co_units=("hbj", "wjw")))
    story.say("wxb-duty", Interim(known="水厂在运行"))
    yield story
    story.say("wxb-duty-leader", Confirm(ref=story.case.proposals[0].ref, outcome=Vote.REJECT, remarks="再核对"))
    story.say("wxb-duty", Interim(known="水厂在运行", advice="不必囤水"))
    story.say("wxb-duty-leader", Confirm(ref=story.case.proposals[0].ref, outcome=Vote.APPROVE))
    story.deliver(refuse="partner")
    yield story
    story.say("hbj-duty", finding(Verdict.TRUE, party_statement="本厂没有排放", synthetic_mark=SyntheticMark.NONE))
    story.say("swj-duty", finding(Verdict.FALSE))
    yield story
    dissent = Consult(act=ConsultAct.POSITION, verdict=Verdict.TRUE, text="水源地有异味", done=(2,))
    story.say("hbj-duty", dissent)
    label = Action(do=ActionKind.LABEL, unit="pt1", end=story.now + timedelta(hours=1), what="加注标签")
    ruling = {"act": ConsultAct.RULING, "text": "出厂水合格", "verdict": Verdict.FALSE, "actions": (label,)}
    story.say("wxb-duty-leader", Consult.model_validate(ruling))
    more = {"actions": (label.model_copy(update={"do": ActionKind.WARN, "unit": "wxb", "what": None}),)}
    story.say("wxb-deputy", Consult(act=ConsultAct.ACTIONS, text="加快处置", **more))
    story.say("wxb-deputy", Consult(act=ConsultAct.POSITION, text="已处置", done=(6,)))
    story.say("hbj-duty", Consult(act=ConsultAct.POSITION, text="保留意见"))
    yield story
    story.say("wxb-editor", drafted())
    story.say("swj-deputy", Review(digest=_digest(story), outcome=Vote.APPROVE))
    story.say("wxb-editor", drafted(reason="补充检测时间"))
    story.say("swj-deputy", Review(digest=_digest(story), outcome=Vote.APPROVE))
    story.wait(timedelta(minutes=15))
    story.say("wxb-duty", Override(unit="hbj", reason="来不及"))
    yield story
    story.say("wxb-duty-leader", Confirm(ref=story.case.proposals[0].ref, outcome=Vote.APPROVE))
    story.say("wxb-deputy", Sign(digest=_digest(story), outcome=Vote.APPROVE))
    story.deliver()
    story.say("wjw-duty", finding(Verdict.TRUE))
    yield story
    story.say("wxb-duty", Close(remarks="标签由平台自行加注"))
    yield story


def silent() -> Iterator[Story]:
    """Tell a case of silence: a receiver and a co-unit let their time pass, a unit publishes first."""
    story = Story()
    story.say("wxb-duty", triage(level=Level.YELLOW, co_units=("hbj",)))
    story.say("hbj-liaison-a", Transfer(to="wjw", reason="属饮用水卫生"))
    story.wait(timedelta(hours=10))
    story.say("wxb-duty", Interim())
    story.wait(timedelta(hours=9))
    story.wait(timedelta(hours=3))
    yield story
    published = {"unit": "swj", "publication": "statement", "title": "供水正常", "text": "没有停水计划。"}
    seen = {"url": "https://swj.mc.example/1", "captured_at": story.now}
    story.say("wxb-editor", RecordPublication.model_validate({**published, **seen}))
    yield story
    story.say("swj-deputy", Confirm(ref=story.case.proposals[-1].ref, outcome=Vote.APPROVE))
    yield story


def settled() -> Iterator[Story]:
    """Tell a case whose findings are approved inside their units, and whose session ends by itself."""
    story = Story()
    story.case.opening = story.case.opening.model_copy(
        update={"terms": office().terms.model_copy(update={"findings_approved_at": tuple(Level)})}
    )
    story.say("wxb-duty", triage(level=Level.YELLOW, co_units=("hbj",)))
    for verdict, outcome in ((Verdict.TRUE, Vote.RETURN), (Verdict.TRUE, Vote.APPROVE)):
        story.say("hbj-liaison-a", finding(verdict))
        said = Confirm(ref=story.case.proposals[0].ref, outcome=outcome, remarks="补充时间")
        yield story
        story.say("hbj-deputy", said)
    story.say("swj-deputy", finding(Verdict.FALSE))
    yield story
    story.say("wxb-duty", ReturnFinding(unit="hbj", missing="检测报告"))
    story.say("hbj-deputy", finding(Verdict.FALSE))
    yield story


def delayed() -> Iterator[Story]:
    """Tell a case whose clocks people move: urged, lengthened, halted, counted anew; what was rung stands down."""
    story = Story(Level.BLUE)
    story.say("wxb-duty", triage(level=Level.BLUE, co_units=("hbj",)))
    for unit in ("swj", "hbj"):
        story.say(f"{unit}-liaison-a", Accept())
    story.recounted()
    story.set_back()
    answer = {"clock": ClockName.ANSWER, "unit": "hbj"}
    story.say("wxb-duty", Nudge(**answer, text="请今天答复"))
    story.say("wxb-duty", Supervise(**answer, reason="已催办一次"))
    story.say("hbj-liaison-a", Extend(**answer, longer=Span.of("1wd"), reason="检测要一天"))
    yield story
    story.say("hbj-deputy", Confirm(ref=story.case.proposals[0].ref, outcome=Vote.APPROVE))
    until = story.now + timedelta(days=4)
    halted = Pause(reason=PauseReason.TEST_RESULT, until=until, evidence=EVIDENCE, remarks="样品已送检")
    story.say("swj-liaison-a", halted)
    yield story
    story.say("wxb-duty", Confirm(ref=story.case.proposals[0].ref, outcome=Vote.APPROVE))
    yield story
    story.say("wxb-duty", Relevel(level=Level.YELLOW, reason="有扩散"))  # which lets a pause last three days at most
    yield story
    story.say("wxb-duty", Relevel(level=Level.BLUE, reason="已平息"))
    story.say("wxb-duty-leader", Confirm(ref=story.case.proposals[0].ref, outcome=Vote.APPROVE))
    story.wait(timedelta(hours=60))
    yield story
    story.say("wxb-duty", Resume(reason="结果已出"))
    story.wait(timedelta(days=9))
    story.say("wxb-duty", Acknowledge(**answer))
    yield story
    story.say("hbj-liaison-a", finding(Verdict.FALSE))
    yield story


def agreed() -> Iterator[Story]:
    """Tell a red case in which all agree: once the list is done, the chair is asked for the minutes."""
    story = Story(Level.RED)
    story.say("wxb-duty", triage(level=Level.RED, co_units=("hbj",)))
    story.say("wxb-duty", Interim())
    story.say("wxb-duty-leader", Confirm(ref=story.case.proposals[0].ref, outcome=Vote.APPROVE))
    story.deliver()
    story.say("hbj-duty", finding(Verdict.FALSE))
    yield story
    story.say("swj-duty", finding(Verdict.FALSE))
    yield story
    story.say("wxb-duty-leader", Consult(act=ConsultAct.RULING, text="各单位意见一致。"))
    yield story


def passed_on() -> Iterator[Story]:
    """Tell a case whose words speak for urgent help, and that is a complaint."""
    story = Story(Level.RED, ProposedExit(exit=Exit.HELP_URGENT, words=("救命",), level=Level.RED))
    yield story
    story.say("wxb-duty", TriageDecision(exit=Exit.COMPLAINT, pass_to="zwb", reason="投诉水价"))
    yield story


def in_basket() -> Iterator[Story]:
    """Tell of reports that say too little: some go to another case, and triage says what the others claim."""
    story = Story(basket=True)
    yield story
    sighted(story.case, Sighting(count=5, districts=1, channels=1), Proven(actor=SYSTEM), story.now)
    story.took()
    story.say("wxb-duty", MoveReports(reports=("r2", "r3"), into=OTHER.number, reason="同一说法"))
    yield story
    story.say("wxb-duty", triage(level=Level.YELLOW, claim="松坪区今晚停水三天", reason="已核实地点"))
    yield story


def let_go() -> Iterator[Story]:
    """Tell a case that turns out to be no rumor once units were asked: two persons let it out, and the units go."""
    story = Story(Level.RED)
    story.say("wxb-duty", triage(level=Level.RED, co_units=("hbj",)))
    story.say("swj-duty", Decline(reason="属个人观点"))
    yield story
    story.say("wxb-duty", TriageDecision(exit=Exit.OPINION, reason="属个人观点"))
    yield story
    story.say("wxb-duty-leader", Confirm(ref=story.case.proposals[0].ref, outcome=Vote.APPROVE))
    yield story


def left_alone() -> Iterator[Story]:
    """Tell a case in which nobody beside the lead answers: the office decides."""
    story = Story()
    story.say("wxb-duty", triage(level=Level.YELLOW, co_units=("hbj",)))
    story.say("swj-liaison-a", finding(Verdict.FALSE))
    story.say("hbj-liaison-a", Decline(reason="无监测职责"))
    yield story
    ruling = {"act": ConsultAct.RULING, "text": "记录齐备", "verdict": Verdict.FALSE}
    story.say("wxb-duty-leader", Consult.model_validate(ruling))
    yield story


def taken_back() -> Iterator[Story]:
    """Tell a red case in which nobody accepts: requests, then an offer to another unit, end at the breach."""
    story = Story(Level.RED)
    story.say("wxb-duty", triage(level=Level.RED, lead="swj", co_units=("hbj",)))
    story.wait(timedelta(minutes=16))
    yield story
    story.say("wxb-duty", triage(level=Level.RED, lead="wjw", co_units=()))
    story.say("wjw-duty", Accept())
    story.say("wjw-duty", Transfer(to="hbj", reason="职责对口"))
    story.wait(timedelta(minutes=16))
    yield story


def _digest(story: Story) -> str:
    assert story.case.draft is not None
    return story.case.draft.digest


def _empty_wave(story: Story) -> Wave:
    return Wave(
        case_id=story.case.opening.case_id,
        at=story.now,
        claim=CLAIM,
        mode=story.case.terms.mode,
        notices=(),
        view=summarise(story.case),
    )


def handed_over() -> Iterator[Story]:
    """Tell a case of urgent help: one unit returns it, nobody of the next answers, and then somebody receives it."""
    story = Story()
    story.say("wxb-duty", TriageDecision(exit=Exit.HELP_URGENT, pass_to="zwb", reason="楼道有燃气味"))
    yield story
    story.say("zwb-duty", Decline(reason="系公安、消防职责", suggested="gaj"))
    yield story
    story.say("wxb-duty", TriageDecision(exit=Exit.HELP_URGENT, pass_to="yjj", reason="楼道有燃气味"))
    story.say("wxb-duty", TriageDecision(exit=Exit.HELP_URGENT, pass_to="gaj"))
    story.wait(timedelta(minutes=4))
    yield story
    said = PhoneLog(clock=ClockName.HANDOVER, unit="gaj", outcome=PhoneOutcome.REACHED)
    story.say("wxb-duty", said)
    yield story


TOLD = (
    *(rebutted, argued, silent, settled, delayed, agreed, in_basket, let_go, left_alone, passed_on, handed_over),
    taken_back,
)
"""Every story there is."""


def as_lines() -> Iterator[str]:
    """Yield every story as the package holds it; `make played-cases` writes them anew."""
    for tell in TOLD:
        turns, notices, entries = [], 0, 0
        for story in tell():
            fresh = {"notices": _json(story.notices[notices:]), "entries": _json(story.entries[entries:])}
            notices, entries = len(story.notices), len(story.entries)
            turns.append({"state": _state(story), **fresh})
            opened = story.case.opening.model_dump(mode="json")
        yield json.dumps({"opening": opened, "turns": turns}, ensure_ascii=False, separators=(",", ":"))


def _json(told: Sequence[BaseModel]) -> list[dict[str, object]]:
    return [one.model_dump(mode="json") for one in told]


def _state(story: Story) -> dict[str, object]:
    """A story's case without what no text reads, or is told once for all its turns."""
    dropped = {"opening", "timeline", "unrecorded", "views", "gathered", "pending_effects", "applied_updates"}
    return story.case.model_dump(mode="json", exclude=dropped)


if __name__ == "__main__":
    print("\n".join(as_lines()))
