"""What /openapi.json holds beyond FastAPI's findings: bodies the routes read themselves, problems, Chinese titles."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, TypeAdapter

from api.http.problems import MEDIA_TYPE, Problem
from domain.decisions import AnyDecision
from domain.reports.report import Report
from texts.catalogue import current

REFERENCE = "#/components/schemas/{model}"
BODIES: dict[str, TypeAdapter[Any]] = {"Report": TypeAdapter(Report), "AnyDecision": TypeAdapter(AnyDecision)}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI responses for `statuses`, and for 503 and the unforeseen 500, which any route may answer."""
    schema = {"$ref": REFERENCE.format(model="Problem")}
    return {
        status: {"description": f"HTTP {status}", "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in (*statuses, 500, 503)
    }


def body(name: str) -> dict[str, Any]:
    """Return the OpenAPI part for a body that the route reads itself; `name` is a key of `BODIES`."""
    schema = {"$ref": REFERENCE.format(model=name)}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def describe(app: FastAPI) -> None:
    """Give `app` this description in place of FastAPI's; it is made once, at the first request for it."""

    @cache
    def written() -> dict[str, Any]:
        title = current().word("api", "title")
        found = get_openapi(
            title=title if title != "title" else app.title,
            version=app.version,
            openapi_version=app.openapi_version,
            routes=app.routes,
        )
        schemas: dict[str, Any] = found.setdefault("components", {}).setdefault("schemas", {})
        for name, adapter in BODIES.items():
            _add(schemas, name, adapter.json_schema(ref_template=REFERENCE), closed=True)
        _add(schemas, "Problem", _schema(Problem))
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        operations = [operation for path in found["paths"].values() for operation in path.values()]
        groups = dict.fromkeys(group for operation in operations for group in operation["tags"])
        found["tags"] = [_group(group) for group in groups]
        for operation in operations:
            _tidy(operation)
        return found

    app.openapi = written  # type: ignore[method-assign]  # FastAPI's own way to change the description


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema(ref_template=REFERENCE, mode="serialization")


def _add(schemas: dict[str, Any], name: str, schema: dict[str, Any], *, closed: bool = False) -> None:
    """Add a schema and its parts; `closed` ones are refused with fields they do not name (`request_bodies`)."""
    parts = schema.pop("$defs", {})
    for part, described in parts.items():
        schemas.setdefault(part, described)
    schemas[name] = schema
    for one in (*parts, name) if closed else ():
        if schemas[one].get("type") == "object":
            schemas[one]["additionalProperties"] = False


def _group(code: str) -> dict[str, str]:
    """Return a group of operations by the name people read, and what is in it."""
    word = current().word
    return {"name": word("api_group", code), "description": word("api_group", f"{code}_holds")}


def _tidy(operation: dict[str, Any]) -> None:
    """Set summary and group from the texts, and drop the 422 FastAPI adds where we answer otherwise."""
    if word := current().words.get("api", {}).get(operation["operationId"]):
        operation["summary"] = word
    operation["tags"] = [current().word("api_group", group) for group in operation["tags"]]
    if MEDIA_TYPE not in operation["responses"].get("422", {}).get("content", {MEDIA_TYPE: None}):
        del operation["responses"]["422"]
