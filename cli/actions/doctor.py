"""Run the checks of `piyao doctor`: all of them, whatever one finds, and none for long."""

from __future__ import annotations

import asyncio
import json

from cli.checks import office, system
from cli.checks.result import Check, CheckContext, CheckResult
from cli.messages import message
from domain.errors import Unavailable
from settings import Settings
from wiring.office import load_office

LIMIT = 10.0
"""Seconds one check may take at most."""

CHECKS: dict[str, Check] = {
    "config": office.config,
    "mode": office.mode,
    "mail": system.mail,
    "gateway": office.gateway,
    "address": system.address,
    "clock": system.clock,
    "temporal": system.temporal,
    "register": system.register,
    "disk": system.disk,
    "roster": office.roster,
    "calendar": office.calendar,
    "keys": office.keys,
    "placeholders": office.placeholders,
}


async def examine(settings: Settings) -> dict[str, CheckResult]:
    """Return what every check found."""
    try:
        ground = CheckContext(settings, load_office(settings))
    except Exception as problem:  # whatever it is, it is about the office's files: nothing else is read here
        ground = CheckContext(settings, None, str(problem))
    found = await asyncio.gather(*(_checked(check, ground) for check in CHECKS.values()))
    return dict(zip(CHECKS, found, strict=True))


async def _checked(check: Check, ground: CheckContext) -> CheckResult:
    try:
        async with asyncio.timeout(LIMIT):
            return await check(ground)
    except TimeoutError:
        return CheckResult(False, message("check_slow", seconds=int(LIMIT)), message("todo_slow"))
    except Unavailable as unavailable:
        return CheckResult(False, str(unavailable), message("todo_unknown"))
    except Exception as bug:  # the others are to be told all the same
        return CheckResult(
            False, message("check_failed", kind=type(bug).__name__, problem=bug), message("todo_unknown")
        )


def show(findings: dict[str, CheckResult], *, as_json: bool) -> None:
    """Print a line per check; what to do stands below where something is wrong."""
    if as_json:
        rows = [{"check": name, **finding._asdict()} for name, finding in findings.items()]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for name, finding in findings.items():
        tell(name, finding)
    wrong = sum(not finding.ok for finding in findings.values())
    print(message("checks_wrong", count=wrong) if wrong else message("checks_well"))


def tell(name: str, finding: CheckResult) -> None:
    """Print one check, and below it what to do where something is."""
    mark = message("held" if finding.ok else "not_held")
    print(message("check_line", mark=mark, check=message(f"check_{name}"), found=finding.found))
    if finding.todo:
        print(message("check_todo", todo=finding.todo))
