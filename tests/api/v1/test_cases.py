from __future__ import annotations

import pytest

from adapters.office.sample_keys import sample_key
from tests.api.conftest import Office
from tests.office_env import EVIDENCE

TRIAGE = {
    "kind": "triage",
    "level": "yellow",
    "topic": "供水",
    "lead": "swj",
    "co_units": ["hbj"],
    "ask": "是否停水",
    "reason": "研判",
}
NEED_A_KEY = [
    ("GET", "/v1/cases"),
    ("GET", "/v1/cases/{case}"),
    ("GET", "/v1/cases/{case}/timeline"),
    ("POST", "/v1/cases/{case}/decisions"),
    ("POST", "/v1/cases/{case}/restore"),
]


@pytest.mark.parametrize(("method", "path"), NEED_A_KEY)
@pytest.mark.parametrize("shown", [None, "Bearer wrong", "Basic d3hi", "Bearer", "Bearer \xff"])
async def test_without_a_valid_key_nothing_of_a_case_is_shown_or_done(
    office: Office, published: str, method: str, path: str, shown: str | None
) -> None:
    headers = {"Idempotency-Key": "k"} | ({"Authorization": shown.encode("latin-1")} if shown else {})
    before = office.rows()

    answer = await office.http.request(
        method, path.format(case=published), json={"kind": "note", "text": "x"}, headers=headers
    )

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["code"] == "unauthorised"
    assert office.rows() == before


async def test_a_decision_answers_with_the_new_state(office: Office) -> None:
    case = await office.reported("网传水库要泄洪，下游村庄今晚全部撤离")

    answer = await office.decide(case, TRIAGE)

    body = answer.json()
    assert answer.status_code == 200, answer.text
    assert (body["case_id"], body["stage"], body["level"], body["verdict"]) == (case, "verification", "yellow", None)
    assert body["publication"] == "none"
    assert body["due"] == body["summary"]["due"]
    assert "triaged" in [entry["event"]["kind"] for entry in body["entries"]]
    assert body["owed"]


async def test_the_same_decision_again_changes_nothing_and_gets_the_same_number(office: Office) -> None:
    case = await office.reported("网传水厂停电，自来水三天内都不能饮用")
    first = await office.decide(case, TRIAGE, key="once")

    again = await office.decide(case, TRIAGE, key="once")
    other = await office.decide(case, {**TRIAGE, "level": "red"}, key="once")

    assert (again.status_code, again.json()["seq"]) == (200, first.json()["seq"])
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


async def test_who_decides_is_the_key_shown(office: Office) -> None:
    case = await office.reported("网传加油站明天起全部停业请速去加满")

    await office.decide(case, {"kind": "note", "text": "已致电商务委"}, "wxb", "editor")
    noted = next(e for e in (await office.get(f"/v1/cases/{case}/timeline")).json() if e["event"]["kind"] == "noted")

    assert noted["by"]["person"] == office.world.officer("wxb", "editor").id


async def test_whoever_may_not_is_refused(office: Office) -> None:
    case = await office.reported("网传某品牌奶粉含三聚氰胺已有婴儿住院")

    answer = await office.decide(case, TRIAGE, "wxb", "liaison_a")

    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")
    assert answer.json()["detail"] != answer.json()["title"]


async def test_a_decision_out_of_place_is_told_the_present_stage(office: Office) -> None:
    case = await office.reported("网传江边发现鳄鱼多人被咬伤")

    answer = await office.decide(case, {"kind": "close", "remarks": "已核对"})

    assert (answer.status_code, answer.json()["code"], answer.json()["stage"]) == (409, "wrong_stage", "triage")
    assert "研判分派" in answer.json()["detail"]


async def test_a_stale_button_is_told_so(office: Office) -> None:
    case = await office.reported("网传体育馆屋顶塌了压伤很多人")

    answer = await office.decide(case, {"kind": "escalate", "expected_level": 7, "reason": "无人应答"})

    assert (answer.status_code, answer.json()["code"]) == (409, "already_escalated")


async def test_a_closed_case_takes_no_more_decisions(office: Office) -> None:
    case = await office.reported("请问周末图书馆几点开门呀谢谢")
    await office.decide(case, {"kind": "triage", "exit": "question", "pass_to": "zwb"})

    answer = await office.decide(case, {"kind": "note", "text": "x"}, key="later")

    assert (answer.status_code, answer.json()["code"]) == (409, "case_over")


async def test_a_unit_nobody_knows_makes_the_body_wrong(office: Office) -> None:
    case = await office.reported("网传公园的樱花树全部被砍光了")

    answer = await office.decide(case, {**TRIAGE, "lead": "nosuch"})

    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_unit")


async def test_a_kind_that_comes_later_says_so_and_what_is_offered(office: Office, published: str) -> None:
    answer = await office.decide(published, {"kind": "withdraw", "reason": "证据有误"})

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "not_offered_yet")
    assert problem["errors"][0]["value"] == "withdraw"
    assert "triage" in problem["errors"][0]["allowed"]


