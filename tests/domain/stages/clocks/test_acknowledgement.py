"""Acknowledging: once per person and level without progress, a short respite and never silence for ever (rule 5)."""

from datetime import timedelta

import pytest

from domain.access.permissions import may
from domain.case.notice_kinds import Message
from domain.decisions import Accept, Acknowledge, Consult, Escalate, Note, PhoneLog, Relevel, Transfer
from domain.errors import Stale, Unfit
from domain.tasks.available_actions import offers
from domain.terms import Addressee
from domain.vocabulary import ClockName, ConsultAct, Level, RequestState, Seat
from domain.worktime.quiet_hours import Quiet
from tests.domain.factories import DUTY, EVIDENCE, LEADER, LEVELS, START, TERMS, Story, deputy, liaison, of

MINUTE = timedelta(minutes=1)
ANSWER = Acknowledge(clock=ClockName.ANSWER, unit="jkj")
JKJ_DUTY = of("jkj", Seat.DUTY)
EVIDENT = Note(text="样品已送检", evidence=EVIDENCE)


def red(*co_units: str) -> Story:
    return Story(Level.RED).triaged("jkj", *co_units, level=Level.RED)


def rang(story: Story, clock: ClockName = ClockName.ANSWER) -> list[tuple[int, float]]:
    mine = [e for e in story.entries if e.event.kind == "rung_rang" and e.event.clock == clock]
    return [(e.event.n, (e.at - START) / MINUTE) for e in mine]


def offered(story: Story, actor) -> set[tuple[str, str]]:
    return {(o.preset["clock"], o.preset["unit"]) for o in offers(story.case, actor) if o.kind == "acknowledge"}


def test_who_acknowledges_again_and_again_silences_no_red_case():
    story = red()
    story.say(JKJ_DUTY, Accept())
    people = [JKJ_DUTY, liaison("jkj"), deputy("jkj"), DUTY, LEADER]

    for _ in range(60):  # every five minutes somebody tries
        for person in people:
            if (ClockName.ANSWER, "jkj") in offered(story, person):
                story.say(person, ANSWER)
        story.wait("5m")

    assert [n for n, _ in rang(story)] == [1, 2, 3, 4, 5]
    assert story.events("clock_breached")
    assert story.events("request_expired"), "the request ends all the same"


def test_one_person_acknowledges_once_per_level_and_is_not_offered_it_again():
    story = red()
    story.say(JKJ_DUTY, Accept())
    story.say(JKJ_DUTY, ANSWER)

    refusal = story.refused(JKJ_DUTY, ANSWER, Unfit)

    assert (refusal.code, refusal.values["level"]) == ("acknowledged_already", 0)
    assert (ClockName.ANSWER, "jkj") not in offered(story, JKJ_DUTY)
    assert (ClockName.ANSWER, "jkj") in offered(story, deputy("jkj"))
    story.wait("80m")  # the first rung has rung
    assert [n for n, _ in rang(story)] == [1]
    assert (ClockName.ANSWER, "jkj") in offered(story, JKJ_DUTY)
    story.say(JKJ_DUTY, ANSWER)


def test_a_person_listed_twice_acknowledges_once_per_level_from_both_seats_together():
    story = red()
    story.say(JKJ_DUTY, Accept())
    story.say(JKJ_DUTY, ANSWER)
    twin = deputy("jkj").model_copy(update={"same_as": JKJ_DUTY.person})

    assert story.refused(twin, ANSWER, Unfit).code == "acknowledged_already"
    assert (ClockName.ANSWER, "jkj") not in offered(story, twin)


def progress_by_accepting(story: Story) -> None:
    story.say(deputy("jkj"), Accept())


def progress_by_evidence(story: Story) -> None:
    story.say(deputy("jkj"), EVIDENT)


def progress_by_a_position(story: Story) -> None:
    story.say(deputy("jkj"), Consult(act=ConsultAct.POSITION, text="待检测结果。"))


@pytest.mark.parametrize("progress", [progress_by_accepting, progress_by_evidence, progress_by_a_position])
def test_progress_lets_one_acknowledge_again(progress):
    story = red()
    story.say(JKJ_DUTY, ANSWER)

    progress(story)

    story.say(JKJ_DUTY, ANSWER)


