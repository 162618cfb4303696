"""Joint sessions: units are called, take positions, and the chair rules with reasons; dissent is kept."""

from datetime import timedelta

import pytest

from domain.case.notice_kinds import Message
from domain.case.summarise import summarise
from domain.decisions import Accept, Action, AddUnit, Confirm, Consult, Decline, Relevel, ReturnFinding, Transfer
from domain.errors import NotPermitted, Unfit, WrongStage
from domain.vocabulary import (
    ActionKind,
    ClockName,
    ConsultAct,
    Level,
    RequestState,
    Seat,
    SessionReason,
    Stage,
    Verdict,
    VerdictStep,
    Vote,
)
from tests.domain.factories import (
    DUTY,
    EDITOR,
    LEADER,
    OFFICE_DEPUTY,
    OFFICE_HEAD,
    START,
    TERMS_BEFORE,
    Story,
    finding,
    liaison,
    of,
)

pytestmark = pytest.mark.people

LATER = START + timedelta(hours=6)


def call(*units: str, actions: tuple[Action, ...] = ()) -> Consult:
    return Consult(act=ConsultAct.CALL, text="检测日期究竟是哪一天？", units=units, actions=actions)


def position(verdict: Verdict | None = None, *done: int) -> Consult:
    return Consult(act=ConsultAct.POSITION, text="以实验室记录为准。", verdict=verdict, done=done)


def ruling(verdict: Verdict | None = None, *actions: Action) -> Consult:
    return Consult(act=ConsultAct.RULING, text="实验室记录早于传言。", verdict=verdict, actions=actions)


def to_do(do: ActionKind, unit: str) -> Action:
    return Action(do=do, unit=unit, end=LATER)


def split(level: Level = Level.YELLOW) -> Story:
    """Return a case whose lead and co-unit contradict each other."""
    story = Story(level).triaged("jkj", "sjw", level=level)
    story.say(liaison("sjw"), finding(Verdict.TRUE))
    story.say(liaison("jkj"), finding(Verdict.FALSE))
    return story


def raised(story: Story, level: Level = Level.RED) -> Story:
    story.say(DUTY, Relevel(level=level, reason="扩散"))
    return story


# --- a conflict ------------------------------------------------------------------------------------------------------


def test_findings_that_contradict_each_other_open_a_session_of_all_that_are_asked():
    story = split()

    [opened] = story.events("session_opened")
    assert (opened.number, opened.reason, opened.units) == (1, SessionReason.CONFLICT, ("jkj", "sjw"))
    assert opened.due == story.clock(ClockName.SESSION).due == story.now + timedelta(hours=4)
    assert {one.unit for notice in story.notices(Message.SESSION) for one in notice.to} == {"jkj", "sjw"}
    assert (story.case.stage, story.case.verdict) == (Stage.VERIFICATION, None)


def test_a_further_conflict_stays_with_the_session_that_is_open():
    story = split()
    story.say(DUTY, AddUnit(unit="wjw"))
    story.say(liaison("wjw"), finding(Verdict.MISLEADING))

    assert len(story.case.sessions) == 1
    assert len(story.events("findings_conflicted")) == 2


@pytest.mark.parametrize("actor", [LEADER, OFFICE_DEPUTY, OFFICE_HEAD])
def test_the_chair_rules_with_a_verdict_and_the_dissent_is_kept(actor):
    story = split()

    answer = story.say(actor, ruling(Verdict.FALSE))

    assert (answer.summary.stage, answer.summary.verdict) == (Stage.REBUTTAL, Verdict.FALSE)
    [ruled] = story.events("session_ruled")
    assert (ruled.verdict, ruled.reasons, ruled.dissent) == (
        Verdict.FALSE, "实验室记录早于传言。", {"sjw": Verdict.TRUE},
    )  # fmt: skip
    assert story.case.verdicts[VerdictStep.CROSS_CHECKED].by == (actor.signer,)
    assert (ClockName.SESSION, "wxb") not in story.runs()
    told = {one.unit for notice in story.notices(Message.MINUTES) for one in notice.to}
    assert told == {"sjw"}, "a unit that is upheld hears what is published"


