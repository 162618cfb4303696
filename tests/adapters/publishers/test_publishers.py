from __future__ import annotations

import asyncio
import base64
import json
import time
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from standardwebhooks import Webhook

from adapters.egress import signed_post
from adapters.publishers import partner as partner_channel
from adapters.publishers.bulletin import BulletinPublisher
from adapters.publishers.live_only import LiveOnlyPublisher
from adapters.publishers.outbox import OutboxPublisher
from adapters.publishers.partner import PartnerPublisher
from domain.case.obligations import Page, digest_of
from domain.case.payloads import Issue, Issued, NotIssued
from domain.errors import NotAdmitted, NotYet, Unavailable
from domain.vocabulary import Mode
from tests.activities.factories import CASE, issue
from tests.adapters.receivers import black_hole, free_port

BASE = "http://127.0.0.1:8400"
SECRET = "whsec_" + base64.b64encode(b"p" * 32).decode()


class Shelf:
    def __init__(self) -> None:
        self.put_in: list[Issue] = []

    async def put(self, of: Issue) -> None:
        self.put_in.append(of)


async def test_the_bulletin_gets_the_page_and_says_where_readers_find_it() -> None:
    shelf = Shelf()
    outcome = await BulletinPublisher(shelf, f"{BASE}/").issue(issue())
    assert outcome == Issued(where=f"{BASE}/bulletin/{CASE}")
    assert shelf.put_in == [issue()]


async def test_a_partner_gets_the_marked_text_and_the_signed_page_to_the_letter(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook", method="POST").respond_with_data("", status=201)
    of = issue("partner")
    partner = PartnerPublisher(httpserver.url_for("/hook?token=secret"), SECRET, base_url=BASE)
    outcome = await partner.issue(of)
    assert outcome == Issued(where=httpserver.url_for("/hook"))
    ((request, _),) = httpserver.log
    body = json.loads(request.get_data())
    assert body["id"] == request.headers["Idempotency-Key"] == request.headers["webhook-id"] == of.publication.key
    assert body["type"] == "piyao.publication.published"
    assert body["title"] == "【演示】开窗通风不会传播流感"
    assert body["text"].startswith("【演示】")
    assert body["url"] == f"{BASE}/bulletin/{CASE}"
    assert (body["number"], body["version"], body["verdict"], body["mode"]) == ("辟〔2026〕0123", 1, "false", "demo")
    assert digest_of(Page.model_validate(body["page"])) == body["digest"] == of.publication.digest
    Webhook(SECRET).verify(request.get_data(), dict(request.headers))


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Issued),
        (204, Issued),
        (409, Issued),
        (400, NotIssued),
        (410, NotIssued),
        (413, NotIssued),
        (422, NotIssued),
    ],
)
async def test_a_partner_that_has_it_or_refuses_for_good_is_asked_once(
    httpserver: HTTPServer, status: int, outcome: type
) -> None:
    httpserver.expect_request("/").respond_with_data("", status=status)
    answer = await PartnerPublisher(httpserver.url_for("/"), base_url=BASE).issue(issue("partner"))
    assert isinstance(answer, outcome)
    if isinstance(answer, NotIssued):
        assert str(status) in answer.reason


@pytest.mark.parametrize("status", [302, 401, 404, 429, 500, 503])
async def test_any_other_answer_is_asked_again(httpserver: HTTPServer, status: int) -> None:
    httpserver.expect_request("/").respond_with_data("", status=status, headers={"Location": "/elsewhere"})
    with pytest.raises(Unavailable, match=str(status)):
        await PartnerPublisher(httpserver.url_for("/"), base_url=BASE).issue(issue("partner"))
    assert len(httpserver.log) == 1


async def test_a_partner_that_is_away_or_never_answers_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signed_post, "LIMIT", 0.5)
    with pytest.raises(Unavailable):
        await PartnerPublisher(f"http://127.0.0.1:{free_port()}/", base_url=BASE).issue(issue("partner"))
    async with black_hole() as port:
        with pytest.raises(Unavailable):
            await PartnerPublisher(f"http://127.0.0.1:{port}/", base_url=BASE).issue(issue("partner"))


@pytest.mark.parametrize(("status", "kind"), [(401, NotAdmitted), (404, NotAdmitted), (429, NotYet), (503, NotYet)])
async def test_a_partner_that_refuses_the_office_or_says_when_to_come_again_is_heard(
    httpserver: HTTPServer, status: int, kind: type[Unavailable]
) -> None:
    httpserver.expect_request("/").respond_with_data("", status=status, headers={"Retry-After": "7"})
    with pytest.raises(kind):
        await PartnerPublisher(httpserver.url_for("/"), base_url=BASE).issue(issue("partner"))


async def test_a_partner_that_never_answers_holds_so_many_connections_and_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(signed_post, "LIMIT", 0.5)
    monkeypatch.setattr(partner_channel, "ROOM", 2)
    async with black_hole() as port:
        partner = PartnerPublisher(f"http://127.0.0.1:{port}/", base_url=BASE)
        begun = time.monotonic()
        outcomes = await asyncio.gather(*(partner.issue(issue("partner")) for _ in range(6)), return_exceptions=True)
    assert time.monotonic() - begun < 1.5
    assert sorted(type(one).__name__ for one in outcomes) == ["Unanswered"] * 2 + ["Unavailable"] * 4


async def test_without_a_partner_a_page_is_one_line_on_disk(tmp_path: Path) -> None:
    publisher = OutboxPublisher(tmp_path, base_url=BASE)
    first = await publisher.issue(issue("partner"))
    assert await OutboxPublisher(tmp_path, base_url=BASE).issue(issue("partner")) == first
    (line,) = (tmp_path / "partner.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["key"] == issue("partner").publication.key
    assert json.loads(line)["title"] == "【演示】开窗通风不会传播流感"
    assert first.where == (tmp_path / "partner.jsonl").as_uri()


async def test_pages_of_a_demo_stay_inside_when_the_partner_is_outside(tmp_path: Path) -> None:
    def channel(name: str) -> BulletinPublisher:
        return BulletinPublisher(Shelf(), f"http://{name}")

    split = LiveOnlyPublisher(channel("outside"), channel("inside"))
    for mode in Mode:
        where = "outside" if mode is Mode.LIVE else "inside"
        assert await split.issue(issue(mode=mode)) == Issued(where=f"http://{where}/bulletin/{CASE}")
