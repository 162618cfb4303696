"""How the clocks of a case are printed: the account of each, and who is called when, by which rule."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from cli.messages import message, word
from domain.worktime.working_time import TICK
from texts.catalogue import current


def page(found: dict[str, Any]) -> None:
    """Print the clocks of a case."""
    console = Console()
    when = current().when
    console.print(
        message(
            "clocks_head",
            number=found["number"],
            at=when(found["as_of"]),
            policy=found["policy"],
            calendar=found["calendar"],
            until=when(datetime.fromisoformat(found["covered_until"]) - TICK, "%Y-%m-%d"),  # the last day that is known
        )
    )
    if found["paused_until"]:
        console.print(message("clocks_paused", until=when(found["paused_until"])))
    for clock in found["clocks"]:
        console.print()
        console.print(_account(clock))
        console.print(_rungs(clock, found["shorts"]))


def _account(clock: dict[str, Any]) -> str:
    when = current().when
    state = "stopped" if clock["stopped"] else "running" if clock["since"] else "still"
    lines = [
        message(
            "clocks_clock",
            clock=word("clock", clock["name"]),
            unit=clock["short"],
            level=word("level", clock["level"]),
            visit=clock["visit"],
            generation=clock["generation"],
            state=message(f"clocks_{state}", at=when(clock["stopped"] or clock["since"])),
        ),
        message(
            "clocks_account",
            budget=current().span(clock["budget"]),
            used="".join(current().span(part) for part in clock["used"].split()),
            began=when(clock["began"]),
            due=when(clock["due"]) + (message("policy_provisional") if clock["provisional"] else ""),
        ),
    ]
    if clock["ran"]:
        runs = "、".join(f"{when(start)}–{when(end)}" for start, end in clock["ran"])
        lines.append(message("clocks_ran", runs=runs))
    if clock["breached"]:
        lines.append(message("clocks_breached", at=when(clock["breached"])))
    if clock["acknowledged_until"]:
        lines.append(message("clocks_acknowledged", until=when(clock["acknowledged_until"])))
    return "\n".join(lines)


def _rungs(clock: dict[str, Any], shorts: dict[str, str]) -> Table:
    table = Table()
    for column in ("n", "rung", "rule", "planned", "state", "to", "by"):
        table.add_column(message(f"clocks_col_{column}"))
    when = current().when
    for rung in clock["rungs"]:
        state = "rang" if rung["rang"] else "never" if clock["stopped"] else "to_come"
        to = "、".join(f"{shorts[one['unit']]} {word('seat', one['seat'])}" for one in rung["to"])
        by = "、".join(word("channel", channel) for channel in rung["by"])
        kind, planned = word("rung", rung["kind"]), when(rung["planned"])
        state_text = message(f"clocks_{state}") + (f" {when(rung['rang_at'])}" if rung["rang_at"] else "")
        table.add_row(str(rung["n"]), kind, _rule(rung["at"]), planned, state_text, to, by)
    return table


def _rule(at: str) -> str:
    """Return where the policy puts a rung: at a share of the time, or so long after the due time."""
    if at.startswith("+"):
        return message("clocks_past", span=current().span(at[1:]))
    return message("clocks_share", percent=at)
