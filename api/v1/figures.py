"""Figures over all cases, for whoever may read all of them: the office and administrators."""

from __future__ import annotations

from fastapi import APIRouter

from api.http.auth import Desk, Officer
from api.http.openapi import problems
from domain.ports.figures import TriageFigures

router = APIRouter(prefix="/v1/figures", tags=["figures"])


@router.get("/triage", operation_id="count_triage", responses=problems(401, 403))
async def count_triage(desk: Desk, who: Officer) -> TriageFigures:
    """Count how triage took what was proposed: confirmed, changed by other answers, overruled with a reason."""
    return await desk.triage_figures(desk.right_of(who))