def test_the_chair_may_rule_what_no_unit_found():
    story = split()
    story.say(LEADER, ruling(Verdict.MISLEADING))

    assert story.case.verdict is Verdict.MISLEADING
    assert story.events("session_ruled")[0].dissent == {"jkj": Verdict.FALSE, "sjw": Verdict.TRUE}


@pytest.mark.parametrize("actor", [DUTY, EDITOR, liaison("jkj"), of("jkj", Seat.HEAD), of("zfb", Seat.HEAD)])
def test_nobody_else_rules(actor):
    assert split().refused(actor, ruling(Verdict.FALSE), NotPermitted).code == "not_permitted"


def test_with_a_conflict_the_ruling_needs_a_verdict():
    assert split().refused(LEADER, ruling(), Unfit).code == "ruling_needs_verdict"


def test_a_ruling_is_made_once():
    story = split()
    story.say(LEADER, ruling(Verdict.FALSE))

    assert story.refused(LEADER, ruling(), Unfit).code == "no_session"


def test_no_timer_rules():
    story = split()

    story.wait("60d")

    assert (story.case.stage, story.case.verdict, story.case.session.ruled) == (Stage.VERIFICATION, None, None)
    assert story.case.next_wake() is None


def test_findings_that_agree_after_all_settle_the_session():
    story = split()
    story.say(DUTY, ReturnFinding(unit="sjw", missing="请核对检测日期"))
    story.say(liaison("sjw"), finding(Verdict.FALSE))

    assert (story.case.stage, story.case.verdict) == (Stage.REBUTTAL, Verdict.FALSE)
    [settled] = story.events("session_settled")
    assert (settled.number, settled.verdict) == (1, Verdict.FALSE)
    assert story.case.session is None
    assert (ClockName.SESSION, "wxb") not in story.runs()


def test_after_a_ruling_without_conflict_a_new_conflict_opens_a_session_of_its_own():
    story = Story().triaged("jkj", "sjw")
    story.say(liaison("sjw"), finding(Verdict.TRUE))
    story.say(DUTY, Consult(act=ConsultAct.CALL, text="是否属实？"))
    story.say(LEADER, ruling())  # for now nobody contradicts anybody

    story.say(liaison("jkj"), finding(Verdict.FALSE))

    assert [session.reason for session in story.case.sessions] == [SessionReason.CALLED, SessionReason.CONFLICT]
    assert story.case.session.number == 2
    assert story.clock(ClockName.SESSION).generation == 2


@pytest.mark.parametrize("level", list(Level))
def test_at_every_level_somebody_owes_the_ruling_of_a_conflict(level):
    story = split(level)

    assert story.clock(ClockName.SESSION).running
    story.wait("16d")
    assert story.clock(ClockName.SESSION).breached
    story.say(LEADER, ruling(Verdict.FALSE))
    assert story.case.stage is Stage.REBUTTAL


def test_a_conflict_calls_its_units_to_a_session_about_something_else():
    story = Story().triaged("jkj", "sjw")
    story.say(DUTY, Consult(act=ConsultAct.CALL, text="如何加注标签？", units=("zwb",)))
    story.say(liaison("sjw"), finding(Verdict.TRUE))

    story.say(liaison("jkj"), finding(Verdict.FALSE))

    assert story.case.session.units == ("zwb", "jkj", "sjw")
    assert len(story.case.sessions) == 1
    assert {one.unit for notice in story.notices(Message.SESSION) for one in notice.to} == {"zwb", "jkj", "sjw"}
    assert set(summarise(story.case).awaited) == {"zwb", "jkj", "sjw"}
    story.say(liaison("sjw"), position(Verdict.FALSE))
    story.say(LEADER, ruling(Verdict.FALSE))
    assert (story.case.verdict, story.case.session) == (Verdict.FALSE, None)


def test_a_unit_asked_during_a_conflict_is_called_to_it_whatever_the_session_was_about():
    story = Story().triaged("jkj", "sjw")
    story.say(DUTY, Consult(act=ConsultAct.CALL, text="如何加注标签？", units=("zwb",)))
    story.say(liaison("sjw"), finding(Verdict.TRUE))
    story.say(liaison("jkj"), finding(Verdict.FALSE))

    story.say(DUTY, AddUnit(unit="wjw"))

    assert "wjw" in story.case.session.units


