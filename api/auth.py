"""Who asks: the personal key of a bearer header, and nothing in any body."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.problems import ProblemError
from desk import CaseDesk
from domain.office import Person

_bearer = HTTPBearer(auto_error=False, scheme_name="personal_key", description="个人密钥 personal key")


def desk_of(request: Request) -> CaseDesk:
    """Return the desk the app was made with."""
    desk: CaseDesk = request.app.state.desk
    return desk


Desk = Annotated[CaseDesk, Depends(desk_of)]


def caller(request: Request, desk: Desk) -> Person | None:
    """Return who asks; None without a key.

    Raises:
        ProblemError: 401 for a key that is nobody's: whoever shows one does not want to go unnamed.

    """
    shown = request.headers.getlist("authorization")
    if not shown:
        return None
    scheme, _, key = shown[0].partition(" ")
    person = desk.person(key.strip()) if len(shown) == 1 and scheme.lower() == "bearer" else None
    if person is None:
        raise _unauthorised()
    return person


Caller = Annotated[Person | None, Depends(caller)]


def officer(who: Caller, _: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]) -> Person:
    """Return who asks, where a key is needed; the scheme is read for the documentation only."""
    if who is None:
        raise _unauthorised()
    return who


Officer = Annotated[Person, Depends(officer)]


def _unauthorised() -> ProblemError:
    return ProblemError(401, "unauthorised", headers={"WWW-Authenticate": "Bearer"})
