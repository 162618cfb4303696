"""Every text in every field, in a real browser with scripts on: each page is its harmless twin's, and nothing runs.

The pages of one text are loaded as one document, one after the other to the letter; of a few texts each by itself.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page

from tests.e2e.browsing import browser
from tests.injection.corpus import BREAKS, HTML, MARKDOWN, SCHEMES, TEMPLATES, TEXTS, UNSEEN
from tests.injection.house import KEY, TOGETHER, House, Room, house
from tests.injection.office import claim
from tests.injection.twins import SNAPSHOT, Element, Forms, elements, faults
from tests.serving import served

pytestmark = pytest.mark.browser

ALONE = {family[0] for family in (HTML, MARKDOWN, SCHEMES, UNSEEN, TEMPLATES, BREAKS)}
"""The texts whose pages are also loaded one by one."""


@dataclass
class Watch:
    """One window, and everything a page in it did beside being shown."""

    page: Page
    origin: str
    asked: list[str] = field(default_factory=list)
    did: list[str] = field(default_factory=list)

    @classmethod
    async def over(cls, context: BrowserContext, origin: str) -> Watch:
        watch = cls(await context.new_page(), origin)
        context.on("request", lambda request: watch.asked.append(request.url))
        context.on("dialog", lambda dialog: watch.did.append(f"dialog: {dialog.message}"))
        context.on("console", lambda said: watch.did.append(said.text) if said.type == "error" else None)
        context.on("weberror", lambda error: watch.did.append(f"error: {error.error}"))
        context.on("page", lambda window: watch.did.append(f"window: {window.url}"))
        return watch

    async def seen(self, room: int, address: str) -> list[Element]:
        """Look at one page of one room."""
        key = {"Authorization": KEY} if address == "/desk/inbox" else {}
        await self.page.set_extra_http_headers({"X-Text": str(room), **key})
        answer = await self.page.goto(self.origin + address)
        assert answer is not None
        assert (answer.status, self.page.url) == (200, self.origin + address)
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert await self.page.evaluate("window.__pwned === undefined"), (room, address)
        return elements(await self.page.evaluate(SNAPSHOT))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def built(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    with pytest.MonkeyPatch.context() as patch:
        async with house(tmp_path_factory.mktemp("house"), TEXTS, patch) as opened:
            yield opened


async def test_every_page_of_every_text_is_its_twins_and_nothing_runs(built: House) -> None:
    async with served(built.app) as port, browser() as opened:
        watch = await Watch.over(await opened.new_context(locale="zh-CN"), f"http://127.0.0.1:{port}")
        twin = await watch.seen(0, TOGETHER)
        alone = {name: await watch.seen(0, address) for name, address in built.rooms[0].every_page().items()}
        found: list[str] = []
        for number, room in enumerate(built.rooms[1:], start=1):
            found += _of(room, "together", twin, await watch.seen(number, TOGETHER))
            for name, address in room.every_page().items() if room.pen.text in ALONE else ():
                found += _of(room, name, alone[name], await watch.seen(number, address))

    assert found == []
    assert watch.did == []
    assert {urlsplit(url).netloc for url in watch.asked} == {urlsplit(watch.origin).netloc}
    paths = {urlsplit(url).path for url in watch.asked}
    ours = {path for room in built.rooms for path in room.every_page().values()} | {TOGETHER}
    assert paths - ours <= {"/t/style.css", "/bulletin/style.css", "/favicon.ico"}


def _of(room: Room, name: str, twin: list[Element], hostile: list[Element]) -> list[str]:
    forms = Forms.of(room.pen("any"), claim(room.pen))
    return [f"{name} of {room.pen.text!r}: {fault}" for fault in faults(twin, hostile, forms)]
