"""Who is written to in a case: whoever owes is asked, what only informs comes once, and what is not so is not said."""

from datetime import timedelta

import pytest

from domain.case.notice_kinds import OF_A_RUNG, Message
from domain.case.payloads import NotIssued
from domain.decisions import (
    Accept,
    Consult,
    Decline,
    Interim,
    Pause,
    Release,
    Relevel,
    Resume,
    Transfer,
)
from domain.terms import Addressee
from domain.vocabulary import ClockName, Level, PublicationKind, Seat, SessionReason, Stage, Verdict, Vote
from domain.worktime.quiet_hours import Quiet
from tests.domain.factories import (
    DUTY,
    EVIDENCE,
    LEADER,
    LEVELS,
    START,
    TERMS,
    WITH_CALLERS,
    Story,
    deputy,
    finding,
    liaison,
    of,
    triage,
)

pytestmark = pytest.mark.people

HOUR = timedelta(hours=1)
NIGHT = START + 13.5 * HOUR
"""Within the quiet hours of yellow, in Shanghai."""
QUIET = TERMS.model_copy(
    update={
        "levels": LEVELS
        | {Level.YELLOW: LEVELS[Level.YELLOW].model_copy(update={"quiet": Quiet(begin=22 * 60, end=7 * 60 + 30)})}
    }
)


def seat(unit: str, name: Seat) -> Addressee:
    return Addressee(unit=unit, seat=name)


def to(story: Story, message: Message) -> list[Addressee]:
    return [one for notice in story.notices(message) for one in notice.to]


# --- what the office owes is asked for -------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [Level.RED, Level.ORANGE, Level.YELLOW])
def test_the_duty_seat_is_asked_for_the_interim_notice_once_a_level_is_confirmed(level):
    story = Story(level).triaged("jkj", "sjw", level=level)

    [asked] = story.notices(Message.INTERIM_REQUEST)

    assert asked.to == (seat("wxb", Seat.DUTY),)
    assert (asked.clock, asked.due) == (ClockName.INTERIM, story.clock(ClockName.INTERIM).due)


def test_a_level_without_an_interim_notice_asks_for_none():
    assert Story(Level.BLUE).triaged("jkj", level=Level.BLUE).notices(Message.INTERIM_REQUEST) == []


def test_nobody_is_asked_for_an_interim_notice_that_is_being_asked_for():
    story = Story(start=NIGHT, terms=QUIET).triaged("jkj", "sjw")
    assert [one.message for one in story.case.held()].count(Message.INTERIM_REQUEST) == 1

    story.say(DUTY, Interim())

    assert Message.INTERIM_REQUEST not in [one.message for one in story.case.held()]


def test_the_chair_is_asked_for_the_minutes_when_a_session_opens():
    story = Story(Level.RED).triaged("jkj", "sjw", level=Level.RED)

    [asked] = story.notices(Message.MINUTES_REQUEST)

    assert asked.to == (seat("wxb", Seat.DUTY_LEADER),)
    assert asked.due == story.clock(ClockName.SESSION).due
    story.wait("31m")
    [reminded] = [one for one in story.notices(Message.REMINDER) if one.clock is ClockName.SESSION]
    assert seat("wxb", Seat.DUTY_LEADER) in reminded.to, "only a chair can end a session"


def test_a_session_about_a_conflict_asks_by_its_own_letter_alone():
    story = Story().triaged("jkj", "sjw")
    story.say(liaison("jkj"), finding(Verdict.TRUE))
    story.say(liaison("sjw"), finding(Verdict.FALSE))

    assert story.case.session.reason is SessionReason.CONFLICT
    assert story.notices(Message.MINUTES_REQUEST) == []
    assert to(story, Message.CONFLICT) == [seat("wxb", Seat.DUTY), seat("wxb", Seat.DUTY_LEADER)]


