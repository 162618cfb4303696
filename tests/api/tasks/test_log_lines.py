"""An address in the log of a page can be tapped and copied, and is never a place on the server's disk."""

from __future__ import annotations

import re

import pytest

from domain.tasks.task import Task
from domain.vocabulary import Stage
from tests.api.conftest import Office
from tests.api.scriptless_browser import link
from tests.workflows import case_steps

pytestmark = pytest.mark.people


async def test_the_log_links_to_the_published_page_and_names_no_place_on_the_disk(office: Office) -> None:
    world, case = office.world, await office.reported("网传南湖公园夜里挖出古墓全城封路")
    await case_steps.triaged(world, case, co_units=())
    await case_steps.found(world, case, "swj")
    await case_steps.signed(world, case, await case_steps.drafted(world, case))
    await world.reaches(case, Stage.CLOSURE)
    await world.quiet(case)

    page = (await office.http.get(link(world, case, Task.LOOK, "wxb", "duty"))).text

    address = f"{world.desk.base_url}/bulletin/{case}"
    assert re.search(
        f'<li>[^<]*已发布到[^<]*：<a href="{address}" rel="nofollow noopener noreferrer">{address}</a>', page
    )
    assert "没有发出，只写入本机文件，不算公开（合作媒体）" in page
    assert "file:" not in page
    assert str(world.settings.data) not in page


async def test_what_a_unit_published_is_an_address_to_tap_in_the_log(office: Office) -> None:
    world, case = office.world, await office.reported("网传早高峰地铁三号线全线停运")
    await case_steps.triaged(world, case, co_units=())
    body = {
        "kind": "record_publication",
        "unit": "swj",
        "publication": "statement",
        "title": "运行正常",
        "text": "全线运行正常。",
        "url": "https://swj.mc.example/notice?id=7",
        "captured_at": "2026-11-23T09:00:00+08:00",
    }
    asked = await office.decide(case, body, "wxb", "editor", key="recorded-publication")
    yes = {"kind": "confirm", "ref": (await world.view(case)).waiting[-1].ref, "outcome": "approve"}
    confirmed = await office.decide(case, yes, "swj", "deputy", key="confirmed-publication")
    await world.quiet(case)

    page = (await office.http.get(link(world, case, Task.LOOK, "wxb", "duty"))).text

    assert (asked.status_code, confirmed.status_code) == (200, 200), (asked.text, confirmed.text)
    assert '<a href="https://swj.mc.example/notice?id=7" rel="nofollow noopener noreferrer">' in page
