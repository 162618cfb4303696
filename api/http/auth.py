"""The caller: the holder of the personal key in the Authorization header, never a field of a body."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.http.problems import ProblemError
from desk import CaseDesk
from domain.office.office import Person

_bearer = HTTPBearer(auto_error=False, scheme_name="personal_key", description="个人密钥 personal key")


async def desk_of(request: Request) -> CaseDesk:
    """Return the desk that `create_app` was given."""
    desk: CaseDesk = request.app.state.desk
    return desk


Desk = Annotated[CaseDesk, Depends(desk_of)]


async def caller(request: Request, desk: Desk) -> Person | None:
    """Return the holder of the key shown; None where the request shows no key.

    Raises:
        ProblemError: 401 where the key belongs to nobody; a caller who shows a key does not mean to stay anonymous.

    """
    if not request.headers.getlist("authorization"):
        return None
    if (person := bearer(request, desk)) is None:
        raise _unauthorised()
    return person


def bearer(request: Request, desk: CaseDesk) -> Person | None:
    """Return the holder of the key shown; None where the request shows no key, several keys, or a wrong one."""
    shown = request.headers.getlist("authorization")
    scheme, _, key = (shown[0] if len(shown) == 1 else "").partition(" ")
    return desk.person(key.strip()) if scheme.lower() == "bearer" else None


Caller = Annotated[Person | None, Depends(caller)]


async def officer(who: Caller, _: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]) -> Person:
    """Return the holder of the key shown. The security scheme is a parameter for the documentation only.

    Raises:
        ProblemError: 401 where the request shows no key.

    """
    if who is None:
        raise _unauthorised()
    return who


Officer = Annotated[Person, Depends(officer)]


def _unauthorised() -> ProblemError:
    return ProblemError(401, "unauthorised", headers={"WWW-Authenticate": "Bearer"})
