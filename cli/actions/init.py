"""What `piyao init` does: ask for what was not given, write the office's folder, print what comes next."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer

from cli.messages import message
from cli.run import fail
from cli.unfit_data import unfit_data
from domain.vocabulary import Mode
from texts.system_errors import reason
from wiring.office import NotEmpty, OfficeError, create_office, list_units
from wiring.storage import KeyFileUnfit

Answers = dict[str, str]

OPTIONS = {"person": "--id"}
"""The options that are not called like what they give."""
BETWEEN = re.compile(r"[,，、]")

DEFAULTS: dict[str, Callable[[Answers], str] | None] = {
    "city": None,
    "office": lambda answers: message("init_office_default", city=answers["city"]),
    "office_short": lambda _: message("init_office_short_default"),
    "zone": lambda _: "Asia/Shanghai",
    "public_url": lambda _: "http://127.0.0.1:8400",
    "mode": lambda _: Mode.DRILL.value,
    "person": lambda _: "admin",
    "name": None,
    "mail": None,
    "districts": lambda _: "",
    "units": lambda _: "",
}
"""What is asked, in order, each with its default: None where there must be an answer, empty where none is needed."""


def create_folder(
    folder: Path,
    given: dict[str, str | None],
    addresses: Answers,
    fixed: dict[str, Any],
    *,
    ask: bool,
) -> None:
    """Write the folder whole or not at all, and print where the first key is and what to do now."""
    answers = _answers(given, ask=ask)
    mail, districts, units = (answers.pop(name) for name in ("mail", "districts", "units"))
    whole = {**answers, **fixed, "addresses": {"mail": mail, **addresses}, "districts": _districts(districts)}
    today = datetime.now(UTC).astimezone().date()  # noqa: TID251  (the version of the files: the day they were made)
    try:
        made = create_office(folder, {**whole, "units": list_units(units)}, today)
    except NotEmpty:
        fail(message("init_not_empty", folder=folder))
    except OfficeError as unfit:
        fail(message("init_unfit", problem=unfit))
    except KeyFileUnfit as unfit:
        fail(unfit_data(unfit))
    except OSError as problem:
        fail(message("init_unwritable", folder=problem.filename or folder, problem=reason(problem)))
    start = "piyao up" if folder == Path("config") else f"piyao up --config {folder}"
    print(message("init_done", folder=made.folder, key=made.key, env=made.env, person=answers["person"], start=start))
    if made.stayed:
        print(message("init_stayed", units="、".join(made.stayed)))
    if answers["mode"] == Mode.LIVE and fixed.get("smtp_url") is None:
        print(message("init_needs_mail", env=made.env))
    if answers["mode"] == Mode.LIVE:
        print(message("init_left_out", env=made.env))


def _answers(given: dict[str, str | None], *, ask: bool) -> Answers:
    answers: Answers = {}
    missing = []
    for name, default in DEFAULTS.items():
        answer = given[name]
        suggested = default(answers) if default and "city" in answers else None
        if answer is None and ask:
            answer = _prompt(name, suggested)
            ask = answer is not None  # nobody answers: the rest is as with --yes
        if (answer := answer or suggested) is not None:
            answers[name] = answer
        elif default is None:
            missing.append(OPTIONS.get(name, f"--{name.replace('_', '-')}"))
    if missing:
        fail(message("init_missing", options="\n".join(_missing(option) for option in missing)))
    return answers


def _missing(option: str) -> str:
    name = next((name for name, one in OPTIONS.items() if one == option), option.removeprefix("--").replace("-", "_"))
    return message("init_missing_one", option=option, asked=message(f"init_ask_{name}"))


def _prompt(name: str, suggested: str | None) -> str | None:
    """Return what somebody answers; None where nobody is there to.

    Raises:
        Abort: whoever was asked has stopped the command.

    """
    if sys.stdin is None or sys.stdin.closed:
        return None
    try:
        text = message(f"init_ask_{name}")
        return str(typer.prompt(text, default=suggested, show_default=bool(suggested), err=True))
    except typer.Abort as stopped:
        if isinstance(stopped.__context__, EOFError):
            print(file=sys.stderr)
            return None
        raise


def _districts(given: str) -> list[dict[str, str]]:
    """Read `和平区,河东区=hd`: an own code after the equals sign, else the next of q1, q2, …."""
    found = []
    for number, one in enumerate((part for part in BETWEEN.split(given) if part.strip()), 1):
        name, _, code = one.partition("=")
        found.append({"name": name.strip(), "code": code.strip() or f"q{number}"})
    return found
