"""A pause: for a listed reason, with evidence and an end, once a visit; time stands still and nothing is overdue."""

from datetime import timedelta, timezone

import pytest

from domain.case.notice_kinds import Message
from domain.case.summarise import summarise
from domain.clocks.pause import PauseReason, ResumedBy
from domain.decisions import (
    Accept,
    Acknowledge,
    Actor,
    AddUnit,
    Confirm,
    Decline,
    Extend,
    Pause,
    Relevel,
    Resume,
    ReturnFinding,
    Transfer,
)
from domain.errors import NotPermitted, Stale, Unfit, WrongStage
from domain.tasks.available_actions import offers
from domain.tasks.brief import brief_of
from domain.vocabulary import ClockName, Level, Stage, Verdict, Vote
from domain.worktime.working_time import Span
from tests.domain.factories import DUTY, EDITOR, EVIDENCE, LEADER, OFFICE_DEPUTY, START, Story, deputy, finding, liaison
from tests.domain.working_times import CHINA

pytestmark = pytest.mark.people

HOUR = timedelta(hours=1)


def paused(story: Story, hours: float, **more: object) -> Story:
    until = story.now + hours * HOUR
    return halted(story, Pause(reason=PauseReason.TEST_RESULT, until=until, evidence=EVIDENCE, **more), liaison("jkj"))


def halted(story: Story, said: Pause, by: Actor = DUTY) -> Story:
    """Let a pause be asked for and confirmed."""
    story.say(by, said)
    story.confirmed_by(LEADER)
    return story


def verifying(*units: str) -> Story:
    story = Story().triaged(*units or ("jkj",))
    for unit in units or ("jkj",):
        story.say(liaison(unit), Accept())
    return story


def rang(story: Story) -> list[tuple[int, int]]:
    return [(e.n, e.late_by) for e in story.events("rung_rang") if e.clock == "answer"]


def test_a_pause_adds_its_length_to_what_is_left():
    story = verifying()
    answer = story.clock(ClockName.ANSWER, "jkj")
    story.wait("5h")

    paused(story, 10)
    assert answer.due == START + 34 * HOUR, "due is told as it will be once the pause has ended"
    story.wait("10h")

    assert not answer.paused
    assert answer.due == START + 34 * HOUR
    assert [event.why for event in story.events("case_resumed")] == [ResumedBy.END]


def test_a_rung_that_was_waited_for_rings_after_the_pause_with_the_remainder():
    story = verifying()
    story.wait("11h")
    paused(story, 10)

    story.wait("659m")
    assert rang(story) == []
    story.wait("1m")

    assert rang(story) == [(1, 0)]


def test_a_due_instant_inside_a_pause_does_not_ring():
    story = verifying()
    story.wait("23h")
    paused(story, 20)

    story.wait("19h")

    assert not [e for e in story.events("clock_breached") if e.clock == "answer"]
    assert not next(debt for debt in summarise(story.case).debts if debt.clock == "answer").overdue
    story.wait("2h")
    assert [e.clock for e in story.events("clock_breached")] == ["interim", "answer"]


def test_accepting_goes_on_while_the_case_is_paused():
    story = Story().triaged("jkj", "sjw")
    story.say(liaison("jkj"), Accept())
    paused(story, 60)

    story.wait("4h")

    assert {(e.clock, e.unit) for e in story.events("clock_breached")} == {("accept", "sjw")}


def test_a_clock_that_begins_in_a_pause_begins_with_its_end():
    story = paused(verifying(), 10)

    story.say(DUTY, AddUnit(unit="sjw"))

    assert story.clock(ClockName.ANSWER, "sjw").due == START + 34 * HOUR
    assert story.clock(ClockName.ACCEPT, "sjw").due == START + 4 * HOUR


def test_a_pause_ended_by_hand_goes_on_from_there():
    story = paused(verifying(), 10)
    story.wait("3h")

    story.say(DUTY, Resume(reason="结果已出"))

    assert story.clock(ClockName.ANSWER, "jkj").due == START + 27 * HOUR
    assert story.refused(DUTY, Resume(), Unfit).code == "not_paused"


def test_an_end_noticed_late_counts_from_the_end_that_was_set():
    story = paused(verifying(), 10)

    story.down("16h")

    [resumed] = story.events("case_resumed")
    assert resumed.at == START + 10 * HOUR
    assert story.clock(ClockName.ANSWER, "jkj").due == START + 34 * HOUR


