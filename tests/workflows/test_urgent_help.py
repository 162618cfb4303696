"""Urgent help on the real server: returned, handed on, passed on by phone, answered, taken back; all hear of it."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from temporalio.testing import WorkflowEnvironment

from api.app import create_app
from desk.case_reader import CaseReader
from domain.decisions import Accept, Decline, PhoneLog, TriageDecision
from domain.errors import Stale
from domain.office.office import Office
from domain.terms import PHONE
from domain.vocabulary import ClockName, Exit, Level, PhoneOutcome
from settings import Settings
from tests.api.scriptless_browser import Paper
from tests.office_env import World, eventually, office_of, open_world
from tests.workflows.case_steps import triaged

HELP = "求助，我家老人在东湖公园走失了，穿蓝色外套"


def help_to(unit: str) -> TriageDecision:
    return TriageDecision(exit=Exit.HELP_URGENT, pass_to=unit, reason="老人走失")


def texts(world: World, case: str, word: str) -> dict[str, str]:
    """Return the text messages with a word, by person."""
    told = [line for line in world.outbox() if line["case_id"] == case and line["channel"] == "sms"]
    return {line["person"]: line["text"] for line in told if word in line["text"]}


@pytest.mark.cold
async def test_returned_help_calls_the_office_and_taken_back_help_stands_everybody_down(world: World) -> None:
    case = (await world.report(HELP)).case_id
    await world.decide(case, help_to("zwb"), "wxb", "duty")
    await world.forward(case, timedelta(minutes=4))

    await world.decide(case, Decline(reason="系公安职责", suggested="gaj", handover=True), "zwb", "duty")
    await world.quiet(case)
    asked = texts(world, case, "退回的紧急求助")
    assert {*asked} >= {"wxb-duty"}
    assert re.search(r"红色·请改转】请市委网信办于.+?前改转市政务服务办退回的紧急求助", asked["wxb-duty"])
    assert ("wxb-duty", "phone") in world.told(f"{case}/v1/triage:wxb/g2/start", "phone_tasks")
    assert {*texts(world, case, "无须再接收或催办")} == {"zwb-deputy"}, "whom the first rung called, too"
    [triage] = [one for one in (await world.view(case)).debts if one.clock is ClockName.TRIAGE]
    assert triage.due <= await world.now(case) + timedelta(minutes=6)

    await world.decide(case, help_to("gaj"), "wxb", "duty")
    await world.forward(case, timedelta(minutes=11))
    await triaged(world, case, Level.YELLOW)
    await world.quiet(case)
    stood_down = {*texts(world, case, "紧急求助不再转交市公安局")}
    assert stood_down >= {"gaj-duty", "gaj-deputy", "gaj-head", "wxb-duty-leader"}
    assert "wxb-duty" not in stood_down
    assert not any("110" in text for person, text in texts(world, case, "紧急").items() if person.startswith("gaj"))


async def test_the_page_of_a_call_to_several_units_asks_who_answered_and_that_receives_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = (await world.report(HELP)).case_id
    await world.decide(case, help_to("gaj"), "wxb", "duty")
    await world.forward(case, timedelta(minutes=7))
    await world.quiet(case)
    [asked] = [text for person, text in texts(world, case, "打电话给").items() if person == "wxb-duty-leader"]
    [path] = re.findall(r"/t/\S+", asked)
    later = await world.now(case)
    monkeypatch.setattr(CaseReader, "now", lambda _: later)  # the time of the case is ahead of the wall clock

    transport = httpx2.ASGITransport(app=create_app(world.desk, hosts=("piyao.test",)))
    async with httpx2.AsyncClient(transport=transport, base_url="http://piyao.test") as http:
        page = await http.get(path)
        form = Paper.of(page).forms["phone_log_of_whom"]
        unsaid = await http.post(path, data={**form, "outcome": "reached"})
        assert "请选接通的是哪个单位" in unsaid.text
        sent = {**Paper.of(unsaid).forms["phone_log_of_whom"], "outcome": "reached", "answered_by": "gaj"}
        taken = await http.post(path, data=sent, follow_redirects=True)
        assert "电话结果已记录" in taken.text

    people = [world.officer(*one).addresses["phone"] for one in (("wxb", "duty"), ("gaj", "deputy"))]
    assert [number in page.text for number in people] == [True, True]
    await world.handle(case).result()
    [logged] = await world.events(case, "phone_logged")
    assert (logged["outcome"], logged["answered_by"]) == ("reached", "gaj")
    assert [one["by_call"] for one in await world.events(case, "handover_received")] == [True]
    assert {*texts(world, case, "已接收转交的紧急求助")} >= {"gaj-duty", "gaj-deputy"}


async def test_a_late_log_leaves_the_next_person_to_be_called(world: World) -> None:
    case = (await world.report(HELP)).case_id
    await world.decide(case, help_to("gaj"), "wxb", "duty")
    log = {"clock": ClockName.HANDOVER, "unit": "gaj", "expected_level": 0}
    await world.decide(case, PhoneLog(**log, outcome=PhoneOutcome.NOT_REACHED), "wxb", "duty")

    await world.decide(case, PhoneLog(**log, outcome=PhoneOutcome.PASSED_ON), "wxb", "duty_leader")

    [call] = [one.call for one in (await world.view(case)).debts if one.clock is ClockName.HANDOVER]
    assert call is not None
    assert call.passed_on == 1
    await world.decide(case, Accept(handover=True), "gaj", "duty")
    await world.handle(case).result()


@pytest.mark.parametrize("lacks", ["people", "numbers"])
async def test_a_call_that_went_to_the_office_receives_nothing_for_a_unit_nobody_of_which_was_called(
    server: WorkflowEnvironment, tmp_path: Path, lacks: str
) -> None:
    async with open_world(server, tmp_path, cache=200, office=without(lacks, "gaj")) as world:
        case = (await world.report(HELP)).case_id
        await world.decide(case, help_to("gaj"), "wxb", "duty")

        async def sent() -> bool:
            return bool(await world.events(case, "roster_gap"))

        await eventually(sent, "the case never heard whom the call went to")
        leader = world.officer("wxb", "duty_leader")
        asked = texts(world, case, "请现在打电话给")[leader.id]
        assert "请现在打电话给市委网信办值班员，请其督促市公安局于" in asked
        assert "前另行联系市公安局接收，或改转其他单位" in texts(world, case, "请立即处置")["wxb-duty"]
        log = PhoneLog(clock=ClockName.HANDOVER, unit="gaj", outcome=PhoneOutcome.REACHED, expected_level=0)
        with pytest.raises(Stale, match="call_went_elsewhere"):
            await world.decide(case, log.model_copy(update={"answered_by": "gaj"}), "wxb", "duty_leader")
        await world.decide(case, log, "wxb", "duty_leader")

        assert (await world.view(case)).closed_at is None
        assert await world.events(case, "handover_received") == []
        await world.decide(case, TriageDecision(exit=Exit.QUESTION, reason="老人已回家"), "wxb", "duty")
        await world.handle(case).result()


def without(what: str, unit: str) -> Office:
    """Return the sample office whose unit has nobody, or nobody with a number."""
    office = office_of(Settings())
    others = [one for one in office.people if one.unit != unit]
    mute = [
        one.model_copy(update={"addresses": {by: where for by, where in one.addresses.items() if by != PHONE}})
        for one in office.people
        if one.unit == unit and what == "numbers"
    ]
    people = (*others, *mute)  # a copy would keep whom the office has looked up
    return Office(units=office.units, people=people, policy=office.policy, working=office.working)
