"""Whom the fallback reached for an empty seat may do what that seat may, and has no second voice by it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from adapters.office.load import read_office
from domain.access.standing import has_left
from domain.access.standing_in import acting
from domain.clocks.pause import PauseReason
from domain.decisions import Accept, Confirm, Extend, Interim, Pause, Release, Review
from domain.tasks.available_actions import offers
from domain.terms import Addressee, Gap
from domain.vocabulary import ClockName, Level, Seat, Vote
from tests.domain.factories import DUTY, EVIDENCE, LEADER, START, Story, deputy, finding, liaison, of, triage

OF_THE_PARENT = of("wjw", Seat.DUTY)


def gap(unit: str, seat: Seat, by: str, reached: Seat) -> Gap:
    return Gap(wanted=Addressee(unit=unit, seat=seat), reached=Addressee(unit=by, seat=reached))


@pytest.fixture
def empty_unit() -> Story:
    """A case whose lead unit has nobody: its letters reached the duty officer of the parent unit."""
    story = Story().triaged("jkj")
    story.case.stand_ins = (gap("jkj", Seat.DUTY, "wjw", Seat.DUTY),)
    return story


def kinds(story: Story, actor) -> set[str]:
    return {one.kind for one in offers(story.case, actor, story.now)}


def test_whoever_the_letter_reached_accepts_and_answers_for_the_empty_unit(empty_unit: Story) -> None:
    assert {"accept", "finding", "decline", "transfer"} <= kinds(empty_unit, OF_THE_PARENT)

    empty_unit.say(OF_THE_PARENT, Accept())
    empty_unit.say(OF_THE_PARENT, finding())

    (received,) = [entry for entry in empty_unit.entries if entry.event.kind == "finding_received"]
    assert received.event.unit == "jkj"
    assert (received.by.person, received.by.unit) == (OF_THE_PARENT.person, "jkj")


def test_nobody_else_of_that_unit_does(empty_unit: Story) -> None:
    assert "accept" not in kinds(empty_unit, of("wjw", Seat.LIAISON_A))
    empty_unit.refused(of("wjw", Seat.LIAISON_A), Accept())


def test_whoever_is_called_because_a_call_reached_nobody_speaks_for_no_unit_that_has_people(empty_unit: Story) -> None:
    (empty,) = empty_unit.case.stand_ins
    empty_unit.case.stand_ins = (empty.model_copy(update={"unanswered": True}),)

    assert "accept" not in kinds(empty_unit, OF_THE_PARENT)
    empty_unit.refused(OF_THE_PARENT, Accept())


def test_an_empty_seat_of_the_office_is_stood_in_for(empty_unit: Story) -> None:
    story = Story()
    story.case.stand_ins = (gap("wxb", Seat.DUTY, "wxb", Seat.LIAISON_A),)

    story.say(liaison("wxb"), triage())

    assert story.case.lead is not None


def test_a_signature_is_not_given_in_place_of_another() -> None:
    story = Story().triaged("jkj").verified().drafted()
    story.case.stand_ins = (gap("jkj", Seat.DEPUTY, "wjw", Seat.DUTY),)

    assert "review" not in kinds(story, OF_THE_PARENT)
    story.refused(OF_THE_PARENT, Review(digest=story.case.draft.digest, outcome=Vote.APPROVE))


def test_whoever_stands_in_confirms_nothing_they_asked_for() -> None:
    story = Story(Level.RED).triaged("jkj", level=Level.RED)
    story.case.stand_ins = (gap("wxb", Seat.DUTY_LEADER, "wxb", Seat.DUTY),)
    story.say(DUTY, Interim())

    assert "confirm" not in kinds(story, DUTY)
    assert "confirm" in kinds(story, LEADER)


def test_a_letter_that_asks_for_a_confirmation_goes_to_others_than_its_sender() -> None:
    story = Story(Level.RED).triaged("jkj", level=Level.RED)
    story.say(LEADER, Interim())

    (asked,) = [one for one in story.notices() if one.message == "confirm_request"]
    assert Addressee(unit="wxb", seat=Seat.DUTY_LEADER) not in asked.to
    assert asked.to


def test_whoever_stands_in_for_two_units_or_is_asked_as_well_answers_for_none_of_them() -> None:
    two = Story().triaged("jkj", "sjw")
    two.case.stand_ins = tuple(gap(unit, Seat.DUTY, "wjw", Seat.DUTY) for unit in ("jkj", "sjw"))
    asked = Story().triaged("jkj", "wjw")
    asked.case.stand_ins = (gap("jkj", Seat.DUTY, "wjw", Seat.DUTY),)
    asked.say(DUTY, Release(unit="wjw", reason="不再需要"))
    asked.confirmed_by(LEADER)

    assert "finding" not in kinds(two, OF_THE_PARENT)
    assert "finding" not in kinds(asked, OF_THE_PARENT)
    asked.refused(OF_THE_PARENT, finding())


def test_what_somebody_asked_for_in_an_empty_seat_stands_as_long_as_they_hold_their_own() -> None:
    found = acting(empty_case(), OF_THE_PARENT, "accept")

    assert (found.unit, found.own_unit, found.own_seats) == ("jkj", "wjw", OF_THE_PARENT.seats)
    assert not has_left(found, OF_THE_PARENT)
    assert has_left(found, of("wjw", Seat.OFFICER))


def empty_case():
    story = Story().triaged("jkj")
    story.case.stand_ins = (gap("jkj", Seat.DUTY, "wjw", Seat.DUTY),)
    return story.case


def test_an_interim_notice_is_confirmed_also_where_one_of_its_two_seats_is_empty() -> None:
    story = Story(Level.RED).triaged("jkj", level=Level.RED)
    story.case.stand_ins = (gap("wxb", Seat.DUTY_LEADER, "wxb", Seat.LIAISON_A),)
    story.say(DUTY, Interim())

    assert "confirm" not in kinds(story, DUTY)
    story.confirmed_by(liaison("wxb"))

    assert {page.page.publication for page in story.publications()} == {"interim"}


# --- more than one seat, and seats that are held again ---------------------------------------------------------------


def reached(actor, *wanted: Addressee):
    """Return an actor as the desk proves them: the fallback reaches them for these empty seats."""
    return actor.model_copy(update={"vacant": wanted})


def test_whoever_confirms_for_an_empty_seat_keeps_what_their_own_seat_confirms() -> None:
    story = Story(Level.BLUE).triaged("jkj", level=Level.BLUE)
    story.say(liaison("jkj"), Accept())
    story.say(liaison("jkj"), Extend(clock=ClockName.ANSWER, unit="jkj", longer="1wd", reason="检测要两天"))
    story.say(DUTY, Pause(reason=PauseReason.SUPERIOR, until=story.now + timedelta(hours=1), evidence=EVIDENCE))
    story.case.stand_ins = (gap("wxb", Seat.DUTY_LEADER, "jkj", Seat.DEPUTY),)
    own, theirs = (one.ref for one in story.case.proposals)

    assert [one.preset["ref"] for one in offers(story.case, deputy("jkj"), story.now) if one.kind == "confirm"] == [
        own,
        theirs,
    ]
    for ref, unit in ((own, "jkj"), (theirs, "wxb")):
        story.say(deputy("jkj"), Confirm(ref=ref, outcome=Vote.APPROVE))
        assert next(one for one in reversed(story.entries) if one.event.kind == "confirmed").by.unit == unit


def test_a_seat_that_is_held_again_is_stood_in_for_by_nobody(empty_unit: Story) -> None:
    wanted = Addressee(unit="jkj", seat=Seat.DUTY)
    assert "accept" in kinds(empty_unit, reached(OF_THE_PARENT, wanted))

    filled = reached(OF_THE_PARENT)

    assert "accept" not in kinds(empty_unit, filled)
    empty_unit.refused(filled, Accept())
    empty_unit.say(reached(OF_THE_PARENT, wanted), Accept())


def test_the_timeline_says_nothing_of_the_seats_that_were_looked_up(empty_unit: Story) -> None:
    empty_unit.say(reached(OF_THE_PARENT, Addressee(unit="jkj", seat=Seat.DUTY)), Accept())

    assert empty_unit.entries[-1].by.vacant is None
    assert "vacant" not in empty_unit.case.model_dump_json()


def test_the_roster_says_who_is_reached_for_which_empty_seats() -> None:
    full = read_office(Path("config"))
    without = [one for one in full.people if one.unit != "jkj"]
    office = full.model_copy(update={"people": tuple(without)})
    of_parent = next(one for one in office.people if one.unit == "wjw" and Seat.DUTY in one.seats)
    found = office.standing_in(office.actor(of_parent), START)

    assert {one.unit for one in found} >= {"jkj"}
    assert Addressee(unit="jkj", seat=Seat.HEAD) in found
    assert full.standing_in(full.actor(of_parent), START) != found
