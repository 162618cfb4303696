"""Closing beside what is unfinished: it takes a reason, the entry says what was left, and whoever owes it is told."""

from datetime import timedelta

import pytest

from domain.case.notice_kinds import Message
from domain.decisions import Action, Close, Consult
from domain.errors import Unfit
from domain.tasks.available_actions import offers
from domain.vocabulary import ActionKind, ConsultAct, Verdict
from tests.domain.factories import DUTY, EDITOR, LEADER, START, Story, finding, liaison

pytestmark = pytest.mark.people

REASON = Close(remarks="平台自行加注")
LABEL = Action(do=ActionKind.LABEL, unit="sjw", end=START + timedelta(days=9))
REFER = Action(do=ActionKind.REFER, unit="wxb", end=START + timedelta(days=9))
CALL = Consult(act=ConsultAct.CALL, text="如何处置", units=("jkj",), actions=(LABEL, REFER))


def out(*co_units: str, call: bool = False) -> Story:
    """A case whose rebuttal is out everywhere, though not every unit has answered, or every action is ticked off."""
    story = Story().triaged("jkj", *co_units)
    if call:
        story.say(DUTY, CALL)
    return story.verified().drafted().approved().published()


def told(story: Story) -> list[tuple[set[str], str | int, str | int]]:
    return [
        ({seat.unit for seat in notice.to}, notice.values["finding"], notice.values["actions"])
        for notice in story.notices(Message.CLOSED)
    ]


def test_a_finding_that_is_still_waited_for_is_named_in_the_entry_and_its_unit_is_told():
    story = out("sjw", "skx", "swj")
    late = next(one.unit.code for one in story.case.open_requests() if one.verdict is None)

    refusal = story.refused(EDITOR, Close(), Unfit)
    assert (refusal.code, refusal.values["units"]) == ("findings_outstanding", story.case.short(late))
    [offer] = [offer for offer in offers(story.case, EDITOR) if offer.kind == "close"]
    assert offer.only == {"outstanding": ("units",)}
    story.say(EDITOR, REASON)

    assert story.events("case_closed")[0].unanswered == (late,)
    assert told(story) == [({late}, "finding", 0)]


def test_an_action_that_nobody_ticked_off_is_named_in_the_entry_and_its_unit_is_told():
    story = out(call=True)

    refusal = story.refused(EDITOR, Close(), Unfit)
    assert (refusal.code, refusal.values["count"]) == ("actions_outstanding", 2)
    story.say(EDITOR, REASON)

    assert story.events("case_closed")[0].undone == (LABEL, REFER)
    assert told(story) == [({"sjw"}, "", 1)], "the office has just closed it"


def test_what_is_ticked_off_needs_no_reason():
    story = out(call=True)
    story.say(LEADER, Consult(act=ConsultAct.POSITION, text="已加注，已移交", done=(1, 2)))

    story.say(EDITOR, Close())

    assert (story.events("case_closed")[0].undone, told(story)) == ((), [])


def test_a_unit_that_was_let_go_or_fell_silent_leaves_nothing_unfinished():
    story = Story().triaged("jkj", "sjw", "wjw")
    story.say(liaison("wjw"), finding(Verdict.FALSE))
    story.wait("20d")  # the request to sjw expires
    if story.case.lead is None or story.case.lead.unit.code != "jkj":
        story.triaged("jkj")
    story.verified().drafted().approved().published()

    story.say(EDITOR, Close())

    assert told(story) == []


def test_the_letter_still_goes_out_though_everything_else_is_called_off():
    story = out("sjw", "skx", "swj")
    story.say(EDITOR, REASON)

    assert not [one for one in story.case.pending_effects if getattr(one, "called_off", False)]
    story.settle()
    assert story.case.at_rest
