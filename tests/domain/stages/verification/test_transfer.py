"""Handing a request on: it always has exactly one owner (rule 10)."""

import pytest

from domain.case.notice_kinds import Message
from domain.decisions import (
    Accept,
    Acknowledge,
    AddUnit,
    Assign,
    Decline,
    Extend,
    Relevel,
    ReturnFinding,
    Transfer,
)
from domain.errors import NotPermitted, Refused, Unfit, WrongStage
from domain.vocabulary import ClockName, Level, RequestState, Role, Seat, Stage
from tests.domain.factories import DUTY, EDITOR, LEADER, Story, finding, liaison, of, triage

pytestmark = pytest.mark.people

REASON = "属该单位职责"


@pytest.fixture
def asked() -> Story:
    """A case whose lead is jkj, with sjw beside it."""
    return Story().triaged("jkj", "sjw")


def owners(story: Story) -> dict[str, str]:
    return {request.unit.code: request.role for request in story.case.open_requests()}


def test_the_sender_stays_responsible_until_the_receiver_accepts(asked: Story):
    asked.say(liaison("jkj"), Transfer(to="wjw", reason=REASON))

    assert owners(asked) == {"jkj": Role.LEAD, "sjw": Role.CO}
    assert {(ClockName.ANSWER, "jkj"), (ClockName.ACCEPT, "wjw")} <= asked.runs()
    assert (ClockName.ANSWER, "wjw") not in asked.runs()
    assert asked.refused(liaison("wjw"), finding(), Unfit).code == "no_request"


def test_the_receiver_takes_over_with_the_time_that_is_left(asked: Story):
    due = asked.clock(ClockName.ANSWER, "jkj").due
    asked.wait("1h")
    asked.say(liaison("jkj"), Transfer(to="wjw", reason=REASON))
    asked.wait("1h")
    asked.say(liaison("wjw"), Accept())

    assert owners(asked) == {"wjw": Role.LEAD, "sjw": Role.CO}
    assert asked.case.lead.state is RequestState.ACCEPTED
    assert asked.clock(ClockName.ANSWER, "wjw").due == due
    assert not {unit for name, unit in asked.runs() if name is ClockName.ACCEPT and unit in ("wjw", "jkj")}
    assert (ClockName.ANSWER, "jkj") not in asked.runs()
    assert asked.events("transfer_accepted")[0].due == due
    assert asked.refused(liaison("jkj"), finding()).code == "not_permitted"


def test_the_receiver_has_a_fresh_accept_clock(asked: Story):
    asked.wait("1h")
    before = asked.clock(ClockName.ACCEPT, "jkj")
    asked.say(liaison("jkj"), Transfer(to="wjw", reason=REASON))

    fresh = asked.clock(ClockName.ACCEPT, "wjw")
    assert (fresh.started, fresh.account.budget) == (asked.now, before.account.budget)


def test_a_rung_that_rang_for_the_sender_does_not_ring_again_for_the_receiver(asked: Story):
    asked.wait("13h")
    rung = asked.clock(ClockName.ANSWER, "jkj").rung
    asked.say(liaison("jkj"), Transfer(to="wjw", reason=REASON))
    asked.say(liaison("wjw"), Accept())
    asked.wait("1m")

    assert rung > 0
    assert asked.clock(ClockName.ANSWER, "wjw").rung == rung
    assert not [event for event in asked.events("rung_rang") if (event.clock, event.unit) == (ClockName.ANSWER, "wjw")]


def test_a_transfer_that_is_declined_leaves_the_request_with_the_sender_and_counts(asked: Story):
    asked.say(liaison("jkj"), Transfer(to="wjw", reason=REASON))
    asked.say(liaison("wjw"), Decline(reason="不属本单位职责", suggested="sjw"))

    assert (asked.case.stage, asked.case.bounces) == (Stage.VERIFICATION, 1)
    assert owners(asked) == {"jkj": Role.LEAD, "sjw": Role.CO}
    assert (ClockName.ACCEPT, "wjw") not in asked.runs()
    told = asked.notices(Message.TRANSFER_DECLINED)[-1]
    assert {seat.unit for seat in told.to} == {"jkj"}
    assert told.due == asked.clock(ClockName.ACCEPT, "jkj").due, "it has not accepted it yet"
    assert asked.refused(liaison("wjw"), Accept()).code == "not_permitted"


def test_after_a_declined_transfer_another_unit_can_be_asked(asked: Story):
    asked.say(liaison("jkj"), Transfer(to="wjw", reason=REASON))
    asked.say(liaison("wjw"), Decline(reason="不属本单位职责"))
    asked.say(liaison("jkj"), Transfer(to="wjw", reason="请再核对"))
    asked.say(liaison("wjw"), Accept())

    assert owners(asked) == {"wjw": Role.LEAD, "sjw": Role.CO}
    keys = [notice.key for notice in asked.notices(Message.TRANSFER)]
    assert len(keys) == len(set(keys)) == 2


