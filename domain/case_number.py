"""The number of a case as people write it: brackets of any kind or none, a hyphen, full-width digits."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_WRITTEN = re.compile(r"[^0-9A-Za-z_]{0,4}(20\d\d)[^0-9A-Za-z_]{0,3}(\d{1,9})[^0-9A-Za-z_]{0,2}")


class CaseNumber(NamedTuple):
    """A number of a case: its year, and which case of that year it is."""

    year: int
    serial: int


def case_number(text: str) -> CaseNumber | None:
    """Return the number a text means; None if it is none, such as the id of a case or a serial without a year."""
    found = _WRITTEN.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return CaseNumber(int(found[1]), int(found[2])) if found else None
