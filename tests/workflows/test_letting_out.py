"""What leaves triage in another way: urgent help is open until received, a duplicate has the answer of its original."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.access.reading import EVERYTHING
from domain.decisions import Accept, TriageDecision
from domain.errors import Unfit, Unknown
from domain.reports.report import Match
from domain.vocabulary import Exit, Stage
from tests.office_env import World
from tests.workflows import case_steps

HELP = "求助，我家孩子在河湾公园走失了，穿红色上衣"
CLAIM = "今晚八点起全市停水三天，大家赶快接水"
AGAIN = "听说全市今晚8点停水三天，快接水囤水"


@pytest.mark.cold
async def test_urgent_help_is_asked_again_until_it_is_received_and_then_closed(world: World) -> None:
    case = (await world.report(HELP)).case_id
    said = TriageDecision(exit=Exit.HELP_URGENT, pass_to="gaj", reason="孩子走失")

    answer = await world.decide(case, said, "wxb", "duty")
    await world.quiet(case)
    start = f"{case}/v1/handover:gaj/g1"
    assert answer.summary.closed_at is None
    assert world.told(f"{start}/start/") == {("gaj-duty", "sms")}
    assert world.told(f"{start}/start/", "phone_tasks") == {("gaj-duty", "phone")}
    asked = [line for line in world.outbox() if line["case_id"] == case and "打电话给市公安局值班员" in line["text"]]
    assert {(line["person"], line["channel"]) for line in asked} == {("wxb-duty", "sms")}

    await world.forward(case, timedelta(minutes=11))
    rungs = [one for one in await world.events(case, "rung_rang") if one["clock"] == "handover"]
    assert [one["rung"] for one in rungs] == ["remind", "due_soon", "breach"]
    assert ("wxb-duty-leader", "phone") in world.told(f"{start}/r3/", "phone_tasks")

    received = await world.decide(case, Accept(handover=True), "gaj", "duty")
    outcome = await world.handle(case).result()
    assert received.summary.closed_at is not None
    assert (outcome["stage"], outcome["publication"]) == ("closure", "none")


async def published(world: World, text: str) -> tuple[str, str]:
    case = (await world.report(text)).case_id
    await case_steps.verified(world, case)
    await case_steps.signed(world, case, await case_steps.drafted(world, case))
    await world.reaches(case, Stage.CLOSURE)
    return case, (await world.view(case)).number


async def merged(world: World, case: str, number: str) -> None:
    said = TriageDecision(exit=Exit.DUPLICATE, duplicate_of=number, reason="同一说法")
    await world.decide(case, said, "wxb", "duty")
    await world.handle(case).result()
    await world.desk.follow()


async def test_reporters_of_a_duplicate_get_the_answer_of_its_original(world: World) -> None:
    original, number = await published(world, CLAIM)
    first = await world.report(AGAIN)
    assert first.match is Match.NEW

    await merged(world, first.case_id, number)

    view = await world.desk.view(first.case_id, EVERYTHING)
    answering = (await world.desk.answer_of(view)).view
    assert (answering.case_id, answering.number) == (original, number)
    assert answering.bulletin is not None
    again = await world.report(AGAIN)
    assert (again.case_id, again.joined) == (original, True)
    assert again.known_rebuttal is not None
    assert again.known_rebuttal.number == number
    assert [one["into"]["number"] for one in await world.events(first.case_id, "passed_on")] == [number]


async def test_a_duplicate_of_a_running_case_is_answered_once_that_is(world: World) -> None:
    original = (await world.report(CLAIM)).case_id
    number = (await world.view(original)).number
    first = await world.report(AGAIN)
    await merged(world, first.case_id, number.replace("〔", "").replace("〕", "-"))  # as people type it

    async def answer() -> str | None:
        return (await world.desk.answer_of(await world.desk.view(first.case_id, EVERYTHING))).view.bulletin

    assert await answer() is None
    again = await world.report(AGAIN)
    assert (again.case_id, again.match) == (original, Match.EXACT)

    await case_steps.verified(world, original)
    await case_steps.signed(world, original, await case_steps.drafted(world, original))
    await world.reaches(original, Stage.CLOSURE)
    assert await answer() is not None


async def test_a_duplicate_names_a_case_there_is_that_runs_or_is_answered(world: World) -> None:
    ended = await case_steps.let_out(world)
    await world.handle(ended).result()
    await world.desk.follow()
    number = (await world.desk.view(ended, EVERYTHING)).number
    case = (await world.report(CLAIM)).case_id

    def same(number: str) -> TriageDecision:
        return TriageDecision(exit=Exit.DUPLICATE, duplicate_of=number)

    assert (await world.refused(case, same("辟〔2026〕9999"), "wxb", "duty", Unknown)).code == "unknown_case_number"
    assert (await world.refused(case, same("那件事"), "wxb", "duty", Unknown)).code == "unknown_case_number"
    assert (await world.refused(case, same(number), "wxb", "duty", Unfit)).code == "original_unanswered"
    own = (await world.view(case)).number
    assert (await world.refused(case, same(own), "wxb", "duty", Unfit)).code == "duplicate_of_itself"


async def test_triage_is_shown_the_answer_to_the_same_story(world: World) -> None:
    original, number = await published(world, CLAIM)
    await world.report("鸡蛋明天要涨到十块钱一斤，赶紧囤货")
    case = (await world.report(AGAIN)).case_id

    [near] = await world.desk.near(case, AGAIN)

    assert (near.case_id, near.number, near.verdict) == (original, number, "false")
    assert near.path == f"/bulletin/{original}"