async def test_a_decision_without_key_is_refused(office: Office, published: str) -> None:
    answer = await office.http.post(
        f"/v1/cases/{published}/decisions", json={"kind": "note", "text": "x"}, headers=office.bearer()
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "key_required")


@pytest.mark.parametrize(
    "path", ["/v1/cases/nosuchcase", "/v1/cases/nosuchcase/timeline", "/v1/cases/%00", "/v1/cases/x'y"]
)
async def test_an_unknown_case_is_not_found(office: Office, path: str) -> None:
    answer = await office.get(path)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_decision_on_an_unknown_case_is_not_found(office: Office) -> None:
    answer = await office.decide("nosuchcase", {"kind": "note", "text": "x"})

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_case")


async def test_the_list_is_narrowed_by_every_filter_that_is_set(office: Office) -> None:
    case = await office.reported("网传新建的大桥裂缝很大马上要塌了")
    await office.decide(case, {**TRIAGE, "district": "东汀区"})
    fits = {"stage": "verification", "level": "yellow", "unit": "hbj", "owner": "swj", "topic": "供水"}

    async def listed(**where: str) -> bool:
        rows = (await office.get("/v1/cases", **where)).json()
        return case in [row["case_id"] for row in rows]

    assert await listed()
    assert await listed(**fits, district="东汀区", overdue="false")
    for name, other in {"stage": "triage", "level": "red", "unit": "jkj", "owner": "wjw", "topic": "食品"}.items():
        assert not await listed(**{**fits, name: other}), name


async def test_the_list_is_cut_at_the_limit_newest_first(office: Office) -> None:
    await office.reported("网传体育场门票全部免费领取")
    newest = await office.reported("网传博物馆的镇馆之宝被盗了")

    rows = (await office.get("/v1/cases", limit=1)).json()

    assert [row["case_id"] for row in rows] == [newest]


@pytest.mark.parametrize(
    ("parameter", "value"),
    [("stag", "triage"), ("stage", "x"), ("limit", "0"), ("overdue", "maybe"), ("topic", "\x00")],
)
async def test_a_filter_that_cannot_be_is_refused_by_name(office: Office, parameter: str, value: str) -> None:
    answer = await office.get("/v1/cases", **{parameter: value})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_query")
    assert answer.json()["errors"][0]["parameter"] == parameter


async def test_a_case_shows_how_it_stands_and_where_its_publication_is(office: Office, published: str) -> None:
    view = (await office.get(f"/v1/cases/{published}")).json()

    assert (view["case_id"], view["live"]) == (published, True)
    assert (view["summary"]["stage"], view["summary"]["verdict"]) == ("closure", "false")
    assert view["bulletin"].endswith(f"/bulletin/{published}")


async def test_a_finding_travels_whole(office: Office) -> None:
    case = await office.reported("网传河里的鱼都死光了不能再吃鱼")
    await office.decide(case, TRIAGE)
    await office.decide(case, {"kind": "accept"}, "swj", "liaison_a")

    said = {"kind": "finding", "verdict": "false", "explanation": "水质正常。", "evidence": EVIDENCE}
    answer = await office.decide(case, said, "swj", "liaison_a", key="found")

    assert answer.status_code == 200, answer.text
    entry = next(e["event"] for e in answer.json()["entries"] if e["event"]["kind"] == "finding_received")
    assert [(e["kind"], e["source"]) for e in entry["evidence"]] == [(e["kind"], e["source"]) for e in EVIDENCE]


async def test_a_case_whose_workflow_was_stopped_is_shown_so_and_started_again_by_an_administrator(
    office: Office,
) -> None:
    case = await office.reported("网传跨江大桥桥墩开裂，今晚起禁止一切车辆通行")
    admin = {"Authorization": f"Bearer {sample_key('wxb-admin')}"}
    await office.world.quiet(case)
    await office.world.desk.follow()
    runs = await office.http.post(f"/v1/cases/{case}/restore", headers=admin)
    await office.world.handle(case).terminate("by mistake")

    lost = await office.decide(case, {"kind": "note", "text": "已电话联系"})
    shown = await office.get(f"/v1/cases/{case}")
    forbidden = await office.http.post(f"/v1/cases/{case}/restore", headers=office.bearer())
    unknown = await office.http.post("/v1/cases/nobody/restore", headers=admin)
    restored = await office.http.post(f"/v1/cases/{case}/restore", headers=admin)

    assert (runs.status_code, runs.json()["code"]) == (409, "case_runs")
    assert (lost.status_code, lost.json()["code"]) == (409, "case_lost")
    assert "已被终止" in lost.json()["detail"]
    assert shown.json()["run"] == "terminated"
    assert (forbidden.status_code, unknown.status_code) == (403, 404)
    assert (restored.status_code, restored.json()["epoch"], restored.json()["unheard"]) == (200, 2, 0)
    assert (await office.decide(case, {"kind": "note", "text": "已电话联系"}, key="again")).status_code == 200
