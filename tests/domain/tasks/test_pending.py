"""Whose task a case is, told from its summary: by what the seats may decide, and by the rungs that have rung."""

from __future__ import annotations

import pytest

from domain.case.payloads import NotIssued
from domain.case.summarise import summarise
from domain.case.summary import Summary
from domain.decisions import Action, Actor, Close, Consult, Interim
from domain.tasks.pending import PendingTask, pending_task
from domain.tasks.task import Task
from domain.vocabulary import ActionKind, ClockName, Level, Seat
from tests.domain.factories import (
    DUTY,
    EDITOR,
    LEADER,
    OFFICE_DEPUTY,
    START,
    TERMS,
    TERMS_BEFORE,
    UNITS,
    Story,
    deputy,
    finding,
    liaison,
    of,
)

pytestmark = pytest.mark.people

PARENTS = {code: unit.parent for code, unit in UNITS.items()}


def seen(summary: Summary, actor: Actor) -> PendingTask | None:
    return pending_task(summary, actor, TERMS, PARENTS)


def task(story: Story, actor: Actor) -> Task | None:
    found = seen(summarise(story.case), actor)
    return found.task if found else None


@pytest.mark.parametrize(
    ("actor", "tasks"),
    [
        (DUTY, ["triage", "coordinate", "coordinate", "coordinate", "close", None]),
        (EDITOR, [None, None, "draft", None, "close", None]),
        (liaison("jkj"), [None, "verify", None, None, None, None]),
        (deputy("jkj"), [None, "verify", None, "review", None, None]),
        (deputy("wjw"), [None, None, None, "review", None, None]),  # it may stand in
        (OFFICE_DEPUTY, [None] * 6),  # the signature comes after the review
        (liaison("jyw"), [None] * 6),
    ],
    ids=lambda one: one.person if isinstance(one, Actor) else "",
)
def test_a_case_waits_in_turn_for_those_whose_step_it_is(actor: Actor, tasks: list[str | None]) -> None:
    story = Story()
    found = [task(story, actor)]
    for step in (
        lambda: story.triaged("jkj"),
        story.verified,
        story.drafted,
        lambda: story.approved().published(),
        story.closed,
    ):
        step()
        found.append(task(story, actor))

    assert found == tasks


def test_the_earliest_of_several_clocks_of_one_person_counts() -> None:
    found = seen(summarise(Story().triaged("jkj").case), liaison("jkj"))

    assert found is not None
    assert (found.clock, found.owner, found.called) == (ClockName.ACCEPT, "jkj", False)


def test_who_was_called_by_a_rung_sees_the_case_from_then_on() -> None:
    story, head = Story(Level.RED).triaged("jkj"), of("wxb", Seat.HEAD)
    before = seen(summarise(story.case), head)
    story.wait("1h")

    found = seen(summarise(story.case), head)

    assert before is None
    assert found is not None
    assert (found.task, found.clock, found.owner, found.called) == (Task.VERIFY, ClockName.ACCEPT, "jkj", True)


def test_what_another_asked_for_waits_for_whoever_may_confirm_it_and_never_for_who_asked() -> None:
    story = Story().triaged("jkj")
    story.say(EDITOR, Interim())

    waits = {
        one.person: seen(summarise(story.case), one) for one in (DUTY, EDITOR, LEADER, OFFICE_DEPUTY, liaison("jkj"))
    }

    assert {who: one.task if one else None for who, one in waits.items()} == {
        "wxb-duty": Task.CONFIRM, "wxb-editor": None, "wxb-duty_leader": Task.CONFIRM, "wxb-deputy": None,
        "jkj-liaison_a": Task.VERIFY,
    }  # fmt: skip


def test_a_unit_that_is_called_to_a_session_or_has_something_to_do_there_sees_it_and_no_other() -> None:
    story = Story(Level.BLUE, terms=TERMS_BEFORE).triaged("jkj", level=Level.BLUE)
    label = Action(do=ActionKind.LABEL, unit="sjw", end=START)
    story.say(DUTY, Consult(act="call", text="是否属实？", units=("zfb", "jkj"), actions=(label,)))

    waits = {unit: seen(summarise(story.case), liaison(unit)) for unit in ("zfb", "sjw", "jkj", "skx")}

    assert waits["zfb"] == PendingTask(task=Task.SESSION)
    assert waits["sjw"] == PendingTask(task=Task.SESSION, due=START)
    assert waits["jkj"] is not None
    assert waits["jkj"].task is Task.VERIFY, "by an hour, which the session has not"
    assert waits["skx"] is None


def test_a_case_that_ends_without_a_publication_waits_to_be_closed_all_the_same() -> None:
    story = Story().triaged("jkj").verified()
    story.drafted(publication="none", reason="单位已自行发布").approved()

    found = seen(summarise(story.case), DUTY)

    assert found is not None
    assert found.task is Task.CLOSE


def test_after_the_closing_a_page_that_was_refused_waits_for_whoever_may_resolve_it() -> None:
    story = Story().triaged().verified().drafted().approved()
    story.comes_back("bulletin")
    story.say(DUTY, Close(remarks="不再等合作媒体"))
    assert [task(story, who) for who in (DUTY, EDITOR)] == [None, None]

    for debt in story.publications():
        story.returns(debt, NotIssued(reason="地址不存在"))

    assert [task(story, who) for who in (DUTY, EDITOR, liaison("jkj"))] == [Task.CLOSE, Task.CLOSE, None]


def test_after_the_closing_a_finding_waits_for_whoever_approves_it_in_the_unit_and_nothing_else_does() -> None:
    terms = TERMS.model_copy(update={"findings_approved_at": (Level.RED,)})
    story = Story(Level.RED, terms=terms).triaged("jkj", "sjw", level=Level.RED)
    story.say(liaison("sjw"), finding())
    story.say(deputy("jkj"), finding())
    story.drafted().approved().published().closed()

    waits = {who.person: task(story, who) for who in (deputy("sjw"), liaison("sjw"), deputy("jkj"), DUTY, LEADER)}

    assert waits == {
        "sjw-deputy": Task.CONFIRM, "sjw-liaison_a": None, "jkj-deputy": None, "wxb-duty": None,
        "wxb-duty_leader": None,
    }  # fmt: skip
