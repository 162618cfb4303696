"""The calls somebody is asked to make: first in the inbox, with the number, words to say and buttons of the log."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx2
import pytest

from domain.decisions import Accept, PhoneLog
from domain.tasks.task import Task
from domain.vocabulary import ClockName, Level, PhoneOutcome
from tests.api.conftest import Office
from tests.api.scriptless_browser import Paper, link
from tests.workflows import case_steps

pytestmark = pytest.mark.people

NUMBER = "+86-000-"
CALL = re.compile(r'<section class="call">.*?</section>', re.DOTALL)


async def red(office: Office, claim: str) -> str:
    case = await office.reported(claim)
    await case_steps.triaged(office.world, case, Level.RED, co_units=())
    await office.get(f"/v1/cases/{case}")
    return case


async def inbox(office: Office, unit: str, seat: str) -> str:
    return (await office.http.get("/desk/inbox", headers=office.bearer(unit, seat))).text


async def calls(office: Office, case: str, unit: str = "wxb", seat: str = "duty") -> list[str]:
    number = (await office.world.view(case)).number
    return [one for one in CALL.findall(await inbox(office, unit, seat)) if number in one]


def of_caller(office: Office, case: str, unit: str = "wxb", seat: str = "duty", owner: str = "swj", **more: Any) -> str:
    about = {"clock": ClockName.ACCEPT, "owner": owner}
    return link(office.world, case, Task.CALL, unit, seat, **about, **more)


async def test_a_call_stands_first_in_the_inbox_with_number_words_and_buttons(office: Office) -> None:
    case = await red(office, "网传北岸电影院楼顶塌了压住多人")
    phone = office.world.officer("swj", "duty").addresses["phone"]

    [call] = await calls(office, case)
    whole = await inbox(office, "wxb", "duty")

    assert f'href="tel:{phone.replace("-", "")}"' in call
    assert f"拨打 {phone}" in call
    assert "市水务局 值班员" in call
    assert call.count("<li>") == 2, "two sentences to say"
    assert "网传北岸电影院楼顶塌了压住多人" in call
    assert re.findall(r'name="outcome" value="(\w+)">(\S+?)<', call) == [
        ("reached", "接通"),
        ("not_reached", "未接通"),
        ("passed_on", "已转告"),
    ]
    assert whole.index('<section class="call">') < whole.index('<ol class="cards">')


async def test_the_call_can_be_logged_from_the_inbox_with_a_remark(office: Office) -> None:
    case = await red(office, "网传南门桥头加油站起火燃烧")
    [call] = await calls(office, case)
    [path] = re.findall(r'action="(/t/[^"]+)"', call)
    paper = Paper()
    paper.feed(call)

    sent = {**paper.forms["phone_log"], "outcome": "passed_on", "remarks": "请值班室老王转告"}
    answer = await office.http.post(path, data=sent, follow_redirects=True)

    assert (answer.status_code, "电话结果已记录" in answer.text) == (200, True)
    [logged] = [one for one in await office.world.events(case) if one["kind"] == "phone_logged"]
    assert (logged["outcome"], logged["remarks"]) == ("passed_on", "请值班室老王转告")
    assert await calls(office, case) == []


async def test_a_log_without_a_button_pressed_logs_nothing(office: Office) -> None:
    case = await red(office, "网传西山隧道渗水多辆车被困")
    path = of_caller(office, case)
    page = await office.http.get(path)

    answer = await office.http.post(path, data=Paper.of(page).forms["phone_log"])

    assert answer.status_code == 422
    assert [one for one in await office.world.events(case) if one["kind"] == "phone_logged"] == []
    assert NUMBER in answer.text, "the call is still to be made"


async def test_the_letter_that_asks_to_call_opens_the_page_of_the_call(office: Office) -> None:
    case = await red(office, "网传东郊化肥厂夜里冒黄烟呛人")
    await office.world.quiet(case)
    told = [line for line in office.world.outbox() if line["case_id"] == case and "打电话" in line["text"]]

    [sms] = [line for line in told if line["channel"] == "sms" and "市水务局" in line["text"]]
    [path] = re.findall(r"/t/\S+", sms["text"])
    link = await office.world.desk.short_links.read(path[3:])
    page = await office.http.get(path)

    assert (sms["person"], link.task) == ("wxb-duty", "call")
    assert NUMBER not in sms["text"]
    assert (page.status_code, next(iter(Paper.of(page).forms)), NUMBER in page.text) == (200, "phone_log", True)


async def test_nobody_but_the_caller_is_shown_the_number(office: Office) -> None:
    case = await red(office, "网传城南粮库着火抢不出粮食")
    phone = office.world.officer("swj", "duty").addresses["phone"]

    assert await calls(office, case, "swj", "duty") == []
    assert await calls(office, case, "wxb", "editor") == []
    seen = [
        (await office.http.get(of_caller(office, case, "wxb", "duty_leader"))).text,
        (await office.http.get(of_caller(office, case, "swj", "duty"))).text,
        (await office.http.get(link(office.world, case, Task.COORDINATE, "wxb", "duty"))).text,
        (await office.get(f"/v1/cases/{case}")).text,
        (await office.get(f"/v1/cases/{case}/timeline")).text,
        await inbox(office, "wxb", "head"),
    ]
    assert [phone in text or phone.replace("-", "") in text for text in seen] == [False] * len(seen)
    await office.world.quiet(case)
    history = await office.world.handle(case).fetch_history()
    stored = b"".join(event.SerializeToString() for event in history.events)
    assert "网传城南粮库着火".encode() in stored, "payloads are read as they are stored"
    assert phone.encode() not in stored
    calls_on_disk = [line for line in office.world.outbox("phone_tasks") if line["case_id"] == case]
    assert calls_on_disk
    assert phone not in json.dumps(calls_on_disk)


async def test_the_duty_officer_is_called_by_the_duty_leader_and_not_by_himself(office: Office) -> None:
    case = await office.reported("网传体育馆看台坍塌多人受伤")
    await office.get(f"/v1/cases/{case}")

    assert await calls(office, case, "wxb", "duty") == []
    [call] = await calls(office, case, "wxb", "duty_leader")
    assert office.world.officer("wxb", "duty").addresses["phone"] in call
    assert "市委网信办 值班员" in call


async def test_a_call_that_reached_nobody_shows_the_next_person_to_call(office: Office) -> None:
    case = await red(office, "网传河西水厂氯气泄漏")
    path = of_caller(office, case)
    page = await office.http.get(path)

    sent = {**Paper.of(page).forms["phone_log"], "outcome": "not_reached"}
    after = await office.http.post(path, data=sent, follow_redirects=True)

    first, other = (office.world.officer("swj", seat).addresses["phone"] for seat in ("duty", "liaison_a"))
    assert (first in page.text, other in page.text) == (True, False)
    assert (first in after.text, other in after.text) == (False, True)


async def test_a_page_opened_for_the_call_before_logs_that_one_and_leaves_the_next_person_to_be_called(
    office: Office,
) -> None:
    case = await red(office, "网传江心岛渡口浮桥断裂")
    path = of_caller(office, case)
    before = Paper.of(await office.http.get(path)).forms["phone_log"]
    await office.http.post(path, data={**before, "outcome": "not_reached"})

    after = await office.http.post(path, data={**before, "key": "k" * 24, "outcome": "reached"}, follow_redirects=True)

    assert "已补记前一次电话的结果；现在要打的电话照打" in after.text
    assert "补记首次电话接通：市水务局的签收" in after.text
    assert office.world.officer("swj", "liaison_a").addresses["phone"] in after.text
    assert len(await calls(office, case)) == 1


@pytest.mark.parametrize("over", ["logged", "accepted"])
async def test_the_page_of_a_call_that_is_over_says_so_and_shows_no_number(office: Office, over: str) -> None:
    case = await red(office, f"网传滨河路地面坍塌三处{over}")
    log = PhoneLog(clock=ClockName.ACCEPT, unit="swj", outcome=PhoneOutcome.REACHED)
    said, unit, seat = (log, "wxb", "duty_leader") if over == "logged" else (Accept(), "swj", "duty")
    await office.world.decide(case, said, unit, seat)
    await office.get(f"/v1/cases/{case}")

    page: httpx2.Response = await office.http.get(of_caller(office, case))

    assert NUMBER not in page.text
    assert "phone_log" not in Paper.of(page).forms
    assert "办理：电话记录，接通" in page.text or over == "accepted"
    assert ("本项已办理" if over == "logged" else "这次电话不用再打") in page.text
    assert await calls(office, case) == []