def test_an_answer_of_the_sender_ends_the_offer(asked: Story):
    asked.say(liaison("sjw"), Transfer(to="wjw", reason=REASON))
    asked.say(liaison("sjw"), finding())

    assert [event.to for event in asked.events("transfer_lapsed")] == ["wjw"]
    assert (ClockName.ACCEPT, "wjw") not in asked.runs()
    assert asked.refused(liaison("wjw"), Accept()).code == "not_permitted"


def test_a_verdict_ends_every_offer(asked: Story):
    for unit in ("wjw", "skx"):
        asked.say(DUTY, AddUnit(unit=unit))
    asked.say(liaison("wjw"), Transfer(to="jyw", reason=REASON))
    for unit in ("sjw", "skx", "jkj"):
        asked.say(liaison(unit), finding())

    assert asked.case.stage is Stage.REBUTTAL
    assert [event.to for event in asked.events("transfer_lapsed")] == ["jyw"]
    assert (ClockName.ACCEPT, "jyw") not in asked.runs()


def test_a_unit_that_triage_names_takes_nobodys_place(asked: Story):
    asked.say(liaison("sjw"), Transfer(to="wjw", reason=REASON))
    asked.say(liaison("jkj"), Decline(reason="不属本单位职责"))
    asked.say(DUTY, triage("wjw", "sjw"))

    assert owners(asked) == {"wjw": Role.LEAD, "sjw": Role.CO}
    assert [clock.unit for clock in asked.case.running() if clock.name is ClockName.ACCEPT].count("wjw") == 1
    assert len(asked.events("transfer_lapsed")) == 1


def test_the_office_hands_on_any_request_and_a_unit_only_its_own(asked: Story):
    of_another = Transfer(to="wjw", reason=REASON, unit="jkj")

    assert asked.refused(liaison("sjw"), of_another, NotPermitted).code == "not_permitted"
    assert asked.refused(EDITOR, of_another, NotPermitted).code == "not_permitted"
    assert asked.refused(DUTY, Transfer(to="wjw", reason=REASON), Unfit).code == "no_request"
    asked.say(DUTY, of_another)
    asked.say(liaison("wjw"), Accept())
    assert owners(asked) == {"wjw": Role.LEAD, "sjw": Role.CO}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (Transfer(to="jkj", reason=REASON), "already_asked"),
        (Transfer(to="skx", reason=REASON), "cannot_lead"),
    ],
)
def test_a_request_is_not_handed_on_to_who_cannot_take_it(asked: Story, said: Transfer, code: str):
    assert asked.refused(liaison("jkj"), said, Unfit).code == code


def test_a_request_is_offered_to_one_unit_at_a_time(asked: Story):
    asked.say(liaison("jkj"), Transfer(to="wjw", reason=REASON))

    assert asked.refused(liaison("jkj"), Transfer(to="jyw", reason=REASON), Unfit).code == "transfer_pending"
    assert asked.refused(liaison("sjw"), Transfer(to="wjw", reason=REASON), Unfit).code == "already_asked"


def test_an_assigned_lead_hands_nothing_on_but_the_office_may():
    story = Story().triaged("jkj")
    for lead in ("sjw", "wjw"):
        story.say(liaison(story.case.lead.unit.code), Decline(reason="不属本单位职责"))
        if lead == "sjw":
            story.say(DUTY, triage(lead))
    story.say(LEADER, Assign(lead="wjw", reason="两次退回"))

    refusal = story.refused(liaison("wjw"), Transfer(to="jkj", reason=REASON), Unfit)
    assert refusal.code == "assigned_cannot_transfer"
    story.say(DUTY, Transfer(to="jkj", reason=REASON, unit="wjw"))
    story.say(liaison("jkj"), Accept())
    assert story.case.lead.unit.code == "jkj"


def test_an_answered_request_is_not_handed_on(asked: Story):
    asked.say(liaison("sjw"), finding())

    assert asked.refused(liaison("sjw"), Transfer(to="wjw", reason=REASON), Unfit).code == "request_state"


def test_nothing_is_handed_on_once_the_verdict_stands():
    story = Story().triaged("jkj").verified()

    assert story.refused(liaison("jkj"), Transfer(to="wjw", reason=REASON), Refused).__class__ is WrongStage


def test_an_offer_of_a_co_unit_ends_when_the_office_makes_it_the_lead():
    for makes_lead in (triage("sjw"), Assign(lead="sjw", reason="指派")):
        story = Story().triaged("jkj", "sjw")
        story.say(liaison("sjw"), Transfer(to="skx", reason=REASON))
        story.say(liaison("jkj"), Decline(reason="不属本单位职责"))
        story.say(DUTY, makes_lead)

        assert story.refused(liaison("skx"), Accept()).code == "not_permitted"
        assert (story.case.lead.unit.code, len(story.events("transfer_lapsed"))) == ("sjw", 1)


