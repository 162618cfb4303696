"""A link opens one person's one task, says why when it opens nothing, and leaves no trace."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from desk.case_reader import CaseReader
from domain.office.office import Office as OfficeFiles
from domain.tasks.task import Task
from tests.api.conftest import Office
from tests.api.scriptless_browser import FAR, Paper, asked, events_of, filled_in, link, send

pytestmark = pytest.mark.people


async def test_a_link_that_is_not_good_opens_nothing_says_why_and_does_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, case = office.world, await asked(office, "网传幼儿园午餐肉里吃出牙齿")
    other = await office.reported("网传网约车司机集体罢工三天")
    good = link(world, case, Task.VERIFY, "swj", "liaison_a")
    typed = filled_in(await office.http.get(good), "accept")
    liaison = world.officer("swj", "liaison_a").id
    elsewhere = link(world, other, Task.VERIFY, "swj", "liaison_a")
    bad = {
        "forged": (good[:-8] + "AAAAAAAA", 404),
        "of another case": (elsewhere.rpartition(".")[0] + "." + good.rpartition(".")[2], 404),
        "expired": (link(world, case, Task.VERIFY, "swj", "liaison_a", expires=1), 410),
        "of a seat its person does not hold": (link(world, case, Task.VERIFY, "swj", "head", person=liaison), 410),
        "of nobody": (link(world, case, Task.VERIFY, "swj", "liaison_a", person="nobody"), 410),
        "of no case": (link(world, "nosuchcase", Task.VERIFY, "swj", "liaison_a"), 404),
        "no token": ("/t/x", 404),
    }
    before = await events_of(office, case)

    for why, (path, status) in bad.items():
        for answer in (await office.http.get(path), await office.http.post(path, data=typed)):
            assert answer.status_code == status, why
            assert answer.headers["content-type"] == "text/html; charset=utf-8", why
            assert "请" in answer.text
            assert path.removeprefix("/t/") not in answer.text.replace("/t/style.css", "") or path == "/t/x"
    monkeypatch.setattr(world.desk, "office", _without(world.office, "swj", "liaison_a"))
    left = await office.http.post(good, data=typed)

    assert (left.status_code, "已不在该岗位" in left.text) == (410, True)
    assert await events_of(office, case) == before


def _without(office: OfficeFiles, unit: str, seat: str) -> OfficeFiles:
    """The office after somebody's last day in a seat."""
    yesterday = datetime.now(UTC).date() - timedelta(days=2)
    people = tuple(
        one.model_copy(update={"until": yesterday}) if one.unit == unit and seat in one.seats else one
        for one in office.people
    )
    return office.model_copy(update={"people": people})


async def test_a_link_takes_no_other_kind_and_no_other_person(office: Office) -> None:
    case = await asked(office, "网传垃圾焚烧厂要建在小学旁边")
    path = link(office.world, case, Task.VERIFY, "swj", "liaison_a")
    typed = filled_in(await office.http.get(path), "accept")
    before = await events_of(office, case)

    kinds = [
        await office.http.post(path, data={**typed, **other})
        for other in ({"form": "triage", "kind": "triage"}, {"kind": "close"}, {"form": "relevel", "kind": "relevel"})
    ]
    others = [
        await office.http.request(method, path, data=typed if method == "POST" else None, headers=headers)
        for method in ("GET", "POST")
        for headers in (office.bearer("wxb", "duty"), {"Authorization": "Bearer wrong"}, {"Authorization": "Basic x"})
    ]

    assert {answer.status_code for answer in [*kinds, *others]} == {403}
    assert await events_of(office, case) == before
    own = await office.http.post(path, data=typed, headers=office.bearer("swj", "liaison_a"))
    assert own.status_code == 303


async def test_a_link_expires_by_the_desk_s_clock(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    case = await asked(office, "网传学校食堂改用预制菜家长抗议")
    path = link(office.world, case, Task.VERIFY, "swj", "liaison_a")
    monkeypatch.setattr(CaseReader, "now", lambda _: datetime.fromtimestamp(FAR, UTC))

    answer = await office.http.get(path)

    assert (answer.status_code, "链接已过期" in answer.text) == (410, True)


async def test_a_token_is_in_no_problem_no_log_and_no_store(
    office: Office, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    case = await asked(office, "网传停车场收费涨到每小时五十元")
    path = link(office.world, case, Task.VERIFY, "swj", "liaison_a")
    token = path.removeprefix("/t/")

    assert (await send(office, path, "accept")).status_code == 303
    answers = [await office.http.request(method, path) for method in ("DELETE", "PUT", "PATCH")]
    answers += [await office.http.get(path + "/x"), await office.http.get("/t/" + token + "%00")]
    sent = [line for line in office.world.outbox() if case in line["key"]]
    minted = {found for line in sent for found in re.findall(r"/t/(\S+)", line["text"])}

    assert [answer.status_code for answer in answers] == [405, 405, 405, 404, 404]
    assert all(token not in answer.text for answer in answers)
    printed = capsys.readouterr()
    said = caplog.text + printed.out + printed.err
    history = (await office.world.history(case)).to_json()
    description = str((await office.world.handle(case).describe()).raw_description)
    stores = [file.read_bytes() for file in office.world.settings.data.glob("register.db*")]
    assert len(minted) >= 2
    for one in {token, *minted}:
        assert one not in said + history + description
        assert not any(one.encode() in store for store in stores)


async def test_the_link_in_a_notice_opens_the_page_it_was_sent_for(office: Office) -> None:
    case = await asked(office, "网传动车站台塌陷多趟列车停运")
    await office.world.quiet(case)
    letters = [line for line in office.world.outbox() if f"{case}/v1/answer:swj" in line["key"]]
    (path,) = {re.findall(r"办理：http://127.0.0.1:8400(/t/\S+)", line["text"])[0] for line in letters[:1]}

    page = await office.http.get(path)

    assert page.status_code == 200
    assert "accept" in Paper.of(page).forms
    assert httpx2.URL(path).path == path
