"""What `piyao clocks` is told: for each clock its account, and each rung with its rule, its time and when it rang."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.case.clock_report import ClockReport, ClockView, report_clocks, with_rings
from domain.decisions import Decline, Escalate
from domain.vocabulary import ClockName, RungKind
from tests.domain.factories import DUTY, START, Story, liaison

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
