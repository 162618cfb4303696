"""A case from its report to its closure by pages alone, on a phone without scripts; and what no page may ever do.

`TASK_PICTURES=folder make test-browser` keeps a picture of every page.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.async_api import BrowserContext, Page, expect

from domain.evidence import LIMIT as LARGEST
from tests.e2e.browsing import PHONE, Office, browser, nothing_heavy, running
from tests.e2e.counted_letters import counted, sent, wrong
from tests.outboxes import letters

pytestmark = pytest.mark.browser

CLAIM = "自来水厂水源被污染了，今晚八点起全市停水三天，大家赶快接水囤水"
LIMIT = 60_000
ASKED = {"review": "请审核", "consent": "请会签", "sign": "请签发"}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("piyao")


@pytest.fixture(scope="module")
def office(data: Path) -> Iterator[Office]:
    with running(data) as started:
        yield started


class Phone:
    """The phone officers hand around: without scripts, with a list of everything it asks for and is shown."""

    def __init__(self, context: BrowserContext, office: Office, data: Path, pictures: Path) -> None:
        self.context, self.office, self.data, self.pictures = context, office, data, pictures
        self.photo = pictures / "photo.png"
        Image.new("RGB", (640, 480), "teal").save(self.photo)
        self.asked: list[str] = []
        self.visited: dict[str, str] = {}
        context.on("request", lambda request: self.asked.append(request.url))

    async def follow(self, case: str, asked: str, person: str, name: str) -> Page:
        """Open the link of the last notice by which a person was asked for something, once it is out."""
        for _ in range(100):
            if links := self._links(case, asked, person):
                return await self.open(links[-1], name)
            await asyncio.sleep(0.1)
        raise AssertionError(f"no notice {asked} to {person}")

    def _links(self, case: str, asked: str, person: str) -> list[str]:
        files = [self.data / "outbox" / f"{name}.jsonl" for name in ("notices", "phone_tasks")]
        mine = [
            one["text"]
            for file in files
            for one in letters(file)
            if one["key"].startswith(case) and one["person"] == person
        ]
        notices = [notice for text in mine for notice in text.split("\n\n") if f"{asked}】" in notice]
        return [link for notice in notices for link in re.findall(r"(?:办理|查看)：(\S+)", notice)]

    def code(self, case: str, person: str) -> str:
        """Read the code that came by another channel."""
        sent = letters(self.data / "outbox" / "notices.jsonl")
        texts = [one["text"] for one in sent if f"{case}/code/{person}/" in one["key"]]
        return re.findall(r"：(\d{6})", texts[-1])[0]

    async def open(self, url: str, name: str) -> Page:
        page = await self.context.new_page()
        await page.goto(url)
        await self.look(page, name)
        return page

    async def look(self, page: Page, name: str) -> None:
        """Hold a page's size, and take a picture of it where somebody wants one."""
        if "TASK_PICTURES" in os.environ:
            await page.screenshot(path=self.pictures / f"{name}.png", full_page=True)
        assert len((await page.content()).encode()) < LIMIT, name
        self.visited[name] = page.url

    async def press(self, page: Page, words: str, then: str, name: str) -> None:
        """Tick the box of a form that has one, press its button, and read what the page answers."""
        button = page.get_by_role("button", name=words, exact=True)
        box = page.locator("form").filter(has=button).locator("[name=sure]")
        if await box.count():
            await box.check()
        await button.click()
        await expect(page.locator("[role=status], [role=alert]").first).to_contain_text(then)
        await self.look(page, name)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where the pictures go: the folder TASK_PICTURES names, else the test's own."""
    chosen = Path(os.environ.get("TASK_PICTURES", tmp_path))
    chosen.mkdir(parents=True, exist_ok=True)
    return chosen


async def triage(hand: Phone, case: str) -> None:
    page = await hand.follow(case, "请研判", "wxb-duty", "01-triage")
    await page.get_by_label("需答问题").fill("水源是否被污染，是否停水")
    await page.get_by_label("红色（一级）").check()
    await page.get_by_label("牵头单位").select_option("")  # it is proposed
    await hand.press(page, "转办查证", "有1处需要修改", "01-triage-wrong")
    await expect(page.get_by_label("牵头单位")).to_have_attribute("aria-invalid", "true")
    await expect(page.get_by_label("需答问题")).to_have_value("水源是否被污染，是否停水")
    await page.get_by_label("牵头单位").select_option("swj")
    await page.get_by_text("协办单位", exact=True).first.click()
    await page.get_by_label("市生态环境局", exact=True).check()
    await page.get_by_label("市卫生健康委", exact=True).check()
    await hand.press(page, "转办查证", "已转办查证", "01-triage-done")


