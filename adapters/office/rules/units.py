"""The rules between the units of `units.toml`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from adapters.office.parsed import Parsed
from adapters.office.problems import UNITS, ConfigProblem, rule, shown
from domain.vocabulary import Seat

NEEDED_IN_THE_OFFICE = (Seat.DUTY, Seat.EDITOR, Seat.DEPUTY)
"""The seats that the rules call by name: for triage, drafts and second approvals."""


def codes_are_unique(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse two units with the same code."""
    for code, times in Counter(unit.code for unit in parsed.unit_list).items():
        if times > 1:
            yield ConfigProblem(UNITS, f"unit[{code}].code", shown(code), rule("twice", times=times))


def parents_exist(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a parent that is no unit."""
    for unit in parsed.unit_list:
        if unit.parent is not None and unit.parent not in (parsed.codes or ()):
            says = rule("no_such_parent")
            yield ConfigProblem(UNITS, f"unit[{unit.code}].parent", shown(unit.parent), says)


def parents_end(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a chain of parents that leads back to the unit."""
    parents = {unit.code: unit.parent for unit in parsed.unit_list}
    for code in parents:
        chain = [code]
        while (above := parents.get(chain[-1])) is not None and above not in chain:
            chain.append(above)
        if above == code:
            says = rule("circle", chain=" → ".join([*chain, code]))
            yield ConfigProblem(UNITS, f"unit[{code}].parent", shown(above), says)


def office_is_a_unit(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse an office that is no unit."""
    if parsed.units is not None and parsed.units.office not in (parsed.codes or ()):
        yield ConfigProblem(UNITS, "office", shown(parsed.units.office), rule("no_such_unit"))


def office_has_its_seats(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse an office without the seats the rules call by name."""
    office = parsed.unit(parsed.units.office) if parsed.units else None
    missing = [seat for seat in NEEDED_IN_THE_OFFICE if office and seat not in office.seats]
    if office and missing:
        says = rule("office_lacks", missing="、".join(missing), needed="、".join(NEEDED_IN_THE_OFFICE))
        yield ConfigProblem(UNITS, f"unit[{office.code}].seats", ", ".join(office.seats), says)


RULES = (codes_are_unique, parents_exist, parents_end, office_is_a_unit, office_has_its_seats)
