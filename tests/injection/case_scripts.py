"""The cases every text is told in: together they write every field there is and let every event happen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from domain.clocks.pause import PauseReason
from domain.decisions import (
    SYSTEM,
    Accept,
    Acknowledge,
    Action,
    AddUnit,
    Assign,
    Close,
    Confirm,
    Consent,
    Consult,
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
    Override,
    Pause,
    PhoneLog,
    Proven,
    RecordPublication,
    Release,
    Relevel,
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
from domain.office.office import Office
from domain.stages.sightings import sighted
from domain.vocabulary import (
    ActionKind,
    ClockName,
    ConsultAct,
    DeliveryAct,
    Exit,
    Level,
    PublicationKind,
    Stage,
    Verdict,
    Vote,
)
from domain.worktime.working_time import Span
from tests.adapters.office.played_cases import START
from tests.injection.field_filler import Pen
from tests.injection.hostile_office import Telling


def triage(pen: Pen, level: Level, *co_units: str) -> TriageDecision:
    return TriageDecision(
        level=level,
        lead="swj",
        co_units=co_units,
        topic=pen.short("TriageDecision.topic"),
        district=pen.short("TriageDecision.district"),
        ask=pen.short("TriageDecision.ask"),
        reason=pen.short("TriageDecision.reason"),
    )


def finding(pen: Pen, verdict: Verdict) -> Finding:
    piece = {"kind": pen.short("Evidence.kind"), "source": pen.short("Evidence.source"), "captured_at": START}
    return Finding(
        verdict=verdict,
        explanation=pen("Finding.explanation"),
        evidence=(Evidence(**piece, url=pen.web("Evidence.url")), Evidence(**piece, digest="0" * 64)),
        party_statement=pen("Finding.party_statement"),
        internal=pen("Finding.internal"),
    )


def draft(pen: Pen, *consents: str) -> DraftSubmission:
    return DraftSubmission(
        publication=PublicationKind.REBUTTAL,
        title=pen.short("DraftSubmission.title"),
        text=pen("DraftSubmission.text"),
        reason=pen.short("DraftSubmission.reason"),
        information=pen.short("DraftSubmission.information"),
        consents=consents,
    )


def consult(pen: Pen, act: ConsultAct, **more: Any) -> Consult:
    if act is not ConsultAct.POSITION:
        end = START + timedelta(hours=9)
        what = pen.short("Action.what")
        more["actions"] = tuple(Action(do=ActionKind.LABEL, unit=unit, end=end, what=what) for unit in ("pt1", "hbj"))
    return Consult(act=act, text=pen("Consult.text"), **more)


def interim(pen: Pen) -> Interim:
    words = {name: pen.short(f"Interim.{name}") for name in ("known", "unknown", "advice")}
    return Interim(**words)


def fresh(office: Office, pen: Pen, case_id: str) -> Telling:
    """Just reported."""
    return Telling(office, pen, case_id)


def argued(office: Office, pen: Pen, case_id: str) -> Telling:
    """Red, with every detour: a text on the table, a session open, three things waiting for a second person."""
    story = Telling(office, pen, case_id, Level.RED)
    say = story.say
    say("wxb-duty", triage(pen, Level.RED, "hbj", "wjw", "swu"))
    story.wave_fails()
    say("swj-duty", Accept())
    say("hbj-duty", Accept())
    say("wjw-duty", Decline(reason=pen.short("Decline.reason"), suggested="zwb"))
    say("hbj-duty", Transfer(to="jkj", reason=pen.short("Transfer.reason")))
    say("jkj-duty", Decline(reason=pen.short("Decline.reason"), suggested="zwb"))
    say("swu-duty", Accept())
    say("swu-duty", Transfer(to="jkj", reason=pen.short("Transfer.reason")))
    say("jkj-duty", Accept())
    say("wxb-duty", AddUnit(unit="wjw"))
    say("wxb-duty", Release(unit="wjw", reason=pen.short("Release.reason")))
    say("wxb-duty", AddUnit(unit="zwb", ask=pen.short("AddUnit.ask")))
    log = {"clock": ClockName.ANSWER, "unit": "swj"}
    say("wxb-duty", PhoneLog(**log, outcome="reached", remarks=pen.short("PhoneLog.remarks")))
    at = story.clock(ClockName.ANSWER, "swj")
    say("wxb-duty", Escalate(**log, expected_level=at, reason=pen.short("Escalate.reason")))
    say("wxb-duty", Note(text=pen.short("Note.text")))
    say("wxb-duty", interim(pen))
    say("wxb-duty-leader", _no(story))
    say("hbj-duty", consult(pen, ConsultAct.POSITION, verdict=Verdict.TRUE))
    say("wxb-duty-leader", consult(pen, ConsultAct.ACTIONS))
    say("hbj-duty", finding(pen, Verdict.TRUE))
    say("wxb-duty", ReturnFinding(unit="hbj", missing=pen.short("ReturnFinding.missing")))
    say("hbj-duty", finding(pen, Verdict.TRUE))
    say("zwb-duty", finding(pen, Verdict.FALSE))
    say("swj-duty", finding(pen, Verdict.FALSE))
    say("wxb-duty-leader", consult(pen, ConsultAct.RULING, verdict=Verdict.FALSE))
    say("hbj-duty", consult(pen, ConsultAct.POSITION, verdict=Verdict.TRUE))
    _debated(story)
    return story


def _debated(story: Telling) -> None:
    pen, say = story.pen, story.say
    say("wxb-editor", draft(pen, "hbj"))
    remarks = pen.short("Consent.remarks")
    say("hbj-deputy", Consent(digest=story.digest, outcome=Vote.RETURN, remarks=remarks))
    say("wxb-editor", draft(pen, "hbj"))
    say("swj-deputy", Review(digest=story.digest, outcome=Vote.APPROVE, remarks=pen.short("Review.remarks")))
    again = finding(pen, Verdict.TRUE).model_copy(update={"corrects": True})
    say("hbj-duty", again)  # ruled over already: told, and stops nothing
    say("wxb-editor", draft(pen, "hbj"))
    say("swj-deputy", Review(digest=story.digest, outcome=Vote.APPROVE, remarks=pen.short("Review.remarks")))
    say("wxb-duty", Override(unit="hbj", reason=pen.short("Override.reason")))
    say("wxb-duty", Relevel(level=Level.ORANGE, reason=pen.short("Relevel.reason")))
    say("wxb-duty", interim(pen))
    say("wxb-duty", consult(pen, ConsultAct.CALL, units=("hbj",)))
    assert story.case.stage is Stage.REBUTTAL
    assert len(story.case.proposals) == 3


def _no(story: Telling) -> Confirm:
    ref = story.case.proposals[0].ref
    return Confirm(ref=ref, outcome=Vote.REJECT, remarks=story.pen.short("Confirm.remarks"))


def assigned(office: Office, pen: Pen, case_id: str) -> Telling:
    """Declined twice and assigned; its finding held back and approved inside the unit; a verdict, no text yet."""
    story = Telling(office, pen, case_id, findings_approved_at=tuple(Level))
    for co_units in (("hbj",), ()):
        story.say("wxb-duty", triage(pen, Level.YELLOW, *co_units))
        story.say("swj-duty", Decline(reason=pen.short("Decline.reason")))
    story.say("wxb-duty-leader", Assign(lead="swj", reason=pen.short("Assign.reason")))
    story.say("wxb-duty", Relevel(level=Level.ORANGE, reason=pen.short("Relevel.reason")))
    story.say("swj-duty", finding(pen, Verdict.FALSE))
    story.say("swj-deputy", _no(story))
    story.say("swj-duty", finding(pen, Verdict.FALSE))
    story.say("swj-deputy", Confirm(ref=story.case.proposals[0].ref, outcome=Vote.APPROVE))
    story.say("wxb-duty", SplitDecision(report_id="r2", reason=pen.short("SplitDecision.reason")))
    assert story.case.stage is Stage.REBUTTAL
    return story


def settled(office: Office, pen: Pen, case_id: str) -> Telling:
    """Two units contradict each other until one looks again; a verdict, no text yet."""
    story = Telling(office, pen, case_id)
    story.say("wxb-duty", triage(pen, Level.YELLOW, "hbj"))
    story.say("hbj-duty", finding(pen, Verdict.TRUE))
    story.say("swj-duty", finding(pen, Verdict.FALSE))
    story.say("wxb-duty", ReturnFinding(unit="hbj", missing=pen.short("ReturnFinding.missing")))
    story.say("hbj-duty", finding(pen, Verdict.FALSE))
    return story


def silent(office: Office, pen: Pen, case_id: str) -> Telling:
    """Nobody answers: every rung rings; then the units disagree, agree, and one publishes first."""
    story = Telling(office, pen, case_id)
    surge = Sighting(count=50, districts=2, channels=2, sources=30, heat=12)
    sighted(story.case, surge, Proven(actor=SYSTEM), story.now)
    story.say("wxb-duty", triage(pen, Level.YELLOW, "hbj", "wjw"))
    story.wave_arrives()
    story.say("swj-duty", Accept())
    story.say("hbj-duty", Accept())
    story.say("hbj-duty", Transfer(to="jkj", reason=pen.short("Transfer.reason")))
    story.rings(20)
    story.say("hbj-duty", Transfer(to="jkj", reason=pen.short("Transfer.reason")))
    story.say("wxb-duty", interim(pen))
    story.say("wxb-duty-leader", Confirm(ref=story.case.proposals[0].ref, outcome=Vote.APPROVE))
    story.comes_back(refused=True)
    story.say("hbj-duty", finding(pen, Verdict.TRUE))
    story.rings(5)
    story.say("swj-deputy", Acknowledge(clock=ClockName.ANSWER, unit="swj"))
    story.rings(48)
    return story


def delayed(office: Office, pen: Pen, case_id: str) -> Telling:
    """People move its clocks: urged, lengthened, halted, counted anew; it is set back; who was rung stands down."""
    story = Telling(office, pen, case_id, Level.BLUE)
    say = story.say
    say("wxb-duty", triage(pen, Level.BLUE))
    say("swj-duty", Accept())
    story.recounted()
    story.set_back()
    answer = {"clock": ClockName.ANSWER, "unit": "swj"}
    say("wxb-duty", Nudge(**answer, text=pen.short("Nudge.text")))
    say("wxb-duty", Supervise(**answer, reason=pen.short("Supervise.reason")))
    say("swj-duty", Extend(**answer, longer=Span.of("1wd"), reason=pen.short("Extend.reason")))
    say("swj-deputy", Confirm(ref=story.case.proposals[0].ref, outcome=Vote.APPROVE))
    until = story.now + timedelta(days=4)
    say("swj-duty", _halted(pen, until))
    say("wxb-duty", Confirm(ref=story.case.proposals[0].ref, outcome=Vote.APPROVE))
    say("wxb-duty", Relevel(level=Level.YELLOW, reason=pen.short("Relevel.reason")))
    say("wxb-duty", Relevel(level=Level.BLUE, reason=pen.short("Relevel.reason")))
    say("wxb-duty-leader", Confirm(ref=story.case.proposals[0].ref, outcome=Vote.APPROVE))
    story.rings(60)
    say("wxb-duty", Resume(reason=pen.short("Resume.reason")))
    story.rings(165)
    say("wxb-duty", Acknowledge(**answer))
    return story


def _halted(pen: Pen, until: datetime) -> Pause:
    evidence = finding(pen, Verdict.TRUE).evidence
    return Pause(reason=PauseReason.TEST_RESULT, until=until, evidence=evidence, remarks=pen.short("Pause.remarks"))


def elsewhere(office: Office, pen: Pen, case_id: str) -> Telling:
    """A unit has published itself, while the notice that the claim is checked still waits; the lead alone answers."""
    story = Telling(office, pen, case_id)
    story.say("wxb-duty", triage(pen, Level.YELLOW, "hbj"))
    story.say("wxb-duty", interim(pen))
    recorded = RecordPublication(
        unit="swj",
        publication=PublicationKind.STATEMENT,
        title=pen.short("RecordPublication.title"),
        text=pen("RecordPublication.text"),
        url=pen.web("RecordPublication.url"),
        captured_at=START,
        digest="0" * 64,
        reason=pen.short("RecordPublication.reason"),
    )
    story.say("wxb-editor", recorded)
    story.say("wxb-duty", Confirm(ref=story.case.proposals[-1].ref, outcome=Vote.APPROVE))
    story.comes_back(refused=False)
    story.say("swj-duty", finding(pen, Verdict.FALSE))
    story.say("hbj-duty", Decline(reason=pen.short("Decline.reason")))
    return story


def closed(office: Office, pen: Pen, case_id: str) -> Telling:
    """Its rebuttal is out in the bulletin and refused elsewhere; a unit changes its mind; the case is over."""
    story = Telling(office, pen, case_id)
    story.say("wxb-duty", triage(pen, Level.YELLOW))
    story.say("wxb-duty", consult(pen, ConsultAct.CALL, units=("swj",)))
    story.say("swj-duty", finding(pen, Verdict.FALSE))
    story.say("swj-duty", consult(pen, ConsultAct.POSITION, verdict=Verdict.FALSE))
    story.say("wxb-duty-leader", consult(pen, ConsultAct.POSITION, done=(1, 2)))
    story.say("wxb-duty-leader", consult(pen, ConsultAct.ACTIONS))
    story.say("wxb-editor", draft(pen))
    story.say("swj-deputy", Review(digest=story.digest, outcome=Vote.APPROVE, remarks=pen.short("Review.remarks")))
    story.say("wxb-deputy", Sign(digest=story.digest, outcome=Vote.APPROVE, remarks=pen.short("Sign.remarks")))
    story.comes_back(refused=True)
    refusal = next(one.seq for one in reversed(story.entries) if one.event.kind == "delivery_refused")
    leave = ResolveDelivery(ref=refusal, act=DeliveryAct.LEAVE, reason=pen.short("ResolveDelivery.reason"))
    story.say("wxb-editor", leave)
    story.say("wxb-duty", Close(remarks=pen.short("Close.remarks")))
    story.say("swj-duty", finding(pen, Verdict.TRUE).model_copy(update={"corrects": True}))
    return story


def passed_on(office: Office, pen: Pen, case_id: str) -> Telling:
    """No rumor, and passed to whom it concerns."""
    story = Telling(office, pen, case_id)
    reason = pen.short("TriageDecision.reason")
    story.say("wxb-duty", TriageDecision(exit=Exit.COMPLAINT, pass_to="zwb", reason=reason))
    return story


def handed_over(office: Office, pen: Pen, case_id: str) -> Telling:
    """A request for help that cannot wait: returned by one unit, received by the next."""
    story = Telling(office, pen, case_id)
    reason = pen.short("TriageDecision.reason")
    story.say("wxb-duty", TriageDecision(exit=Exit.HELP_URGENT, pass_to="zwb", reason=reason))
    story.say("zwb-duty", Decline(reason=pen.short("Decline.reason"), suggested="swj", handover=True))
    story.say("wxb-duty", TriageDecision(exit=Exit.HELP_URGENT, pass_to="swj", reason=reason))
    story.rings(0.2)
    story.say("wxb-duty", TriageDecision(exit=Exit.HELP_URGENT, pass_to="hbj", reason=reason))
    story.say("hbj-duty", Accept(handover=True))
    return story


def merged(office: Office, pen: Pen, case_id: str) -> Telling:
    """The same story as another case, by a person's word."""
    story = Telling(office, pen, case_id)
    reason = pen.short("TriageDecision.reason")
    story.say("wxb-duty", TriageDecision(exit=Exit.DUPLICATE, duplicate_of="2026-3", reason=reason))
    return story


