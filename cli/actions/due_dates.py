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
"""Ticks a budget may have: ten years, or so many working days; they are counted one by one."""

REACH = timedelta(days=3660)
"""How far past what is known a start may lie."""


class Due(NamedTuple):
    """Be one answer."""

    start: datetime
    budget: Span
    due: datetime
    provisional: bool


class BadLine(Exception):
    """Say why a line cannot be reckoned."""


def tell_due(config: Path | None, line: str, *, as_json: bool) -> None:
    """Print one due instant in the office's zone; a line that is none ends with 2."""
    if not _tell(office_of(settings_of(config=config)), line, "", as_json=as_json):
        raise SystemExit(2)


def tell_dues(config: Path | None, *, as_json: bool) -> None:
    """Print a line per line of standard input, in its order; a bad one is named on stderr and the end is 2.

    A bad or empty line is answered by an empty one, so that line n of the answers is always that of line n.
    """
    office = office_of(settings_of(config=config))
    held = True
    for number, raw in enumerate(sys.stdin.buffer, start=1):
        line = raw.decode(errors="replace").strip()
        told = not line or _tell(office, line, message("due_line", number=number), as_json=as_json)
        if not line or not told:
            print()
        held = held and told
    if not held:
        raise SystemExit(2)


def _tell(office: Office, line: str, where: str, *, as_json: bool) -> bool:
    zone = ZoneInfo(office.policy.zone)
    try:
        found = reckoned(office, line)
    except BadLine as bad:
        print(f"{where}{bad}", file=sys.stderr)
        return False
    local = found.due.astimezone(zone).isoformat()
    if found.provisional:
        said_of_it = message("due_provisional", due=local, until=office.known_until)
        print(f"{where}{said_of_it}", file=sys.stderr)
    row = {"start": found.start.astimezone(zone).isoformat(), "budget": str(found.budget), "due": local}
    print(json.dumps({**row, "provisional": found.provisional}) if as_json else local, flush=True)
    return True


def reckoned(office: Office, line: str) -> Due:
    """Reckon `START BUDGET`; a start without an offset is in the office's zone.

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
