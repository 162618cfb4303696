"""What a check of `piyao doctor` is given, and what it returns."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cli.messages import message
from domain.office.office import Office
from settings import Settings

MOST = 8
"""How many names a line lists before it counts them instead."""


class CheckResult(NamedTuple):
    """The result of a check: whether all is well, what was found, and what to do if something is wrong.

    `waits` is true for what cannot be there yet, because the office was never started: nothing is wrong with it.
    """

    ok: bool
    found: str
    todo: str = ""
    waits: bool = False


@dataclass(frozen=True)
class CheckContext:
    """What the checks look at. If the office's files cannot be used, `office` is None and `unfit` says why.

    `never_started` is whether nothing of this office was ever started: it has no register yet.
    """

    settings: Settings
    office: Office | None
    unfit: str = ""
    never_started: bool = False

    def away(self, found: str, todo: str) -> CheckResult:
        """Return the result for a part that does not answer: before the first start none does."""
        if self.never_started:
            return CheckResult(True, message("found_not_started"), waits=True)
        return CheckResult(False, found, todo)


Check = Callable[[CheckContext], Awaitable[CheckResult]]


def office_unreadable() -> CheckResult:
    """Return the result of a check that cannot be made before the office's files are corrected."""
    return CheckResult(False, message("check_unread"), message("todo_config_first"))


def shortened(names: Sequence[str]) -> str:
    """Return the first few names in one text, with the count of all if there are more."""
    first = "、".join(names[:MOST])
    return message("names_and_more", names=first, count=len(names)) if len(names) > MOST else first
