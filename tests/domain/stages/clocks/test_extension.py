"""An extension: asked for before due, once, at most the budget itself, granted by somebody else."""

from datetime import timedelta

import pytest

from domain.case.notice_kinds import Message
from domain.decisions import Accept, Confirm, Extend, Nudge, Relevel, Supervise
from domain.errors import NotPermitted, Stale, Unfit
from domain.tasks.available_actions import offers
from domain.tasks.brief import brief_of
from domain.vocabulary import ClockName, Level, ProposalKind, Vote
from domain.worktime.working_time import Span
from tests.domain.factories import DUTY, LEADER, OFFICE_DEPUTY, START, Story, deputy, finding, liaison
from tests.domain.working_times import CHINA

pytestmark = pytest.mark.people

HOUR = timedelta(hours=1)
MORE = Extend(clock=ClockName.ANSWER, unit="jkj", longer="8h", reason="检测要两天")


def verifying(level: Level = Level.YELLOW) -> Story:
    story = Story(level).triaged("jkj", level=level)
    story.say(liaison("jkj"), Accept())
    return story


def test_granted_time_moves_the_due_instant_and_the_rungs_once():
    story = verifying()
    story.say(liaison("jkj"), MORE)
    assert story.clock(ClockName.ANSWER, "jkj").due == START + 24 * HOUR, "nothing moves before the yes"

    story.confirmed_by(LEADER)

    answer = story.clock(ClockName.ANSWER, "jkj")
    assert (answer.due, answer.plan[0], answer.generation) == (START + 32 * HOUR, START + 16 * HOUR, 2)
    [event] = story.events("clock_extended")
    assert (str(event.longer), event.old, event.new) == ("8h", START + 24 * HOUR, START + 32 * HOUR)
    assert story.refused(liaison("jkj"), MORE, Unfit).code == "extended_already"


def test_the_response_clock_of_a_yellow_case_stays():
    story = verifying()
    story.say(liaison("jkj"), MORE)
    story.confirmed_by(LEADER)

    assert story.clock(ClockName.RESPONSE, "wxb").due == START + 48 * HOUR


def test_the_response_clock_of_a_blue_case_moves_with_the_answer():
    story = verifying(Level.BLUE)
    story.say(liaison("jkj"), Extend(clock=ClockName.ANSWER, unit="jkj", longer="2wd", reason="检测要两天"))
    story.confirmed_by(LEADER)

    assert story.clock(ClockName.ANSWER, "jkj").due == CHINA.after(START, Span.of("4wd"))
    assert story.clock(ClockName.RESPONSE, "wxb").due == CHINA.after(START, Span.of("9wd"))


def test_whoever_owes_a_clock_is_told_of_the_time_it_was_given():
    story = verifying(Level.BLUE)
    story.say(DUTY, Extend(clock=ClockName.ANSWER, unit="jkj", longer="2wd", reason="检测要两天"))

    story.confirmed_by(OFFICE_DEPUTY)

    told = {one.clock: (one.to[0].unit, one.values, one.due) for one in story.notices(Message.DUE_MOVED)}
    assert told[ClockName.ANSWER] == (
        "jkj",
        {"old": CHINA.after(START, Span.of("2wd")).isoformat(), "longer": "2wd"},
        CHINA.after(START, Span.of("4wd")),
    )
    assert told[ClockName.RESPONSE][0] == "wxb"


def test_who_asks_does_not_grant():
    story = verifying()
    story.say(LEADER, MORE)
    ref = story.case.proposals[-1].ref

    assert story.refused(LEADER, Confirm(ref=ref, outcome=Vote.APPROVE), NotPermitted).code == "own_proposal"
    assert story.refused(DUTY, Confirm(ref=ref, outcome=Vote.APPROVE), NotPermitted).code == "not_permitted"


def test_above_blue_the_offices_duty_leader_grants_and_never_the_unit_itself():
    story = verifying()
    story.say(liaison("jkj"), MORE)
    ref = story.case.proposals[-1].ref
    [told] = story.notices(Message.CONFIRM_REQUEST)

    assert [(to.unit, to.seat) for to in told.to] == [("wxb", "duty_leader")]
    assert story.refused(deputy("jkj"), Confirm(ref=ref, outcome=Vote.APPROVE), NotPermitted).code == "not_permitted"


def test_what_the_duty_leader_asks_for_the_offices_deputy_grants():
    story = verifying()
    story.say(LEADER, MORE)
    assert [to.seat for one in story.notices(Message.CONFIRM_REQUEST) for to in one.to] == ["deputy"]

    story.confirmed_by(OFFICE_DEPUTY)

    assert story.clock(ClockName.ANSWER, "jkj").due == START + 32 * HOUR


