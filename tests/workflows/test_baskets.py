"""A triage basket on a real server: some of its reports go to other cases, all of them do, or it becomes a case."""

from __future__ import annotations

import pytest

from domain.access.reading import EVERYTHING
from domain.decisions import MoveReports, TriageDecision
from domain.errors import NotPermitted, Unfit, Unknown
from domain.reports.report import Match, ReportReceipt
from domain.vocabulary import Exit, Level, Stage
from tests.office_env import World
from tests.workflows import case_steps

CLAIM = "松坪区自来水厂爆管，今晚八点起停水三天"
WORDED = TriageDecision(level=Level.YELLOW, topic="供水", lead="swj", claim=CLAIM, reason="核实后立项")


async def basket(world: World, form: str, reports: int = 4) -> tuple[str, list[ReportReceipt]]:
    """A basket, and the reports that wait in it after its first."""
    first = await world.report(form)
    assert first.match is Match.SHORT
    further = [await world.report(form, place=f"{n}区") for n in range(reports - 1)]
    assert {(one.case_id, one.match) for one in further} == {(first.case_id, Match.BASKET)}
    await world.quiet(first.case_id)
    return first.case_id, further


async def number(world: World, case: str) -> str:
    return (await world.view(case)).number


async def test_a_basket_rings_once_however_many_reports_wait_in_it(world: World) -> None:
    case, _ = await basket(world, "停水了？", 12)

    summary = await world.view(case)
    assert (summary.basket, summary.stage, summary.sightings) == (True, Stage.TRIAGE, 12)
    [opened] = await world.events(case, "case_opened")
    assert opened["basket"] is True
    rings = [line["channel"] for line in world.outbox() if line["case_id"] == case and "/start/" in line["key"]]
    assert rings
    assert len(rings) == len(set(rings)), "once by each channel"
    assert "待归并" in await world.page(case)


async def test_some_reports_go_to_the_case_they_belong_to_which_hears_of_them(world: World) -> None:
    claim = (await world.report(CLAIM)).case_id
    case, reports = await basket(world, "停水了？")
    named = tuple(one.report_id for one in reports[:2])

    move = MoveReports(reports=named, into=await number(world, claim), reason="同一说法")
    answer = await world.decide(case, move, "wxb", "duty")
    await world.quiet(claim)

    assert (answer.summary.sightings, answer.summary.basket) == (2, True)
    [moved] = await world.events(case, "reports_moved")
    assert (moved["reports"], moved["into"]["case_id"], moved["count"]) == (list(named), claim, 2)
    assert (await world.events(claim, "sighted"))[-1]["count"] == 3
    for report in reports:
        _, home = await world.desk.report_of(report.report_id)
        assert home == (claim if report.report_id in named else case)
    assert "归入" in await world.page(case)
    again = await world.report("停水了？")
    assert (again.case_id, again.match) == (case, Match.BASKET)


async def test_the_same_move_again_has_one_effect_and_a_report_that_is_gone_is_refused(world: World) -> None:
    claim = (await world.report(CLAIM)).case_id
    case, reports = await basket(world, "停水了？")
    move = MoveReports(reports=(reports[0].report_id,), into=await number(world, claim))
    duty, key = world.officer("wxb", "duty"), "the-same-key-of-a-move"

    first = await world.desk.decide(case, move, by=duty, key=key)
    again = await world.desk.decide(case, move, by=duty, key=key)

    assert first.seq == again.seq
    assert (await world.refused(case, move, "wxb", "duty", Unknown)).code == "reports_not_here"
    assert (await world.refused(case, move, "wxb", "editor", NotPermitted)).code == "not_permitted"
    gone = move.model_copy(update={"into": "辟〔2026〕9999"})
    assert (await world.refused(case, gone, "wxb", "duty", Unknown)).code == "unknown_case_number"
    assert len(await world.events(case, "reports_moved")) == 1


async def test_all_reports_go_to_a_case_by_a_merge_and_those_that_come_later_too(world: World) -> None:
    claim = (await world.report(CLAIM)).case_id
    case, _ = await basket(world, "停水了？")
    merge = TriageDecision(exit=Exit.DUPLICATE, duplicate_of=await number(world, claim))

    await world.decide(case, merge, "wxb", "duty")

    assert (await world.view(case)).closed_at is not None
    later = await world.report("停水了？")
    assert (later.case_id, later.match) == (claim, Match.MOVED)
    view = await world.desk.view(case, EVERYTHING)
    assert (await world.desk.answer_of(view)).view.case_id == claim


async def test_an_emptied_question_takes_what_comes_later_and_rings_nobody(world: World) -> None:
    case, _ = await basket(world, "停水了？")
    await world.decide(case, TriageDecision(exit=Exit.QUESTION), "wxb", "duty")
    rings = len(world.outbox())

    later = await world.report("停水了？")
    await world.quiet(case)

    assert (later.case_id, later.match) == (case, Match.BASKET)
    assert len(world.outbox()) == rings


async def test_a_basket_becomes_the_case_of_a_claim_in_the_words_triage_gives(world: World) -> None:
    case, _ = await basket(world, "停水了？")

    bare = WORDED.model_copy(update={"claim": None})
    assert (await world.refused(case, bare, "wxb", "duty", Unfit)).code == "basket_needs_claim"
    await world.decide(case, WORDED, "wxb", "duty")
    await world.quiet(case)

    [worded] = await world.events(case, "claim_worded")
    assert (worded["claim"], worded["before"]) == (CLAIM, "停水了？")
    row = await world.register.case(case)
    assert row is not None
    assert (row.claim, row.basket) == (CLAIM, False)
    letters = [line["text"] for line in world.outbox() if line["unit"] == "swj"]
    assert letters
    assert all(CLAIM in text for text in letters)
    assert (await world.report(CLAIM)).case_id == case
    assert (await world.report("停水了？")).case_id == case
    other, _ = await basket(world, "停电了？")
    assert (await world.refused(other, WORDED, "wxb", "duty", Unfit)).code == "claim_is_known"


async def test_a_worded_basket_is_answered_and_so_are_its_short_reports(world: World) -> None:
    case, reports = await basket(world, "停水了？")
    await world.decide(case, WORDED, "wxb", "duty")
    await case_steps.found(world, case, "swj")
    await case_steps.signed(world, case, await case_steps.drafted(world, case))
    await world.reaches(case, Stage.CLOSURE)

    page = await world.register.page(case)

    assert page is not None
    assert page.publication.page.claim == CLAIM
    _, home = await world.desk.report_of(reports[0].report_id)
    assert home == case


@pytest.mark.cold
async def test_a_restart_keeps_one_basket_of_a_form(world: World) -> None:
    case, _ = await basket(world, "停水了？")
    await world.restart()

    again = await world.report("停水了？")

    assert (again.case_id, again.match) == (case, Match.BASKET)
    await world.decide(case, WORDED, "wxb", "duty")
    assert (await world.view(case)).stage is Stage.VERIFICATION
