"""What happens to clocks, and whom notices reach."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from domain.terms import Addressee, Frozen
from domain.words import ClockName, PhoneOutcome, RungKind


class RungRang(Frozen):
    kind: Literal["rung_rang"] = "rung_rang"
    clock: ClockName
    unit: str
    generation: int
    rung: RungKind
    n: int
    to: tuple[Addressee, ...]
    planned: datetime
    late_by: int = 0
    by_hand: str | None = None


class ClockBreached(Frozen):
    kind: Literal["clock_breached"] = "clock_breached"
    clock: ClockName
    unit: str
    due: datetime
    late_by: int = 0


class Acknowledged(Frozen):
    kind: Literal["acknowledged"] = "acknowledged"
    clock: ClockName
    unit: str
    rung: int
    until: datetime


class AcknowledgementExpired(Frozen):
    kind: Literal["acknowledgement_expired"] = "acknowledgement_expired"
    clock: ClockName
    unit: str


class RosterGap(Frozen):
    kind: Literal["roster_gap"] = "roster_gap"
    wanted: Addressee
    reached: Addressee | None = None


class Notified(Frozen):
    kind: Literal["notified"] = "notified"
    to: tuple[Addressee, ...]
    by: tuple[str, ...]


class NotNotified(Frozen):
    kind: Literal["not_notified"] = "not_notified"
    reason: str


class PhoneLogged(Frozen):
    kind: Literal["phone_logged"] = "phone_logged"
    clock: ClockName
    unit: str
    outcome: PhoneOutcome
    remarks: str | None = None