def test_at_blue_the_units_own_deputy_grants():
    story = verifying(Level.BLUE)
    story.say(liaison("jkj"), MORE.model_copy(update={"longer": Span.of("1wd")}))
    assert {(to.unit, to.seat) for one in story.notices(Message.CONFIRM_REQUEST) for to in one.to} == {
        ("jkj", "deputy"), ("wxb", "duty_leader"),
    }  # fmt: skip

    story.confirmed_by(deputy("jkj"))

    assert story.clock(ClockName.ANSWER, "jkj").due == CHINA.after(START, Span.of("3wd"))


def test_time_is_given_only_as_far_as_the_response_allows():
    story = verifying()

    refused = story.refused(liaison("jkj"), MORE.model_copy(update={"longer": Span.of("481m")}), Unfit)

    assert (refused.code, refused.values["most"]) == ("extension_beyond_response", "8h")
    assert refused.values["latest"] == (START + 48 * HOUR).isoformat()
    story.say(liaison("jkj"), MORE)


def test_where_the_response_has_no_room_no_time_is_offered():
    story = Story()
    story.wait("9h")
    story.triaged("jkj")
    story.say(liaison("jkj"), Accept())

    assert story.refused(liaison("jkj"), MORE, Unfit).code == "response_allows_no_extension"
    assert not any(offer.kind == "extend" for offer in offers(story.case, liaison("jkj")))


def test_room_that_is_gone_when_the_time_is_granted_gives_none():
    story = verifying()
    story.say(liaison("jkj"), MORE)
    response = story.clock(ClockName.RESPONSE)
    response.due -= HOUR

    said = Confirm(ref=story.case.proposals[-1].ref, outcome=Vote.APPROVE)
    assert story.refused(LEADER, said, Unfit).code == "extension_beyond_response"


def test_whoever_grants_is_shown_what_it_does_to_the_response():
    yellow, blue = verifying(), verifying(Level.BLUE)
    yellow.say(liaison("jkj"), MORE)
    blue.say(liaison("jkj"), MORE.model_copy(update={"longer": Span.of("2wd")}))

    shown = [brief_of(story.case, LEADER).proposals[0].effects for story in (yellow, blue)]
    assert shown[0] == {"new_due": START + 32 * HOUR, "response": START + 48 * HOUR}
    assert shown[1] == {
        "new_due": CHINA.after(START, Span.of("4wd")), "response": CHINA.after(START, Span.of("9wd")),
    }  # fmt: skip
    [letter] = yellow.notices(Message.CONFIRM_REQUEST)
    assert letter.values["new_due"] == (START + 32 * HOUR).isoformat()
    assert letter.values["response"] == (START + 48 * HOUR).isoformat()


def test_a_co_units_extension_leaves_the_response_to_the_lead():
    story = Story(Level.BLUE).triaged("jkj", "wjw", level=Level.BLUE)
    for unit, longer in (("wjw", "1wd"), ("jkj", "2wd")):
        story.say(liaison(unit), Accept())
        story.say(liaison(unit), Extend(clock=ClockName.ANSWER, unit=unit, longer=longer, reason="检测要两天"))
        story.confirmed_by(LEADER)
        moved = [event.unit for event in story.events("clock_extended") if event.clock == "response"]
        assert moved == ([] if unit == "wjw" else ["wxb"])

    assert story.clock(ClockName.RESPONSE).due == CHINA.after(START, Span.of("9wd"))


def test_rungs_that_rang_stay_rung_and_those_moved_ahead_may_ring_again():
    story = verifying()
    story.wait("13h")  # half of 24 h has rung
    story.say(liaison("jkj"), MORE)
    story.confirmed_by(LEADER)

    story.wait("4h")  # half of 32 h is 16 h

    rang = [(e.generation, e.n) for e in story.events("rung_rang") if e.clock == "answer"]
    assert rang == [(1, 1), (2, 1)]


def test_a_request_for_time_lapses_with_the_due_instant_and_with_the_answer():
    late, answered = verifying(), verifying()
    for story in (late, answered):
        story.say(liaison("jkj"), MORE)
    late.wait("25h")
    answered.say(liaison("jkj"), finding())

    for story in (late, answered):
        assert story.case.proposals == ()
        assert [event.what for event in story.events("proposal_lapsed")] == [ProposalKind.EXTENSION]


