from __future__ import annotations

import base64
import json
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from pytest_httpserver import HTTPServer
from standardwebhooks import Webhook
from werkzeug import Request, Response

from adapters.egress import signed_post
from adapters.messengers.webhook import WebhookMessenger
from domain.errors import NotAdmitted, NotYet, RefusedForGood, Unanswered, Unavailable
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


async def test_a_gateway_that_is_away_silent_or_endless_is_known_when_its_time_is_up(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signed_post, "LIMIT", 0.5)
    with pytest.raises(Unavailable):
        await WebhookMessenger(f"http://127.0.0.1:{free_port()}/").send(letter())
    async with black_hole() as port:
        begun = time.monotonic()
        with pytest.raises(Unanswered):
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


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((status, RefusedForGood) for status in (400, 406, 410, 413, 414, 415, 422, 431, 451)),
        *((status, NotAdmitted) for status in (301, 307, 401, 402, 403, 404, 405, 407)),
        *((status, Unavailable) for status in (408, 409, 418, 421, 423, 424, 425, 429, 499, 500, 502, 503, 504, 511)),
    ],
)
async def test_what_is_refused_for_good_is_told_from_what_may_pass_and_from_what_the_office_has_to_mend(
    httpserver: HTTPServer, status: int, kind: type[Unavailable]
) -> None:
    httpserver.expect_request("/").respond_with_data("", status=status)
    with pytest.raises(Unavailable) as refused:
        await WebhookMessenger(httpserver.url_for("/")).send(letter())
    assert type(refused.value) is kind


async def test_a_gateway_that_still_handles_the_first_copy_of_a_letter_is_asked_again_and_takes_it(
    httpserver: HTTPServer,
) -> None:
    for status in (409, 202):
        httpserver.expect_ordered_request("/").respond_with_data("", status=status)
    messenger = WebhookMessenger(httpserver.url_for("/"))
    with pytest.raises(Unavailable) as busy:
        await messenger.send(letter())
    assert type(busy.value) is Unavailable
    await messenger.send(letter())


IN_FIVE_MINUTES = "in five minutes"


@pytest.mark.parametrize("status", [409, 423, 425, 429, 502, 503])
@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("30", 30, 30),
        ("0", 0, 0),
        (IN_FIVE_MINUTES, 200, 301),
        ("Fri, 01 Jan 2021 00:00:00 GMT", 0, 0),
        ("9" * 400, 86_400, 86_400),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400, 86_400),
    ],
)
async def test_a_gateway_says_when_to_come_again(
    httpserver: HTTPServer, status: int, header: str, least: float, most: float
) -> None:
    if header == IN_FIVE_MINUTES:
        header = format_datetime(datetime.now(UTC) + timedelta(minutes=5), usegmt=True)
    httpserver.expect_request("/").respond_with_data("", status=status, headers={"Retry-After": header})
    with pytest.raises(NotYet) as later:
        await WebhookMessenger(httpserver.url_for("/")).send(letter())
    assert least <= later.value.seconds <= most


@pytest.mark.parametrize("header", ["soon", "-5", "1.5", "²", "", "Fri, 99 Foo 2021"])
async def test_what_says_nothing_is_tried_again_as_usual(httpserver: HTTPServer, header: str) -> None:
    httpserver.expect_request("/").respond_with_data("", status=429, headers={"Retry-After": header})
    with pytest.raises(Unavailable) as later:
        await WebhookMessenger(httpserver.url_for("/")).send(letter())
    assert type(later.value) is Unavailable
