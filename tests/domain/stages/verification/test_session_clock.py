"""The clock of the minutes where a level knows none: cases of before have such a level (rule 8)."""

from datetime import timedelta

import pytest

from domain.decisions import Consult
from domain.vocabulary import ClockName, ConsultAct, Level, Verdict
from tests.domain.factories import DUTY, LEADER, START, TERMS_BEFORE, Story, finding, liaison
from tests.domain.stages.test_level import lowered, raised

pytestmark = pytest.mark.people

HOUR = timedelta(hours=1)


def test_minutes_that_were_due_at_no_hour_meanwhile_are_due_in_the_time_that_was_left():
    story = Story(terms=TERMS_BEFORE).triaged("jkj", "sjw", "wjw")
    for unit, verdict in (("jkj", Verdict.FALSE), ("sjw", Verdict.TRUE), ("wjw", Verdict.FALSE)):
        story.say(liaison(unit), finding(verdict))
    story.wait("3h")

    lowered(story, Level.BLUE)
    assert (ClockName.SESSION, "wxb") not in story.runs()
    story.wait("5h")
    raised(story, Level.YELLOW)

    assert story.clock(ClockName.SESSION).due == START + 9 * HOUR, "an hour was left"


def test_the_minutes_of_another_session_have_their_own_time():
    story = Story(terms=TERMS_BEFORE).triaged("jkj", "sjw", "wjw")
    story.say(DUTY, Consult(act=ConsultAct.CALL, text="如何标注？", units=("skx",)))
    story.wait("3h")
    story.say(LEADER, Consult(act=ConsultAct.RULING, text="按现有口径。"))
    lowered(story, Level.BLUE)
    for unit, verdict in (("jkj", Verdict.FALSE), ("sjw", Verdict.TRUE), ("wjw", Verdict.FALSE)):
        story.say(liaison(unit), finding(verdict))

    raised(story, Level.YELLOW)

    assert story.clock(ClockName.SESSION).due == story.now + 4 * HOUR
