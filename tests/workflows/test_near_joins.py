"""A report in other words joins its case by rule: counted, named on the timeline with what the rule went by."""

from __future__ import annotations

import asyncio

from domain.matching.outcome import VERSION
from domain.reports.report import Match
from tests.office_env import World
from tests.workflows.test_letting_out import published

CLAIM = "东湖公园的孔雀昨晚全部飞走了，管理处正在寻找"
AGAIN = "听说东湖公园的孔雀昨晚全部都飞走了，管理处正在寻找，是真的吗"
OTHER = "西湖公园的孔雀昨晚全部飞走了，管理处正在寻找"


async def test_a_report_in_other_words_joins_and_the_timeline_says_by_what(world: World) -> None:
    case = (await world.report(CLAIM)).case_id

    again = await world.report(AGAIN)
    other = await world.report(OTHER)
    await world.quiet(case)

    assert (again.case_id, again.match, again.joined) == (case, Match.NEAR, True)
    assert other.case_id != case
    [sighted] = await world.events(case, "sighted")
    [join] = sighted["joins"]
    assert (sighted["count"], join["report_id"], join["version"]) == (2, again.report_id, VERSION)
    assert join["cosine"] > 0.5
    assert "guards" not in join or join["guards"] == []
    row = await world.register.case(case)
    assert row is not None


async def test_further_joins_are_named_at_a_milestone_and_none_is_left_out(world: World) -> None:
    case = (await world.report("南山步道的路灯上周全部换成了红色灯泡")).case_id
    words = ("网传", "听说", "据说", "据传", "求证", "请问", "求辟谣", "请核实", "有网友称")
    reports = [
        await world.report(f"{word}南山步道的路灯上周全部换成了红色灯泡了{'吗' * (place % 3)}")
        for place, word in enumerate(words)
    ]
    await world.quiet(case)

    assert {one.case_id for one in reports} == {case}
    named = [join["report_id"] for one in await world.events(case, "sighted") for join in one.get("joins", ())]
    by_rule = [one.report_id for one in reports if one.match is Match.NEAR]
    assert len(by_rule) >= 6
    assert len(named) == len(set(named))
    assert set(named) == set(by_rule[: len(named)]), "the count is 10: a milestone"
    assert len(named) == len(by_rule)


async def test_a_claim_in_other_words_that_is_answered_gets_the_answer(world: World) -> None:
    case, number = await published(world, "北门菜市场的鸡蛋都是人造的，煮熟以后会弹起来")

    again = await world.report("听说北门菜市场的鸡蛋都是人造的，煮熟以后会弹起来，是真的吗")

    assert (again.case_id, again.joined) == (case, True)
    assert again.known_rebuttal is not None
    assert again.known_rebuttal.number == number


async def test_two_hundred_first_reports_of_one_claim_at_once_open_one_case(world: World) -> None:
    texts = ["中心广场的喷泉今天喷出了蓝色的水", "听说中心广场的喷泉今天喷出了蓝色的水了"]

    receipts = await asyncio.gather(*(world.report(texts[0]) for _ in range(200)))

    assert len({one.case_id for one in receipts}) == 1
    case = await world.register.case(receipts[0].case_id)
    assert case is not None
    assert (await world.report(texts[1])).case_id == case.case_id
    assert len(await world.register.timeline(case.case_id)) < 60
