"""Every text in every field, in a real browser with scripts on: each page is its harmless twin's, and nothing runs.

The pages of one text are loaded as one document, one after the other to the letter; of a few texts each by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page

from tests.e2e.browsing import browser
from tests.http_server import served
from tests.injection.corpus import BREAKS, HTML, MARKDOWN, SCHEMES, TEMPLATES, TEXTS, UNSEEN
from tests.injection.hostile_office import claim
from tests.injection.running_office import KEY, TOGETHER, House, Room, house
from tests.injection.twins import SNAPSHOT, Element, Forms, elements, faults

pytestmark = pytest.mark.browser

ALONE = {family[0] for family in (HTML, MARKDOWN, SCHEMES, UNSEEN, TEMPLATES, BREAKS)}
"""The texts whose pages are also loaded one by one."""


HANDS = 2
"""How many windows go through the texts at once: while one loads, the server writes for the other."""


@dataclass
class Watch:
    """A context of the browser, and everything its pages did beside being shown."""

    context: BrowserContext
    origin: str
    asked: list[str] = field(default_factory=list)
    did: list[str] = field(default_factory=list)
    windows: int = 0

    def __post_init__(self) -> None:
        self.context.on("request", lambda request: self.asked.append(request.url))
        self.context.on("dialog", lambda dialog: self.did.append(f"dialog: {dialog.message}"))
        self.context.on("console", lambda said: self.did.append(said.text) if said.type == "error" else None)
        self.context.on("weberror", lambda error: self.did.append(f"error: {error.error}"))

    async def window(self) -> Page:
        self.windows += 1
        return await self.context.new_page()

    async def seen(self, page: Page, room: int, address: str) -> list[Element]:
        """Look at one page of one room."""
        key = {"Authorization": KEY} if address == "/desk/inbox" else {}
        await page.set_extra_http_headers({"X-Text": str(room), **key})
        answer = await page.goto(self.origin + address)
        assert answer is not None
        assert (answer.status, page.url) == (200, self.origin + address)
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert await page.evaluate("window.__pwned === undefined"), (room, address)
        return elements(await page.evaluate(SNAPSHOT))


@dataclass(frozen=True)
class Twin:
    """The twin's pages as a browser has them: all in one document, and each by itself."""

    together: list[Element]
    alone: dict[str, list[Element]]

    @classmethod
    async def of(cls, watch: Watch, room: Room) -> Twin:
        page = await watch.window()
        together = await watch.seen(page, 0, TOGETHER)
        return cls(together, {name: await watch.seen(page, 0, at) for name, at in room.every_page().items()})


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def built(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    with pytest.MonkeyPatch.context() as patch:
        async with house(
            tmp_path_factory.mktemp("house"), [*TEXTS[:3], *MARKDOWN[18:19], *UNSEEN[:1]], patch, whole=ALONE
        ) as opened:
            yield opened


async def test_every_page_of_every_text_is_its_twins_and_nothing_runs(built: House) -> None:
    async with served(built.app) as port, browser() as opened:
        watch = Watch(await opened.new_context(locale="zh-CN"), f"http://127.0.0.1:{port}")
        twin = await Twin.of(watch, built.rooms[0])
        waiting = list(enumerate(built.rooms))[1:]
        found = await asyncio.gather(*(_through(watch, waiting, twin) for _ in range(HANDS)))
        windows = len(watch.context.pages)

    assert [fault for one in found for fault in one] == []
    assert watch.did == []
    assert windows == watch.windows
    assert {urlsplit(url).netloc for url in watch.asked} == {urlsplit(watch.origin).netloc}
    paths = {urlsplit(url).path for url in watch.asked}
    ours = {path for room in built.rooms for path in room.every_page().values()} | {TOGETHER}
    assert paths - ours <= {"/t/style.css", "/bulletin/style.css", "/favicon.ico"}


async def _through(watch: Watch, waiting: list[tuple[int, Room]], twin: Twin) -> list[str]:
    """Take rooms as long as there are any, and name what their pages are more than the twin's."""
    page, found = await watch.window(), []
    while waiting:
        number, room = waiting.pop()
        forms = Forms.of(room.pen("any"), claim(room.pen))
        held = [("together", twin.together, TOGETHER)]
        if room.pen.text in ALONE:
            held += [(name, twin.alone[name], address) for name, address in room.every_page().items()]
        for name, harmless, address in held:
            hostile = await watch.seen(page, number, address)
            found += [f"{name} of {room.pen.text!r}: {fault}" for fault in faults(harmless, hostile, forms)]
    return found
