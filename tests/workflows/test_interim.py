"""Before there is an answer: the notice that a claim is being checked, and a unit that spoke first."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from sqlalchemy import update
from temporalio.testing import WorkflowEnvironment
from werkzeug import Request, Response

from adapters.register.engine.tables import decisions
from desk.decisions import concluding_words
from domain.decisions import Confirm, Interim, RecordPublication
from domain.errors import NotPermitted, Unfit
from domain.vocabulary import ClockName, Level, PublicationKind, Stage, Verdict, Vote
from tests.office_env import World, eventually, open_world
from tests.workflows import case_steps

pytestmark = pytest.mark.people

ASKED = Interim(known="水厂在运行", advice="请不必囤水")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Interim(known="经查，该说法不实"), ("不实",)),
        (Interim(known="已有市民报告", unknown="是否属实"), ()),
        (Interim(unknown="系谣言还是误传"), ("谣言",)),
        (Interim(advice="请勿传播虚假信息"), ("虚假",)),
        (Interim(known="该视频为旧闻翻炒"), ("旧闻翻炒", "旧闻")),
        (Interim(known="水厂在运行", advice="请不必囤水"), ()),
    ],
)
def test_words_that_read_as_a_verdict_are_found_and_the_open_question_is_none(
    said: Interim, words: tuple[str, ...]
) -> None:
    assert concluding_words(said) == words


async def test_the_notice_needs_a_second_person_and_gives_way_to_the_answer(world: World) -> None:
    case = (await world.report()).case_id
    early = await world.refused(case, ASKED, "wxb", "editor", Unfit)
    await case_steps.triaged(world, case, co_units=())
    verdict = await world.refused(case, Interim(known="经查，该说法不实"), "wxb", "editor", Unfit)
    asked = await world.decide(case, ASKED, "wxb", "editor")
    yes = Confirm(ref=asked.summary.waiting[0].ref, outcome=Vote.APPROVE)
    own = await world.refused(case, yes, "wxb", "editor", NotPermitted)
    twice = await world.refused(case, ASKED, "wxb", "duty", Unfit)
    await world.decide(case, yes, "wxb", "duty")
    await eventually(lambda: _interim_is_out(world, case), "the notice never went out")
    page = await world.register.page(case)
    running = {debt.clock for debt in (await world.view(case)).debts}
    await case_steps.found(world, case, "swj")
    await case_steps.signed(world, case, await case_steps.drafted(world, case))
    await world.reaches(case, Stage.CLOSURE)
    await world.quiet(case)

    assert (early.code, own.code, twice.code) == ("level_first", "not_permitted", "interim_pending")
    assert (verdict.code, verdict.values) == ("interim_concludes", {"words": "不实"})
    assert page is not None
    notice = page.publication.page
    assert (notice.publication, notice.verdict, notice.version) == (PublicationKind.INTERIM, None, 0)
    assert "正在核实" in notice.text
    assert "水厂在运行" in notice.text
    assert "不实" not in notice.title + notice.text
    assert ClockName.RESPONSE in running
    assert ClockName.INTERIM not in running
    answer = await world.register.page(case)
    assert answer is not None
    assert (answer.publication.page.version, answer.publication.page.verdict) == (1, Verdict.FALSE)


async def test_a_notice_nobody_confirmed_lapses_with_the_answer(world: World) -> None:
    case = (await world.report()).case_id
    await case_steps.triaged(world, case, co_units=())
    asked = await world.decide(case, ASKED, "wxb", "duty")
    await case_steps.found(world, case, "swj")
    await case_steps.signed(world, case, await case_steps.drafted(world, case))
    await world.reaches(case, Stage.CLOSURE)
    closed = await case_steps.closed(world, case)
    await world.handle(case).result()

    assert [event["ref"] for event in await world.events(case, "proposal_lapsed")] == [asked.summary.waiting[0].ref]
    assert closed.summary.waiting == ()


@pytest.mark.cold
async def test_a_partner_that_was_down_never_gets_the_notice_after_the_answer(
    server: WorkflowEnvironment, tmp_path: Path, cache: int
) -> None:
    got: list[str] = []
    down = True

    def partner(request: Request) -> Response:
        if down:
            return Response(status=503)
        got.append(request.headers["Idempotency-Key"])
        return Response(status=202)

    with HTTPServer() as receiver:
        receiver.expect_request("/pages", method="POST").respond_with_handler(partner)
        async with open_world(server, tmp_path, cache=cache, partner_url=receiver.url_for("/pages")) as world:
            case = (await world.report()).case_id
            await case_steps.triaged(world, case, co_units=())
            asked = await world.decide(case, ASKED, "wxb", "duty")
            yes = Confirm(ref=asked.summary.waiting[0].ref, outcome=Vote.APPROVE)
            await world.decide(case, yes, "wxb", "duty_leader")
            await eventually(lambda: _interim_is_out(world, case), "the notice never went out")
            await case_steps.found(world, case, "swj")
            await case_steps.signed(world, case, await case_steps.drafted(world, case))
            await world.reaches(case, Stage.CLOSURE)  # the bulletin has it
            down = False
            await world.quiet(case)
            await case_steps.closed(world, case)
            await world.handle(case).result()

    assert got == [f"{case}/publish/v1/partner"]


@pytest.mark.parametrize("kind", [PublicationKind.REPLY_ONLY, PublicationKind.NONE])
async def test_a_report_after_an_interim_notice_joins_the_case_which_still_owes_an_answer(
    warm_world: World, kind: PublicationKind
) -> None:
    world = warm_world
    case = (await world.report()).case_id
    await case_steps.triaged(world, case, co_units=())
    asked = await world.decide(case, ASKED, "wxb", "duty")
    yes = Confirm(ref=asked.summary.waiting[0].ref, outcome=Vote.APPROVE)
    await world.decide(case, yes, "wxb", "duty_leader")
    await eventually(lambda: _interim_is_out(world, case), "the notice never went out")
    await case_steps.found(world, case, "swj")
    said = case_steps.draft(kind, reason="不宜公开")
    refusal = await world.refused(case, said, "wxb", "editor", Unfit)

    further = await world.report()

    assert refusal.code == "interim_owes_answer"
    assert (further.case_id, further.joined, further.known_rebuttal) == (case, True, None)


async def test_a_unit_that_published_first_stops_the_clock_and_is_passed_on_with_its_source(world: World) -> None:
    case = (await world.report()).case_id
    await case_steps.triaged(world, case, Level.YELLOW, co_units=())
    published = {
        "unit": "swj", "publication": "statement", "title": "全市供水正常", "text": "今天各水厂运行正常。",
        "reason": "照录", "url": "https://swj.mc.example/news/1", "captured_at": "2026-11-23T09:00:00+08:00",
    }  # fmt: skip
    said = RecordPublication.model_validate(published)
    await world.refused(case, said, "swj", "liaison_a", NotPermitted)
    asked = await world.decide(case, said, "wxb", "editor")
    assert await world.register.page(case) is None
    recorded = await world.decide(case, Confirm(ref=asked.seq, outcome=Vote.APPROVE), "swj", "deputy")
    await world.quiet(case)
    page = await world.register.page(case)
    verified = await case_steps.found(world, case, "swj")
    none = case_steps.draft(PublicationKind.NONE, reason="单位已自行发布，不再另发")
    drafted = await world.decide(case, none, "wxb", "editor")
    digest = next(entry.event.digest for entry in drafted.entries if entry.event.kind == "drafted")
    await case_steps.signed(world, case, digest)
    closed = await world.reaches(case, Stage.CLOSURE)
    await world.quiet(case)

    assert recorded.summary.stage is Stage.VERIFICATION
    assert not {ClockName.RESPONSE, ClockName.INTERIM} & {debt.clock for debt in recorded.summary.debts}
    assert page is not None
    assert (page.publication.page.source.unit, page.publication.page.issuer) == ("市水务局", "市水务局")
    assert verified.summary.stage is Stage.REBUTTAL
    assert closed.publication == "not_public"
    assert [line["key"] for line in world.outbox("partner")] == [f"{case}/publish/v1/partner"]


async def _interim_is_out(world: World, case: str) -> bool:
    return any(event["interim"] for event in await world.events(case, "delivered"))


async def test_a_notice_goes_out_only_with_the_text_the_desk_has_kept_of_it(warm_world: World) -> None:
    world = warm_world
    case = (await world.report()).case_id
    await case_steps.triaged(world, case, co_units=())
    asked = await world.decide(case, ASKED, "wxb", "editor")
    [kept] = [row for row in await world.register.decided(case) if row.kind == "interim"]
    await worded(world, "0" * 64)
    yes = Confirm(ref=asked.summary.waiting[0].ref, outcome=Vote.APPROVE)
    await world.decide(case, yes, "wxb", "duty")

    async def held() -> bool:
        return bool(await world.register.undelivered())

    await eventually(held, "the notice was not held")
    assert await world.register.page(case) is None
    await worded(world, kept.wording)
    await eventually(lambda: _interim_is_out(world, case), "the notice never went out")
    assert len(kept.wording.split()) == 1


async def worded(world: World, digests: str) -> None:
    """Let the register have kept other texts of the notice."""
    change = update(decisions).where(decisions.c.kind == "interim").values(wording=digests)
    await world.register._writer.run(lambda transaction: transaction.execute(change))
