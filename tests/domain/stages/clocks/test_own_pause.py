"""A co-unit's own pause: its answer clock alone stands still, with the consent of the office; all others run on."""

from datetime import timedelta

import pytest

from domain.case.notice_kinds import Message
from domain.case.summarise import summarise
from domain.clocks.pause import PauseReason, ResumedBy
from domain.decisions import Accept, Acknowledge, Actor, Confirm, Pause, Release, Relevel, Resume, Transfer
from domain.errors import NotPermitted, Unfit
from domain.tasks.available_actions import offers
from domain.vocabulary import ClockName, Level, Stage, Vote
from tests.domain.factories import DUTY, EVIDENCE, LEADER, START, TERMS, Story, finding, liaison

pytestmark = pytest.mark.people

HOUR = timedelta(hours=1)
OTHERS = (
    (ClockName.ANSWER, "jkj"), (ClockName.ANSWER, "wjw"), (ClockName.RESPONSE, "wxb"), (ClockName.INTERIM, "wxb"),
)  # fmt: skip


def verifying(*co_units: str, accepted: bool = True) -> Story:
    story = Story().triaged("jkj", *(co_units or ("sjw", "wjw")))
    for unit in ("jkj", *(co_units or ("sjw", "wjw"))) if accepted else ():
        story.say(liaison(unit), Accept())
    return story


def wanted(story: Story, hours: float = 10, unit: str | None = "sjw") -> Pause:
    return Pause(reason=PauseReason.TEST_RESULT, until=story.now + hours * HOUR, evidence=EVIDENCE, unit=unit)


def paused(story: Story, hours: float = 10, unit: str | None = "sjw", by: Actor | None = None) -> Story:
    story.say(by or liaison(unit or "jkj"), wanted(story, hours, unit))
    story.confirmed_by(LEADER)
    return story


def stands(story: Story, unit: str) -> bool:
    return story.clock(ClockName.ANSWER, unit).paused


def test_only_the_unit_s_own_answer_clock_stands_still():
    story = verifying()
    story.wait("5h")
    dues = {one: story.clock(*one).due for one in OTHERS}

    paused(story)

    assert stands(story, "sjw")
    assert story.clock(ClockName.ANSWER, "sjw").due == START + 34 * HOUR
    assert {one: story.clock(*one).due for one in OTHERS} == dues
    assert (story.case.pause, summarise(story.case).paused) == (None, None)
    [debt] = [one for one in summarise(story.case).debts if one.paused]
    assert (debt.unit, debt.resumes) == ("sjw", START + 15 * HOUR)


def test_it_ends_by_itself_and_its_end_is_announced_to_the_unit_and_the_office():
    story = paused(verifying())

    story.wait("8h")
    assert [event.unit for event in story.events("pause_ending")] == ["sjw"]
    story.wait("2h")

    assert not stands(story, "sjw")
    assert [(event.why, event.unit) for event in story.events("case_resumed")] == [(ResumedBy.END, "sjw")]
    for message in (Message.PAUSED, Message.PAUSE_ENDING, Message.RESUMED):
        [letter] = story.notices(message)
        assert {seat.unit for seat in letter.to} == {"sjw", "wxb"}


def test_time_that_was_used_stays_used():
    story = verifying()
    story.wait("11h")
    paused(story)
    story.wait("12h")

    assert story.clock(ClockName.ANSWER, "sjw").account.left(story.case.time, story.now) == 11 * 3600 * 1_000_000


def test_the_office_confirms_it_and_never_who_asked():
    story = verifying()
    story.say(liaison("sjw"), wanted(story))
    ref = story.case.proposals[0].ref

    for other in (liaison("sjw"), liaison("jkj")):
        story.refused(other, Confirm(ref=ref, outcome=Vote.APPROVE), NotPermitted)
    assert not stands(story, "sjw")
    [letter] = story.notices(Message.CONFIRM_REQUEST)
    assert {seat.unit for seat in letter.to} == {"wxb"}
    story.say(DUTY, Confirm(ref=ref, outcome=Vote.APPROVE))
    assert stands(story, "sjw")


@pytest.mark.parametrize("by", [liaison("wjw"), DUTY])
def test_nobody_pauses_another_unit_s_clock(by):
    story = verifying()

    story.refused(by, wanted(story), NotPermitted)


def test_a_co_unit_does_not_pause_the_case():
    story = verifying()

    story.refused(liaison("sjw"), wanted(story, unit=None), NotPermitted)


