"""One letter that asks for several calls opens a page with a sheet of its own for each that is open."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from domain.decisions import Accept, PhoneLog
from domain.tasks.task import Task
from domain.tasks.task_links import TaskLink
from domain.vocabulary import ClockName, Level, PhoneOutcome, Seat
from tests.api.conftest import Office
from tests.api.scriptless_browser import FAR, Paper
from tests.workflows import case_steps

pytestmark = pytest.mark.people

UNITS = ("swj", "hbj", "wjw")
SECTION = re.compile(r'<section class="call".*?</section>', re.DOTALL)


@dataclass
class Sheet:
    """One call as the page has it."""

    html: str

    @property
    def numbers(self) -> list[str]:
        return re.findall(r'href="tel:([^"]+)"', self.html)

    @property
    def log(self) -> dict[str, list[str]]:
        paper = Paper()
        paper.feed(self.html)
        [(name, form)] = paper.forms.items()
        assert name == "phone_log"
        return form

    @property
    def unit(self) -> str:
        return self.log["unit"][0]


def sheets(page: httpx2.Response) -> dict[str, Sheet]:
    found = [Sheet(html) for html in SECTION.findall(page.text)]
    logs = [(one["clock"], one["unit"]) for one in Paper.of(page).untouched if one.get("form") == ["phone_log"]]
    assert len({*map(str, logs)}) == len(logs), "each call is logged by one form, in its own sheet"
    return {one.unit: one for one in found}


def number(office: Office, unit: str, seat: str = "duty") -> str:
    return office.world.officer(unit, seat).addresses["phone"].replace("-", "")


async def red(office: Office, claim: str) -> str:
    case = await office.reported(claim)
    await case_steps.triaged(office.world, case, Level.RED, co_units=UNITS[1:])
    await office.get(f"/v1/cases/{case}")
    await office.world.quiet(case)
    return case


async def letter(office: Office, case: str) -> str:
    """The path in the letter by which the duty officer is asked to call."""
    told = [line for line in office.world.outbox() if line["case_id"] == case and line["person"] == "wxb-duty"]
    [sms] = [line for line in told if "打电话给" in line["text"]]
    assert "另有3项" in sms["text"], "two further calls, and the interim notice"
    [path] = re.findall(r"/t/\S+", sms["text"])
    return str(path)


async def linked(office: Office, case: str, **changes: Any) -> str:
    """The path of a letter to the duty officer that asked for several things."""
    values: dict[str, Any] = {"case_id": case, "visit": 1, "person": "wxb-duty", "unit": "wxb", "seat": Seat.DUTY}
    made = TaskLink(**(values | {"channel": "sms", "expires": FAR} | changes))
    url: str = (await office.world.desk.short_links.urls([made]))[made]
    return url.removeprefix(office.world.desk.links.base_url)


async def logged(office: Office, path: str, sheet: Sheet, outcome: str = "reached") -> httpx2.Response:
    return await office.http.post(path, data={**sheet.log, "outcome": outcome}, follow_redirects=True)


async def logs(office: Office, case: str) -> list[tuple[str, str]]:
    return [(one["unit"], one["outcome"]) for one in await office.world.events(case) if one["kind"] == "phone_logged"]


async def test_each_call_of_a_letter_has_its_own_number_words_and_form(office: Office) -> None:
    case = await red(office, "网传东湖化工园储罐起火有毒烟雾")

    found = sheets(await office.http.get(await letter(office, case)))

    assert {*found} == {*UNITS}
    for unit, sheet in found.items():
        assert sheet.numbers == [number(office, unit)]
        assert office.world.office.units[unit].short in sheet.html
        assert (sheet.html.count("<li>"), "打完" in sheet.html) == (2, False)


async def test_a_log_is_of_the_call_it_stands_under_and_the_others_stay_to_be_made(office: Office) -> None:
    case = await red(office, "网传北山隧道塌方有人被困")
    path = await letter(office, case)

    after = await logged(office, path, sheets(await office.http.get(path))["hbj"])

    assert await logs(office, case) == [("hbj", "reached")]
    assert {*sheets(after)} == {"swj", "wjw"}
    assert re.search(r"<p>市生态环境局的签收：今天\d\d:\d\d已登记，接通</p>", after.text)
    assert ("本项已办理" in after.text, "这次电话不用再打" in after.text) == (False, False)
    assert {*Paper.of(after).forms} >= {"phone_log", "interim"}, "what else the letter asked for is there, too"


async def test_a_call_that_reached_nobody_shows_the_next_person_beside_the_other_calls(office: Office) -> None:
    case = await red(office, "网传南湾码头吊车倒塌")
    path = await letter(office, case)

    after = await logged(office, path, sheets(await office.http.get(path))["hbj"], "not_reached")

    assert {unit: sheet.numbers for unit, sheet in sheets(after).items()} == {
        "swj": [number(office, "swj")],
        "hbj": [number(office, "hbj", "liaison_a")],
        "wjw": [number(office, "wjw")],
    }


async def test_a_log_without_an_outcome_keeps_what_was_typed_in_its_own_sheet(office: Office) -> None:
    case = await red(office, "网传体育中心看台断裂")
    path = await letter(office, case)

    sheet = sheets(await office.http.get(path))["wjw"]
    answer = await office.http.post(path, data={**sheet.log, "remarks": "占线两次"})

    assert answer.status_code == 422
    found = sheets(answer)
    assert {unit: "占线两次" in one.html for unit, one in found.items()} == {"swj": False, "hbj": False, "wjw": True}
    assert await logs(office, case) == []


async def test_once_every_call_is_over_the_rest_of_the_letter_is_still_asked_for(office: Office) -> None:
    case = await red(office, "网传西岭煤矿冒顶多人被困")
    path = await letter(office, case)
    page = await office.http.get(path)
    for unit in ("swj", "hbj"):
        page = await logged(office, path, sheets(page)[unit])
    await office.world.decide(case, Accept(), "wjw", "duty")
    await office.get(f"/v1/cases/{case}")

    page = await office.http.get(path)

    assert sheets(page) == {}
    assert "本项已办理" not in page.text, "the interim notice is still owed"
    assert "市水务局的签收：" in page.text
    assert "市生态环境局的签收：" in page.text
    assert "市卫生健康委的签收：不用再打" not in page.text, "it may have been no call"
    assert "这次电话不用再打" not in page.text


async def test_of_a_letter_about_calls_alone_the_page_says_how_each_of_them_ended(office: Office) -> None:
    case = await red(office, "网传东岭铁矿透水多人被困")
    clocks = tuple((ClockName.ACCEPT, unit) for unit in UNITS)
    path = await linked(office, case, task=Task.CALL, clocks=clocks)
    page = await office.http.get(path)
    for unit in ("swj", "hbj"):
        page = await logged(office, path, sheets(page)[unit])
    await office.world.decide(case, Accept(), "wjw", "duty")
    await office.get(f"/v1/cases/{case}")

    page = await office.http.get(path)

    assert sheets(page) == {}
    assert "本项已办理" in page.text
    assert "市生态环境局的签收：" in page.text
    assert "市卫生健康委的签收：不用再打" in page.text


async def test_a_letter_with_a_rung_first_shows_the_calls_with_their_numbers_as_well(office: Office) -> None:
    case = await red(office, "网传河东大桥桥面断裂")
    path = await linked(
        office, case, task=Task.COORDINATE, clock=ClockName.RESPONSE, owner="wxb", also=(Task.CALL,),
        clocks=((ClockName.ACCEPT, "swj"), (ClockName.ACCEPT, "hbj")),
    )  # fmt: skip

    page = await office.http.get(path)

    assert {unit: sheet.numbers for unit, sheet in sheets(page).items()} == {
        "swj": [number(office, "swj")],
        "hbj": [number(office, "hbj")],
    }
    after = await logged(office, path, sheets(page)["swj"])
    assert {*sheets(after)} == {"hbj"}
    assert "市水务局的签收：今天" in after.text
    assert "interim" in Paper.of(after).forms, "what else the letter asked for stays on the page"


async def test_a_letter_with_a_call_first_lets_its_person_take_the_other_clock_in_hand(office: Office) -> None:
    case = await red(office, "网传江心洲渡船昨夜倾覆")
    path = await linked(
        office, case, task=Task.CALL, clock=ClockName.ACCEPT, owner="swj", also=(Task.COORDINATE,),
        clocks=((ClockName.RESPONSE, "wxb"),),
    )  # fmt: skip
    link = await office.world.desk.short_links.read(path[3:])

    assert "acknowledge" in link.kinds
    assert {*sheets(await office.http.get(path))} == {"swj"}


async def test_where_the_calls_are_over_what_else_the_letter_asked_for_is_not(office: Office) -> None:
    case = await red(office, "网传光明小区地下车库爆燃")
    log = PhoneLog(clock=ClockName.ACCEPT, unit="swj", outcome=PhoneOutcome.REACHED)
    await office.world.decide(case, log, "wxb", "duty_leader")
    await office.get(f"/v1/cases/{case}")
    path = await linked(
        office, case, task=Task.CALL, clock=ClockName.ACCEPT, owner="swj", also=(Task.COORDINATE,),
        clocks=((ClockName.RESPONSE, "wxb"),),
    )  # fmt: skip

    page = await office.http.get(path)

    assert sheets(page) == {}
    assert "这次电话不用再打" not in page.text
    assert "市水务局的签收：今天" in page.text
    assert "本项已办理" not in page.text
    assert "interim" in Paper.of(page).forms


async def test_nobody_but_the_caller_is_shown_any_of_the_numbers(office: Office) -> None:
    case = await red(office, "网传新区变电站爆炸全城停电")
    clocks = tuple((ClockName.ACCEPT, unit) for unit in UNITS)
    other = {"person": "wxb-duty-leader", "seat": Seat.DUTY_LEADER, "task": Task.CALL}

    page = await office.http.get(await linked(office, case, clocks=clocks, **other))

    assert (page.status_code, sheets(page)) == (200, {})
    assert "+86-000-" not in page.text
