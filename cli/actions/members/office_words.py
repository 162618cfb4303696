"""Names and words in place of codes, in commands that edit the office's files."""

from __future__ import annotations

from collections.abc import Iterable

from cli.actions.written import coded, meant
from cli.messages import message
from cli.run import fail
from domain.office.office import Office


def unit_code(office: Office, written: str) -> str:
    """Return the code of the unit that a code, a name or a short name means; exit if it means none, or several."""
    found = meant(((unit.code, unit.name, unit.short) for unit in office.units.values()), written)
    if not found:
        fail(message("no_unit", word=written))
    if len(found) > 1:
        fail(message("unit_ambiguous", word=written, codes="、".join(found)))
    return found[0]


def seat_codes(written: Iterable[str]) -> list[str]:
    """Return the codes of seats, each given by its code or by the word officers read."""
    return [coded(("seat",), one) for one in written]
