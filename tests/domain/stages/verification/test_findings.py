"""A finding is one unit's signed answer: where the policy says so, it counts once another person of the unit agrees."""

from datetime import timedelta

import pytest

from domain.case.notice_kinds import Message
from domain.decisions import Accept, AddUnit, Confirm, Decline, ReturnFinding, Transfer
from domain.errors import NotPermitted, Stale, Unfit
from domain.vocabulary import ClockName, Level, RequestState, Seat, Stage, SyntheticMark, Verdict, VerdictStep, Vote
from tests.domain.factories import DUTY, LEADER, TERMS, Story, deputy, draft, finding, liaison, of, triage

pytestmark = pytest.mark.people

SIGNED = TERMS.model_copy(update={"findings_approved_at": (Level.YELLOW, Level.RED)})


def handed_in(verdict: Verdict = Verdict.FALSE, *, level: Level = Level.YELLOW) -> Story:
    """Return a case whose lead's liaison has handed in a finding that its unit has yet to confirm."""
    story = Story(level, terms=SIGNED).triaged("jkj", "sjw", level=level)
    story.say(liaison("jkj"), finding(verdict))
    return story


def waiting(story: Story, unit: str = "jkj") -> int:
    [proposal] = [one for one in story.case.proposals if one.unit == unit]
    return proposal.ref


def yes(story: Story, unit: str = "jkj") -> Confirm:
    return Confirm(ref=waiting(story, unit), outcome=Vote.APPROVE)


# --- within the unit -------------------------------------------------------------------------------------------------


def test_a_finding_of_a_liaison_waits_for_the_deputy_of_the_unit():
    story = handed_in()

    assert story.case.request_to("jkj").state is RequestState.SUBMITTED
    assert [entry.kind for entry in story.events("finding_submitted")] == ["finding_submitted"]
    assert story.events("finding_received") == []
    assert VerdictStep.FIRST not in story.case.verdicts
    [asked] = story.notices(Message.FINDING_TO_APPROVE)
    assert [(one.unit, one.seat) for one in asked.to] == [("jkj", Seat.DEPUTY)]
    assert asked.values["ref"] == waiting(story)
    assert asked.due == story.clock(ClockName.ANSWER, "jkj").due


@pytest.mark.parametrize("seat", [Seat.DEPUTY, Seat.HEAD])
def test_a_confirmed_finding_counts_and_both_are_named(seat):
    story = handed_in()

    story.say(of("jkj", seat), yes(story))

    assert story.case.request_to("jkj").state is RequestState.ANSWERED
    [approved] = story.events("finding_approved")
    assert (approved.verdict, approved.submitted_by) == (Verdict.FALSE, liaison("jkj").signer)
    assert story.case.verdicts[VerdictStep.FIRST].by == (of("jkj", seat).signer,)
    assert (ClockName.ANSWER, "jkj") not in story.runs()
    assert story.case.proposals == ()


@pytest.mark.parametrize("seat", [Seat.DEPUTY, Seat.HEAD])
def test_a_finding_handed_in_by_deputy_or_head_counts_at_once(seat):
    story = Story(terms=SIGNED).triaged("jkj")

    story.say(of("jkj", seat), finding())

    assert story.case.stage is Stage.REBUTTAL
    assert story.events("finding_submitted") == []


def test_a_level_the_policy_does_not_name_asks_for_nobody_else():
    story = Story(Level.BLUE, terms=SIGNED).triaged("jkj", level=Level.BLUE)

    story.say(liaison("jkj"), finding())

    assert story.case.stage is Stage.REBUTTAL


def test_the_same_person_does_not_confirm_what_they_handed_in_even_from_a_new_seat():
    story = Story(terms=SIGNED).triaged("jkj")
    story.say(of("jkj", Seat.LIAISON_A, person="p1"), finding())

    promoted = of("jkj", Seat.DEPUTY, person="p1")
    assert story.refused(promoted, yes(story), NotPermitted).code == "own_proposal"


@pytest.mark.parametrize("actor", [of("jkj", Seat.LIAISON_B), of("jkj", Seat.DUTY), deputy("sjw"), LEADER, DUTY])
def test_nobody_else_confirms_a_finding(actor):
    story = handed_in()

    assert story.refused(actor, yes(story), NotPermitted).code == "not_permitted"


