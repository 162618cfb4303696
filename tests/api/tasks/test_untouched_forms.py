"""A form that was not filled in decides nothing, whoever sends it: machines that read mail press buttons, too.

Every form that any of these people finds on any page of these stories is sent exactly as it stands there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from api.forms.catalogue import BY_NAME
from domain.case.summary import Summary
from domain.decisions import (
    Consent,
    Consult,
    Decline,
    Extend,
    Interim,
    Pause,
    ReturnFinding,
    Transfer,
    TriageDecision,
)
from domain.tasks.task import Task
from domain.vocabulary import ConsultAct, Exit, Level, Stage, Verdict, Vote
from tests.api.conftest import Office
from tests.api.scriptless_browser import Paper, link
from tests.office_env import EVIDENCE
from tests.workflows import case_steps

pytestmark = pytest.mark.people

PEOPLE = (
    ("wxb", "duty"),
    ("wxb", "duty_leader"),
    ("wxb", "editor"),
    ("wxb", "deputy"),
    ("swj", "liaison_a"),
    ("swj", "deputy"),
    ("hbj", "liaison_a"),
    ("hbj", "deputy"),
    ("jyw", "liaison_a"),
    ("swu", "deputy"),
    ("gaj", "duty"),
)
TOO_LITTLE = "路断了？"
UNREACHED = {"resolve_delivery"}
"""Forms no story here has: a page that every channel refused takes a receiver of its own (`tests/workflows`)."""

CLAIM = "网传{}这件事今天夜里真的要发生大家当心"

Story = Callable[[Office, str], Awaitable[Any]]


async def _fresh(office: Office, case: str) -> None:
    """Nobody has decided anything."""


async def _joined(office: Office, case: str) -> None:
    """A report in other words has joined, which may be taken out again."""
    view = await office.world.desk.task_view(case, office.world.officer("wxb", "duty"))
    receipt = (await office.post("/v1/reports", {"text": f"听说{view.claim}，是真的吗"})).json()
    assert (receipt["case_id"], receipt["match"]) == (case, "near")


async def _asked(office: Office, case: str) -> None:
    world = office.world
    await case_steps.triaged(world, case, co_units=("hbj",))
    await world.decide(case, Transfer(to="jyw", reason="职责对口"), "hbj", "liaison_a")
    await world.decide(case, Interim(), "wxb", "duty")


async def _returned(office: Office, case: str) -> None:
    world = office.world
    await case_steps.triaged(world, case, co_units=("hbj",))
    await case_steps.found(world, case, "hbj")
    await world.decide(case, ReturnFinding(unit="hbj", missing="请补充采样时间"), "wxb", "duty")
    clock = {"clock": "answer", "unit": "swj"}
    await world.decide(case, Extend(**clock, longer="1h", reason="检测要两天"), "swj", "deputy")


async def _paused(office: Office, case: str) -> None:
    world = office.world
    await case_steps.triaged(world, case, co_units=("hbj",))
    await case_steps.accepted(world, case, "swj", "hbj")
    until = datetime.now(UTC) + timedelta(hours=3)
    for unit, about in (("swj", None), ("hbj", "hbj")):
        asks = Pause(reason="test_result", until=until, evidence=EVIDENCE, unit=about)
        await case_steps.confirmed(world, case, asks, unit, "liaison_a")


async def _meeting(office: Office, case: str) -> None:
    world = office.world
    await case_steps.triaged(world, case, Level.ORANGE, co_units=("hbj",))


async def _disputed(office: Office, case: str) -> None:
    world = office.world
    await case_steps.triaged(world, case, co_units=("hbj",))
    await case_steps.found(world, case, "hbj", verdict=Verdict.TRUE)
    await case_steps.found(world, case, "swj")


async def _drafted(office: Office, case: str) -> None:
    world = office.world
    await case_steps.verified(world, case)
    await world.decide(case, Consult(act=ConsultAct.CALL, text="口径"), "wxb", "duty")
    digest = await case_steps.drafted(world, case, consents=("hbj", "swu"))
    no = Consent(digest=digest, outcome=Vote.REJECT, remarks="不是本单位说的")
    await world.decide(case, no, "hbj", "deputy")
    await case_steps.drafted(world, case, text="全市供水正常。", reason="按意见修改", consents=("hbj", "swu"))


async def _signable(office: Office, case: str) -> None:
    world = office.world
    await case_steps.verified(world, case)
    digest = await case_steps.drafted(world, case)
    await world.decide(case, case_steps.approval(digest), "swj", "deputy")


async def _reviewed(office: Office, case: str) -> None:
    world = office.world
    await case_steps.verified(world, case, Level.ORANGE)
    digest = await case_steps.drafted(world, case)
    await world.decide(case, case_steps.approval(digest), "swj", "deputy")


async def _published(office: Office, case: str) -> None:
    world = office.world
    await case_steps.triaged(world, case, co_units=("hbj",))
    await case_steps.found(world, case, "swj", "hbj")
    await case_steps.signed(world, case, await case_steps.drafted(world, case))
    await world.reaches(case, Stage.CLOSURE)


async def _published_early(office: Office, case: str) -> None:
    world = office.world
    await case_steps.triaged(world, case, Level.ORANGE, co_units=("hbj",))
    await case_steps.found(world, case, "swj")
    await case_steps.signed(world, case, await case_steps.drafted(world, case))
    await world.reaches(case, Stage.CLOSURE)


async def _bounced(office: Office, case: str) -> None:
    world = office.world
    for _ in range(2):
        await case_steps.triaged(world, case, co_units=("hbj",))
        await world.decide(case, Decline(reason="不属职责"), "swj", "liaison_a")


async def _late(office: Office, case: str) -> None:
    """A clock has rung at people of the office, who may take it in hand."""
    await case_steps.triaged(office.world, case, co_units=("hbj",))
    await office.world.forward(case, timedelta(hours=30))


async def _handed_over(office: Office, case: str) -> None:
    await office.world.decide(case, TriageDecision(exit=Exit.HELP_URGENT, pass_to="gaj"), "wxb", "duty")


async def _waiting(office: Office, case: str) -> None:
    """Reports that say too little wait together."""
    for _ in range(2):
        await office.reported(TOO_LITTLE)


STORIES: dict[str, Story] = {
    story.__name__[1:]: story
    for story in (
        _fresh,
        _joined,
        _asked,
        _returned,
        _paused,
        _meeting,
        _disputed,
        _drafted,
        _signable,
        _reviewed,
        _published,
        _published_early,
        _bounced,
        _late,
        _handed_over,
        _waiting,
    )
}
SENT: dict[str, set[str]] = {}
"""The forms that were sent as they stand, by story."""


@pytest.mark.parametrize("name", STORIES)
async def test_a_form_that_was_not_filled_in_decides_nothing(office: Office, name: str) -> None:
    text = TOO_LITTLE if name == "waiting" else CLAIM.format(name)
    world, case = office.world, await office.reported(text)
    await STORIES[name](office, case)
    await world.quiet(case)
    before, sent = await _written(office, case), list[dict[str, list[str]]]()

    for path in _links(office, case, await world.view(case)):
        for form in Paper.of(await office.http.get(path)).untouched:
            about = {name: held for name, held in form.items() if name != "key"}
            if about in sent:  # to the letter one that another link has, too
                continue
            answer = await office.http.post(path, data=form)
            sent.append(about)
            SENT.setdefault(name, set()).add(form["form"][0])
            assert _names_a_field(answer, form["form"][0]), (form["form"], answer.status_code, answer.text)

    assert await _written(office, case) == before


def test_the_stories_have_every_form_there_is() -> None:
    if SENT.keys() != STORIES.keys():
        pytest.skip("only some of the stories were told")
    assert set(BY_NAME) - set().union(*SENT.values()) == UNREACHED


def _links(office: Office, case: str, summary: Summary) -> list[str]:
    """A link for every task to each person, and for each running clock."""
    bare = [link(office.world, case, task, unit, seat, visit=summary.visit) for unit, seat in PEOPLE for task in Task]
    rung = [
        link(office.world, case, Task.LOOK, unit, seat, visit=summary.visit, clock=debt.clock, owner=debt.unit)
        for unit, seat in PEOPLE
        for debt in summary.debts
    ]
    return [*bare, *rung]


def _names_a_field(answer: httpx2.Response, form: str) -> bool:
    """Whether a form came back with what it lacks beside the field, and named at the top of the page."""
    named = 'aria-invalid="true"' in answer.text and 'class="fault"' in answer.text
    return answer.status_code == 422 and named and 'role="alert"' in answer.text


async def _written(office: Office, case: str) -> tuple[int, int, dict[str, int], int]:
    """What there is of a case: entries, events, rows, and letters with codes."""
    await office.world.quiet(case)
    codes = [line for line in office.world.outbox() if f"{case}/code/" in line["key"]]
    seq = (await office.world.view(case)).seq
    return await office.world.length(case), seq, office.rows(), len(codes)