def waiting(office: Office, pen: Pen, case_id: str) -> Telling:
    """Reports that say too little, of which some have gone to another case."""
    story = Telling(office, pen, case_id, basket=True)
    sighted(story.case, Sighting(count=5, districts=1, channels=1), Proven(actor=SYSTEM), story.now)
    moved = MoveReports(reports=("r2",), into="2026-3", reason=pen.short("MoveReports.reason"))
    story.say("wxb-duty", moved)
    return story


def worded(office: Office, pen: Pen, case_id: str) -> Telling:
    """Reports that said too little, and what triage says they claim."""
    story = Telling(office, pen, case_id, basket=True)
    said = triage(pen, Level.YELLOW).model_copy(update={"claim": pen.short("TriageDecision.claim")})
    story.say("wxb-duty", said)
    return story


TELLINGS: dict[str, Callable[[Office, Pen, str], Telling]] = {
    one.__name__: one
    for one in (
        fresh,
        argued,
        assigned,
        settled,
        silent,
        delayed,
        elsewhere,
        closed,
        passed_on,
        handed_over,
        merged,
        waiting,
        worded,
    )
}

REPEATING = ("settled", "silent", "passed_on")


def told(office: Office, pen: Pen, number: int, *, fewer: bool = False) -> dict[str, Telling]:
    """Every case of one text; `fewer`: without those in which no field is written that is not in others."""
    names = [name for name in TELLINGS if not (fewer and name in REPEATING)]
    return {name: TELLINGS[name](office, pen, f"{name.replace('_', '')}{number:03}") for name in names}
