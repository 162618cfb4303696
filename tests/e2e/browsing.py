"""A running Piyao and a real browser: what the browser tests share."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, async_playwright

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
EVIDENCE = [
    {
        "kind": "检测记录",
        "source": "出厂水逐时检测",
        "url": "https://swj.mc.example/1",
        "captured_at": "2026-11-23T09:00:00+08:00",
    }
]


class Office:
    """Speak to a running Piyao over HTTP, each officer with the personal key `up` has written."""

    def __init__(self, addresses: dict[str, str], data: Path) -> None:
        self.api, self.ui, self.bulletin = addresses["api"], addresses["ui"], addresses["bulletin"]
        self._keys, self._numbers = data / "keys" / "persons", itertools.count()

    def post(self, path: str, body: dict[str, Any], who: str | None = None) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Idempotency-Key": f"e2e-{next(self._numbers)}"}
        if who:
            headers["Authorization"] = "Bearer " + (self._keys / f"{who}.key").read_text().strip()
        request = urllib.request.Request(self.api + path, json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)  # type: ignore[no-any-return]

    def get(self, path: str, who: str) -> Any:
        key = (self._keys / f"{who}.key").read_text().strip()
        request = urllib.request.Request(self.api + path, headers={"Authorization": f"Bearer {key}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def report(self, text: str, **more: str) -> str:
        return str(self.post("/v1/reports", {"text": text, **more})["case_id"])

    def decide(self, case: str, who: str, kind: str, **body: Any) -> dict[str, Any]:
        return self.post(f"/v1/cases/{case}/decisions", {"kind": kind, **body}, who)


@contextmanager
def running(data: Path) -> Iterator[Office]:
    """Run `piyao up` on free ports, and end it."""
    up = Up(data)
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
