"""The problems in the office's files: each line names file, key, the value found and what is allowed, in its language.

The sentences are those of `config.toml` beside the other texts; which one is said is decided by the type of an error.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from texts.catalogue import current

UNITS, POLICY, PEOPLE, CALENDAR = "units.toml", "policy.toml", "people.toml", "calendar.toml"

M = TypeVar("M", bound=BaseModel)

PATTERNS = {
    r"^[a-z][a-z0-9_]{0,15}$": "pattern_code",
    r"^[a-z0-9][a-z0-9_.-]{0,63}$": "pattern_person",
    r"^[0-9a-f]{64}$": "pattern_digest",
    r"^[a-z0-9-]+(\.[a-z0-9-]+)+$": "pattern_domain",
    r"^[^\x00-\x1f\x7f'\"\\]+$": "pattern_line",
}
"""The sentence for each pattern a value may have to match."""

GONE = {"red_words": "gone_red_words"}
"""The sentence for each key of before that another one has replaced."""

QUOTED = re.compile(r"'([^']*)'")


def rule(code: str, /, **values: object) -> str:
    """Return the sentence of one rule, filled in."""
    return current().phrase("config", code, **values)


class ConfigProblem(NamedTuple):
    """One line of the report; `found` is empty if a key is missing."""

    file: str
    key: str
    found: str
    says: str

    def __str__(self) -> str:
        """Return the line people read."""
        place = ": ".join(part for part in (self.file, self.key) if part)
        return f"{place}: {rule('found', found=self.found)}{self.says}" if self.found else f"{place}: {self.says}"


class OfficeError(Exception):
    """Raised when the office's files are not as required; the message lists all problems, one per line."""

    def __init__(self, problems: Sequence[ConfigProblem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


def hidden(mark: str) -> bool:
    """Return whether a character is a line break or a control, turns the reading direction, or takes no room."""
    return unicodedata.category(mark) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _readable(text: str) -> str:
    """Return a text on one line, with every hidden character written as its code."""
    return "".join(f"\\u{ord(mark):04x}" if hidden(mark) else mark for mark in text)


def shown(value: object) -> str:
    """Return a value as the file has it, cut at 80 characters."""
    text = (
        f'"{_readable(value)}"'
        if isinstance(value, str)
        else "true"
        if value is True
        else "false"
        if value is False
        else None
    )
    text = text if text is not None else str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"


def take(model: type[M], raw: object, file: str, at: str, problems: list[ConfigProblem]) -> M | None:
    """Return one table of a file as its model; if it does not fit, add the problems and return None."""
    try:
        return model.model_validate(raw, extra="forbid")
    except ValidationError as refused:
        for error in refused.errors(include_url=False):
            loc = tuple(part for part in error["loc"] if part != "[key]")
            found = "" if error["type"] == "missing" else shown(error["input"])
            problems.append(ConfigProblem(file, path(at, *loc), found, _says(model, dict(error))))
        return None


def path(at: str, *parts: str | int) -> str:
    """Return a key path: `level.red.ladder[2].at`."""
    for part in parts:
        at = f"{at}[{part}]" if isinstance(part, int) else f"{at}.{part}" if at else part
    return at


def _says(model: type[BaseModel], error: dict[str, Any]) -> str:
    kind, context = error["type"], dict(error.get("ctx", {}))
    match kind:
        case "extra_forbidden":
            kind = GONE.get(str(error["loc"][-1]), kind)
            context["keys"] = "、".join(_keys(model, error["loc"][:-1]))
        case "enum" | "literal_error":
            context["expected"] = "、".join(QUOTED.findall(context["expected"]))
        case "string_pattern_mismatch":
            kind = PATTERNS.get(context["pattern"], kind)
    known = kind in current().words["config"]
    return rule(kind, **context) if known else rule("other")


def _keys(model: type[BaseModel], loc: tuple[str | int, ...]) -> list[str]:
    """Return the keys allowed in the table at `loc`."""
    here: Any = model
    for part in loc:
        here = here.model_fields[part].annotation if isinstance(part, str) else get_args(here)[0]
    return list(here.model_fields)
