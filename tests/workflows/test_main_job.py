"""The main job on the real server: a report becomes a published rebuttal."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from desk import sweep
from domain.decisions import TriageDecision
from domain.errors import Unavailable
from domain.vocabulary import Exit, PublicationKind, PublicationState, Stage, Verdict
from tests.office_env import World
from tests.workflows import case_steps


@pytest.mark.cold
async def test_a_report_becomes_a_published_rebuttal(world: World) -> None:
    taken = await world.report()

    await case_steps.verified(world, taken.case_id)
    digest = await case_steps.drafted(world, taken.case_id)
    answer = await case_steps.signed(world, taken.case_id, digest)
    await world.reaches(taken.case_id, Stage.CLOSURE)
    closing = await case_steps.closed(world, taken.case_id)
    outcome = await world.handle(taken.case_id).result()

    assert answer.summary.publication is PublicationState.APPROVED
    assert closing.summary.closed_at is not None
    assert outcome["publication"] == "published"
    page = await world.register.page(taken.case_id)
    assert page is not None
    assert page.publication.digest == digest
    assert [line["key"] for line in world.outbox("partner")] == [f"{taken.case_id}/publish/v1/partner"]


async def test_a_true_claim_leaves_as_a_statement(world: World) -> None:
    case = (await world.report()).case_id
    await case_steps.triaged(world, case)
    answer = await case_steps.found(world, case, verdict=Verdict.TRUE)

    digest = await case_steps.drafted(world, case, PublicationKind.STATEMENT)
    await case_steps.signed(world, case, digest)
    await world.reaches(case, Stage.CLOSURE)
    await case_steps.closed(world, case)
    outcome = await world.handle(case).result()

    assert answer.summary.verdict is Verdict.TRUE
    page = await world.register.page(case)
    assert page is not None
    assert page.publication.page.publication is PublicationKind.STATEMENT
    assert (outcome["verdict"], outcome["publication"]) == ("true", "published")


async def test_every_exit_passes_on_and_closes(world: World) -> None:
    async def leaves_by(way: Exit) -> None:
        case = (await world.report(f"{way}：这不是一条可以查证真假的说法，只是借此说一说")).case_id
        said = TriageDecision(exit=way, pass_to="zfb", reason="请贵单位答复来人")

        answer = await world.decide(case, said, "wxb", "duty")
        outcome = await world.handle(case).result()

        assert answer.summary.closed_at is not None
        assert answer.summary.next_wake is None
        assert (outcome["stage"], outcome["verdict"], outcome["publication"]) == ("closure", None, "none")
        events = await world.events(case)
        assert [event["seq"] for event in events] == list(range(1, outcome["entries"] + 1))
        assert [event["exit"] for event in events if event["kind"] in ("passed_on", "case_closed")] == [way, way]
        stored = await world.register.case(case)
        assert stored is not None
        assert stored.summary is not None
        assert stored.summary.closed_at == answer.summary.closed_at
        assert world.told(f"{case}/v1/passed-on") == {("zfb-duty", "mail")}

    at_once = set(Exit) - {Exit.HELP_URGENT, Exit.DUPLICATE}
    await asyncio.gather(*(leaves_by(way) for way in at_once))


async def test_an_exit_to_nobody_still_has_its_last_word_in_the_register(world: World) -> None:
    case = await case_steps.let_out(world)

    outcome = await world.handle(case).result()
    events = await world.events(case)
    assert [event["seq"] for event in events] == list(range(1, outcome["entries"] + 1))
    assert "case_closed" in {event["kind"] for event in events}


async def test_a_last_answer_nobody_wrote_down_is_asked_for_again_though_the_case_is_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await case_steps.approved(world)
    await world.reaches(case, Stage.CLOSURE)
    await world.quiet(case)

    async def down(*_: object) -> None:
        raise Unavailable("register: down")

    with monkeypatch.context() as patch:
        patch.setattr(world.register, "finish", down)
        await case_steps.closed(world, case)
    outcome = await world.handle(case).result()
    assert "case_closed" not in {line.event.kind for line in await world.register.timeline(case)}

    monkeypatch.setattr(sweep, "UNSETTLED", timedelta())
    assert await world.desk.sweep() == (0, 1)

    events = await world.events(case)
    assert [event["seq"] for event in events] == list(range(1, outcome["entries"] + 1))
    assert events[-1]["kind"] == "case_closed"
    row = await world.register.case(case)
    assert row is not None
    assert row.summary is not None
    assert row.summary.closed_at is not None
