"""The header Idempotency-Key: the same key again has no second effect and gets the first answer."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header, Request

from api.http.field_errors import FieldError
from api.http.problems import ProblemError

NAME = "Idempotency-Key"

_SHAPE = {"min_length": 1, "max_length": 200, "pattern": r"^[\x21-\x7e]+$"}
_Optional = Annotated[str | None, Header(alias=NAME, **_SHAPE)]
_Required = Annotated[str, Header(alias=NAME, **_SHAPE)]


async def optional_key(request: Request, key: _Optional = None) -> str | None:
    """Return the key; None where the request has none.

    Raises:
        ProblemError: 400 where the request has two.

    """
    _refuse_two(request)
    return key


async def required_key(request: Request, key: _Required) -> str:
    """Return the key, on a route that could not be called again safely without one.

    Raises:
        ProblemError: 400 where the request has two.

    """
    _refuse_two(request)
    return key


OptionalKey = Annotated[str | None, Depends(optional_key)]
RequiredKey = Annotated[str, Depends(required_key)]


def _refuse_two(request: Request) -> None:
    if len(request.headers.getlist(NAME)) > 1:
        raise ProblemError(400, "key_invalid", errors=[FieldError(parameter=NAME, message=NAME)])