async def finds(hand: Phone, case: str, unit: str, verdict: str, name: str) -> None:
    page = await hand.follow(case, "查证转办", f"{unit}-duty", name)
    await hand.press(page, "签收", "已签收", f"{name}-accepted")
    await page.get_by_label(verdict, exact=True).check()
    await page.get_by_role("textbox", name="查证情况（供公开） 必填").fill("第一行\n水源地监测记录见附件。")
    await hand.press(page, "提交查证意见", "佐证材料第1条 材料名称：请填写", f"{name}-wrong")
    await expect(page.get_by_role("textbox", name="查证情况（供公开） 必填")).to_have_value(
        "第一行\n水源地监测记录见附件。"
    )
    await expect(page.get_by_label(verdict, exact=True)).to_be_checked()
    await page.get_by_label("材料名称").first.fill("监测记录")
    await page.get_by_label("来源").first.fill("值班记录")
    await page.get_by_label("取证时间").first.fill("2026-11-24T09:30")
    await page.get_by_label("附件").first.set_input_files(hand.photo)
    await hand.press(page, "提交查证意见", "查证意见已收到", f"{name}-done")


async def meet(hand: Phone, case: str) -> None:
    page = await hand.follow(case, "查证转办", "hbj-duty", "05-session")  # the same letter asked for both
    await page.get_by_text("表明会商意见", exact=True).first.click()
    await page.get_by_label("意见", exact=False).last.fill("水源地确有异味，已采样。")
    await hand.press(page, "提交意见", "会商意见已记录", "05-session-done")
    page = await hand.follow(case, "查证意见不一致", "wxb-duty-leader", "06-ruling")
    await expect(page.get_by_text("市生态环境局：属实").first).to_be_visible()
    await give_out(hand, page, case)
    await hand.press(page, "作出裁定", "有2处需要修改", "06-ruling-wrong")
    await page.get_by_label("不实", exact=True).check()
    await page.get_by_label(re.compile("^裁定理由")).fill("出厂水逐时检测合格，异味来自岸边施工。")
    await hand.press(page, "作出裁定", "裁定已记录", "06-ruling-done")


async def give_out(hand: Phone, page: Page, case: str) -> None:
    """Let the chair put an action on the list, and its owner tick it off."""
    await page.get_by_text("布置会商任务", exact=True).first.click()
    form = page.locator("form").filter(has=page.get_by_role("button", name="布置任务", exact=True))
    await form.get_by_label("做什么").first.select_option("warn")
    await form.get_by_label("具体要求").first.fill("提示岸边居民勿取生水")
    await form.get_by_label(re.compile("^说明")).fill("会商议定")
    await hand.press(page, "布置任务", "有2处需要修改", "06-actions-wrong")
    await form.get_by_label("承担单位").first.select_option("hbj")
    await form.get_by_label("完成时间").first.fill(f"{datetime.now(UTC) - timedelta(days=2):%Y-%m-%dT%H:%M}")
    await hand.press(page, "布置任务", "任务已列入清单", "06-actions")
    owner = await hand.follow(case, "会商任务", "hbj-duty", "06-task")
    await owner.get_by_label(re.compile("^哪一项任务")).select_option(label="5. 市生态环境局提示风险")
    await owner.get_by_label(re.compile("^办理结果")).fill("已通过街道逐户告知")
    await hand.press(owner, "办结", "任务已办结", "06-task-done")


async def draft(hand: Phone, case: str) -> None:
    page = await hand.follow(case, "请拟稿", "wxb-editor", "07-draft")
    await expect(page.get_by_label("正文").first).to_have_value(re.compile("第一行"))
    await page.get_by_label("标题").first.fill("全市供水正常，没有停水计划")
    await page.get_by_label("正文").first.fill("**全市供水正常。**\n\n水源地监测数据稳定，没有停水三天的计划。")
    await hand.press(page, "提交审签", "文稿已提交审签", "07-draft-done")


async def vote(hand: Phone, case: str, person: str, kind: str, send: str, name: str) -> None:
    page = await hand.follow(case, ASKED[kind], person, name)
    await expect(page.get_by_text("没有停水三天的计划").first).to_be_visible()
    await page.get_by_label("退回修改", exact=True).check()
    await hand.press(page, send, "须写明意见", f"{name}-wrong")
    await expect(page.get_by_label("退回修改", exact=True)).to_be_checked()
    await page.get_by_label("同意", exact=True).check()
    if kind == "sign":
        await hand.press(page, send, "须填验证码", f"{name}-without-code")
        await hand.press(page, "发送验证码", "验证码已发出", f"{name}-code")
        await page.get_by_label("同意", exact=True).check()
        await page.get_by_label(re.compile("^验证码")).fill(hand.code(case, person))
    done = {"review": "已审核同意", "consent": "已会签同意", "sign": "已签发，公告"}[kind]
    await hand.press(page, send, done, f"{name}-done")


async def open_until_offered(page: Page, inbox: str, send: str) -> None:
    """Open the case from the inbox until it has come so far; before, its link there is that of another task."""
    for _ in range(60):
        await page.goto(inbox)
        await page.get_by_role("link").filter(has_text=CLAIM[:10]).click()
        if await page.get_by_role("button", name=send, exact=True).count():
            return
        await asyncio.sleep(0.25)
    raise AssertionError(f"{send} was never offered: {await page.inner_text('main')}")