def test_an_assigned_office_hands_nothing_on_by_its_liaison():
    story = Story().triaged("jkj")
    story.say(liaison("jkj"), Decline(reason="不属本单位职责"))
    story.say(DUTY, Assign(lead="wxb", reason="由本办核查"))

    refusal = story.refused(of("wxb", Seat.LIAISON_A), Transfer(to="sjw", reason=REASON), Unfit)
    assert refusal.code == "assigned_cannot_transfer"
    story.say(DUTY, Transfer(to="sjw", reason=REASON))


def test_everybody_informed_of_a_take_over_reads_the_due_time_that_is_left():
    story = Story(Level.ORANGE).triaged("jkj", level=Level.ORANGE)
    story.wait("2h")
    story.say(liaison("jkj"), Transfer(to="wjw", reason=REASON))
    story.say(of("wjw", Seat.DUTY), Accept())

    due = story.clock(ClockName.ANSWER, "wjw").due
    informed = [notice for notice in story.notices(Message.INFORM) if "answer:wjw" in notice.key]
    assert [notice.due for notice in informed] == [due]


def test_offers_around_a_change_of_level_never_share_a_key():
    story = Story(Level.ORANGE).triaged("jkj", level=Level.ORANGE)
    story.say(liaison("jkj"), Transfer(to="wjw", reason=REASON))
    story.say(LEADER, Relevel(level=Level.RED, reason="扩散"))
    story.wait("16m")
    story.say(liaison("wjw"), Decline(reason="不属本单位职责"))
    story.say(liaison("jkj"), Transfer(to="wjw", reason="请再核对"))
    story.wait("16m")

    keys = [notice.key for notice in story.notices()]
    assert len(keys) == len(set(keys))


def test_the_receiver_brings_evidence_of_its_own(asked: Story):
    asked.say(liaison("sjw"), finding())
    asked.say(DUTY, ReturnFinding(unit="sjw", missing="检测报告"))
    asked.say(liaison("sjw"), Transfer(to="jyw", reason=REASON))
    asked.say(liaison("jyw"), Accept())

    assert asked.case.request_to("jyw").evidence == ()


def test_a_receiver_is_not_rung_in_the_moment_it_takes_over(asked: Story):
    asked.say(liaison("jkj"), Accept())
    asked.wait("19h")
    asked.say(liaison("jkj"), Acknowledge(clock=ClockName.ANSWER, unit="jkj"))
    asked.say(liaison("jkj"), Transfer(to="wjw", reason=REASON))
    asked.say(liaison("wjw"), Accept())
    asked.wait("1m")

    assert not [event for event in asked.events("rung_rang") if (event.clock, event.unit) == (ClockName.ANSWER, "wjw")]


def test_a_unit_asked_again_in_the_next_visit_hears_the_new_question(asked: Story):
    asked.say(liaison("jkj"), Decline(reason="不属本单位职责"))
    asked.say(DUTY, triage("wjw", "sjw", ask="检测是哪一天做的？"))

    requests = [notice for notice in asked.notices(Message.REQUEST) if notice.to[0].unit == "sjw"]
    assert [notice.values["ask"] for notice in requests][-1] == "检测是哪一天做的？"
    assert len({notice.key for notice in requests}) == len(requests) == 2


def test_an_extension_is_handed_on_with_the_request_and_stays_the_only_one(asked: Story):
    more = Extend(clock=ClockName.ANSWER, unit="jkj", longer="8h", reason="检测要两天")
    asked.say(liaison("jkj"), Accept())
    asked.say(liaison("jkj"), more)
    asked.confirmed_by(LEADER)
    due = asked.clock(ClockName.ANSWER, "jkj").due
    asked.wait("23h")
    asked.say(liaison("jkj"), Transfer(to="wjw", reason=REASON))
    asked.wait("2h")
    asked.say(liaison("wjw"), Accept())

    assert asked.clock(ClockName.ANSWER, "wjw").due == due
    again = more.model_copy(update={"unit": "wjw"})
    assert asked.refused(liaison("wjw"), again, Unfit).code == "extended_already"


def test_an_offer_that_a_further_triage_ends_lets_the_senders_accept_clock_go_on():
    story = Story().triaged("jkj", "sjw")
    due = story.clock(ClockName.ACCEPT, "sjw").due
    story.say(liaison("sjw"), Transfer(to="wjw", reason="属该单位职责"))
    story.say(liaison("jkj"), Decline(reason="不属本单位职责"))

    story.say(DUTY, triage("jyw", "sjw"))

    assert (ClockName.ACCEPT, "sjw") in story.runs()
    assert story.clock(ClockName.ACCEPT, "sjw").due == due
