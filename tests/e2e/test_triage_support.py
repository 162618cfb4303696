"""Triage from a phone at night: the questions are ticked with their reasons, and another level asks for a reason."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.cli.piyao import piyao
from tests.e2e.browsing import PHONE, Office, browser, nothing_heavy, running
from tests.e2e.test_stopped_cases import logged_in

pytestmark = pytest.mark.browser

CLAIM = "网传东汀区学校门口有人开面包车抢孩子已经抢走三个，家长都转起来"
HELP = "我们这栋楼道里燃气味特别大，打了两个电话没人接"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("piyao")


@pytest.fixture(scope="module")
def office(data: Path) -> Iterator[Office]:
    with running(data) as started:
        yield started


async def test_a_proposal_is_read_answered_and_overruled_by_thumb_without_scripts(
    office: Office, data: Path, tmp_path: Path
) -> None:
    pictures = Path(os.environ.get("TASK_PICTURES", tmp_path))
    office.report(CLAIM, place="东汀区")

    async with browser() as opened:
        context = await opened.new_context(viewport=PHONE, locale="zh-CN", java_script_enabled=False)
        page = await logged_in(await context.new_page(), office, data, "wxb-duty")
        await page.locator("ol.cards li", has_text="抢孩子").get_by_role("link").click()
        await page.screenshot(path=pictures / "triage_first.png")
        await page.screenshot(path=pictures / "triage.png", full_page=True)
        await page.emulate_media(color_scheme="dark")
        await page.screenshot(path=pictures / "triage_dark.png", full_page=True)
        await page.emulate_media(color_scheme="light")
        await expect(page.get_by_text("建议处置等级：橙色（二级），共60分（急55、难5）。")).to_be_visible()
        form = page.locator("form", has=page.locator("[name=level]"))
        await expect(form.locator("[name=answers]:checked")).to_have_count(3)
        await nothing_heavy(opened, await context.cookies(), {"triage": page.url})

        await form.get_by_label("涉及人数众多").check()
        await form.get_by_label("所说突发事件正在发生").check()
        await form.locator("[name=sure]").check()
        await form.get_by_role("button", name="转办查证").click()
        await expect(page.locator("[role=alert]")).to_contain_text("建议定为红色（一级）")
        await page.screenshot(path=pictures / "triage_refused.png", full_page=True)
        form = page.locator("form", has=page.locator("[name=level]"))
        await expect(form.locator("[name=answers]:checked")).to_have_count(5)
        await form.get_by_label("定级理由").fill("派出所已到场，只有一处")
        await form.get_by_role("button", name="转办查证").click()
        await expect(page.locator("[role=status]").first).to_contain_text("已转办查证")
        await page.screenshot(path=pictures / "triage_done.png")

    key = data / "keys" / "persons" / "wxb-duty.key"
    counted = piyao("figures", PIYAO_API_URL=office.api, PIYAO_KEY_FILE=str(key))
    assert counted.returncode == 0, counted.stderr
    assert "处置等级的建议共1件：予以采纳1件，改答后改定0件，不采纳0件。" in counted.stdout


async def test_urgent_help_is_answered_on_the_terminal_and_stands_first_on_the_page(
    office: Office, data: Path, tmp_path: Path
) -> None:
    pictures = Path(os.environ.get("TASK_PICTURES", tmp_path))
    taken = piyao("report", HELP, "--place", "石坪区", PIYAO_API_URL=office.api)
    assert taken.stdout.startswith("如您或身边的人正有危险，请立即拨打110、119、120")

    async with browser() as opened:
        context = await opened.new_context(viewport=PHONE, locale="zh-CN", java_script_enabled=False)
        page = await logged_in(await context.new_page(), office, data, "wxb-duty")
        await page.locator("ol.cards li", has_text="燃气味").get_by_role("link").click()
        await page.screenshot(path=pictures / "triage_help.png", full_page=True)
        await expect(page.locator("p.warn")).to_contain_text("请先研判是否紧急求助")
        form = page.locator("form", has=page.locator("select[name=exit]"))
        await expect(form.locator("select[name=exit]")).to_have_value("help_urgent")
        await nothing_heavy(opened, await context.cookies(), {"help": page.url})
        await form.locator("select[name=pass_to]").select_option("zjw")
        await form.locator("[name=sure]").check()
        await form.get_by_role("button").click()
        await expect(page.locator("section.call[role=alert]")).to_contain_text("请立即电话通知110、119、120")
