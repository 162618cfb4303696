"""The units of a new office: those of the sample that take part, and others, in the order of the sample."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import tomlkit

from adapters.office.editing.edited_file import appended
from adapters.office.founding.unit_list import Given
from adapters.office.problems import UNITS, ConfigProblem, OfficeError, rule, shown
from domain.vocabulary import Seat, UnitKind

SEATS = (Seat.DUTY, Seat.LIAISON_A, Seat.LIAISON_B, Seat.DEPUTY, Seat.HEAD)
"""The seats of a unit of which nothing else is said."""

TABLE = re.compile(r"(?m)^(?=\[\[unit\]\]$)")
KEPT = ("name", "short", "kind", "duty", "topics", "releases", "exclusive", "parent", "can_lead", "seats")
"""What a list of units may say about one of the sample's."""


class ChosenUnits(NamedTuple):
    """The text of a new `units.toml`, and the short names of units that nobody chose and that had to stay."""

    text: str
    stayed: list[str]


class SampleUnit(NamedTuple):
    """One unit of the sample: its code, its table as it is written, and what stands in it."""

    code: str
    block: str
    table: Any


def choose(text: str, wanted: Sequence[Given], needed: frozenset[str], domain: str) -> ChosenUnits:
    """Return the file with the wanted units alone; `needed` ones, by code, and parents stay.

    So do the districts of the file, unless the list has some of its own.

    A unit is one of the sample's if its name or its short name is, and no other code is given: what a unit of the
    sample may do is not for whoever was only given its code. Another one gets the next code of u1, u2 and so on, and an
    address under `domain` that is to be filled in, unless the list says which. A parent may be given by name.

    Raises:
        OfficeError: a new unit has the code of one that has to stay.

    """
    head, *blocks = TABLE.split(text)
    sample = [SampleUnit(str(one["code"]), block, one) for block in blocks for one in [tomlkit.parse(block)["unit"][0]]]
    chosen, new = _told_apart(sample, wanted, str(tomlkit.parse(head)["office"]))
    _translate_parents(sample, chosen, new)
    districts = _districts(sample, wanted)
    kept = _kept(sample, chosen, new, needed | districts)
    _refuse_taken([unit for unit in sample if unit.code in kept - set(chosen)], new)
    lines = [head, *(_said(one.block, chosen.get(one.code, {})) for one in sample if one.code in kept)]
    document = tomlkit.parse("".join(lines))
    for given in new:
        document = tomlkit.parse(appended(document, "unit", _new(given, domain)))
    stayed = [str(one.table["short"]) for one in sample if one.code in kept - set(chosen) - districts]
    return ChosenUnits(tomlkit.dumps(document), stayed)


def _told_apart(
    sample: Sequence[SampleUnit], wanted: Sequence[Given], office: str
) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
    """Return what is given about units of the sample, by code, and about new ones, each with its code."""
    found = [(given, next((one.code for one in sample if _is(one, given, office)), None)) for given in wanted]
    chosen = {code: dict(given) for given, code in found if code is not None}
    return chosen, list(_coded([given for given, code in found if code is None], {one.code for one in sample}))


def _is(unit: SampleUnit, given: Given, office: str) -> bool:
    """Return whether a unit of the sample is meant; its office is by its code alone, since its name is asked apart."""
    if given.get("code", unit.code) != unit.code:
        return False
    names = [given[key] for key in ("name", "short") if key in given]
    if not names or unit.code == office == given.get("code"):
        return "code" in given
    return given.get("name") in (unit.table["name"], unit.table["short"]) or given.get("short") == unit.table["short"]


def _translate_parents(
    sample: Sequence[SampleUnit], chosen: Mapping[str, dict[str, Any]], new: Sequence[dict[str, Any]]
) -> None:
    """Put the code of each parent in place of its name: a code before a name, a name of the list before the sample's.

    What names nobody, or several, stays, and is refused as no unit.
    """
    listed = [*chosen.items(), *((str(one["code"]), one) for one in new)]
    codes = {code for code, _ in listed} | {one.code for one in sample}
    for _, given in listed:
        parent = given.get("parent")
        if parent is None or parent in codes:
            continue
        for units in (listed, [(one.code, one.table) for one in sample]):
            found = {code for code, unit in units if parent in (unit.get("name"), unit.get("short"))}
            if len(found) == 1:
                given["parent"] = found.pop()
                break


def _districts(sample: Sequence[SampleUnit], wanted: Sequence[Given]) -> frozenset[str]:
    own = any(given.get("kind") == UnitKind.DISTRICT for given in wanted)
    return frozenset(one.code for one in sample if one.table["kind"] == UnitKind.DISTRICT and not own)


def _kept(
    sample: Sequence[SampleUnit],
    chosen: Mapping[str, Given],
    new: Sequence[Given],
    needed: frozenset[str],
) -> set[str]:
    """Return the codes of the sample's units that stay: chosen ones, needed ones, and the parents of all."""
    own = {str(given["code"]) for given in new}
    given_parents = {code: str(given["parent"]) for code, given in chosen.items() if "parent" in given}
    parents = {one.code: str(one.table["parent"]) for one in sample if "parent" in one.table} | given_parents
    parents = {code: above for code, above in parents.items() if given_parents.get(code) not in own}
    above = {str(given["parent"]) for given in new if "parent" in given} - own
    return _with_parents({*chosen, *needed, *above}, parents) & {one.code for one in sample}


def _refuse_taken(staying: Sequence[SampleUnit], new: Sequence[Given]) -> None:
    codes = {str(given["code"]) for given in new}
    taken = [
        ConfigProblem(UNITS, f"unit[{one.code}].code", shown(one.code), rule("code_stays", unit=one.table["short"]))
        for one in staying
        if one.code in codes
    ]
    if taken:
        raise OfficeError(taken)


def _with_parents(codes: set[str], parents: dict[str, str]) -> set[str]:
    while more := {parents[code] for code in codes if code in parents} - codes:
        codes = codes | more
    return codes


def _said(block: str, given: Given) -> str:
    """Return a table of the sample with what a list says about its unit; a name alone may be its short one."""
    document = tomlkit.parse(block)
    unit: Any = document["unit"][0]
    said = {key: value for key, value in given.items() if key in KEPT}
    if "short" not in given and given.get("name") == unit["short"]:
        del said["name"]
    for key, value in said.items():
        unit[key] = value
    return tomlkit.dumps(document)


def _coded(new: Sequence[Given], taken: set[str]) -> Iterator[dict[str, Any]]:
    used, number = taken | {str(given["code"]) for given in new if "code" in given}, 0
    for given in new:
        code = given.get("code")
        while code is None:
            number += 1
            code = f"u{number}" if f"u{number}" not in used else None
        yield {"code": code, **given}


def _new(given: Given, domain: str) -> dict[str, Any]:
    usual = {
        "name": given.get("name", ""),
        "short": str(given.get("name", ""))[:30],
        "kind": UnitKind.DEPARTMENT.value,
        "can_lead": True,
        "duty": f"duty@{given['code']}.{domain}",
        "seats": [seat.value for seat in SEATS],
    }
    return {"code": given["code"], **usual, **given}
