"""A call by phone as the duty officer has it at night: found first in the inbox, made by a tap, logged by a button."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e.browsing import PHONE, Office, browser, nothing_heavy, running
from tests.e2e.test_stopped_cases import logged_in
from tests.outboxes import letters

pytestmark = pytest.mark.browser

CLAIM = "网传北岸化工厂储罐爆炸，黄烟飘向学校，请大家关窗"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("piyao")


@pytest.fixture(scope="module")
def office(data: Path) -> Iterator[Office]:
    with running(data) as started:
        yield started


async def test_a_call_is_found_made_and_logged_by_thumb_without_scripts(
    office: Office, data: Path, tmp_path: Path
) -> None:
    pictures = Path(os.environ.get("TASK_PICTURES", tmp_path))
    case = office.report(CLAIM)
    office.decide(case, "wxb-duty", "triage", level="red", topic="安全生产", lead="yjj", co_units=["hbj"])

    async with browser() as opened:
        context = await opened.new_context(viewport=PHONE, locale="zh-CN", java_script_enabled=False)
        inbox = await logged_in(await context.new_page(), office, data, "wxb-duty")
        first = inbox.locator("section.call").first
        await expect(inbox.locator("main").locator("h2").first).to_have_text("请先打电话（2）")
        await inbox.screenshot(path=pictures / "inbox_calls.png", full_page=True)
        await inbox.emulate_media(color_scheme="dark")
        await inbox.screenshot(path=pictures / "inbox_calls_dark.png", full_page=True)
        await inbox.emulate_media(color_scheme="light")
        dial = first.locator("a.dial").first
        assert (await dial.get_attribute("href") or "").startswith("tel:+86")
        box = await dial.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= PHONE["height"], "the number stands on the first screen"
        await nothing_heavy(opened, await context.cookies(), {"inbox": inbox.url})

        await first.get_by_label("备注").fill("占线，稍后再打")
        await first.get_by_role("button", name="未接通").click()
        await expect(inbox.locator("[role=status]").first).to_have_text("电话结果已记录。")
        await expect(inbox.locator("section.call")).to_contain_text("联络员A角")
        await inbox.screenshot(path=pictures / "call_next.png", full_page=True)
        await inbox.emulate_media(color_scheme="dark")
        await inbox.screenshot(path=pictures / "call_next_dark.png", full_page=True)
        await nothing_heavy(opened, await context.cookies(), {"call": inbox.url.partition("?")[0]})
        await inbox.get_by_role("button", name="接通", exact=True).click()
        await expect(inbox.locator("section.done")).to_contain_text("本项已办理")
        await expect(inbox.locator("a.dial")).to_have_count(0)
        await inbox.screenshot(path=pictures / "call_over.png", full_page=True)
        await inbox.goto(f"{office.api}/desk/inbox")
        await expect(inbox.locator("section.call")).to_have_count(1)


async def asked_to_call(data: Path, case: str) -> str:
    """Return the link of the letter by which the duty officer is asked to call."""
    for _ in range(100):
        sent = [one for one in letters(data / "outbox" / "notices.jsonl") if one["case_id"] == case]
        texts = [one["text"] for one in sent if one["person"] == "wxb-duty" and "打电话给" in one["text"]]
        if texts:
            return texts[0].partition("办理：")[2].split()[0]
        await asyncio.sleep(0.1)
    raise AssertionError(f"nobody was asked to call about {case}")


async def test_one_letter_with_three_calls_is_one_page_with_three_of_them(
    office: Office, data: Path, tmp_path: Path
) -> None:
    pictures = Path(os.environ.get("TASK_PICTURES", tmp_path))
    case = office.report("网传东港油库连续爆炸，港区全部封锁，请附近居民撤离")
    office.decide(case, "wxb-duty", "triage", level="red", topic="安全生产", lead="yjj", co_units=["hbj", "gaj"])
    shown = {"市应急局": "0009", "市生态环境局": "0019", "市公安局": "0007"}

    async with browser() as opened:
        context = await opened.new_context(viewport=PHONE, locale="zh-CN", java_script_enabled=False)
        page = await context.new_page()
        await page.goto(await asked_to_call(data, case))
        calls = page.locator("section.call")
        await expect(page.locator("main").locator("h2").first).to_have_text("请先打电话（3）")
        await expect(calls).to_have_count(3)
        for unit, number in shown.items():
            own = calls.filter(has_text=unit)
            await expect(own).to_have_count(1)
            assert (await own.locator("a.dial").get_attribute("href") or "").startswith(f"tel:+86000{number}")
        await page.screenshot(path=pictures / "three_calls.png", full_page=True)
        await page.emulate_media(color_scheme="dark")
        await page.screenshot(path=pictures / "three_calls_dark.png", full_page=True)
        await page.emulate_media(color_scheme="light")
        box = await calls.first.locator("a.dial").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= PHONE["height"], "the first number stands on the first screen"
        await nothing_heavy(opened, await context.cookies(), {"three_calls": page.url})

        await calls.filter(has_text="市生态环境局").get_by_role("button", name="接通", exact=True).click()

        await expect(page.locator("[role=status]").first).to_have_text("电话结果已记录。")
        await expect(calls).to_have_count(2)
        await expect(page.get_by_label("不用再打的电话")).to_contain_text("市生态环境局的签收")
        await page.screenshot(path=pictures / "three_calls_one_made.png", full_page=True)
        events = [one["event"] for one in office.get(f"/v1/cases/{case}/timeline", "wxb-duty")]
        logged = [one["unit"] for one in events if one["kind"] == "phone_logged"]
        assert logged == ["hbj"]


async def test_urgent_help_says_at_once_whom_to_call_and_is_received_by_one_button(
    office: Office, data: Path, tmp_path: Path
) -> None:
    pictures = Path(os.environ.get("TASK_PICTURES", tmp_path))
    case = office.report("求助，我家五岁的孩子在河湾公园走失了，穿红色上衣")

    async with browser() as opened:
        context = await opened.new_context(viewport=PHONE, locale="zh-CN", java_script_enabled=False)
        page = await logged_in(await context.new_page(), office, data, "wxb-duty")
        await page.locator("ol.cards li", has_text="走失").get_by_role("link").click()
        await page.locator("summary", has_text="不属谣言").click()
        form = page.locator("form", has=page.locator("select[name=exit]"))
        await form.locator("select[name=exit]").select_option("help_urgent")
        await form.locator("select[name=pass_to]").select_option("gaj")
        await form.locator("[name=sure]").check()
        await form.get_by_role("button").click()
        urgent = page.locator("section.call[role=alert]")
        await expect(urgent).to_contain_text("请立即电话通知110、119")
        box = await urgent.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= PHONE["height"], "it stands on the first screen"
        await page.screenshot(path=pictures / "urgent.png")
        await page.emulate_media(color_scheme="dark")
        await page.screenshot(path=pictures / "urgent_dark.png")
        await nothing_heavy(opened, await context.cookies(), {"urgent": page.url})

        other = await opened.new_context(viewport=PHONE, locale="zh-CN", java_script_enabled=False)
        unit = await logged_in(await other.new_page(), office, data, "gaj-duty")
        await unit.locator("ol.cards li", has_text="走失").get_by_role("link").click()
        await unit.screenshot(path=pictures / "receive.png", full_page=True)
        await unit.locator("form", has=unit.get_by_role("button", name="已接到")).locator("[name=sure]").check()
        await unit.get_by_role("button", name="已接到").click()
        await expect(unit.locator("[role=status]").first).to_have_text("已接收，请立即处置。")
        await page.goto(page.url.partition("?")[0])
        await expect(page.locator("main")).to_contain_text("本事项已办结")
        assert office.get(f"/v1/cases/{case}", "wxb-duty")["summary"]["closed_at"]