def test_the_duty_seat_is_asked_to_close_what_is_published():
    story = Story().triaged("jkj").verified().drafted().approved()
    assert story.notices(Message.CLOSE_REQUEST) == []

    story.published()

    [asked] = story.notices(Message.CLOSE_REQUEST)
    assert asked.to == (seat("wxb", Seat.DUTY),)
    assert asked.due == story.clock(ClockName.CASE).due


def test_the_duty_seat_is_asked_to_close_what_is_answered_without_a_page():
    story = Story().triaged("jkj").verified()
    story.drafted(publication=PublicationKind.REPLY_ONLY, reason="只答复反映人").approved()

    assert story.case.stage is Stage.CLOSURE
    assert to(story, Message.CLOSE_REQUEST) == [seat("wxb", Seat.DUTY)]
    [told] = story.notices(Message.PUBLISHED)
    assert told.values["where"] == ""


# --- what is out is told ---------------------------------------------------------------------------------------------


def test_the_units_that_took_part_hear_what_is_out_and_where_once():
    story = Story(Level.RED).triaged("jkj", "sjw", "wjw", level=Level.RED)
    story.say(of("wjw", Seat.DUTY), Decline(reason="不属本单位职责"))
    story.verified().drafted().approved().published()

    [told] = story.notices(Message.PUBLISHED)

    assert {one.unit for one in told.to} == {"jkj", "sjw"}
    assert told.values == {
        "title": "开窗通风不会传播流感", "publication": "rebuttal", "where": "https://bulletin.mc.example/1",
    }  # fmt: skip
    assert told.by == LEVELS[Level.RED].inform_at_start.by


def test_nobody_hears_that_something_is_out_before_the_public_has_it():
    story = Story().triaged("jkj").verified().drafted().approved()
    story.comes_back("labels")
    assert story.notices(Message.PUBLISHED) == []

    story.comes_back("bulletin", NotIssued(reason="已停用"))

    assert story.notices(Message.PUBLISHED) == story.notices(Message.CLOSE_REQUEST) == []
    again = story.notices(Message.DRAFT_REQUEST)[-1]
    assert (again.values["remarks"], again.values["refused"]) == ("已停用", 1), "no person has turned the text down"


def test_an_editor_reads_that_a_person_sent_the_text_back():
    story = Story().triaged("jkj").verified().drafted()
    story.vote(deputy("jkj"), Vote.RETURN, "标题再改")

    assert "refused" not in story.notices(Message.DRAFT_REQUEST)[-1].values


# --- what only informs -----------------------------------------------------------------------------------------------


def test_each_seat_is_informed_once_at_a_level_however_many_clocks_run():
    story = Story(Level.RED)
    story.settle()
    story.triaged("jkj", "sjw", level=Level.RED)
    story.settle()
    story.verified().drafted().approved().published()

    informed = to(story, Message.INFORM)

    assert sorted(informed, key=str) == sorted(set(informed), key=str)
    assert set(informed) == {seat("wxb", Seat.DUTY_LEADER), seat("jkj", Seat.DEPUTY), seat("sjw", Seat.DEPUTY)}


def test_whoever_is_called_by_a_clock_is_not_informed_of_it():
    story = Story(Level.RED)

    assert seat("wxb", Seat.DUTY) in to(story, Message.RING)
    assert seat("wxb", Seat.DUTY) not in to(story, Message.INFORM)


def test_whoever_decides_is_not_informed_of_what_that_starts():
    story = Story(Level.RED)
    story.say(DUTY, triage("jkj", level=Level.RED))
    assert seat("wxb", Seat.DUTY) not in to(story, Message.INFORM)

    other = Story(Level.RED)
    other.say(LEADER, triage("jkj", level=Level.RED))
    assert seat("wxb", Seat.DUTY) in to(other, Message.INFORM), "who did not decide hears of it"


def test_a_raised_level_informs_those_it_names():
    story = Story().triaged("jkj", "sjw")
    story.say(DUTY, Relevel(level=Level.RED, reason="扩散加快"))

    informed = to(story, Message.INFORM)

    assert {seat("wxb", Seat.DUTY_LEADER), seat("jkj", Seat.DEPUTY), seat("sjw", Seat.DEPUTY)} <= set(informed)
    assert len(informed) == len(set(informed))


