"""A dissenting finding is never lost: a conflict ends by the chair's ruling, or by the dissenter's own new finding."""

import pytest

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.decisions import Accept, AddUnit, Consult, Decline, Release, Relevel, ReturnFinding, Transfer
from domain.errors import NotPermitted, Unfit
from domain.stages.verification import quorum
from domain.tasks.available_actions import offers
from domain.tasks.brief import brief_of
from domain.vocabulary import ConsultAct, Level, RequestState, SessionReason, Stage, Verdict
from tests.domain.factories import DUTY, LEADER, OFFICE_HEAD, TERMS, Story, deputy, finding, liaison, triage

pytestmark = pytest.mark.people

FALSE, TRUE = Verdict.FALSE, Verdict.TRUE


def split() -> Story:
    """Return a case in which lead and first co-unit say FALSE, the second TRUE, and the third has yet to answer."""
    story = Story().triaged("jkj", "sjw", "swj", "jyw")
    for unit, verdict in (("jkj", FALSE), ("sjw", FALSE), ("swj", TRUE)):
        story.say(liaison(unit), finding(verdict))
    assert isinstance(quorum.of(story.case), quorum.Split)
    return story


def returned(unit: str = "swj") -> Story:
    """Return that case after the office has returned the dissenting finding."""
    story = split()
    story.say(DUTY, ReturnFinding(unit=unit, missing="检测报告"))
    return story


def ruling(verdict: Verdict | None = None) -> Consult:
    return Consult(act=ConsultAct.RULING, text="以检测记录为准。", verdict=verdict)


@pytest.mark.parametrize(
    ("who", "said"),
    [
        (DUTY, Relevel(level=Level.ORANGE, reason="扩散")),
        (liaison("jyw"), finding()),
        (liaison("jyw"), Decline(reason="不属本单位职责")),
        (deputy("swj"), Decline(reason="不属本单位职责")),
    ],
    ids=["the level is raised", "another unit agrees", "another unit declines", "the dissenter itself declines"],
)
def test_a_dissenting_finding_that_is_returned_still_stands_in_the_way(who, said):
    story = returned()

    story.say(who, said)

    assert (story.case.stage, story.case.verdict) == (Stage.VERIFICATION, None)
    assert story.events("session_settled") == []
    assert isinstance(quorum.of(story.case), quorum.Split)


def test_where_the_lead_is_enough_a_returned_dissent_stands_in_the_way_as_well():
    story = Story(Level.ORANGE).triaged("jkj", "sjw", "swj", level=Level.ORANGE)
    story.say(liaison("sjw"), finding(TRUE))
    story.say(liaison("jkj"), finding(FALSE))
    story.say(DUTY, ReturnFinding(unit="sjw", missing="检测报告"))

    story.say(liaison("swj"), finding(FALSE))

    assert (story.case.stage, story.case.verdict) == (Stage.VERIFICATION, None)
    story.say(liaison("sjw"), finding(TRUE))
    assert story.notices(Message.LATE_FINDING) == [], "it comes in time, and is ruled upon"
    story.say(LEADER, ruling(FALSE))
    assert story.events("session_ruled")[0].dissent == {"sjw": TRUE}


def test_a_dissenting_finding_whose_unit_falls_silent_after_its_return_waits_for_the_ruling():
    story = returned()
    story.wait("60h")

    assert story.case.request_to("swj").state is RequestState.EXPIRED
    assert story.case.stage is Stage.VERIFICATION
    story.say(LEADER, ruling(FALSE))
    assert story.events("session_ruled")[0].dissent == {"swj": TRUE}


def test_a_dissenting_request_that_is_handed_on_leaves_the_dissent_behind():
    story = returned()
    story.say(liaison("swj"), Transfer(to="wjw", reason="属该单位职责"))
    story.say(liaison("wjw"), Accept())
    story.say(liaison("wjw"), finding())

    assert story.case.stage is Stage.VERIFICATION
    assert quorum.of(story.case) == quorum.Split({"jkj": FALSE, "sjw": FALSE, "wjw": FALSE, "swj": TRUE})


def test_a_dissent_returned_before_the_quorum_was_reached_is_not_lost_either():
    story = Story().triaged("jkj", "sjw", "swj", "jyw")
    story.say(liaison("swj"), finding(TRUE))
    story.say(DUTY, ReturnFinding(unit="swj", missing="检测报告"))
    for unit in ("jkj", "sjw", "jyw"):
        story.say(liaison(unit), finding())

    assert story.case.stage is Stage.VERIFICATION
    assert story.case.session.reason is SessionReason.CONFLICT


def test_a_returned_lead_that_dissents_is_ruled_upon_as_well():
    story = returned("jkj")  # the lead says FALSE; the others are split, too

    story.say(LEADER, ruling(TRUE))

    assert story.case.verdict is TRUE
    assert story.events("session_ruled")[0].dissent == {"jkj": FALSE, "sjw": FALSE}


