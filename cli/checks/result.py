"""What a check of `piyao doctor` is given, and what it says."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cli.messages import message
from domain.office.office import Office
from settings import Settings

MOST = 8
"""How many names a line lists; the rest is counted."""


class CheckResult(NamedTuple):
    """Say whether a check holds, what was found, and what to do where it does not."""

    ok: bool
    found: str
    todo: str = ""


@dataclass(frozen=True)
class CheckContext:
    """Be what the checks look at; `office` is None, and `unfit` says why, where its files cannot be used."""

    settings: Settings
    office: Office | None
    unfit: str = ""


Check = Callable[[CheckContext], Awaitable[CheckResult]]


def unread() -> CheckResult:
    """Say that this cannot be looked at before the office's files are put right."""
    return CheckResult(False, message("check_unread"), message("todo_config_first"))


def listed(names: Sequence[str]) -> str:
    """Name the first few, and say how many there are."""
    first = "、".join(names[:MOST])
    return message("names_and_more", names=first, count=len(names)) if len(names) > MOST else first
