"""What a reviewer, a signer and a second person see before they decide: evidence, dissent, changes."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from api.html.differences import differences
from api.tasks.reading import text_on_table
from domain.decisions import Evidence, Extend, Pause, RecordPublication, Review
from domain.tasks.task import Task
from domain.vocabulary import Level, PublicationKind, Vote
from tests.api.conftest import Office
from tests.api.scriptless_browser import FOUND, drawn, filled_in, link
from tests.workflows import case_steps

pytestmark = pytest.mark.people

ZONE = ZoneInfo("Asia/Shanghai")
ADDRESS = "https://swj.mc.example/1"


async def with_files(office: Office, claim: str) -> str:
    """A case whose only finding has an address, a picture and a text file; a text about it waits for signatures."""
    world, case = office.world, await office.reported(claim)
    await case_steps.triaged(world, case, co_units=())
    path = link(world, case, Task.VERIFY, "swj", "liaison_a")
    rest = {
        f"evidence-{row}-{part}": value
        for row in (1, 2)
        for part, value in (("kind", f"材料{row}"), ("source", "值班室"), ("captured_at", "2026-11-24T09:30"))
    }
    files = {
        "evidence-1-file": ("检测报告.png", drawn(), "image/png"),
        "evidence-2-file": ("记录.txt", "巡查记录".encode(), "text/plain"),
    }
    typed = filled_in(await office.http.get(path), "finding", **FOUND, **rest)
    answer = await office.http.post(path, data=typed, files=files)
    assert answer.status_code == 303, answer.text
    await case_steps.drafted(world, case)
    return case


@pytest.mark.parametrize(("unit", "seat"), [("swj", "deputy"), ("wxb", "deputy")])
async def test_reviewer_and_signer_see_pictures_files_and_addresses_of_the_evidence(
    office: Office, unit: str, seat: str
) -> None:
    case = await with_files(office, f"网传{unit}取水口漂着死猪水不能喝了")
    path = link(office.world, case, Task.REVIEW, unit, seat)

    page = await office.http.get(path)

    assert re.search(rf'<a href="{ADDRESS}" rel="[^"]*nofollow[^"]*noreferrer[^"]*">{ADDRESS}</a>', page.text)
    (picture,) = re.findall(r'<img src="([^"]+)"', page.text)
    shown = await office.http.get(picture)
    assert (shown.status_code, Image.open(io.BytesIO(shown.content)).size) == (200, (40, 30))
    saved = [
        await office.http.get(found) for found in re.findall(r'<a href="(/t/[^"]+/files/[0-9a-f]{64})"', page.text)
    ]
    assert [one.status_code for one in saved] == [200, 200]
    assert saved[1].content.decode() == "巡查记录"
    assert all(one.headers["content-disposition"].startswith("attachment") for one in saved)
    assert page.text.index("<img") < page.text.index('value="review"' if unit == "swj" else "办理记录")


async def test_a_link_gives_out_no_file_of_another_case(office: Office) -> None:
    case, other = (
        await with_files(office, "网传北岸泵站进水要停水一周"),
        await office.reported("网传某小学食堂用过期油"),
    )
    page = await office.http.get(link(office.world, case, Task.REVIEW, "swj", "deputy"))
    (digest, *_) = re.findall(r"/files/([0-9a-f]{64})", page.text)

    strange = link(office.world, other, Task.TRIAGE, "wxb", "duty")

    for end in ("", "/shown"):
        assert (await office.http.get(f"{strange}/files/{digest}{end}")).status_code == 404
        assert (await office.http.get(f"/t/forged/files/{digest}{end}")).status_code == 404


async def test_who_holds_another_verdict_stands_above_the_text_and_the_vote(office: Office) -> None:
    world, case = office.world, await office.reported("网传儿童医院一天死了十个孩子")
    await case_steps.triaged(world, case, Level.ORANGE, co_units=("wjw",))
    await case_steps.found(world, case, "swj")
    await case_steps.drafted(world, case)
    await office.decide(
        case,
        {"kind": "consult", "act": "position", "verdict": "true", "text": "确有病例"},
        "wjw",
        "liaison_a",
        key="position",
    )

    page = await office.http.get(link(world, case, Task.REVIEW, "swj", "deputy"))

    warned = page.text.index("注意：市卫生健康委意见与结论不一致")
    assert warned < page.text.index("供水正常") < page.text.index('value="review"')
    assert "市卫生健康委：属实" in page.text


async def test_nobody_is_warned_of_units_that_agree(office: Office) -> None:
    case = await with_files(office, "网传跨江大桥桥面开裂禁止通行")

    page = await office.http.get(link(office.world, case, Task.REVIEW, "swj", "deputy"))

    assert "意见与结论不一致" not in page.text


async def test_a_second_version_shows_what_was_taken_out_and_put_in_and_what_was_asked_for(office: Office) -> None:
    world, case = office.world, await office.reported("网传老城区自来水全部改为河水")
    await case_steps.triaged(world, case, co_units=())
    await case_steps.found(world, case, "swj")
    first = await case_steps.drafted(world, case, text="全市供水正常，没有停水计划。请勿传播。")
    back = Review(digest=first, outcome=Vote.RETURN, remarks="请写明水源")
    await world.decide(case, back, "swj", "deputy")
    await case_steps.drafted(world, case, text="全市供水正常，水源为东汀水库，没有停水计划。")

    page = (await office.http.get(link(world, case, Task.REVIEW, "swj", "deputy"))).text

    assert "与第1稿相比" in page
    assert re.search("<ins>[^<]*水源为东汀水库[^<]*</ins>", page)
    assert "<del>请勿传播。</del>" in page
    assert "请写明水源" in page


async def test_two_versions_are_compared_for_those_alone_who_are_shown_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, case = office.world, await office.reported("网传新城区自来水改用井水")
    await case_steps.triaged(world, case, co_units=())
    await case_steps.found(world, case, "swj")
    await case_steps.drafted(world, case, text="全市供水正常。")
    await case_steps.drafted(world, case, text="全市供水正常，没有停水计划。")
    compared = []
    monkeypatch.setattr(text_on_table, "differences", lambda *texts: compared.append(texts) or differences(*texts))

    for task in Task:
        compared.clear()
        page = await office.http.get(link(world, case, task, "wxb", "editor"))
        assert page.status_code == 200
        assert bool(compared) == (task in (Task.REVIEW, Task.DRAFT)) == ("与第1稿相比" in page.text), task


async def test_the_second_person_of_an_extension_sees_who_asks_for_what_from_when_to_when_and_why(
    office: Office,
) -> None:
    world, case = office.world, await office.reported("网传地铁二号线下周停运检修一个月")
    await case_steps.triaged(world, case, lead="jtw", co_units=())
    due = next(debt.due for debt in (await world.view(case)).debts if debt.clock == "answer")
    asks = Extend(clock="answer", unit="jtw", longer="6h", reason="现场检测要过夜")
    await world.decide(case, asks, "jtw", "liaison_a")

    page = (await office.http.get(link(world, case, Task.CONFIRM, "wxb", "duty_leader"))).text

    asker = world.officer("jtw", "liaison_a").name
    old, new = (f"{(due + timedelta(hours=hours)).astimezone(ZONE):%m-%d %H:%M}" for hours in (0, 6))
    asked = f"市交通运输委联络员A角（{asker}）申请将市交通运输委的查证反馈延期6小时（{old}延至{new}）。"
    assert asked in page
    assert "现场检测要过夜" in page
    assert page.index(asked) < page.index('value="confirm"')
    assert re.search("市交通运输委 查证反馈：<strong>还剩", page)


async def handed_in(office: Office) -> str:
    headers = {**office.bearer("swj", "liaison_a"), "Content-Type": "application/octet-stream"}
    answer = await office.http.post("/v1/files", content=drawn(), headers=headers)
    digest: str = answer.json()["digest"]
    return digest


async def opened_by_the_second_person(office: Office, case: str) -> list[int]:
    """What the file on the page of whoever is to confirm answers: shown, and saved."""
    page = await office.http.get(link(office.world, case, Task.CONFIRM, "wxb", "duty_leader"))
    (picture,) = re.findall(r'<img src="([^"]+)"', page.text)
    return [(await office.http.get(path)).status_code for path in (picture, picture.removesuffix("/shown"))]


async def test_the_second_person_of_a_pause_opens_the_files_it_is_asked_for_with(office: Office) -> None:
    world, case = office.world, await office.reported("网传北山疗养院井水有毒")
    await case_steps.triaged(world, case, co_units=())
    await case_steps.accepted(world, case, "swj")
    now = datetime.now(UTC)
    paper = Evidence(kind="委托单", source="检测中心", digest=await handed_in(office), captured_at=now)
    asks = Pause(reason="test_result", until=now + timedelta(hours=5), evidence=(paper,))
    await world.decide(case, asks, "swj", "liaison_a")

    assert await opened_by_the_second_person(office, case) == [200, 200]


async def test_the_second_person_of_a_publication_opens_what_was_captured_of_it(office: Office) -> None:
    world, case = office.world, await office.reported("网传南湖公园湖水变红")
    await case_steps.triaged(world, case, co_units=())
    says = RecordPublication(
        unit="swj",
        publication=PublicationKind.ALERT,
        title="关于南湖公园湖水的风险提示",
        text="湖水正在检测，请勿传播。",
        url="https://swj.mc.example/9",
        captured_at=datetime.now(UTC),
        digest=await handed_in(office),
    )
    await world.decide(case, says, "wxb", "editor")

    assert await opened_by_the_second_person(office, case) == [200, 200]
