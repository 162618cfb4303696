"""Whoever has had a letter with the due time of a clock hears of every other one, once, from the one they know."""

from __future__ import annotations

import pytest

from domain.case.notice_kinds import Message
from domain.case.obligations import Notice
from domain.decider import results
from domain.decisions import Accept, Consent, Extend, Nudge, Supervise, Transfer
from domain.terms import Addressee, Call
from domain.vocabulary import ClockName, Level, Seat, Vote
from domain.worktime.quiet_hours import Quiet
from tests.domain.case.test_who_is_informed import NIGHT
from tests.domain.decider.test_moot import gathered
from tests.domain.decider.test_replaced import lowered, raised
from tests.domain.factories import DUTY, EDITOR, LEADER, LEVELS, TERMS, WITH_CALLERS, Story, deputy, draft, liaison

pytestmark = pytest.mark.people

ANSWER = {"clock": ClockName.ANSWER, "unit": "jkj"}


def seat(name: str) -> Addressee:
    unit, _, found = name.partition(".")
    return Addressee(unit=unit, seat=Seat(found))


def letters(story: Story, who: str, clock: ClockName = ClockName.ANSWER, owner: str = "jkj") -> list[Notice]:
    """The letters about a clock that go out to a seat now."""
    results.gather_wave(story.case, story.now)
    owed = [one for one in story.case.pending_effects if isinstance(one, Notice) and not one.called_off]
    return [one for one in owed if (one.clock, one.owner) == (clock, owner) and seat(who) in one.to]


def moved(story: Story, who: str, clock: ClockName = ClockName.ANSWER, owner: str = "jkj") -> list[tuple[str, str]]:
    """From and to which due time the letters about a move go out to a seat."""
    found = [one for one in letters(story, who, clock, owner) if one.message is Message.DUE_MOVED]
    return [(str(one.values["old"]), one.due.isoformat() if one.due else "") for one in found]


def due(story: Story, clock: ClockName = ClockName.ANSWER, owner: str = "jkj") -> str:
    return story.clock(clock, owner).due.isoformat()


def delivered(story: Story) -> None:
    """Let what goes out now be delivered; what waits for the morning still waits."""
    gathered(story)
    story.case.pending_effects = [one for one in story.case.pending_effects if isinstance(one, Notice) and not one.wave]


@pytest.mark.parametrize("on_their_way", [False, True])
def test_whoever_was_informed_anew_hears_that_the_due_time_moves_back(on_their_way):
    story = Story(Level.RED, terms=WITH_CALLERS).triaged("jkj", "sjw", level=Level.RED)
    if on_their_way:
        gathered(story)
    lowered(story, Level.BLUE)
    [informed] = letters(story, "jkj.deputy")
    assert (informed.message, informed.due.isoformat()) == (Message.INFORM, due(story))
    story.settle()
    before = due(story)

    raised(story, Level.RED)

    assert moved(story, "jkj.deputy") == [(before, due(story))]
    assert len(letters(story, "jkj.deputy")) == 1


def test_whoever_was_nudged_or_supervised_hears_that_the_due_time_moves():
    story = Story(Level.BLUE).triaged("jkj", level=Level.BLUE)
    story.say(DUTY, Nudge(**ANSWER))
    story.say(DUTY, Supervise(**ANSWER, reason="请按期办结"))
    story.settle()
    before = due(story)

    raised(story, Level.YELLOW)

    for who in ("jkj.duty", "jkj.liaison_a", "jkj.deputy", "jkj.head"):
        assert moved(story, who) == [(before, due(story))], who


def test_whoever_was_to_grant_an_extension_that_lapsed_hears_what_is_due():
    story = Story(Level.BLUE).triaged("jkj", level=Level.BLUE)
    story.say(liaison("jkj"), Extend(**ANSWER, longer="1wd", reason="等检测结果"))
    story.settle()
    before = due(story)

    raised(story, Level.YELLOW)

    assert story.case.proposals == ()
    assert moved(story, "wxb.duty_leader") == [(before, due(story))]
    assert moved(story, "jkj.deputy") == [(before, due(story))]


def test_whoever_is_nudged_while_the_request_waits_for_the_morning_hears_of_a_move():
    quiet = LEVELS[Level.YELLOW].model_copy(update={"quiet": Quiet(begin=22 * 60, end=7 * 60 + 30)})
    story = Story(terms=TERMS.model_copy(update={"levels": LEVELS | {Level.YELLOW: quiet}}), start=NIGHT)
    story.triaged("jkj")
    story.say(DUTY, Nudge(**ANSWER))
    delivered(story)
    before = due(story)

    story.say(liaison("jkj"), Extend(**ANSWER, longer="3h", reason="等检测结果"))
    story.confirmed_by(LEADER)

    assert story.case.never_told("jkj")
    assert moved(story, "jkj.liaison_a") == [(before, due(story))]


def test_whoever_hears_of_a_breach_and_a_move_at_once_reads_from_the_due_time_that_was_missed():
    story = Story(terms=WITH_CALLERS).triaged("jkj", "sjw")
    for unit in ("jkj", "sjw"):
        story.say(liaison(unit), Accept())
    story.settle()
    at_first = due(story, ClockName.INTERIM, "wxb")
    gathered(raised(story, Level.ORANGE))  # these letters are on their way for hours
    missed = due(story, ClockName.INTERIM, "wxb")
    story.wait("3h")

    lowered(story, Level.YELLOW)

    assert due(story, ClockName.INTERIM, "wxb") == at_first
    breach = [one for one in letters(story, "wxb.deputy", ClockName.INTERIM, "wxb") if one.message is Message.BREACH]
    assert [one.due.isoformat() for one in breach if one.due] == [missed]
    assert moved(story, "wxb.deputy", ClockName.INTERIM, "wxb") == [(missed, at_first)]


