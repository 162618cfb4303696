"""The triage page says what each level promises and for what it is meant; districts and units are chosen from lists."""

from __future__ import annotations

import re

import pytest

from domain.tasks.task import Task
from tests.api.conftest import Office
from tests.api.scriptless_browser import Paper, link, send

pytestmark = pytest.mark.people


async def test_each_level_says_what_it_promises_and_for_what_it_is_meant(office: Office) -> None:
    case = await office.reported("网传西汀大桥主缆断裂随时会塌")

    page = (await office.http.get(link(office.world, case, Task.TRIAGE, "wxb", "duty"))).text

    for level, promise, meant in (
        ("红色（一级）", "查证2小时30分、5小时内首次回应。", "危及人身或公共安全"),
        ("橙色（二级）", "查证2小时30分、5小时内首次回应。", "影响民生供应"),
        ("黄色（三级）", "查证24小时、48小时内首次回应。", "影响限于局部"),
        ("蓝色（四级）", "查证2个工作日、7个工作日内首次回应。", "扩散很少"),
    ):
        assert re.search(f'{level}<span class="hint">{promise}{meant}', page), level


async def test_the_district_is_chosen_from_the_citys_own_and_found_in_the_place(office: Office) -> None:
    answer = await office.post("/v1/reports", {"text": "网传三里街菜场全部关停一周", "place": "东汀区三里街"})
    case = answer.json()["case_id"]
    path = link(office.world, case, Task.TRIAGE, "wxb", "duty")

    page = await office.http.get(path)
    (listed,) = re.findall(r'<select[^>]* name="district".*?</select>', page.text, re.DOTALL)
    answer = await send(office, path, "triage", lead="swj", topic="市场", district="海塘新区")

    assert re.findall(r'value="([^"]*)"', listed) == [
        "", "东汀区", "西汀区", "河湾区", "青禾区", "石坪区", "松坪区", "海塘新区", "北原区",
    ]  # fmt: skip
    assert Paper.of(page).forms["triage"]["district"] == ["东汀区"]
    assert answer.status_code == 303, answer.text
    (triaged,) = await office.world.events(case, "triaged")
    assert triaged["district"] == "海塘新区"


async def test_units_stand_under_their_kinds_in_lists_and_among_boxes_to_tick(office: Office) -> None:
    case = await office.reported("网传城南机场航线全部取消")

    page = (await office.http.get(link(office.world, case, Task.TRIAGE, "wxb", "duty"))).text
    (lead,) = re.findall(r'<select[^>]* name="lead".*?</select>', page, re.DOTALL)
    headings = re.findall(r'<optgroup label="([^"]+)"', lead)

    assert {"党委部门", "政府部门", "区"} <= set(headings)
    assert len(headings) == len(set(headings))
    assert re.search(r'<optgroup label="区">(?:(?!</optgroup>).)*value="dt"', lead, re.DOTALL)
    assert re.search(r'<p class="group">公用事业单位</p>(?:(?!<p class="group">).)*value="swjt"', page, re.DOTALL)
