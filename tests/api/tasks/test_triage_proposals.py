"""On the page of triage the questions are ticked with their reasons; whoever triages confirms, answers or overrules."""

from __future__ import annotations

import re

import httpx2
import pytest

from domain.risk.proposal import Judgement
from domain.tasks.task import Task
from tests.api.conftest import Office
from tests.api.scriptless_browser import Paper, filled_in, link, send

pytestmark = pytest.mark.people

SCHOOL = "网传{}小学门口有人开面包车抢孩子已经抢走三个，家长都转起来"


async def triage_page(office: Office, case: str) -> tuple[str, httpx2.Response]:
    path = link(office.world, case, Task.TRIAGE, "wxb", "duty")
    return path, await office.http.get(path)


def ticked(page: httpx2.Response) -> list[str]:
    return [code for code in Paper.of(page).forms["triage"]["answers"] if code]


async def judged(office: Office, case: str) -> dict[str, object]:
    (event,) = await office.world.events(case, "triaged")
    return {"level": event["level"], "reason": event["reason"], **event["review"]}


async def test_the_questions_are_ticked_by_the_words_found_and_the_page_says_by_which(office: Office) -> None:
    case = await office.reported(SCHOOL.format("东湖"))

    _, page = await triage_page(office, case)

    assert ticked(page) == ["violence", "spread", "figures"]
    assert "建议处置等级：橙色（二级），共60分（急55、难5）。" in page.text
    for asks, why in (
        ("会引发聚集、冲突，或者对伤害儿童的恐慌", "提到“抢孩子”"),
        ("扩散较快，或者已传到多区、多个渠道", "提到“都转起来”"),
        ("写有具体的数字、时间，显得可信", "提到“三个”"),
    ):
        assert re.search(rf'checked> <span>{asks}<span class="hint">{why}</span>', page.text), asks
    assert re.search(r'value="panic"> <span>会引发抢购、挤兑或者囤积</span>', page.text)
    form = Paper.of(page).forms["triage"]
    assert (form["level"], form["lead"], form["topic"]) == (["orange"], ["gaj"], ["抢孩子"])
    assert "建议牵头单位：市公安局（提到“抢孩子”）" in page.text


async def test_the_proposal_is_confirmed_as_it_stands_by_one_tick(office: Office) -> None:
    case = await office.reported(SCHOOL.format("西湖"))
    path, _ = await triage_page(office, case)

    answer = await send(office, path, "triage")

    assert answer.status_code == 303, answer.text
    assert await judged(office, case) == {
        "level": "orange", "reason": None, "proposed": "orange", "answered": "orange", "chosen": "orange", "score": 60,
        "answers": ["violence", "spread", "figures"], "judgement": Judgement.CONFIRMED,
        "proposed_lead": "gaj", "lead": "gaj",
    }  # fmt: skip


async def test_another_level_without_a_reason_comes_back_with_all_that_was_typed_and_what_is_proposed(
    office: Office,
) -> None:
    case = await office.reported(SCHOOL.format("南湖"))
    path, _ = await triage_page(office, case)

    refused = await send(office, path, "triage", level="yellow", topic="谣言", answers=["", "violence"])

    assert refused.status_code == 422
    assert re.search(r'<a href="#f0-reason">[^<]*按研判问题的回答得40分，建议定为橙色（二级）', refused.text)
    assert "answers" not in re.sub(r"<[^>]*>", "", refused.text)
    form = Paper.of(refused).forms["triage"]
    assert (form["level"], form["topic"], ticked(refused)) == (["yellow"], ["谣言"], ["violence"])
    assert await office.world.events(case, "triaged") == []

    again = await office.http.post(path, data=filled_in(refused, "triage", reason="派出所已核实，只有一处"))

    assert again.status_code == 303, again.text
    kept = await judged(office, case)
    assert (kept["level"], kept["proposed"], kept["judgement"]) == ("yellow", "orange", Judgement.OVERRULED)
    assert kept["reason"] == "派出所已核实，只有一处"


async def test_other_ticks_change_the_proposed_level_on_sending(office: Office) -> None:
    case = await office.reported("网传北湖公园的银杏树一夜之间全被移走")
    path, page = await triage_page(office, case)
    assert (ticked(page), Paper.of(page).forms["triage"]["level"]) == ([], ["yellow"])
    about = {"topic": "园林", "lead": "cgw", "answers": ["", "violence", "crowd"]}

    refused = await send(office, path, "triage", **about)
    answer = await send(office, path, "triage", **{**about, "level": "orange"})

    assert (refused.status_code, "得55分，建议定为橙色（二级）" in refused.text) == (422, True)
    assert answer.status_code == 303, answer.text
    kept = await judged(office, case)
    assert (kept["level"], kept["proposed"], kept["answered"]) == ("orange", "yellow", "orange")
    assert (kept["judgement"], kept["answers"]) == (Judgement.ANSWERED, ["violence", "crowd"])