def test_whoever_was_nudged_with_a_due_time_whose_own_letter_was_held_up_reads_from_that_one():
    story = Story().triaged("jkj")
    story.say(liaison("jkj"), Accept())
    story.settle()
    at_first = due(story)
    gathered(raised(story, Level.ORANGE))
    between = due(story)
    held_up = [one for one in story.case.pending_effects if isinstance(one, Notice)]
    story.say(DUTY, Supervise(**ANSWER, reason="请按期办结"))
    gathered(story)
    story.case.pending_effects = [one for one in story.case.pending_effects if one in held_up]  # the last was delivered

    lowered(story, Level.YELLOW)

    assert moved(story, "jkj.duty") == [(between, at_first)]
    assert moved(story, "jkj.liaison_a") == [(at_first, at_first)], "who may have had the letter that was held up"
    keys = [one.key for one in story.case.pending_effects]
    assert len(keys) == len(set(keys))


def test_units_called_to_a_session_hear_that_its_minutes_are_due_at_another_time():
    story = Story(Level.ORANGE).triaged("jkj", "sjw", level=Level.ORANGE)
    story.settle()
    before = due(story, ClockName.SESSION, "wxb")

    raised(story, Level.RED)

    for who in ("jkj.duty", "sjw.duty"):
        assert moved(story, who, ClockName.SESSION, "wxb") == [(before, due(story, ClockName.SESSION, "wxb"))]
        [letter] = letters(story, who, ClockName.SESSION, "wxb")
        assert not letter.asks(seat(who))


def test_whoever_read_by_when_the_public_has_its_first_word_hears_that_this_moves():
    story = Story(Level.RED).triaged("jkj", level=Level.RED)
    story.settle()
    before = due(story, ClockName.RESPONSE, "wxb")

    lowered(story, Level.YELLOW)

    after = due(story, ClockName.RESPONSE, "wxb")
    assert moved(story, "jkj.deputy", ClockName.RESPONSE, "wxb") == [(before, after)]


@pytest.mark.parametrize("on_its_way", [False, True])
def test_an_offer_to_take_over_names_the_present_due_time_of_the_answer(on_its_way):
    story = Story().triaged("jkj")
    story.settle()
    story.say(liaison("jkj"), Transfer(to="sjw", reason="属其职责"))
    if on_its_way:
        gathered(story)

    raised(story, Level.ORANGE)

    [offer] = letters(story, "sjw.liaison_a", ClockName.ACCEPT, "sjw")
    assert (offer.message, offer.values["answer_due"]) == (Message.TRANSFER, due(story))
    assert moved(story, "sjw.liaison_a") == [], "the offer says it"


def test_whoever_has_heard_an_offer_to_take_over_hears_that_the_answer_is_due_at_another_time():
    story = Story().triaged("jkj")
    story.say(liaison("jkj"), Transfer(to="sjw", reason="属其职责"))
    story.settle()
    before = due(story)

    raised(story, Level.ORANGE)

    assert moved(story, "sjw.liaison_a") == [(before, due(story))]


def test_whoever_has_signed_hears_of_no_other_due_time_of_the_signatures():
    story = Story(Level.ORANGE).triaged("jkj", "sjw", level=Level.ORANGE).verified()
    story.competent = ("jkj", "sjw")
    story.say(EDITOR, draft())
    story.settle()
    story.vote(deputy("sjw"), Vote.APPROVE, kind=Consent)

    raised(story, Level.RED)

    assert moved(story, "jkj.deputy", ClockName.APPROVAL) != []
    assert moved(story, "sjw.deputy", ClockName.APPROVAL) == []


def test_a_letter_that_still_waits_for_the_morning_has_named_nothing():
    informs = Call(to=("owner.deputy",), by=("wecom",))
    quiet = LEVELS[Level.YELLOW].model_copy(
        update={"quiet": Quiet(begin=22 * 60, end=7 * 60 + 30), "inform_at_start": informs}
    )
    story = Story(terms=TERMS.model_copy(update={"levels": LEVELS | {Level.YELLOW: quiet}}), start=NIGHT)
    story.triaged("jkj")
    story.say(DUTY, Nudge(**ANSWER))
    delivered(story)
    story.say(liaison("jkj"), Extend(**ANSWER, longer="3h", reason="等检测结果"))
    story.confirmed_by(LEADER)

    assert story.case.never_told("jkj")
    assert moved(story, "jkj.deputy") == [], "the information is given in the morning, with the present due time"


def test_what_a_clock_remembers_of_its_letters_does_not_grow_with_them():
    story = Story().triaged("jkj")
    story.say(liaison("jkj"), Accept())
    for level in (Level.ORANGE, Level.RED) * 3:
        raised(story, level)
        story.settle()
        lowered(story, Level.YELLOW)
        story.settle()

    clock = story.clock(ClockName.ANSWER, "jkj")
    assert len(clock.heard) == len(set(clock.heard)) <= 12
