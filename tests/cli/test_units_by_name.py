"""Names of units in place of their codes: a code is never somebody's name, and a name of several is refused."""

from __future__ import annotations

import pytest
from pytest_httpserver import HTTPServer

from cli.actions.written import said, unit_codes
from cli.api_client import ApiClient, ApiError

UNITS = [
    {"code": "swj", "name": "明澄市水务局", "short": "市水务局"},
    {"code": "sw2", "name": "明澄市水务集团", "short": "swj"},
    {"code": "dt", "name": "东汀区委网信办", "short": "区委网信办"},
    {"code": "xt", "name": "西汀区委网信办", "short": "区委网信办"},
    {"code": "rbs", "name": "明澄日报社", "short": "明澄日报社"},
]


async def coded(httpserver: HTTPServer, **body: object) -> dict[str, object]:
    httpserver.expect_request("/v1/units").respond_with_json(UNITS)
    async with ApiClient(httpserver.url_for("")) as api:
        return await unit_codes(api, body, ("lead", "co_units"))


async def test_a_code_means_its_unit_although_another_is_called_so(httpserver: HTTPServer) -> None:
    assert await coded(httpserver, lead="swj", co_units=["明澄市水务集团", "swj"]) == {
        "lead": "swj",
        "co_units": ["sw2", "swj"],
    }


@pytest.mark.parametrize("body", [{"lead": "区委网信办"}, {"lead": "swj", "co_units": ["市水务局", "区委网信办"]}])
async def test_a_name_that_several_units_have_is_refused_with_their_codes(
    httpserver: HTTPServer, body: dict[str, object]
) -> None:
    with pytest.raises(ApiError, match="有几个单位叫“区委网信办”，请写代码：dt、xt"):
        await coded(httpserver, **body)


async def test_a_unit_whose_two_names_are_one_is_found_by_it(httpserver: HTTPServer) -> None:
    assert await coded(httpserver, lead="明澄日报社") == {"lead": "rbs"}


def test_the_words_of_an_office_that_say_one_thing_for_two_are_told_apart_by_their_codes() -> None:
    words = {"yellow": "一般", "blue": "一般", "red": "yellow"}

    assert said([words], "一般") == ["yellow", "blue"]
    assert said([words], "yellow") == ["yellow"]
    assert said([{"red": "红色（一级）"}, {"red": "红色"}], "红色") == ["red"]
    assert said([words], "紫色") == []
