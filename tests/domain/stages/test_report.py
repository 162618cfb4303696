"""A first report opens the case; further ones are sightings."""

from datetime import timedelta

import pytest

from domain.case.notice_kinds import Message
from domain.decider.decide import check
from domain.decisions import SYSTEM, Close, Proven, Sighting
from domain.errors import CaseOver, NotPermitted
from domain.stages.sightings import sighted
from domain.terms import Addressee
from domain.vocabulary import ClockName, Level, Seat, Stage
from tests.domain.factories import DUTY, LEVELS, START, WITH_CALLERS, Story, triage

pytestmark = pytest.mark.people

DUTY_SEAT = Addressee(unit="wxb", seat=Seat.DUTY)


@pytest.mark.parametrize("level", list(Level))
def test_a_report_opens_a_case_in_triage_at_its_provisional_level(level):
    story = Story(level)

    assert story.case.stage is Stage.TRIAGE
    assert story.case.level is level
    assert story.case.provisional
    assert [entry.event.kind for entry in story.entries] == ["case_opened", "stage_entered"]


@pytest.mark.parametrize(
    ("level", "triage_due", "response_due"),
    [
        (Level.RED, timedelta(minutes=15), timedelta(hours=5)),
        (Level.ORANGE, timedelta(minutes=30), timedelta(hours=5)),
        (Level.YELLOW, timedelta(hours=2), timedelta(hours=48)),
    ],
)
def test_response_and_triage_run_from_acceptance_and_are_owed_by_the_office(level, triage_due, response_due):
    story = Story(level)

    assert story.runs() == {(ClockName.TRIAGE, "wxb"), (ClockName.RESPONSE, "wxb")}
    assert story.clock(ClockName.TRIAGE).due == START + triage_due
    assert story.clock(ClockName.RESPONSE).due == START + response_due


@pytest.mark.parametrize("level", list(Level))
def test_the_duty_seat_of_the_office_is_rung_at_once(level):
    story = Story(level, terms=WITH_CALLERS)

    [ring] = story.notices(Message.RING)

    assert ring.to == (DUTY_SEAT,)
    assert ring.by == story.case.terms.at(level).start.by
    assert (ring.clock, ring.due) == (ClockName.TRIAGE, story.clock(ClockName.TRIAGE).due)


def test_a_red_report_informs_the_duty_leader_once_and_not_whoever_is_called():
    [informed] = Story(Level.RED).notices(Message.INFORM)

    assert informed.to == (Addressee(unit="wxb", seat=Seat.DUTY_LEADER),)
    assert informed.clock is ClockName.TRIAGE
    assert informed.by == LEVELS[Level.RED].inform_at_start.by


def test_yellow_informs_nobody_beside_the_call():
    assert Story(Level.YELLOW).notices(Message.INFORM) == []


def test_the_time_a_report_gives_starts_no_clock():
    story = Story()

    assert story.case.opening.reported_at is None
    assert story.case.opened_at == story.clock(ClockName.RESPONSE).started == START


def test_more_sightings_are_written_down_and_move_nothing():
    story = Story()
    clocks = story.case.model_dump()["clocks"]

    sighted(story.case, Sighting(count=20, districts=3, channels=2), Proven(actor=SYSTEM), story.now)

    assert (story.case.sightings, story.case.districts, story.case.channels) == (20, 3, 2)
    assert story.case.unrecorded[-1].event.kind == "sighted"
    assert story.case.model_dump()["clocks"] == clocks


def test_word_of_fewer_or_as_many_sightings_writes_nothing():
    story = Story()
    sighted(story.case, Sighting(count=20, districts=3, channels=2), Proven(actor=SYSTEM), story.now)
    seq = story.case.seq

    sighted(story.case, Sighting(count=5, districts=1, channels=1), Proven(actor=SYSTEM), story.now)
    sighted(story.case, Sighting(count=20, districts=3, channels=2), Proven(actor=SYSTEM), story.now)

    assert story.case.seq == seq
    assert (story.case.sightings, story.case.districts) == (20, 3)


def test_a_closed_case_takes_no_sighting():
    story = Story()
    story.triaged().verified().drafted().approved().published()
    story.say(DUTY, Close())
    seq = story.case.seq

    with pytest.raises(CaseOver):
        check(story.case, "sighted", Sighting(count=50, districts=3, channels=2), Proven(actor=SYSTEM), "u", story.now)

    assert (story.case.seq, story.case.sightings) == (seq, 1)


def test_only_the_system_says_how_far_a_claim_has_spread():
    story = Story()

    with pytest.raises(NotPermitted):
        check(story.case, "sighted", Sighting(count=50, districts=3, channels=2), Proven(actor=DUTY), "u", story.now)


def test_a_case_counts_its_first_place_as_a_district():
    assert Story(place="河湾区").case.districts == 1
    assert Story(place=None).case.districts == 0


def test_triage_confirms_the_provisional_level():
    story = Story(Level.RED)

    story.say(DUTY, triage(level=Level.RED))

    assert not story.case.provisional