def test_only_a_first_request_and_a_rung_go_by_phone():
    story = Story(Level.RED, terms=WITH_CALLERS).triaged("jkj", "sjw", level=Level.RED)
    story.say(of("jkj", Seat.DUTY), finding(Verdict.TRUE))
    story.say(of("sjw", Seat.DUTY), finding(Verdict.FALSE))
    story.say(LEADER, Consult(act="ruling", verdict=Verdict.FALSE, text="记录齐备"))
    story.drafted().approved().published()
    story.wait("6d")

    by_phone = {notice.message for notice in story.notices() if "phone" in notice.by}

    assert {Message.RING, Message.REQUEST, Message.REMINDER} <= by_phone
    assert by_phone <= {*OF_A_RUNG, Message.RING, Message.REQUEST}
    assert all(notice.by for notice in story.notices())


# --- what is not so is not said --------------------------------------------------------------------------------------


def at_night() -> Story:
    """A case triaged in the quiet hours: its requests wait for the morning."""
    story = Story(start=NIGHT, terms=QUIET).triaged("jkj", "sjw")
    assert {one.owner for one in story.case.held() if one.message is Message.REQUEST} == {"jkj", "sjw"}
    return story


def test_a_unit_whose_request_waits_for_the_morning_hears_of_no_pause():
    story = at_night()
    until = story.now + 30 * HOUR
    said = Pause(reason="test_result", until=until, evidence=EVIDENCE)
    story.say(DUTY, said)
    story.confirmed_by(LEADER)

    assert {one.unit for one in to(story, Message.PAUSED)} == {"wxb"}
    story.wait(NIGHT + 12 * HOUR - story.now)
    assert story.case.held() == [], "by then they have their request"
    story.say(LEADER, Resume(reason="结果已出"))
    assert {one.unit for one in to(story, Message.RESUMED)} == {"wxb", "jkj", "sjw"}


def test_a_unit_that_is_let_go_before_its_request_went_out_is_never_written_to():
    story = at_night()

    story.say(DUTY, Release(unit="sjw", reason="无须协办"))
    if story.case.proposals:
        story.confirmed_by(LEADER)
    story.wait("1d")

    assert [one for one in story.notices() if any(seat.unit == "sjw" for seat in one.to) and one.wave] == []
    assert story.notices(Message.RELEASED) == []


def test_an_offer_that_ends_before_its_receiver_has_it_is_not_called_back():
    story = Story(terms=QUIET).triaged("jkj", "sjw")
    story.say(liaison("jkj"), Accept())
    story.wait(NIGHT - story.now)
    story.say(liaison("jkj"), Transfer(to="wjw", reason="属其职责"))
    assert [one.owner for one in story.case.held() if one.message is Message.TRANSFER] == ["wjw"]

    story.say(liaison("jkj"), finding())

    assert story.notices(Message.TRANSFER_LAPSED) == []


def test_a_due_time_that_moves_before_the_request_is_out_comes_with_the_request():
    story = at_night()

    story.say(DUTY, Relevel(level=Level.RED, reason="扩散加快"))

    moved = {notice.owner for notice in story.notices(Message.DUE_MOVED)}
    assert not {"jkj", "sjw"} & moved
    assert {one.owner for one in story.case.held() if one.message is Message.REQUEST} == set(), "red waits for nothing"


def test_a_unit_that_declines_is_named_with_its_role():
    story = Story().triaged("jkj", "sjw")
    story.say(liaison("sjw"), Decline(reason="不属本单位职责"))
    story.say(liaison("jkj"), Decline(reason="不属本单位职责"))

    co, lead = story.notices(Message.DECLINED)

    assert (co.values["role"], lead.values["role"]) == ("co", "lead")
    assert not co.asks(co.to[0])
    assert lead.asks(lead.to[0])
