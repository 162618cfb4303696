"""A due time that letters have named, and the seats they went to."""

from __future__ import annotations

from datetime import datetime

from domain.terms import Addressee
from domain.values import Frozen


class NamedDue(Frozen):
    """A due time of a clock, with the seats whose letters named it."""

    due: datetime
    to: tuple[Addressee, ...]
