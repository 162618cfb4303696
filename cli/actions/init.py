"""What `piyao init` does: ask for what was not given, write the office's folder, print what comes next."""

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
from wiring.office import NotEmpty, OfficeError, create_office

Answers = dict[str, str]

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
}
"""What is asked, in order, each with its default; None where the program knows no answer."""


def create_folder(
    folder: Path,
    given: dict[str, str | None],
    addresses: Answers,
    districts: list[str],
    fixed: dict[str, Any],
    *,
    ask: bool,
) -> None:
    """Write the folder whole or not at all, and print where the first key is and what to do now."""
    answers = _answers(given, ask=ask)
    mail = answers.pop("mail")
    whole = {**answers, **fixed, "addresses": {"mail": mail, **addresses}, "districts": _districts(districts)}
    today = datetime.now(UTC).astimezone().date()  # noqa: TID251  (the version of the files: the day they were made)
    try:
        made = create_office(folder, whole, today)
    except NotEmpty:
        fail(message("init_not_empty", folder=folder))
    except OfficeError as unfit:
        fail(message("init_unfit", problem=unfit))
    except (OSError, ValueError) as problem:
        fail(message("init_unwritable", folder=folder, problem=problem))
    start = "piyao up" if folder == Path("config") else f"piyao up --config {folder}"
    print(message("init_done", folder=made.folder, key=made.key, env=made.env, person=answers["person"], start=start))
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
        if (answer := answer or suggested) is None:
            missing.append("--id" if name == "person" else f"--{name.replace('_', '-')}")
        else:
            answers[name] = answer
    if missing:
        fail(message("init_missing", options="、".join(missing)))
    return answers


def _prompt(name: str, suggested: str | None) -> str | None:
    try:
        return str(typer.prompt(message(f"init_ask_{name}"), default=suggested, err=True))
    except Abort:
        return None


def _districts(given: list[str]) -> list[dict[str, str]]:
    """Read `和平区,河东区=hd`: an own code after the equals sign, else the next of q1, q2, …."""
    found = []
    for number, one in enumerate((part for text in given for part in text.replace("，", ",").split(",")), 1):
        name, _, code = one.partition("=")
        found.append({"name": name.strip(), "code": code.strip() or f"q{number}"})
    return found
