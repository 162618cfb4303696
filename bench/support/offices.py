"""Offices like the packaged one, but for the figures a measurement cannot wait for: late deadlines, low limits."""

from __future__ import annotations

import re
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from domain.office.office import Office
from domain.vocabulary import ClockName, Level, RungKind
from domain.worktime.working_time import Span, WorkingTime
from settings import PACKAGED

DAY = timedelta(days=1)

BUDGET = timedelta(minutes=1)
"""The triage budget of a lone deadline; the shortest a policy can name."""


def unbounded(folder: Path) -> Path:
    """Write the packaged office with limits nothing reaches into a folder, and return its own folder there."""
    made = folder / "config"
    shutil.copytree(PACKAGED, made)
    file = made / "policy.toml"
    file.write_text(without_limits(file.read_text(encoding="utf-8")), encoding="utf-8")
    return made


def without_limits(policy: str) -> str:
    """Return a policy with limits nothing reaches."""
    policy, lifted = re.subn(r"(?m)^((?:anonymous|reports|decisions|letters)_\w+ =) \d+", r"\1 1000000", policy)
    if lifted < 6:
        raise ValueError("the packaged policy names its limits otherwise")
    return policy


def closing_at(office: Office, instant: datetime) -> Office:
    """Return an office whose business closes at `instant`: a blue case that is opened before is to be triaged by then.

    It is the natural deadline of many cases at once: `1wd` ends for all of them at the same close of business. The day
    of the start is not counted, so the next one begins at `instant`, and its business is over in the same moment.
    """
    working = WorkingTime(
        version="bench",
        first=instant - DAY,
        kinds=((1440, 0, 0),),
        days="0",
        week="0000000",
        covered_until=instant + 365 * DAY,
    )
    policy = office.policy.model_copy(update={"provisional_level": Level.BLUE})
    return office.model_copy(update={"policy": policy, "working": working})


def due_in_a_minute(office: Office) -> Office:
    """Return an office that wants a triage at level yellow within `BUDGET`, and sends no reminder before."""
    terms = office.policy.terms
    yellow = terms.levels[Level.YELLOW]
    ladder = tuple(rung for rung in yellow.ladder if rung.kind not in (RungKind.REMIND, RungKind.DUE_SOON))
    budgets = {**yellow.budgets, ClockName.TRIAGE: Span.of("1m")}
    hasty = yellow.model_copy(update={"budgets": budgets, "ladder": ladder})
    terms = terms.model_copy(update={"levels": {**terms.levels, Level.YELLOW: hasty}})
    return office.model_copy(update={"policy": office.policy.model_copy(update={"terms": terms})})
