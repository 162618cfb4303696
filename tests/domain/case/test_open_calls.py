"""Only open calls are asked for: what was logged, passed on, taken in hand or overtaken is in no letter."""

from datetime import timedelta

import pytest

from domain.case.notice_kinds import Message
from domain.case.obligations import Notice
from domain.case.summarise import summarise
from domain.case.summary import CallStatus
from domain.decider import results
from domain.decisions import Accept, Acknowledge, PhoneLog, Relevel
from domain.terms import Addressee, Call, Gap
from domain.vocabulary import ClockName, Level, PhoneOutcome, Seat
from domain.worktime.quiet_hours import Quiet
from tests.domain.factories import CALLERS, DUTY, START, WITH_CALLERS, Story, liaison

pytestmark = pytest.mark.people

HOUR, HALF_HOUR = timedelta(hours=1), timedelta(minutes=30)


def red() -> Story:
    story = Story(Level.RED, terms=WITH_CALLERS)
    story.logs_calls = False
    return story


def asked(story: Story) -> list[Notice]:
    """Return the calls the next letters ask for."""
    results.gather_wave(story.case, story.now)
    effects = [one for one in story.case.pending_effects if isinstance(one, Notice)]
    return [one for one in effects if one.message is Message.CALL and one.wave and not one.called_off]


def is_open(story: Story, notice: Notice) -> bool:
    [call] = [one.call for one in summarise(story.case).debts if (one.clock, one.unit) == (notice.clock, notice.owner)]
    return call is not None and (call.to, call.passed_on) == (notice.calls, notice.passed_on)


@pytest.mark.parametrize("minutes", [9, 16, 31, 70, 200])
def test_after_downtime_only_open_calls_are_asked_for_each_once(minutes: int):
    story = red().triaged("jkj", "sjw", level=Level.RED)
    story.down(f"{minutes}m")

    calls = asked(story)

    assert calls
    assert all(is_open(story, one) for one in calls)
    assert len({one.clock_key for one in calls}) == len(calls)


def test_a_rung_without_a_call_ends_the_call_of_the_rung_before():
    first, second, *rest = WITH_CALLERS.levels[Level.RED].ladder
    ladder = (first, second.model_copy(update={"by": ("sms",)}), *rest)
    level = WITH_CALLERS.levels[Level.RED].model_copy(update={"ladder": ladder})
    story = Story(Level.RED, terms=WITH_CALLERS.model_copy(update={"levels": WITH_CALLERS.levels | {Level.RED: level}}))
    story.logs_calls = False

    story.down("13m")  # the second rung has rung

    assert asked(story) == []


@pytest.mark.parametrize("over", ["acknowledged", "logged", "accepted"])
def test_a_call_that_is_over_before_its_letter_goes_out_is_not_asked_for(over: str):
    story = red().triaged("jkj", level=Level.RED)
    said, who = {
        "acknowledged": (Acknowledge(clock=ClockName.ACCEPT, unit="jkj"), liaison("jkj")),
        "logged": (PhoneLog(clock=ClockName.ACCEPT, unit="jkj", outcome=PhoneOutcome.REACHED), DUTY),
        "accepted": (Accept(), liaison("jkj")),
    }[over]

    story.say(who, said)

    assert [one for one in asked(story) if one.owner == "jkj"] == []


def test_a_call_on_its_way_is_called_off_once_its_clock_is_in_hand():
    story = red().triaged("jkj", level=Level.RED)
    assert [one.owner for one in asked(story)] == ["jkj"]

    story.say(liaison("jkj"), Acknowledge(clock=ClockName.ACCEPT, unit="jkj"))

    assert asked(story) == []


def at_night(**changes: object) -> Story:
    """Return a story whose level calls by phone at the start, and waits for 07:30: it is 23:30."""
    yellow = WITH_CALLERS.levels[Level.YELLOW].model_copy(
        update={
            "start": Call(to=("owner.duty",), by=("phone", "sms")),
            "phone_by": CALLERS,
            "quiet": Quiet(begin=22 * 60, end=7 * 60 + 30),
        }
    )
    red = WITH_CALLERS.levels[Level.RED].model_copy(update=changes)
    levels = WITH_CALLERS.levels | {Level.YELLOW: yellow, Level.RED: red}
    story = Story(
        Level.YELLOW, terms=WITH_CALLERS.model_copy(update={"levels": levels}), start=START + 14 * HOUR + HALF_HOUR
    )
    story.logs_calls = False
    return story.triaged("jkj")


def accepting(story: Story) -> CallStatus | None:
    [call] = [one.call for one in summarise(story.case).debts if (one.clock, one.unit) == (ClockName.ACCEPT, "jkj")]
    return call


def test_a_call_that_waits_for_the_morning_is_open_at_once_when_the_level_is_raised_at_night():
    story = at_night()
    assert asked(story) == []
    waiting = accepting(story)
    assert waiting is not None
    assert waiting.since > story.now
    story.wait("5m")

    story.say(DUTY, Relevel(level=Level.RED, reason="扩散快"))

    call = accepting(story)
    assert call is not None
    assert call.since == story.now
    assert [one.owner for one in asked(story) if one.clock is ClockName.ACCEPT] == ["jkj"]
    story.wait("6m")
    [letter] = [one for one in asked(story) if one.clock is ClockName.ACCEPT]
    assert letter.values["again"] == 1, "the caller is reminded of its log as of any other"


def test_a_call_that_waits_for_the_morning_is_none_at_a_raised_level_that_starts_by_letter():
    story = at_night(start=Call(to=("owner.duty",), by=("sms",)))

    story.say(DUTY, Relevel(level=Level.RED, reason="扩散快"))

    assert accepting(story) is None
    assert [one for one in asked(story) if one.clock is ClockName.ACCEPT] == []


def test_a_call_that_goes_out_before_its_time_is_open_from_then_on():
    story = at_night()
    [clock] = [one for one in story.case.running() if one.name is ClockName.ACCEPT]

    clock.due = story.now + HOUR  # before the morning
    assert [one.owner for one in asked(story) if one.clock is ClockName.ACCEPT] == ["jkj"]

    assert clock.calls == story.now


def test_a_raised_level_calls_a_unit_that_has_not_accepted_its_request():
    story = Story(Level.YELLOW, terms=WITH_CALLERS).triaged("jkj")
    story.logs_calls = False

    story.say(DUTY, Relevel(level=Level.RED, reason="扩散快"))

    assert accepting(story) is not None
    assert [(one.clock, one.owner) for one in asked(story)] == [(ClockName.ACCEPT, "jkj")]


@pytest.mark.parametrize(("reached", "open_"), [(None, False), (Addressee(unit="jkj", seat=Seat.DEPUTY), True)])
def test_a_call_is_over_where_nobody_has_a_number_and_nobody_is_reminded_of_its_log(reached, open_):
    seat = Addressee(unit="jkj", seat=Seat.DUTY)

    class Numberless(Story):
        def _gaps(self, notices):
            return (Gap(wanted=seat, reached=reached, no_number=True),)

    told = Numberless(Level.RED, terms=WITH_CALLERS).triaged("jkj", level=Level.RED)
    clock = told.clock(ClockName.ACCEPT, "jkj")
    clock.calls, told.logs_calls = told.now, False

    told.settle()
    told.wait("12m")

    assert [(gap.wanted, gap.reached, gap.no_number) for gap in told.events("roster_gap")] == [(seat, reached, True)]
    assert ([one.clock for one in told.events("call_passed_on")] == [ClockName.ACCEPT]) is open_
    assert (Gap(wanted=seat, reached=reached, no_number=True) in told.case.stand_ins) is open_
