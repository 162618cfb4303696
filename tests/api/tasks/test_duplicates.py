"""The same story again, three minutes later: triage is shown the published answer, and merges by one form."""

from __future__ import annotations

import pytest

from domain.tasks.task_links import Task
from domain.vocabulary import Stage
from tests.api.conftest import Office
from tests.api.scriptless_browser import Paper, link, send
from tests.workflows import case_steps

pytestmark = pytest.mark.people

CLAIM = "网传南湖大桥<b>桥墩开裂</b>，今晚起封桥半年，请绕行"
AGAIN = "朋友说南湖大桥的桥墩开裂了，今晚起要封桥半年，大家绕行吧"


async def test_triage_sees_the_answer_and_merges_and_the_sender_reads_it(office: Office) -> None:
    world = office.world
    original = await office.reported(CLAIM)
    await case_steps.verified(world, original)
    await case_steps.signed(world, original, await case_steps.drafted(world, original))
    await world.reaches(original, Stage.CLOSURE)
    number = (await world.view(original)).number
    receipt = (await office.post("/v1/reports", {"text": AGAIN})).json()
    case = receipt["case_id"]
    path = link(world, case, Task.TRIAGE, "wxb", "duty")

    page = await office.http.get(path)
    assert "相似的近期事项" in page.text
    assert f'href="/bulletin/{original}"' in page.text
    assert page.text.count("&lt;b&gt;桥墩开裂&lt;/b&gt;") == 1
    assert "不实" in page.text
    assert Paper.of(page).forms["merge"]["duplicate_of"] == [number], "the nearest is proposed"
    before = (await office.get(f"/v1/reports/{receipt['report_id']}")).json()
    assert (before["bulletin"], "merged_into" in before) == (None, False)

    sent = await send(office, path, "merge", reason="同一说法")
    assert sent.status_code == 303, sent.text
    await office.get(f"/v1/cases/{case}")
    after = (await office.http.get(sent.headers["location"])).text
    assert f"已并入{number}并办结" in after
    assert f"本事项与{number}重复，已并入" in after
    read = (await office.get(f"/v1/reports/{receipt['report_id']}")).json()
    assert read["merged_into"] == number
    assert read["bulletin"].endswith(f"/bulletin/{original}")
    assert f"重复，并入{number}" in after


async def test_a_page_without_near_cases_names_none(office: Office) -> None:
    case = await office.reported("网传西郊马场有斑马跑上环线，司机请慢行")

    page = await office.http.get(link(office.world, case, Task.TRIAGE, "wxb", "duty"))

    assert "相似的近期事项" not in page.text
    assert Paper.of(page).forms["merge"]["duplicate_of"] == [""]


async def test_a_number_that_is_none_is_said_beside_what_was_typed(office: Office) -> None:
    case = await office.reported("网传北站天桥今晚拆除，公交改道三个月")
    path = link(office.world, case, Task.TRIAGE, "wxb", "duty")

    answer = await send(office, path, "merge", duplicate_of="辟〔2026〕9999", reason="")

    assert "没有“辟〔2026〕9999”这一事项" in answer.text
    assert Paper.of(answer).forms["merge"]["duplicate_of"] == ["辟〔2026〕9999"]
