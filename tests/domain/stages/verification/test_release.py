"""Letting a unit go: by one person, unless those who are left are enough then; no dissent goes with it."""

import pytest

from domain.case.notice_kinds import Message
from domain.decisions import Accept, Confirm, Release, Transfer
from domain.errors import NotPermitted, Unfit
from domain.tasks.available_actions import offers
from domain.vocabulary import ClockName, Level, RequestState, Stage, Verdict, Vote
from tests.domain.factories import DUTY, LEADER, TERMS, Story, finding, liaison

pytestmark = pytest.mark.people


def test_the_office_lets_a_co_unit_go_and_those_who_are_left_are_enough():
    story = Story().triaged("jkj", "sjw", "wjw")
    for unit in ("jkj", "sjw"):
        story.say(liaison(unit), finding())
    assert story.case.stage is Stage.VERIFICATION

    story.say(DUTY, Release(unit="wjw", reason="与本事项无关"))
    assert (story.case.stage, story.case.request_to("wjw").state) == (Stage.VERIFICATION, RequestState.OFFERED)
    story.refused(LEADER, Release(unit="wjw", reason="与本事项无关"), Unfit)
    story.confirmed_by(LEADER)

    assert story.case.stage is Stage.REBUTTAL
    (released,) = [entry for entry in story.entries if entry.event.kind == "request_released"]
    assert (released.event.unit, released.event.reason, released.by) == ("wjw", "与本事项无关", LEADER)
    assert [notice.to[0].unit for notice in story.notices(Message.RELEASED)] == ["wjw"]


def test_letting_a_unit_go_takes_no_dissent_away_and_leaves_the_lead():
    story = Story().triaged("jkj", "sjw", "wjw")
    story.say(liaison("wjw"), finding(Verdict.TRUE))
    story.say(DUTY, Release(unit="wjw", reason="与本事项无关"))
    for unit in ("jkj", "sjw"):
        story.say(liaison(unit), finding())

    assert story.events("findings_conflicted")[0].verdicts == {"jkj": "false", "sjw": "false", "wjw": "true"}
    assert story.refused(DUTY, Release(unit="jkj", reason="与本事项无关"), Unfit).code == "lead_stays"
    assert story.refused(DUTY, Release(unit="skx", reason="与本事项无关"), Unfit).code == "no_request"


def test_what_was_offered_to_a_unit_that_is_let_go_is_its_senders_again():
    story = Story().triaged("jkj", "sjw")
    story.say(liaison("jkj"), Transfer(to="sjw", reason="应由贵单位牵头"))
    story.say(DUTY, Release(unit="sjw", reason="与本事项无关"))
    story.confirmed_by(LEADER)

    assert story.case.lead.offered_to is None
    assert (ClockName.ACCEPT, "jkj") in story.runs()
    story.refused(liaison("sjw"), Accept())


def test_a_finding_that_waits_for_its_approval_stands_when_its_unit_is_let_go():
    story = Story(terms=TERMS.model_copy(update={"findings_approved_at": (Level.YELLOW,)})).triaged("jkj", "sjw", "wjw")
    story.say(liaison("wjw"), finding(Verdict.TRUE))
    story.say(DUTY, Release(unit="wjw", reason="与本事项无关"))

    assert story.case.disputed == {"wjw": Verdict.TRUE}


LETS_GO = Release(unit="wjw", reason="与本事项无关")


def waiting() -> Story:
    """A case in which one unit is waited for, and letting it go waits to be confirmed."""
    story = Story().triaged("jkj", "sjw", "wjw")
    for unit in ("jkj", "sjw"):
        story.say(liaison(unit), finding())
    story.say(DUTY, LETS_GO)
    return story


def test_nobody_completes_a_quorum_alone_by_letting_a_unit_go():
    story = waiting()
    ref = story.case.proposals[0].ref

    assert not [one for one in offers(story.case, DUTY, story.now) if one.kind == "confirm"]
    story.refused(DUTY, Confirm(ref=ref, outcome=Vote.APPROVE), NotPermitted)
    [letter] = story.notices(Message.CONFIRM_REQUEST)
    assert (letter.values["what"], letter.values["title"]) == ("release", story.case.short("wjw"))


@pytest.mark.parametrize("verdict", [Verdict.FALSE, Verdict.TRUE])
def test_a_finding_that_comes_meanwhile_ends_the_proposal_and_counts(verdict):
    story = waiting()

    story.say(liaison("wjw"), finding(verdict))

    assert story.case.proposals == ()
    assert [event.what for event in story.events("proposal_lapsed")] == ["release"]
    assert (story.case.stage is Stage.REBUTTAL) is (verdict is Verdict.FALSE)


def test_turned_down_the_unit_is_waited_for_and_whoever_asked_hears_of_it():
    story = waiting()

    story.say(LEADER, Confirm(ref=story.case.proposals[0].ref, outcome=Vote.REJECT, remarks="请等其意见"))

    assert story.case.request_to("wjw").state is RequestState.OFFERED
    [letter] = story.notices(Message.TURNED_DOWN)
    assert (letter.values["what"], letter.values["remarks"]) == ("release", "请等其意见")
    assert DUTY.seats[0] in {seat.seat for seat in letter.to}


def test_who_was_asked_by_mistake_is_let_go_by_one_person():
    story = Story().triaged("jkj", "sjw", "wjw")

    story.say(DUTY, LETS_GO)

    assert story.case.request_to("sjw").state is RequestState.OFFERED
    assert [event.unit for event in story.events("request_released")] == ["wjw"]


def test_the_order_of_two_clicks_does_not_decide():
    story = Story().triaged("jkj", "sjw", "wjw")
    story.say(liaison("sjw"), finding())

    story.say(DUTY, LETS_GO)

    assert [one.kind for one in story.case.proposals] == ["release"], "only the lead is waited for then"
