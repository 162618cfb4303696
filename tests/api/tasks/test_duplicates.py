"""The same story again, three minutes later: triage is shown the published answer, and merges by one form."""

from __future__ import annotations

import pytest

from domain.decisions import Decline, TriageDecision
from domain.tasks.task import Task
from domain.vocabulary import Exit, Stage
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
    assert "说法相近的事项" in page.text
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


async def test_reporters_and_officers_see_how_the_case_ended_into_which_a_duplicate_was_merged(office: Office) -> None:
    world = office.world
    original = await office.reported("网传东汀码头今晚封航，货船一律不许靠岸")
    number = (await world.view(original)).number
    receipt = (await office.post("/v1/reports", {"text": "听说东汀码头封航了，今晚起货船都不让靠岸"})).json()
    case, report = receipt["case_id"], f"/v1/reports/{receipt['report_id']}"
    own_number = (await world.view(case)).number
    await send(office, link(world, case, Task.TRIAGE, "wxb", "duty"), "merge", duplicate_of=number, reason="同一说法")
    await office.get(f"/v1/cases/{case}")
    of_original = link(world, original, Task.TRIAGE, "wxb", "duty")
    of_duplicate = link(world, case, Task.LOOK, "wxb", "duty")

    page = (await office.http.get(of_original)).text
    assert f"并入本事项的有{own_number}，其报送人以本事项的办理结果为准。" in page
    running = (await office.get(report)).json()
    assert (running["outcome"], running["answer"]) == ("open", "正在办理，有公开回应后可在这里查看。")
    page = (await office.http.get(of_duplicate)).text
    assert f"本事项与{number}重复，已并入，以该事项的回应为准" in page
    assert f'href="/bulletin/{original}"' not in page, "there is no page yet"

    await world.decide(original, TriageDecision(exit=Exit.SATIRE), "wxb", "duty")
    await office.get(f"/v1/cases/{original}")
    ended = (await office.get(report)).json()
    assert (ended["merged_into"], ended["outcome"], ended["exit"]) == (number, "let_out", "satire")
    assert ended["answer"] == "已办结：经研判属讽刺，不作谣言查证，不另行公开回应。"
    page = (await office.http.get(of_duplicate)).text
    assert f"本事项与{number}重复，已并入；报送人得到的是该事项的办理结果：{ended['answer']}" in page


async def test_whoever_confirms_a_merge_reads_into_which_case(office: Office) -> None:
    world = office.world
    number = (await world.view(await office.reported("网传北岭水库今晚泄洪，下游村庄马上转移"))).number
    case = await office.reported("网传青石老街明天起拆除，商户限三天搬走")
    await case_steps.triaged(world, case, co_units=())
    await world.decide(case, Decline(reason="已有公开回应"), "swj", "deputy")
    same = TriageDecision(exit=Exit.DUPLICATE, duplicate_of=number, reason="同一说法")
    visit = (await world.decide(case, same, "wxb", "duty")).summary.visit

    page = await office.http.get(link(world, case, Task.CONFIRM, "wxb", "duty_leader", visit=visit))

    assert f"申请将本事项并入{number}并办结，不再查证。" in page.text


async def test_a_page_without_near_cases_names_none(office: Office) -> None:
    case = await office.reported("网传靐齉龘爩麤驫鱻羴掱犇焱垚")  # characters no other case of this office has

    page = await office.http.get(link(office.world, case, Task.TRIAGE, "wxb", "duty"))

    assert "说法相近的事项" not in page.text
    assert Paper.of(page).forms["merge"]["duplicate_of"] == [""]


async def test_a_case_that_has_little_in_common_is_shown_and_not_filled_in(office: Office) -> None:
    await office.reported("网传东郊养鸡场着火浓烟飘到环线，居民请关窗")
    case = await office.reported("网传西郊马场有斑马跑上环线，司机请慢行")

    page = await office.http.get(link(office.world, case, Task.TRIAGE, "wxb", "duty"))

    assert "东郊养鸡场着火" in page.text
    assert "（较弱，仅供参考）" in page.text
    assert Paper.of(page).forms["merge"]["duplicate_of"] == [""]


async def test_a_number_that_is_none_is_said_beside_what_was_typed(office: Office) -> None:
    case = await office.reported("网传北站天桥今晚拆除，公交改道三个月")
    path = link(office.world, case, Task.TRIAGE, "wxb", "duty")

    answer = await send(office, path, "merge", duplicate_of="辟〔2026〕9999", reason="")

    assert "没有“辟〔2026〕9999”这一事项" in answer.text
    assert Paper.of(answer).forms["merge"]["duplicate_of"] == ["辟〔2026〕9999"]
