"""Time starts when we said yes: clocks run from when the desk took a report or a decision, whatever was away then."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from desk.case_client import CaseClient
from desk.case_reader import CaseReader
from desk.case_starter import CaseStarter
from domain.case.summary import Summary
from domain.decider.decide import taken_at
from domain.decisions import SYSTEM, Proven
from domain.errors import Unavailable
from domain.vocabulary import ClockName
from tests.domain.factories import Story
from tests.office_env import World
from tests.workflows import case_steps

HOUR = timedelta(hours=1)
NEAR = timedelta(seconds=5)


async def away(*_: object, **__: object) -> None:
    raise Unavailable("temporal: away")


def an_hour_ago(world: World, patch: pytest.MonkeyPatch) -> None:
    """Let the desk take what comes an hour ago, while Temporal is away."""
    patch.setattr(CaseReader, "now", lambda _: datetime.now(UTC) - HOUR)
    patch.setattr(CaseStarter, "start", away)
    patch.setattr(CaseClient, "send", away)


async def test_the_clocks_of_a_report_taken_while_temporal_was_away_have_run_since_then(
    monkeypatch: pytest.MonkeyPatch, world: World
) -> None:
    with monkeypatch.context() as patch:
        an_hour_ago(world, patch)
        accepted = world.desk.now()
        case = (await world.report()).case_id
    await world.desk.sweep()
    await world.quiet(case)

    summary = await world.view(case)
    assert abs(summary.opened_at - accepted) < NEAR
    prompt = await world.view((await world.report("另一条说法：全市停水三天，快去存水")).case_id)
    late, right = (due_after(one, ClockName.RESPONSE) for one in (summary, prompt))
    assert late == right, "its response clock has run since then"
    opened, *after = await world.events(case)
    assert abs(opened["at"] - accepted) < NEAR
    assert after[-1]["at"] >= accepted + HOUR - NEAR


def due_after(summary: Summary, clock: ClockName) -> timedelta:
    """How long after its opening a case owes something."""
    return next(debt.due for debt in summary.debts if debt.clock is clock) - summary.opened_at


async def test_the_clocks_of_a_decision_taken_while_temporal_was_away_run_since_then_and_never_backwards(
    monkeypatch: pytest.MonkeyPatch, world: World
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(CaseReader, "now", lambda _: datetime.now(UTC) - 2 * HOUR)
        patch.setattr(CaseStarter, "start", away)
        case = (await world.report()).case_id
    await world.desk.sweep()
    await world.quiet(case)
    latest = (await world.events(case))[-1]["at"]
    with monkeypatch.context() as patch:
        an_hour_ago(world, patch)
        with pytest.raises(Unavailable):
            await case_steps.triaged(world, case)
    await world.desk.sweep()

    [triaged] = await world.events(case, "triaged")
    assert triaged["at"] == latest, "an entry is no earlier than the one before"
    times = [event["at"] for event in await world.events(case)]
    assert times == sorted(times)


async def test_a_case_whose_first_task_had_no_worker_has_run_since_temporal_took_it(world: World) -> None:
    await world.worker_goes()
    case = (await world.report()).case_id
    await asyncio.sleep(2)
    await world.worker_comes()

    started = (await world.handle(case).describe()).start_time
    assert abs((await world.view(case)).opened_at - started) < timedelta(seconds=0.5)
    assert (await world.events(case))[0]["at"] < datetime.now(UTC) - timedelta(seconds=2)


@pytest.mark.parametrize(
    ("waited", "counts"),
    [
        (timedelta(), timedelta(hours=3)),
        (HOUR, timedelta(hours=2)),
        (timedelta(hours=3), timedelta()),
        (timedelta(days=9), timedelta()),
        (-HOUR, timedelta(hours=3)),
    ],
    ids=["at once", "an hour", "since the latest entry", "longer than the case lives", "a clock that went back"],
)
def test_a_decision_counts_when_it_was_taken_within_the_case(waited: timedelta, counts: timedelta) -> None:
    story = Story()
    latest = story.case.timeline[-1].at

    assert taken_at(story.case, Proven(actor=SYSTEM, waited=waited), latest + timedelta(hours=3)) == latest + counts
