"""Ring before hearing: what fell due is recorded before the first word after it, whatever that word is (rule 7)."""

from datetime import timedelta

from domain.case.notice_kinds import Message
from domain.decisions import Accept, Acknowledge, Confirm, Escalate, Relevel
from domain.errors import Stale, Unfit
from domain.vocabulary import ClockName, Level, RequestState, Seat, Vote
from tests.domain.factories import DUTY, LEADER, Story, finding, liaison, of

ANSWER = {"clock": ClockName.ANSWER, "unit": "jkj"}


def red() -> Story:
    story = Story(Level.RED).triaged("jkj", level=Level.RED)
    story.say(of("jkj", Seat.DUTY), Accept())
    return story


def unheard(story: Story, minutes: int) -> None:
    """Let time pass with the worker down: the next thing the case hears is a decision."""
    story.now += timedelta(minutes=minutes)


def heard(story: Story, clock: ClockName = ClockName.ANSWER) -> list[str]:
    mine = [e.event for e in story.entries if getattr(e.event, "clock", None) is clock]
    return [f"r{e.n}" if e.kind == "rung_rang" else e.kind for e in mine]


def test_lowering_the_level_after_downtime_hides_no_missed_due_time():
    story = red()
    story.say(DUTY, Relevel(level=Level.YELLOW, reason="平息"))
    unheard(story, 200)  # the answer was due after 150

    story.say(LEADER, Confirm(ref=story.case.proposals[0].ref, outcome=Vote.APPROVE))

    assert heard(story)[:6] == ["r1", "r2", "clock_breached", "r3", "r4", "r5"]
    assert story.clock(ClockName.ANSWER, "jkj").breached is not None


def test_a_finding_after_downtime_hides_no_rung_that_had_passed():
    story = red()
    unheard(story, 152)

    answer = story.say(liaison("jkj"), finding())

    assert heard(story) == ["r1", "r2", "clock_breached", "r3"]
    kinds = [e.event.kind for e in answer.entries]
    assert kinds.index("finding_received") > max(n for n, kind in enumerate(kinds) if kind == "rung_rang")


def test_a_receipt_after_downtime_hides_no_rung_that_had_passed():
    story = Story(Level.RED).triaged("jkj", level=Level.RED).verified().drafted().approved()
    unheard(story, 16)  # publishing was due after 15

    story.comes_back("bulletin")

    assert heard(story, ClockName.PUBLISH) == ["r1", "r2", "clock_breached", "r3"]
    kinds = [entry.event.kind for entry in story.entries]
    assert kinds.index("delivered") > max(n for n, kind in enumerate(kinds) if kind == "rung_rang")


def test_an_acknowledgement_after_downtime_comes_after_what_had_passed():
    story = red()
    unheard(story, 152)

    story.say(of("jkj", Seat.DUTY), Acknowledge(**ANSWER))

    assert heard(story) == ["r1", "r2", "clock_breached", "r3", "acknowledged"]
    [event] = story.events("acknowledged")
    assert event.rung == 3
    assert [n.message for n in story.notices() if n.key.endswith("r3") and n.clock is ClockName.ANSWER] == [
        Message.BREACH
    ]


def test_a_button_of_before_the_downtime_is_stale_after_it():
    story = red()
    unheard(story, 152)

    refusal = story.refused(DUTY, Escalate(**ANSWER, expected_level=0, reason="热度陡增"), Stale)

    assert (refusal.code, refusal.values["level"]) == ("already_escalated", 3)


def test_a_request_that_had_ended_is_not_accepted_any_more():
    story = Story(Level.RED).triaged("jkj", "sjw", level=Level.RED)
    story.down("62m")  # all its rungs have rung
    unheard(story, 11)

    refusal = story.refused(of("sjw", Seat.DUTY), Accept(), Unfit)

    assert (refusal.code, refusal.values["state"]) == ("request_state", RequestState.EXPIRED)


def test_a_refused_word_after_downtime_leaves_the_ringing_to_the_alarm():
    story = red()
    unheard(story, 152)

    story.refused(liaison("jkj"), Accept(), Unfit)

    assert heard(story) == []
