"""The checks of `piyao doctor`: all are run, whatever one of them finds, and none for long."""

from __future__ import annotations

import asyncio
import json

from cli.checks import office, system
from cli.checks.result import Check, CheckContext, CheckResult
from cli.messages import message
from domain.errors import Unavailable
from settings import Settings
from wiring.office import load_office
from wiring.storage import never_started

LIMIT = 10.0
"""Seconds one check may take at most."""

CHECKS: dict[str, Check] = {
    "config": office.config,
    "texts": office.texts,
    "mode": office.mode,
    "mail": system.mail,
    "gateway": office.gateway,
    "address": system.address,
    "clock": system.clock,
    "temporal": system.temporal,
    "register": system.register,
    "runs": system.runs,
    "delivery": system.delivery,
    "merges": system.merges,
    "disk": system.disk,
    "roster": office.roster,
    "calendar": office.calendar,
    "silence": office.silence,
    "keys": office.keys,
    "files": system.files,
    "placeholders": office.placeholders,
}


async def run_checks(settings: Settings) -> dict[str, CheckResult]:
    """Return the result of every check, by its name."""
    fresh = await asyncio.to_thread(never_started, settings)
    try:
        context = CheckContext(settings, load_office(settings), never_started=fresh)
    except Exception as problem:  # whatever it is, it is about the office's files: nothing else is read here
        context = CheckContext(settings, None, str(problem), fresh)
    found = await asyncio.gather(*(_checked(check, context) for check in CHECKS.values()))
    return dict(zip(CHECKS, found, strict=True))


async def _checked(check: Check, context: CheckContext) -> CheckResult:
    try:
        async with asyncio.timeout(LIMIT):
            return await check(context)
    except TimeoutError:
        return CheckResult(False, message("check_slow", seconds=int(LIMIT)), message("todo_slow"))
    except Unavailable as unavailable:
        return CheckResult(False, str(unavailable), message("todo_unknown"))
    except Exception as bug:  # the results of the others are printed all the same
        return CheckResult(
            False, message("check_failed", kind=type(bug).__name__, problem=bug), message("todo_unknown")
        )


def print_results(results: dict[str, CheckResult], *, as_json: bool) -> None:
    """Print a line per check, and below it what to do if something is wrong."""
    if as_json:
        rows = [{"check": name, **result._asdict()} for name, result in results.items()]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for name, result in results.items():
        print_result(name, result)
    wrong = sum(not result.ok for result in results.values())
    waits = any(result.waits for result in results.values())
    print(message("checks_wrong", count=wrong) if wrong else message("checks_wait" if waits else "checks_well"))


def print_result(name: str, result: CheckResult) -> None:
    """Print the result of one check, and below it what to do if there is anything."""
    mark = message("not_yet" if result.waits else "held" if result.ok else "not_held")
    print(message("check_line", mark=mark, check=message(f"check_{name}"), found=result.found))
    if result.todo:
        print(message("check_todo", todo=result.todo))
