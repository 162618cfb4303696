"""Duplicates merged into one another: whoever was told to be answered with another case is, whatever comes of that."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import copy
from datetime import timedelta
from itertools import pairwise

import pytest

from adapters.register.store import SqlRegister
from domain.access.reading import EVERYTHING
from domain.decisions import Confirm, Decision, Decline, TriageDecision
from domain.errors import Refused, Unfit
from domain.reports.outcome import ReportOutcome
from domain.vocabulary import Exit, Vote
from tests.office_env import World, eventually
from tests.workflows import case_steps

TIMES = 20
"""How often two officers decide in the same instant."""

PLACES = ("南湖大桥", "西郊马场", "河湾公园", "东汀码头", "北岭水库", "中心车站", "青石老街", "白塔医院")


def claim(place: str) -> str:
    return f"网传{place}今晚突然关闭，明天起一律不许进入，大家不要前往"


def same(number: str) -> TriageDecision:
    return TriageDecision(exit=Exit.DUPLICATE, duplicate_of=number, reason="同一说法")


async def opened(world: World, text: str) -> tuple[str, str]:
    case = (await world.report(text)).case_id
    return case, (await world.view(case)).number


async def two(world: World, text: str = "") -> tuple[tuple[str, str], tuple[str, str]]:
    return await opened(world, text + claim(PLACES[0])), await opened(world, text + claim(PLACES[1]))


async def merged(world: World, case: str, number: str) -> None:
    await world.decide(case, same(number), "wxb", "duty")
    await world.handle(case).result()


async def proposed(world: World, case: str, number: str) -> int:
    """Let a unit that was asked return the case, and the duty officer ask to merge it; return the proposal's number."""
    await case_steps.triaged(world, case, co_units=())
    await world.decide(case, Decline(reason="已有公开回应"), "swj", "deputy")
    asked = await world.decide(case, same(number), "wxb", "duty")
    return asked.summary.waiting[-1].ref


async def outcome(world: World, case: str) -> tuple[ReportOutcome, Exit | None, str]:
    answer = await world.desk.answer_of(await world.desk.view(case, EVERYTHING))
    return answer.outcome, answer.exit, answer.view.case_id


def confirmed(ref: int) -> Confirm:
    return Confirm(ref=ref, outcome=Vote.APPROVE)


@asynccontextmanager
async def another_process(world: World) -> AsyncIterator[World]:
    """The same office through a desk and a register's connections of their own, as another API process has them."""
    other = copy(world)
    other.register = await SqlRegister.open(world.settings.register)
    try:
        other.desk = other.desk_over(world.client)
        yield other
    finally:
        await other.register.close()


async def said(world: World, case: str, decision: Decision) -> str:
    try:
        await world.decide(case, decision, "wxb", "duty")
    except Refused as refusal:
        return refusal.code
    return "taken"


async def test_of_two_officers_who_merge_two_cases_into_each_other_at_once_one_is_refused(warm_world: World) -> None:
    world = warm_world
    for n in range(TIMES):
        (one, one_number), (other, other_number) = await two(world, f"第{n}遍，")

        async with another_process(world) as there:
            came = await asyncio.gather(said(world, one, same(other_number)), said(there, other, same(one_number)))

        assert sorted(came) == ["merged_in_circle", "taken"]
        open_one = one if came[0] != "taken" else other
        assert (await world.view(open_one)).closed_at is None
        merges = [await outcome(world, case) for case in (one, other)]
        assert merges == [(ReportOutcome.OPEN, None, open_one)] * 2
        await world.decide(open_one, TriageDecision(exit=Exit.SATIRE), "wxb", "duty")


async def test_a_merge_that_waits_for_a_second_person_is_looked_up_again(warm_world: World) -> None:
    world = warm_world
    (one, one_number), (other, other_number) = await two(world)
    ref = await proposed(world, one, other_number)
    await merged(world, other, one_number)

    refusal = await world.refused(one, confirmed(ref), "wxb", "duty_leader", Unfit)

    assert (refusal.code, refusal.values) == ("merged_in_circle", {"number": other_number})
    assert await outcome(world, other) == (ReportOutcome.OPEN, None, one)
    turned_down = Confirm(ref=ref, outcome=Vote.RETURN, remarks="另行研判")
    assert (await world.decide(one, turned_down, "wxb", "duty_leader")).summary.waiting == ()


async def test_a_circle_of_three_is_refused_too(warm_world: World) -> None:
    world = warm_world
    (one, one_number), (other, other_number) = await two(world)
    third, third_number = await opened(world, claim(PLACES[2]))
    await merged(world, one, other_number)
    await merged(world, other, third_number)

    refusal = await world.refused(third, same(one_number), "wxb", "duty", Unfit)

    assert refusal.code == "merged_in_circle"


async def test_what_was_merged_can_be_merged_into_while_the_case_at_the_end_runs(warm_world: World) -> None:
    world = warm_world
    (one, one_number), (other, other_number) = await two(world)
    third, _ = await opened(world, claim(PLACES[2]))
    await merged(world, one, other_number)

    await merged(world, third, one_number)

    assert await outcome(world, third) == (ReportOutcome.OPEN, None, other)


async def test_a_merge_that_waits_is_refused_once_its_original_has_ended_without_an_answer(warm_world: World) -> None:
    world = warm_world
    (one, _), (other, other_number) = await two(world)
    ref = await proposed(world, one, other_number)
    await world.decide(other, TriageDecision(exit=Exit.OPINION), "wxb", "duty")

    refusal = await world.refused(one, confirmed(ref), "wxb", "duty_leader", Unfit)

    assert (refusal.code, refusal.values) == ("original_ended", {"number": other_number})


