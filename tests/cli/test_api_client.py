"""Handing in again and again, and when not to."""

from __future__ import annotations

import pytest
from pytest_httpserver import HTTPServer

from cli.api_client import ApiClient, ApiError

pytestmark = pytest.mark.people


async def test_who_is_told_to_come_back_in_an_hour_is_not_kept_waiting(httpserver: HTTPServer) -> None:
    problem = {"title": "请求过于频繁", "detail": "请60分钟后再试。"}
    httpserver.expect_request("/v1/x").respond_with_json(problem, status=429, headers={"Retry-After": "3600"})

    async with ApiClient(httpserver.url_for("")) as api:
        with pytest.raises(ApiError, match="请60分钟后再试") as told:
            await api.post_with_retries("/v1/x", {}, idempotency_key="k")

    assert (told.value.status, told.value.after, len(httpserver.log)) == (429, 3600, 1)


async def test_who_is_told_to_come_back_soon_is_served_by_the_next_call(httpserver: HTTPServer) -> None:
    httpserver.expect_ordered_request("/v1/x").respond_with_json({}, status=503, headers={"Retry-After": "1"})
    httpserver.expect_ordered_request("/v1/x").respond_with_json({"seq": 1})

    async with ApiClient(httpserver.url_for("")) as api:
        assert await api.post_with_retries("/v1/x", {}, idempotency_key="k") == {"seq": 1}
