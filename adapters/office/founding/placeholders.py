"""Placeholders: what `piyao init` could not know and left to fill in.

They are invented names, and addresses that reach nobody.
"""

from __future__ import annotations

import tomllib
from functools import cache
from typing import NamedTuple

from adapters.office.problems import UNITS
from domain.office.office import Office
from settings import PACKAGED

DEMO = "（演示）"
"""The mark on the names of the sample's units."""
DOMAIN = "placeholder.invalid"
"""The domain of an address nobody has filled in; `invalid` is reserved for this (RFC 2606)."""

RESERVED = (".invalid", ".example", ".test")
"""Top-level domains under which no address is reachable."""
CITY = "明澄"
"""The sample's city, short."""


class Placeholders(NamedTuple):
    """The codes of units with an invented name, and of units and persons with an address that reaches nobody.

    Persons are given by id.
    """

    names: list[str]
    unit_addresses: list[str]
    person_addresses: list[str]


def placeholders(office: Office) -> Placeholders:
    """Return what is still as in the sample."""
    sample = _sample_names()
    return Placeholders(
        names=[
            code for code, unit in office.units.items() if unit.name in sample or CITY in unit.name or DEMO in unit.name
        ],
        unit_addresses=[code for code, unit in office.units.items() if _reaches_nobody(unit.duty)],
        person_addresses=[
            person.id for person in office.people if any(_reaches_nobody(one) for one in person.addresses.values())
        ],
    )


@cache
def _sample_names() -> frozenset[str]:
    sample = tomllib.loads((PACKAGED / UNITS).read_text(encoding="utf-8"))
    return frozenset(unit["name"].removesuffix(DEMO) for unit in sample["unit"])


def _reaches_nobody(address: str) -> bool:
    return "@" in address and address.strip().endswith(RESERVED)
