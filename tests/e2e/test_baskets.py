"""A triage basket on a phone without scripts: its reports go where they belong, and nothing is left of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.e2e.browsing import PHONE, Office, browser, nothing_heavy, running
from tests.e2e.test_stopped_cases import logged_in

pytestmark = pytest.mark.browser

CLAIM = "松坪区水厂爆管，今晚八点起全区停水三天"
PARTNER = "platform:pt1"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("piyao")


@pytest.fixture(scope="module")
def office(data: Path) -> Iterator[Office]:
    with running(data) as started:
        yield started


def line(page: Page, text: str) -> Locator:
    return page.locator("ol.cards li", has_text=text)


async def test_a_basket_is_emptied_by_thumb_without_scripts(office: Office, data: Path, tmp_path: Path) -> None:
    pictures = Path(os.environ.get("TASK_PICTURES", tmp_path))
    claim = office.report(CLAIM, channel=PARTNER)
    for n in range(24):
        basket = office.report("停水了？" if n % 2 else "网传停水了吗！", channel=PARTNER, place=f"{n}号街")
    number = office.get(f"/v1/cases/{claim}", "wxb-duty")["number"]

    async with browser() as opened:
        context = await opened.new_context(viewport=PHONE, locale="zh-CN", java_script_enabled=False)
        page = await logged_in(await context.new_page(), office, data, "wxb-duty")
        await expect(line(page, "等24条（待归并）")).to_have_count(1)
        await page.screenshot(path=pictures / "basket_inbox.png", full_page=True)
        await line(page, "等24条（待归并）").get_by_role("link").click()
        address = page.url
        await expect(page.get_by_text("待归并：文字过短或只有链接")).to_be_visible()
        await expect(page.locator("[name=reports]")).to_have_count(20)
        await page.screenshot(path=pictures / "basket.png", full_page=True)
        await nothing_heavy(opened, await context.cookies(), {"basket": address})

        await page.get_by_role("link", name="更早的线索").click()
        await expect(page.locator("[name=reports]")).to_have_count(3)  # the first one stays
        form = page.locator("form", has=page.locator("[name=reports]"))
        for box in await form.locator("[name=reports]").all():
            await box.check()
        await form.locator("[name=into]").fill(number)
        await form.get_by_role("button", name="归入").click()
        await expect(page.locator("[role=alert]")).to_be_visible()  # the box was not ticked
        form = page.locator("form", has=page.locator("[name=reports]"))
        await expect(form.locator("[name=reports]:checked")).to_have_count(3)
        await page.screenshot(path=pictures / "basket_refused.png", full_page=True)
        await form.locator("[name=sure]").check()
        await form.get_by_role("button", name="归入").click()
        await expect(page.locator("[role=status]").first).to_contain_text(f"已归入{number}，本事项另有线索21条")

        await page.goto(address)
        await page.locator("summary", has_text="重复，并入已有事项").click()
        form = page.locator("form", has=page.locator("[name=duplicate_of]"))
        await form.locator("[name=duplicate_of]").fill(number)
        await form.locator("[name=sure]").check()
        await form.get_by_role("button").click()
        await expect(page.locator("[role=status]").first).to_contain_text(f"已并入{number}并办结")
        await page.screenshot(path=pictures / "basket_emptied.png", full_page=True)
        await page.goto(f"{office.api}/desk/inbox")
        await expect(line(page, "停水了")).to_have_count(0)

    assert office.get(f"/v1/cases/{basket}", "wxb-duty")["summary"]["original"]["case_id"] == claim
    assert office.report("停水了？", channel=PARTNER) == claim, "whoever says it again today follows"


async def test_a_basket_becomes_a_case_by_thumb_without_scripts(office: Office, data: Path, tmp_path: Path) -> None:
    pictures = Path(os.environ.get("TASK_PICTURES", tmp_path))
    for _ in range(3):
        case = office.report("停电了？", channel=PARTNER)

    async with browser() as opened:
        context = await opened.new_context(viewport=PHONE, locale="zh-CN", java_script_enabled=False)
        page = await logged_in(await context.new_page(), office, data, "wxb-duty")
        await line(page, "停电了").get_by_role("link").click()
        form = page.locator("form", has=page.locator("[name=claim]"))
        await form.locator("[name=claim]").fill("西街口变电站昨夜起火，附近停电两天")
        await form.locator("[name=level][value=yellow]").check()
        await form.locator("[name=topic]").fill("供电")
        await form.locator("[name=lead]").select_option("swj")
        await form.locator("input[name=reason]").fill("已核实地点")
        await form.locator("[name=sure]").check()
        await page.screenshot(path=pictures / "basket_case.png", full_page=True)
        await form.get_by_role("button", name="立项并转办").click()
        await expect(page.locator("[role=status]").first).to_contain_text("已立项并转办查证")
        await expect(page.locator("blockquote")).to_contain_text("西街口变电站昨夜起火")

    assert office.get(f"/v1/cases/{case}", "wxb-duty")["claim"] == "西街口变电站昨夜起火，附近停电两天"
