"""What happened to clocks, and whom notices reached."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from domain.clocks.pause import PauseReason, ResumedBy
from domain.decisions import Evidence, Signer
from domain.terms import Addressee, Refusal
from domain.values import Frozen, is_empty
from domain.vocabulary import ClockName, PhoneOutcome, RungKind
from domain.worktime.working_time import Span


class RungRang(Frozen):
    """A rung of a clock rang.

    `n` counts the rungs from 1. `late_by` is in seconds. `by_hand` is the reason if a person rang it or a logged call
    reached nobody. `unlogged`: it rang early, because nobody logged the call of the rung before. Calls are passed on
    inside their rung now, so a rung rung by a call is found in earlier entries only.
    """

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
    """A clock's due time passed; `late_by` is in seconds."""

    kind: Literal["clock_breached"] = "clock_breached"
    clock: ClockName
    unit: str
    due: datetime
    late_by: int = 0


class Acknowledged(Frozen):
    """Somebody took a clock in hand, at rung `rung`.

    `after_level` is the number of rungs rung if a level above the person's own had rung; else None.
    """

    kind: Literal["acknowledged"] = "acknowledged"
    clock: ClockName
    unit: str
    rung: int
    until: datetime
    after_level: int | None = None


class AcknowledgementExpired(Frozen):
    """An acknowledgement ended; the ladder goes on."""

    kind: Literal["acknowledgement_expired"] = "acknowledgement_expired"
    clock: ClockName
    unit: str


class RosterGap(Frozen):
    """A wanted seat was empty.

    `reached` is the seat that got the notice in its place; None: only administrators got it, or nobody. `unanswered` is
    whether the seat was not empty, but a call to it reached nobody. `no_number` is whether a call had to go to
    `reached`, because nobody in the seat has a number; None: nobody else has one either, and nobody was called.
    """

    kind: Literal["roster_gap"] = "roster_gap"
    wanted: Addressee
    reached: Addressee | None = None
    unanswered: bool = Field(default=False, exclude_if=is_empty)
    no_number: bool = Field(default=False, exclude_if=is_empty)


class Notified(Frozen):
    """The notices of one wave went out: to which seats, by which channels."""

    kind: Literal["notified"] = "notified"
    to: tuple[Addressee, ...]
    by: tuple[str, ...]


class NotNotified(Frozen):
    """Letters of a wave were not delivered.

    `reason` says which, and why. `given_up` is whether a seat was reached in no other way either, which is a matter of
    the administrators now. `called_off` is whether nobody was to get them any more.
    """

    kind: Literal["not_notified"] = "not_notified"
    reason: str
    given_up: bool = Field(default=False, exclude_if=is_empty)
    called_off: bool = Field(default=False, exclude_if=is_empty)


class LetterRefused(Frozen):
    """Channels refused letters; each names the seat, and by which other channels its holder is reached."""

    kind: Literal["letter_refused"] = "letter_refused"
    refused: tuple[Refusal, ...]


class PhoneLogged(Frozen):
    """Somebody logged how a call about a clock ended.

    `answered_by` is the unit of whoever answered, empty if nobody said. `earlier` is whether it was not the call that
    was out then, but one before: of rung `n` (0: at the start), passed on `times` times.
    """

    kind: Literal["phone_logged"] = "phone_logged"
    clock: ClockName
    unit: str
    outcome: PhoneOutcome
    remarks: str | None = None
    answered_by: str = Field(default="", exclude_if=is_empty)
    earlier: bool = Field(default=False, exclude_if=is_empty)
    n: int = Field(default=0, exclude_if=is_empty)
    times: int = Field(default=0, exclude_if=is_empty)


class CallPassedOn(Frozen):
    """A call of rung `n` (0: at the start) reached nobody, or nobody logged it (`unlogged`): the next person is called.

    `to` are the seats the rung calls; those who stand in for them are called, for the `times`-th time.
    """

    kind: Literal["call_passed_on"] = "call_passed_on"
    clock: ClockName
    unit: str
    n: int
    to: tuple[Addressee, ...]
    times: int
    unlogged: bool = Field(default=False, exclude_if=is_empty)


class CasePaused(Frozen):
    """The clocks of the case were stopped until an end, or of a co-unit (`unit`) its answer clock alone."""

    kind: Literal["case_paused"] = "case_paused"
    reason: PauseReason
    until: datetime
    evidence: tuple[Evidence, ...] = ()
    remarks: str | None = None
    unit: str = Field(default="", exclude_if=is_empty)


class PauseEnding(Frozen):
    """The end of a pause was announced; `unit` is the co-unit whose own it is, empty if the case's."""

    kind: Literal["pause_ending"] = "pause_ending"
    until: datetime
    unit: str = Field(default="", exclude_if=is_empty)


class PauseShortened(Frozen):
    """Another level let a pause last less long than it was set; `unit` as in `PauseEnding`."""

    kind: Literal["pause_shortened"] = "pause_shortened"
    until: datetime
    unit: str = Field(default="", exclude_if=is_empty)


class CaseResumed(Frozen):
    """A pause ended; `unit` as in `PauseEnding`.

    `at` is when the clocks go on from. If the pause ran out, that is its end, however late this was noticed.
    """

    kind: Literal["case_resumed"] = "case_resumed"
    why: ResumedBy
    at: datetime
    remarks: str | None = None
    unit: str = Field(default="", exclude_if=is_empty)


class ClockExtended(Frozen):
    """A clock got more time; `old` and `new` are its due times."""

    kind: Literal["clock_extended"] = "clock_extended"
    clock: ClockName
    unit: str
    longer: Span
    old: datetime
    new: datetime
    asked_by: Signer | None = None


class CalendarChanged(Frozen):
    """The case began to count by a newer working calendar."""

    kind: Literal["calendar_changed"] = "calendar_changed"
    version: str


class DueMoved(Frozen):
    """A newer calendar moved a clock's due time, or settled a provisional one."""

    kind: Literal["due_moved"] = "due_moved"
    clock: ClockName
    unit: str
    generation: int
    old: datetime
    new: datetime
    provisional: bool = False


class Nudged(Frozen):
    """An officer urged those who work on a clock (催办)."""

    kind: Literal["nudged"] = "nudged"
    clock: ClockName
    unit: str
    to: tuple[Addressee, ...]
    text: str | None = None


class Supervised(Frozen):
    """A clock was put under supervision (督办)."""

    kind: Literal["supervised"] = "supervised"
    clock: ClockName
    unit: str
    to: tuple[Addressee, ...]
    reason: str
