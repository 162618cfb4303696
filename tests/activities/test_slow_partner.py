"""A partner that takes its time gets a page once; the server hears meanwhile that the attempt lives."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from pytest_httpserver import HTTPServer
from temporalio.activity import ActivityCancellationDetails
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment
from werkzeug import Request, Response

from activities import publishing
from activities.publishing import Publishing
from adapters.publishers.partner import PartnerPublisher
from domain.case.payloads import Issued
from tests.activities.factories import CASE, Memory, attempt, issue, votes


@pytest.fixture
def slow(httpserver: HTTPServer) -> Iterator[tuple[Event, HTTPServer]]:
    go = Event()

    def answer(_: Request) -> Response:
        go.wait(10)
        return Response(status=202)

    httpserver.expect_request("/hook").respond_with_handler(answer)
    yield go, httpserver
    go.set()


def environment_of(begun: timedelta = timedelta()) -> ActivityEnvironment:
    """An attempt the server started so long ago, with the timeouts a page has."""
    environment = ActivityEnvironment()
    environment.info = replace(
        environment.info,
        started_time=datetime.now(UTC) - begun,
        scheduled_time=datetime.now(UTC) - begun,
        start_to_close_timeout=timedelta(minutes=6),
        heartbeat_timeout=timedelta(seconds=10),
    )
    return environment


def publishing_to(http: HTTPServer) -> Publishing:
    register = Memory(votes=votes())
    partner = PartnerPublisher(http.url_for("/hook"), base_url="http://127.0.0.1")
    return Publishing(entries=register, delayed=register, publishers={"partner": partner})  # type: ignore[arg-type]


async def test_a_partner_that_answers_late_is_posted_to_once(
    slow: tuple[Event, HTTPServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "BEAT", 0.1)
    go, http = slow
    environment, beats = environment_of(), 0

    def beat(*_: object) -> None:
        nonlocal beats
        beats += 1
        if beats == 5:
            go.set()

    environment.on_heartbeat = beat
    outcome = await environment.run(publishing_to(http).publish, issue("partner"))

    assert isinstance(outcome, Issued)
    assert (beats, len(http.log)) == (5, 1)


async def test_what_a_case_calls_off_meanwhile_is_waited_for_all_the_same(
    slow: tuple[Event, HTTPServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "BEAT", 0.1)
    go, http = slow
    environment = environment_of()
    running = asyncio.ensure_future(environment.run(publishing_to(http).publish, issue("partner")))
    await asyncio.sleep(0.5)
    environment.cancel(ActivityCancellationDetails(cancel_requested=True))
    await asyncio.sleep(0.2)
    go.set()
    assert isinstance(await running, Issued)


async def test_an_attempt_the_server_has_given_up_ends_at_once(slow: tuple[Event, HTTPServer]) -> None:
    _, http = slow
    environment = environment_of()
    running = asyncio.ensure_future(environment.run(publishing_to(http).publish, issue("partner")))
    await asyncio.sleep(0.5)
    environment.cancel(ActivityCancellationDetails(worker_shutdown=True))
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(running, 2)


async def test_a_partner_that_says_when_to_come_again_is_asked_then(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook").respond_with_data("", status=503, headers={"Retry-After": "42"})
    with pytest.raises(ApplicationError) as later:
        await attempt(publishing_to(httpserver).publish, issue("partner"))
    assert later.value.next_retry_delay == timedelta(seconds=42)


async def test_a_partner_that_refuses_the_office_is_a_matter_of_the_administrators_at_once(
    httpserver: HTTPServer,
) -> None:
    httpserver.expect_request("/hook").respond_with_data("", status=403)
    publishing_ = publishing_to(httpserver)
    with pytest.raises(ApplicationError):
        await attempt(publishing_.publish, issue("partner"))
    register = publishing_.delayed
    assert isinstance(register, Memory)
    assert [(row.case_id, row.channel) for row in register.lost] == [(CASE, "partner")]


async def test_an_attempt_that_must_show_signs_of_life_does_nothing_once_it_has_been_silent_for_as_long(
    httpserver: HTTPServer,
) -> None:
    environment = environment_of(begun=timedelta(seconds=60))
    with pytest.raises(ApplicationError):
        await environment.run(publishing_to(httpserver).publish, issue("partner"))
    assert not httpserver.log
