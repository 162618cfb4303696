"""Waves to real receivers, with the real register: some of them dead."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from temporalio.exceptions import ApplicationError

from activities.publishing import Publishing
from adapters.messengers.outbox import OutboxMessenger
from adapters.messengers.smtp import SmtpMessenger
from adapters.messengers.webhook import WebhookMessenger
from adapters.publishers.bulletin import BulletinPublisher
from adapters.register.store import SqlRegister
from domain.case.payloads import Issued, NotIssued
from domain.reports.report import IncomingReport, Report
from domain.vocabulary import Level
from tests.activities.factories import (
    AT,
    CASE,
    Roster,
    attempt,
    issue,
    notice,
    notices_of,
    notify,
    person,
    seat,
    votes,
    wave,
)
from tests.adapters.receivers import black_hole, free_port, mail_server

OFFICE, HEALTH, MARKET = seat("wxb"), seat("wjw"), seat("sjw")
ROSTER = {
    OFFICE: (person("zhao", unit="wxb", mail="zhao@wxb.mc.example"),),
    HEALTH: (person("li", wecom="wjw-li", sms="+86-000-0002-01"),),
    MARKET: (person("wang", unit="sjw", phone="+86-000-0003-01"),),
}
TOLD = wave(notice(OFFICE, HEALTH, MARKET, by=("mail", "wecom", "sms", "phone")))


@pytest.fixture
async def register(tmp_path: Path) -> AsyncIterator[SqlRegister]:
    store = await SqlRegister.open(f"sqlite:///{tmp_path / 'register.db'}")
    await store.file(
        IncomingReport(
            report_id="r1",
            key="k1",
            body_digest="d1",
            report=Report(text="开窗通风会传播流感"),
            claim_key="开窗通风会传播流感",
            level=Level.YELLOW,
            case_id=CASE,
            year=2026,
            accepted_at=AT,
        )
    )
    yield store
    await store.close()


async def test_a_silent_and_a_refusing_receiver_starve_nobody_and_the_retry_repeats_nobody(
    register: SqlRegister, httpserver: HTTPServer, tmp_path: Path
) -> None:
    httpserver.expect_request("/wecom").respond_with_data("")
    httpserver.expect_request("/sms").respond_with_data("")
    roster = Roster(dict(ROSTER))
    living = {
        "wecom": WebhookMessenger(httpserver.url_for("/wecom")),
        "phone": OutboxMessenger(tmp_path),
    }
    with mail_server() as (mail, smtp_url):
        async with black_hole() as silent:
            dead = notices_of(
                register,
                roster,
                mail=SmtpMessenger(f"smtp://127.0.0.1:{silent}?from=office@wxb.mc.example"),
                sms=WebhookMessenger(f"http://127.0.0.1:{free_port()}/sms"),
                **living,
            )
            begun = time.monotonic()
            with pytest.raises(ApplicationError) as failed:
                await notify(dead, TOLD)
            assert time.monotonic() - begun < 2.5
        assert failed.value.type == "Undelivered"
        assert "市委网信办" in failed.value.message
        assert "短信" in failed.value.message
        assert "wecom" not in failed.value.message
        assert len(httpserver.log) == 1
        assert len((tmp_path / "notices.jsonl").read_text().splitlines()) == 1

        roster.seats = {**ROSTER, OFFICE: (person("other", unit="wxb", mail="other@wxb.mc.example"),)}
        alive = notices_of(
            register,
            roster,
            mail=SmtpMessenger(smtp_url),
            sms=WebhookMessenger(httpserver.url_for("/sms")),
            **living,
        )
        sent = await notify(alive, TOLD)
        assert sent.to == (OFFICE, HEALTH), "who is only to be called is not told yet"
        written_to = sorted(address for envelope in mail.envelopes for address in envelope.rcpt_tos)
        assert written_to == ["other@wxb.mc.example", "zhao@wxb.mc.example"]  # who took over is told, too
        assert [request.path for request, _ in httpserver.log] == ["/wecom", "/sms"]
        assert len((tmp_path / "notices.jsonl").read_text().splitlines()) == 1

        await notify(alive, TOLD)
        assert len(mail.envelopes) == 2
        assert len(httpserver.log) == 2


async def test_a_receiver_that_took_it_but_could_not_say_so_gets_the_same_key_and_body_again(
    register: SqlRegister, httpserver: HTTPServer
) -> None:
    httpserver.expect_ordered_request("/wecom").respond_with_data("", status=502)
    httpserver.expect_ordered_request("/wecom").respond_with_data("")
    notices = notices_of(register, Roster(ROSTER), wecom=WebhookMessenger(httpserver.url_for("/wecom")))
    told = wave(notice(HEALTH, by=("wecom",), suffix="r2"), notice(HEALTH, by=("wecom",), suffix="r3"))
    with pytest.raises(ApplicationError):
        await notify(notices, told)
    await notify(notices, told)
    (first, _), (second, _) = httpserver.log
    assert first.get_data() == second.get_data()
    assert json.loads(first.get_data())["key"].startswith(f"{CASE}/combined/")
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]


async def test_a_page_appears_once_in_the_bulletin_and_a_changed_one_never(register: SqlRegister) -> None:
    publishing = Publishing(
        entries=register,
        delayed=register,
        publishers={"bulletin": BulletinPublisher(register, "http://127.0.0.1:8400")},
    )
    for vote in votes():
        await register.begin(vote)
    told = issue()
    changed = told.publication.page.model_copy(update={"title": "开窗通风会传播流感"})
    forged = told.model_copy(update={"publication": told.publication.model_copy(update={"page": changed})})
    assert isinstance(await attempt(publishing.publish, forged), NotIssued)
    assert await register.page(CASE) is None
    for _ in range(2):
        outcome = await attempt(publishing.publish, told)
        cursor = await register.cursor(CASE)
        assert cursor is not None
        assert outcome == Issued(where=f"http://127.0.0.1:8400/bulletin/{CASE}", recorded=cursor.position)
    stored = await register.page(CASE)
    assert stored is not None
    assert stored.publication == told.publication
    assert len(await register.pages(10)) == 1
