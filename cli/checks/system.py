"""Checks of what the program depends on: mail, its own address, the clock, Temporal, the register, the disk."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import time
from collections.abc import Sequence
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import NamedTuple

import httpx2
from temporalio.service import RPCError

from cli.checks.result import CheckContext, CheckResult, office_unreadable, shortened
from cli.messages import message
from cli.unfit_data import unfit_data
from domain.errors import Unavailable
from temporal import search_attributes
from temporal.client import connect
from wiring.delivery import NEEDS, mail_server, missing_services
from wiring.services import unfit_services
from wiring.storage import (
    RegisterUnfit,
    check_register,
    circular_merges,
    exposed_data,
    register_revisions,
    troubled_runs,
    undelivered_cases,
)

PATIENCE = 3.0
"""Seconds a server has to answer."""

LOOKS, BETWEEN = 5, 0.25
"""How often the other clock is read, and the seconds between two readings: a Date header moves once a second."""

OFF = 1.0
"""Seconds the local clock may be off."""

SCARCE, ALMOST_FULL = 0.20, 0.05
"""Free shares of the disk below which space is scarce, or almost used up."""


class ClockReading(NamedTuple):
    """One reading of another clock: its whole second, and the local time before and after."""

    date: float
    before: float
    after: float


async def mail(context: CheckContext) -> CheckResult:
    """Check that the mail server accepts a connection; without one letters go to the outbox, but not in live mode."""
    if context.office is None:
        return office_unreadable()
    if NEEDS["smtp"] in missing_services(context.settings, context.office):
        return CheckResult(False, message("found_no_mail"), message("todo_mail_missing"))
    if rule := unfit_services(context.settings, context.office).get(NEEDS["smtp"]):
        return CheckResult(False, message("found_mail_unfit", problem=rule), message("todo_mail_unfit"))
    server = mail_server(context.settings, context.office)
    if server is None:
        return CheckResult(True, message("found_mail_outbox"))
    try:
        await server.greet(PATIENCE)
    except Unavailable as away:
        return CheckResult(False, message("found_mail_away", host=server.address, problem=away), message("todo_mail"))
    return CheckResult(True, message("found_mail", host=server.address))


async def address(context: CheckContext) -> CheckResult:
    """Check that the address of links leads to our API."""
    url = context.settings.base_url
    async with httpx2.AsyncClient(trust_env=False, timeout=PATIENCE) as http:
        try:
            answer = await http.get(f"{url}/healthz")
        except (httpx2.TransportError, httpx2.InvalidURL) as broken:
            problem = type(broken).__name__
            return context.away(message("found_address_away", url=url, problem=problem), message("todo_address"))
    try:
        ours = answer.status_code == httpx2.codes.OK and answer.json() == {"status": "alive"}
    except ValueError:
        ours = False
    if ours:
        return CheckResult(True, message("found_address", url=url))
    return CheckResult(
        False, message("found_address_other", url=url, status=answer.status_code), message("todo_address")
    )


async def clock(context: CheckContext) -> CheckResult:
    """Check the local clock against the first that answers: the address of links, else the Temporal UI."""
    for url in (f"{context.settings.base_url}/healthz", context.settings.ui_url):
        if readings := await _read_clock(url):
            low, high = bounds(readings)
            if low > OFF or high < -OFF:
                seconds = round(low if low > OFF else high, 1)
                return CheckResult(False, message("found_clock_off", url=url, seconds=seconds), message("todo_clock"))
            return CheckResult(True, message("found_clock", url=url))
    return context.away(message("found_no_clock"), message("todo_no_clock"))


def bounds(readings: Sequence[ClockReading]) -> tuple[float, float]:
    """Return by how many seconds, at least and at most, the local clock is ahead of the other.

    A Date holds whole seconds, and a server may write the same for one second more (ours does).
    """
    return max(one.before - one.date for one in readings) - 2, min(one.after - one.date for one in readings)


async def _read_clock(url: str) -> list[ClockReading]:
    readings = []
    async with httpx2.AsyncClient(trust_env=False, timeout=PATIENCE) as http:
        for attempt in range(LOOKS):
            if attempt:
                await asyncio.sleep(BETWEEN)
            before = time.time()
            try:
                date = parsedate_to_datetime((await http.get(url)).headers["date"]).timestamp()
            except (httpx2.TransportError, httpx2.InvalidURL, KeyError, ValueError):
                return []
            readings.append(ClockReading(date, before, time.time()))
    return readings


async def temporal(context: CheckContext) -> CheckResult:
    """Check that Temporal answers and has the search attributes with the right types."""
    try:
        async with asyncio.timeout(PATIENCE):
            client = await connect(None)
            missing, differing = await search_attributes.compare(client)
    except (RuntimeError, RPCError, TimeoutError) as away:
        return context.away(message("found_temporal_away", problem=type(away).__name__), message("todo_temporal"))
    where = client.service_client.config.target_host
    if differing:
        wrong = shortened([message("found_attribute", name=name, is_=is_, must=must) for name, is_, must in differing])
        return CheckResult(
            False, message("found_attributes_differ", where=where, names=wrong), message("todo_attributes_differ")
        )
    if missing:
        names = shortened(list(missing))
        return CheckResult(
            False, message("found_attributes_missing", where=where, names=names), message("todo_attributes")
        )
    return CheckResult(True, message("found_temporal", where=where, namespace=client.namespace))


async def register(context: CheckContext) -> CheckResult:
    """Check that the register can be opened and has the tables of this version."""
    try:
        await asyncio.to_thread(check_register, context.settings)
        current, newest = await asyncio.to_thread(register_revisions, context.settings)
    except RegisterUnfit as unfit:
        return CheckResult(False, unfit_data(unfit), message("todo_register_unfit"))
    except (Unavailable, ValueError) as away:
        return context.away(message("found_register_away", problem=away), message("todo_register"))
    if current != newest:
        behind = message("found_register_behind", current=current or message("none_yet"), newest=newest)
        return CheckResult(False, behind, message("todo_register_behind"))
    return CheckResult(True, message("found_register", revision=current))


async def runs(context: CheckContext) -> CheckResult:
    """Check that no open case was stopped in Temporal, and that each answers."""
    try:
        stopped, silent, set_back = await asyncio.to_thread(troubled_runs, context.settings)
    except (Unavailable, ValueError, sqlite3.OperationalError) as away:
        return context.away(message("found_register_away", problem=away), message("todo_register"))
    if stopped:
        found = message("found_runs_stopped", n=len(stopped), names=shortened(stopped))
        return CheckResult(False, found, message("todo_runs"))
    if silent:
        found = message("found_runs_silent", n=len(silent), names=shortened(silent))
        return CheckResult(False, found, message("todo_runs_silent"))
    if set_back:
        return CheckResult(True, message("found_runs_set_back", n=len(set_back), names=shortened(set_back)))
    return CheckResult(True, message("found_runs"))


async def delivery(context: CheckContext) -> CheckResult:
    """Check that no letter or page was left undelivered."""
    try:
        found = await asyncio.to_thread(undelivered_cases, context.settings)
    except (Unavailable, ValueError, sqlite3.OperationalError) as away:
        return context.away(message("found_register_away", problem=away), message("todo_register"))
    if found:
        names = message("found_undelivered", n=len(found), names=shortened(found))
        return CheckResult(False, names, message("todo_undelivered"))
    return CheckResult(True, message("found_all_delivered"))


async def merges(context: CheckContext) -> CheckResult:
    """Check that no cases were merged into one another: their reporters would never be answered."""
    try:
        found = await asyncio.to_thread(circular_merges, context.settings)
    except (Unavailable, ValueError, sqlite3.OperationalError) as away:
        return context.away(message("found_register_away", problem=away), message("todo_register"))
    if found:
        names = message("found_merged_in_circle", n=len(found), names=shortened(found))
        return CheckResult(False, names, message("todo_merged_in_circle"))
    return CheckResult(True, message("found_merges"))


async def disk(context: CheckContext) -> CheckResult:
    """Check that the disk of the data folder has room."""
    folder = _nearest_existing(context.settings.data.absolute())
    usage = await asyncio.to_thread(shutil.disk_usage, folder)
    return room(folder, usage.free, usage.total)


async def files(context: CheckContext) -> CheckResult:
    """Check that all in the data folder is its owner's alone."""
    found = await asyncio.to_thread(exposed_data, context.settings)
    if not found:
        return CheckResult(True, message("found_files", folder=context.settings.data))
    names = shortened([str(path) for path in found])
    return CheckResult(False, message("found_open_files", files=names), message("todo_files"))


def room(folder: Path, free: int, total: int) -> CheckResult:
    """Return the result for so many free bytes of a disk."""
    share = free / total
    values = {"folder": folder, "percent": f"{share:.0%}", "gib": f"{free / 2**30:.1f}"}
    if share < ALMOST_FULL:
        return CheckResult(False, message("found_disk_full", **values), message("todo_disk_full"))
    if share < SCARCE:
        return CheckResult(False, message("found_disk_scarce", **values), message("todo_disk_scarce"))
    return CheckResult(True, message("found_disk", **values))


def _nearest_existing(folder: Path) -> Path:
    """Return the nearest parent folder that exists, which is on the disk where the data will be."""
    return next(place for place in (folder, *folder.parents) if place.exists())
