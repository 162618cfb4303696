"""Hostile words in a real browser with scripts on: nothing runs, nothing is fetched, nothing is sent elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.browsing import Office, browser, running
from tests.injection.corpus import TEXTS
from tests.outboxes import letters

pytestmark = pytest.mark.browser

CASES = 4
"""The corpus is dealt out to so many cases: long fields hold a quarter each, short ones take turns."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("piyao")


@pytest.fixture(scope="module")
def office(data: Path) -> Iterator[Office]:
    with running(data) as started:
        yield started


def played(office: Office, data: Path, share: list[str], number: int) -> tuple[str, list[str]]:
    """A case in which everybody writes of the share; its id and the pages its notices lead to."""
    turns = iter(share * 3)

    def short() -> str:
        return f"说{next(turns)}"[:200]

    long = "\n\n".join(share)[:4000]
    case = office.report(f"第{number}案 {long}"[:4000], place=short())
    asked = {"topic": short(), "district": short(), "ask": short(), "reason": short()}
    office.decide(case, "wxb-duty", "triage", level="yellow", lead="swj", co_units=["hbj"], **asked)
    seen = {"digest": "0" * 64, "captured_at": "2026-11-23T09:00:00+08:00"}
    for who in ("hbj-liaison-a", "swj-liaison-a"):
        evidence = [{"kind": short(), "source": short(), **seen} for _ in range(3)]
        office.decide(case, who, "finding", verdict="false", explanation=long, evidence=evidence, party_statement=long)
    office.decide(case, "wxb-duty", "note", text=short())
    office.decide(case, "wxb-duty", "interim", known=short(), unknown=short(), advice=short())
    office.decide(case, "wxb-editor", "draft", publication="rebuttal", title=short(), text=long)
    return case, links(data, case)


def links(data: Path, case: str) -> list[str]:
    sent = letters(data / "outbox" / "notices.jsonl")
    texts = [one["text"] for one in sent if one["key"].startswith(case)]
    return list(dict.fromkeys(link for text in texts for link in re.findall(r"(?:办理|查看)：(\S+)", text)))


def published(office: Office, case: str) -> None:
    while signatures := [one for one in _summary(office, case).get("signatures", ()) if one["now"]]:
        digest = [one["event"]["digest"] for one in _timeline(office, case) if one["event"]["kind"] == "drafted"][-1]
        who = f"{signatures[0]['unit']}-{signatures[0]['seat'].replace('_', '-')}"
        office.decide(case, who, signatures[0]["kind"], digest=digest, outcome="approve")


def _summary(office: Office, case: str) -> dict[str, Any]:
    return dict(office.get(f"/v1/cases/{case}", "wxb-duty")["summary"])


def _timeline(office: Office, case: str) -> list[dict[str, Any]]:
    return list(office.get(f"/v1/cases/{case}/timeline", "wxb-duty"))


async def test_no_page_does_what_somebody_wrote(office: Office, data: Path) -> None:
    async with browser() as opened:
        addresses = [f"{office.bulletin}"]
        for number in range(CASES):
            case, mine = played(office, data, TEXTS[number::CASES], number)
            addresses += mine
            published(office, case)
            addresses.append(f"{office.bulletin}/{case}")
        assert len(addresses) > 4 * CASES
        await nothing_happens(opened, office, addresses)


async def nothing_happens(opened: Browser, office: Office, addresses: list[str]) -> None:
    context = await opened.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    asked: list[str] = []
    heard: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    context.on("dialog", lambda dialog: heard.append(dialog.message))
    page = await context.new_page()
    for address in addresses:
        await page.goto(address)
        await expect(page.locator("main")).to_be_visible()
        for details in await page.locator("details").all():
            await details.evaluate("one => one.open = true")
        assert await page.evaluate("window.__pwned === undefined"), address
        assert await page.evaluate("document.querySelectorAll('img, svg, iframe, object, embed').length") == 0
        assert page.url.partition("?")[0] == address
    await context.close()
    assert heard == []
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(office.api).netloc}
