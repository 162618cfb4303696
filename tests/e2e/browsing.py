"""A running Piyao and a real browser: what the browser tests share."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright

from tests.cli.piyao import Up

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NIGHT = re.compile(r'quiet = \{ from = "\d\d:\d\d", to = "\d\d:\d\d" \}')
"""The line of a level that knows quiet hours, and no digests."""
PHONE = {"width": 390, "height": 844}
SMALL = """() => [...document.querySelectorAll('button, select, summary, textarea, input:not([type=hidden]), .cards a')]
    .map(one => one.closest('label') || one)
    .filter(one => one.getBoundingClientRect().height > 0 && one.getBoundingClientRect().height < 44)
    .map(one => one.outerHTML.slice(0, 90))"""
EVIDENCE = [
    {
        "kind": "检测记录",
        "source": "出厂水逐时检测",
        "url": "https://swj.mc.example/1",
        "captured_at": "2026-11-23T09:00:00+08:00",
    }
]


class Office:
    """An HTTP client of a running Piyao; each officer has the personal key that `up` has written."""

    def __init__(self, addresses: dict[str, str], data: Path) -> None:
        self.addresses = addresses
        self.api, self.ui, self.bulletin = addresses["api"], addresses["ui"], addresses["bulletin"]
        self._keys, self._numbers = data / "keys" / "persons", itertools.count()

    def post(self, path: str, body: dict[str, Any], who: str | None = None) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Idempotency-Key": f"e2e-{next(self._numbers):016}"}
        if who:
            headers["Authorization"] = "Bearer " + (self._keys / f"{who}.key").read_text().strip()
        request = urllib.request.Request(self.api + path, json.dumps(body).encode(), headers)
        while True:
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    return json.load(answer)  # type: ignore[no-any-return]
            except urllib.error.HTTPError as refused:
                if refused.code != HTTPStatus.TOO_MANY_REQUESTS:
                    raise
                time.sleep(int(refused.headers["Retry-After"]))  # an officer of a test decides faster than a person

    def get(self, path: str, who: str) -> Any:
        key = (self._keys / f"{who}.key").read_text().strip()
        request = urllib.request.Request(self.api + path, headers={"Authorization": f"Bearer {key}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def report(self, text: str, **more: str) -> str:
        unit = more.get("channel", "").partition(":")[2]
        return str(self.post("/v1/reports", {"text": text, **more}, f"{unit}-liaison-a" if unit else None)["case_id"])

    def decide(self, case: str, who: str, kind: str, **body: Any) -> dict[str, Any]:
        return self.post(f"/v1/cases/{case}/decisions", {"kind": kind, **body}, who)


@contextmanager
def running(data: Path, *, api_port: int = 0, **more: str) -> Iterator[Office]:
    """Run `piyao up` on free ports, and end it; `more` is of its environment.

    Its office knows no quiet hours at yellow: what is asked must go out at whatever hour the tests run.
    """
    config = shutil.copytree("config", data / "office", dirs_exist_ok=True)
    policy = config / "policy.toml"
    lines = policy.read_text(encoding="utf-8").splitlines(keepends=True)
    policy.write_text("".join(line for line in lines if not NIGHT.match(line)), encoding="utf-8")
    up = Up(data, api_port=api_port, **{"PIYAO_CONFIG": str(config), **more})
    try:
        yield Office(up.ready(), data)
    finally:
        code, _, complaints = up.stop()
        assert code == 0, complaints


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """Start the system's Chromium, headless and silent."""
    path = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    assert path, "no Chromium found: install the system's chromium package or set CHROMIUM"
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield opened
        await opened.close()


async def nothing_heavy(opened: Browser, cookies: list[Any], visited: dict[str, str]) -> None:
    """Let axe look at pages, by name, in light and for its colours in dark: it needs scripts, so in a window apart."""
    context = await opened.new_context(viewport=PHONE, locale="zh-CN", bypass_csp=True, color_scheme="light")
    await context.add_cookies(cookies)
    for name, url in visited.items():
        page = await context.new_page()
        await page.goto(url)
        for details in await page.locator("details").all():
            await details.evaluate("one => one.open = true")
        await _without_heavy(page, name)
        assert not (small := await page.evaluate(SMALL)), (name, small)
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name
        await page.emulate_media(color_scheme="dark")
        await _without_heavy(page, name, "color-contrast", "link-in-text-block")
        await page.close()
    await context.close()


async def _without_heavy(page: Page, name: str, *rules: str) -> None:
    found = (await Axe().run(page, options={"runOnly": list(rules)} if rules else None)).response["violations"]
    heavy = [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")]
    assert not heavy, (name, heavy)