async def close(hand: Phone) -> None:
    page = await hand.open(f"{hand.office.api}/desk/inbox", "12-login")
    await page.get_by_label("本人密钥").fill("wrong")
    await hand.press(page, "登录", "密钥不对", "12-login-wrong")
    await page.get_by_label("本人密钥").fill((hand.data / "keys/persons/wxb-duty.key").read_text().strip())
    await page.get_by_role("button", name="登录").click()
    await hand.look(page, "13-inbox")
    await open_until_offered(page, f"{hand.office.api}/desk/inbox", "办结")
    await hand.look(page, "14-close")
    await hand.press(page, "办结", "事项已办结", "14-close-done")


async def test_a_case_goes_its_whole_way_by_pages_alone(office: Office, data: Path, pictures: Path) -> None:
    async with browser() as opened:
        context = await opened.new_context(viewport=PHONE, locale="zh-CN", java_script_enabled=False)
        hand = Phone(context, office, data, pictures)
        case = office.report(CLAIM, place="东汀区", channel="platform:pt1")
        await triage(hand, case)
        answers = (("02-first", "hbj", "属实"), ("03-second", "wjw", "不实"), ("04-lead", "swj", "不实"))
        for name, unit, verdict in answers:
            await finds(hand, case, unit, verdict, name)
        await meet(hand, case)
        await draft(hand, case)
        await vote(hand, case, "swj-deputy", "review", "提交意见", "08-review")
        await vote(hand, case, "hbj-deputy", "consent", "提交会签意见", "09-consent")
        await vote(hand, case, "wxb-deputy", "sign", "提交签发意见", "10-sign")
        await published(hand, f"{office.bulletin}/{case}")
        await close(hand)
        holds_few_letters(data, case)

        origin = urlsplit(office.api).netloc
        assert {urlsplit(url).netloc for url in hand.asked} == {origin}
        await nothing_heavy(opened, await hand.context.cookies(), hand.visited)

    tokens = {url.rpartition("/t/")[2].partition("?")[0] for url in hand.visited.values() if "/t/" in url}
    assert len(tokens) >= 6
    leaves_no_trace(data, tokens)


async def test_what_was_typed_is_still_there_when_somebody_goes_back_from_a_form_too_large(
    office: Office, data: Path, pictures: Path
) -> None:
    film = data / "film.mp4"
    film.write_bytes(bytes(LARGEST + 1024 * 1024))
    async with browser() as opened:
        hand = Phone(await opened.new_context(viewport=PHONE, java_script_enabled=False), office, data, pictures)
        case = office.report("网传老城区明天起停气一周请尽快囤罐装气")
        office.decide(case, "wxb-duty", "triage", level="yellow", topic="供气", lead="swj")
        page = await hand.follow(case, "查证转办", "swj-liaison-a", "20-large")
        key = await page.locator("[name=key]").first.input_value()
        await page.get_by_label("不实", exact=True).check()
        await page.get_by_role("textbox", name="查证情况（供公开） 必填").fill("第一行\n第二行")
        await page.get_by_label("来源").first.fill("值班记录")
        await page.get_by_label("附件").first.set_input_files(film)
        await page.get_by_role("button", name="提交查证意见", exact=True).click()
        await expect(page.get_by_text("文件连同文字至多20MB")).to_be_visible()
        await page.go_back()

        await expect(page.get_by_label("不实", exact=True)).to_be_checked()
        await expect(page.get_by_role("textbox", name="查证情况（供公开） 必填")).to_have_value("第一行\n第二行")
        await expect(page.get_by_label("来源").first).to_have_value("值班记录")
        assert await page.locator("[name=key]").first.input_value() != key


async def published(hand: Phone, address: str) -> None:
    page = await hand.context.new_page()
    for _ in range(100):
        answer = await page.goto(address)
        if answer and answer.ok:
            return await hand.look(page, "11-bulletin")
        await asyncio.sleep(0.1)
    raise AssertionError("the rebuttal never appeared in the bulletin")


def holds_few_letters(data: Path, case: str) -> None:
    """A red case from its report to its closing: few letters, short ones, and each asks first or is marked 知悉."""
    found = sent(data, case)
    table = counted(found)
    print(*sorted(f"{n} {' '.join(kind)}" for kind, n in table.items()), sep="\n")
    to_duty = sum(n for (person, *_), n in table.items() if person == "wxb-duty")

    assert wrong(found) == []
    assert len(found) <= 25
    assert to_duty <= 6
    assert {"请研判", "请打电话", "查证意见不一致", "请办结"} == {k for who, _, k in table if who == "wxb-duty"}
    assert {who for who, _, kind in table if kind == "请形成纪要"} == {"wxb-duty-leader"}
    told = [one["text"] for one in found if "】已发布" in one["text"]]
    assert len(told) == 3
    assert all(f"/bulletin/{case}" in text for text in told)


def leaves_no_trace(data: Path, tokens: set[str]) -> None:
    """Links stand in letters only: in no log, no history and no database, of ours or of Temporal's."""
    kept = [file for file in data.rglob("*") if file.is_file() and "outbox" not in file.parts]
    assert {"register.db", "temporal.db"} <= {file.name for file in kept}
    for file in kept:
        held = file.read_bytes()
        assert not [token for token in tokens if token.encode() in held], file