def test_the_dissenters_own_new_finding_ends_the_conflict():
    story = returned()
    story.say(liaison("swj"), finding(FALSE))

    assert (story.case.stage, story.case.verdict) == (Stage.REBUTTAL, FALSE)
    assert story.case.disputed == {}
    assert len(story.events("session_settled")) == 1


def test_the_dissenters_own_new_finding_may_repeat_the_dissent():
    story = returned()
    story.say(liaison("swj"), finding(TRUE))

    assert isinstance(quorum.of(story.case), quorum.Split)
    assert story.case.disputed == {}


def test_a_ruling_keeps_the_returned_dissent_on_record():
    story = returned()
    story.say(LEADER, ruling(FALSE))

    assert story.case.stage is Stage.REBUTTAL
    assert story.events("session_ruled")[0].dissent == {"swj": TRUE}
    assert story.case.disputed == {}


def test_a_conflict_is_ruled_upon_though_a_further_unit_was_asked_meanwhile():
    story = split()
    for unit in ("wjw", "skx"):
        story.say(DUTY, AddUnit(unit=unit))  # now no majority has answered any more

    assert story.refused(LEADER, ruling(), Unfit).code == "ruling_needs_verdict"
    story.say(LEADER, ruling(FALSE))
    assert story.case.stage is Stage.REBUTTAL


def test_without_a_lead_the_minutes_of_a_conflict_wait():
    story = returned("jkj")
    story.say(deputy("jkj"), Decline(reason="不属本单位职责"))
    assert story.case.stage is Stage.TRIAGE

    assert story.refused(LEADER, ruling(), Unfit).code == "ruling_waits"
    assert story.refused(LEADER, ruling(FALSE), Unfit).code == "ruling_waits"
    assert "ruling" not in [offer.preset.get("act") for offer in offers(story.case, LEADER)]

    story.say(DUTY, triage("wjw"))
    story.say(liaison("wjw"), finding())
    assert story.case.stage is Stage.VERIFICATION
    assert story.refused(LEADER, ruling(), Unfit).code == "ruling_needs_verdict"


def test_a_returned_finding_nobody_contradicts_holds_nothing_up():
    story = Story().triaged("jkj", "sjw", "swj", "jyw")
    story.say(liaison("swj"), finding())
    story.say(DUTY, ReturnFinding(unit="swj", missing="检测报告"))
    for unit in ("jkj", "sjw", "jyw"):
        story.say(liaison(unit), finding())

    assert story.case.stage is Stage.REBUTTAL


@pytest.mark.parametrize(
    "gone",
    [ReturnFinding(unit="wxb", missing="检测报告"), Release(unit="wxb", reason="无关")],
    ids=["returned", "let go"],
)
def test_who_found_something_does_not_rule_though_the_finding_was_taken_out_of_the_way(gone):
    story = Story().triaged("jkj", "sjw", "wxb")
    for who, verdict in ((liaison("jkj"), FALSE), (liaison("sjw"), FALSE), (OFFICE_HEAD, TRUE)):
        story.say(who, finding(verdict))
    story.say(DUTY, gone)
    story.travels = True

    assert story.refused(OFFICE_HEAD, ruling(TRUE), NotPermitted).code == "own_finding"
    assert {"act": "ruling"} not in [offer.preset for offer in offers(story.case, OFFICE_HEAD)]
    story.say(LEADER, ruling(FALSE))


def test_who_approved_a_finding_that_was_returned_does_not_rule_either():
    story = Story(terms=TERMS.model_copy(update={"findings_approved_at": (Level.YELLOW,)})).triaged("jkj", "sjw", "wxb")
    for unit, verdict in (("jkj", FALSE), ("sjw", FALSE), ("wxb", TRUE)):
        story.say(liaison(unit), finding(verdict))
        story.confirmed_by(deputy(unit))
    story.say(DUTY, ReturnFinding(unit="wxb", missing="检测报告"))

    assert story.refused(deputy("wxb"), ruling(TRUE), NotPermitted).code == "own_finding"


def test_the_unit_and_the_page_are_told_that_the_dissent_is_kept():
    story = returned()

    assert story.events("finding_returned")[0].disputed is TRUE
    assert story.notices(Message.FINDING_RETURNED)[-1].values["disputed"] == "true"
    [view] = [one for one in brief_of(story.case, DUTY).asked if one.unit == "swj"]
    assert (view.verdict, view.disputed) == (None, TRUE)


def test_a_case_stored_before_dissents_were_kept_goes_on():
    story = split()
    stored = story.case.model_dump_json()

    assert '"disputed"' not in stored
    assert Case.model_validate_json(stored) == story.case
