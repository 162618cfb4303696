"""The login, and the list of one's own logins, as an officer has them by phone and at a desk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e.browsing import PHONE, Office, browser, nothing_heavy, running
from tests.e2e.test_stopped_cases import DESKTOP, logged_in

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("piyao")


@pytest.fixture(scope="module")
def office(data: Path) -> Iterator[Office]:
    with running(data) as started:
        yield started


async def test_a_login_left_open_on_a_phone_is_ended_from_the_desk(office: Office, data: Path, tmp_path: Path) -> None:
    pictures = Path(os.environ.get("TASK_PICTURES", tmp_path))
    android = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"

    async with browser() as opened:
        away = await opened.new_context(viewport=PHONE, locale="zh-CN", java_script_enabled=False, user_agent=android)
        phone = await logged_in(await away.new_page(), office, data, "swj-duty")
        await phone.get_by_role("link", name="我的登录").click()
        await phone.screenshot(path=pictures / "logins_phone.png", full_page=True)
        await phone.get_by_role("link", name="返回待办").click()
        here = await opened.new_context(viewport=DESKTOP, locale="zh-CN", java_script_enabled=False)
        desk = await logged_in(await here.new_page(), office, data, "swj-duty")
        await desk.screenshot(path=pictures / "inbox_desk.png", full_page=True)
        await desk.get_by_role("link", name="我的登录").click()
        await desk.screenshot(path=pictures / "logins_desk.png", full_page=True)
        visited = {"logins": desk.url}
        await desk.locator("li", has_text="手机").get_by_role("button", name="结束").click()
        await expect(desk.locator("li")).to_have_count(1)
        await phone.reload()
        await expect(phone.locator("h2")).to_have_text("登录")
        for _ in range(6):
            await phone.locator("input[name=key]").fill("mistyped")
            await phone.locator("form button").first.click()
        await expect(phone.locator("[role=alert]")).to_contain_text("分钟后再试")
        await phone.screenshot(path=pictures / "login_waits_phone.png", full_page=True)
        await nothing_heavy(opened, await here.cookies(), visited)
