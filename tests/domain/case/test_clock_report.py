"""What `piyao clocks` is told: for each clock its account, and each rung with its rule, its time and when it rang."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest

from domain.case.case import Case
from domain.case.clock_report import ClockReport, ClockView, report_clocks, with_rings
from domain.case.summarise import clock_status
from domain.decisions import Acknowledge, Decline, Escalate
from domain.vocabulary import ClockName, Level, RungKind
from tests.domain.factories import DUTY, START, Story, liaison
from tests.domain.random_lives import Life

HOUR = timedelta(hours=1)


def of(told: ClockReport, name: ClockName, unit: str, visit: int = 1) -> ClockView:
    return next(clock for clock in told.clocks if (clock.name, clock.unit, clock.visit) == (name, unit, visit))


def rings(story: Story) -> dict[tuple[str, str, int], list[datetime]]:
    found: dict[tuple[str, str, int], list[datetime]] = {}
    for entry in story.entries:
        if entry.event.kind == "rung_rang":
            found.setdefault((entry.event.clock, entry.event.unit, entry.event.n), []).append(entry.at)
    return found


def rang_at(clock: ClockView) -> list[datetime | None]:
    return [rung.rang_at for rung in clock.rungs]


def test_a_running_clock_tells_what_is_used_and_where_each_rung_stands_by_which_rule():
    story = Story().triaged("jkj")
    story.wait("150m")

    accept = of(report_clocks(story.case, story.now), ClockName.ACCEPT, "jkj")

    assert (str(accept.budget), accept.used, accept.due) == ("4h", "2h 30m", START + 4 * HOUR)
    assert [(rung.kind, rung.at, rung.rang) for rung in accept.rungs][:3] == [
        (RungKind.REMIND, "50%", True),
        (RungKind.DUE_SOON, "80%", False),
        (RungKind.BREACH, "100%", False),
    ]
    assert accept.next_at == accept.rungs[1].planned == START + 3.2 * HOUR


def test_each_rung_tells_when_it_rang_and_the_ones_to_come_tell_nothing():
    story = Story().triaged("jkj")
    story.wait("130m")
    story.say(DUTY, Escalate(expected_level=1, reason="电话无人接听", clock=ClockName.ACCEPT, unit="jkj"))

    told = with_rings(report_clocks(story.case, story.now), rings(story))

    assert rang_at(of(told, ClockName.ACCEPT, "jkj"))[:3] == [START + 2 * HOUR, story.now, None]


def test_a_rung_of_an_earlier_visit_lends_its_time_to_no_other():
    story = Story().triaged("jkj")
    story.wait("130m")
    story.say(liaison("jkj"), Decline(reason="不属本单位职责"))
    story.triaged("jkj")
    story.wait("130m")

    told = with_rings(report_clocks(story.case, story.now), rings(story))

    assert rang_at(of(told, ClockName.ACCEPT, "jkj"))[:2] == [START + 2 * HOUR, None]
    again = START + timedelta(minutes=130) + 2 * HOUR
    assert rang_at(of(told, ClockName.ACCEPT, "jkj", visit=2))[:2] == [again, None]


def told_next(case: Case, now: datetime) -> dict[str, tuple[object, ...]]:
    """The next rung of each clock as the report tells it: when it rings, of which kind, and whom it calls."""
    found: dict[str, tuple[object, ...]] = {}
    for clock in report_clocks(case, now).clocks:
        ahead = next((rung for rung in clock.rungs if not rung.rang), None)
        still = clock.stopped is not None or clock.since is None
        found[clock.key] = (None, None, ()) if ahead is None or still else (ahead.planned, ahead.kind, ahead.to)
    return found


@pytest.mark.parametrize("seed", range(24))
def test_the_next_rung_is_the_one_that_letters_and_the_page_of_the_case_tell(seed: int) -> None:
    dice = random.Random(seed)
    life = Life(list(Level)[seed % 4])
    for _ in range(30):
        life.step(dice.randrange(10_000), dice.randrange(10_000), dice.randrange(10_000))
        case = life.case
        status = [(clock, clock_status(case, clock, None, ahead=True)) for clock in case.running()]
        told = told_next(case, life.now)

        assert {clock.key: told[clock.key] for clock, _ in status} == {
            clock.key: (one.next_at, one.next_rung, one.next_to) for clock, one in status
        }


def test_each_rung_to_come_is_told_at_the_instant_it_rings() -> None:
    story = Story().triaged("jkj")
    story.wait("130m")
    story.say(liaison("jkj"), Acknowledge(clock=ClockName.ACCEPT, unit="jkj"))
    told = [rung.planned for rung in of(report_clocks(story.case, story.now), ClockName.ACCEPT, "jkj").rungs]
    seen = len(story.entries)

    story.wait("12h")

    rang = [one.at for one in story.entries[seen:] if one.event.kind == "rung_rang" and one.event.clock == "accept"]
    assert rang
    assert rang == told[1 : 1 + len(rang)]


def test_the_most_urgent_clock_comes_first_and_what_has_stopped_last() -> None:
    story = Story().triaged("sjw", "jkj")
    story.wait("30m")
    story.say(liaison("jkj"), Decline(reason="不属本单位职责"))

    told = report_clocks(story.case, story.now).clocks
    running = [clock for clock in told if clock.stopped is None and clock.name is not ClockName.RESPONSE]

    assert [clock.stopped is not None for clock in told] == sorted(clock.stopped is not None for clock in told)
    assert [clock.due for clock in running] == sorted(clock.due for clock in running)
    assert [clock.name for clock in told if clock.stopped is None][-1] is ClockName.RESPONSE
