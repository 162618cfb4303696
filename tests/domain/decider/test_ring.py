"""Rungs ring once, in order, from the state alone: on time, late, or after the worker was away."""

from datetime import timedelta

import pytest

from domain.decider.ring import ring
from domain.decisions import Escalate
from domain.vocabulary import ClockName, Level, RungKind
from tests.domain.factories import DUTY, LEVELS, START, TERMS, Story, finding, liaison, planned


def rungs(story: Story, clock: ClockName = ClockName.TRIAGE, unit: str = "wxb") -> list:
    return [entry for entry in story.entries if _is_rung(entry.event, clock, unit)]


def _is_rung(event, clock, unit) -> bool:
    return event.kind == "rung_rang" and (event.clock, event.unit) == (clock, unit)


@pytest.mark.parametrize("level", list(Level))
def test_every_rung_rings_once_at_its_time(level):
    story, terms = Story(level), LEVELS[level]

    story.wait("60d")

    rang = rungs(story)
    assert [e.event.n for e in rang] == list(range(1, len(terms.ladder) + 1))
    assert [e.event.rung for e in rang] == [rung.kind for rung in terms.ladder]
    assert [e.at for e in rang] == list(planned(level, ClockName.TRIAGE))
    assert {e.event.late_by for e in rang} == {0}
    assert story.case.next_wake() is None


def test_a_breach_is_recorded_at_the_due_instant_before_its_rung_and_once():
    story = Story(Level.RED)

    story.wait("3h")

    breaches = [e for e in story.events("clock_breached") if e.clock is ClockName.TRIAGE]
    assert len(breaches) == 1
    due = START + timedelta(minutes=15)
    assert (breaches[0].due, breaches[0].late_by) == (due, 0)
    kinds = [e.event.kind for e in story.entries if e.at == due]
    assert kinds == ["clock_breached", "rung_rang"]


def test_ringing_again_at_the_same_instant_changes_nothing():
    story = Story(Level.RED)
    story.wait("16m")
    before = story.case.model_dump()

    ring(story.case, story.now)

    assert story.case.model_dump() == before


def test_after_downtime_every_passed_rung_is_recorded_in_order_with_how_late_it_is():
    story = Story(Level.RED)

    story.down("20m")

    rang = rungs(story)
    assert [e.event.n for e in rang] == [1, 2, 3]
    assert [e.event.planned - START for e in rang] == [timedelta(minutes=m) for m in (7.5, 12, 15)]
    assert [e.event.late_by for e in rang] == [12 * 60 + 30, 8 * 60, 5 * 60]
    assert {e.at for e in rang} == {story.now}
    [breach] = story.events("clock_breached")
    assert breach.late_by == 5 * 60


def test_after_downtime_rungs_of_several_clocks_are_recorded_in_the_order_of_their_time():
    story = Story(Level.RED).triaged("jkj", "sjw", level=Level.RED)

    story.down("4h")

    planned = [e.event.planned for e in story.entries if e.event.kind == "rung_rang"]
    assert planned == sorted(planned)
    assert {(e.event.clock, e.event.unit) for e in story.entries if e.event.kind == "rung_rang"} == {
        (name, unit) for name in (ClockName.ACCEPT, ClockName.ANSWER) for unit in ("jkj", "sjw")
    } | {(name, "wxb") for name in (ClockName.RESPONSE, ClockName.SESSION, ClockName.INTERIM)}


def test_after_downtime_the_next_level_keeps_the_minimum_gap():
    story = Story(Level.RED)

    story.down("29m")  # rung 4 is planned for minute 30
    assert [e.event.n for e in rungs(story)] == [1, 2, 3]
    story.wait("9m")
    assert [e.event.n for e in rungs(story)] == [1, 2, 3]
    story.wait("1m")

    assert [e.event.n for e in rungs(story)] == [1, 2, 3, 4]


def test_a_short_delay_shifts_no_later_rung():
    story = Story(Level.RED)
    story.down(timedelta(minutes=7, seconds=50))

    story.wait("1h")

    assert [e.at - START for e in rungs(story)][1:] == [timedelta(minutes=m) for m in (12, 15, 30, 45)]


@pytest.mark.parametrize("away", ["5m", "13m", "16m", "31m", "10h", "30d"])
def test_what_rang_after_downtime_is_what_rings_without(away):
    story, twin = Story(Level.RED), Story(Level.RED)

    story.down(away)
    story.wait("40d")
    twin.wait("40d")

    def fired(one: Story) -> set:
        return {(e.clock, e.unit, e.generation, e.n) for e in one.events("rung_rang")}

    assert fired(story) == fired(twin)
    assert {n.key for n in story.notices()} == {n.key for n in twin.notices()}


def test_a_stopped_clock_rings_no_more():
    story = Story(Level.RED)
    story.wait("8m")

    story.triaged(level=Level.RED)
    story.wait("20m")

    assert [e.event.n for e in rungs(story)] == [1]


def test_a_decision_after_the_due_time_records_the_breach_before_it_counts():
    story = Story().triaged("jkj", "sjw")
    story.now += timedelta(hours=30)  # nothing rang: the decision comes first

    answer = story.say(liaison("jkj"), finding())

    mine = [e.event for e in answer.entries if getattr(e.event, "unit", None) == "jkj"]
    breaches = [e for e in mine if e.kind == "clock_breached"]
    assert [(e.clock, e.late_by) for e in breaches] == [(ClockName.ACCEPT, 26 * 3600), (ClockName.ANSWER, 6 * 3600)]
    assert mine[-1].kind == "finding_received"
    assert mine.count(breaches[0]) == 1


def test_a_case_whose_ladders_have_rung_out_sleeps():
    story = Story()
    story.wait("30d")

    assert story.case.next_wake() is None
    seq = story.case.seq
    story.wait("30d")
    assert story.case.seq == seq


def test_the_next_wake_is_the_earliest_need_of_all_clocks():
    story = Story(Level.ORANGE)

    assert story.case.next_wake() == START + timedelta(minutes=15)
    story.triaged("jkj", level=Level.ORANGE)
    assert story.case.next_wake() == START + timedelta(minutes=30)


def test_a_ladder_without_seats_owes_no_notice_and_still_counts():
    silent = tuple(rung.model_copy(update={"to": ()}) for rung in LEVELS[Level.RED].ladder)
    red = LEVELS[Level.RED].model_copy(update={"ladder": silent})
    story = Story(Level.RED, terms=TERMS.model_copy(update={"levels": LEVELS | {Level.RED: red}}))

    story.wait("50m")

    assert len(rungs(story)) == 5
    assert [n for n in story.notices() if "/g1/r" in n.key] == []


def test_a_rung_told_by_hand_is_not_late():
    story = Story(Level.RED)

    story.say(DUTY, Escalate(expected_level=0, reason="热度陡增"))

    [entry] = rungs(story)
    assert (entry.event.late_by, entry.event.planned) == (0, START)
    assert entry.event.rung is RungKind.REMIND