def test_a_remark_without_evidence_and_another_unit_s_progress_are_none():
    story = red("sjw")
    story.say(JKJ_DUTY, ANSWER)

    story.say(deputy("jkj"), Note(text="正在办"))
    story.say(deputy("sjw"), Accept())

    assert story.refused(JKJ_DUTY, ANSWER, Unfit).code == "acknowledged_already"


def test_the_receiver_of_a_request_may_take_it_in_hand():
    story = red()
    story.say(JKJ_DUTY, ANSWER)
    story.say(JKJ_DUTY, Transfer(to="swj", reason="属该单位职责"))

    story.say(of("swj", Seat.DUTY), Accept())

    story.say(of("swj", Seat.DUTY), Acknowledge(clock=ClockName.ANSWER, unit="swj"))


def test_an_acknowledgement_holds_the_breach_letter_once():
    story = red()
    story.say(JKJ_DUTY, Accept())
    story.wait("140m")  # two rungs have rung, the answer is due in ten minutes

    story.say(JKJ_DUTY, ANSWER)
    story.wait("29m")
    story.say(deputy("jkj"), ANSWER)
    story.wait("12m")

    assert rang(story)[2:] == [(3, 170), (4, 180)], "as the first promised, then the minimum gap"


def test_a_reminder_that_is_held_beyond_the_due_time_holds_no_breach_letter_a_second_time():
    story = red()
    story.say(JKJ_DUTY, Accept())
    story.wait("119m")  # the second reminder is a minute off, the answer is due in 31

    for person in (JKJ_DUTY, liaison("jkj"), deputy("jkj")):  # a chain: each before the one before has expired
        story.say(person, ANSWER)
        story.wait("25m")
        story.say(person, EVIDENT)  # progress: each could go on like that for ever

    assert rang(story) == [(1, 75), (2, 174), (3, 184), (4, 194)], "as the second promised, who held the due time"


def ending_at_breach() -> Story:
    at_breach = LEVELS[Level.RED].model_copy(update={"expires_at_breach": True})
    terms = TERMS.model_copy(update={"levels": LEVELS | {Level.RED: at_breach}})
    return Story(Level.RED, terms=terms).triaged("jkj", level=Level.RED)


def test_a_request_nobody_accepts_is_held_once_where_it_ends_at_its_breach():
    story = ending_at_breach()
    story.wait("20m")  # accepting is due after 30

    for person in (JKJ_DUTY, liaison("jkj"), deputy("jkj")):
        if story.case.clock(ClockName.ACCEPT, "jkj") is not None:
            story.say(person, Acknowledge(clock=ClockName.ACCEPT, unit="jkj"))
            story.wait("25m")

    assert [n for n, _ in rang(story, ClockName.ACCEPT)] == [1, 2, 3], "its leaders were called before the end"
    ended = next(e for e in story.entries if e.event.kind == "request_expired")
    assert ended.at == START + 60 * MINUTE, "as the first promised, then the gap for the breach letter"


def test_a_request_whose_leaders_were_called_by_hand_is_held_once_as_well():
    story = ending_at_breach()
    accept = {"clock": ClockName.ACCEPT, "unit": "jkj"}
    story.wait("15m")  # the first rung; the second and the breach letter are rung by hand
    for level, then in ((1, "10m"), (2, "1m")):
        story.say(DUTY, Escalate(**accept, expected_level=level, reason="催"))
        story.wait(then)

    story.say(LEADER, Acknowledge(**accept))
    story.wait("20m")
    assert story.case.clock(ClockName.ACCEPT, "jkj") is not None, "accepting was due 16 minutes ago"
    story.say(deputy("jkj"), Acknowledge(**accept))
    story.wait("10m")

    ended = next(e for e in story.entries if e.event.kind == "request_expired")
    assert ended.at == START + 56 * MINUTE, "as the first promised"


def test_every_level_above_may_be_held_once_by_whoever_it_called():
    story = red()
    story.say(JKJ_DUTY, Accept())
    story.wait("151m")  # the breach has called the duty leader

    story.say(LEADER, ANSWER)
    story.wait("29m")
    story.say(JKJ_DUTY, ANSWER)
    story.wait("1h")

    assert rang(story)[3:] == [(4, 181), (5, 191)], "once, then the minimum gap"


def test_the_expiry_of_a_request_is_held_once():
    story = red()
    story.say(JKJ_DUTY, Accept())
    story.wait("181m")  # the ladder has rung out; the request expires after the minimum gap
    [request] = story.case.open_requests()

    story.say(JKJ_DUTY, ANSWER)
    story.wait("20m")
    assert request.state is RequestState.ACCEPTED
    story.say(deputy("jkj"), ANSWER)
    story.wait("10m")

    assert request.state is RequestState.EXPIRED