def test_a_decision_after_the_end_finds_the_pause_ended():
    story = verifying("jkj", "sjw")
    story.wait("5h")
    story.say(liaison("jkj"), finding())
    paused(story, 10)

    story.now += 12 * HOUR
    story.say(DUTY, ReturnFinding(unit="jkj", missing="缺检测报告"))

    assert [(e.why, e.at) for e in story.events("case_resumed")] == [(ResumedBy.END, START + 15 * HOUR)]
    assert {clock.account.since for clock in story.case.running() if clock.unit == "sjw"} == {START + 15 * HOUR}
    assert story.clock(ClockName.ANSWER, "jkj").account.since == story.now, "nothing was owed by whoever had answered"
    assert story.refused(DUTY, Resume(reason="已收到检测结果"), Unfit).code == "not_paused"


def test_a_clock_armed_before_the_end_is_noticed_runs_from_its_own_beginning():
    story = paused(verifying(), 10)
    story.now += 15 * HOUR  # the worker was down across the end; a decision is heard before the end is rung

    story.say(DUTY, AddUnit(unit="sjw"))
    story.down(timedelta())

    answer = story.clock(ClockName.ANSWER, "sjw")
    assert (answer.started, answer.account.since, answer.due) == (story.now, story.now, story.now + 24 * HOUR)
    [request] = [notice for notice in story.notices(Message.REQUEST) if notice.to[0].unit == "sjw"]
    assert request.due == answer.due, "told rightly at once"
    assert story.clock(ClockName.ANSWER, "jkj").due == START + 34 * HOUR


def test_a_session_opened_between_the_end_and_its_notice_has_its_whole_time():
    story = Story().triaged("jkj", "sjw", "jyw")
    story.say(liaison("jkj"), finding(Verdict.FALSE))
    story.say(liaison("sjw"), finding(Verdict.TRUE))
    story.wait("1h")
    halted(story, Pause(reason=PauseReason.TEST_RESULT, until=START + 25 * HOUR, evidence=EVIDENCE))
    story.wait("16h")

    story.down("14h")  # the silent unit's request ends in the pause, the pause an hour before: both are noticed now

    session = story.clock(ClockName.SESSION)
    assert (session.started, session.account.since) == (story.now, story.now)
    assert session.due > story.now
    assert session.breached is None


def test_the_end_is_announced_once_before_it_comes():
    story = paused(verifying(), 10)

    story.wait("9h")

    assert len(story.events("pause_ending")) == 1
    assert {to.unit for notice in story.notices(Message.PAUSE_ENDING) for to in notice.to} == {"jkj", "wxb"}


def test_an_acknowledgement_lives_on_after_the_pause_by_what_it_had_left():
    story = verifying()
    story.wait("12h")
    story.say(liaison("jkj"), Acknowledge(clock=ClockName.ANSWER, unit="jkj"))  # lives 8 h
    story.wait("2h")
    paused(story, 20)

    story.wait("25h")
    assert not story.events("acknowledgement_expired")
    story.wait("1h")

    assert [e.clock for e in story.events("acknowledgement_expired")] == ["answer"]


def test_the_next_step_of_the_case_ends_the_pause():
    story = paused(verifying(), 10)
    story.wait("2h")

    story.say(liaison("jkj"), finding())

    assert story.case.stage is Stage.REBUTTAL
    assert [event.why for event in story.events("case_resumed")] == [ResumedBy.STEP]
    assert not story.clock(ClockName.DRAFT, "wxb").paused
    assert story.clock(ClockName.RESPONSE, "wxb").due == START + 48 * HOUR


def test_a_level_that_knows_no_pause_ends_it():
    story = paused(verifying(), 10)
    story.wait("1h")

    story.say(DUTY, Relevel(level=Level.RED, reason="扩散加快"))

    assert [event.why for event in story.events("case_resumed")] == [ResumedBy.LEVEL]
    assert story.clock(ClockName.ANSWER, "jkj").due == START + timedelta(minutes=210)


def test_another_level_that_knows_a_pause_keeps_it():
    story = Story(Level.BLUE).triaged("jkj", level=Level.BLUE)
    story.say(liaison("jkj"), Accept())
    paused(story, 10)

    story.say(DUTY, Relevel(level=Level.YELLOW, reason="有扩散"))

    assert story.clock(ClockName.ANSWER, "jkj").paused
    assert story.clock(ClockName.ANSWER, "jkj").due == START + 34 * HOUR


@pytest.mark.parametrize(
    ("spoil", "hours", "code"),
    [
        (lambda story: None, 73, "pause_too_long"),
        (lambda story: None, -1, "pause_ends_before_it_begins"),
        (lambda story: paused(story, 1), 2, "paused_already"),
        (lambda story: paused(story, 1).wait("2h"), 2, "paused_before"),
        (lambda story: story.wait("24h"), 2, "overdue_cannot_pause"),
        (lambda story: story.say(DUTY, Relevel(level=Level.RED, reason="扩散")), 1, "level_knows_no_pause"),
    ],
)
def test_an_unfit_pause_is_refused(spoil, hours, code):
    story = verifying()
    spoil(story)
    said = Pause(reason=PauseReason.SUPERIOR, until=story.now + hours * HOUR, evidence=EVIDENCE)

    assert story.refused(DUTY, said, Unfit).code == code