async def test_a_merge_that_still_fits_takes_effect_when_it_is_confirmed(warm_world: World) -> None:
    world = warm_world
    (one, _), (other, other_number) = await two(world)
    ref = await proposed(world, one, other_number)

    answer = await world.decide(one, confirmed(ref), "wxb", "duty_leader")

    assert answer.summary.closed_at is not None
    assert await outcome(world, one) == (ReportOutcome.OPEN, None, other)


async def test_the_first_of_seven_merges_is_answered_with_the_last(warm_world: World) -> None:
    world = warm_world
    cases = [await opened(world, claim(place)) for place in PLACES]
    for (case, _), (_, number) in pairwise(cases):
        await merged(world, case, number)
    await world.desk.follow()

    assert await outcome(world, cases[0][0]) == (ReportOutcome.OPEN, None, cases[-1][0])
    again = await world.report(claim(PLACES[0]))
    assert (again.case_id, again.joined) == (cases[-1][0], True)
    assert await world.register.merged_here(cases[-1][0]) == [number for _, number in cases[:-1]]


async def test_reporters_of_a_duplicate_hear_how_its_original_was_let_out(warm_world: World) -> None:
    world = warm_world
    (one, _), (other, other_number) = await two(world)
    await merged(world, one, other_number)

    await world.decide(other, TriageDecision(exit=Exit.OPINION), "wxb", "duty")

    assert await outcome(world, other) == (ReportOutcome.LET_OUT, Exit.OPINION, other)
    assert await outcome(world, one) == (ReportOutcome.LET_OUT, Exit.OPINION, other)


# --- crashes between the register and the workflow ----------------------------------------------------------------


async def left_behind(world: World, case: str, decision: Decision) -> None:
    """Let a desk die after it has stored and reserved a decision, before the case hears of it."""
    duty, now = world.officer("wxb", "duty"), world.desk.now() - timedelta(minutes=1)
    row = world.desk._submitter.row(case, decision, duty, "left", now)
    await world.register.begin(row)
    await world.desk._submitter._prove(row, decision, now)


async def test_a_reserved_merge_holds_until_the_sweep_has_sent_it(warm_world: World) -> None:
    world = warm_world
    (one, one_number), (other, other_number) = await two(world)
    await left_behind(world, one, same(other_number))

    early = await world.refused(other, same(one_number), "wxb", "duty", Unfit)
    await world.desk.sweep()
    late = await world.refused(other, same(one_number), "wxb", "duty", Unfit)

    assert (early.code, late.code) == ("merged_in_circle", "merged_in_circle")
    assert await outcome(world, one) == (ReportOutcome.OPEN, None, other)


async def test_a_reserved_merge_that_its_case_refuses_stands_in_nobodys_way(warm_world: World) -> None:
    world = warm_world
    (one, one_number), (other, other_number) = await two(world)
    await left_behind(world, one, same(other_number))
    await case_steps.triaged(world, one, co_units=())

    await world.desk.sweep()
    await merged(world, other, one_number)

    assert await outcome(world, other) == (ReportOutcome.OPEN, None, one)


async def test_a_merge_the_register_has_not_heard_of_is_asked_for_before_another_one(warm_world: World) -> None:
    world = warm_world
    (one, one_number), (other, other_number) = await two(world)
    duty = world.officer("wxb", "duty")
    row = world.desk._submitter.row(one, same(other_number), duty, "lost", world.desk.now())
    proven = await world.desk._submitter._prove(row, same(other_number), world.desk.now())
    await world.desk._client.send(one, "triage", same(other_number), update_id=row.update_id, proven=proven)
    await world.register.finish(row.update_id, "Unfit", None)  # as in a copy of the register from before the merge

    refusal = await world.refused(other, same(one_number), "wxb", "duty", Unfit)

    assert refusal.code == "merged_in_circle"


@pytest.mark.parametrize("length", [2, 3])
async def test_a_circle_in_old_data_is_shown_and_a_further_report_opens_a_case(warm_world: World, length: int) -> None:
    world = warm_world
    cases = [await opened(world, claim(place)) for place in PLACES[:length]]
    for (case, _), (_, number) in pairwise(cases):
        await merged(world, case, number)
    last, (first, first_number) = cases[-1][0], cases[0]
    row = world.desk._submitter.row(last, same(first_number), world.officer("wxb", "duty"), "old", world.desk.now())
    found = (await world.view(cases[0][0])).original
    assert found is not None
    proven = await world.desk._submitter._prove(row, TriageDecision(exit=Exit.OPINION), world.desk.now())
    proven = proven.model_copy(update={"original": found.model_copy(update={"case_id": first, "number": first_number})})
    await world.desk._client.send(last, "triage", same(first_number), update_id=row.update_id, proven=proven)

    async def heard() -> bool:
        await world.desk.follow()
        return all([(await world.desk.view(case, EVERYTHING)).summary.original for case, _ in cases])

    await eventually(heard, "the register never heard of the merges")
    assert [(await outcome(world, case))[0] for case, _ in cases] == [ReportOutcome.LOST] * length
    again = await world.report(claim(PLACES[0]))
    assert (again.case_id in [case for case, _ in cases], again.joined) == (False, False)
