"""A case from its report to its closure by pages alone, on a phone without scripts; and what no page may ever do.

`TASK_PICTURES=folder make test-browser` keeps a picture of every page.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.e2e.browsing import Office, browser, running

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
CLAIM = "自来水厂水源被污染了，今晚八点起全市停水三天，大家赶快接水囤水"
LIMIT = 60_000
SMALL = """() => [...document.querySelectorAll('button, select, summary, textarea, input:not([type=hidden]), .cards a')]
    .map(one => one.closest('label') || one)
    .filter(one => one.getBoundingClientRect().height > 0 && one.getBoundingClientRect().height < 44)
    .map(one => one.outerHTML.slice(0, 90))"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("piyao")


@pytest.fixture(scope="module")
def office(data: Path) -> Iterator[Office]:
    with running(data) as started:
        yield started


class Phone:
    """Be the phone officers hand around: without scripts, with a note of everything it asks for and is shown."""

    def __init__(self, context: BrowserContext, office: Office, data: Path, pictures: Path) -> None:
        self.context, self.office, self.data, self.pictures = context, office, data, pictures
        self.asked: list[str] = []
        self.visited: dict[str, str] = {}
        context.on("request", lambda request: self.asked.append(request.url))

    async def follow(self, case: str, part: str, person: str, name: str) -> Page:
        """Open the link of the last letter to a person of which the key holds `part`, once it is out."""
        for _ in range(100):
            if links := self._links(case, part, person):
                return await self.open(links[-1], name)
            await asyncio.sleep(0.1)
        raise AssertionError(f"no letter {part} to {person}")

    def _links(self, case: str, part: str, person: str) -> list[str]:
        files = [self.data / "outbox" / f"{name}.jsonl" for name in ("notices", "phone_tasks")]
        lines = [line for file in files if file.exists() for line in file.read_text(encoding="utf-8").splitlines()]
        letters = [json.loads(line) for line in lines]
        texts = [one["text"] for one in letters if one["key"].startswith(case) and part in one["key"] + one["text"]
                 and one["person"] == person]  # fmt: skip
        return [link for text in texts for link in re.findall(r"办理：(\S+)", text)]

    async def open(self, url: str, name: str) -> Page:
        page = await self.context.new_page()
        await page.goto(url)
        await self.look(page, name)
        return page

    async def look(self, page: Page, name: str) -> None:
        """Take a picture of a page, and hold its size."""
        await page.screenshot(path=self.pictures / f"{name}.png", full_page=True)
        assert len((await page.content()).encode()) < LIMIT, name
        self.visited[name] = page.url

    async def press(self, page: Page, words: str, then: str, name: str) -> None:
        """Press a button and read what the page answers."""
        await page.get_by_role("button", name=words, exact=True).click()
        await expect(page.locator("[role=status], [role=alert]").first).to_contain_text(then)
        await self.look(page, name)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where the pictures go: the folder TASK_PICTURES names, else the test's own."""
    chosen = Path(os.environ.get("TASK_PICTURES", tmp_path))
    chosen.mkdir(parents=True, exist_ok=True)
    return chosen


async def triage(hand: Phone, case: str) -> None:
    page = await hand.follow(case, "/triage:", "wxb-duty", "1-triage")
    await page.get_by_label("需答问题").fill("水源是否被污染，是否停水")
    await hand.press(page, "转办查证", "有1处需要修改", "1-triage-wrong")
    await expect(page.get_by_label("牵头单位")).to_have_attribute("aria-invalid", "true")
    await expect(page.get_by_label("需答问题")).to_have_value("水源是否被污染，是否停水")
    await page.get_by_label("黄色（三级）").check()
    await page.get_by_label("牵头单位").select_option("swj")
    await page.get_by_text("协办单位", exact=True).first.click()
    await page.get_by_label("市生态环境局", exact=True).check()
    await hand.press(page, "转办查证", "已转办查证", "1-triage-done")


async def verify(hand: Phone, case: str) -> None:
    page = await hand.follow(case, "/answer:swj", "swj-liaison-a", "2-verify")
    await hand.press(page, "签收", "已签收", "2-verify-accepted")
    await page.get_by_label("不实", exact=True).check()
    await page.get_by_label("说明").fill("第一行\n第二行")
    await hand.press(page, "提交查证意见", "佐证材料第1条 是什么：缺少这一项", "2-verify-wrong")
    await expect(page.get_by_label("说明")).to_have_value("第一行\n第二行")
    await expect(page.get_by_label("不实", exact=True)).to_be_checked()
    await page.get_by_label("是什么").first.fill("出厂水检测记录")
    await page.get_by_label("出自哪里").first.fill("市水务局水质监测中心")
    await page.get_by_label("网址").first.fill("https://water.mc.example/2026/11")
    await page.get_by_label("取证时间").first.fill("2026-11-24T09:30")
    await hand.press(page, "提交查证意见", "查证意见已收到", "2-verify-done")


