"""The shape of `units.toml`: the member units, and the names texts go out in."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import (
    Field,
    StrictBool,
)

from adapters.office.schema.fields import Filled, ShortName
from domain.decisions import UnitCode
from domain.office.office import Unit
from domain.values import Frozen
from domain.vocabulary import Seat


class IssuersIn(Frozen):
    """The names texts go out in if it is not one unit's."""

    joint: Filled
    city: Filled


class UnitsIn(Frozen):
    """The file `units.toml`; its units are read one by one."""

    version: Filled
    city: Filled
    office: UnitCode
    issuers: IssuersIn
    unit: tuple[Any, ...]


class UnitIn(Unit):
    """One `[[unit]]` table."""

    code: UnitCode
    name: Filled
    short: ShortName
    topics: tuple[Filled, ...] = ()
    releases: tuple[Filled, ...] = ()
    exclusive: tuple[Filled, ...] = ()
    can_lead: StrictBool = False
    duty: Filled
    seats: Annotated[tuple[Seat, ...], Field(min_length=1)]
