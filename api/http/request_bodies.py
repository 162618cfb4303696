"""Request bodies: limited while they are read, parsed as strict JSON, then validated by a model."""

from __future__ import annotations

from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect

from api.http.field_errors import FieldError, field_message, of_body, of_instants, pointer
from api.http.problems import ProblemError
from api.http.strict_json import NotStrictError, parse
from domain.decider.decide import RULES
from domain.decisions import NOT_OFFERED_YET, Decision

LIMIT = 64 * 1024
"""Bytes of the largest body: a larger argument stalls a case even if it is refused (docs/design.md, facts of the
platform).
"""

Model = TypeVar("Model", bound=BaseModel)


async def body_as(request: Request, model: type[Model]) -> Model:
    """Return the body of `request` as a `model`.

    Raises:
        ProblemError: 400, 413, 415 or 422, naming the field where there is one.

    """
    raw = await _raw(request)
    _strict(raw)
    return _typed(model, raw)


async def decision_in(request: Request) -> Decision:
    """Return the body of `request` as the decision that its `kind` names.

    Raises:
        ProblemError: 400, 413, 415 or 422; a kind that is not offered yet has a code of its own.

    """
    raw = await _raw(request)
    value = _strict(raw)
    kind = value.get("kind") if isinstance(value, dict) else None
    if isinstance(kind, str) and kind in RULES:
        return _typed(RULES[kind].model, raw)
    if not isinstance(value, dict):
        not_an_object = FieldError(pointer="", message=field_message("model_type", "Input should be an object"))
        raise ProblemError(422, "invalid_body", errors=[not_an_object])
    raise _no_such_kind(kind)


def _no_such_kind(kind: object) -> ProblemError:
    """Return the problem for a kind that cannot be taken; it lists those that can."""
    shown = kind if isinstance(kind, str) and len(kind) <= 40 else None
    reason = "missing" if kind is None else "unknown_kind"
    if kind in NOT_OFFERED_YET:
        reason = "not_offered_yet"
    message = field_message(reason, reason.replace("_", " "), kind=shown or "…")
    error = FieldError(pointer="/kind", message=message, value=shown, allowed=list(RULES))
    return ProblemError(422, reason if reason == "not_offered_yet" else "invalid_body", errors=[error])


async def _raw(request: Request) -> bytes:
    _refuse_other_media(request)
    declared = request.headers.get("content-length", "0")
    if len(declared) > 9 or (declared.isdecimal() and int(declared) > LIMIT):
        raise ProblemError(413, "too_large")
    taken = bytearray()
    try:
        async for piece in request.stream():
            taken += piece
            if len(taken) > LIMIT:
                raise ProblemError(413, "too_large")
    except ClientDisconnect:
        raise ProblemError(400, "invalid_request") from None  # nobody is left to read it
    return bytes(taken)


def _refuse_other_media(request: Request) -> None:
    """Accept plain JSON only. Nothing here decompresses, so a packed body cannot be a bomb."""
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise ProblemError(415, "packed_body", headers={"Accept-Encoding": "identity"})
    kinds = request.headers.getlist("content-type")
    media, _, parameters = (kinds[0] if len(kinds) == 1 else "").partition(";")
    charset = parameters.lower().replace('"', "").replace(" ", "")
    if media.strip().lower() != "application/json":
        raise ProblemError(415, "unsupported_media_type", headers={"Accept": "application/json"})
    if charset not in ("", "charset=utf-8"):
        raise ProblemError(415, "unsupported_encoding")


def _strict(raw: bytes) -> Any:
    try:
        value = parse(raw)
    except NotStrictError as wrong:
        message = field_message(wrong.what, wrong.what.replace("_", " "), line=wrong.line, column=wrong.column)
        error = FieldError(pointer=pointer(wrong.path), message=message)
        raise ProblemError(400, "invalid_json", errors=[error]) from None
    if path := _nul(value, ()):
        message = field_message("holds a NUL character", "holds a NUL character")
        raise ProblemError(422, "invalid_body", errors=[FieldError(pointer=pointer(path[0]), message=message)])
    return value


def _nul(value: Any, path: tuple[str | int, ...]) -> list[tuple[str | int, ...]]:
    """Return the path of the first NUL character, in a list of one: NUL is legal JSON, but no store takes it."""
    if isinstance(value, str):
        return [path] if "\x00" in value else []
    if isinstance(value, dict):
        if any("\x00" in key for key in value):
            return [path]
        return next((found for key, item in value.items() if (found := _nul(item, (*path, key)))), [])
    if isinstance(value, list):
        return next((found for place, item in enumerate(value) if (found := _nul(item, (*path, place)))), [])
    return []


def _typed(model: type[Model], raw: bytes) -> Model:
    """Validate in strict JSON mode: dates come as strings, and no number passes for a string or a date."""
    try:
        said = model.model_validate_json(raw, strict=True, extra="forbid")
    except ValidationError as wrong:
        errors = of_body(wrong.errors(include_url=False))
        raise ProblemError(422, "invalid_body", errors=errors) from None
    if beyond := of_instants(said):
        raise ProblemError(422, "invalid_body", errors=beyond)
    return said
