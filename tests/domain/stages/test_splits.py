"""A report that is taken out of a case: who says so, what the case counts then, and what comes late."""

from datetime import timedelta

from domain.case.case import Case
from domain.decisions import SYSTEM, Proven, Sighting, SplitDecision, SplitFrom
from domain.errors import Unfit, Unknown
from domain.stages.report import open_case
from domain.stages.sightings import sighted
from domain.vocabulary import ClockName
from tests.domain.factories import DUTY, SPLIT, START, Story, opening

OUT = SplitDecision(report_id="r2", reason="不是一回事")


def told(case: Case, count: int, splits: int = 0) -> tuple[int, int]:
    """Tell a case how far its claim has spread; return what it then counts, and its latest entry."""
    sighting = Sighting(count=count, districts=1, channels=1, splits=splits)
    sighted(case, sighting, Proven(actor=SYSTEM), START)
    return case.sightings, case.seq


def test_a_case_counts_what_stays_and_says_what_went_where() -> None:
    story = Story()
    told(story.case, 5)

    story.say(DUTY, OUT)

    event = story.entries[-1].event
    said = (event.kind, event.reports, event.number, event.reason)
    assert said == ("report_split", ("r2",), SPLIT.number, "不是一回事")
    assert (story.case.sightings, story.case.splits) == (SPLIT.count, 1)


def test_a_count_from_before_a_split_changes_nothing_and_one_from_after_counts() -> None:
    story = Story()
    told(story.case, 5)
    story.say(DUTY, OUT)
    seq = story.case.seq

    assert told(story.case, 10) == (1, seq)
    assert told(story.case, 2, splits=1) == (2, seq + 1)
    assert told(story.case, 1, splits=1) == (2, seq + 1)
    assert told(story.case, 1, splits=2) == (1, seq + 2), "the register knows of a split the case has forgotten"


def test_the_first_report_stays_and_one_nobody_has_looked_up_is_unknown() -> None:
    story = Story()
    first = story.case.opening.report_id

    assert story.refused(DUTY, SplitDecision(report_id=first, reason="错"), Unfit).code == "split_first_report"
    bare = story.proven(DUTY, OUT).model_copy(update={"split": None})
    story.proven = lambda actor, said: bare  # type: ignore[method-assign]
    assert story.refused(DUTY, OUT, Unknown).code == "no_such_report_here"


def test_only_the_promise_of_an_answer_runs_since_the_report_was_accepted() -> None:
    waited = timedelta(hours=3)
    left = SplitFrom(case_id="abcdefghjk", number="辟〔2026〕0001", reason="不是一回事", waited=waited)
    case = open_case(opening().model_copy(update={"split": left}), START)

    began = {clock.name: clock.account.origin for clock in case.clocks}

    assert began.pop(ClockName.RESPONSE) == START - waited
    assert set(began.values()) == {START}
    assert case.unrecorded[0].event.split == left
