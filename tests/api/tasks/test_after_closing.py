"""A page opened after closing: whoever was asked finds the form for a finding, everybody else that it is over."""

from __future__ import annotations

import asyncio

import pytest

from domain.tasks.task import Task
from domain.vocabulary import Stage
from tests.api.conftest import Office
from tests.api.scriptless_browser import FOUND, Paper, filled_in, link, send
from tests.workflows import case_steps

pytestmark = pytest.mark.people

OVER = "本事项已办结。"
HEARD = "本事项已办结，仍可反馈查证意见"
BODY = {"kind": "finding", "verdict": "true", "explanation": "复核后发现确有其事。", "evidence": case_steps.EVIDENCE}


async def closed(office: Office, claim: str) -> str:
    """A case that was closed while 市生态环境局 had not answered; its workflow has ended."""
    world, case = office.world, await office.reported(claim)
    await case_steps.triaged(world, case, co_units=("hbj", "swu", "wjw"))
    await case_steps.found(world, case, "swj", "swu", "wjw")
    await case_steps.signed(world, case, await case_steps.drafted(world, case))
    await world.reaches(case, Stage.CLOSURE)
    await case_steps.closed(world, case)
    await world.handle(case).result()
    await settled(office, case)
    return case


async def settled(office: Office, case: str) -> None:
    for _ in range(100):
        await office.world.desk.follow()
        cursor = await office.world.register.cursor(case)
        if cursor is not None and cursor.settled and cursor.run == "completed":
            return
        await asyncio.sleep(0.05)
    raise AssertionError("never settled")


async def late(office: Office, case: str) -> list[tuple[str, str]]:
    return [(one["unit"], one["verdict"]) for one in await office.world.events(case, "finding_received") if one["late"]]


async def test_a_unit_asked_hands_in_its_finding_by_its_link_after_closing(office: Office) -> None:
    case = await closed(office, "网传东汀河水全部染红鱼虾死光")
    path = link(office.world, case, Task.VERIFY, "hbj", "liaison_a")

    page = await office.http.get(path)
    sent = await send(office, path, "finding", **FOUND | {"verdict": "true"})
    shown = await office.http.get(sent.headers["location"])

    assert HEARD in page.text
    assert "市委网信办" in page.text
    assert OVER not in page.text
    assert tuple(Paper.of(page).forms) == ("finding",)
    assert "先签收" not in page.text
    assert sent.status_code == 303
    assert "查证意见已收到" in shown.text
    assert tuple(Paper.of(shown).forms) == ("correct_finding",)
    assert await late(office, case) == [("hbj", "true")]


async def test_a_unit_that_answered_finds_only_the_form_for_a_correction(office: Office) -> None:
    case = await closed(office, "网传西门菜场猪肉全部注水停售")

    page = await office.http.get(link(office.world, case, Task.VERIFY, "swj", "liaison_a"))

    assert HEARD in page.text
    assert tuple(Paper.of(page).forms) == ("correct_finding",)


@pytest.mark.parametrize(
    ("task", "unit", "seat"),
    [
        (Task.TRIAGE, "wxb", "duty"),
        (Task.CLOSE, "wxb", "duty"),
        (Task.DRAFT, "wxb", "editor"),
        (Task.REVIEW, "swj", "deputy"),
        (Task.COORDINATE, "wxb", "duty"),
    ],
)
async def test_every_other_page_of_a_closed_case_says_that_it_is_over(
    office: Office, task: Task, unit: str, seat: str
) -> None:
    case = await closed(office, f"网传北山公园{task}缆车脱轨多人被困")

    page = await office.http.get(link(office.world, case, task, unit, seat))

    assert OVER in page.text
    assert HEARD not in page.text
    assert Paper.of(page).forms == {}


async def test_a_closed_case_of_which_nothing_is_kept_says_that_it_is_over(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await closed(office, "网传南湖隧道透水已经全部封闭")
    path = link(office.world, case, Task.VERIFY, "hbj", "liaison_a")
    typed = filled_in(await office.http.get(path), "finding", **FOUND)

    async def nothing(*_: object) -> None:
        return None

    monkeypatch.setattr(office.world.register, "kept_state", nothing)
    monkeypatch.setattr(office.world.desk._client, "brief", nothing)
    page = await office.http.get(path)
    sent = await office.http.post(path, data=typed)

    assert OVER in page.text
    assert Paper.of(page).forms == {}
    assert sent.status_code == 409
    assert "请作为新线索报送" in sent.text
    assert FOUND["explanation"].splitlines()[0] in sent.text


async def test_the_api_takes_a_finding_after_closing_and_answers_as_ever(office: Office) -> None:
    case = await closed(office, "网传中心医院停诊一个月不收病人")

    taken = await office.decide(case, BODY, "hbj", "liaison_a", key="late-api-1")
    again = await office.decide(case, BODY, "hbj", "liaison_a", key="late-api-1")
    once_more = await office.decide(case, BODY, "hbj", "liaison_a", key="late-api-2")
    noted = await office.decide(case, {"kind": "note", "text": "补记"}, key="late-api-3")
    stranger = await office.decide(case, BODY, "jyw", "liaison_a", key="late-api-4")
    office_itself = await office.decide(case, BODY, key="late-api-5")
    seen = await office.get(f"/v1/cases/{case}")

    assert (taken.status_code, again.status_code) == (200, 200), taken.text
    assert taken.json()["seq"] == again.json()["seq"]
    assert (once_more.status_code, once_more.json()["code"]) == (422, "request_state")
    assert (noted.status_code, noted.json()["code"]) == (409, "case_over")
    assert stranger.status_code == 404
    assert (office_itself.status_code, office_itself.json()["code"]) == (403, "not_permitted")
    assert seen.json()["summary"]["closed_at"] is not None
    assert seen.json()["summary"]["stage"] == "closure"
    assert await late(office, case) == [("hbj", "true")]


async def test_the_list_of_closed_cases_stays_as_it_is(office: Office) -> None:
    case = await closed(office, "网传新区大桥桥墩开裂即将垮塌")
    await office.decide(case, BODY, "hbj", "liaison_a", key="late-list-1")

    live = {row["case_id"] for row in (await office.get("/v1/cases", live=True, limit=200)).json()}
    over = {row["case_id"] for row in (await office.get("/v1/cases", stage="closure", limit=200)).json()}

    assert case not in live
    assert case in over