def test_a_yellow_case_cannot_stay_in_triage_by_one_officer_s_acknowledgements():
    story = Story(Level.YELLOW)

    for _ in range(120):
        for clock in (ClockName.TRIAGE, ClockName.RESPONSE, ClockName.CASE):
            if (clock, "wxb") in offered(story, DUTY):
                story.say(DUTY, Acknowledge(clock=clock, unit="wxb"))
        story.wait("6h")

    assert {n for n, _ in rang(story, ClockName.TRIAGE)} == {1, 2, 3, 4, 5}
    assert {n for n, _ in rang(story, ClockName.RESPONSE)} == {1, 2, 3, 4, 5}


def test_whoever_took_a_clock_in_hand_is_reminded_before_that_ends():
    story = red()
    story.say(JKJ_DUTY, ANSWER)

    story.wait("23m")
    assert story.notices(Message.IN_HAND_ENDING) == []
    story.wait("1m")

    [notice] = story.notices(Message.IN_HAND_ENDING)
    assert notice.to == (Addressee(unit="jkj", seat=Seat.DUTY),)
    assert notice.values["until"] == (START + 30 * MINUTE).isoformat()
    story.wait("1h")
    assert len(story.notices(Message.IN_HAND_ENDING)) == 1


def test_the_reminder_of_a_quiet_level_waits_for_the_morning_and_comes_before_the_end():

    yellow = LEVELS[Level.YELLOW].model_copy(update={"quiet": Quiet(begin=22 * 60, end=7 * 60 + 30)})
    terms = TERMS.model_copy(update={"levels": LEVELS | {Level.YELLOW: yellow}})
    story = Story(Level.YELLOW, terms=terms, start=START + timedelta(hours=9))  # 18:00
    story.say(DUTY, Acknowledge(clock=ClockName.RESPONSE, unit="wxb"))  # until 02:00, a fifth before is 00:24

    story.wait("8h")

    assert len(story.notices(Message.IN_HAND_ENDING)) == 1
    expired = next(e for e in story.entries if e.event.kind == "acknowledgement_expired")
    assert expired.at == START + timedelta(hours=17)


def test_whoever_was_only_informed_cannot_take_a_clock_in_hand_until_called():
    story = red()  # the start has informed the office's duty

    assert not may(DUTY, "acknowledge", story.case, ANSWER)
    assert (ClockName.ANSWER, "jkj") not in offered(story, DUTY)
    story.say(JKJ_DUTY, Accept())
    story.wait("121m")  # the second rung calls the office's duty

    assert (ClockName.ANSWER, "jkj") in offered(story, DUTY)
    story.say(DUTY, ANSWER)


def test_a_stored_case_of_before_knows_nothing_of_hands_and_goes_on():
    story = red()
    story.say(JKJ_DUTY, ANSWER)
    stored = story.case.model_dump(mode="json")
    for clock in stored["clocks"]:
        for name in ("hands", "held", "held_until"):
            clock.pop(name, None)

    again = type(story.case).model_validate(stored)

    assert again.clock(ClockName.ANSWER, "jkj").acknowledged is not None
    assert all(not clock.hands for clock in again.clocks)


@pytest.mark.parametrize("said", [Acknowledge, Escalate, PhoneLog])
def test_the_button_of_a_yellow_clock_does_nothing_to_the_red_one(said):
    story = Story(Level.YELLOW).triaged("jkj")
    story.say(liaison("jkj"), Accept())
    [offer] = [
        o for o in offers(story.case, liaison("jkj")) if o.kind == said.model_fields["kind"].default and _answers(o)
    ]
    more = {"outcome": "reached"} if said is PhoneLog else {"reason": "急"} if said is Escalate else {}
    button = said.model_validate({**offer.preset, **more})

    story.say(DUTY, Relevel(level=Level.RED, reason="扩散"))

    assert story.refused(liaison("jkj"), button, Stale).code == "clock_moved_on"
    story.say(liaison("jkj"), button.model_copy(update={"expected_generation": 2}))


def _answers(offer) -> bool:
    return (offer.preset.get("clock"), offer.preset.get("unit")) == (ClockName.ANSWER, "jkj")
