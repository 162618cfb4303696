"""Floods of short and bare texts over real HTTP: one case and one ring for each form, however many say it.

`make short-texts` sends ten thousand; the suite a tenth of that.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from typing import Any

import httpx2

from tests.api.conftest import Office
from tests.http_server import served

REPORTS = int(os.environ.get("SHORT_TEXTS", "1000"))
AT_ONCE = 64
WAYS = {
    "words": ("坝漏了？", "网传坝漏了", "坝漏了吗？？", "【紧急通知】坝漏了！请转发", "坝 漏 了😱"),
    "other words": ("塔倒了？", "听说塔倒了", "塔倒了!!!"),
    "alarming words": ("地震了", "地震了吗", "是不是真的？地震了"),
    "a hashtag": ("#坝漏了真相#", "#坝漏了真相# 真的吗？", "是真的吗 #坝漏了真相#", "#坝漏了真相#😱"),
    "a link": ("https://example.com/v/1", "真的吗 http://EXAMPLE.com/v/1?utm_source=wx", "example.com/v/1"),
}
"""Five forms no other test of this office reports, each in some of the ways people write it."""


async def flood(port: int, texts: list[str]) -> list[dict[str, Any]]:
    """Hand in reports, many at once, and return the answers; whoever finds the queue full comes again."""
    turn = asyncio.Semaphore(AT_ONCE)
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as http:

        async def report(text: str) -> dict[str, Any]:
            async with turn:
                answer = await http.post("/v1/reports", json={"text": text})
                for _ in range(600):
                    if answer.status_code != 429:
                        break
                    await asyncio.sleep(0.05)
                    answer = await http.post("/v1/reports", json={"text": text})
            assert answer.status_code == 201, answer.text
            found: dict[str, Any] = answer.json()
            return found

        return await asyncio.gather(*map(report, texts))


async def test_a_flood_of_short_texts_makes_one_case_and_one_ring_for_each_form(office: Office) -> None:
    ways = list(WAYS.values())
    texts = [(one := ways[n % len(ways)])[n // len(ways) % len(one)] for n in range(REPORTS)]
    before, cases = office.rows()["cases"], set[str]()

    async with served(office.app) as port:
        answers = await flood(port, texts)
    cases = {one["case_id"] for one in answers}
    for case in cases:
        await office.world.quiet(case)

    assert office.rows()["cases"] - before == len(cases) == len(WAYS)
    assert Counter(one["match"] for one in answers) == {"short": len(WAYS), "basket": REPORTS - len(WAYS)}
    rings = Counter((one["case_id"], one["channel"]) for one in office.world.outbox() if "/start/" in one["key"])
    assert {(case, n) for (case, _), n in rings.items() if case in cases} == {(case, 1) for case in cases}
    listed = {one["case_id"]: one for one in (await office.get("/v1/cases")).json()}
    assert {listed[case]["sightings"] for case in cases} == {REPORTS // len(WAYS)}
    assert all(listed[case]["basket"] for case in cases)
    for case in cases:
        assert len(await office.world.events(case, "sighted")) <= 3 * len(str(REPORTS)), "milestones only"


async def test_two_hundred_first_reports_of_a_claim_at_once_open_one_case(office: Office) -> None:
    claims = ("松坪区古塔昨夜被雷劈成两半，塔顶滚进河里", "The old bridge of Mingcheng fell into the river last night")
    async with served(office.app) as port:
        for claim in claims:
            before = office.rows()["cases"]

            answers = await flood(port, [claim] * 200)

            assert office.rows()["cases"] == before + 1
            assert Counter(one["match"] for one in answers) == {"new": 1, "exact": 199}