def test_another_visit_may_be_paused_again():
    story = paused(verifying(), 1)
    story.wait("2h")
    story.say(deputy("jkj"), Decline(reason="不属职责"))
    story.triaged("sjw")

    halted(story, Pause(reason=PauseReason.PARTY, until=story.now + HOUR, evidence=EVIDENCE))

    assert story.case.paused_in == (1, 2)


def test_a_paused_case_sleeps_but_for_its_two_instants():
    story = Story(Level.BLUE).triaged("jkj", level=Level.BLUE)  # a level whose response stands still, too
    story.say(liaison("jkj"), Accept())
    paused(story, 72)
    seq = story.case.seq

    story.wait("71h")

    assert story.case.seq == seq + 1  # the announcement of its end


def test_a_pause_may_be_followed_by_an_extension_before_due():
    story = Story(Level.BLUE).triaged("jkj", level=Level.BLUE)
    story.say(liaison("jkj"), Accept())
    paused(story, 10).wait("11h")

    story.say(liaison("jkj"), Extend(clock=ClockName.ANSWER, unit="jkj", longer="1wd", reason="检测要两天"))
    story.confirmed_by(LEADER)

    assert story.clock(ClockName.ANSWER, "jkj").due == CHINA.after(START, Span.of("3wd"))


def test_an_end_given_in_another_zone_is_kept_in_utc():
    story = verifying()
    until = (story.now + 10 * HOUR).astimezone(timezone(8 * HOUR))
    halted(story, Pause(reason=PauseReason.TEST_RESULT, until=until, evidence=EVIDENCE))
    story.wait("11h")

    assert summarise(story.case).next_wake.utcoffset() == timedelta()
    assert {debt.due.utcoffset() for debt in summarise(story.case).debts} == {timedelta()}


def test_the_letters_of_a_pause_name_the_clock_of_the_unit_they_speak_of():
    story = verifying()
    paused(story, 10).wait("11h")

    for message in (Message.PAUSED, Message.PAUSE_ENDING, Message.RESUMED):
        keys = [notice.key for notice in story.notices(message) if {one.unit for one in notice.to} == {"jkj"}]
        assert keys
        assert all("/answer:jkj/" in key for key in keys)


def test_units_are_told_when_another_level_ends_their_pause():
    story = paused(verifying(), 10)

    story.say(LEADER, Relevel(level=Level.RED, reason="扩散很快"))

    told = [notice for notice in story.notices(Message.RESUMED) if {one.unit for one in notice.to} == {"jkj"}]
    assert [notice.due for notice in told] == [story.clock(ClockName.ANSWER, "jkj").due]


# --- who may, and what runs on ---------------------------------------------------------------------------------------


def asked(hours: float = 10) -> Pause:
    return Pause(reason=PauseReason.TEST_RESULT, until=START + hours * HOUR, evidence=EVIDENCE, remarks="待检测")


@pytest.mark.parametrize(("asks", "confirms"), [(liaison("jkj"), DUTY), (DUTY, LEADER), (LEADER, DUTY)])
def test_time_stands_still_only_when_a_second_person_confirms_it(asks, confirms):
    story = verifying()
    story.say(asks, asked())
    assert story.case.pause is None
    ref = story.case.proposals[-1].ref
    assert story.refused(asks, Confirm(ref=ref, outcome=Vote.APPROVE), NotPermitted).code
    assert brief_of(story.case, confirms).proposals[0].pause == asked()
    assert not any(offer.kind == "pause" for offer in offers(story.case, asks)), "it is asked for already"

    story.confirmed_by(confirms)

    assert story.case.pause is not None
    assert story.refused(asks, asked(), Unfit).code == "paused_already"


@pytest.mark.parametrize("actor", [deputy("jkj"), deputy("sjw"), EDITOR, OFFICE_DEPUTY])
def test_nobody_else_lets_time_stand_still(actor):
    story = verifying()
    story.say(liaison("jkj"), asked())

    said = Confirm(ref=story.case.proposals[-1].ref, outcome=Vote.APPROVE)
    assert story.refused(actor, said, NotPermitted).code == "not_permitted"


def test_a_pause_that_is_turned_down_can_be_asked_for_again():
    story = verifying()
    story.say(liaison("jkj"), asked())
    assert story.refused(DUTY, asked(), Unfit).code == "proposed_already"
    story.say(DUTY, Confirm(ref=story.case.proposals[-1].ref, outcome=Vote.REJECT, remarks="请先核对"))

    halted(story, asked())

    assert story.case.paused_in == (1,)


