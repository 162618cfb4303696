"""Further reports are written down; an unusual rise of sources raises the provisional level, once, before triage."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.case.notice_kinds import Message
from domain.decisions import SYSTEM, Sighting, TriageDecision
from domain.events import ProvisionalLevelRaised, Sighted
from domain.reports.surge import level_in_surge
from domain.terms import Addressee, HandoverTerms, SurgeTerms
from domain.vocabulary import ClockName, Exit, Level, Seat
from domain.worktime.working_time import Span
from tests.domain.factories import DUTY, TERMS, WITH_CALLERS, Story

pytestmark = pytest.mark.people

SURGE = SurgeTerms(sources=10, level=Level.ORANGE)
SURGING = TERMS.model_copy(update={"surge": SURGE})
MINUTES = timedelta(minutes=1)


def told(story: Story, count: int = 12, heat: int = 10, sources: int = 11) -> None:
    story.say(SYSTEM, Sighting(count=count, districts=1, channels=1, sources=sources, heat=heat))


def raised(story: Story) -> list[ProvisionalLevelRaised]:
    return [one.event for one in story.entries if isinstance(one.event, ProvisionalLevelRaised)]


@pytest.mark.parametrize(
    ("level", "heat", "terms", "becomes"),
    [
        (Level.YELLOW, 10, SURGE, Level.ORANGE),
        (Level.BLUE, 11, SURGE, Level.ORANGE),
        (Level.YELLOW, 9, SURGE, None),
        (Level.ORANGE, 99, SURGE, None),
        (Level.RED, 99, SURGE, None),
        (Level.YELLOW, 99, None, None),
    ],
)
def test_a_level_is_raised_from_the_figure_on_and_never_lowered(
    level: Level, heat: int, terms: SurgeTerms | None, becomes: Level | None
) -> None:
    assert level_in_surge(level, heat, terms) is becomes


def test_the_sources_of_a_claim_are_written_down() -> None:
    story = Story()

    told(story, count=50, heat=4, sources=7)

    entry = story.entries[-1].event
    assert entry == Sighted(count=50, districts=1, channels=1, sources=7, heat=4)
    assert story.case.sources == 7


def test_an_entry_of_before_keeps_its_bytes() -> None:
    assert Sighted(count=5, districts=2, channels=2).model_dump_json() == (
        '{"kind":"sighted","count":5,"districts":2,"channels":2}'
    )


def test_a_surge_raises_the_provisional_level_says_why_and_rings_the_office_once() -> None:
    story = Story(terms=SURGING)
    rung = len(story.notices(Message.RING))
    story.wait(10 * MINUTES)

    told(story)
    told(story, count=20, heat=15)
    told(story, count=50, heat=40)

    assert raised(story) == [ProvisionalLevelRaised(old=Level.YELLOW, new=Level.ORANGE, heat=10, figure=10)]
    assert (story.case.level, story.case.provisional) == (Level.ORANGE, True)
    ring = story.notices(Message.RING)[rung:]
    assert [one.to for one in ring] == [(Addressee(unit="wxb", seat=Seat.DUTY),)]
    assert ring[0].by == TERMS.at(Level.ORANGE).start.by
    assert ring[0].values == {"heat": 10}


def test_the_clocks_of_the_office_get_the_budgets_of_the_new_level_and_keep_what_they_used() -> None:
    story = Story(terms=SURGING)
    begun = story.now
    story.wait(10 * MINUTES)

    told(story)

    assert story.clock(ClockName.TRIAGE).due == begun + 30 * MINUTES
    assert story.clock(ClockName.RESPONSE).due == begun + timedelta(hours=5)
    assert story.notices(Message.DUE_MOVED) == []


def test_a_surge_to_red_is_called_by_phone_and_informs_the_duty_leader() -> None:
    terms = WITH_CALLERS.model_copy(update={"surge": SurgeTerms(sources=5, level=Level.RED)})
    story = Story(terms=terms)
    story.logs_calls = False

    told(story, heat=5)

    assert story.clock(ClockName.TRIAGE).calls == story.now
    assert "phone" in story.notices(Message.RING)[-1].by
    assert [one.to for one in story.notices(Message.INFORM)] == [(Addressee(unit="wxb", seat=Seat.DUTY_LEADER),)]


def test_a_level_that_was_confirmed_is_not_touched() -> None:
    story = Story(terms=SURGING)
    story.triaged(level=Level.BLUE)
    rings = story.notices(Message.RING)

    told(story, heat=500)

    assert (raised(story), story.case.level, story.notices(Message.RING)) == ([], Level.BLUE, rings)
    assert story.entries[-1].event.kind == "sighted"


def test_what_was_handed_over_is_not_touched_either() -> None:
    story = Story(terms=SURGING.model_copy(update={"exits": {Exit.HELP_URGENT: HandoverTerms(within=Span.of("10m"))}}))
    story.say(DUTY, TriageDecision(exit=Exit.HELP_URGENT, pass_to="wjw", reason="有人受困"))

    told(story, heat=500)

    assert raised(story) == []


def test_a_case_that_is_as_urgent_already_is_not_rung_again() -> None:
    story = Story(Level.ORANGE, terms=SURGING)
    rings = story.notices(Message.RING)

    told(story, heat=500)

    assert (raised(story), story.notices(Message.RING)) == ([], rings)


def test_a_case_of_before_has_no_surge() -> None:
    story = Story()

    told(story, heat=500)

    assert (raised(story), story.case.level) == ([], Level.YELLOW)


def test_a_surge_that_is_told_late_raises_all_the_same() -> None:
    story = Story(terms=SURGING)
    told(story, count=20, heat=3)

    told(story, count=12, heat=10)

    assert story.case.sightings == 20
    assert len(raised(story)) == 1


def test_a_case_under_way_keeps_the_figure_it_was_opened_with() -> None:
    story = Story(terms=SURGING.model_copy(update={"surge": SurgeTerms(sources=50, level=Level.RED)}))

    told(story, heat=49)

    assert raised(story) == []