# --- positions -------------------------------------------------------------------------------------------------------


def test_a_position_stands_beside_the_finding_and_weighs_more_in_the_dissent():
    story = split()
    story.say(liaison("sjw"), position(Verdict.FALSE))

    story.say(LEADER, ruling(Verdict.FALSE))

    assert story.events("session_ruled")[0].dissent == {}
    assert story.events("position_taken")[0].verdict is Verdict.FALSE


def test_the_last_position_of_a_unit_counts_and_all_are_written_down():
    story = split()
    story.say(liaison("sjw"), position(Verdict.MISLEADING))
    story.say(of("sjw", Seat.HEAD), position(Verdict.TRUE))

    [held] = [one for one in story.case.session.positions if one.unit == "sjw"]
    assert held.verdict is Verdict.TRUE
    assert len(story.events("position_taken")) == 2


def test_a_position_decides_nothing():
    story = split()
    story.say(liaison("sjw"), position(Verdict.FALSE))

    assert (story.case.stage, story.case.request_to("sjw").verdict) == (Stage.VERIFICATION, Verdict.TRUE)


def test_a_unit_that_was_not_called_takes_no_position():
    story = split()

    assert story.refused(liaison("wjw"), position(), NotPermitted).code == "not_permitted"
    assert story.refused(LEADER, position(), NotPermitted).code == "not_permitted"


def test_dissent_after_the_ruling_is_kept_and_changes_nothing():
    story = split()
    story.say(LEADER, ruling(Verdict.FALSE))

    story.say(liaison("sjw"), position(Verdict.TRUE))

    assert story.events("position_taken")[-1].dissents
    assert story.case.verdict is Verdict.FALSE
    assert story.case.sessions[-1].positions[-1].verdict is Verdict.TRUE


def test_agreeing_or_ticking_off_after_the_ruling_is_no_dissent():
    story = split()
    story.say(LEADER, ruling(Verdict.FALSE, to_do(ActionKind.LABEL, "sjw")))

    story.say(liaison("sjw"), position(None, 1))
    story.say(liaison("jkj"), position(Verdict.FALSE))

    assert [event.dissents for event in story.events("position_taken")] == [False, False]


def test_without_a_session_there_is_no_position_and_no_ruling():
    story = Story().triaged("jkj")

    assert story.refused(liaison("jkj"), position(), NotPermitted).code == "not_permitted"
    assert story.refused(LEADER, ruling(), Unfit).code == "no_session"


# --- asked later -----------------------------------------------------------------------------------------------------


def test_a_unit_that_is_added_is_called_to_the_session_and_takes_a_position():
    story = Story(Level.RED).triaged("jkj", level=Level.RED)
    story.say(DUTY, AddUnit(unit="wjw"))

    assert story.case.session.units == ("jkj", "wjw")
    assert story.notices(Message.SESSION)[-1].to[0].unit == "wjw"
    last = story.case.session.items[-1]
    assert (last.n, last.action.do, last.action.unit) == (3, ActionKind.VERIFY, "wjw")
    story.say(liaison("wjw"), position(Verdict.TRUE))
    story.say(liaison("wjw"), finding())
    assert story.case.session.items[-1].done == story.now


def test_the_next_lead_is_called_to_the_session_that_outlived_a_bounce():
    story = Story(Level.RED).triaged("jkj", "sjw", level=Level.RED)
    story.say(liaison("jkj"), Decline(reason="不属本单位职责"))
    story.triaged("wjw", "sjw", level=Level.RED)

    assert story.case.session.units == ("jkj", "sjw", "wjw")
    called = [notice.to[0].unit for notice in story.notices(Message.SESSION)]
    assert called == ["jkj", "sjw", "wjw"]


def test_whoever_takes_a_request_over_takes_over_what_stands_on_the_list():
    story = Story(Level.RED).triaged("jkj", level=Level.RED)
    story.say(liaison("jkj"), Transfer(to="wjw", reason="属该单位职责"))
    story.say(liaison("wjw"), Accept())

    assert [(item.n, item.action.unit) for item in story.case.session.items] == [(1, "wjw"), (2, "wxb")]
    assert story.case.session.units == ("jkj", "wjw")
    story.say(liaison("wjw"), finding())
    assert story.case.sessions[0].items[0].done == story.now


