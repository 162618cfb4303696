"""The login, and the list of one's own logins, as an officer has them by phone and at a desk."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import CDPSession, Page, expect

from tests.adapters.receivers import free_port
from tests.e2e.browsing import EVIDENCE, PHONE, Office, browser, nothing_heavy, running
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


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, Path]]:
    """A Piyao that people reach by a name: browsers know no passkeys of an IP address."""
    data, port = tmp_path_factory.mktemp("named"), free_port()
    with running(data, api_port=port, PIYAO_PUBLIC_URL=f"http://localhost:{port}") as started:
        started.api = f"http://localhost:{port}"
        yield started, data


async def authenticator(page: Page) -> tuple[CDPSession, str]:
    """Give a page a device that keeps passkeys and always knows its holder."""
    tools = await page.context.new_cdp_session(page)
    await tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = await tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return tools, made["authenticatorId"]


def to_be_signed(office: Office) -> tuple[str, str]:
    """A red case whose text waits for the signature, and who is asked for it."""
    case = office.report("网传水厂爆炸有毒气体泄漏，全城请立即撤离")
    office.decide(case, "wxb-duty", "triage", level="red", topic="供水", lead="swj", co_units=[], ask="是否属实")
    office.decide(
        case, "swj-liaison-a", "finding", verdict="false", explanation="经查，水厂运行正常。", evidence=EVIDENCE
    )
    drafted = office.decide(case, "wxb-editor", "draft", publication="rebuttal", title="水厂正常", text="水厂正常。")
    digest = next(e["event"]["digest"] for e in drafted["entries"] if e["event"]["kind"] == "drafted")
    office.decide(case, "swj-deputy", "review", digest=digest, outcome="approve")
    waiting = office.get(f"/v1/cases/{case}", "wxb-duty")["summary"]["signatures"]
    (seat,) = [one["seat"] for one in waiting if one["now"]]
    return case, "wxb-" + seat.replace("_", "-")


async def test_a_passkey_logs_in_signs_and_ends_with_its_removal(named: tuple[Office, Path], tmp_path: Path) -> None:
    office, data = named
    pictures = Path(os.environ.get("TASK_PICTURES", tmp_path))
    case, signer = to_be_signed(office)

    async with browser() as opened:
        context = await opened.new_context(viewport=PHONE, locale="zh-CN")
        page = await context.new_page()
        tools, device = await authenticator(page)
        await logged_in(page, office, data, signer)
        await page.goto(f"{office.api}/desk/logins")
        await page.get_by_role("button", name="添加通行密钥").click()
        await expect(page.get_by_role("button", name="移除")).to_have_count(1)
        await page.screenshot(path=pictures / "passkeys_phone.png", full_page=True)

        await page.goto(f"{office.api}/desk/inbox")
        await page.get_by_role("button", name="退出").click()
        await page.screenshot(path=pictures / "login_passkey_phone.png", full_page=True)
        await page.get_by_role("button", name="用通行密钥登录").click()
        await expect(page).to_have_url(f"{office.api}/desk/inbox")
        await page.goto(f"{office.api}/desk/logins")
        await expect(page.get_by_text("通行密钥（本次登录）")).to_have_count(1)
        await expect(page.get_by_role("button", name="添加通行密钥")).to_have_count(0)

        await page.goto(f"{office.api}/desk/inbox")
        await page.get_by_role("link").filter(has_text="网传水厂爆炸").click()
        await page.get_by_label("同意", exact=True).check()
        await page.get_by_role("button", name="用通行密钥代替验证码").click()
        await expect(page.get_by_label(re.compile("^验证码"))).to_have_value(re.compile(r"^\d{6}$"))
        await page.screenshot(path=pictures / "sign_passkey_phone.png", full_page=True)
        await page.get_by_role("button", name="提交签发意见").click()
        await expect(page.get_by_text("已签发，公告")).to_have_count(1)
        signed = office.get(f"/v1/cases/{case}/timeline", "wxb-duty")
        assert [e["by"]["person"] for e in signed if e["event"].get("slot") == "sign"] == [signer]

        (kept,) = (await tools.send("WebAuthn.getCredentials", {"authenticatorId": device}))["credentials"]
        await page.goto(f"{office.api}/desk/logins")
        await page.get_by_role("button", name="移除").click()
        await expect(page.get_by_role("button", name="移除")).to_have_count(0)
        await page.goto(f"{office.api}/desk/inbox")
        await page.get_by_role("button", name="退出").click()
        await page.get_by_role("button", name="用通行密钥登录").click()
        await expect(page.locator("[data-passkey] [role=status]")).to_contain_text("没有通过")
        assert kept["signCount"] >= 2
        await nothing_heavy(opened, [], {"login": f"{office.api}/desk/login"})
