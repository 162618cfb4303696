"""Handing on among those who are asked, and what an offer does to the sender's accept clock (rule 10)."""

from datetime import timedelta

from domain.decisions import Accept, AddUnit, Assign, Decline, Transfer
from domain.errors import Unfit
from domain.tasks.available_actions import offers
from domain.vocabulary import ClockName, Level, RequestState, Role, Stage, Verdict, VerdictStep
from tests.domain.factories import DUTY, LEADER, Story, deputy, finding, liaison

TO_SJW = Transfer(to="sjw", reason="应由贵委牵头")


def roles(story: Story) -> dict[str, tuple[Role, RequestState]]:
    return {r.unit.code: (r.role, r.state) for r in story.case.open_requests()}


def verifying() -> Story:
    return Story().triaged("jkj", "sjw")


def test_a_lead_and_a_co_unit_swap_roles_and_nothing_bounces():
    story = verifying()
    story.say(liaison("jkj"), TO_SJW)
    before = {unit: story.clock(ClockName.ANSWER, unit).due for unit in ("jkj", "sjw")}

    story.say(liaison("sjw"), Accept())

    assert roles(story) == {
        "sjw": (Role.LEAD, RequestState.ACCEPTED),
        "jkj": (Role.CO, RequestState.ACCEPTED),
    }
    assert (story.case.bounces, story.case.stage) == (0, Stage.VERIFICATION)
    assert {unit: story.clock(ClockName.ANSWER, unit).due for unit in before} == before
    assert (ClockName.ACCEPT, "sjw") not in story.runs()
    assert (ClockName.ACCEPT, "jkj") not in story.runs()
    [event] = story.events("transfer_accepted")
    assert event.swapped


def test_the_office_may_let_them_swap_and_a_lead_is_offered_its_co_units():
    story = verifying()
    [offer] = [o for o in offers(story.case, liaison("jkj")) if o.kind == "transfer"]
    assert offer.also == ("sjw",)

    story.say(DUTY, Transfer(to="sjw", unit="jkj", reason="应由贵委牵头"))
    story.say(liaison("sjw"), Accept())

    assert roles(story)["sjw"][0] is Role.LEAD


def test_a_co_unit_that_has_answered_leads_with_its_finding():
    story = verifying()
    story.say(liaison("sjw"), finding(Verdict.FALSE))
    story.say(liaison("jkj"), TO_SJW)

    story.say(liaison("sjw"), Accept())

    assert story.case.verdicts[VerdictStep.FIRST].verdict is Verdict.FALSE
    assert roles(story)["sjw"] == (Role.LEAD, RequestState.ANSWERED)


def test_a_co_unit_that_will_not_lead_keeps_what_it_was_asked_itself():
    story = verifying()
    story.say(liaison("jkj"), TO_SJW)

    story.say(liaison("sjw"), Decline(reason="不宜牵头"))

    assert roles(story) == {"jkj": (Role.LEAD, RequestState.OFFERED), "sjw": (Role.CO, RequestState.OFFERED)}
    assert {(ClockName.ACCEPT, "jkj"), (ClockName.ACCEPT, "sjw")} <= story.runs()
    story.say(liaison("sjw"), Accept())
    assert roles(story)["sjw"] == (Role.CO, RequestState.ACCEPTED)


def test_a_silent_co_unit_loses_the_offer_and_its_own_request():
    story = verifying()
    story.say(liaison("jkj"), TO_SJW)

    story.wait("18h")  # its accept clock has rung out

    assert "sjw" not in roles(story)
    assert story.case.lead.unit.code == "jkj"
    assert story.case.lead.offered_to is None


def test_a_co_unit_hands_nothing_on_to_one_that_is_asked():
    story = verifying()

    assert story.refused(liaison("sjw"), Transfer(to="jkj", reason="-"), Unfit).code == "already_asked"


def test_an_offer_stops_the_sender_s_accept_clock_and_the_offer_lives_as_long_as_its_receiver_has():
    story = Story().triaged("jkj")
    story.wait("3h")
    story.say(liaison("jkj"), Transfer(to="swj", reason="属该单位职责"))

    assert (ClockName.ACCEPT, "jkj") not in story.runs()
    story.wait("16h")  # the receiver has four hours, and twelve more until its ladder has rung out

    assert (story.case.bounces, story.case.stage) == (0, Stage.VERIFICATION)
    [request] = story.case.open_requests()
    assert request.offered_to.code == "swj"
    assert not [e for e in story.events("clock_breached") if (e.clock, e.unit) == (ClockName.ACCEPT, "jkj")]


