"""How a case stands, in the words of the register's row."""

from datetime import timedelta

from domain.case.summarise import summarise
from domain.decisions import Acknowledge, Decline
from domain.vocabulary import ClockName, Level, PublicationState, Role, RungKind, Stage
from tests.domain.factories import DUTY, START, Story, liaison


def test_a_summary_says_stage_level_and_units():
    story = Story(Level.ORANGE).triaged("jkj", "sjw", district="河湾区")

    summary = summarise(story.case)

    assert (summary.case_id, summary.number) == ("k7m2p9x4qa", "辟〔2026〕0123")
    assert (summary.stage, summary.level, summary.provisional) == (Stage.VERIFICATION, Level.ORANGE, False)
    assert (summary.lead, summary.units) == ("jkj", ("jkj", "sjw"))
    assert (summary.topic, summary.district) == ("传染病", "河湾区")
    assert summary.publication is PublicationState.NONE


def test_the_due_time_shown_is_that_of_the_present_step():
    story = Story()

    assert summarise(story.case).due == START + timedelta(hours=2)
    story.triaged()
    assert summarise(story.case).due == START + timedelta(hours=4)


def test_who_owes_what_by_when_is_listed_with_the_most_urgent_first():
    story = Story().triaged("jkj", "sjw")

    debts = summarise(story.case).debts

    assert [(d.clock, d.short, d.role) for d in debts] == [
        (ClockName.ACCEPT, "市疾控中心", Role.LEAD),
        (ClockName.ACCEPT, "市市场监管委", Role.CO),
        (ClockName.INTERIM, "市委网信办", None),
        (ClockName.ANSWER, "市疾控中心", Role.LEAD),
        (ClockName.ANSWER, "市市场监管委", Role.CO),
        (ClockName.RESPONSE, "市委网信办", None),
        (ClockName.CASE, "市委网信办", None),
    ]


def test_a_debt_names_the_next_rung_and_whom_it_calls():
    debt = summarise(Story(Level.RED).case).debts[0]

    assert (debt.clock, debt.level) == (ClockName.TRIAGE, 0)
    assert (debt.next_rung, debt.next_at) == (RungKind.REMIND, START + timedelta(minutes=7.5))
    assert [f"{one.unit}.{one.seat}" for one in debt.next_to] == ["wxb.duty", "wxb.deputy"]


def test_overdue_escalation_and_acknowledgement_are_flags_of_the_running_clocks():
    story = Story(Level.RED)
    assert (summarise(story.case).overdue, summarise(story.case).escalation) == (False, 0)

    story.wait("16m")
    story.say(DUTY, Acknowledge(clock=ClockName.TRIAGE, unit="wxb"))
    summary = summarise(story.case)

    assert (summary.overdue, summary.escalation) == (True, 3)
    assert [d.acknowledged for d in summary.debts if d.clock is ClockName.TRIAGE] == [True]

    story.triaged(level=Level.RED)
    assert (summarise(story.case).overdue, summarise(story.case).escalation) == (False, 0)


def test_a_ladder_that_has_rung_out_names_no_next_rung():
    story = Story(Level.RED)
    story.wait("50m")

    debt = next(d for d in summarise(story.case).debts if d.clock is ClockName.TRIAGE)

    assert (debt.next_at, debt.next_rung, debt.next_to) == (None, None, ())


def test_the_next_wake_is_told_too():
    story = Story(Level.RED).triaged(level=Level.RED)

    assert summarise(story.case).next_wake == story.case.next_wake()


def test_a_case_that_is_over_owes_nothing():
    story = Story().triaged().verified().drafted().approved().published().closed()

    summary = summarise(story.case)

    assert (summary.stage, summary.publication) == (Stage.CLOSURE, PublicationState.PUBLISHED)
    assert (summary.due, summary.next_wake, summary.debts, summary.overdue) == (None, None, (), False)
    assert summary.closed_at == story.now


def test_a_summary_is_a_value_that_survives_its_journey():
    summary = summarise(Story().triaged("jkj", "sjw").case)

    assert type(summary).model_validate_json(summary.model_dump_json()) == summary


def test_units_that_declined_are_not_listed():
    story = Story().triaged("jkj", "sjw")
    story.say(liaison("sjw"), Decline(reason="不属本单位职责"))

    assert summarise(story.case).units == ("jkj",)
