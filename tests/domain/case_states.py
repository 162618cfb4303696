"""One busy case per stage, and a body of every kind that fits it: what a sweep over seats and kinds is held against."""

from __future__ import annotations

from domain.access.permissions import confirming
from domain.decisions import (
    Accept,
    Acknowledge,
    Action,
    AddUnit,
    Confirm,
    Consent,
    Consult,
    Decision,
    Decline,
    Extend,
    Interim,
    Override,
    PhoneLog,
    Release,
    Relevel,
    ReturnFinding,
    Review,
    Sign,
    Transfer,
)
from domain.vocabulary import ActionKind, ClockName, ConsultAct, Level, ProposalKind, Seat, Stage, Verdict, Vote
from domain.worktime.working_time import Span
from tests.domain.decider.test_transitions import EXAMPLES
from tests.domain.factories import LEVELS, TERMS, Story, deputy, draft, finding, liaison, of

LEAD, CO, OFFERED, PARENT, OUTSIDE, OFFICE, CITY = "jkj", "sjw", "swj", "wjw", "jyw", "wxb", "zfb"
"""The lead unit, a co-unit, the unit another's request is offered to, the lead's parent, a unit nobody asked, the
office, and the unit that signs for the city."""

STAGES = (Stage.TRIAGE, Stage.VERIFICATION, Stage.REBUTTAL, Stage.CLOSURE)

PAUSED = {**LEVELS, Level.RED: LEVELS[Level.RED].model_copy(update={"pause": Span.of("24h")})}
SIGNED = TERMS.model_copy(update={"findings_approved_at": (Level.RED,), "levels": PAUSED})
"""A policy under which all that needs a second person, or a pause, can be met at red."""

ASKER, WRITER = of(OFFICE, Seat.DUTY, person="asks"), of(OFFICE, Seat.EDITOR, person="writes")
"""Persons of their own for what binds to a person, so that a sweep over seats meets the table alone."""


def situation(stage: Stage) -> Story:
    """Return a red case in `stage` with a session, and with whatever can wait there for another's word."""
    story = Story(Level.RED, terms=SIGNED).triaged(LEAD, CO, "skx", "zwb", level=Level.RED)
    story.say(of(CO, Seat.LIAISON_A, person="hands in"), finding())
    story.say(deputy("zwb"), finding())
    story.say(ASKER, Relevel(level=Level.YELLOW, reason="平息"))
    story.say(ASKER, Interim())
    if stage is Stage.TRIAGE:
        story.say(liaison("skx"), Transfer(to=OFFERED, reason="属该单位职责"))
        story.say(liaison(LEAD), Decline(reason="不属本单位职责"))
    elif stage is Stage.VERIFICATION:
        story.say(liaison("skx"), Transfer(to=OFFERED, reason="属该单位职责"))
        story.say(ASKER, Extend(clock=ClockName.ANSWER, unit=LEAD, longer="1h", reason="检测要两天"))
    else:
        story.say(deputy(LEAD), finding())
        story.say(WRITER, draft(consents=(CO,)))
        story.wait("10m")  # before, nobody goes on without a consent
        story.say(ASKER, Override(unit=CO, reason="联系不上"))
    if stage is Stage.CLOSURE:
        _published(story)
    assert story.case.stage is stage
    return story


def _published(story: Story) -> None:
    story.approved()
    for debt in story.publications():
        story.returns(debt)
    story.settle()


def bodies(story: Story) -> dict[str, Decision]:
    """Return what could be said to a case: every kind, every act of a session, a yes to everything that waits."""
    case = story.case
    digest = case.draft.digest if case.draft else "0" * 64
    action = Action(do=ActionKind.WARN, unit=CO, end=story.now)
    said = {kind: body for kind, (_, body) in EXAMPLES.items() if kind not in ("consult", "confirm", "transfer")}
    said |= {
        "accept": Accept(),
        "add_unit": AddUnit(unit=OUTSIDE),
        "release": Release(unit=CO, reason="不再需要"),
        "draft": draft(consents=(CO,)),
        "return_finding": ReturnFinding(unit="zwb", missing="检测报告"),
        "relevel": Relevel(level=Level.ORANGE, reason="平息"),
        "review": Review(digest=digest, outcome=Vote.APPROVE),
        "consent": Consent(digest=digest, outcome=Vote.APPROVE),
        "sign": Sign(digest=digest, outcome=Vote.APPROVE),
        "transfer": Transfer(to=OUTSIDE, reason="属该单位职责"),
        "transfer of another": Transfer(to=OUTSIDE, reason="属该单位职责", unit=LEAD),
        "consult call": Consult(act=ConsultAct.CALL, text="是否属实？", actions=(action,)),
        "consult position": Consult(act=ConsultAct.POSITION, text="以记录为准。", verdict=Verdict.TRUE),
        "consult actions": Consult(act=ConsultAct.ACTIONS, text="尽快办理", actions=(action,)),
        "consult ticks_off": Consult(act=ConsultAct.POSITION, text="已办", done=(1,)),
        "consult ruling": Consult(act=ConsultAct.RULING, text="以记录为准。"),
        "acknowledge a unit's": Acknowledge(clock=ClockName.ANSWER, unit="skx"),
        "acknowledge minutes": Acknowledge(clock=ClockName.SESSION, unit=OFFICE),
        "phone_log a unit's": PhoneLog(clock=ClockName.ANSWER, unit="skx", outcome="reached"),
        "confirm nothing": Confirm(ref=999, outcome=Vote.APPROVE),
    }
    return said | {f"confirm {one.kind}": confirming(one) for one in case.proposals if one.kind in ProposalKind}
