"""Silence checks nothing: where nobody beside the lead has answered, no timer ends the verification; the chair does."""

import pytest

from domain.case.notice_kinds import Message
from domain.decisions import Accept, AddUnit, Consult, Decline
from domain.errors import Unfit
from domain.tasks.available_actions import offers
from domain.terms import QuorumRest
from domain.vocabulary import ClockName, ConsultAct, Level, Seat, SessionReason, Stage, Verdict, VerdictStep
from tests.domain.factories import DUTY, LEADER, TERMS, Story, finding, liaison, triage

pytestmark = pytest.mark.people

FALSE, TRUE = Verdict.FALSE, Verdict.TRUE


def silent(*co_units: str) -> Story:
    """Return a case whose lead has answered, and whose co-units have all let their requests expire."""
    story = Story().triaged("jkj", *co_units)
    story.say(liaison("jkj"), finding())
    story.wait("20h")
    return story


def ruling(verdict: Verdict | None = None) -> Consult:
    return Consult(act=ConsultAct.RULING, text="牵头单位证据充分。", verdict=verdict)


def test_where_all_co_units_stay_silent_the_chair_is_asked_and_no_timer_moves_the_case_on():
    story = silent("sjw", "wjw", "skx")

    assert (story.case.stage, story.case.verdict) == (Stage.VERIFICATION, None)
    assert (story.case.session.reason, story.case.session.units) == (SessionReason.ALONE, ("jkj",))
    assert (ClockName.SESSION, "wxb") in story.runs()
    [asked] = story.notices(Message.LEAD_ALONE)
    assert [one.seat for one in asked.to] == [Seat.DUTY, Seat.DUTY_LEADER]
    assert [offer.only for offer in offers(story.case, LEADER) if offer.preset.get("act") == "ruling"] == [
        {"verdict": tuple(Verdict)}
    ]
    assert story.refused(LEADER, ruling(), Unfit).code == "ruling_needs_verdict"

    story.say(LEADER, ruling(FALSE))

    assert (story.case.stage, story.case.verdict) == (Stage.REBUTTAL, FALSE)
    assert VerdictStep.CROSS_CHECKED not in story.case.verdicts
    assert story.case.verdicts[VerdictStep.SINGLE].by == (LEADER.signer,)


def test_a_co_unit_that_declines_leaves_the_lead_alone_as_well():
    story = Story().triaged("jkj", "sjw")
    story.say(liaison("jkj"), finding())
    story.say(liaison("sjw"), Decline(reason="不属本单位职责"))

    assert story.case.session.reason is SessionReason.ALONE


def test_a_late_answer_that_agrees_ends_the_session():
    story = silent("sjw")
    story.say(liaison("sjw"), finding())

    assert (story.case.stage, story.case.session) == (Stage.REBUTTAL, None)
    assert VerdictStep.CROSS_CHECKED in story.case.verdicts


def test_a_late_answer_that_contradicts_is_ruled_upon_in_the_same_session():
    story = silent("sjw")
    story.say(liaison("sjw"), finding(TRUE))

    assert (len(story.case.sessions), story.case.session.units) == (1, ("jkj", "sjw"))
    story.say(LEADER, ruling(TRUE))
    assert story.events("session_ruled")[0].dissent == {"jkj": FALSE}


def test_the_office_may_ask_another_unit_instead():
    story = silent("sjw")
    story.say(DUTY, AddUnit(unit="wjw"))
    story.say(liaison("wjw"), finding())

    assert story.case.stage is Stage.REBUTTAL


def test_a_lead_the_office_asked_alone_concludes_and_shows_as_a_single_unit():
    story = Story().triaged("jkj").verified()

    assert set(story.case.verdicts) == {VerdictStep.FIRST, VerdictStep.SINGLE}


def test_a_lead_asked_alone_in_a_further_visit_waits_for_nobody_of_the_one_before():
    story = Story().triaged("jkj", "sjw")
    story.say(liaison("sjw"), Accept())
    story.say(liaison("jkj"), Decline(reason="不属本单位职责"))
    story.say(DUTY, triage("wjw"))
    story.say(liaison("wjw"), finding())

    assert story.case.stage is Stage.REBUTTAL


@pytest.mark.parametrize("level", [Level.RED, Level.ORANGE])
def test_where_the_policy_lets_the_lead_conclude_alone_it_does_and_it_shows(level):
    story = Story(level).triaged("jkj", "sjw", level=level)
    story.say(liaison("jkj"), finding())

    assert story.case.stage is Stage.REBUTTAL
    assert VerdictStep.SINGLE in story.case.verdicts


def test_a_policy_that_waits_for_nobody_asks_no_chair():
    story = Story(terms=TERMS.model_copy(update={"quorum_rest": QuorumRest.NOBODY})).triaged("jkj", "sjw")
    story.say(liaison("jkj"), finding())

    assert story.case.stage is Stage.REBUTTAL
