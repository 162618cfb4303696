"""Durations as an office writes them: `15m`, `5h`, `7d` of wall time.

Working hours (`4wh`) and working days (`2wd`) need the working calendar, which this version does not carry yet:
they are refused by name, never read as wall time.
"""

from __future__ import annotations

import re
from datetime import timedelta

_WALL = re.compile(r"(\d{1,6})(m|h|d)")
_WORKING = re.compile(r"\d+(wh|wd)")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def budget(text: str) -> timedelta:
    """Read a wall-time budget such as `150m`, `5h` or `7d`.

    Raises:
        ValueError: `text` is no budget, is zero, or is in working time.

    """
    if _WORKING.fullmatch(text):
        raise ValueError(f"working time ({text!r}) is not offered yet; allowed: wall time such as 15m, 5h, 7d")
    if not (match := _WALL.fullmatch(text)) or int(match[1]) == 0:
        raise ValueError(f"{text!r} is no duration; allowed: a whole number above 0 and m, h or d, such as 15m, 5h, 7d")
    return int(match[1]) * _UNITS[match[2]]
