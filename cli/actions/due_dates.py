"""What `piyao calendar due` does: add budgets to instants on the office's calendar, one line each."""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cli.messages import message
from cli.run import office_of, settings_of
from domain.office.office import Office
from domain.worktime.office_calendar import instant
from domain.worktime.working_time import Span, TimeUnit

_DAY = 86_400_000_000
LONGEST = {TimeUnit.WALL: 3660 * _DAY, TimeUnit.HOURS: 3660 * _DAY, TimeUnit.DAYS: 3660}
"""The longest budget, in ticks (microseconds) or days: ten years, or as many working days, which are counted singly."""

REACH = timedelta(days=3660)
"""How far after the last known day a start may be."""


class Due(NamedTuple):
    """One computed due time."""

    start: datetime
    budget: Span
    due: datetime
    provisional: bool


class BadLine(Exception):
    """Raised when a line is no start and budget that can be computed; says why."""


def print_due(config: Path | None, line: str, *, as_json: bool) -> None:
    """Print one due time in the office's zone; exit with status 2 if the line cannot be read."""
    if not _print_due(office_of(settings_of(config=config)), line, "", as_json=as_json):
        raise SystemExit(2)


def print_dues(config: Path | None, *, as_json: bool) -> None:
    """Print a line for each line of standard input, in its order.

    A line that cannot be read is reported on standard error; the exit status is then 2. A bad or empty line is
    answered by an empty one, so that line n of the answers is always that of line n.
    """
    office = office_of(settings_of(config=config))
    all_read = True
    for number, raw in enumerate(sys.stdin.buffer, start=1):
        line = raw.decode(errors="replace").strip()
        read = not line or _print_due(office, line, message("due_line", number=number), as_json=as_json)
        if not line or not read:
            print()
        all_read = all_read and read
    if not all_read:
        raise SystemExit(2)


def _print_due(office: Office, line: str, where: str, *, as_json: bool) -> bool:
    zone = ZoneInfo(office.policy.zone)
    try:
        found = compute_due(office, line)
    except BadLine as bad:
        print(f"{where}{bad}", file=sys.stderr)
        return False
    local = found.due.astimezone(zone).isoformat()
    if found.provisional:
        note = message("due_provisional", due=local, until=office.known_until)
        print(f"{where}{note}", file=sys.stderr)
    row = {"start": found.start.astimezone(zone).isoformat(), "budget": str(found.budget), "due": local}
    print(json.dumps({**row, "provisional": found.provisional}) if as_json else local, flush=True)
    return True


def compute_due(office: Office, line: str) -> Due:
    """Return the due time of `START BUDGET`; a start without an offset is in the office's zone.

    Raises:
        BadLine: it is not of that form, or lies where the calendar does not reach.

    """
    begun, _, text = line.strip().rpartition(" ")
    try:
        span = Span.of(text)
    except ValueError:
        raise BadLine(message("due_no_budget", found=_cut(text or line))) from None
    if span.ticks > LONGEST[span.unit]:
        raise BadLine(message("due_too_long", found=text))
    start = _start(office, begun.strip())
    due = office.working.after(start, span)
    return Due(start, span, due, office.working.provisional(due))


def _start(office: Office, text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
        start = found if found.tzinfo else instant(found, ZoneInfo(office.policy.zone))
    except (ValueError, OverflowError):
        raise BadLine(message("due_no_start", found=_cut(text))) from None
    first, last = office.working.first, office.working.covered_until + REACH
    if not first <= start <= last:
        raise BadLine(message("due_out_of_reach", found=_cut(text), first=office.day(first), last=office.day(last)))
    return start


def _cut(text: str) -> str:
    return "".join(one if one.isprintable() else "�" for one in text)[:40]
