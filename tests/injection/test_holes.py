"""Holes the twins have found, each by its name."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import httpx2
import pytest
import pytest_asyncio

from tests.injection.running_office import House, house
from tests.injection.twins import TURNS

pytestmark = pytest.mark.people

TEXT = "正常\u202e反着写[点我](https://evil.example)"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def built(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    with pytest.MonkeyPatch.context() as patch:
        async with house(tmp_path_factory.mktemp("holes"), [TEXT], patch) as opened:
            yield opened


async def shown(built: House, name: str) -> str:
    transport = httpx2.ASGITransport(app=built.app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        answer = await http.get(built.rooms[1].pages()[name], headers={"X-Text": "1"})
    assert answer.status_code == 200
    return answer.text


async def test_a_text_that_turns_the_direction_turns_nothing_beside_it(built: House) -> None:
    page = await shown(built, "coordinate")

    assert f"<li><bdi>{TEXT}</bdi>，<bdi>{TEXT}</bdi>，2026-11-24" in page
    assert f"：<bdi>{TEXT}</bdi><br>" in page
    assert f"地点：<bdi>{TEXT}</bdi>" in page


async def test_a_form_sent_back_names_what_it_carries_without_turning_its_heading(built: House) -> None:
    page = await shown(built, "typed")

    headings = re.findall(r"<h2[^>]*>(.*?)</h2>|<summary>(.*?)</summary>", page)
    assert len(headings) > 20
    assert not [one for one in headings if TURNS.search("".join(one)) or "](" in "".join(one)]


async def test_a_proposed_text_makes_no_link_of_a_source(built: House) -> None:
    page = await shown(built, "draft")

    (basis,) = re.findall("依据：.*", page)
    assert "点我" in basis
    assert "](" not in basis
    assert not TURNS.search(basis)
