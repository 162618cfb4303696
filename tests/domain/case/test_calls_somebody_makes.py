"""A notice goes by phone only where somebody is asked to make that very call; everything else is a letter."""

import pytest

from domain.case.notice_kinds import OF_A_RUNG, Message
from domain.case.obligations import Notice
from domain.decisions import Accept, Assign, Decline, PhoneLog, Transfer
from domain.terms import Terms
from domain.vocabulary import ClockName, Level, PhoneOutcome, Seat
from tests.domain.factories import DUTY, LEADER, TERMS, WITH_CALLERS, Story, liaison

pytestmark = pytest.mark.people


def starts_by(*by: str) -> Terms:
    red = WITH_CALLERS.levels[Level.RED]
    start = red.start.model_copy(update={"by": by})
    return WITH_CALLERS.model_copy(
        update={"levels": WITH_CALLERS.levels | {Level.RED: red.model_copy(update={"start": start})}}
    )


def red(terms: Terms = WITH_CALLERS) -> Story:
    story = Story(Level.RED, terms=terms)
    story.logs_calls = False
    return story


def uncalled(story: Story) -> list[Notice]:
    """Return the notices by phone to seats nobody was asked to call."""
    asked = [(one.owner, set(one.calls)) for one in story.notices(Message.CALL)]
    by_phone = [one for one in story.notices() if "phone" in one.by]
    return [one for one in by_phone if not any(one.owner == unit and {*one.to} <= calls for unit, calls in asked)]


def test_a_silent_red_case_sends_nothing_by_phone_to_whom_nobody_is_asked_to_call():
    story = red().triaged("jkj", "sjw", level=Level.RED)

    story.wait("6h")

    assert {one.message for one in story.notices() if "phone" in one.by} >= {Message.REQUEST, *OF_A_RUNG}
    assert uncalled(story) == []


def test_the_head_of_an_assigned_unit_who_only_has_to_know_is_not_called():
    story = red()
    for unit in ("jkj", "sjw"):
        story.triaged(unit, level=Level.RED)
        story.say(liaison(unit), Decline(reason="不属职责"))
    story.say(LEADER, Assign(lead="wjw", reason="两次退回"))

    [head] = [one for one in story.notices(Message.REQUEST) if one.to[0].seat is Seat.HEAD]

    assert head.by == ("sms", "wecom")
    assert uncalled(story) == []


def test_a_case_that_names_nobody_who_calls_sends_letters():
    story = red(TERMS).triaged("jkj", level=Level.RED)

    story.wait("6h")

    assert {one.message for one in story.notices() if "phone" in one.by} == set()


def test_what_is_no_call_goes_by_any_channel_where_the_start_is_by_phone_alone():
    story = red(starts_by("phone")).triaged("jkj", "sjw", level=Level.RED)

    session, interim = story.notices(Message.SESSION), story.notices(Message.INTERIM_REQUEST)

    assert [one.by for one in (*session, *interim)] == [()] * (len(session) + len(interim))
    assert session
    assert interim
    assert uncalled(story) == []


def test_a_request_that_only_changes_its_role_calls_nobody_anew():
    story = red().triaged("jkj", "sjw", level=Level.RED)
    story.say(liaison("sjw"), Accept())
    story.settle()

    story.say(liaison("jkj"), Decline(reason="不属职责"))
    story.triaged("sjw", level=Level.RED)

    [again] = [one for one in story.notices(Message.REQUEST) if one.owner == "sjw" and one.values["role"] == "lead"]
    assert again.by == ("sms", "wecom")


def test_an_offer_to_a_unit_that_is_asked_already_calls_nobody_anew():
    story = red().triaged("jkj", "sjw", level=Level.RED)
    story.say(DUTY, PhoneLog(clock=ClockName.ACCEPT, unit="sjw", outcome=PhoneOutcome.REACHED))

    story.say(liaison("jkj"), Transfer(to="sjw", reason="属市场监管"))

    [offer] = story.notices(Message.TRANSFER)
    assert offer.by == ("sms", "wecom")
