"""Whether the program is alive, and whether the register and Temporal answer."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from api.http.auth import Desk
from api.http.openapi import problems
from api.http.problems import RETRY_AFTER, ProblemError

router = APIRouter(tags=["health"])


@router.get("/healthz", operation_id="alive", responses={500: problems()[500]})
async def alive() -> dict[str, str]:
    """Answer that this process serves requests, whatever else is down."""
    return {"status": "alive"}


@router.get("/readyz", operation_id="ready", responses=problems())
async def ready(desk: Desk) -> dict[str, bool]:
    """Answer whether the register and Temporal respond; a 503 names the part that does not."""
    parts = await desk.ready()
    if not all(parts.values()):
        raise ProblemError(503, "not_ready", headers=RETRY_AFTER, parts=parts)
    return parts


@router.get("/", include_in_schema=False)
async def start() -> RedirectResponse:
    """Redirect a person who only knows the address to the bulletin."""
    return RedirectResponse("/bulletin", status_code=307)


@router.get("/favicon.ico", include_in_schema=False)
async def no_icon() -> Response:
    """Answer that there is no icon: every browser asks, and an error in its console would look like ours."""
    return Response(status_code=204)