def test_a_session_whose_units_the_office_named_stays_theirs():
    story = Story().triaged("jkj")
    story.say(DUTY, call("jkj", "zfb"))
    story.say(DUTY, AddUnit(unit="wjw"))

    assert story.case.session.units == ("jkj", "zfb")


# --- called by the office --------------------------------------------------------------------------------------------


def test_the_office_calls_the_asked_units_or_those_it_names():
    story = Story().triaged("jkj", "sjw")
    story.say(DUTY, call())
    assert story.case.session.units == ("jkj", "sjw")
    story.say(LEADER, ruling())

    story.say(LEADER, call("zfb", "jkj", "zfb"))

    assert story.case.session.units == ("zfb", "jkj")
    assert [session.reason for session in story.case.sessions] == [SessionReason.CALLED] * 2
    told = [notice for notice in story.notices(Message.SESSION) if notice.values["number"] == 2]
    assert [notice.to[0].unit for notice in told] == ["zfb", "jkj"]
    assert {notice.values["question"] for notice in told} == {"检测日期究竟是哪一天？"}


def test_one_session_is_open_at_a_time():
    assert split().refused(DUTY, call(), Unfit).values == {"number": 1}


@pytest.mark.parametrize("actor", [EDITOR, OFFICE_DEPUTY, liaison("jkj")])
def test_nobody_else_calls(actor):
    assert Story().triaged("jkj").refused(actor, call(), NotPermitted).code == "not_permitted"


def test_a_called_session_waits_for_its_minutes_though_the_findings_agree():
    story = Story().triaged("jkj", "sjw")
    story.say(DUTY, call())
    story.verified()

    assert story.case.session is not None
    story.say(LEADER, ruling())
    assert story.case.session is None
    assert story.case.stage is Stage.REBUTTAL


def test_without_a_conflict_the_ruling_carries_no_verdict():
    story = Story().triaged("jkj", "sjw")
    story.say(DUTY, call())

    assert story.refused(LEADER, ruling(Verdict.FALSE), Unfit).code == "no_conflict_to_rule"
    story.say(LEADER, ruling())
    assert (story.case.verdict, story.events("session_ruled")[0].dissent) == (None, {})


def test_a_session_that_took_a_conflict_is_ruled_like_one():
    story = Story().triaged("jkj", "sjw")
    story.say(DUTY, call())
    story.say(liaison("jkj"), finding(Verdict.FALSE))
    story.say(liaison("sjw"), finding(Verdict.TRUE))

    assert len(story.case.sessions) == 1
    assert story.refused(LEADER, ruling(), Unfit).code == "ruling_needs_verdict"
    story.say(LEADER, ruling(Verdict.TRUE))
    assert story.case.verdict is Verdict.TRUE


def test_a_level_without_a_session_clock_owes_no_minutes_by_an_hour():
    story = Story(Level.BLUE, terms=TERMS_BEFORE).triaged("jkj", level=Level.BLUE)
    story.say(DUTY, call())

    assert story.events("session_opened")[0].due is None
    assert (ClockName.SESSION, "wxb") not in story.runs()


def test_a_level_with_a_session_clock_starts_it_for_a_session_that_is_open():
    story = Story(Level.BLUE, terms=TERMS_BEFORE).triaged("jkj", level=Level.BLUE)
    story.say(DUTY, call())

    raised(story)

    assert story.clock(ClockName.SESSION).due == story.now + timedelta(hours=1)
    assert len(story.case.sessions) == 1


