"""Checks of what the office edits: its files, its mode, its roster, its keys."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

from cli.checks.result import CheckContext, CheckResult, office_unreadable, shortened
from cli.messages import message, word
from domain.clocks.silent_lead import after_one_silence
from domain.office.office import Office
from domain.office.signability import lookalikes, unsignable
from domain.office.vacancies import vacancies
from domain.vocabulary import ClockName, Level, Mode
from domain.worktime.office_calendar import DAY, SOON
from domain.worktime.working_time import TimeUnit
from texts.catalogue import current
from wiring.delivery import NEEDS, missing_services
from wiring.office import faulty_texts, remaining_placeholders, sample_persons
from wiring.services import unfit_services
from wiring.storage import exposed_key_files

MAIL = NEEDS["smtp"]
"""The setting of the mail server, which has a check of its own."""


async def config(context: CheckContext) -> CheckResult:
    """Check that the office's files can be used."""
    folder, office = context.settings.office_folder, context.office
    if office is None:
        return CheckResult(False, message("office_unfit", folder=folder, problem=context.unfit), message("todo_config"))
    return CheckResult(
        True,
        message(
            "found_config", folder=folder, city=office.terms.city, units=len(office.units), people=len(office.people)
        ),
    )


async def texts(context: CheckContext) -> CheckResult:
    """Check that no text of the office's own had to be replaced by the packaged one while it was filled."""
    if context.office is None:
        return office_unreadable()
    faulty = faulty_texts(context.settings)
    if faulty:
        return CheckResult(False, message("found_faulty_texts", texts="；".join(faulty)), message("todo_faulty_texts"))
    return CheckResult(True, message("found_texts"))


async def mode(context: CheckContext) -> CheckResult:
    """Check that nobody holds a public sample key where the office is no demo."""
    if context.office is None:
        return office_unreadable()
    now, sample = context.office.terms.mode, sample_persons(context.office)
    if sample and now is not Mode.DEMO:
        return CheckResult(
            False,
            message("found_sample_keys", mode=message(f"mode_{now}"), persons=shortened(sample)),
            message("todo_sample_keys"),
        )
    return CheckResult(True, message("found_mode_sample" if sample else "found_mode", mode=message(f"mode_{now}")))


async def gateway(context: CheckContext) -> CheckResult:
    """Check that a live office's messages by webhook leave the machine, and its pages for the partner."""
    if context.office is None:
        return office_unreadable()
    missing = missing_services(context.settings, context.office)
    unserved = [name for setting, names in missing.items() if setting != MAIL for name in names]
    if unserved:
        names = "、".join(word("channel", name) for name in unserved)
        return CheckResult(False, message("found_no_gateway", channels=names), message("todo_gateway"))
    unfit = {name: rule for name, rule in unfit_services(context.settings, context.office).items() if name != MAIL}
    if unfit:
        lines = "；".join(message("found_unfit_service", name=name, rule=rule) for name, rule in unfit.items())
        return CheckResult(False, lines, message("todo_unfit_service"))
    channels = [name for name, service in context.office.policy.channels.items() if service == "webhook"]
    names = "、".join(word("channel", name) for name in channels)
    if not channels:
        return CheckResult(True, message("found_no_gateway_needed"))
    if context.settings.message_url is not None:
        return CheckResult(True, message("found_gateway", channels=names))
    return CheckResult(True, message("found_outbox", channels=names))


async def roster(context: CheckContext) -> CheckResult:
    """Check that every seat a rung may call is held."""
    office = context.office
    if office is None:
        return office_unreadable()
    today = office.day(datetime.now(UTC))  # noqa: TID251  (the command line is where today is known)
    gaps, unfit = vacancies(office, today), unsignable(office, today)
    twice = [message("found_lookalikes", count=len(alike))] if (alike := lookalikes(office, today)) else []
    if not gaps and not unfit:
        return CheckResult(True, "；".join([message("found_roster"), *twice]))
    seats = [word("seat", seat) for seat in gaps.office] + [word("seat", "administrator")] * gaps.administrator
    names_by_gap = {
        "office": seats,
        "deputy": [office.units[code].short for code in gaps.without_deputy],
        "unreachable": [office.units[code].short for code in gaps.unreachable],
        "address": list(gaps.without_address),
        "signers": [office.units[one.unit].short for one in unfit],
    }
    lines = [
        message(f"found_gap_{name}", names=shortened(who), count=len(who)) for name, who in names_by_gap.items() if who
    ]
    return CheckResult(False, "；".join([*lines, *twice]), message("todo_roster"))


async def calendar(context: CheckContext) -> CheckResult:
    """Check that the days by which deadlines are counted are known for long enough; in a demo nothing depends on it."""
    if context.office is None:
        return office_unreadable()
    found = coverage(context.office, context.office.day(datetime.now(UTC)))  # noqa: TID251  (as above)
    return CheckResult(True, found.found) if context.office.terms.mode is Mode.DEMO else found


def coverage(office: Office, today: date) -> CheckResult:
    """Return how long the calendar is known after `today`; fewer than `SOON` days are too few."""
    left, until = (office.known_until - today).days, office.known_until
    if left >= SOON:
        return CheckResult(True, message("found_calendar", until=until, days=left))
    code = "found_calendar_ends" if left >= 0 else "found_calendar_ended"
    return CheckResult(False, message(code, until=until, days=left), message("todo_calendar", year=(until + DAY).year))


async def silence(context: CheckContext) -> CheckResult:
    """Tell what one lead that stays silent does to the response of each level; the office weighs it."""
    if context.office is None:
        return office_unreadable()
    return CheckResult(True, "；".join(silences(context.office, datetime.now(UTC))))  # noqa: TID251  (as above)


def silences(office: Office, begun: datetime) -> list[str]:
    """Return a sentence per level: when the first word is out if the first lead stays silent, and when it is due."""
    lines = []
    for level in Level:
        found = after_one_silence(level, office.terms.at(level), office.working, begun)
        wall = office.terms.at(level).budgets[ClockName.RESPONSE].unit is TimeUnit.WALL
        took, allowed = (_length(at - begun) if wall else current().when(at) for at in found)
        code = "policy_silence_late" if found.late else "policy_silence"
        lines.append(message(code, level=word("level", level), took=took, allowed=allowed))
    return lines


def _length(span: timedelta) -> str:
    return current().span(f"{int(span.total_seconds() // 60)}m")


async def keys(context: CheckContext) -> CheckResult:
    """Check that only its owner can use a key file."""
    exposed = await asyncio.to_thread(exposed_key_files, context.settings)
    if not exposed:
        return CheckResult(True, message("found_keys"))
    return CheckResult(
        False, message("found_open_keys", files=shortened([str(file) for file in exposed])), message("todo_keys")
    )


async def placeholders(context: CheckContext) -> CheckResult:
    """Check that a real office has filled in what `piyao init` could not know."""
    office = context.office
    if office is None:
        return office_unreadable()
    if office.terms.mode is Mode.DEMO:
        return CheckResult(True, message("found_demo"))
    left = remaining_placeholders(office)
    names_by_gap = {
        "names": [office.units[code].short for code in left.names],
        "unit_addresses": [office.units[code].short for code in left.unit_addresses],
        "person_addresses": left.person_addresses,
    }
    lines = [
        message(f"found_left_{name}", names=shortened(who), count=len(who)) for name, who in names_by_gap.items() if who
    ]
    return CheckResult(not lines, "；".join(lines) or message("found_none_left"), message("todo_left") if lines else "")
