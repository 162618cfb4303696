"""Codes over HTTP, on a page and on the command line: how often they are sent and tried, and what is said then."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
import pytest

from adapters.messengers.courier import Courier
from adapters.messengers.smtp import SmtpMessenger
from desk.second_factor import SecondFactor
from domain.tasks.task import Task
from domain.vocabulary import Level
from tests.adapters.awkward_mail import awkward_mail
from tests.api.conftest import Office
from tests.api.scriptless_browser import Paper, link, send
from tests.cli.piyao import STARTER, environment
from tests.workflows import case_steps
from wiring.storage import codes_key

pytestmark = pytest.mark.people

SIGN = {"kind": "sign", "digest": "0" * 64, "outcome": "approve"}
_keys = count(1)


async def ask(office: Office, case: str) -> httpx2.Response:
    return await office.http.post(f"/v1/cases/{case}/codes", headers=office.bearer("wxb", "deputy"))


async def sign(office: Office, case: str, code: str) -> httpx2.Response:
    headers = {**office.bearer("wxb", "deputy"), "Idempotency-Key": f"codes-{next(_keys)}", "Piyao-Code": code}
    return await office.http.post(f"/v1/cases/{case}/decisions", json=SIGN, headers=headers)


def sent_code(office: Office, case: str) -> str:
    """The code of the last letter of a case."""
    texts = [line["text"] for line in office.world.outbox() if f"{case}/code/" in line["key"]]
    return re.findall(r"：(\d{6})", texts[-1])[0]


async def used_up(office: Office, case: str) -> None:
    """Ask for five codes, and spend each on a signature the case is not ready for."""
    for _ in range(5):
        assert (await ask(office, case)).status_code == 202
        assert (await sign(office, case, sent_code(office, case))).status_code == 409


def told(problem: dict[str, Any]) -> tuple[int, str, bool]:
    return problem["status"], problem["code"], bool(re.search(r"请(59|60)分钟后", problem["detail"]))


async def test_a_code_asked_for_twice_is_one_letter_and_the_same_answer(office: Office) -> None:
    case = await office.reported("网传市图书馆藏书全部发霉已经封馆")

    first, again = await ask(office, case), await ask(office, case)

    assert (first.status_code, first.json()["channel"]) == (202, "sms")
    assert again.json() == first.json()
    assert len([line for line in office.world.outbox() if f"{case}/code/" in line["key"]]) == 1


async def test_the_sixth_code_within_an_hour_is_refused_and_says_when_to_ask_again(office: Office) -> None:
    case = await office.reported("网传跨江隧道渗水今夜起停用")
    await used_up(office, case)

    refused = await ask(office, case)

    assert told(refused.json()) == (429, "too_many_codes", True)
    assert 3500 < int(refused.headers["Retry-After"]) <= 3600
    assert refused.headers["content-type"] == "application/problem+json"
    other = await office.reported("网传跨江大桥限高杆被撞毁")
    assert (await ask(office, other)).status_code == 202


async def test_after_ten_wrong_codes_a_right_one_is_refused_like_a_wrong_one_and_nothing_is_left_to_sweep(
    office: Office,
) -> None:
    case = await office.reported("网传全市加油站明天起限购")
    statuses = []
    for _ in range(2):
        await ask(office, case)
        wrong = f"{(int(sent_code(office, case)) + 1) % 10**6:06d}"
        statuses += [(await sign(office, case, wrong)).status_code for _ in range(5)]
    await ask(office, case)
    right = sent_code(office, case)

    answers = [await sign(office, case, tried) for tried in (right, f"{(int(right) + 1) % 10**6:06d}", right)]

    assert statuses == [403] * 10
    assert [told(answer.json()) for answer in answers] == [(429, "too_many_tries", True)] * 3
    assert all(3500 < int(answer.headers["Retry-After"]) <= 3600 for answer in answers)
    left = await office.world.register.unfinished(datetime.max.replace(tzinfo=UTC), 500)
    assert [row for row in left if row.case_id == case] == []


async def test_a_page_says_that_no_further_code_is_sent_and_keeps_its_forms(office: Office) -> None:
    world, case = office.world, await office.reported("网传化工园区氯气罐泄漏毒气正飘向市区")
    await used_up(office, case)
    await case_steps.triaged(world, case, Level.RED, co_units=())
    await case_steps.found(world, case, "swj")
    digest = await case_steps.drafted(world, case)
    await world.decide(case, case_steps.approval(digest), "swj", "deputy")
    path = link(world, case, Task.REVIEW, "wxb", "deputy")

    refused = await send(office, path, "send_code")

    assert refused.status_code == 429
    assert 3400 < int(refused.headers["Retry-After"]) <= 3600
    assert re.search(r"获取验证码过于频繁.*请(5\d|60)分钟后再获取", refused.text)
    assert {"send_code", "sign_with_code"} <= set(Paper.of(refused).forms)


async def test_whoever_gets_codes_by_a_slow_mail_server_can_sign(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, case = office.world, await office.reported("网传水上乐园消毒水泄漏多人中毒")
    await case_steps.triaged(world, case, Level.RED, co_units=())
    await case_steps.found(world, case, "swj")
    digest = await case_steps.drafted(world, case)
    await world.decide(case, case_steps.approval(digest), "swj", "deputy")
    path = link(world, case, Task.REVIEW, "wxb", "deputy", channel="sms")

    async with awkward_mail(greeting=1.0, data=5.0) as mail:
        by_mail = Courier(SmtpMessenger(mail.url), world.register)
        monkeypatch.setattr(world.desk._second_factor, "_messengers", {"mail": by_mail})
        sent = await send(office, path, "send_code")
        assert "code_on_its_way" in sent.headers["location"]
        assert "验证码正在发送" in (await office.http.get(sent.headers["location"])).text

        (letter,) = mail.texts
        code = re.findall(r"：(\d{6})", letter)[0]
        signed = await send(office, path, "sign_with_code", outcome="approve", code=code)
        assert "done=sign_with_code" in signed.headers["location"]
        await by_mail.close(10)
        assert list(mail.copies.values()) == [1]


async def test_the_command_line_says_it_in_words(office: Office, port: int, tmp_path: Path) -> None:
    case = await office.reported("网传地铁三号线列车追尾")
    await used_up(office, case)
    (key := tmp_path / "key").write_text(office.key("wxb", "deputy"))

    words = ("code", case, "--key-file", str(key), "--api", f"http://127.0.0.1:{port}")
    command = [sys.executable, STARTER, *words]  # on its own: for one command, a fork server costs more than it saves
    ended = await asyncio.to_thread(subprocess.run, command, env=environment(), capture_output=True, text=True)

    assert ended.returncode == 1
    assert re.search(r"429.*\n.*请(59|60)分钟后再获取", ended.stderr)
    assert "--key " not in ended.stderr  # asked for again, it is another code


async def test_who_reads_the_register_cannot_try_codes(office: Office) -> None:
    case = await office.reported("网传市档案馆今天起永久闭馆不再开放")
    await ask(office, case)
    code, signer = sent_code(office, case), office.world.officer("wxb", "deputy")
    person = signer.id
    with closing(sqlite3.connect(office.world.settings.data / "register.db")) as store:
        kept = store.execute("SELECT digest FROM codes WHERE case_id = ?", (case,)).fetchone()[0]

    texts = [f"{case}/{person}/{code}", code, f"{case}/{person}"]
    known = [hashlib.sha256(one.encode()) for one in texts]
    known += [hmac.new(key.encode(), one.encode(), "sha256") for key in texts for one in texts]
    assert kept not in {one.hexdigest() for one in known}
    assert kept == SecondFactor(
        office.world.register, office.world.office, {}, codes_key(office.world.settings)
    )._digest(case, signer, code)
