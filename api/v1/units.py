"""The member units by code and name, for programs that let people write a name where a decision takes a code."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter

from api.http.auth import Desk, Officer
from api.http.openapi import problems
from domain.decisions import UnitCode
from domain.values import Frozen

router = APIRouter(prefix="/v1/units", tags=["units"])


class UnitName(Frozen):
    """One member unit: its code, its full name and its short one."""

    code: UnitCode
    name: str
    short: str


@router.get("", operation_id="list_units", responses=problems(401))
async def list_units(desk: Desk, _: Officer) -> Sequence[UnitName]:
    """List the member units."""
    return [UnitName(code=unit.code, name=unit.name, short=unit.short) for unit in desk.office.units.values()]
