"""Closing stops everything in one moment; acknowledging, escalating, calling and noting are possible at any stage."""

from datetime import timedelta

import pytest

from domain.case.notice_kinds import Message
from domain.case.payloads import NotIssued
from domain.decider.ring import ring
from domain.decisions import CONSOLE, Accept, Acknowledge, Close, Escalate, Note, PhoneLog, ResolveDelivery
from domain.errors import CaseOver, NotPermitted, Stale, Unfit
from domain.tasks.action import AvailableAction
from domain.tasks.available_actions import offers
from domain.vocabulary import ClockName, Level, PhoneOutcome, RungKind, Seat
from tests.domain.factories import DUTY, EDITOR, LEADER, OFFICE_HEAD, START, Story, deputy, liaison, of

pytestmark = pytest.mark.people

TRIAGE = {"clock": ClockName.TRIAGE, "unit": "wxb"}
TAKEN = Acknowledge(**TRIAGE)


def ended() -> Story:
    return Story().triaged().verified().drafted().approved().published().closed()


def rang(story: Story, clock: ClockName, unit: str = "wxb") -> list[int]:
    return [e.n for e in story.events("rung_rang") if (e.clock, e.unit) == (clock, unit)]


# --- close -----------------------------------------------------------------------------------------------------------


def test_closing_stops_every_clock_in_the_same_moment():
    story = Story().triaged().verified().drafted().approved()
    story.comes_back("bulletin")

    answer = story.say(EDITOR, Close(remarks="办结"))

    assert story.runs() == set()
    assert story.case.next_wake() is None
    assert answer.summary.closed_at == story.now
    assert (answer.summary.due, answer.summary.debts) == (None, ())
    assert story.entries[-1].event.kind == "case_closed"


def test_nothing_is_planned_after_the_end():
    story = ended()
    before = story.case.model_dump()

    ring(story.case, story.now + timedelta(days=400))

    assert story.case.model_dump() == before


def test_a_closed_case_takes_no_decision():
    story = ended()

    for said in (Note(text="补记"), Close(), TAKEN, Escalate(expected_level=0, reason="催")):
        assert story.refused(DUTY, said, CaseOver).values["number"] == "辟〔2026〕0123"


def test_the_answer_that_ends_a_case_tells_all_the_register_may_not_have():
    story = Story().triaged().verified().drafted().approved().published()
    story.settle()
    before = list(range(story.recorded.seq + 1, story.case.seq + 1))
    assert before

    answer = story.say(DUTY, Close())

    assert [entry.seq for entry in answer.record.entries] == [*before, answer.seq]
    assert [entry.event.kind for entry in answer.entries] == ["case_closed"]
    assert story.case.at_rest


def test_a_channel_that_is_still_tried_keeps_the_case_from_rest():
    story = Story().triaged().verified().drafted().approved()
    story.comes_back("bulletin")
    story.closed().settle()
    assert not story.case.at_rest

    story.comes_back("labels", NotIssued(reason="已下线"))
    story.settle()
    assert not story.case.at_rest, "somebody has still to say what becomes of it"
    story.say(DUTY, ResolveDelivery(ref=story.case.refused[0].ref, act="leave", reason="已停止合作"))

    assert story.case.at_rest


def test_a_case_is_closed_only_once_its_word_is_out():
    story = Story().triaged().verified().drafted().approved()

    assert story.refused(DUTY, Close()).code == "wrong_stage"


# --- acknowledge -----------------------------------------------------------------------------------------------------


def test_an_acknowledgement_holds_the_higher_rungs_until_it_expires():
    story = Story(Level.RED)
    story.wait("8m")  # half of 15 minutes: the first rung
    assert rang(story, ClockName.TRIAGE) == [1]

    story.say(DUTY, TAKEN)
    story.wait("14m")
    assert rang(story, ClockName.TRIAGE) == [1]
    story.wait("1m")

    assert rang(story, ClockName.TRIAGE) == [1, 2]
    assert [e.clock for e in story.events("acknowledgement_expired")] == [ClockName.TRIAGE]


def test_an_acknowledged_clock_still_breaches_at_its_due_time():
    story = Story(Level.RED)
    story.wait("8m")
    story.say(DUTY, TAKEN)

    story.wait("10m")

    [breach] = story.events("clock_breached")
    assert (breach.clock, breach.due, breach.late_by) == (ClockName.TRIAGE, START + timedelta(minutes=15), 0)
    assert story.clock(ClockName.TRIAGE).due == START + timedelta(minutes=15)


def test_an_expired_acknowledgement_resumes_at_the_next_rung_and_leaves_the_minimum_gap():
    story = Story(Level.RED)
    story.wait("8m")
    story.say(DUTY, TAKEN)
    expires = story.now + timedelta(minutes=15)

    story.wait("3h")

    rungs = [e for e in story.events("rung_rang") if e.clock is ClockName.TRIAGE]
    times = [entry.at for entry in story.entries if entry.event in rungs]
    assert [e.n for e in rungs] == [1, 2, 3, 4, 5]
    assert times[1:] == [expires + n * timedelta(minutes=10) for n in range(4)]


