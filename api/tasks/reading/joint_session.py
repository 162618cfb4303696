"""A joint session as a page shows it: what is to be done and by whom, what is overdue, what was done and how."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from api.forms.parse import clock_code, rung
from api.tasks.available_forms import OF_ANY_CLOCK
from domain.tasks.brief import Brief
from texts.catalogue import current

Short = Callable[[str], str]
"""A function that returns a unit's short name, given its code."""


def items(brief: Brief | None, names: Mapping[str, str], now: datetime) -> list[dict[str, Any]]:
    """Return the action list: open items first, the earliest end in front; `names` are those of persons, by id."""
    listed = brief.session.items if brief and brief.session else ()
    order = sorted(listed, key=lambda one: (one.done is not None, one.action.end, one.n))
    return [
        {
            "n": one.n,
            "action": one.action,
            "late": one.done is None and one.action.end <= now,
            "done": one.done,
            "needless": one.needless,
            "by": one.by,
            "name": names.get(one.by.person, one.by.person) if one.by else "",
            "result": one.result,
        }
        for one in order
    ]


def involved(brief: Brief | None, office: str) -> Sequence[str]:
    """Return the units of a case that can be given an item: those asked, those called, the office."""
    if brief is None:
        return ()
    called = brief.session.called if brief.session else ()
    return tuple(dict.fromkeys((*(one.unit for one in brief.asked), *called, office)))


def named(brief: Brief | None, short: Short) -> dict[str, dict[str, str]]:
    """Return the words for what is chosen by a code, by field: an item of the list, a clock, a clock with its rung."""
    if brief is None:
        return {}
    phrase, word = current().phrase, current().word
    listed = brief.session.items if brief.session else ()
    return {
        "done": {
            str(one.n): phrase("page", "item", n=one.n, unit=short(one.action.unit), do=word("action", one.action.do))
            for one in listed
        },
        "expected_level": {_rung_code(one): _rung_word(one, brief, short) for one in _presets(brief, "escalate")},
        "clock": {
            clock_code(str(one["clock"]), str(one["unit"]), int(one["expected_generation"])): phrase(
                "page", "clock", unit=short(str(one["unit"])), clock=word("clock", one["clock"])
            )
            for one in (offer.preset for offer in brief.offers if offer.kind in OF_ANY_CLOCK)
        },
    }


def _presets(brief: Brief, kind: str) -> list[Mapping[str, str | int]]:
    return [offer.preset for offer in brief.offers if offer.kind == kind]


def _rung_code(one: Mapping[str, str | int]) -> str:
    return rung(str(one["clock"]), str(one["unit"]), int(one["expected_level"]), int(one["expected_generation"]))


def _rung_word(one: Mapping[str, str | int], brief: Brief, short: Short) -> str:
    """Return a clock with how far it has gone up, and whom its next rung calls."""
    phrase, word = current().phrase, current().word
    debts = brief.summary.debts
    debt = next((debt for debt in debts if (debt.clock, debt.unit) == (one["clock"], one["unit"])), None)
    seats = "、".join(f"{short(seat.unit)}{word('seat', seat.seat)}" for seat in debt.next_to) if debt else ""
    return phrase(
        "page",
        "rung" if one["expected_level"] else "rung_none",
        unit=short(str(one["unit"])),
        clock=word("clock", one["clock"]),
        n=one["expected_level"],
        next=phrase("page", "rung_next", seats=seats) if seats else "",
    )
