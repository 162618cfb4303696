"""What is beyond the bound of what takes it is refused at the door, with the field, the value and what is allowed."""

from __future__ import annotations

import pytest

from tests.api.conftest import Office
from tests.api.v1.test_cases import TRIAGE
from tests.office_env import EVIDENCE


@pytest.mark.parametrize(("field", "word"), [("topic", "主题"), ("district", "所在区")])
async def test_a_topic_beyond_the_bytes_of_an_attribute_is_refused(office: Office, field: str, word: str) -> None:
    case = await office.reported(f"网传{word}今晚全部停气，请大家提前做饭")
    before = office.rows()

    answer = await office.decide(case, {**TRIAGE, field: "😀" * 171})

    assert (answer.status_code, answer.json()["code"]) == (422, "beyond_attribute")
    assert all(part in answer.json()["detail"] for part in (word, "2052", "2046", "字节"))
    assert office.rows() == before


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
async def test_an_instant_beyond_every_calendar_is_refused(office: Office, at: str) -> None:
    case = await office.reported("网传明天起全市封路，请大家囤菜")
    await office.decide(case, TRIAGE)

    report = await office.post("/v1/reports", {"text": "网传超市限购", "at": at})
    finding = {
        "kind": "finding",
        "verdict": "false",
        "explanation": "x",
        "evidence": [{**EVIDENCE[0], "captured_at": at}],
    }
    decision = await office.decide(case, finding, "swj", "liaison_a", key="k2")

    for answer, pointer in ((report, "/at"), (decision, "/evidence/0/captured_at")):
        assert answer.status_code == 422, answer.text
        [error] = answer.json()["errors"]
        assert (error["pointer"], "1900" in error["message"]) == (pointer, True)


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00"])
async def test_no_door_takes_an_instant_no_reader_can_show(office: Office, at: str) -> None:
    case = await office.reported("网传明天起全市封桥，请大家绕行")
    evidence = [{**EVIDENCE[0], "captured_at": at}]
    until = "2026-12-01T00:00:00+08:00"
    doors = {
        "/until": {"kind": "pause", "reason": "superior", "until": at, "evidence": EVIDENCE},
        "/evidence/0/captured_at": {"kind": "pause", "reason": "superior", "until": until, "evidence": evidence},
        "/actions/0/end": {
            "kind": "consult", "act": "call", "text": "议题", "actions": [{"do": "warn", "unit": "hbj", "end": at}],
        },
        "/captured_at": {
            "kind": "record_publication", "unit": "swj", "publication": "statement", "title": "标题", "text": "正文",
            "url": "https://swj.mc.example/1", "captured_at": at,
        },
    }  # fmt: skip
    noted = {"kind": "note", "text": "备注", "evidence": evidence}

    for n, (pointer, body) in enumerate([*doors.items(), ("/evidence/0/captured_at", noted)]):
        answer = await office.decide(case, body, key=f"door-{n}")
        assert answer.status_code == 422, (pointer, answer.text)
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_evidence_is_not_captured_in_the_future(office: Office) -> None:
    case = await office.reported("网传明年起全市停用现金，请大家换钱")
    evidence = [{**EVIDENCE[0], "captured_at": "2099-01-01T00:00:00+08:00"}]

    answer = await office.decide(case, {"kind": "note", "text": "备注", "evidence": [EVIDENCE[0], *evidence]})

    assert (answer.status_code, answer.json()["code"]) == (422, "captured_in_future")
    assert "第2条" in answer.json()["detail"]


async def test_a_case_is_found_by_the_longest_topic_it_may_have(office: Office) -> None:
    case = await office.reported("网传全市公交今晚起停运七天")
    topic = "题" * 200
    assert (await office.decide(case, {**TRIAGE, "topic": topic})).status_code == 200

    found = await office.get("/v1/cases", topic=topic)

    assert [row["case_id"] for row in found.json()] == [case]