def test_an_acknowledgement_before_the_first_rung_counts_too():
    story = Story(Level.RED)

    story.say(DUTY, TAKEN)
    story.wait("14m")

    assert rang(story, ClockName.TRIAGE) == []


def test_progress_ends_the_matter_before_an_acknowledgement_expires():
    story = Story(Level.RED)
    story.wait("8m")
    story.say(DUTY, TAKEN)

    story.triaged(level=Level.RED)
    story.wait("1h")

    assert rang(story, ClockName.TRIAGE) == [1]
    assert story.events("acknowledgement_expired") == []


def test_an_acknowledgement_of_one_clock_holds_no_other():
    story = Story(Level.RED).triaged("jkj", "sjw", level=Level.RED)
    story.wait("16m")

    story.say(liaison("jkj"), Acknowledge(clock=ClockName.ACCEPT, unit="jkj"))
    story.wait("15m")

    assert rang(story, ClockName.ACCEPT, "jkj") == [1]
    assert rang(story, ClockName.ACCEPT, "sjw") == [1, 2, 3]


def test_only_who_was_called_or_owes_the_clock_acknowledges():
    story = Story(Level.RED).triaged("jkj", "sjw", level=Level.RED)
    story.say(liaison("jkj"), Accept())
    taken = Acknowledge(clock=ClockName.ANSWER, unit="jkj")
    assert story.refused(liaison("sjw"), taken, NotPermitted).code == "not_permitted"
    assert story.refused(OFFICE_HEAD, taken, NotPermitted).code == "not_permitted"

    story.wait("166m")  # +15 minutes: the head of the office has been called

    story.say(OFFICE_HEAD, taken)
    assert story.clock(ClockName.ANSWER, "jkj").acknowledged.unit == "wxb"


def test_a_clock_that_does_not_run_cannot_be_acknowledged():
    story = Story().triaged()

    refusal = story.refused(DUTY, TAKEN, Unfit)

    assert refusal.code == "no_such_clock"
    assert refusal.values["running"] == "accept:jkj,interim:wxb,answer:jkj,response:wxb,case:wxb"


# --- escalate --------------------------------------------------------------------------------------------------------


def test_escalating_by_hand_rings_the_next_rung_and_says_who_and_why():
    story = Story(Level.RED)

    answer = story.say(DUTY, Escalate(expected_level=0, reason="热度陡增"))

    [entry] = answer.entries
    assert (entry.event.n, entry.event.rung, entry.event.by_hand) == (1, RungKind.REMIND, "热度陡增")
    assert entry.by == DUTY
    assert story.clock(ClockName.TRIAGE).rung == 1
    assert answer.pending_effects[-1].endswith("/v1/triage:wxb/g1/r1")


def test_the_second_of_two_who_press_escalate_is_told_the_level():
    story = Story(Level.RED)
    story.say(DUTY, Escalate(expected_level=0, reason="热度陡增"))

    refusal = story.refused(LEADER, Escalate(expected_level=0, reason="热度陡增"), Stale)

    assert (refusal.code, refusal.values) == ("already_escalated", {"expected": 0, "level": 1})


def test_a_rung_that_was_rung_by_hand_does_not_ring_at_its_time_again():
    story = Story(Level.RED)
    story.say(DUTY, Escalate(expected_level=0, reason="热度陡增"))

    story.wait("11m")

    assert rang(story, ClockName.TRIAGE) == [1]


def test_without_a_clock_the_most_urgent_step_is_meant_and_never_the_response():
    story = Story(Level.ORANGE).triaged("jkj", "sjw")
    story.say(DUTY, Escalate(expected_level=0, reason="联系不上"))

    assert [(e.clock, e.unit) for e in story.events("rung_rang")] == [(ClockName.ACCEPT, "jkj")]


def test_a_unit_rings_its_own_clock_only_and_the_office_any():
    story = Story().triaged("jkj", "sjw")
    other = Escalate(expected_level=0, reason="催办", clock=ClockName.RESPONSE, unit="wxb")

    story.refused(liaison("jkj"), other, NotPermitted)
    story.refused(liaison("sjw"), Escalate(expected_level=0, reason="催办"), NotPermitted)  # the lead's is meant
    story.say(liaison("sjw"), Escalate(expected_level=0, reason="催办", clock=ClockName.ANSWER, unit="sjw"))
    story.say(DUTY, other)

    rung = {one.preset["unit"] for one in offers(story.case, liaison("jkj"), story.now) if one.kind == "escalate"}
    assert rung == {"jkj"}