def test_a_yes_at_the_due_instant_comes_too_late():
    story = verifying()
    story.say(liaison("jkj"), MORE)
    ref = story.case.proposals[-1].ref
    story.now = START + 24 * HOUR  # the rung has not been rung yet in this task

    assert story.refused(LEADER, Confirm(ref=ref, outcome=Vote.APPROVE), Stale).code == "no_proposal"  # it has lapsed


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (MORE.model_copy(update={"longer": Span.of("25h")}), "extension_too_long"),
        (MORE.model_copy(update={"longer": Span.of("1wd")}), "extension_too_long"),
        (MORE.model_copy(update={"clock": ClockName.RESPONSE, "unit": "wxb"}), "not_extendable"),
        (MORE.model_copy(update={"clock": ClockName.DRAFT, "unit": "wxb"}), "no_such_clock"),
    ],
)
def test_an_unfit_extension_is_refused(said, code):
    assert verifying().refused(DUTY, said, Unfit).code == code


def test_an_overdue_clock_is_not_extended():
    story = verifying()
    story.wait("24h")

    assert story.refused(liaison("jkj"), MORE, Unfit).code == "overdue_cannot_extend"


def test_another_level_takes_its_own_budget_and_the_extension_is_used_up():
    story = verifying()
    story.say(liaison("jkj"), MORE)
    story.confirmed_by(LEADER)

    story.say(DUTY, Relevel(level=Level.RED, reason="扩散"))

    assert story.clock(ClockName.ANSWER, "jkj").due == START + timedelta(minutes=150)
    assert story.refused(DUTY, MORE.model_copy(update={"longer": Span.of("1h")}), Unfit).code == "extended_already"


@pytest.mark.parametrize(
    ("asked_at", "longer", "then"),
    [(Level.BLUE, "1wd", Level.YELLOW), (Level.YELLOW, "8h", Level.RED)],
    ids=["in another unit", "of another size"],
)
def test_an_extension_asked_for_at_another_level_waits_no_more(asked_at, longer, then):
    story = verifying(asked_at)
    story.say(liaison("jkj"), MORE.model_copy(update={"longer": Span.of(longer)}))
    ref = story.case.proposals[-1].ref

    story.say(DUTY, Relevel(level=then, reason="有扩散"))

    assert story.refused(deputy("jkj"), Confirm(ref=ref, outcome=Vote.APPROVE), Stale).code == "no_proposal"
    assert [event.ref for event in story.events("proposal_lapsed")] == [ref]


def test_an_extension_asked_for_at_a_level_that_is_lowered_takes_no_time_away():
    story = verifying()
    story.say(liaison("jkj"), MORE)
    ref = story.case.proposals[-1].ref
    story.say(DUTY, Relevel(level=Level.BLUE, reason="平息"))
    story.confirmed_by(LEADER)
    due = story.clock(ClockName.ANSWER, "jkj").due

    assert story.refused(deputy("jkj"), Confirm(ref=ref, outcome=Vote.APPROVE), Stale).code == "no_proposal"
    assert story.clock(ClockName.ANSWER, "jkj").due == due


def test_an_extension_that_still_waits_from_before_is_weighed_by_the_level_of_now():
    story = verifying(Level.BLUE)
    story.say(liaison("jkj"), MORE.model_copy(update={"longer": Span.of("1wd")}))
    waiting = story.case.proposals[-1]
    story.say(DUTY, Relevel(level=Level.YELLOW, reason="有扩散"))
    story.case.proposals = (*story.case.proposals, waiting)  # as a state of an earlier version holds it

    said = Confirm(ref=waiting.ref, outcome=Vote.APPROVE)
    assert story.refused(LEADER, said, Unfit).code == "extension_too_long"


@pytest.mark.parametrize("kind", ["extend", "nudge", "supervise"])
def test_a_button_of_an_earlier_generation_of_a_clock_changes_nothing(kind):
    story = Story(Level.YELLOW).triaged("jkj")
    said = {
        "extend": Extend(clock="answer", unit="jkj", longer="1h", reason="检测", expected_generation=1),
        "nudge": Nudge(clock="answer", unit="jkj", expected_generation=1),
        "supervise": Supervise(clock="answer", unit="jkj", reason="关注", expected_generation=1),
    }[kind]
    (offer,) = [
        one for one in offers(story.case, DUTY, story.now) if one.kind == kind and one.preset["clock"] == "answer"
    ]
    assert offer.preset["expected_generation"] == 1

    story.say(DUTY, Relevel(level=Level.ORANGE, reason="扩散"))

    assert story.refused(DUTY, said, Stale).code == "clock_moved_on"
