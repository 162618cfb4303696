"""A case an operator stopped in Temporal, as the duty officer sees it by phone and an administrator restores it."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from temporalio.client import Client

from tests.e2e.browsing import PHONE, Office, browser, running
from tests.outboxes import letters

pytestmark = pytest.mark.browser

CLAIM = "自来水厂水源被污染了，今晚八点起全市停水三天，大家赶快接水囤水"
DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("piyao")


@pytest.fixture(scope="module")
def office(data: Path) -> Iterator[Office]:
    with running(data) as started:
        yield started


async def test_a_stopped_case_is_shown_and_restored_by_a_button(office: Office, data: Path, tmp_path: Path) -> None:
    pictures = Path(os.environ.get("TASK_PICTURES", tmp_path))
    case = office.report(CLAIM)
    link = await letter_link(data, case, "wxb-duty")
    await stop(office, case)

    async with browser() as opened:
        phone = await opened.new_context(viewport=PHONE, locale="zh-CN", java_script_enabled=False)
        task = await phone.new_page()
        await task.goto(link)
        await task.screenshot(path=pictures / "stopped_task.png", full_page=True)
        await expect(task.locator("[role=alert]")).to_contain_text("运行已被终止")
        await expect(task.locator("form")).to_have_count(0)
        desk = await opened.new_context(viewport=DESKTOP, locale="zh-CN", java_script_enabled=False)
        inbox = await logged_in(await desk.new_page(), office, data, "wxb-admin")
        await inbox.screenshot(path=pictures / "stopped_inbox.png", full_page=True)
        await inbox.get_by_role("button", name="恢复运行").click()
        await expect(inbox.locator("[role=status]").first).to_contain_text("已恢复")
        await inbox.screenshot(path=pictures / "restored_inbox.png", full_page=True)
        await task.reload()
        await expect(task.locator("h1")).to_contain_text("研判分派")
        await expect(task.locator("[role=alert]")).to_have_count(0)
        await task.screenshot(path=pictures / "restored_task.png", full_page=True)


async def logged_in(page: Page, office: Office, data: Path, person: str) -> Page:
    """Log in with a personal key and show the inbox."""
    await page.goto(f"{office.api}/desk/login")
    await page.locator("input[name=key]").fill((data / "keys" / "persons" / f"{person}.key").read_text().strip())
    await page.locator("form button").first.click()
    return page


async def stop(office: Office, case: str) -> None:
    """Terminate the workflow of a case, and wait until its page says so."""
    client = await Client.connect(office.addresses["temporal"])
    await client.get_workflow_handle(f"case-{case}").terminate("by mistake")
    for _ in range(600):
        if office.get(f"/v1/cases/{case}", "wxb-duty")["run"] == "terminated":
            return
        await asyncio.sleep(0.1)
    raise AssertionError("nobody found that the case was stopped")


async def letter_link(data: Path, case: str, person: str) -> str:
    """Return the link of the first letter a person got about a case."""
    for _ in range(100):
        texts = [one["text"] for one in letters(data / "outbox" / "notices.jsonl") if one["person"] == person]
        if found := [link for text in texts for link in re.findall(r"(?:办理|查看)：(\S+)", text)]:
            return found[0]
        await asyncio.sleep(0.1)
    raise AssertionError(f"no letter to {person} about {case}")