def test_between_two_rings_by_hand_lies_the_minimum_gap():
    story = Story().triaged("jkj")
    mine = {"clock": ClockName.ACCEPT, "unit": "jkj"}
    story.say(DUTY, Escalate(expected_level=0, reason="联系不上", **mine))
    again = Escalate(expected_level=1, reason="联系不上", **mine)

    story.wait("119m")
    assert story.refused(LEADER, again, Unfit).code == "escalated_just_now"
    assert mine not in [_clock(one) for one in offers(story.case, LEADER, story.now) if one.kind == "escalate"]
    story.now += timedelta(minutes=1)

    assert mine in [_clock(one) for one in offers(story.case, LEADER, story.now) if one.kind == "escalate"]


def _clock(offer: AvailableAction) -> dict[str, object]:
    return {name: offer.preset[name] for name in ("clock", "unit")}


def test_a_named_clock_is_escalated():
    story = Story().triaged("jkj", "sjw")
    said = Escalate(expected_level=0, reason="催办", clock=ClockName.ANSWER, unit="sjw")

    story.say(DUTY, said)

    assert [(e.clock, e.unit) for e in story.events("rung_rang")] == [(ClockName.ANSWER, "sjw")]


def test_a_ladder_that_has_rung_out_cannot_be_escalated():
    story = Story(Level.RED)
    story.wait("50m")

    assert story.refused(DUTY, Escalate(expected_level=5, reason="催"), Unfit).code == "ladder_rung_out"


def test_an_escalation_that_came_without_a_seal_before_is_still_named():
    story = Story(Level.RED)

    answer = story.say(CONSOLE, Escalate(expected_level=0, reason="无人应答"))

    assert story.entries[answer.since].by.person == "temporal-ui"


@pytest.mark.parametrize("said", [Note(text="来自控制台"), TAKEN, Close(), PhoneLog(**TRIAGE, outcome="reached")])
def test_nothing_else_has_ever_come_without_a_seal(said):
    story = Story()
    if isinstance(said, Close):
        story.triaged().verified().drafted().approved().published()

    assert story.refused(CONSOLE, said, NotPermitted).code == "not_permitted"


def test_in_closure_the_clock_of_the_whole_case_is_left_to_escalate():
    story = Story().triaged().verified().drafted().approved().published()

    story.say(DUTY, Escalate(expected_level=0, reason="催"))

    [rang] = story.events("rung_rang")
    assert (rang.clock, rang.unit) == (ClockName.CASE, "wxb")
    assert [(one.unit, one.seat) for one in rang.to] == [("wxb", Seat.HEAD)]


# --- phone calls and notes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", [PhoneOutcome.REACHED, PhoneOutcome.PASSED_ON])
def test_a_call_that_reached_someone_rings_nobody_else(outcome):
    story = Story(Level.RED)

    story.say(DUTY, PhoneLog(**TRIAGE, outcome=outcome))

    assert rang(story, ClockName.TRIAGE) == []
    assert story.events("phone_logged")[0].outcome is outcome


def test_a_call_that_reached_nobody_calls_nobody_else_while_the_clock_is_acknowledged():
    story = Story(Level.RED)
    story.say(DUTY, TAKEN)

    missed = PhoneLog(**TRIAGE, outcome=PhoneOutcome.NOT_REACHED, expected_level=0)

    assert story.refused(DUTY, missed).code == "no_call_open"
    assert rang(story, ClockName.TRIAGE) == []


def test_a_note_is_one_line_of_the_timeline_and_moves_nothing():
    story = Story().triaged()
    before = story.case.model_dump(
        exclude={"seq", "change_count", "applied_updates", "timeline", "unrecorded", "unrecorded_size", "head"}
    )

    story.say(of("jkj", Seat.HEAD), Note(text="已电话沟通"))

    assert (
        story.case.model_dump(
            exclude={"seq", "change_count", "applied_updates", "timeline", "unrecorded", "unrecorded_size", "head"}
        )
        == before
    )
    assert story.entries[-1].event.text == "已电话沟通"


def test_every_message_of_the_ladder_goes_to_the_seats_its_rung_names():
    story = Story(Level.RED)
    story.wait("50m")

    notices = [n for n in story.notices() if n.clock is ClockName.TRIAGE and "/g1/r" in n.key]

    assert [n.message for n in notices] == [
        Message.REMINDER,
        Message.REMINDER,
        Message.BREACH,
        Message.ESCALATION,
        Message.ESCALATION,
    ]
    assert [[f"{one.unit}.{one.seat}" for one in n.to] for n in notices] == [
        ["wxb.duty", "wxb.deputy"],
        ["wxb.duty", "wxb.deputy"],
        ["wxb.duty_leader", "wxb.head"],
        ["wxb.head"],
        ["zfb.duty"],
    ]


def test_a_unit_that_was_not_asked_writes_no_note():
    assert Story().triaged("jkj").refused(deputy("sjw"), Note(text="旁听"), NotPermitted).code == "not_permitted"