async def test_nothing_ticked_is_an_answer_and_lets_a_case_be_blue(office: Office) -> None:
    case = await office.reported("网传开窗通风会让流感病毒飘进屋里")
    path, page = await triage_page(office, case)

    answer = await send(office, path, "triage", level="blue", topic="卫生", lead="jkj")

    assert "建议处置等级：黄色（三级），未提到研判问题所列的情形。" in page.text
    assert answer.status_code == 303, answer.text
    kept = await judged(office, case)
    assert (kept["level"], kept["answered"], kept["judgement"]) == ("blue", "blue", Judgement.ANSWERED)


async def test_the_spread_of_a_claim_answers_its_question_later(office: Office) -> None:
    text = "网传城西水库的鱼一夜之间全部翻白"
    case = await office.reported(text)
    _, before = await triage_page(office, case)
    for place in ("东汀区", "西汀区", "河湾区"):
        await office.post("/v1/reports", {"text": text, "place": place})
    await office.world.quiet(case)

    _, page = await triage_page(office, case)

    assert "spread" not in ticked(before)
    assert ticked(page) == ["spread"]
    assert "已收到线索4条，涉及3个区、1个渠道" in page.text


async def test_urgent_help_is_proposed_as_an_exit_first_and_waits_for_a_tick(office: Office) -> None:
    case = await office.reported("网传七号楼煤气味很大，老人还在屋里")
    path, page = await triage_page(office, case)

    assert "请先研判是否紧急求助：线索提到“煤气味”，已请报送人立即拨打110、119、120。" in page.text
    forms = Paper.of(page).forms
    assert (forms["let_out"]["exit"], "sure" in forms["let_out"]) == (["help_urgent"], False)
    assert "<summary>不属谣言" not in page.text, "the form is not folded away"

    untouched = await office.http.post(path, data=forms["let_out"])
    answer = await send(office, path, "let_out", pass_to="zjw")

    assert untouched.status_code == 422
    assert answer.status_code == 303, answer.text
    (passed,) = await office.world.events(case, "passed_on")
    assert (passed["exit"], passed["to"]) == ("help_urgent", "市住房城乡建设委")


async def test_a_level_judged_once_is_not_asked_about_again(office: Office) -> None:
    case = await office.reported(SCHOOL.format("中湖"))
    path, _ = await triage_page(office, case)
    await send(office, path, "triage")
    said = {"kind": "decline", "reason": "属教育系统", "expected_visit": 1}
    declined = await office.decide(case, said, "gaj", "duty", key="judged-once-1")
    assert declined.status_code == 200, declined.text

    page = await office.http.get(link(office.world, case, Task.TRIAGE, "wxb", "duty", visit=2))

    assert "研判问题" not in page.text
    assert "answers" not in Paper.of(page).forms["triage"]


async def test_the_office_counts_what_was_confirmed_and_overruled_and_a_unit_does_not_read_it(office: Office) -> None:
    before = (await office.get("/v1/figures/triage")).json()
    for name, level, reason in (("甲", "orange", None), ("乙", "red", "人数在增加")):
        case = await office.reported(SCHOOL.format(name))
        said = {"kind": "triage", "level": level, "topic": "治安", "lead": "gaj", "reason": reason}
        answer = await office.decide(case, said, key=f"counted-{level}")
        assert answer.status_code == 200, answer.text

    after = (await office.get("/v1/figures/triage")).json()
    units = await office.http.get("/v1/figures/triage", headers=office.bearer("gaj", "duty"))

    def counted(figures: dict[str, list[dict[str, object]]], *judged: str) -> int:
        rows = [
            row["cases"] for row in figures["levels"] if (row["proposed"], row["chosen"], row["judgement"]) == judged
        ]
        return sum(int(str(cases)) for cases in rows)

    for judged_as in (("orange", "orange", "confirmed"), ("orange", "red", "overruled")):
        assert counted(after, *judged_as) == counted(before, *judged_as) + 1
    assert after["leads_kept"] == before["leads_kept"] + 2
    assert (units.status_code, units.json()["code"]) == (403, "figures_of_all_cases")
