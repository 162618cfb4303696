"""Every text in every field, in a real browser with scripts on: each page is its harmless twin's, and nothing runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page

from adapters.office.sample import sample_key
from tests.e2e.browsing import browser
from tests.injection.corpus import TEXTS
from tests.injection.house import House, Room, house
from tests.injection.pen import MARK
from tests.injection.twins import SNAPSHOT, Element, Forms, elements, faults
from tests.serving import served

pytestmark = pytest.mark.browser

HANDS = 3
"""How many windows work through the pages at once."""

KEY = f"Bearer {sample_key('wxb-duty')}"


@dataclass
class Watch:
    """A context of the browser, and everything a page in it did beside being shown."""

    context: BrowserContext
    origin: str
    asked: list[str] = field(default_factory=list)
    did: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.on("request", lambda request: self.asked.append(request.url))
        self.context.on("dialog", lambda dialog: self.did.append(f"dialog: {dialog.message}"))
        self.context.on("console", lambda said: self.did.append(f"console: {said.text}"))
        self.context.on("weberror", lambda error: self.did.append(f"error: {error.error}"))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def built(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    with pytest.MonkeyPatch.context() as patch:
        async with house(tmp_path_factory.mktemp("house"), TEXTS, patch) as opened:
            yield opened


async def seen(page: Page, origin: str, room: int, name: str, address: str) -> list[Element]:
    """Look at one page of one room."""
    shown = {"X-Text": str(room), **({"Authorization": KEY} if name == "inbox" else {})}
    await page.set_extra_http_headers(shown)
    answer = await page.goto(origin + address)
    assert answer is not None
    assert answer.ok, (name, answer.status)
    assert page.url == origin + address
    assert await page.evaluate("window.__pwned === undefined"), (room, name)
    return elements(await page.evaluate(SNAPSHOT))


async def test_every_page_of_every_text_is_its_twins_and_nothing_runs(built: House) -> None:
    async with served(built.app) as port, browser() as opened:
        watch = Watch(await opened.new_context(locale="zh-CN"), f"http://127.0.0.1:{port}")
        twins = await _twins(watch, built.rooms[0])
        waiting = [*enumerate(built.rooms)][1:]
        found: list[str] = []
        await asyncio.gather(*(_hand(watch, waiting, twins, found) for _ in range(HANDS)))
        windows = len(watch.context.pages)

    assert found == []
    assert watch.did == []
    assert windows == 0
    assert {urlsplit(url).netloc for url in watch.asked} == {urlsplit(watch.origin).netloc}
    assert {urlsplit(url).path for url in watch.asked if "/t/" not in url and "/bulletin" not in url} <= {
        "/desk/inbox",
        "/favicon.ico",
    }


async def _twins(watch: Watch, room: Room) -> dict[str, list[Element]]:
    page = await watch.context.new_page()
    shown = {name: await seen(page, watch.origin, 0, name, at) for name, at in _pages(room).items()}
    await page.close()
    return shown


def _pages(room: Room) -> dict[str, str]:
    return {name: address for name, address in room.addresses().items() if name != "feed"}


async def _hand(
    watch: Watch, waiting: list[tuple[int, Room]], twins: dict[str, list[Element]], found: list[str]
) -> None:
    """Take rooms as long as there are any, and hold each page of them against the twin's."""
    page = await watch.context.new_page()
    while waiting:
        number, room = waiting.pop()
        assert room.pen.text is not None
        forms = Forms.of(room.pen("claim"))
        for name, address in _pages(room).items():
            hostile = await seen(page, watch.origin, number, name, address)
            found += [f"{name} of {room.pen.text!r}: {fault}" for fault in faults(twins[name], hostile, forms)]
    await page.close()


def marks(page: list[Element]) -> set[str]:
    """Every mark that stands on a page, wherever."""
    held = (text for one in page for text in (*one.texts, *one.attributes.values()))
    return {mark for text in held for mark in MARK.findall(text)}
