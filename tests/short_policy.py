"""The sample office in a hurry: its folder, with yellow clocks that run out within minutes, at any hour, unlimited."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from bench.support.offices import without_limits
from settings import PACKAGED

RUNGS = (
    ("remind", "owner.liaison_a"),
    ("due_soon", "owner.liaison_b"),
    ("breach", "owner.deputy"),
    ("escalate", "office.deputy"),
    ("escalate", "owner.head"),
)
"""Five rungs, each for one more seat: of which kind, and whom besides the office's duty seat."""

BY = '["wecom", "sms"]'
"""Channels that go to a webhook where one is set."""


def office(folder: Path, ladder: tuple[str, str, str, str, str], budgets: Mapping[str, str]) -> Path:
    """Write the office's folder; `ladder` places the five rungs (`"50%"`, `"+1m"`), `budgets` replaces yellow's.

    A minute is the shortest budget an office can write; a ladder of small shares rings within seconds all the same.
    Nobody sleeps: the quiet hours are taken out, so that a story goes the same way whenever it is played.
    """
    shutil.copytree(PACKAGED, folder)
    file = folder / "policy.toml"
    policy = without_limits(file.read_text(encoding="utf-8"))
    found = re.search(r"(?ms)^\[level\.yellow\]\n.*?(?=^\[)", policy)
    assert found is not None, "the sample office has no yellow level any more"
    yellow = re.sub(r"(?m)^quiet = .*\n", "", found[0])
    yellow = re.sub(r"(?m)^start = .*$", f'start = {{ to = ["owner.liaison_a"], by = {BY} }}', yellow)
    yellow = re.sub(r"(?ms)^ladder = \[.*?^\]$", _written(ladder), yellow)
    for name, budget in budgets.items():
        yellow, replaced = re.subn(rf'(?m)^{name} = ".*?"', f'{name} = "{budget}"', yellow)
        assert replaced == 1, f"yellow has no {name}"
    file.write_text(policy[: found.start()] + yellow + policy[found.end() :], encoding="utf-8")
    return folder


def _written(ladder: tuple[str, ...]) -> str:
    rungs = [
        f'  {{ at = "{at}", kind = "{kind}", to = ["office.duty", "{seat}"], by = {BY} }},'
        for at, (kind, seat) in zip(ladder, RUNGS, strict=True)
    ]
    return "\n".join(["ladder = [", *rungs, "]"])
