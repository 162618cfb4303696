"""Whatever is said to a case is weighed within 50 milliseconds: a validator that runs on makes the case deaf."""

import contextlib
import time
from datetime import UTC, datetime

import pytest

from domain.access.permissions import confirming
from domain.decider.decide import check
from domain.decisions import Accept, Action, Consult, Decision, Extend, Pause, Relevel
from domain.errors import Refused
from domain.vocabulary import ActionKind, ClockName, ConsultAct, Level, Stage
from domain.worktime.working_time import Span
from tests.domain.case_states import STAGES, bodies, situation
from tests.domain.factories import DUTY, EDITOR, EVIDENCE, LEADER, Story, deputy, draft, finding, liaison, triage

MOST = 0.05
"""Seconds of processor time."""

FAR = datetime(2199, 12, 31, tzinfo=UTC)
LINE, TEXT = "长" * 200, "文" * 4000
UNITS = ("sjw", "wjw", "jyw", "swj", "skx", "zwb", "zfb")


def seconds(story: Story, actor, said: Decision) -> float:
    """Return how long the rules take for a decision, taken or refused, at their quickest of three."""
    took = []
    for _ in range(3):
        begun = time.process_time()
        with contextlib.suppress(Refused):
            check(story.case, said.kind, said, story.proven(actor, said), "weighed", story.now)
        took.append(time.process_time() - begun)
    return min(took)


def verifying(level: Level) -> Story:
    """Return a case with as many units as there are, months old: what is measured is measured over all that time."""
    story = Story(level).triaged("jkj", *UNITS, level=level)
    for unit in ("jkj", *UNITS):
        story.say(liaison(unit), Accept())
    story.now = story.now.replace(year=2027)
    return story


@pytest.mark.parametrize("longer", ["999999m", "999999d", "999999wh", "999999wd"])
@pytest.mark.parametrize("level", list(Level))
def test_time_that_no_calendar_holds_is_weighed_at_once(level, longer):
    story = verifying(level)
    for name, unit in ((ClockName.ANSWER, "jkj"), (ClockName.SESSION, "wxb"), (ClockName.RESPONSE, "wxb")):
        said = Extend(clock=name, unit=unit, longer=Span.of(longer), reason=LINE)
        assert seconds(story, DUTY, said) < MOST


@pytest.mark.parametrize("level", list(Level))
def test_the_largest_of_what_can_be_said_is_weighed_at_once(level):
    story = verifying(level)
    action = Action(do=ActionKind.LABEL, unit="sjw", end=FAR, what=LINE)
    evidence = EVIDENCE * 8
    said: list[tuple[object, Decision]] = [
        (DUTY, Pause(reason="test_result", until=FAR, evidence=evidence, remarks=LINE)),
        (DUTY, Consult(act=ConsultAct.CALL, text=TEXT[:2000], actions=(action,) * 8)),
        (liaison("jkj"), finding().model_copy(update={"explanation": TEXT, "evidence": evidence})),
        *((DUTY, Relevel(level=other, reason=LINE)) for other in Level if other is not level),
    ]
    for actor, one in said:
        assert seconds(story, actor, one) < MOST, one.kind


@pytest.mark.parametrize("level", list(Level))
def test_a_level_that_is_lowered_over_a_year_of_segments_is_weighed_at_once(level):
    story = Story(level).triaged("jkj", *UNITS, level=level).verified()
    story.say(EDITOR, draft(text=TEXT, title=LINE[:60]))
    story.now = story.now.replace(year=2028)
    for other in Level:
        assert seconds(story, LEADER, Relevel(level=other, reason=LINE)) < MOST
    assert seconds(story, deputy("jkj"), story.ballot()) < MOST


@pytest.mark.parametrize("stage", STAGES, ids=str)
def test_every_decision_in_every_stage_is_weighed_at_once(stage: Stage):
    story = situation(stage)
    for actor in (DUTY, LEADER, EDITOR, liaison("jkj"), deputy("jkj")):
        for kind, said in bodies(story).items():
            assert seconds(story, actor, said) < MOST, kind


def test_the_largest_triage_is_weighed_at_once():
    for level in Level:
        assert seconds(Story(), DUTY, triage("jkj", *UNITS, level=level, ask=LINE, reason=LINE)) < MOST


def test_time_in_working_days_that_is_granted_at_a_level_of_hours_is_weighed_at_once():
    story = Story(Level.BLUE).triaged("jkj", level=Level.BLUE)
    story.say(liaison("jkj"), Extend(clock=ClockName.ANSWER, unit="jkj", longer=Span.of("1wd"), reason="检测要两天"))
    waiting = story.case.proposals
    story.say(DUTY, Relevel(level=Level.YELLOW, reason="有扩散"))
    story.case.proposals = waiting  # as a state of an earlier version holds it

    for actor in (LEADER, deputy("jkj")):
        assert seconds(story, actor, confirming(waiting[0])) < MOST