def test_a_finding_turned_down_goes_back_inside_the_unit_with_the_remarks():
    story = handed_in()
    due = story.clock(ClockName.ANSWER, "jkj").due
    said = Confirm(ref=waiting(story), outcome=Vote.RETURN, remarks="缺检测日期")

    story.say(deputy("jkj"), said)

    request = story.case.request_to("jkj")
    assert (request.state, request.verdict, request.submitted_by) == (RequestState.ACCEPTED, None, None)
    assert story.events("finding_held_back")[0].remarks == "缺检测日期"
    back = story.notices(Message.FINDING_RETURNED)[-1]
    assert (back.values, back.owner, back.clock_key) == ({"missing": "缺检测日期"}, "jkj", "v1/answer:jkj/g")
    assert story.clock(ClockName.ANSWER, "jkj").due == due
    assert story.refused(deputy("jkj"), said, Stale).code == "no_proposal"
    story.say(liaison("jkj"), finding(Verdict.OUTDATED))
    story.say(deputy("jkj"), yes(story))
    assert story.case.request_to("jkj").verdict is Verdict.OUTDATED


def test_a_better_finding_takes_the_place_of_the_one_that_waits():
    story = handed_in(Verdict.FALSE)
    old = yes(story)

    story.say(of("jkj", Seat.LIAISON_B), finding(Verdict.OUTDATED))

    assert story.refused(deputy("jkj"), old, Stale).values == {"ref": old.ref}
    story.say(liaison("sjw"), finding(Verdict.OUTDATED))
    story.say(deputy("sjw"), yes(story, "sjw"))
    story.say(deputy("jkj"), yes(story))
    assert story.case.verdict is Verdict.OUTDATED


def test_a_finding_that_waits_makes_no_quorum_and_cannot_be_declined_or_returned():
    story = handed_in()
    story.say(deputy("sjw"), finding())

    assert story.case.stage is Stage.VERIFICATION
    assert story.refused(liaison("jkj"), Decline(reason="不属本单位职责"), Unfit).code == "request_state"
    assert story.refused(DUTY, ReturnFinding(unit="jkj", missing="证据"), Unfit).code == "request_state"


def test_who_hands_in_a_finding_has_signed_for_the_request():
    story = handed_in()

    assert (ClockName.ACCEPT, "jkj") not in story.runs()
    assert (ClockName.ANSWER, "jkj") in story.runs()

    story.say(deputy("jkj"), Confirm(ref=waiting(story), outcome=Vote.RETURN, remarks="缺检测日期"))
    story.wait("18h")  # the ladder of accepting would have rung out and ended the request
    assert story.events("request_expired")[:1] == [e for e in story.events("request_expired") if e.unit == "sjw"]
    assert story.case.request_to("jkj").state is RequestState.ACCEPTED


def test_a_finding_that_waits_lends_the_page_no_name():
    story = Story(terms=SIGNED).triaged("jkj", "sjw", "wjw", "jyw")
    story.say(liaison("jyw"), finding())  # handed in, and confirmed by nobody
    for unit in ("sjw", "wjw", "jkj"):
        story.say(deputy(unit), finding())

    story.drafted()

    assert story.case.draft.page.units == ("市疾控中心", "市市场监管委", "市卫生健康委")


# --- what is written down --------------------------------------------------------------------------------------------


def test_what_the_firm_says_and_how_a_picture_is_marked_stand_in_the_timeline():
    said = finding().model_copy(
        update={"party_statement": "本公司未生产该产品。", "synthetic_mark": SyntheticMark.IMPLICIT}
    )
    story = Story().triaged("jkj")

    story.say(liaison("jkj"), said)

    [received] = story.events("finding_received")
    assert received.party_statement == "本公司未生产该产品。"
    assert received.synthetic_mark is SyntheticMark.IMPLICIT


def test_the_three_verdicts_have_their_signers():
    story = Story().triaged("jkj", "sjw")
    story.say(liaison("jkj"), finding())
    assert set(story.case.verdicts) == {VerdictStep.FIRST}
    story.say(liaison("sjw"), finding())
    assert set(story.case.verdicts) == {VerdictStep.FIRST, VerdictStep.CROSS_CHECKED}
    story.drafted().approved()

    signers = {step: tuple(one.unit for one in fact.by) for step, fact in story.case.verdicts.items()}
    assert signers == {
        VerdictStep.FIRST: ("jkj",),
        VerdictStep.CROSS_CHECKED: ("jkj", "sjw"),
        VerdictStep.FINAL: ("wxb",),
    }
    assert [event.step for event in story.events("verdict_reached")] == list(signers)


def test_the_first_verdict_is_the_leads_first_whatever_it_says_later():
    story = Story().triaged("jkj", "sjw")
    story.say(liaison("jkj"), finding(Verdict.TRUE))
    story.say(DUTY, ReturnFinding(unit="jkj", missing="请核对"))
    story.say(liaison("jkj"), finding(Verdict.FALSE))
    story.say(liaison("sjw"), finding(Verdict.FALSE))

    assert story.case.verdicts[VerdictStep.FIRST].verdict is Verdict.TRUE
    assert story.case.verdicts[VerdictStep.CROSS_CHECKED].verdict is Verdict.FALSE


