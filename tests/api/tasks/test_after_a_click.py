"""After a click the page says what happened, what comes next, and where; what was returned opens as it was written."""

from __future__ import annotations

import re
from typing import Any

import pytest

from domain.decisions import Decline, Finding, ReturnFinding, Review
from domain.tasks.task import Task
from domain.vocabulary import Level, Stage, Vote
from tests.api.conftest import Office
from tests.api.scriptless_browser import FOUND, Paper, drawn, events_of, filled_in, link, send
from tests.workflows import case_steps

pytestmark = pytest.mark.people


async def said(office: Office, path: str, name: str, /, **typed: Any) -> str:
    """What a page says after one of its forms was sent."""
    answer = await send(office, path, name, **typed)
    assert answer.status_code == 303, answer.text
    shown = await office.http.get(answer.headers["location"])
    (status,) = re.findall(r'<div class="good" role="status">(.*?)</div>', shown.text, re.DOTALL)
    return re.sub(r"\s+", " ", status)


async def signable(office: Office, claim: str) -> str:
    """A case whose text only lacks the last signature."""
    world, case = office.world, await office.reported(claim)
    await case_steps.triaged(world, case, co_units=())
    await case_steps.found(world, case, "swj")
    digest = await case_steps.drafted(world, case)
    await world.decide(case, case_steps.approval(digest), "swj", "deputy")
    return case


# --- what happened, what comes next, where ----------------------------------------------------------------------------


async def test_after_signing_the_page_says_that_the_text_goes_out_and_where(office: Office) -> None:
    case = await signable(office, "网传明天起全市停电检修三天")

    told = await said(office, link(office.world, case, Task.REVIEW, "wxb", "deputy"), "sign", outcome="approve")

    address = f"{office.world.desk.base_url}/bulletin/{case}"
    assert re.search(f'已签发，公告(正在|已)发布：<a href="{address}">{address}</a>', told)


async def test_after_a_vote_the_page_says_which_vote_and_who_is_asked_next(office: Office) -> None:
    world, case = office.world, await office.reported("网传环城路下面发现大空洞")
    await case_steps.triaged(world, case, co_units=())
    await case_steps.found(world, case, "swj")
    await case_steps.drafted(world, case)

    agreed = await said(office, link(world, case, Task.REVIEW, "swj", "deputy"), "review", outcome="approve")
    returned = await said(
        office, link(world, case, Task.REVIEW, "wxb", "deputy"), "sign", outcome="return", remarks="写明时间"
    )

    assert "已审核同意。" in agreed
    assert re.search("下一步：市委网信办分管负责人签发，还剩", agreed)
    assert "已退回修改，编辑会收到您的意见。" in returned
    assert "已签发" not in returned
    assert re.search("下一步：市委网信办提交文稿，还剩", returned)


async def test_a_raised_level_is_said_to_be_raised_though_a_proposal_follows_from_it(office: Office) -> None:
    world, case = office.world, await office.reported("网传老城区地下管廊明天要爆破")
    await case_steps.triaged(world, case, co_units=("hbj",))
    await case_steps.found(world, case, "swj")

    path = link(world, case, Task.COORDINATE, "wxb", "duty")
    told = await said(office, path, "relevel", level="red", reason="已引发抢购")

    assert await world.events(case, "proposed"), "the lead alone may publish at this level"
    assert "处置等级已调整" in told
    assert "调低" not in told


async def test_a_triage_at_a_lower_level_says_what_is_done_and_what_waits(office: Office) -> None:
    world, case = office.world, await office.reported("网传东站地下商场昨晚坍塌")
    await case_steps.triaged(world, case, Level.ORANGE, co_units=())
    await world.decide(case, Decline(reason="不属职责"), "swj", "liaison_a")

    visit = (await world.view(case)).visit
    path = link(world, case, Task.TRIAGE, "wxb", "duty", visit=visit)
    told = await said(office, path, "triage", level="yellow", topic="供水", lead="hbj", reason="影响很小")

    assert "已转办查证；调低处置等级待另一人复核后生效。" in told


async def test_a_report_let_out_says_to_whom_it_went_or_that_it_went_to_nobody(office: Office) -> None:
    to = await office.reported("网传小区垃圾三天没人清运了")
    nobody = await office.reported("网传这家店的面条实在太难吃")

    passed = await said(
        office, link(office.world, to, Task.TRIAGE, "wxb", "duty"), "let_out", exit="complaint", pass_to="zwb"
    )
    ended = await said(office, link(office.world, nobody, Task.TRIAGE, "wxb", "duty"), "let_out", exit="opinion")

    assert "已按投诉办结，正在告知市政务服务办，对方无须回复。" in passed
    assert "已按观点办结，未转交单位。" in ended


async def test_an_address_with_the_name_of_a_form_claims_nothing_that_did_not_happen(office: Office) -> None:
    case = await signable(office, "网传西城集市发现假币泛滥")
    path = link(office.world, case, Task.REVIEW, "wxb", "deputy")

    page = await office.http.get(path, params={"done": "sign"})

    assert "已签发" not in page.text


async def test_what_cannot_be_undone_is_asked_once_and_sent_twice_it_happens_once(office: Office) -> None:
    world, case = office.world, await signable(office, "网传全市小学下周停课一周")
    await send(office, link(world, case, Task.REVIEW, "wxb", "deputy"), "sign", outcome="approve")
    await world.reaches(case, Stage.CLOSURE)
    await world.quiet(case)
    path = link(world, case, Task.CLOSE, "wxb", "duty")
    form = filled_in(await office.http.get(path), "close")
    before = await events_of(office, case)

    unasked = await office.http.post(path, data={**form, "sure": ""})
    left = await events_of(office, case)
    first, second = [await office.http.post(path, data=form) for _ in range(2)]

    assert (unasked.status_code, left) == (422, before)
    assert "办结后不能撤回" in unasked.text
    assert (first.status_code, second.status_code) == (303, 303)
    assert len(await world.events(case, "case_closed")) == 1


