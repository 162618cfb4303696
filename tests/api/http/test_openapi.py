"""The description of the API holds: what it says is what the real server does, whatever is sent."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from typing import Any

import pytest

from domain.decider.decide import RULES
from domain.decisions import NOT_OFFERED_YET
from tests.api.conftest import Office

CHINESE = re.compile(r"[\u3400-\u9fff]")


@pytest.mark.parametrize("mode", ["positive", "negative"])
async def test_whatever_is_sent_is_answered_as_described(office: Office, port: int, published: str, mode: str) -> None:
    description = (await office.http.get("/openapi.json")).json()

    asked = await asyncio.to_thread(explore, description, mode, f"http://127.0.0.1:{port}", published, office.bearer())

    assert asked > 40


def explore(description: dict[str, Any], mode: str, url: str, case_id: str, bearer: dict[str, str]) -> int:
    """Send what the description allows, or what it forbids, to every route; return how often.

    The library is imported here: it takes a second, which every test process would spend, and one does this.
    """
    import schemathesis
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis.errors import Unsatisfiable
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks

    held = (
        not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_schema_conformance,
        checks.response_headers_conformance,
        checks.negative_data_rejection,
        checks.unsupported_method,
        checks.missing_required_header,
    )
    generation, asked = schemathesis.GenerationMode[mode.upper()], 0
    for found in schemathesis.openapi.from_dict(description).get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=8,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=generation))
        def ask(case: Any) -> None:
            nonlocal asked
            asked += 1
            if "case_id" in case.path_parameters and mode == "positive" and asked % 2:
                case.path_parameters["case_id"] = case_id
            case.validate_response(case.call(base_url=url, headers=bearer), checks=held)

        with suppress(Unsatisfiable):  # a route without parameters can be asked nothing wrong
            ask()
    return asked


async def test_the_description_names_every_kind_that_is_offered_and_none_that_is_not(office: Office) -> None:
    description = (await office.http.get("/openapi.json")).json()

    assert description["openapi"].startswith("3.1")
    kinds = set(description["components"]["schemas"]["AnyDecision"]["discriminator"]["mapping"])
    assert kinds == set(RULES)
    assert not kinds & set(NOT_OFFERED_YET)


async def test_what_people_send_is_described_as_closed_to_other_fields(office: Office) -> None:
    schemas = (await office.http.get("/openapi.json")).json()["components"]["schemas"]

    said = {rule.model.__name__ for rule in RULES.values()} | {"Report", "Evidence", "Action"}
    assert {name for name in said if schemas[name].get("additionalProperties") is not False} == set()


async def test_every_route_describes_its_problems(office: Office) -> None:
    description = (await office.http.get("/openapi.json")).json()

    for path, operations in description["paths"].items():
        for operation in operations.values():
            problems = {code: answer for code, answer in operation["responses"].items() if code[0] in "45"}
            assert problems, path
            assert all("application/problem+json" in answer["content"] for answer in problems.values()), path


async def test_routes_for_officers_name_the_key_they_need(office: Office) -> None:
    paths = (await office.http.get("/openapi.json")).json()["paths"]

    closed = {path for path, ops in paths.items() if any("security" in operation for operation in ops.values())}
    assert closed == {
        "/v1/cases",
        "/v1/cases/{case_id}",
        "/v1/cases/{case_id}/timeline",
        "/v1/cases/{case_id}/restore",
        "/v1/cases/{case_id}/clocks",
        "/v1/cases/{case_id}/decisions",
        "/v1/cases/{case_id}/codes",
        "/v1/cases/{case_id}/draft",
        "/v1/units",
        "/v1/reports/{report_id}/match",
        "/v1/figures/triage",
        "/v1/files",
        "/v1/files/{digest}",
        "/v1/files/{digest}/shown",
    }


async def test_the_documentation_is_grouped_and_named_in_the_offices_language(office: Office) -> None:
    found = (await office.http.get("/openapi.json")).json()
    operations = [operation for path in found["paths"].values() for operation in path.values()]
    groups = {group["name"]: group["description"] for group in found["tags"]}

    assert all(CHINESE.search(operation["summary"]) for operation in operations)
    assert all(CHINESE.search(name) and CHINESE.search(holds) for name, holds in groups.items())
    assert {group for operation in operations for group in operation["tags"]} == set(groups)


async def test_units_are_listed_by_code_and_name_for_whoever_has_a_key(office: Office) -> None:
    listed = await office.http.get("/v1/units", headers=office.bearer())

    assert {"code": "swj", "name": "明澄市水务局", "short": "市水务局"} in listed.json()
    assert (await office.http.get("/v1/units")).status_code == 401
