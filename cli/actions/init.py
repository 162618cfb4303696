"""What `piyao init` does: ask for what was not given, write the office's folder, say what comes next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer
from click.exceptions import Abort

from cli.messages import message
from cli.run import fail
from domain.vocabulary import Mode
from wiring.office import NotEmpty, OfficeError, found_office

Answers = dict[str, str]

DEFAULTS: dict[str, Callable[[Answers], str] | None] = {
    "city": None,
    "office": lambda told: message("init_office_default", city=told["city"]),
    "office_short": lambda _: message("init_office_short_default"),
    "zone": lambda _: "Asia/Shanghai",
    "public_url": lambda _: "http://127.0.0.1:8400",
    "mode": lambda _: Mode.DRILL.value,
    "person": lambda _: "admin",
    "name": None,
    "mail": None,
}
"""What is asked, in turn; None where the program knows no answer."""


def found(
    folder: Path,
    given: dict[str, str | None],
    addresses: Answers,
    districts: list[str],
    fixed: dict[str, Any],
    *,
    ask: bool,
) -> None:
    """Write the folder whole or not at all, and say where the first key is and what to do now."""
    told = _answers(given, ask=ask)
    mail = told.pop("mail")
    whole = {**told, **fixed, "addresses": {"mail": mail, **addresses}, "districts": _districts(districts)}
    today = datetime.now(UTC).astimezone().date()  # noqa: TID251  (the version of the files: the day they were made)
    try:
        made = found_office(folder, whole, today)
    except NotEmpty:
        fail(message("init_not_empty", folder=folder))
    except OfficeError as unfit:
        fail(message("init_unfit", problem=unfit))
    except (OSError, ValueError) as problem:
        fail(message("init_unwritable", folder=folder, problem=problem))
    start = "piyao up" if folder == Path("config") else f"piyao up --config {folder}"
    print(message("init_done", folder=made.folder, key=made.key, env=made.env, person=told["person"], start=start))
    if told["mode"] == Mode.LIVE and fixed.get("smtp_url") is None:
        print(message("init_needs_mail", env=made.env))


def _answers(given: dict[str, str | None], *, ask: bool) -> Answers:
    told: Answers = {}
    missing = []
    for name, default in DEFAULTS.items():
        answer = given[name]
        suggested = default(told) if default and "city" in told else None
        if answer is None and ask:
            answer = _asked(name, suggested)
            ask = answer is not None  # nobody answers: the rest is as with --yes
        if (answer := answer or suggested) is None:
            missing.append("--id" if name == "person" else f"--{name.replace('_', '-')}")
        else:
            told[name] = answer
    if missing:
        fail(message("init_missing", options="、".join(missing)))
    return told


def _asked(name: str, suggested: str | None) -> str | None:
    try:
        return str(typer.prompt(message(f"init_ask_{name}"), default=suggested, err=True))
    except Abort:
        return None


def _districts(given: list[str]) -> list[dict[str, str]]:
    """Read `和平区,河东区=hd`: a code of one's own after the equals sign, else the next of q1, q2, …."""
    found = []
    for number, one in enumerate((part for text in given for part in text.replace("，", ",").split(",")), 1):
        name, _, code = one.partition("=")
        found.append({"name": name.strip(), "code": code.strip() or f"q{number}"})
    return found
