"""The edge cases of clocks and ladders, each by its name, where a timer is concerned: on the real server.

Deadlines missed by a server or worker that was down, and acknowledgements that race a timer, have files of their own;
those of working time and of the calendar stand with the rules.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from temporalio.testing import WorkflowEnvironment
from werkzeug import Response

from domain.decisions import Accept, Acknowledge, Pause, Resume, Transfer, TriageDecision
from domain.errors import Unfit
from domain.office.office import Office
from domain.vocabulary import ClockName, Exit, Level, RungKind
from tests.office_env import EVIDENCE, World, eventually, open_world
from tests.workflows import case_steps

HOUR = timedelta(hours=1)
TRIAGE = Acknowledge(clock=ClockName.TRIAGE, unit="wxb")
NIGHT = "接班值班员"
FLU = "听说明天有人来小区免费体检"
"""A yellow claim; what names a cut of water is red from the start."""


@pytest.mark.cold
async def test_a_timer_first_and_the_acknowledgement_a_moment_later(world: World) -> None:
    case = (await world.report()).case_id
    await world.forward(case, timedelta(minutes=16))  # red: the breach has called the duty leader
    await world.quiet(case)

    await world.decide(case, TRIAGE, "wxb", "duty")  # called last by the rung before
    await world.forward(case, timedelta(minutes=14))
    await world.quiet(case)

    (held,) = await world.events(case, "acknowledged")
    assert held["after_level"] == 3
    assert [rung["n"] for rung in await rang(world, case, ClockName.TRIAGE)] == [1, 2, 3]
    assert any("/stand-down/" in line["key"] for line in world.outbox())


async def test_a_pause_arrives_during_a_rung_wait(world: World) -> None:
    case, start = await asked(world)
    await world.forward(case, HOUR)
    await case_steps.confirmed(world, case, paused(await world.now(case) + 10 * HOUR), "wxb", "duty")

    await world.forward(case, 12 * HOUR)
    assert await rang(world, case, ClockName.ANSWER) == []
    await world.forward(case, 10 * HOUR)

    (rung,) = await rang(world, case, ClockName.ANSWER)  # at 12 of 24 hours, and ten that did not count
    assert (rung["rung"], rung["n"]) == (RungKind.REMIND, 1)
    assert abs(at(rung["planned"]) - (start + 22 * HOUR)) < timedelta(seconds=5)


async def test_a_due_instant_falls_inside_a_pause(world: World) -> None:
    case, start = await asked(world)
    await world.forward(case, 20 * HOUR)
    await case_steps.confirmed(world, case, paused(await world.now(case) + 10 * HOUR), "wxb", "duty")

    await world.forward(case, 6 * HOUR)  # past what was due
    assert [d.overdue for d in (await world.view(case)).debts if d.clock is ClockName.ANSWER] == [False]
    await world.forward(case, 9 * HOUR)
    await world.quiet(case)

    breach = next(event for event in await world.events(case, "clock_breached") if event["clock"] == ClockName.ANSWER)
    assert abs(at(breach["due"]) - (start + 34 * HOUR)) < timedelta(seconds=5)
    assert breach["late_by"] <= 1


async def test_pause_resume_pause_in_one_minute(world: World) -> None:
    case, start = await asked(world)
    await case_steps.confirmed(world, case, paused(await world.now(case) + HOUR), "wxb", "duty")
    (began,) = await world.events(case, "case_paused")
    resumed = await world.decide(case, Resume(), "wxb", "duty")
    (ended,) = await world.events(case, "case_resumed")
    again = paused(await world.now(case) + HOUR)

    await world.refused(case, again, "wxb", "duty", Unfit)  # the office's policy: once in a visit

    due = next(debt.due for debt in resumed.summary.debts if debt.clock is ClockName.ANSWER)
    assert due == start + 24 * HOUR + (ended["at"] - began["at"])  # to the microsecond


async def test_a_unit_is_removed_in_the_midst_of_its_task(world: World) -> None:
    case = (await world.report(FLU)).case_id
    answer = await case_steps.triaged(world, case, lead="swj", co_units=())
    due = next(debt.due for debt in answer.summary.debts if debt.clock is ClockName.ANSWER)
    await moved(world, without_people(world.office, "swj"))

    await world.forward(case, 2 * HOUR + timedelta(minutes=1))  # its liaison officer is to be reminded
    await world.quiet(case)
    gap = next(event for event in await world.events(case, "roster_gap") if event["wanted"]["unit"] == "swj")
    assert gap["reached"] == {"unit": "wxb", "seat": "duty"}

    passed = Transfer(to="hbj", unit="swj", reason="机构改革，职责并入")
    before = await world.now(case)
    handed = await world.decide(case, passed, "wxb", "duty")
    offered = next(debt for debt in handed.summary.debts if (debt.clock, debt.unit) == (ClockName.ACCEPT, "hbj"))
    taken = await world.decide(case, Accept(), "hbj", "liaison_a")

    assert offered.due > before + 3 * HOUR, "a fresh clock to accept by"
    assert [d.due for d in taken.summary.debts if (d.clock, d.unit) == (ClockName.ANSWER, "hbj")] == [due]


async def test_a_duty_shift_changes_between_plan_and_send(
    server: WorkflowEnvironment, tmp_path: Any, cache: int
) -> None:
    down = True

    def gateway(request: object) -> Response:
        return Response(status=503 if down else 202)

    async def tried() -> bool:
        return bool(receiver.log)

    with HTTPServer() as receiver:
        receiver.expect_request("/messages", method="POST").respond_with_handler(gateway)
        where = receiver.url_for("/messages")
        async with open_world(server, tmp_path, cache=cache, message_url=where) as world:
            case = (await world.report()).case_id
            await eventually(tried, "nothing was tried")
            await moved(world, next_shift(world.office, "wxb", "duty_leader"))  # the duty has been called by phone
            down = False
            await world.quiet(case)

        told = [
            (request.json["name"], request.json["text"])
            for request, answer in receiver.log
            if answer.status_code == 202
        ]

    assert {name for name, text in told if "【交接】" in text} == {NIGHT}
    assert {name for name, text in told} > {NIGHT}, "who sat there when it was planned gets the letter, too"


async def test_an_office_whose_roster_is_empty_reaches_its_administrators(world: World) -> None:
    everybody = list(world.office.units)
    await moved(world, without_people(world.office, *everybody, but_administrators=True))
    case = (await world.report(FLU)).case_id
    await world.forward(case, 3 * HOUR)
    await world.quiet(case)

    told = {line["person"] for line in world.outbox()}
    assert told == {person.id for person in world.office.people if person.administrator}
    assert await rang(world, case, ClockName.TRIAGE) != []


@pytest.mark.cold
async def test_a_case_is_closed_while_notices_are_in_flight(
    server: WorkflowEnvironment, tmp_path: Any, cache: int
) -> None:
    down = False

    def gateway(request: object) -> Response:
        return Response(status=503 if down else 202)

    with HTTPServer() as receiver:
        receiver.expect_request("/messages", method="POST").respond_with_handler(gateway)
        where = receiver.url_for("/messages")
        async with open_world(server, tmp_path, cache=cache, message_url=where) as world:
            case = (await world.report()).case_id
            await world.forward(case, timedelta(minutes=14))
            await world.quiet(case)
            down = True
            await world.forward(case, timedelta(minutes=2))  # the breach rings at nobody who can be reached
            await world.decide(case, TriageDecision(exit=Exit.OPINION, reason="观点"), "wxb", "duty")
            down = False
            await world.handle(case).result()
            rungs = await rang(world, case, ClockName.TRIAGE, ClockName.RESPONSE, ClockName.CASE)

        keys = {request.json["key"] for request, answer in receiver.log if answer.status_code == 202}
        texts = [request.json["text"] for request, answer in receiver.log if answer.status_code == 202]

    assert [rung["n"] for rung in rungs] == [1, 2, 3], "none after the end"
    assert not any("/triage:" in key and "/r3/" in key for key in keys), "nobody is called to what is over"
    assert any("您不必再办" in text for text in texts), "whoever was rung within the hour is told"


def paused(until: datetime) -> Pause:
    return Pause(reason="test_result", until=until, evidence=EVIDENCE)


def at(told: str) -> datetime:
    return datetime.fromisoformat(told)


async def asked(world: World) -> tuple[str, datetime]:
    """A yellow case whose lead unit has accepted; returns it with the instant it was asked."""
    case = (await world.report(FLU)).case_id
    answer = await case_steps.triaged(world, case, Level.YELLOW, co_units=())
    start = next(entry.at for entry in answer.entries if entry.event.kind == "request_sent")
    await case_steps.accepted(world, case, "swj")
    await world.quiet(case)
    return case, start


async def moved(world: World, office: Office) -> None:
    """Let desk and worker go on by another state of the office's files."""
    world.office = office
    world.desk = world.desk_over(world.client)
    await world.restart()


def without_people(office: Office, *units: str, but_administrators: bool = False) -> Office:
    people = [p for p in office.people if p.unit not in units or (but_administrators and p.administrator)]
    return with_people(office, [p.model_copy(update={"seats": ()}) if p.unit in units else p for p in people])


def next_shift(office: Office, unit: str, seat: str) -> Office:
    """The same office in which somebody else holds a seat from today on."""
    today = office.day(datetime.now(UTC))
    old = next(p for p in office.people if p.unit == unit and seat in p.seats)
    new = old.model_copy(
        update={"id": f"{unit}-night", "name": NIGHT, "since": today, "key_digest": None, "administrator": False}
    )
    rest = [p if p is not old else p.model_copy(update={"until": today - timedelta(days=1)}) for p in office.people]
    return with_people(office, [*rest, new])


def with_people(office: Office, people: list[Any]) -> Office:
    return Office.model_validate({**dict(office), "people": tuple(people)})


async def rang(world: World, case: str, *clocks: ClockName) -> list[dict[str, Any]]:
    return [event for event in await world.events(case, "rung_rang") if event["clock"] in clocks]