async def help_to_verify(hand: Phone, case: str) -> None:
    page = await hand.follow(case, "/answer:hbj", "hbj-liaison-a", "3-helper")
    await page.get_by_label("不实", exact=True).check()
    await page.get_by_label("说明").fill("水源地自动监测数据稳定，未见异常。")
    await page.get_by_label("是什么").first.fill("自动监测数据")
    await page.get_by_label("出自哪里").first.fill("市生态环境局")
    await hand.press(page, "提交查证意见", "查证意见已收到", "3-helper-done")


async def draft(hand: Phone, case: str) -> None:
    page = await hand.follow(case, "/draft:wxb", "wxb-editor", "4-draft")
    await page.get_by_label("标题").fill("全市供水正常，没有停水计划")
    await page.get_by_label("正文").fill("全市供水正常。\n\n经市水务局、市生态环境局查证，没有停水三天的计划。")
    await hand.press(page, "提交审签", "稿件已提交审签", "4-draft-done")


async def review(hand: Phone, case: str, person: str) -> None:
    page = await hand.follow(case, "/approval:", person, f"5-review-{person}")
    await expect(page.get_by_text("没有停水三天的计划").first).to_be_visible()
    await page.get_by_label("退回修改", exact=True).check()
    await hand.press(page, "提交意见", "须写明意见", f"5-review-{person}-wrong")
    await expect(page.get_by_label("退回修改", exact=True)).to_be_checked()
    await page.get_by_label("同意", exact=True).check()
    await hand.press(page, "提交意见", "您的意见已记下", f"5-review-{person}-done")


async def close(hand: Phone) -> None:
    page = await hand.open(f"{hand.office.api}/desk/inbox", "7-login")
    await page.get_by_label("本人密钥").fill("wrong")
    await hand.press(page, "登录", "密钥不对", "7-login-wrong")
    await page.get_by_label("本人密钥").fill((hand.data / "keys/persons/wxb-duty.key").read_text().strip())
    await page.get_by_role("button", name="登录").click()
    await hand.look(page, "8-inbox")
    await page.get_by_role("link").filter(has_text=CLAIM[:10]).click()
    await hand.look(page, "9-close")
    await hand.press(page, "办结", "事项已办结", "9-close-done")


async def test_a_case_goes_its_whole_way_by_pages_alone(office: Office, data: Path, pictures: Path) -> None:
    async with browser() as opened:
        context = await opened.new_context(viewport=PHONE, locale="zh-CN", java_script_enabled=False)
        hand = Phone(context, office, data, pictures)
        case = office.report(CLAIM, place="东汀区", channel="platform:pt1")
        for step in (triage, verify, help_to_verify, draft):
            await step(hand, case)
        for person in ("swj-deputy", "wxb-deputy"):
            await review(hand, case, person)
        await published(hand, f"{office.bulletin}/{case}")
        await close(hand)

        origin = urlsplit(office.api).netloc
        assert {urlsplit(url).netloc for url in hand.asked} == {origin}
        await nothing_heavy(opened, hand)

    tokens = {url.rpartition("/t/")[2].partition("?")[0] for url in hand.visited.values() if "/t/" in url}
    assert len(tokens) >= 6
    leaves_no_trace(data, tokens)


async def published(hand: Phone, address: str) -> None:
    page = await hand.context.new_page()
    for _ in range(100):
        answer = await page.goto(address)
        if answer and answer.ok:
            return await hand.look(page, "6-bulletin")
        await asyncio.sleep(0.1)
    raise AssertionError("the rebuttal never appeared in the bulletin")


async def nothing_heavy(opened: Browser, hand: Phone) -> None:
    """Let axe look at every page once more, in light and dark: it needs scripts, so in a window of its own."""
    for scheme in ("light", "dark"):
        context = await opened.new_context(viewport=PHONE, locale="zh-CN", bypass_csp=True, color_scheme=scheme)
        await context.add_cookies(await hand.context.cookies())
        for name, url in hand.visited.items():
            page = await context.new_page()
            await page.goto(url)
            for details in await page.locator("details").all():
                await details.evaluate("one => one.open = true")
            found = (await Axe().run(page)).response["violations"]
            heavy = [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")]
            assert not heavy, (scheme, name, heavy)
            assert not (small := await page.evaluate(SMALL)), (name, small)
            assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name
            await page.close()
        await context.close()


def leaves_no_trace(data: Path, tokens: set[str]) -> None:
    """Links stand in letters only: in no log, no history and no database, of ours or of Temporal's."""
    kept = [file for file in data.rglob("*") if file.is_file() and "outbox" not in file.parts]
    assert {"register.db", "temporal.db"} <= {file.name for file in kept}
    for file in kept:
        held = file.read_bytes()
        assert not [token for token in tokens if token.encode() in held], file
