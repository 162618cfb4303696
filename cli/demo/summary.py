"""What the demo prints at its end, counted from answers of the API and from nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cli.demo.officers import Officers
from cli.messages import message, word
from cli.render import case as render_case
from domain.terms import Addressee
from domain.vocabulary import PhoneOutcome, RungKind, Seat

UNIT_CLOCKS = ("accept", "answer")


@dataclass
class DemoSummary:
    """All cases as the API shows them, with the events of each."""

    views: list[dict[str, Any]] = field(default_factory=list)
    events: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @classmethod
    async def read_from(cls, officers: Officers, cases: Iterable[str]) -> DemoSummary:
        """Return the summary of `cases`, read from the API."""
        totals = cls()
        for case in cases:
            totals.views.append(await officers.view(case))
            totals.events[case] = [entry["event"] for entry in await officers.timeline(case)]
        return totals

    @property
    def decided(self) -> list[dict[str, Any]]:
        """Return the cases with a verdict."""
        return [view for view in self._started() if view["summary"]["verdict"]]

    @property
    def closed(self) -> list[dict[str, Any]]:
        """Return the cases that are closed."""
        return [view for view in self._started() if view["summary"]["closed_at"]]

    @property
    def published(self) -> list[dict[str, Any]]:
        """Return the cases with a public page."""
        return [view for view in self.views if view["bulletin"]]

    def rungs(self) -> dict[str, int]:
        """Return how many rungs rang, by kind, in the order of a ladder."""
        counted = Counter(event["rung"] for event in self._events("rung_rang"))
        return {kind: counted[kind] for kind in RungKind if counted[kind]}

    def silent(self) -> list[str]:
        """Return the units whose own clock was missed, or whose seat did not answer the telephone."""
        missed = [event["unit"] for event in self._events("clock_breached") if event["clock"] in UNIT_CLOCKS]
        calls = self._events("phone_logged")
        unreached = [event["unit"] for event in calls if event["outcome"] == PhoneOutcome.NOT_REACHED]
        return list(dict.fromkeys([*missed, *unreached]))

    def exits(self) -> list[tuple[str, str | None]]:
        """Return the exits that reports took, each with the unit they were passed to."""
        return [(event["exit"], event["to"]) for event in self._events("passed_on")]

    def waiting_on(self, officers: Officers) -> list[dict[str, str]]:
        """Return for each open case the person who must act next, on which clock and by when."""
        waiting = []
        for view in self._started():
            debts = render_case.debts_by_due(view["summary"])
            if not view["summary"]["closed_at"] and debts:
                person = _responsible(officers, view["summary"], debts[0])
                step = debts[0]
                waiting.append({"case": view["case_id"], "person": person, "clock": step["clock"], "due": step["due"]})
        return waiting

    def _started(self) -> list[dict[str, Any]]:
        return [view for view in self.views if view["summary"] is not None]

    def _events(self, kind: str) -> list[dict[str, Any]]:
        return [event for events in self.events.values() for event in events if event["kind"] == kind]


def lines(totals: DemoSummary, officers: Officers, *, linked: bool) -> list[str]:
    """Return what happened, one line per subject; `linked` gives pages with their addresses."""
    units = officers.office.units
    rungs = "、".join(message("counted", what=word("rung", kind), count=n) for kind, n in totals.rungs().items())
    silent = "、".join(units[code].short for code in totals.silent())
    exits = "、".join(
        message("exit_to", exit=word("exit", exit_), to=units[to].short if to in units else to)
        if to
        else word("exit", exit_)
        for exit_, to in totals.exits()
    )
    happened: dict[str, dict[str, object]] = {
        "told_cases": {"cases": len(totals.views), "decided": len(totals.decided), "closed": len(totals.closed)},
        "told_rungs": {"rungs": rungs or message("none_yet")},
        "told_silent": {"units": silent or message("none_yet")},
        "told_exits": {"exits": exits or message("none_yet")},
        "told_published": {"count": len(totals.published)},
    }
    pages = [
        message("told_page", number=view["number"], verdict=_verdict(view), url=view["bulletin"])
        if linked
        else message(
            "told_page_gone", number=view["number"], verdict=_verdict(view), claim=render_case.shortened(view["claim"])
        )
        for view in totals.published
    ]
    return [*(message(code, **values) for code, values in happened.items()), *pages]


def _verdict(view: dict[str, Any]) -> str:
    return word("verdict", view["summary"]["verdict"])


def _responsible(officers: Officers, summary: dict[str, Any], debt: dict[str, Any]) -> str:
    """Return the id of the person who owes a clock: the holder of the seat its notice went to."""
    seat = officers.working_seat(summary["level"])
    if debt["unit"] == officers.home:
        seat = Seat.EDITOR if debt["clock"] == "draft" else Seat.DUTY
    elif debt["clock"] == "approval":
        seat = Seat.DEPUTY
    wanted = Addressee(unit=debt["unit"], seat=seat)
    reached = officers.office.reach(wanted, datetime.fromisoformat(summary["opened_at"]))
    return reached.persons[0].id