def test_a_co_unit_that_had_answered_gives_the_first_verdict_when_it_becomes_the_lead():
    story = Story().triaged("jkj", "sjw")
    story.say(liaison("sjw"), finding())
    story.say(liaison("jkj"), Decline(reason="不属本单位职责"))

    story.say(DUTY, triage("sjw"))

    assert story.case.stage is Stage.REBUTTAL
    assert story.case.verdicts[VerdictStep.FIRST].by == (liaison("sjw").signer,)


# --- late ------------------------------------------------------------------------------------------------------------


def test_a_late_finding_that_waited_counts_as_late_once_confirmed():
    story = Story(Level.RED, terms=SIGNED).triaged("jkj", "sjw", level=Level.RED)
    story.say(deputy("jkj"), finding())
    assert story.case.stage is Stage.REBUTTAL
    story.say(liaison("sjw"), finding(Verdict.TRUE))
    assert story.notices(Message.LATE_FINDING) == []

    story.say(deputy("sjw"), yes(story, "sjw"))

    assert story.events("finding_approved")[-1].late
    [told] = story.notices(Message.LATE_FINDING)
    assert told.values == {"unit": "市市场监管委", "verdict": "true", "against": "false"}
    assert story.case.stage is Stage.VERIFICATION


def test_a_late_finding_that_agrees_leaves_the_text_on_the_table():
    story = Story(Level.RED).triaged("jkj", "sjw", level=Level.RED).verified(Verdict.FALSE, "jkj")
    story.say(deputy("jkj"), draft())

    story.say(liaison("sjw"), finding(Verdict.FALSE))

    assert story.case.draft.page.version == 1


# --- asked twice -----------------------------------------------------------------------------------------------------


def test_an_expired_unit_that_answers_leaves_no_offer_behind():
    story = Story().triaged("jkj", "sjw")
    story.say(liaison("jkj"), Accept())
    story.wait(timedelta(hours=19))  # 4 h to accept, a ladder of 12 h, a gap of 2 h: sjw has let it lapse
    assert story.case.request_to("sjw").state is RequestState.EXPIRED
    story.say(liaison("jkj"), Transfer(to="sjw", reason="属该单位职责"))

    story.say(liaison("sjw"), finding())

    assert [r.offered_to for r in story.case.requests] == [None, None]
    assert [request.unit.code for request in story.case.open_requests()] == ["jkj", "sjw"]
    assert story.notices(Message.TRANSFER_DECLINED)[-1].to[0].unit == "jkj"
    assert story.refused(DUTY, AddUnit(unit="sjw"), Unfit).code == "already_asked"


# --- late, and not approved -----------------------------------------------------------------------------------------


def test_a_late_finding_its_unit_has_not_approved_holds_up_nobody():
    story = Story(terms=SIGNED).triaged("jkj", "sjw", "swj")
    story.say(liaison("jkj"), Accept())
    story.say(liaison("sjw"), Accept())
    story.wait("20h")
    assert story.case.request_to("swj").state is RequestState.EXPIRED
    story.say(liaison("swj"), finding())

    story.say(deputy("sjw"), finding())
    story.say(deputy("jkj"), finding())

    assert story.case.stage is Stage.REBUTTAL
    story.say(deputy("swj"), yes(story, "swj"))
    assert story.case.request_to("swj").state is RequestState.ANSWERED


def test_a_late_finding_its_unit_turns_down_is_waited_for_no_more_than_before():
    story = Story(terms=SIGNED).triaged("jkj", "sjw", "swj")
    story.say(liaison("jkj"), Accept())
    story.say(liaison("sjw"), Accept())
    story.wait("20h")
    story.say(liaison("swj"), finding())

    story.say(deputy("swj"), Confirm(ref=waiting(story, "swj"), outcome=Vote.RETURN, remarks="缺检测日期"))
    story.say(deputy("sjw"), finding())
    story.say(deputy("jkj"), finding())

    assert story.case.request_to("swj").state is RequestState.EXPIRED
    assert story.case.stage is Stage.REBUTTAL


def test_a_finding_that_was_handed_in_anew_is_not_returned_by_a_page_that_showed_the_one_before():
    story = Story().triaged("jkj", "sjw")
    story.say(liaison("jkj"), finding())
    returned = ReturnFinding(unit="jkj", missing="缺检测记录", expected_round=1)
    story.say(DUTY, returned)
    story.say(liaison("jkj"), finding())

    assert story.refused(DUTY, returned, Stale).code == "finding_moved_on"
    story.say(DUTY, returned.model_copy(update={"expected_round": 2}))


def test_a_correction_is_not_returned_by_a_page_that_showed_what_it_corrects():
    story = Story().triaged("jkj", "sjw")
    story.say(liaison("jkj"), finding())
    story.say(liaison("jkj"), finding(Verdict.TRUE, corrects=True))

    read = ReturnFinding(unit="jkj", missing="缺检测记录", expected_round=1)
    assert story.refused(DUTY, read, Stale).code == "finding_moved_on"
