"""A report that a rule has joined wrongly is taken out again: with all of its wording it gets a case of its own."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest

from desk.case_reader import CaseReader
from domain.access.reading import EVERYTHING
from domain.decisions import Close, SplitDecision, TriageDecision
from domain.errors import CaseOver, NotPermitted, Unavailable, Unfit, Unknown
from domain.reports.report import Match, ReportReceipt
from domain.vocabulary import ClockName, Exit
from tests.office_env import World, eventually
from tests.workflows.test_letting_out import published

CLAIM = "东湖公园的孔雀昨晚全部飞走了，管理处正在寻找"
AGAIN = "听说东湖公园的孔雀昨晚全部都飞走了，管理处正在寻找，是真的吗"
THIRD = "据说东湖公园的孔雀昨晚全部已经飞走了，管理处正在寻找"
FOURTH = "求证东湖公园的孔雀昨晚全部就飞走了，管理处正在寻找"


async def joined(world: World) -> tuple[str, ReportReceipt]:
    """A case, and a report in other words that a rule has joined."""
    case = (await world.report(CLAIM, place="东区")).case_id
    report = await world.report(AGAIN, place="西区")
    assert (report.match, report.case_id) == (Match.NEAR, case)
    await world.quiet(case)
    return case, report


def out(report: ReportReceipt) -> SplitDecision:
    return SplitDecision(report_id=report.report_id, reason="不是一回事")


async def split_of(world: World, case: str) -> dict[str, object]:
    [split] = await world.events(case, "report_split")
    return split


async def sightings(world: World, case: str) -> int:
    row = await world.register.case(case)
    assert row is not None
    return row.sightings


async def test_a_report_taken_out_gets_a_case_of_its_own_and_both_say_so(world: World) -> None:
    case, report = await joined(world)
    again = await world.report(AGAIN, place="西区", channel="platform:pt1")
    await world.quiet(case)

    answer = await world.decide(case, out(report), "wxb", "editor")

    split = await split_of(world, case)
    assert (split["moved"], split["reports"]) == (2, [report.report_id, again.report_id])
    assert (split["count"], split["districts"], split["channels"], split["reason"]) == (1, 1, 1, "不是一回事")
    assert answer.summary.sightings == 1
    own = str(split["case_id"])
    [opened] = await world.events(own, "case_opened")
    number = (await world.view(case)).number
    assert (opened["split"]["case_id"], opened["split"]["number"]) == (case, number)
    view = await world.view(own)
    assert (view.sightings, view.number) == (2, split["number"])
    further = await world.report(AGAIN)
    assert (further.case_id, further.match) == (own, Match.EXACT)
    assert "另立为" in await world.page(case)
    assert f"由{number}拆出" in await world.page(own)


async def test_the_promise_of_an_answer_runs_since_the_report_was_accepted_and_all_else_from_the_split(
    warm_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = warm_world
    case, report = await joined(world)
    accepted, later = world.desk.now(), world.desk.now() + timedelta(hours=3)
    monkeypatch.setattr(CaseReader, "now", lambda _: later)

    await world.decide(case, out(report), "wxb", "duty")

    own = str((await split_of(world, case))["case_id"])
    report_ = await world.desk._client.clocks(own, await world.now(own))
    began = {clock.name: clock.began for clock in report_.clocks}
    response, triage = began[ClockName.RESPONSE], began[ClockName.TRIAGE]
    assert abs((triage - response) - (later - accepted)) < timedelta(seconds=30)
    opened = (await world.events(own, "case_opened"))[0]["at"]
    assert triage == opened


async def test_twice_under_one_key_and_by_two_officers_has_one_effect(warm_world: World) -> None:
    world = warm_world
    case, report = await joined(world)

    first = await world.decide(case, out(report), "wxb", "duty", key="same")
    again = await world.decide(case, out(report), "wxb", "duty", key="same")
    other = await world.refused(case, out(report), "wxb", "editor", Unfit)

    split = await split_of(world, case)
    assert first.seq == again.seq == split["seq"]
    assert (other.code, other.values["number"]) == ("split_already", split["number"])
    assert await sightings(world, str(split["case_id"])) == 1


async def test_who_may_not_or_names_the_first_report_or_another_is_refused_and_no_number_is_lost(
    warm_world: World,
) -> None:
    world = warm_world
    case, report = await joined(world)
    first = await world.register.first_of(case)
    assert first is not None
    elsewhere = await world.report("北门菜市场的鸡蛋都是人造的，煮熟以后会弹起来")

    stranger = await world.refused(case, out(report), "swj", "duty", Unknown)
    deputy = await world.refused(case, out(report), "wxb", "deputy", NotPermitted)
    opener = await world.refused(case, SplitDecision(report_id=first.report_id, reason="错"), "wxb", "duty", Unfit)
    other = await world.refused(case, out(elsewhere), "wxb", "duty", Unknown)

    assert stranger.code == "unknown_case"
    assert (deputy.code, opener.code, other.code) == ("not_permitted", "split_first_report", "no_such_report_here")
    next_number = (await world.view((await world.report("青石码头的渡船昨天装上了飞机发动机")).case_id)).number
    before = (await world.view(elsewhere.case_id)).number
    assert int(next_number[-4:]) == int(before[-4:]) + 1


async def test_reports_that_come_while_a_wording_is_taken_out_are_each_in_one_case(warm_world: World) -> None:
    world = warm_world
    case, report = await joined(world)

    async def keeps_coming(text: str, times: int) -> list[ReportReceipt]:
        return [await world.report(text) for _ in range(times)]

    flood = asyncio.gather(*(keeps_coming(text, 12) for text in (CLAIM, AGAIN, THIRD, FOURTH)))
    await world.decide(case, out(report), "wxb", "duty")
    receipts = [one for some in await flood for one in some]
    await world.desk.sweep()

    own = str((await split_of(world, case))["case_id"])
    stored = [(await world.register.report(one.report_id)) for one in receipts]
    placed = {one[1] for one in stored if one is not None}
    assert placed <= {case, own}
    again = [one for one in stored if one is not None and one[0].report.text == AGAIN]
    assert {where for _, where in again} == {own}
    assert await sightings(world, case) + await sightings(world, own) == len(receipts) + 2
    for one in (case, own):
        await world.quiet(one)
    assert (await world.view(own)).sightings <= await sightings(world, own)
    assert (await world.view(case)).sightings <= await sightings(world, case)


@pytest.mark.parametrize("dies", ["before the case has heard", "after the case has heard"])
async def test_a_split_that_a_crash_interrupts_is_finished_by_the_sweep(warm_world: World, dies: str) -> None:
    world = warm_world
    case, report = await joined(world)
    duty, then = world.officer("wxb", "duty"), world.desk.now() - timedelta(minutes=1)
    row = world.desk._submitter.row(case, out(report), duty, "left", then)
    begun = await world.register.begin(row)
    proven = await world.desk._submitter._prove(row, out(report), then)
    if dies == "after the case has heard":
        proven = proven.model_copy(update={"chain": begun.chain})
        await world.desk._client.send(case, "split", out(report), update_id=row.update_id, proven=proven)
    assert proven.split is not None
    assert await world.register.case(proven.split.case_id) is None

    await world.desk.sweep()
    await world.desk.sweep()

    split = await split_of(world, case)
    assert (split["case_id"], split["number"]) == (proven.split.case_id, proven.split.number)
    own = proven.split.case_id
    await eventually(lambda: started(world, own), "the new case never ran")
    assert (await sightings(world, case), await sightings(world, own)) == (1, 1)


async def started(world: World, case: str) -> bool:
    cursor = await world.register.cursor(case)
    return cursor is not None and cursor.started


async def test_a_split_without_a_worker_is_taken_once_one_comes(warm_world: World) -> None:
    world = warm_world
    case, report = await joined(world)
    await world.worker_goes()
    deciding = asyncio.create_task(world.decide(case, out(report), "wxb", "duty", key="k"))
    await asyncio.sleep(0)

    await world.worker_comes()
    with suppress(Unavailable):  # the call may give up first; the same key again has no second effect
        await deciding
    await world.decide(case, out(report), "wxb", "duty", key="k")

    split = await split_of(world, case)
    assert await sightings(world, str(split["case_id"])) == 1


async def test_a_case_that_was_split_off_can_be_merged_back_by_a_person(warm_world: World) -> None:
    world = warm_world
    case, report = await joined(world)
    await world.decide(case, out(report), "wxb", "duty")
    own = str((await split_of(world, case))["case_id"])
    number = (await world.view(case)).number

    await world.decide(
        own, TriageDecision(exit=Exit.DUPLICATE, duplicate_of=number, reason="还是一回事"), "wxb", "duty"
    )
    await world.handle(own).result()
    await world.desk.follow()

    again, near = await world.report(AGAIN), await world.report(THIRD)
    assert (again.case_id, near.case_id) == (case, case)
    answer = await world.desk.answer_of(await world.desk.view(own, EVERYTHING))
    assert answer.view.case_id == case


async def test_what_was_taken_out_never_joins_the_old_case_again_by_rule(warm_world: World) -> None:
    world = warm_world
    case, report = await joined(world)
    await world.decide(case, out(report), "wxb", "duty")
    own = str((await split_of(world, case))["case_id"])
    await world.decide(own, TriageDecision(exit=Exit.OPINION), "wxb", "duty")
    await world.handle(own).result()
    await world.desk.follow()

    again = await world.report(AGAIN)

    assert again.case_id not in (case, own)


async def test_a_report_that_met_an_answer_by_rule_is_taken_out_and_the_closed_case_is_not_woken(
    warm_world: World,
) -> None:
    world = warm_world
    case, number = await published(world, "北门菜市场的鸡蛋都是人造的，煮熟以后会弹起来")
    await world.quiet(case)  # every channel has answered
    await world.decide(case, Close(), "wxb", "duty")
    await world.handle(case).result()
    await world.desk.follow()
    known = await world.report("听说北门菜市场的鸡蛋都是人造的，煮熟以后会弹起来，是真的吗")
    assert (known.case_id, known.match) == (case, Match.KNOWN)
    runs = await world.length(case)
    events = await world.events(case)

    await world.decide(case, out(known), "wxb", "duty", key="k")
    again = await world.decide(case, out(known), "wxb", "duty", key="k")

    assert again.summary.closed_at is not None
    assert (await world.length(case), await world.events(case)) == (runs, events)
    stored = await world.register.report(known.report_id)
    assert stored is not None
    own = stored[1]
    [opened] = await world.events(own, "case_opened")
    assert (opened["split"]["number"], opened["split"]["reason"]) == (number, "不是一回事")
    with pytest.raises(CaseOver):
        await world.decide(case, TriageDecision(exit=Exit.OPINION), "wxb", "duty")
    late = await world.report("据说北门菜市场的鸡蛋都是人造的，煮熟以后会弹起来了")
    assert late.case_id == case
    with pytest.raises(NotPermitted):
        await world.decide(case, out(late), "wxb", "deputy")
