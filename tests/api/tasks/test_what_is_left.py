"""What is asked after the answer is out is what is left to do then, and nothing that has become needless."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from api.officer import inbox as officer_inbox
from domain.decisions import Confirm, Consult, Interim, Pause
from domain.errors import Refused
from domain.tasks.task import Task
from domain.vocabulary import ConsultAct, Level, Stage, Verdict, Vote
from tests.api.conftest import Office
from tests.api.scriptless_browser import Paper, link, send
from tests.workflows import case_steps

pytestmark = pytest.mark.people

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def whole_inbox(monkeypatch: pytest.MonkeyPatch) -> None:
    """List every case: the office of all these tests has more than an inbox shows."""
    monkeypatch.setattr(officer_inbox, "LISTED", 1000)


async def published(office: Office, claim: str, *, interim: bool = False) -> str:
    """An orange case whose rebuttal is public and whose session nobody has ended."""
    world, case = office.world, await office.reported(claim)
    await case_steps.triaged(world, case, Level.ORANGE, co_units=("hbj",))
    if interim:
        asked = await world.decide(case, Interim(), "wxb", "duty")
        yes = Confirm(ref=asked.summary.waiting[-1].ref, outcome=Vote.APPROVE)
        await world.decide(case, yes, "wxb", "duty_leader")
        await world.quiet(case)
    await case_steps.found(world, case, "hbj", "swj")
    await case_steps.signed(world, case, await case_steps.drafted(world, case))
    await world.reaches(case, Stage.CLOSURE)
    await world.quiet(case)
    await world.desk.follow()
    return case


async def inbox(office: Office, seat: str, claim: str) -> str:
    """The line of somebody's inbox about a claim; empty without one."""
    page = await office.http.get("/desk/inbox", headers=office.bearer("wxb", seat))
    lines = [line for line in re.findall(r"<li>.*?</li>", page.text, re.DOTALL) if claim in line]
    return lines[0] if lines else ""


async def test_after_publication_the_duty_officer_has_to_close_and_the_chair_to_write_minutes(office: Office) -> None:
    claim = "网传城北立交桥今夜爆破拆除"
    case = await published(office, claim)

    closing, meeting = await inbox(office, "duty", claim), await inbox(office, "duty_leader", claim)

    assert "<strong>办结</strong>" in closing
    assert "<strong>会商</strong>" in meeting
    page = (await office.http.get(link(office.world, case, Task.COORDINATE, "wxb", "duty"))).text
    assert "统筹查证" not in page
    assert "请协调各单位查证" not in page


async def test_an_interim_notice_is_asked_for_no_more_once_the_answer_is_out(office: Office) -> None:
    case = await published(office, "网传北湖水怪伤人三名游客失踪")
    world = office.world

    chair = await office.http.get(link(world, case, Task.SESSION, "wxb", "duty_leader"))
    duty = await office.http.get(link(world, case, Task.COORDINATE, "wxb", "duty"))

    assert "interim" not in Paper.of(duty).forms
    assert "tick_off" not in Paper.of(chair).forms
    assert re.search('市委网信办发出“正在核实”通报</strong><br>\\s*<span class="about">不再需要', chair.text)
    with pytest.raises(Refused):
        await world.decide(case, Interim(), "wxb", "duty")


async def test_a_session_in_which_all_agree_and_all_is_done_ends_by_one_click_somebody_is_asked_for(
    office: Office,
) -> None:
    claim = "网传粮库起火全市米面要断供"
    case = await published(office, claim, interim=True)
    world, leader = office.world, office.world.officer("wxb", "duty_leader").id
    asked = [one for one in world.outbox() if "minutes-due" in one["key"] and case in one["key"]]

    path = re.findall(r"http\S+?(/t/\S+)", asked[-1]["text"])[-1]
    page = await office.http.get(path)
    ended = await send(office, path, "minutes")

    assert {one["person"] for one in asked} == {leader}
    assert len({one["key"].rpartition("/")[0].rpartition("/")[0] for one in asked}) == 1
    assert "形成第1次会商纪要" in asked[-1]["text"]
    assert page.text.index('value="minutes"') < page.text.index("办理记录")
    assert "<details>\n<summary>会商纪要" not in page.text
    assert "请形成会商纪要，结束会商：各单位意见一致，任务均已办结" in page.text
    assert ended.status_code == 303, ended.text
    (ruled,) = await world.events(case, "session_ruled")
    assert ruled["reasons"] == "会商各单位（市水务局、市生态环境局）意见一致，核查结论为不实；任务均已办结。"
    await world.desk.follow()
    assert "<strong>会商</strong>" not in await inbox(office, "duty_leader", claim)


async def test_nobody_is_asked_for_minutes_while_a_unit_holds_otherwise(office: Office) -> None:
    world, case = office.world, await office.reported("网传西郊加油站地下漏油")
    await case_steps.triaged(world, case, Level.ORANGE, co_units=("hbj",))
    await case_steps.found(world, case, "hbj", verdict=Verdict.TRUE)
    await case_steps.found(world, case, "swj")
    await world.quiet(case)
    page = await office.http.get(link(world, case, Task.SESSION, "wxb", "duty_leader"))

    assert not [one for one in world.outbox() if "minutes-due" in one["key"] and case in one["key"]]
    assert "请主持会商并作出裁定" in page.text
    act = Consult(act=ConsultAct.RULING, text="以检测为准", verdict=Verdict.FALSE)
    await world.decide(case, act, "wxb", "duty_leader")


async def test_a_pause_is_said_wherever_a_remaining_time_is_shown(office: Office) -> None:
    world, claim = office.world, "网传全市河道封冻三个月断航"
    case = await office.reported(claim)
    await case_steps.triaged(world, case, co_units=())
    await case_steps.accepted(world, case, "swj")
    until = datetime.now(UTC) + timedelta(hours=5)
    asks = Pause(reason="test_result", until=until, evidence=case_steps.EVIDENCE)
    await case_steps.confirmed(world, case, asks, "swj", "liaison_a")
    await world.desk.follow()

    page = await office.http.get(link(world, case, Task.VERIFY, "swj", "liaison_a"))
    listed = await office.http.get("/desk/inbox", headers=office.bearer("swj", "liaison_a"))

    (line,) = [one for one in re.findall(r"<li>.*?</li>", listed.text, re.DOTALL) if claim in one]
    at = f"{until.astimezone(ZONE):%H:%M}"
    assert re.search(f"本事项暂停计时，[今明]天{at}恢复。", page.text)
    for text in (page.text, line):
        assert re.search(f"暂停计时，[今明]天{at}恢复，恢复后[^<]+到期", text)
    assert "还剩" not in page.text
    assert "还剩" not in line