def test_a_refused_offer_leaves_the_sender_the_time_it_had_left_to_accept():
    story = Story().triaged("jkj")
    story.wait("3h")
    story.say(liaison("jkj"), Transfer(to="swj", reason="属该单位职责"))
    story.wait("2h")

    story.say(liaison("swj"), Decline(reason="不属职责"))

    clock = story.clock(ClockName.ACCEPT, "jkj")
    assert clock.due == story.now + timedelta(hours=1)
    assert clock.rung == 1, "what rang stays rung"


def test_the_leaders_of_a_red_sender_are_not_called_for_what_it_has_handed_on():
    story = Story(Level.RED).triaged("jkj", level=Level.RED)
    story.say(liaison("jkj"), Transfer(to="swj", reason="属该单位职责"))

    story.wait("55m")

    assert not [e for e in story.events("rung_rang") if (e.clock, e.unit) == (ClockName.ACCEPT, "jkj")]


def test_an_expired_unit_that_takes_over_has_one_request_and_can_answer():
    story = Story().triaged("jkj", "sjw")
    story.say(liaison("jkj"), Accept())
    story.wait("18h")  # the co-unit's request has expired
    assert "sjw" not in roles(story)
    story.say(liaison("jkj"), Transfer(to="sjw", reason="应由贵委牵头"))

    story.say(liaison("sjw"), Accept())

    assert [r.unit.code for r in story.case.requests] == ["sjw"]
    story.say(liaison("sjw"), finding())
    assert story.case.stage is Stage.REBUTTAL


def handed_on_twice() -> Story:
    """The lead's request is offered to a co-unit, which hands on its own request to a third unit."""
    story = verifying()
    story.say(liaison("jkj"), TO_SJW)
    story.say(liaison("sjw"), Transfer(to="wjw", reason="属该单位职责", unit="sjw"))
    return story


def test_a_co_unit_that_hands_its_own_request_on_has_still_to_accept_what_it_is_offered():
    story = handed_on_twice()

    assert {unit for name, unit in story.runs() if name is ClockName.ACCEPT} == {"sjw", "wjw"}
    story.wait("3d")

    assert story.case.transfer_to("sjw") is None
    assert any(event.to == "sjw" for event in story.events("transfer_lapsed"))


def test_a_unit_whose_own_request_is_taken_over_may_still_take_the_lead():
    story = handed_on_twice()
    story.say(liaison("wjw"), Accept())
    assert (ClockName.ACCEPT, "sjw") in story.runs()

    story.say(liaison("sjw"), Accept())

    assert story.case.lead.unit.code == "sjw"
    assert not [one for name, one in story.runs() if name is ClockName.ACCEPT]


def test_who_takes_the_lead_in_a_swap_hands_nothing_on_any_more():
    story = handed_on_twice()

    story.say(liaison("sjw"), Accept())

    assert roles(story)["sjw"] == (Role.LEAD, RequestState.ACCEPTED)
    assert story.case.transfer_to("wjw") is None
    assert (ClockName.ACCEPT, "wjw") not in story.runs()


def test_what_it_had_handed_on_comes_back_with_the_time_it_had_once_nothing_else_is_offered():
    story = handed_on_twice()
    story.say(liaison("sjw"), Decline(reason="不应牵头"))
    assert (ClockName.ACCEPT, "sjw") not in story.runs()

    story.say(liaison("wjw"), Decline(reason="不属职责"))

    assert (ClockName.ACCEPT, "sjw") in story.runs()


def test_who_takes_an_assigned_lead_by_swapping_cannot_decline_and_who_hands_it_on_is_free():
    story = Story().triaged("jkj")
    story.say(liaison("jkj"), Decline(reason="不属本单位职责"))
    story.triaged("sjw").say(liaison("sjw"), Decline(reason="不属本单位职责"))
    story.say(LEADER, Assign(lead="wjw", reason="统筹"))
    story.say(DUTY, AddUnit(unit="swj"))
    story.say(DUTY, Transfer(unit="wjw", to="swj", reason="应由水务牵头"))

    story.say(liaison("swj"), Accept())

    declines = Decline(reason="不属本单位职责")
    assert story.refused(deputy("swj"), declines, Unfit).code == "assigned_cannot_decline"
    story.say(deputy("wjw"), declines)
    assert story.case.stage is Stage.VERIFICATION
