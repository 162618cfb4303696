"""The action list of a session: the chair puts more on it, its owners are told, and what came of each item is kept."""

from datetime import timedelta

import pytest

from domain.case.notice_kinds import Message
from domain.case.summarise import summarise
from domain.decisions import Accept, Action, Consult, Decline
from domain.errors import NotPermitted, Unfit
from domain.vocabulary import ActionKind, ClockName, Level, Seat, Verdict
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


def give(*actions: Action) -> Consult:
    return Consult(act="actions", text="会商议定", actions=actions)


def to_do(do: ActionKind, unit: str, end=LATER, what: str | None = None) -> Action:
    return Action(do=do, unit=unit, end=end, what=what)


def tick(*done: int, text: str = "已办") -> Consult:
    return Consult(act="position", text=text, done=done)


def orange() -> Story:
    """Return an orange case whose session was opened at triage: two verifications and the interim notice."""
    return Story(Level.ORANGE).triaged("jkj", "sjw", level=Level.ORANGE)


@pytest.mark.parametrize("chair", [LEADER, OFFICE_DEPUTY, OFFICE_HEAD])
def test_the_chair_puts_more_on_the_list_time_and_again(chair):
    story = orange()

    story.say(chair, give(to_do(ActionKind.WARN, "jkj", what="发提示"), to_do(ActionKind.LABEL, "zwb")))
    story.say(chair, give(to_do(ActionKind.REFER, "wxb")))

    assert [(one.n, one.action.do, one.action.unit) for one in story.case.session.items][3:] == [
        (4, ActionKind.WARN, "jkj"), (5, ActionKind.LABEL, "zwb"), (6, ActionKind.REFER, "wxb"),
    ]  # fmt: skip
    first, second = story.events("actions_given")
    assert (first.number, first.text, len(first.actions), len(second.actions)) == (1, "会商议定", 2, 1)


@pytest.mark.parametrize("actor", [DUTY, EDITOR, liaison("jkj"), of("jkj", Seat.HEAD), of("jyw", Seat.DUTY_LEADER)])
def test_nobody_else_does(actor):
    assert orange().refused(actor, give(to_do(ActionKind.WARN, "jkj")), NotPermitted).code == "not_permitted"


def test_an_empty_list_and_one_without_a_session_are_refused():
    assert orange().refused(LEADER, give(), Unfit).code == "no_actions"
    story = Story().triaged("jkj")
    assert story.refused(LEADER, give(to_do(ActionKind.WARN, "jkj")), Unfit).code == "no_session"


@pytest.mark.parametrize("act", ["actions", "ruling", "call"])
@pytest.mark.parametrize("end", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "2027-11-26T01:00:00Z"])
def test_an_end_nobody_can_have_meant_is_refused_wherever_it_is_given(act, end):
    story = Story().triaged("jkj") if act == "call" else orange()
    said = Consult.model_validate({"act": act, "text": "议定", "actions": [{"do": "warn", "unit": "jkj", "end": end}]})

    assert story.refused(LEADER, said, Unfit).code == "end_out_of_reach"


def test_each_owner_is_told_what_to_do_until_when_and_of_the_office_its_duty_seat():
    story = orange()
    before = len(story.notices(Message.ACTION))

    story.say(LEADER, give(to_do(ActionKind.WARN, "jkj", what="发提示"), to_do(ActionKind.REFER, "wxb")))

    assert before == 0, "what is on the list at triage has been asked for by notices of its own"
    warn, refer = story.notices(Message.ACTION)
    assert (warn.due, refer.due) == (LATER, LATER)
    assert warn.values == {"number": 1, "n": 4, "do": "warn", "what": "发提示"}
    assert ({one.unit for one in warn.to}, [(one.unit, one.seat) for one in refer.to]) == ({"jkj"}, [("wxb", "duty")])
    assert warn.key != refer.key


def test_what_a_call_and_a_ruling_give_out_is_told_in_the_same_way():
    story = Story().triaged("jkj")
    story.say(DUTY, Consult(act="call", text="是否属实？", actions=(to_do(ActionKind.LABEL, "sjw"),)))
    story.say(LEADER, Consult(act="ruling", text="按任务办理", actions=(to_do(ActionKind.WARN, "jkj"),)))

    assert [(one.to[0].unit, one.values["n"]) for one in story.notices(Message.ACTION)] == [("sjw", 1), ("jkj", 2)]


def test_the_list_goes_on_after_the_minutes():
    story = orange()
    story.say(LEADER, Consult(act="ruling", text="按任务办理"))

    story.say(LEADER, give(to_do(ActionKind.WARN, "jkj")))
    story.say(liaison("jkj"), tick(4))

    assert story.case.session is None
    assert story.case.sessions[0].items[3].done == story.now