# --- opened for the level --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [Level.RED, Level.ORANGE])
def test_red_and_orange_open_a_session_at_triage_with_a_list_of_what_is_to_be_done(level):
    story = Story(level).triaged("jkj", "sjw", level=level, ask="是否属实？")

    [opened] = story.events("session_opened")
    assert (opened.reason, opened.units, opened.question) == (SessionReason.LEVEL, ("jkj", "sjw"), "是否属实？")
    assert [(item.action.do, item.action.unit, item.action.end) for item in story.case.session.items] == [
        (ActionKind.VERIFY, "jkj", story.clock(ClockName.ANSWER, "jkj").due),
        (ActionKind.VERIFY, "sjw", story.clock(ClockName.ANSWER, "sjw").due),
        (ActionKind.INTERIM, "wxb", story.clock(ClockName.INTERIM).due),
    ]
    assert [item.n for item in story.case.session.items] == [1, 2, 3]


@pytest.mark.parametrize("level", [Level.YELLOW, Level.BLUE])
def test_yellow_and_blue_open_none(level):
    assert Story(level).triaged("jkj", level=level).case.sessions == []


def test_the_clock_of_a_session_belongs_to_the_office():
    story = Story(Level.RED).triaged("jkj", level=Level.RED)
    assert (ClockName.SESSION, "wxb") in story.runs()

    story.wait("30m")

    rang = next(event for event in story.events("rung_rang") if event.clock is ClockName.SESSION)
    assert {one.unit for one in rang.to} == {"wxb"}


def test_a_raised_level_opens_its_session():
    story = raised(Story().triaged("jkj", "sjw"))

    assert story.case.session.reason is SessionReason.LEVEL
    assert story.case.session.units == ("jkj", "sjw")


def test_a_raised_level_opens_its_session_though_another_was_held_before():
    story = Story().triaged("jkj", "sjw")
    story.say(DUTY, call())
    story.say(LEADER, ruling())

    raised(story)

    assert [session.reason for session in story.case.sessions] == [SessionReason.CALLED, SessionReason.LEVEL]


def test_a_level_that_goes_up_and_down_opens_one_session():
    story = raised(Story().triaged("jkj"), Level.ORANGE)
    story.say(LEADER, ruling())

    raised(story)
    asked = story.say(DUTY, Relevel(level=Level.YELLOW, reason="平息")).entries[0].seq
    story.say(LEADER, Confirm(ref=asked, outcome=Vote.APPROVE))
    raised(story)

    assert len(story.case.sessions) == 1


def test_a_level_raised_once_the_verdict_stands_opens_none():
    assert raised(Story().triaged("jkj").verified()).case.sessions == []


def test_a_session_for_the_level_takes_the_conflict():
    story = split(Level.RED)

    assert [session.reason for session in story.case.sessions] == [SessionReason.LEVEL]
    assert story.refused(LEADER, ruling(), Unfit).code == "ruling_needs_verdict"
    story.say(LEADER, ruling(Verdict.FALSE))
    assert story.case.stage is Stage.REBUTTAL


def test_a_session_for_the_level_still_owes_its_minutes_when_the_findings_agree():
    story = Story(Level.RED).triaged("jkj", "sjw", level=Level.RED).verified()

    assert story.events("session_settled") == []
    assert (ClockName.SESSION, "wxb") in story.runs()
    assert story.refused(LEADER, ruling(Verdict.FALSE), Unfit).code == "no_conflict_to_rule"
    story.say(LEADER, ruling())
    assert (ClockName.SESSION, "wxb") not in story.runs()


def test_minutes_can_be_given_after_the_word_is_out():
    story = Story(Level.RED).triaged("jkj", level=Level.RED).verified().drafted().approved().published()
    assert story.case.stage is Stage.CLOSURE
    assert (ClockName.SESSION, "wxb") in story.runs()

    story.say(LEADER, ruling())

    assert story.runs() == set()


def test_no_session_is_called_after_the_word_is_out():
    story = Story().triaged("jkj").verified().drafted().approved().published()

    assert story.refused(DUTY, call(), WrongStage).values["allowed"] == "verification,rebuttal"


def test_a_raised_level_for_which_the_lead_is_enough_goes_on_with_the_lead_when_a_second_person_says_so():
    story = Story().triaged("jkj", "sjw", "wjw")
    story.say(liaison("jkj"), finding())
    assert story.case.stage is Stage.VERIFICATION

    raised(story)
    assert story.case.stage is Stage.VERIFICATION, "one person takes no answer off those that are waited for"
    story.confirmed_by(LEADER)

    assert (story.case.stage, story.case.verdict) == (Stage.REBUTTAL, Verdict.FALSE)


