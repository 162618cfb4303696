"""Urgent help by pages: whom to call at once, who is being told, what the unit answers, and when the case is over."""

from __future__ import annotations

import json
import re

import pytest

from domain.decisions import PhoneLog, TriageDecision
from domain.tasks.task import Task
from domain.vocabulary import ClockName, Exit, PhoneOutcome
from tests.api.conftest import Office
from tests.api.scriptless_browser import Paper, link, send
from tests.office_env import World

pytestmark = pytest.mark.people


async def let_out(office: Office, case: str, exit_: str, to: str = "") -> str:
    path = link(office.world, case, Task.TRIAGE, "wxb", "duty")
    sent = await send(office, path, "let_out", exit=exit_, pass_to=to, reason="孩子走失")
    assert sent.status_code == 303, sent.text
    await office.get(f"/v1/cases/{case}")
    return (await office.http.get(sent.headers["location"])).text


def receiving(world: World, case: str, unit: str = "gaj") -> str:
    return link(world, case, Task.RECEIVE, unit, "duty")


async def test_the_page_says_whom_to_call_at_once_and_that_the_case_is_open(office: Office) -> None:
    case = await office.reported("求助，五岁男孩下午在河湾公园走失，穿红色上衣")

    page = await let_out(office, case, "help_urgent", "gaj")

    assert "请立即电话通知110、119、120" in page
    assert re.findall(r'href="tel:(\d+)"', page) == ["110", "119", "120"]
    assert "正在通知市公安局，对方接收前事项不办结。" in page
    assert re.search(r"市公安局尚未接收：还剩\d+分钟", page)
    assert "本事项已办结" not in page
    assert (await office.world.view(case)).closed_at is None


async def test_the_unit_is_told_by_sms_and_by_a_call_and_only_the_caller_whom_to_call_first(office: Office) -> None:
    case = await office.reported("求助，老人独自在家摔倒门打不开")
    await let_out(office, case, "help_urgent", "gaj")
    await office.world.quiet(case)

    told = [line for line in office.world.outbox() if line["case_id"] == case]
    [sms] = [line for line in told if (line["person"], line["channel"]) == ("gaj-duty", "sms")]
    assert "110" not in sms["text"], "who is 110 itself is not told to call it"
    [asked] = [line["text"] for line in told if line["channel"] == "sms" and "打电话给市公安局" in line["text"]]
    assert "尚未报警的先拨110、119" in asked
    assert [line["person"] for line in office.world.outbox("phone_tasks") if line["case_id"] == case] == ["gaj-duty"]
    inbox = (await office.http.get("/desk/inbox", headers=office.bearer())).text
    assert office.world.officer("gaj", "duty").addresses["phone"] in inbox, "the duty officer is to call"


async def test_the_unit_receives_it_by_one_button_and_the_case_is_over(office: Office) -> None:
    case = await office.reported("求助，楼道里煤气罐漏气闻着刺鼻")
    await let_out(office, case, "help_urgent", "gaj")

    page = await office.http.get(receiving(office.world, case))
    assert "accept" not in Paper.of(page).forms
    assert ("请立即电话通知" in page.text, "tel:110" in page.text) == (False, False)
    assert ">已接到</button>" in page.text
    taken = await send(office, receiving(office.world, case), "receive")
    after = await office.http.get(taken.headers["location"])
    await office.get(f"/v1/cases/{case}")

    assert "已接收，请立即处置。" in after.text
    assert (await office.world.view(case)).closed_at is not None
    seen = (await office.http.get(link(office.world, case, Task.TRIAGE, "wxb", "duty"))).text
    assert ("请立即电话通知" in seen, "市公安局已接收转交" in seen) == (False, True)


async def test_the_unit_gives_it_back_and_the_office_reads_why(office: Office) -> None:
    case = await office.reported("求助，工地围挡倒了压住一辆车")
    await let_out(office, case, "help_urgent", "zwb")

    sent = await send(office, receiving(office.world, case, "zwb"), "hand_back", reason="系应急职责", suggested="yjj")
    assert sent.status_code == 303, sent.text
    page = (await office.http.get(link(office.world, case, Task.TRIAGE, "wxb", "duty"))).text

    assert "市政务服务办退回转交，理由：系应急职责，建议单位：市应急局" in page
    assert "let_out" in page


async def test_a_logged_call_that_reached_the_unit_closes_the_case(office: Office) -> None:
    case = await office.reported("求助，三楼窗台有人要跳下来")
    said = TriageDecision(exit=Exit.HELP_URGENT, pass_to="gaj")
    await office.world.decide(case, said, "wxb", "duty")

    log = PhoneLog(clock=ClockName.HANDOVER, unit="gaj", outcome=PhoneOutcome.REACHED)
    answer = await office.world.decide(case, log, "wxb", "duty")

    assert [entry.event.kind for entry in answer.entries][:2] == ["phone_logged", "handover_received"]
    assert answer.summary.closed_at is not None


async def test_urgent_help_without_a_unit_is_refused_on_the_page_and_over_the_api(office: Office) -> None:
    case = await office.reported("求助，小区变压器冒火花没人管")
    path = link(office.world, case, Task.TRIAGE, "wxb", "duty")

    page = await send(office, path, "let_out", exit="help_urgent", pass_to="", reason="")
    over_http = await office.decide(case, {"kind": "triage", "exit": "help_urgent"}, key="handover-refused-1")

    assert "请选定接收单位：“紧急求助”须由牵头办公室以外的一家单位接收后才办结。" in page.text
    assert json.loads(over_http.text)["code"] == "needs_receiver"


@pytest.mark.parametrize(
    ("exit_", "to", "says"),
    [
        ("complaint", "zwb", "已按投诉办结，正在告知市政务服务办，对方无须回复。"),
        ("opinion", "", "已按观点办结，未转交单位。"),
    ],
)
async def test_what_is_only_told_to_a_unit_says_so(office: Office, exit_: str, to: str, says: str) -> None:
    case = await office.reported(f"对{exit_}的看法：广场上的灯太亮了")

    page = await let_out(office, case, exit_, to)

    assert says in page
    assert "已转交" not in page
    assert "请立即电话通知" not in page
