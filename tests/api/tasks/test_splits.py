"""Reports that a rule has joined, on the page of their case: why they stand in it, and how one is taken out."""

from __future__ import annotations

import re

import pytest

from domain.matching.outcome import VERSION
from domain.tasks.task import Task
from tests.api.conftest import Office
from tests.api.scriptless_browser import Paper, link, send

pytestmark = pytest.mark.people

THINGS = iter(
    (
        "东湖公园的孔雀昨晚全部飞走了，管理处正在寻找",
        "南山步道的路灯上周全部换成了红色灯泡，居民议论很多",
        "北门菜市场的鸡蛋都是人造的，煮熟以后会弹起来",
        "西街口的老槐树一夜之间结满了金色果子，游客排队拍照",
        "中心广场的喷泉今天喷出了蓝色的水，孩子们都在围观",
        "青石码头的渡船昨天装上了飞机发动机，速度快了五倍",
    )
)
"""One office for all tests: each tells of something else."""


async def joined(office: Office) -> tuple[str, str]:
    """A case with a report in other words: its id, and that of the report."""
    claim = next(THINGS)
    case = await office.reported(claim)
    receipt = (await office.post("/v1/reports", {"text": f"听说\n<b>{claim}</b>\u202e，是真的吗"})).json()
    assert (receipt["case_id"], receipt["match"]) == (case, "near")
    await office.world.quiet(case)
    return case, receipt["report_id"]


async def test_the_office_reads_why_a_report_joined_and_takes_it_out_by_its_form(office: Office) -> None:
    case, report = await joined(office)
    path = link(office.world, case, Task.TRIAGE, "wxb", "duty")

    page = await office.http.get(path)

    assert "线索为何在本事项" in page.text
    assert "没有可以并入的事项，单独成事项" in page.text
    assert "听说 &lt;b&gt;" in page.text
    assert "\u202e" not in page.text
    assert "比对规则：文字比对第1版" in page.text
    desk = (await office.http.get(link(office.world, case, Task.COORDINATE, "wxb", "duty"))).text
    number = (await office.world.view(case)).number
    assert number not in desk.split("与第一条线索相近的其他事项")[1].split("按规则并入的其他表述")[0], "its own case"
    assert re.search(r"相近程度：\d+%", page.text)
    assert Paper.of(page).forms["split"]["report_id"] == [report]
    unmeant = await send(office, path, "split", reason="不是一回事", sure=[])
    assert unmeant.status_code == 422
    sent = await send(office, path, "split", reason="不是一回事")
    assert sent.status_code == 303, sent.text
    [split] = await office.world.events(case, "report_split")
    after = (await office.http.get(sent.headers["location"])).text
    assert f"已拆出，另立为{split['number']}" in after
    assert f"另立为{split['number']}，理由：不是一回事" in after
    assert "split" not in Paper.of(await office.http.get(path)).forms
    own = (await office.http.get(link(office.world, split["case_id"], Task.TRIAGE, "wxb", "duty"))).text
    number = (await office.world.view(case)).number
    assert f"由{number}拆出，理由：不是一回事" in own
    read = (await office.get(f"/v1/reports/{report}")).json()
    assert read["number"] == split["number"]


async def test_a_unit_reads_nothing_of_it(office: Office) -> None:
    case, _ = await joined(office)
    path = link(office.world, case, Task.VERIFY, "swj", "duty")

    page = await office.http.get(path)

    assert "线索为何在本事项" not in page.text
    assert "split" not in Paper.of(page).forms


async def test_a_report_that_is_taken_out_by_somebody_else_meanwhile_is_said_to_be(office: Office) -> None:
    case, report = await joined(office)
    path = link(office.world, case, Task.TRIAGE, "wxb", "duty")
    page = await office.http.get(path)
    fields = Paper.of(page).forms["split"]
    await send(office, path, "split", reason="不是一回事")

    again = await office.http.post(path, data={**fields, "reason": "另一人", "sure": ["yes"]})

    [split] = await office.world.events(case, "report_split")
    assert again.status_code in (409, 422)
    assert f"线索 {report} 已拆出，另立为 {split['number']}" in again.text


async def test_the_api_explains_a_report_to_the_office_alone(office: Office) -> None:
    case, report = await joined(office)

    told = (await office.get(f"/v1/reports/{report}/match")).json()
    unit = await office.http.get(f"/v1/reports/{report}/match", headers=office.bearer("swj"))
    nobody = await office.http.get(f"/v1/reports/{report}/match")

    assert (told["placement"], told["case_id"], told["by_rule"]["version"]) == ("rule", case, VERSION)
    assert 0 < told["by_rule"]["percent"] <= 100
    assert told["by_rule"]["common"]
    assert told["then"][0]["case_id"] == case
    assert 1 <= len(told["then"]) <= 5
    assert (unit.status_code, nobody.status_code) == (404, 401)


async def test_a_split_over_the_api_has_one_effect_under_one_key(office: Office) -> None:
    case, report = await joined(office)
    said = {"kind": "split", "report_id": report, "reason": "不是一回事"}

    first = await office.decide(case, said, "wxb", "editor", "the-same-key-0001")
    again = await office.decide(case, said, "wxb", "editor", "the-same-key-0001")
    unit = await office.decide(case, said, "swj", "duty", "another-key-00001")
    bad = await office.decide(case, {**said, "report_id": "？"}, "wxb", "duty", "another-key-00002")

    assert (first.status_code, again.status_code) == (200, 200), first.text
    assert first.json()["seq"] == again.json()["seq"]
    assert len(await office.world.events(case, "report_split")) == 1
    assert unit.status_code == 404
    assert bad.status_code == 422
    told = (await office.get(f"/v1/reports/{report}/match")).json()
    assert (told["placement"], told["split"]["case_id"]) == ("split", case)
    nearest = told["now"][0]
    assert (nearest["case_id"], nearest["apart"], nearest["outcome"]) == (case, True, "suggest")
