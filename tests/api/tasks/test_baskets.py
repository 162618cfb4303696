"""The page of a triage basket: what waits in it, how some go to another case, and how it becomes one itself."""

from __future__ import annotations

import re

import httpx2
import pytest

from domain.tasks.task import Task
from tests.api.conftest import Office
from tests.api.scriptless_browser import Paper, filled_in, link, send

pytestmark = pytest.mark.people

CLAIMS = iter(
    (
        "松坪区水厂爆管，今晚八点起全区停水三天",
        "青石码头的渡船昨天撞上桥墩，渡口停航一周",
        "西街口变电站昨夜起火，附近三条街停电两天",
        "北门粮库今天关门，说是存粮已经卖光",
    )
)


async def waiting(office: Office, form: str, reports: int) -> str:
    """A basket with some reports."""
    case = await office.reported(form)
    for n in range(1, reports):
        answer = await office.post("/v1/reports", {"text": form, "place": f"{n}号街"})
        assert answer.json()["case_id"] == case
    await office.world.quiet(case)
    return case


async def number(office: Office, case: str) -> str:
    return (await office.world.view(case)).number


def triage(office: Office, case: str) -> str:
    return link(office.world, case, Task.TRIAGE, "wxb", "duty")


async def test_a_basket_lists_its_reports_newest_first_and_has_a_way_on(office: Office) -> None:
    case = await waiting(office, "停水了<b>？", 25)
    path = triage(office, case)

    first = await office.http.get(path)
    [way_on] = re.findall(rf'href="({re.escape(path)}\?before=\d+)"', first.text)
    older = await office.http.get(way_on)

    assert "待归并：文字过短或只有链接" in first.text
    assert "“停水了&lt;b&gt;？” 等25条" in first.text
    places = [re.findall(r"，(\d+)号街", page.text) for page in (first, older)]
    assert places == [[str(n) for n in range(24, 4, -1)], [str(n) for n in range(4, 0, -1)]]
    assert "最新的线索" in older.text
    assert "更早的线索" not in older.text
    for junk in ("x", "-1", "9" * 30, "１"):
        again = await office.http.get(path, params={"before": junk})
        assert again.status_code == 200
        assert re.findall(r"，(\d+)号街", again.text) == places[0]


async def test_some_reports_are_ticked_and_go_to_the_case_they_belong_to(office: Office) -> None:
    claim = await office.reported(next(CLAIMS))
    case = await waiting(office, "断水了？", 4)
    path = triage(office, case)
    page = await office.http.get(path)
    ids = re.findall(r'name="reports" value="([^"]+)"', page.text)

    nothing = await send(office, path, "move_reports", into=await number(office, claim))
    unmeant = await send(office, path, "move_reports", reports=ids[:2], into=await number(office, claim), sure=[])
    unknown = await send(office, path, "move_reports", reports=ids[:2], into="辟〔2026〕9999")
    sent = await send(office, path, "move_reports", reports=ids[:2], into=await number(office, claim))

    assert [one.status_code for one in (nothing, unmeant, unknown, sent)] == [422, 422, 422, 303]
    assert "请勾选" in nothing.text
    assert f'value="{ids[0]}" checked' in re.sub(r' id="[^"]+"', "", unknown.text), "what was ticked stays ticked"
    after = (await office.http.get(sent.headers["location"])).text
    assert f"已归入{await number(office, claim)}，本事项另有线索2条" in after
    assert not any(f'value="{one}"' in after for one in ids[:2])
    read = (await office.get(f"/v1/reports/{ids[0]}")).json()
    assert read["case_id"] == claim
    explained = (await office.get(f"/v1/reports/{ids[0]}/match")).json()
    assert explained["placement"] == "moved"


async def test_a_report_that_somebody_has_moved_meanwhile_is_said_to_be_gone(office: Office) -> None:
    claim = await office.reported(next(CLAIMS))
    case = await waiting(office, "没水了？", 3)
    path = triage(office, case)
    page = await office.http.get(path)
    ids = re.findall(r'name="reports" value="([^"]+)"', page.text)
    typed = filled_in(page, "move_reports", reports=ids[:1], into=await number(office, claim))
    await send(office, path, "move_reports", reports=ids[:1], into=await number(office, claim))

    again = await office.http.post(path, data={**typed, "key": "another-key-of-the-form"})

    assert again.status_code == 422
    assert "请刷新后重选" in again.text


async def test_a_basket_is_opened_as_a_case_in_the_words_of_whoever_triages(office: Office) -> None:
    case, claim = await waiting(office, "停电了？", 3), next(CLAIMS)
    path = triage(office, case)
    page = await office.http.get(path)
    forms = Paper.of(page).forms
    assert "open_case" in forms
    assert "triage" not in forms
    typed = {"level": "yellow", "topic": "供电", "lead": "swj", "reason": "已向供电公司核实"}

    bare = await send(office, path, "open_case", **typed)
    sent = await send(office, path, "open_case", claim=claim, **typed)

    assert (bare.status_code, sent.status_code) == (422, 303), sent.text
    assert "请填写" in bare.text
    after = (await office.http.get(sent.headers["location"])).text
    assert f"“{claim}”" in after
    assert "待归并：" not in after
    view = (await office.get(f"/v1/cases/{case}")).json()
    assert (view["claim"], view["summary"].get("basket")) == (claim, None)
    [row] = [one for one in (await office.get("/v1/cases")).json() if one["case_id"] == case]
    assert row["basket"] is False


async def test_an_inbox_shows_a_basket_as_one_line_with_its_count(office: Office) -> None:
    case = await waiting(office, "没气了？", 12)

    inbox = await office.http.get("/desk/inbox", headers=office.bearer())

    assert inbox.text.count("“没气了？”") == 1
    assert "“没气了？” 等12条（待归并）" in inbox.text
    assert case


async def test_only_the_offices_duty_sees_and_moves_what_waits(office: Office) -> None:
    case = await waiting(office, "水黄了？", 3)
    editor = await office.http.get(link(office.world, case, Task.DRAFT, "wxb", "editor"))
    unit = await office.http.get(link(office.world, case, Task.VERIFY, "swj", "duty"))

    for page in (editor, unit):
        assert isinstance(page, httpx2.Response)
        assert "move_reports" not in Paper.of(page).forms
        assert "号街" not in page.text
