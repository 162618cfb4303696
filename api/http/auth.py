"""Who asks: the personal key of a bearer header, and nothing in any body."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.http.problems import ProblemError
from desk import CaseDesk
from domain.office.office import Person

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
    if not request.headers.getlist("authorization"):
        return None
    if (person := bearer(request, desk)) is None:
        raise _unauthorised()
    return person


def bearer(request: Request, desk: CaseDesk) -> Person | None:
    """Return whose key the request shows; None where it shows none, several, or one that is nobody's."""
    shown = request.headers.getlist("authorization")
    scheme, _, key = (shown[0] if len(shown) == 1 else "").partition(" ")
    return desk.person(key.strip()) if scheme.lower() == "bearer" else None


Caller = Annotated[Person | None, Depends(caller)]


def officer(who: Caller, _: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]) -> Person:
    """Return who asks, where a key is needed; the scheme is read for the documentation only."""
    if who is None:
        raise _unauthorised()
    return who


Officer = Annotated[Person, Depends(officer)]


def _unauthorised() -> ProblemError:
    return ProblemError(401, "unauthorised", headers={"WWW-Authenticate": "Bearer"})