def test_what_came_of_an_item_is_kept_with_who_says_so_and_never_overwritten():
    story = orange()
    story.say(LEADER, give(to_do(ActionKind.WARN, "jkj")))
    story.say(liaison("jkj"), tick(4, text="已发" * 150))
    first = story.case.session.items[3]
    story.wait("10m")

    story.say(LEADER, tick(4, text="又办了一遍"))

    assert story.case.session.items[3] == first
    assert (first.by, first.result) == (liaison("jkj").signer, "已发" * 100)
    assert story.events("position_taken")[0].text == "已发" * 150


@pytest.mark.parametrize("chair", [LEADER, OFFICE_DEPUTY, OFFICE_HEAD])
def test_the_chair_ticks_off_whosoever_item_it_is_and_only_items_there_are(chair):
    story = orange()
    story.say(LEADER, give(to_do(ActionKind.LABEL, "zwb")))

    refusal = story.refused(chair, tick(4, 9), Unfit)
    story.say(chair, tick(4))

    assert (refusal.code, refusal.values) == ("no_such_item", {"items": "9", "own": "1,2,3,4"})
    assert story.case.session.items[3].by == chair.signer
    assert story.case.session.positions == ()
    side = Consult(act="position", text="不实", verdict=Verdict.FALSE, done=(1,))
    assert story.refused(chair, side, NotPermitted).code == "not_permitted"


@pytest.mark.parametrize("actor", [DUTY, EDITOR])
def test_the_other_seats_of_the_office_tick_off_the_office_s_items_alone(actor):
    story = orange()

    assert story.refused(actor, tick(1), Unfit).code == "not_your_item"
    story.say(actor, tick(3))


def test_ticking_off_leaves_the_position_taken_before_as_it_is():
    story = orange()
    story.say(liaison("jkj"), Consult(act="position", text="不实", verdict=Verdict.FALSE))

    story.say(liaison("jkj"), tick(1))

    assert [(one.unit, one.verdict) for one in story.case.session.positions] == [("jkj", Verdict.FALSE)]


def test_a_finding_is_told_as_the_work_of_whoever_handed_it_in():
    story = orange()
    story.say(liaison("sjw"), finding())

    assert story.case.session.items[1].by == liaison("sjw").signer


# --- whom a session waits for ----------------------------------------------------------------------------------------


def awaited(story: Story) -> dict:
    return summarise(story.case).awaited


def test_a_session_at_triage_waits_for_nobody_who_owes_an_answer_anyway():
    story = orange()
    assert awaited(story) == {}

    story.say(LEADER, give(to_do(ActionKind.WARN, "jkj"), to_do(ActionKind.VERIFY, "jyw")))

    assert awaited(story) == {"jkj": LATER, "jyw": LATER}, "jyw is asked by the list alone"
    story.say(liaison("jkj"), tick(4))
    assert awaited(story) == {"jyw": LATER}


def test_the_earliest_of_a_unit_s_items_counts():
    story = orange()
    soon = LATER - timedelta(hours=3)

    story.say(LEADER, give(to_do(ActionKind.WARN, "jkj"), to_do(ActionKind.LABEL, "jkj", soon)))

    assert awaited(story) == {"jkj": soon}


def test_a_unit_that_was_called_is_awaited_until_it_has_spoken_or_the_minutes_are_there():
    story = Story().triaged("jkj")
    story.say(DUTY, Consult(act="call", text="是否属实？", units=("zfb", "jkj", "skx")))
    due = story.clock(ClockName.SESSION).due
    assert awaited(story) == {"zfb": due, "jkj": due, "skx": due}

    story.say(liaison("zfb"), Consult(act="position", text="不掌握情况"))
    assert awaited(story) == {"jkj": due, "skx": due}
    story.say(LEADER, Consult(act="ruling", text="按任务办理"))
    assert awaited(story) == {}


def test_units_that_contradict_each_other_are_awaited_though_both_have_answered():
    story = orange()
    story.say(liaison("jkj"), Accept())
    story.say(liaison("sjw"), finding(Verdict.TRUE))
    story.say(liaison("jkj"), finding(Verdict.FALSE))

    assert set(awaited(story)) == {"jkj", "sjw"}


def test_a_unit_that_declined_is_awaited_no_more():
    story = orange()
    story.say(liaison("sjw"), Decline(reason="不属本单位职责"))

    assert "sjw" in story.case.session.units
    assert awaited(story) == {}


def test_a_level_without_an_hour_for_the_minutes_names_none():
    story = Story(Level.BLUE, terms=TERMS_BEFORE).triaged("jkj", level=Level.BLUE)
    story.say(DUTY, Consult(act="call", text="是否属实？", units=("zfb",)))

    assert awaited(story) == {"zfb": None}


def test_a_closed_case_waits_for_nobody():
    story = orange()
    story.say(LEADER, give(to_do(ActionKind.WARN, "zwb")))
    story.verified().drafted().approved().published()
    assert awaited(story) == {"zwb": LATER}

    story.closed()

    assert awaited(story) == {}
