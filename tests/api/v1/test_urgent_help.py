"""Whoever reports urgent help is answered with the numbers to call in the same response; duty is rung, and decides."""

from __future__ import annotations

import pytest

from domain.access.reading import EVERYTHING
from tests.api.conftest import Office

HELP = "我们这栋楼道里燃气味特别大，打了两个电话没人接"


@pytest.mark.parametrize(
    "text",
    [HELP, "三号楼有人困在里面出不来", "河边有 人 落 水 快来人", "樓道裡煤氣味很大，怎麼辦", "救-命啊，门打不开"],
)
async def test_the_answer_to_urgent_help_says_whom_to_call_at_once(office: Office, text: str) -> None:
    answer = await office.post("/v1/reports", {"text": text, "place": "石坪区"})

    assert answer.status_code == 201
    assert answer.json()["urgent"] == {
        "numbers": ["110", "119", "120"],
        "says": "如您或身边的人正有危险，请立即拨打110、119、120；本处不能代为报警。",
    }


async def test_a_repeated_call_and_a_further_report_are_answered_with_the_numbers_too(office: Office) -> None:
    body = {"text": "网传五号楼有人昏迷没人管，谁来救救他"}

    first = await office.post("/v1/reports", body, Idempotency_Key="urgent-0123456789abcdef")
    again = await office.post("/v1/reports", body, Idempotency_Key="urgent-0123456789abcdef")
    other = await office.post("/v1/reports", body)

    assert again.json() == first.json()
    assert other.json()["joined"]
    assert first.json()["urgent"] == again.json()["urgent"] == other.json()["urgent"]


async def test_an_ordinary_report_is_answered_without_them(office: Office) -> None:
    answer = await office.post("/v1/reports", {"text": "网传明年起燃气表全部更换为智能表"})

    assert answer.status_code == 201
    assert "urgent" not in answer.json()


async def test_duty_is_rung_at_the_policys_level_and_a_person_still_decides(office: Office) -> None:
    case = await office.reported("网传六号楼燃气味越来越大没人处理")
    await office.world.quiet(case)

    summary = (await office.world.view(case)).model_dump()
    (opened,) = await office.world.events(case, "case_opened")
    start = f"{case}/v1/triage:wxb/g1/start/"
    (ring,) = [line for line in office.world.outbox() if start in line["key"] and line["channel"] == "sms"]

    assert (summary["stage"], summary["level"], summary["provisional"], summary["closed_at"]) == (
        "triage", "red", True, None,
    )  # fmt: skip
    assert (opened["proposal"]["exit"], opened["proposal"]["exit_words"]) == ("help_urgent", ["燃气味"])
    assert ring["person"] == "wxb-duty"
    assert "先看是否紧急求助" in ring["text"]
    view = await office.world.desk.view(case, EVERYTHING)
    assert view.summary is not None
    assert view.summary.closed_at is None