# --- what was returned ------------------------------------------------------------------------------------------------


async def test_a_returned_finding_opens_as_it_was_written_with_its_files_and_what_is_missing_on_top(
    office: Office,
) -> None:
    world, case = office.world, await office.reported("网传南门水塔里有人投药")
    await case_steps.triaged(world, case, co_units=("hbj",))
    path = link(world, case, Task.VERIFY, "hbj", "liaison_a")
    more = {"evidence-1-kind": "照片", "evidence-1-source": "现场", "evidence-1-captured_at": "2026-11-24T09:30"}
    written = {**FOUND, **more, "internal": "正在核查的线索", "party_statement": "水厂说明"}
    typed = filled_in(await office.http.get(path), "finding", **written)
    files = {"evidence-1-file": ("照片.png", drawn(), "image/png")}
    assert (await office.http.post(path, data=typed, files=files)).status_code == 303
    await world.decide(case, ReturnFinding(unit="hbj", missing="请补充采样时间"), "wxb", "duty")

    page = await office.http.get(path)
    form = Paper.of(page).forms["supplement"]
    again = await office.http.post(path, data={**form, "sure": ["yes"], "explanation": ["经查，采样于九时。"]})

    assert page.text.index("需补充：请补充采样时间") < page.text.index("<blockquote>") < page.text.index("supplement")
    assert {name: form[name] for name in written} == {name: [value] for name, value in written.items()}
    assert re.search(r'<img src="/t/[^"]+/shown"', page.text)
    assert again.status_code == 303, again.text
    first, second = await world.events(case, "finding_received")
    assert second["evidence"] == first["evidence"]
    assert second["explanation"] == "经查，采样于九时。"


async def test_more_evidence_than_an_empty_form_has_room_for_opens_whole_and_a_piece_can_be_left_out(
    office: Office,
) -> None:
    world, case = office.world, await office.reported("网传九个小区同时断气漏气")
    await case_steps.triaged(world, case, co_units=("hbj",))
    piece = case_steps.EVIDENCE[0]
    body = {
        "kind": "finding",
        "verdict": "false",
        "explanation": "经查不实。",
        "evidence": [{**piece, "kind": f"材料{n}"} for n in range(7)],
    }
    await world.decide(case, Finding.model_validate(body), "hbj", "liaison_a")
    await world.decide(case, ReturnFinding(unit="hbj", missing="请补充"), "wxb", "duty")
    path = link(world, case, Task.VERIFY, "hbj", "liaison_a")

    form = filled_in(await office.http.get(path), "supplement")
    answer = await office.http.post(path, data={**form, "evidence-3-drop": "yes"})

    assert answer.status_code == 303, answer.text
    (_, second) = await world.events(case, "finding_received")
    assert [one["kind"] for one in second["evidence"]] == [f"材料{n}" for n in range(7) if n != 3]


async def test_a_returned_text_opens_as_it_was_written_with_what_was_asked_for_on_top(office: Office) -> None:
    world, case = office.world, await office.reported("网传江边大堤裂缝正在扩大")
    await case_steps.verified(world, case)
    digest = await case_steps.drafted(world, case, issuer="unit", unit="hbj", consents=("swu",))
    returned = Review(digest=digest, outcome=Vote.RETURN, remarks="请写明巡查时间")
    await world.decide(case, returned, "swj", "deputy")

    page = await office.http.get(link(world, case, Task.DRAFT, "wxb", "editor"))
    form = Paper.of(page).forms["draft"]

    assert page.text.index("市水务局 分管负责人 退回修改：请写明巡查时间") < page.text.index("<blockquote>")
    assert (form["title"], form["text"]) == (["供水正常"], ["全市供水正常，没有停水计划。"])
    assert (form["issuer"], form["unit"]) == (["unit"], ["hbj"])
    assert "swu" in form["consents"]


# --- order ------------------------------------------------------------------------------------------------------------


async def test_the_main_button_stands_before_everything_that_explains_it(office: Office) -> None:
    world, case = office.world, await office.reported("网传东汀河上游化工厂偷排")
    await case_steps.triaged(world, case, co_units=("hbj", "swu"))
    await case_steps.found(world, case, "swu")

    page = (await office.http.get(link(world, case, Task.VERIFY, "swj", "liaison_a"))).text

    order = [
        "<blockquote>",
        "请查证网传说法是否属实",
        "还剩",
        '<button type="submit">签收',
        "各单位查证情况",
        "办理记录",
    ]
    places = [page.index(one) for one in order]
    assert places == sorted(places)
    assert page.count("<strong>市生态环境局</strong>") == 1


async def test_the_log_has_the_newest_first_and_says_who_acted_by_seat(office: Office) -> None:
    world, case = office.world, await office.reported("网传夜间有人入户抢劫三起")
    await case_steps.triaged(world, case, co_units=("hbj",))
    await case_steps.accepted(world, case, "swj")

    page = (await office.http.get(link(world, case, Task.LOOK, "wxb", "duty"))).text
    lines = re.findall(r"<li>(\d\d-\d\d \d\d:\d\d .*?)</li>", page)

    assert lines == sorted(lines, key=lambda line: line[:11], reverse=True)
    assert any("市水务局签收 〔市水务局联络员A角〕" in line for line in lines[:3])
    assert not any("swj-liaison" in line or "wxb-duty" in line for line in lines)
