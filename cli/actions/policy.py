"""What `piyao policy check` does: compute every clock of every level from one start, with each of its rungs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from cli.checks.office import silences
from cli.messages import message, word
from cli.run import office_of, settings_of
from domain.clocks.clock import Clock
from domain.clocks.time_account import TimeAccount
from domain.office.office import Office
from domain.office.signability import lookalikes, unsignable
from domain.vocabulary import ClockName, Level
from domain.worktime.office_calendar import instant
from domain.worktime.working_time import TimeUnit
from texts.catalogue import current


def check_policy(config: Path | None, start: datetime | None, *, as_json: bool) -> None:
    """Print the policy as instants; if the policy does not hold, exit with the reason."""
    office = office_of(settings_of(config=config))
    zone = ZoneInfo(office.policy.zone)
    begun = instant(start, zone) if start else datetime.now(UTC)  # noqa: TID251  (where now is known)
    rows = list(_rows(office, begun, zone))
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    console = Console()
    console.print(
        message("policy_begun", start=begun.astimezone(zone).strftime("%Y-%m-%d %H:%M"), version=office.terms.policy)
    )
    console.print(_table(rows))
    for line in (*_bases(office), *_exits(office)):
        console.print(line)
    for line in silences(office, begun):
        console.print(line)
    console.print(message("policy_holds"))
    today = office.day(datetime.now(UTC))  # noqa: TID251  (as above)
    for one in unsignable(office, today):
        issuers = "、".join(word("issuer", issuer) for issuer in one.issuers)
        unit = office.units[one.unit]
        console.print(message("roster_unsignable", unit=unit.short, code=unit.code, issuers=issuers))
    for alike in lookalikes(office, today):
        console.print(message("roster_lookalike", shared=alike.shared, persons="、".join(alike.persons)))


def _rows(office: Office, begun: datetime, zone: ZoneInfo) -> Iterator[dict[str, Any]]:
    for level in Level:
        terms = office.terms.at(level)
        for name in (name for name in ClockName if name in terms.budgets):
            ledger = TimeAccount.begun(terms.budgets[name], begun)
            clock = Clock(name=name, unit=office.terms.office.code, level=level, visit=1, account=ledger, due=begun)
            clock.reschedule(terms, office.working)
            rungs = [
                {
                    "kind": rung.kind,
                    "at": at.astimezone(zone).isoformat(timespec="minutes"),
                    "to": [str(one) for one in rung.to],
                }
                for rung, at in zip(terms.ladder, clock.plan, strict=True)
            ]
            yield {
                "level": level,
                "clock": name,
                "budget": str(ledger.budget),
                "basis": office.policy.bases.get(level, {}).get(name),
                "due": clock.due.astimezone(zone).isoformat(timespec="minutes"),
                "provisional": office.working.provisional(clock.due) and ledger.budget.unit is not TimeUnit.WALL,
                "rungs": rungs,
            }


def _bases(office: Office) -> Iterator[str]:
    """Yield a line for every figure that is not the office's own choice: where it comes from."""
    for level, bases in office.policy.bases.items():
        for clock, basis in bases.items():
            yield message("policy_basis", level=word("level", level), clock=word("clock", clock), basis=basis)


def _exits(office: Office) -> Iterator[str]:
    """Yield a line for every exit whose unit has to receive what it is passed."""
    for code, terms in office.terms.exits.items():
        lines = "、".join(terms.emergency) or "–"
        within, level = current().span(str(terms.within)), word("level", terms.level)
        yield message("policy_exit", exit=word("exit", code), within=within, level=level, lines=lines)


def _table(rows: list[dict[str, Any]]) -> Table:
    table = Table()
    for column in ("level", "clock", "budget", "due", "rungs"):
        table.add_column(message(f"policy_{column}"))
    previous = None
    for row in rows:
        if previous not in (None, row["level"]):
            table.add_section()
        previous = row["level"]
        rungs = "\n".join(f"{word('rung', one['kind'])} {one['at'][5:16].replace('T', ' ')}" for one in row["rungs"])
        due = row["due"][:16].replace("T", " ") + (message("policy_provisional") if row["provisional"] else "")
        table.add_row(
            word("level", row["level"]), word("clock", row["clock"]), current().span(row["budget"]), due, rungs
        )
    return table
