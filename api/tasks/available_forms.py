"""Which forms a page has: the decisions that may be taken now and that its link allows, each with its form."""

from __future__ import annotations

from collections.abc import Iterable

from api.forms.catalogue import FORMS
from api.forms.model import Form
from api.forms.parse import clock_code, rung
from domain.tasks.action import AvailableAction
from domain.tasks.task import Task
from domain.tasks.task_links import TaskLink

OF_ANY_CLOCK = ("extend", "nudge", "supervise")
"""Kinds whose form has a field for the clock."""

TOGETHER = ("transfer", "release", "escalate", *OF_ANY_CLOCK)
"""Kinds for which a page has one form for several offers."""

Pair = tuple[Form, AvailableAction]
"""A form, and the offer it is for."""


def offered(link: TaskLink, unit: str, offers: Iterable[AvailableAction]) -> list[Pair]:
    """Return the forms a link has for the offers to somebody of `unit`, in the order of the catalogue."""
    allowed = [offer for offer in offers if offer.kind in link.kinds]
    allowed = [
        *(offer for offer in allowed if offer.kind not in TOGETHER and _of_clock(link, offer)),
        *_handing_on(link, unit, [offer for offer in allowed if offer.kind == "transfer"]),
        *_letting_go([offer for offer in allowed if offer.kind == "release"]),
        *_escalating([offer for offer in allowed if offer.kind == "escalate"]),
        *(one for kind in OF_ANY_CLOCK for one in _choosing(kind, [offer for offer in allowed if offer.kind == kind])),
    ]
    return [(form, offer) for form in FORMS for offer in allowed if form.fits(offer)]


def _choosing(kind: str, found: list[AvailableAction]) -> list[AvailableAction]:
    """Return one offer in which the clock is chosen among all those a kind is offered for."""
    presets = (offer.preset for offer in found)
    codes = tuple(clock_code(str(one["clock"]), str(one["unit"]), int(one["expected_generation"])) for one in presets)
    return [AvailableAction(kind=kind, only={"clock": codes})] if codes else []


def same(one: Pair, other: Pair) -> bool:
    """Return whether two pairs are the same form, about the same thing, however far that has moved on since."""
    names = [name for name in one[0].carries if not name.startswith("expected_")]
    return one[0] is other[0] and all(
        str(one[1].preset.get(name)) == str(other[1].preset.get(name)) for name in names
    )  # what was sent is text


def _of_clock(link: TaskLink, offer: AvailableAction) -> bool:
    return "clock" not in offer.preset or link.speaks_of(offer.preset["clock"], offer.preset.get("unit"))


def _handing_on(link: TaskLink, unit: str, found: list[AvailableAction]) -> list[AvailableAction]:
    if link.task is Task.VERIFY:  # a unit hands on its own request; the office's others have a task of their own
        return [offer for offer in found if offer.preset.get("unit") in (unit, link.owner)]
    units = tuple(str(offer.preset["unit"]) for offer in found)  # in one form: each would repeat the list of units
    also = tuple(dict.fromkeys(code for offer in found for code in offer.also))
    seen = {name: value for offer in found for name, value in offer.preset.items() if name == "expected_visit"}
    return [AvailableAction(kind="transfer", preset=seen, only={"unit": units}, also=also)] if units else []


def _letting_go(found: list[AvailableAction]) -> list[AvailableAction]:
    """Return one offer in which the co-unit that is let go is chosen."""
    units = tuple(str(offer.preset["unit"]) for offer in found)
    return [AvailableAction(kind="release", only={"unit": units})] if units else []


def _escalating(found: list[AvailableAction]) -> list[AvailableAction]:
    """Return one offer for all clocks: which of them, and the rung it stands at, are one choice."""
    presets = (offer.preset for offer in found)
    codes = tuple(
        rung(str(one["clock"]), str(one["unit"]), int(one["expected_level"]), int(one["expected_generation"]))
        for one in presets
    )
    return [AvailableAction(kind="escalate", only={"expected_level": codes})] if codes else []
