from __future__ import annotations

import base64
import json
import time

import pytest
from pytest_httpserver import HTTPServer
from standardwebhooks import Webhook
from werkzeug import Request, Response

from adapters.messengers.webhook import WebhookMessenger
from domain.errors import RefusedForGood, Unavailable
from domain.vocabulary import Mode
from tests.activities.factories import letter
from tests.adapters.receivers import black_hole, free_port

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()


async def test_a_letter_is_posted_as_json_signed_and_named_by_its_key(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/sms", method="POST").respond_with_data("", status=202)
    sent = letter("k7/r1/li/sms", channel="sms", address="+86-000-0002-01")
    await WebhookMessenger(httpserver.url_for("/sms"), SECRET).send(sent)
    ((request, _),) = httpserver.log
    body = request.get_data()
    assert json.loads(body) == {
        "key": "k7/r1/li/sms",
        "channel": "sms",
        "to": "+86-000-0002-01",
        "name": "李同志",
        "unit": "wjw",
        "subject": "【演示】请反馈",
        "text": sent.text,
        "number": "辟〔2026〕0123",
    }
    assert request.headers["Idempotency-Key"] == request.headers["webhook-id"] == "k7/r1/li/sms"
    Webhook(SECRET).verify(body, dict(request.headers))


async def test_without_a_secret_nothing_is_signed(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("")
    await WebhookMessenger(httpserver.url_for("/")).send(letter())
    assert "webhook-signature" not in httpserver.log[0][0].headers


async def test_key_and_body_are_the_same_when_sent_again(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("")
    messenger = WebhookMessenger(httpserver.url_for("/"), SECRET)
    await messenger.send(letter())
    await messenger.send(letter())
    (first, _), (second, _) = httpserver.log
    assert first.get_data() == second.get_data()
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]


@pytest.mark.parametrize("status", [204, 301, 307, 400, 404, 409, 429, 500, 503])
async def test_only_a_2xx_is_a_receipt_and_no_redirect_is_followed(httpserver: HTTPServer, status: int) -> None:
    elsewhere = {"Location": httpserver.url_for("/elsewhere")} if status in (301, 307) else {}
    httpserver.expect_request("/sms").respond_with_data("", status=status, headers=elsewhere)
    messenger = WebhookMessenger(httpserver.url_for("/sms"))
    if status == 204:
        await messenger.send(letter())
    else:
        with pytest.raises(Unavailable, match=str(status)):
            await messenger.send(letter())
    assert len(httpserver.log) == 1


async def test_a_gateway_that_is_away_slow_or_endless_is_known_in_time(httpserver: HTTPServer) -> None:
    with pytest.raises(Unavailable):
        await WebhookMessenger(f"http://127.0.0.1:{free_port()}/").send(letter())
    async with black_hole() as port:
        begun = time.monotonic()
        with pytest.raises(Unavailable):
            await WebhookMessenger(f"http://127.0.0.1:{port}/").send(letter())
        assert time.monotonic() - begun < 2

    def endless(_: Request) -> Response:
        return Response((b"x" * 65536 for _ in range(200_000)), status=200)

    httpserver.expect_request("/endless").respond_with_handler(endless)
    begun = time.monotonic()
    await WebhookMessenger(httpserver.url_for("/endless")).send(letter())
    assert time.monotonic() - begun < 1


@pytest.mark.parametrize("mode", [Mode.DEMO, Mode.DRILL])
async def test_nothing_leaves_the_machine_in_demo_and_drill(mode: Mode) -> None:
    begun = time.monotonic()
    with pytest.raises(Unavailable):
        await WebhookMessenger("http://192.0.2.1/").send(letter(mode=mode))
    assert time.monotonic() - begun < 0.5


async def test_nothing_inside_is_called_in_live_unless_it_is_trusted(httpserver: HTTPServer) -> None:
    from ipaddress import ip_network

    httpserver.expect_request("/").respond_with_data("")
    live = letter(mode=Mode.LIVE)
    with pytest.raises(Unavailable):
        await WebhookMessenger(httpserver.url_for("/")).send(live)
    assert not httpserver.log
    await WebhookMessenger(httpserver.url_for("/"), trusted=[ip_network("127.0.0.0/8"), ip_network("::1")]).send(live)
    assert len(httpserver.log) == 1


async def test_the_environment_names_no_proxy(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{free_port()}")
    httpserver.expect_request("/").respond_with_data("")
    await WebhookMessenger(httpserver.url_for("/")).send(letter())
    assert len(httpserver.log) == 1


@pytest.mark.parametrize("url", ["ftp://a/", "gateway", "http:///sms"])
def test_an_address_that_is_no_web_address_is_refused_at_start(url: str) -> None:
    with pytest.raises(ValueError, match="http://"):
        WebhookMessenger(url)


@pytest.mark.parametrize(("status", "for_good"), [(400, True), (422, True), (404, False), (429, False), (503, False)])
async def test_a_refusal_for_good_is_told_from_a_passing_one(
    httpserver: HTTPServer, status: int, for_good: bool
) -> None:
    httpserver.expect_request("/").respond_with_data("", status=status)
    with pytest.raises(Unavailable) as refused:
        await WebhookMessenger(httpserver.url_for("/")).send(letter())
    assert isinstance(refused.value, RefusedForGood) is for_good