def test_a_session_outlives_a_bounce():
    story = Story(Level.RED).triaged("jkj", "sjw", level=Level.RED)
    story.say(liaison("jkj"), Decline(reason="不属本单位职责"))
    story.triaged("wjw", level=Level.RED)

    assert len(story.case.sessions) == 1
    assert story.case.session.number == 1


# --- the action list -------------------------------------------------------------------------------------------------


def done(story: Story, session: int = 0) -> dict[int, bool]:
    return {item.n: item.done is not None for item in story.case.sessions[session].items}


def test_a_finding_ticks_off_its_units_verification():
    story = Story(Level.RED).triaged("jkj", "sjw", level=Level.RED)
    assert done(story) == {1: False, 2: False, 3: False}

    story.say(liaison("sjw"), finding())

    assert done(story) == {1: False, 2: True, 3: False}
    assert story.case.session.items[1].done == story.now


def test_a_ruling_adds_to_the_list_and_goes_on_with_the_numbers():
    story = Story(Level.RED).triaged("jkj", level=Level.RED)

    story.say(LEADER, ruling(None, to_do(ActionKind.WARN, "jkj"), to_do(ActionKind.LABEL, "zwb")))

    assert [(item.n, item.action.do, item.action.unit) for item in story.case.sessions[0].items] == [
        (1, ActionKind.VERIFY, "jkj"),
        (2, ActionKind.INTERIM, "wxb"),
        (3, ActionKind.WARN, "jkj"),
        (4, ActionKind.LABEL, "zwb"),
    ]
    assert {one.unit for notice in story.notices(Message.MINUTES) for one in notice.to} == {"jkj"}
    assert {one.unit for notice in story.notices(Message.ACTION) for one in notice.to} == {"jkj", "zwb"}


def test_a_unit_ticks_off_its_own_items_and_no_others():
    story = Story().triaged("jkj", "sjw")
    story.say(DUTY, call(actions=(to_do(ActionKind.WARN, "jkj"), to_do(ActionKind.LABEL, "sjw"))))

    refusal = story.refused(liaison("jkj"), position(None, 1, 2), Unfit)
    assert (refusal.code, refusal.values) == ("not_your_item", {"items": "2", "own": "1"})
    story.say(liaison("jkj"), position(None, 1))
    assert done(story) == {1: True, 2: False}
    first = story.case.session.items[0].done

    story.wait("1h")
    story.say(liaison("jkj"), position(None, 1))
    assert story.case.session.items[0].done == first


def test_a_unit_that_has_something_to_do_ticks_it_off_though_it_was_not_called():
    story = Story().triaged("jkj")
    story.say(DUTY, call(actions=(to_do(ActionKind.REFER, "zwb"),)))

    assert story.refused(liaison("zwb"), position(Verdict.TRUE), NotPermitted).code == "not_permitted"
    assert story.refused(liaison("zwb"), position(Verdict.TRUE, 1), NotPermitted).code == "not_permitted"
    story.say(liaison("zwb"), position(None, 1))

    assert done(story) == {1: True}
    assert story.case.session.positions == ()


def test_nobody_is_called_where_nobody_is_asked():
    story = Story().triaged("jkj", "sjw")
    for unit in ("sjw", "jkj"):
        story.say(liaison(unit), Decline(reason="不属本单位职责"))

    assert story.refused(DUTY, call(), Unfit).code == "nobody_to_call"


def test_a_ruling_ends_what_the_units_still_owed():
    story = Story(Level.RED).triaged("jkj", "sjw", "wjw", level=Level.RED)
    story.say(liaison("wjw"), Accept())
    story.say(liaison("sjw"), finding(Verdict.TRUE))
    story.say(liaison("jkj"), finding(Verdict.FALSE))
    assert (ClockName.ANSWER, "wjw") in story.runs()

    story.say(LEADER, ruling(Verdict.FALSE))

    assert {unit for _, unit in story.runs()} == {"wxb"}
    assert story.case.request_to("wjw").state is RequestState.ACCEPTED
