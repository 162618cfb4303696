"""What the demo tells at its end, counted from what the API says and from nothing else."""

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
    """Be all cases as the API shows them, with what happened to each."""

    views: list[dict[str, Any]] = field(default_factory=list)
    events: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @classmethod
    async def by(cls, officers: Officers, cases: Iterable[str]) -> DemoSummary:
        """Read the cases."""
        told = cls()
        for case in cases:
            told.views.append(await officers.view(case))
            told.events[case] = [entry["event"] for entry in await officers.timeline(case)]
        return told

    @property
    def decided(self) -> list[dict[str, Any]]:
        """Return the cases with a verdict."""
        return [view for view in self._heard() if view["summary"]["verdict"]]

    @property
    def closed(self) -> list[dict[str, Any]]:
        """Return the cases that are over."""
        return [view for view in self._heard() if view["summary"]["closed_at"]]

    @property
    def published(self) -> list[dict[str, Any]]:
        """Return the cases with a public page."""
        return [view for view in self.views if view["bulletin"]]

    def rungs(self) -> dict[str, int]:
        """Count the rungs that rang, by kind, in the order of a ladder."""
        counted = Counter(event["rung"] for event in self._happened("rung_rang"))
        return {kind: counted[kind] for kind in RungKind if counted[kind]}

    def silent(self) -> list[str]:
        """Return the units whose own clock was missed, or whose seat did not pick up the telephone."""
        missed = [event["unit"] for event in self._happened("clock_breached") if event["clock"] in UNIT_CLOCKS]
        calls = self._happened("phone_logged")
        unheard = [event["unit"] for event in calls if event["outcome"] == PhoneOutcome.NOT_REACHED]
        return list(dict.fromkeys([*missed, *unheard]))

    def exits(self) -> list[tuple[str, str | None]]:
        """Return the exits reports took, each with whom they were passed to."""
        return [(event["exit"], event["to"]) for event in self._happened("passed_on")]

    def waiting_on(self, officers: Officers) -> list[dict[str, str]]:
        """Return for each open case the person who must act next, on which clock and by when."""
        waiting = []
        for view in self._heard():
            steps = render_case.steps_of(view["summary"])
            if not view["summary"]["closed_at"] and steps:
                person = _debtor(officers, view["summary"], steps[0])
                step = steps[0]
                waiting.append({"case": view["case_id"], "person": person, "clock": step["clock"], "due": step["due"]})
        return waiting

    def _heard(self) -> list[dict[str, Any]]:
        return [view for view in self.views if view["summary"] is not None]

    def _happened(self, kind: str) -> list[dict[str, Any]]:
        return [event for events in self.events.values() for event in events if event["kind"] == kind]


def lines(told: DemoSummary, officers: Officers) -> list[str]:
    """Say what happened, a line per matter."""
    units = officers.office.units
    rungs = "、".join(message("counted", what=word("rung", kind), count=n) for kind, n in told.rungs().items())
    silent = "、".join(units[code].short for code in told.silent())
    exits = "、".join(
        message("exit_to", exit=word("exit", exit_), to=to) if to else word("exit", exit_) for exit_, to in told.exits()
    )
    happened: dict[str, dict[str, object]] = {
        "told_cases": {"cases": len(told.views), "decided": len(told.decided), "closed": len(told.closed)},
        "told_rungs": {"rungs": rungs or message("none_yet")},
        "told_silent": {"units": silent or message("none_yet")},
        "told_exits": {"exits": exits or message("none_yet")},
        "told_published": {"count": len(told.published)},
    }
    pages_ = [message("told_page", number=v["number"], verdict=_verdict(v), url=v["bulletin"]) for v in told.published]
    return [*(message(code, **values) for code, values in happened.items()), *pages_]


def _verdict(view: dict[str, Any]) -> str:
    return word("verdict", view["summary"]["verdict"])


def _debtor(officers: Officers, summary: dict[str, Any], debt: dict[str, Any]) -> str:
    """Resolve who owes a clock to the person in the seat its notice went to."""
    seat = officers.working_seat(summary["level"])
    if debt["unit"] == officers.home:
        seat = Seat.EDITOR if debt["clock"] == "draft" else Seat.DUTY
    elif debt["clock"] == "approval":
        seat = Seat.DEPUTY
    wanted = Addressee(unit=debt["unit"], seat=seat)
    reached = officers.office.reach(wanted, datetime.fromisoformat(summary["opened_at"]))
    return reached.persons[0].id
