"""A report that a rule has joined wrongly is taken out again: it gets a case of its own, and so do all of its wording."""

from __future__ import annotations

from domain.decisions import Split
from domain.reports.report import Match
from tests.office_env import World

CLAIM = "东湖公园的孔雀昨晚全部飞走了，管理处正在寻找"
AGAIN = "听说东湖公园的孔雀昨晚全部都飞走了，管理处正在寻找，是真的吗"


async def test_a_report_taken_out_gets_a_case_of_its_own(world: World) -> None:
    case = (await world.report(CLAIM, place="东区")).case_id
    joined = await world.report(AGAIN, place="西区")
    again = await world.report(AGAIN, place="西区", channel="platform:pt1")
    assert (joined.match, joined.case_id, again.case_id) == (Match.NEAR, case, case)
    await world.quiet(case)

    answer = await world.decide(case, Split(report_id=joined.report_id, reason="不是一回事"), "wxb", "duty", key="k")

    [split] = await world.events(case, "report_split")
    assert (split["moved"], split["reports"], split["count"]) == (2, [joined.report_id, again.report_id], 1)
    own = split["case_id"]
    assert answer.summary.sightings == 1
    [opened] = await world.events(own, "case_opened")
    assert opened["split"]["case_id"] == case
    view = await world.view(own)
    assert (view.sightings, view.number) == (2, split["number"])
    further = await world.report(AGAIN)
    assert (further.case_id, further.match) == (own, Match.EXACT)