def test_neither_a_co_unit_nor_one_that_is_only_offered_or_expired_lets_the_case_stand_still():
    story = verifying("jkj", "sjw")
    story.say(liaison("sjw"), Transfer(to="wjw", reason="属该单位职责"))
    for unit in ("sjw", "wjw"):
        assert story.refused(liaison(unit), asked(), NotPermitted).code == "not_permitted"
        whole = [one for one in offers(story.case, liaison(unit)) if one.kind == "pause" and not one.preset]
        assert whole == []


def test_a_lead_accepts_before_it_lets_time_stand_still():
    story = Story().triaged("jkj")

    assert story.refused(liaison("jkj"), asked(), Unfit).code == "pause_after_accepting"
    assert not any(offer.kind == "pause" for offer in offers(story.case, liaison("jkj")))


@pytest.mark.parametrize("story", [Story, lambda: Story().triaged("jkj").verified()])
def test_time_stands_still_only_while_units_verify(story):
    assert story().refused(DUTY, asked(), WrongStage).code == "wrong_stage"


def test_a_response_whose_figure_is_not_the_offices_own_runs_on():
    yellow = paused(verifying(), 10)
    blue = Story(Level.BLUE).triaged("jkj", level=Level.BLUE)
    blue.say(liaison("jkj"), Accept())
    paused(blue, 10)

    assert yellow.clock(ClockName.RESPONSE).due == START + 48 * HOUR
    assert (yellow.clock(ClockName.RESPONSE).paused, blue.clock(ClockName.RESPONSE).paused) == (False, True)


def test_a_response_that_stood_still_goes_on_at_a_level_that_is_not_the_offices_own():
    story = Story(Level.BLUE).triaged("jkj", level=Level.BLUE)
    story.say(liaison("jkj"), Accept())
    paused(story, 20).wait("5h")

    story.say(DUTY, Relevel(level=Level.YELLOW, reason="有扩散"))

    assert story.clock(ClockName.ANSWER, "jkj").paused
    assert not story.clock(ClockName.RESPONSE).paused
    assert story.clock(ClockName.RESPONSE).due == story.now + 48 * HOUR


def test_a_pause_lasts_no_longer_than_the_level_of_now_allows():
    story = Story(Level.BLUE).triaged("jkj", level=Level.BLUE)
    story.say(liaison("jkj"), Accept())
    paused(story, 96).wait("1h")

    story.say(DUTY, Relevel(level=Level.YELLOW, reason="有扩散"))

    assert story.case.pause.until == START + 72 * HOUR
    assert [event.until for event in story.events("pause_shortened")] == [START + 72 * HOUR]
    story.wait("71h")
    assert [event.why for event in story.events("case_resumed")] == [ResumedBy.END]


def test_a_pause_that_already_lasted_longer_than_the_level_of_now_allows_ends():
    story = Story(Level.BLUE).triaged("jkj", level=Level.BLUE)
    story.say(liaison("jkj"), Accept())
    paused(story, 96).wait("73h")

    story.say(DUTY, Relevel(level=Level.YELLOW, reason="有扩散"))

    assert [event.why for event in story.events("case_resumed")] == [ResumedBy.LEVEL]
    assert not story.clock(ClockName.ANSWER, "jkj").paused


def test_a_pause_that_waits_for_its_second_person_lapses_with_the_level_and_with_the_stage():
    relevelled, bounced = verifying(), verifying()
    for story in (relevelled, bounced):
        story.say(liaison("jkj"), asked())
    relevelled.say(DUTY, Relevel(level=Level.RED, reason="扩散"))
    bounced.say(deputy("jkj"), Decline(reason="不属职责"))

    for story in (relevelled, bounced):
        assert [event.what for event in story.events("proposal_lapsed")] == ["pause"]


def test_what_no_longer_fits_when_it_is_confirmed_is_refused():
    story = verifying()
    story.say(liaison("jkj"), asked(2))
    said = Confirm(ref=story.case.proposals[-1].ref, outcome=Vote.APPROVE)
    story.wait("3h")

    assert story.refused(LEADER, said, Stale).code == "no_proposal"


def test_a_pause_whose_end_has_passed_or_that_is_overdue_is_asked_of_nobody_any_more():
    story = verifying()
    story.say(DUTY, Pause(reason=PauseReason.TEST_RESULT, until=story.now + HOUR, evidence=EVIDENCE))
    assert "confirm" in {one.kind for one in offers(story.case, LEADER, story.now)}

    story.now += 2 * HOUR  # nothing is due, so nobody wakes
    assert "confirm" not in {one.kind for one in offers(story.case, LEADER, story.now)}

    story.wait(timedelta(days=30))
    assert story.case.proposals == ()
    assert story.events("proposal_lapsed")[0].what == "pause"
