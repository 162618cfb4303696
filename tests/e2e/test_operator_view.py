"""What an operator and a reader see, in a real browser: the Temporal UI, the bulletin, the API's docs page.

`PICTURES=docs/images make test-browser` writes the pictures of `docs/operating.md` anew.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Error, Page

from tests.e2e.browsing import EVIDENCE, Office, browser, running

pytestmark = pytest.mark.browser

CLAIM = "自来水厂水源被污染了，今晚八点起全市停水三天，大家赶快接水囤水"
SCHOOL = "刚看到文件，明年秋季起全市小学改成五年，六年级直接升初中，已经定了"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with running(tmp_path_factory.mktemp("piyao")) as started:
        yield started


@pytest.fixture(scope="module")
def verifying(office: Office) -> str:
    """A case in the middle of its verification: one unit has answered, one works, one is silent."""
    case = office.report(CLAIM, place="东汀区", channel="platform:pt1")
    asked = {"topic": "供水", "district": "东汀区", "lead": "swj", "co_units": ["hbj", "swu"], "ask": "是否停水"}
    asked |= {"reason": "水厂已初步排除"}
    office.decide(case, "wxb-duty", "triage", level="yellow", **asked)
    office.decide(case, "swj-liaison-a", "accept")
    office.decide(case, "hbj-liaison-a", "accept")
    office.decide(
        case, "hbj-liaison-a", "finding", verdict="false", explanation="水源地监测数据稳定。", evidence=EVIDENCE
    )
    return case


@pytest.fixture(scope="module")
def over(office: Office) -> str:
    """A closed case with its rebuttal in the bulletin."""
    case = office.report(SCHOOL, channel="media:gbt")
    office.decide(case, "wxb-duty", "triage", level="yellow", topic="教育", lead="jyw")
    office.decide(case, "jyw-liaison-a", "accept")
    office.decide(
        case, "jyw-liaison-a", "finding", verdict="false", explanation="没有发布过此类文件。", evidence=EVIDENCE
    )
    text = {"publication": "rebuttal", "title": "全市小学学制没有变化", "text": "全市小学学制没有变化，仍为六年。"}
    drafted = office.decide(case, "wxb-editor", "draft", **text)
    digest = next(e["event"]["digest"] for e in drafted["entries"] if e["event"]["kind"] == "drafted")
    office.decide(case, "jyw-deputy", "review", digest=digest, outcome="approve")
    office.decide(case, "wxb-deputy", "sign", digest=digest, outcome="approve")
    for _ in range(100):
        try:
            office.decide(case, "wxb-duty", "close", remarks="已核对")
            break
        except OSError:  # not yet out: 409
            time.sleep(0.1)
    return case


async def text_of(page: Page) -> str:
    """All text on the page, its frames included: the UI draws markdown inside frames."""
    texts = []
    for frame in page.frames:
        with contextlib.suppress(Error):  # the UI redraws: a frame may be gone by now
            texts.append(await frame.inner_text("body"))
    return "\n".join(texts)


async def open_case(page: Page, office: Office, case: str) -> None:
    await page.goto(f"{office.ui}/namespaces/default/workflows/case-{case}")
    await page.wait_for_url("**/timeline*")


async def shows(page: Page, *words: str) -> str:
    """Wait until the page shows all words; return its text."""
    for _ in range(240):  # a minute, on a machine with much else to do
        text = await text_of(page)
        if all(word in text for word in words):
            return text
        await asyncio.sleep(0.25)
    missing = [word for word in words if word not in text]
    raise AssertionError(f"the page never showed {missing}")


async def picture(page: Page, name: str, tmp_path: Path) -> None:
    folder = Path(os.environ.get("PICTURES") or tmp_path)
    file = folder / f"{name}.png"
    await page.screenshot(path=file)
    assert file.stat().st_size > 20_000


async def test_a_case_in_verification_explains_itself(office: Office, verifying: str, tmp_path: Path) -> None:
    async with browser() as opened:
        page = await opened.new_page(viewport={"width": 1400, "height": 1500})
        await open_case(page, office, verifying)
        asked, timer = "请市水务局、市生态环境局、市商务局查证", "提醒 → 市"
        await shows(page, "triage", "accept", "finding", asked, timer)
        await page.get_by_text("User Metadata").first.click()
        text = await shows(page, CLAIM, "查证核实", "现在等待", "市商务局（协办）", "签收")
        await picture(page, "case-in-verification", tmp_path)

    for fact in ("黄色（三级）", "未有结论", "市水务局（牵头）", "查证反馈", "联络员A角", "待签收", "已反馈", "不实"):
        assert fact in text
    assert "辟〔" in text


async def test_a_closed_case_tells_what_happened(office: Office, over: str, tmp_path: Path) -> None:
    async with browser() as opened:
        page = await opened.new_page(viewport={"width": 1400, "height": 1500})
        await open_case(page, office, over)
        await shows(page, "draft", "review", "sign", "close", "发布到辟谣专栏", "发布到合作媒体", "提醒 → 市教委")
        await page.get_by_text("User Metadata").first.click()
        text = await shows(page, SCHOOL, "办结归档", "已发布", "没有待办时限")
        await picture(page, "case-closed", tmp_path)

    for fact in (
        "不实",
        "审核 市教委分管负责人 同意",
        "签发 市委网信办分管负责人 同意",
        "第1稿已发布到辟谣专栏",
        f"/bulletin/{over}",
    ):
        assert fact in text


async def test_the_update_dialog_explains_every_decision(office: Office, verifying: str) -> None:
    async with browser() as opened:
        page = await opened.new_page(viewport={"width": 1400, "height": 1500})
        await open_case(page, office, verifying)
        await page.locator("button:visible", has_text="More Actions").first.click()
        await page.get_by_test_id("update-button").locator("visible=true").first.click()
        await page.locator("button:visible", has=page.locator("#update-select")).first.click()

        await shows(page, "escalate", "提级")


async def test_the_bulletin_reads_on_a_phone_and_calls_nobody(office: Office, over: str, tmp_path: Path) -> None:
    asked: list[str] = []
    async with browser() as opened:
        page = await opened.new_page(viewport={"width": 390, "height": 844}, locale="zh-CN")
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(f"{office.bulletin}/{over}")
        text = await shows(page, "全市小学学制没有变化", "核查结论", "不实", "演示")
        width = await page.evaluate("document.documentElement.scrollWidth")
        await picture(page, "bulletin-page", tmp_path)

    assert SCHOOL in text
    assert width <= 390
    assert all(url.startswith(office.api) for url in asked)


async def test_the_docs_page_of_the_api_works_without_the_internet(office: Office) -> None:
    asked: list[str] = []
    async with browser() as opened:
        page = await opened.new_page()
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(f"{office.api}/docs")
        await shows(page, "/v1/reports", "/v1/cases/{case_id}/decisions")

    assert all(url.startswith((office.api, "data:")) for url in asked)
