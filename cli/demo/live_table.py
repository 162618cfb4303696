"""The live table: every cell is read from the API, never from the script."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

from rich import box
from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from cli.api_client import ApiError
from cli.demo.officers import Officers
from cli.messages import message, word
from cli.render import case

LOOK = 1.0
"""Seconds between two readings of all cases."""

LINE_EVERY = 3.0
"""Seconds between two printed lines, if there is no terminal."""

READ_EACH = 25
"""Up to this many cases are read one by one; with more, the register's list must do."""

NARROW, MIDDLE = 90, 110
"""Widths of a terminal, in characters, below which columns are shortened or left out."""

LONGEST = 40
"""Rows of the table that is printed at the end."""

STYLE = {"red": "bold red", "orange": "dark_orange", "yellow": "yellow", "blue": "blue"}


class LiveTable:
    """The table of all cases while they are played."""

    def __init__(self, officers: Officers, console: Console) -> None:
        self._officers, self._console = officers, console
        self._started = monotonic()
        self._rows: list[dict[str, Any]] = []

    @asynccontextmanager
    async def shown(self) -> AsyncIterator[None]:
        """Keep the table up to date until the context ends; then print its last state."""
        watching = asyncio.create_task(self._watch_live() if self._console.is_terminal else self._watch_lines())
        try:
            yield
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
        await self._read()
        self._console.print(self.table(LONGEST))

    def open_case_lines(self) -> str:
        """Return a line per open case that says where it stands, as last read."""
        waiting = [row for row in self._rows if not _closed(row)]
        return "\n".join(
            message("stands", number=row["number"], stage=_stage(row), owes=_next_due(row)) for row in waiting
        )

    def table(self, most: int) -> Table:
        """Return the table as last read; if not all rows fit, open cases come before closed ones."""
        table_ = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=0, title=self._line(), title_justify="left")
        columns = _columns(self._console.width)
        for column, width in columns.items():
            table_.add_column(message(f"column_{column}"), no_wrap=True, overflow="ellipsis", width=width)
        rows = sorted(self._rows, key=lambda row: (_closed(row), row["number"]))[:most]
        for row in sorted(rows, key=lambda row: row["number"]):
            cells = _cells(row)
            table_.add_row(*(cells[name] for name in columns))
        if len(self._rows) > most:
            table_.caption = message("and_more_of", more=len(self._rows) - most)
        return table_

    async def _watch_live(self) -> None:
        with Live(console=self._console, auto_refresh=False, transient=True) as live:
            while True:
                await self._read()
                live.update(self.table(max(5, self._console.height - 6)), refresh=True)
                await asyncio.sleep(LOOK)

    async def _watch_lines(self) -> None:
        while True:
            await asyncio.sleep(LINE_EVERY)
            await self._read()
            self._console.print(self._line(), *self._ringing(), sep="\n", soft_wrap=True, markup=False)

    async def _read(self) -> None:
        """Read all cases; open ones are asked themselves, because the register learns of rungs a little later."""
        try:
            rows = await self._officers.all_cases()
            if len(rows) <= READ_EACH:
                rows = await asyncio.gather(*(self._fresh(row) for row in rows))
        except ApiError:
            return  # the table shows what was last known; an officer who acts meets the same error and reports it
        self._rows = list(rows)

    async def _fresh(self, row: dict[str, Any]) -> dict[str, Any]:
        return row if _closed(row) else await self._officers.view(row["case_id"])

    def _ringing(self) -> list[str]:
        """Return a line per open case whose ladder is ringing."""
        ringing = [row for row in self._rows if row["summary"] and row["summary"]["escalation"] and not _closed(row)]
        return [
            message("climbs", number=row["number"], level=row["summary"]["escalation"], owes=_next_due(row))
            for row in ringing
        ]

    def _line(self) -> str:
        rows = self._rows
        closed = sum(1 for row in rows if _closed(row))
        late = sum(1 for row in rows if row["summary"] and row["summary"]["overdue"])
        sightings = sum(row["sightings"] for row in rows)
        seconds = int(monotonic() - self._started)
        return message("progress", seconds=seconds, cases=len(rows), closed=closed, late=late, sightings=sightings)


def _columns(width: int) -> dict[str, int]:
    """Return the columns with their widths: who owes what by when is shown whole, the claim takes what is left."""
    columns = {"number": 14, "claim": 0, "level": 4, "stage": 8, "verdict": 8, "debt": 44, "ladder": 4, "sightings": 4}
    if width < MIDDLE:
        columns["debt"] = 30
    if width < NARROW:
        del columns["verdict"]
    taken = sum(columns.values()) + len(columns)
    return columns | {"claim": max(8, min(60, width - taken))}


def _cells(row: dict[str, Any]) -> dict[str, str]:
    summary = row["summary"] or {}
    level, verdict = summary.get("level"), summary.get("verdict")
    return {
        "number": row["number"],
        "claim": escape(case.shortened(row["claim"])),
        "level": f"[{STYLE[level]}]{word('level_short', level)}[/]" if level else "",
        "stage": _stage(row),
        "verdict": word("verdict", verdict) if verdict else "",
        "debt": _next_due(row),
        "ladder": str(summary.get("escalation") or ""),
        "sightings": str(row["sightings"]),
    }


def _closed(row: dict[str, Any]) -> bool:
    return bool(row["summary"] and row["summary"]["closed_at"])


def _stage(row: dict[str, Any]) -> str:
    return word("ui", "closed") if _closed(row) else word("stage", (row["summary"] or {}).get("stage", "report"))


def _next_due(row: dict[str, Any]) -> str:
    return case.next_due(row["summary"]) if row["summary"] and not _closed(row) else ""
