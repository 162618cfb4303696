"""What happens to clocks, and whom notices reach."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from domain.clocks.pause import PauseReason, ResumedBy
from domain.decisions import Evidence, Signer
from domain.terms import Addressee
from domain.values import Frozen
from domain.vocabulary import ClockName, PhoneOutcome, RungKind
from domain.worktime.working_time import Span


class RungRang(Frozen):
    """`unlogged`: it rang before its time, because nobody logged the call of the rung before."""

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
    unlogged: bool = False


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
    after_level: int | None = None


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


class CasePaused(Frozen):
    kind: Literal["case_paused"] = "case_paused"
    reason: PauseReason
    until: datetime
    evidence: tuple[Evidence, ...] = ()
    remarks: str | None = None


class PauseEnding(Frozen):
    kind: Literal["pause_ending"] = "pause_ending"
    until: datetime


class CaseResumed(Frozen):
    """`at` is when the clocks go on from: the end of the pause, however late that was noticed."""

    kind: Literal["case_resumed"] = "case_resumed"
    why: ResumedBy
    at: datetime
    remarks: str | None = None


class ClockExtended(Frozen):
    kind: Literal["clock_extended"] = "clock_extended"
    clock: ClockName
    unit: str
    longer: Span
    old: datetime
    new: datetime
    asked_by: Signer | None = None


class CalendarChanged(Frozen):
    kind: Literal["calendar_changed"] = "calendar_changed"
    version: str


class DueMoved(Frozen):
    kind: Literal["due_moved"] = "due_moved"
    clock: ClockName
    unit: str
    generation: int
    old: datetime
    new: datetime
    provisional: bool = False


class Nudged(Frozen):
    kind: Literal["nudged"] = "nudged"
    clock: ClockName
    unit: str
    to: tuple[Addressee, ...]
    text: str | None = None


class Supervised(Frozen):
    kind: Literal["supervised"] = "supervised"
    clock: ClockName
    unit: str
    to: tuple[Addressee, ...]
    reason: str