def test_the_lead_pauses_the_case_or_nothing():
    story = verifying()

    assert story.refused(liaison("jkj"), wanted(story, unit="jkj"), Unfit).code == "lead_pauses_the_case"


def test_a_unit_has_one_such_pause_in_a_visit():
    story = paused(verifying(), 2)
    assert story.refused(liaison("sjw"), wanted(story), Unfit).code == "paused_already"
    story.wait("3h")

    assert story.refused(liaison("sjw"), wanted(story), Unfit).code == "paused_before"
    paused(story, 2, "wjw")


@pytest.mark.parametrize(("hours", "code"), [(-1, "pause_ends_before_it_begins"), (73, "pause_too_long")])
def test_its_end_is_bounded_as_that_of_any_pause(hours, code):
    story = verifying()

    assert story.refused(liaison("sjw"), wanted(story, hours), Unfit).code == code


def test_it_is_for_whoever_has_accepted_and_is_in_time():
    assert verifying(accepted=False).refused(liaison("sjw"), wanted(verifying()), Unfit).code == "request_state"
    story = verifying()
    story.wait("25h")
    late = wanted(story)
    assert story.refused(liaison("sjw"), late, Unfit).code == "overdue_cannot_pause"


@pytest.mark.parametrize("by", [liaison("sjw"), DUTY])
def test_the_unit_or_the_office_ends_it_early(by):
    story = paused(verifying())
    story.wait("2h")
    [offer] = [one for one in offers(story.case, by, story.now) if one.kind == "resume"]
    assert offer.preset == {"unit": "sjw"}

    story.refused(liaison("jkj"), Resume(unit="sjw"), NotPermitted)
    story.say(by, Resume(unit="sjw"))

    assert not stands(story, "sjw")
    assert story.clock(ClockName.ANSWER, "sjw").due == START + 26 * HOUR
    assert story.refused(DUTY, Resume(unit="sjw"), Unfit).code == "not_paused"


def test_what_is_offered_is_the_unit_s_own():
    story = verifying()

    mine = [one.preset for one in offers(story.case, liaison("sjw"), story.now) if one.kind == "pause"]
    lead = [one.preset for one in offers(story.case, liaison("jkj"), story.now) if one.kind == "pause"]

    assert (mine, lead) == ([{"unit": "sjw"}], [{}])


def test_a_finding_ends_it():
    story = paused(verifying())

    story.say(liaison("sjw"), finding())
    story.wait("20h")

    assert story.case.own_pauses() == []
    assert [(one.why, one.unit) for one in story.events("case_resumed")] == [(ResumedBy.STEP, "sjw")]


def test_the_next_stage_ends_it():
    story = verifying("sjw", "wjw", "skx")
    paused(story)
    for unit in ("jkj", "wjw", "skx"):
        story.say(liaison(unit), finding())

    assert story.case.stage is Stage.REBUTTAL
    assert story.case.own_pauses() == []


def test_it_ends_with_the_request():
    story = paused(verifying())

    story.say(DUTY, Release(unit="sjw", reason="不再需要"))

    assert story.case.own_pauses() == []
    assert story.case.next_wake() is not None


def test_a_co_unit_that_takes_the_lead_goes_on():
    story = paused(verifying())

    story.say(liaison("jkj"), Transfer(to="sjw", reason="应由贵委牵头"))
    story.say(liaison("sjw"), Accept())

    assert story.case.lead.unit.code == "sjw"
    assert not stands(story, "sjw")


@pytest.mark.parametrize(("case_hours", "until"), [(6, 12), (20, 22)])
def test_beside_a_pause_of_the_case_it_lasts_as_long_as_the_longer_of_both(case_hours, until):
    story = paused(verifying())
    story.wait("2h")
    paused(story, case_hours, None)

    story.wait(timedelta(hours=max(10, 2 + case_hours) - 2) - timedelta(minutes=1))
    assert stands(story, "sjw")
    story.wait("1m")

    assert not stands(story, "sjw")
    assert story.clock(ClockName.ANSWER, "sjw").due == START + (24 + max(10, 2 + case_hours)) * HOUR
    assert story.clock(ClockName.ANSWER, "jkj").due == START + (24 + case_hours) * HOUR


def test_ended_early_beside_a_pause_of_the_case_it_waits_for_that():
    story = paused(verifying())
    story.wait("2h")
    paused(story, 6, None)
    story.wait("1h")

    story.say(liaison("sjw"), Resume(unit="sjw"))

    assert stands(story, "sjw")
    story.wait("5h")
    assert story.clock(ClockName.ANSWER, "sjw").due == START + 32 * HOUR


