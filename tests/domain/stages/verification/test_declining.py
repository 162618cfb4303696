"""Declining after accepting, and what counts on the way to an order of the duty leader (rule 10)."""

from datetime import timedelta

from domain.case.notice_kinds import Message
from domain.decisions import Accept, Assign, Decline, Transfer
from domain.errors import NotPermitted, Unfit
from domain.tasks.available_actions import offers
from domain.terms import Addressee
from domain.vocabulary import Level, Seat, Stage
from tests.domain.factories import DUTY, LEADER, Story, deputy, liaison, of, triage

NO = Decline(reason="不属职责")


def kinds(story: Story, actor) -> set[str]:
    return {o.kind for o in offers(story.case, actor) if o.until is None or story.now <= o.until}


def test_an_accepted_request_is_returned_by_the_deputy_or_head_only():
    story = Story().triaged("jkj")
    assert "decline" in kinds(story, liaison("jkj"))
    story.say(liaison("jkj"), Accept())

    assert story.refused(liaison("jkj"), NO, Unfit).code == "decline_needs_deputy"
    assert "decline" not in kinds(story, liaison("jkj"))
    assert "decline" in kinds(story, of("jkj", Seat.HEAD))
    story.say(deputy("jkj"), NO)
    assert story.case.stage is Stage.TRIAGE


def test_at_red_an_accepted_request_is_returned_within_the_accept_budget_only():
    story = Story(Level.RED).triaged("jkj", level=Level.RED)
    story.say(liaison("jkj"), Accept())
    story.wait("30m")
    assert "decline" in kinds(story, deputy("jkj"))
    story.wait("119m")  # one minute before the answer is due

    assert story.refused(deputy("jkj"), NO, Unfit).code == "too_late_to_decline"
    assert "decline" not in kinds(story, deputy("jkj"))
    assert "transfer" in kinds(story, deputy("jkj"))


def test_at_yellow_there_is_no_such_limit():
    story = Story().triaged("jkj")
    story.say(liaison("jkj"), Accept())
    story.wait("23h")

    story.say(deputy("jkj"), NO)


def test_offers_of_the_lead_that_are_refused_or_run_out_count_as_bounces():
    story = Story().triaged("jkj", "sjw")
    story.say(liaison("jkj"), Transfer(to="swj", reason="属该单位职责"))
    story.say(liaison("swj"), NO)
    assert story.case.bounces == 1

    story.say(liaison("jkj"), Transfer(to="jyw", reason="属该单位职责"))
    story.wait("19h")

    assert story.case.bounces == 2
    assert story.case.lead.unit.code == "jkj"


def test_a_refused_offer_of_a_co_unit_counts_nothing():
    story = Story().triaged("jkj", "sjw")
    story.say(liaison("sjw"), Transfer(to="swj", reason="属该单位职责"))
    story.say(liaison("swj"), NO)

    assert story.case.bounces == 0


def bounced() -> Story:
    story = Story().triaged("jkj")
    story.say(liaison("jkj"), NO)
    story.say(DUTY, triage("sjw"))
    story.say(liaison("sjw"), NO)
    return story


def test_beyond_the_bounce_limit_the_duty_leader_is_called_and_assigns():
    story = bounced()
    order = Assign(lead="jkj", reason="职责最近")

    assert story.notices(Message.RING)[-1].to == (Addressee(unit="wxb", seat=Seat.DUTY_LEADER),)
    assert story.refused(DUTY, order, NotPermitted).code == "not_permitted"
    assert not {"assign", "triage"} & {o.kind for o in offers(story.case, DUTY) if o.only.get("level") != ()}
    assert "assign" in kinds(story, LEADER)
    story.wait("1h")
    assert {one.seat for e in story.events("rung_rang")[-1:] for one in e.to} == {Seat.DUTY_LEADER}
    story.say(LEADER, order)


def test_the_head_of_a_unit_assigned_beyond_the_limit_is_told_and_offered_what_it_asks():
    story = bounced()

    story.say(LEADER, Assign(lead="jkj", reason="职责最近"))

    asked = {one for n in story.notices(Message.REQUEST)[-2:] for one in n.to}
    assert Addressee(unit="jkj", seat=Seat.HEAD) in asked
    assert {"accept", "finding"} <= kinds(story, of("jkj", Seat.HEAD))
    assert "decline" not in kinds(story, of("jkj", Seat.HEAD))


def test_below_the_limit_the_duty_may_assign_as_before():
    story = Story().triaged("jkj")
    story.say(liaison("jkj"), NO)

    story.say(DUTY, Assign(lead="sjw", reason="职责最近"))


def test_the_rounds_of_a_silent_assigned_unit_are_the_duty_leader_s():
    story = bounced()
    for _ in range(3):
        story.say(LEADER, Assign(lead="jkj", reason="职责最近"))
        story.wait(timedelta(hours=19))
        assert story.case.stage is Stage.TRIAGE

    heads = [n for n in story.notices(Message.REQUEST) if Addressee(unit="jkj", seat=Seat.HEAD) in n.to]
    assert len(heads) == 3
    assert story.case.bounces == 5
