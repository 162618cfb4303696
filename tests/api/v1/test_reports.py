from __future__ import annotations

import pytest

from tests.api.conftest import Office

CLAIM = {"text": "某小区自来水发黄，喝了会得病，大家不要再喝了", "place": "东汀区", "channel": "public"}


async def test_a_report_opens_a_case_and_can_be_read_back_without_a_key(office: Office) -> None:
    taken = await office.post("/v1/reports", CLAIM)
    stored = await office.http.get(f"/v1/reports/{taken.json()['report_id']}")

    assert taken.status_code == 201
    assert taken.json() | {"joined": False, "match": "new", "known_rebuttal": None} == taken.json()
    assert stored.status_code == 200
    found = stored.json()
    assert found["case_id"] == taken.json()["case_id"]
    assert found["stage"] in ("report", "triage")
    assert {name: found["report"][name] for name in CLAIM} == CLAIM


async def test_the_same_key_with_the_same_body_answers_the_same_and_stores_once(office: Office) -> None:
    body = {"text": "网传明天起全市公交停运一周，请提前安排出行"}

    first = await office.post("/v1/reports", body, Idempotency_Key="bus-0123456789abcdef")
    before = office.rows()
    again = await office.post("/v1/reports", body, Idempotency_Key="bus-0123456789abcdef")

    assert (again.status_code, again.json()) == (201, first.json())
    assert office.rows() == before


async def test_the_same_key_with_another_body_is_refused(office: Office) -> None:
    await office.post("/v1/reports", {"text": "网传菜市场的蘑菇全部有毒"}, Idempotency_Key="mushroom-0123456789")

    answer = await office.post(
        "/v1/reports", {"text": "网传菜市场的木耳全部有毒"}, Idempotency_Key="mushroom-0123456789"
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")


async def test_a_key_belongs_to_who_uses_it(office: Office) -> None:
    mine = await office.post(
        "/v1/reports", {"text": "网传高铁站有炸弹请勿前往"}, Idempotency_Key="mine-0123456789abcdef"
    )
    theirs = await office.post(
        "/v1/reports", {"text": "网传地铁站漏水请勿前往"}, Idempotency_Key="mine-0123456789abcdef", **office.bearer()
    )

    assert theirs.status_code == 201
    assert theirs.json()["case_id"] != mine.json()["case_id"]


async def test_the_same_claim_joins_the_running_case(office: Office) -> None:
    case = await office.reported("网传吃大蒜可以治好流感医生都不敢说")

    again = (await office.post("/v1/reports", {"text": "网传吃大蒜可以治好流感，医生都不敢说！"})).json()

    assert (again["case_id"], again["joined"], again["match"]) == (case, True, "exact")


@pytest.mark.parametrize("key", ["", "a b", "k" * 201, "钥匙".encode(), "a\x7f"])
async def test_an_unfit_key_is_refused(office: Office, key: str | bytes) -> None:
    answer = await office.http.post("/v1/reports", json=CLAIM, headers={"Idempotency-Key": key})

    assert (answer.status_code, answer.json()["code"]) == (400, "key_invalid")
    assert answer.json()["errors"][0]["parameter"] == "Idempotency-Key"


async def test_two_keys_at_once_are_refused(office: Office) -> None:
    headers = [("Idempotency-Key", "one"), ("Idempotency-Key", "two")]

    answer = await office.http.post("/v1/reports", json=CLAIM, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "key_invalid")


async def test_a_wrong_personal_key_is_refused_even_where_none_is_needed(office: Office) -> None:
    answer = await office.post("/v1/reports", CLAIM, Authorization="Bearer nobody")

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("report", ["unknown", "a" * 41, "%00", "..%2f..%2fetc"])
async def test_a_report_nobody_handed_in_is_not_found(office: Office, report: str) -> None:
    answer = await office.http.get(f"/v1/reports/{report}")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