def test_an_acknowledgement_lasts_longer_by_all_the_time_it_stood_still():
    story = verifying()
    story.wait("12h")
    story.say(liaison("sjw"), Acknowledge(clock=ClockName.ANSWER, unit="sjw"))
    until = story.clock(ClockName.ANSWER, "sjw").acknowledged.until
    paused(story, 4)
    story.wait("1h")
    paused(story, 6, None)
    story.wait("7h")

    assert story.clock(ClockName.ANSWER, "sjw").acknowledged.until == until + 7 * HOUR


def test_a_level_without_pauses_ends_it_and_one_with_a_shorter_pause_shortens_it():
    story = paused(verifying())
    story.wait("1h")
    story.say(DUTY, Relevel(level=Level.RED, reason="扩散"))

    assert not stands(story, "sjw")
    assert [(one.why, one.unit) for one in story.events("case_resumed")] == [(ResumedBy.LEVEL, "sjw")]


def test_two_requests_for_it_are_one_and_a_pause_of_the_case_leaves_it_waiting():
    story = verifying()
    story.say(liaison("sjw"), wanted(story))
    assert story.refused(liaison("sjw"), wanted(story), Unfit).code == "proposed_already"

    paused(story, 6, None)
    story.say(LEADER, Confirm(ref=story.case.proposals[0].ref, outcome=Vote.APPROVE))
    story.wait("7h")

    assert stands(story, "sjw")
    assert not stands(story, "wjw")
    story.wait("3h")
    assert story.clock(ClockName.ANSWER, "sjw").due == START + 34 * HOUR


def test_one_request_that_can_be_granted_no_more_takes_no_other_with_it():
    story = verifying()
    story.say(liaison("sjw"), wanted(story, 1))
    story.say(liaison("wjw"), wanted(story, 20, "wjw"))
    story.say(liaison("jkj"), wanted(story, 20, None))

    story.wait("61m")

    assert [one.unit for one in story.case.proposals] == ["wjw", None]


def test_who_takes_a_request_over_has_a_running_clock_and_a_pause_of_its_own_to_ask_for():
    story = paused(verifying(), 20)
    story.say(liaison("sjw"), Transfer(to="swj", reason="属该单位职责"))
    story.say(liaison("swj"), Accept())

    assert not stands(story, "swj")
    assert story.case.own_pauses() == []
    paused(story, 2, "swj")


def test_a_co_unit_that_takes_the_lead_waits_for_no_pause_any_more():
    story = verifying()
    story.say(liaison("sjw"), wanted(story))
    story.say(liaison("jkj"), Transfer(to="sjw", reason="应由贵委牵头"))
    story.say(liaison("sjw"), Accept())

    assert story.case.proposals == ()


def test_a_finding_that_waits_for_its_approval_ends_it():
    terms = TERMS.model_copy(update={"findings_approved_at": (Level.YELLOW,)})
    story = Story(terms=terms).triaged("jkj", "sjw", "wjw")
    story.say(liaison("sjw"), Accept())
    paused(story)

    story.say(liaison("sjw"), finding())

    assert not stands(story, "sjw")


def test_letters_speak_of_the_clock_as_it_stands():
    story = paused(verifying())
    paused(story, 2, None)
    for message in (Message.PAUSED, Message.PAUSE_ENDING):
        story.wait("119m") if message is Message.PAUSE_ENDING else None
        whole = [one for one in story.notices(message) if "own" not in one.values]
        assert "sjw" not in {seat.unit for one in whole for seat in one.to}, message
    story.wait("2h")
    resumed = story.notices(Message.RESUMED)
    assert "sjw" not in {seat.unit for one in resumed for seat in one.to}, "it stands still in its own"
    story.wait("10h")
    assert len([one for one in story.notices(Message.RESUMED) if "sjw" in {seat.unit for seat in one.to}]) == 1


def test_ended_with_that_of_the_case_it_is_told_once():
    story = verifying()
    paused(story, 6)
    paused(story, 6, None)

    story.wait("7h")

    assert len([one for one in story.notices(Message.RESUMED) if "sjw" in {seat.unit for seat in one.to}]) == 1


def test_what_can_be_granted_no_more_lapses():
    story = verifying()
    story.say(liaison("sjw"), wanted(story, 2))

    story.wait("3h")

    assert story.case.proposals == ()


def test_a_case_stored_before_there_were_own_pauses_goes_on():
    story = verifying()
    stored = story.case.model_dump_json()

    assert '"paused_in":0' not in stored
    assert '"pause":null' in stored  # the case's own
    assert type(story.case).model_validate_json(stored) == story.case
