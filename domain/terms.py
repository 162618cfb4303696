"""The terms of a case: the part of the policy it was opened with and keeps to its end.

They hold no list of units and no persons: who holds a seat is looked up when a rung rings.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import Any

from pydantic import Field, ModelWrapValidatorHandler, model_serializer, model_validator

from domain.values import Frozen, is_empty, is_none
from domain.vocabulary import ClockName, Exit, Issuer, Level, Mode, RungKind, Seat
from domain.worktime.quiet_hours import Quiet
from domain.worktime.working_time import Span


class QuorumRest(StrEnum):
    """How many of the co-units must have answered, besides the lead unit."""

    ALL = "all"
    MAJORITY = "majority"
    NOBODY = "nobody"


class UnitRef(Frozen):
    """A unit as a case refers to it: its code, the short name officers read, and what the rules need to know of it.

    `parent` is the code of the superior unit, if any.
    """

    code: str
    short: str
    parent: str | None = None
    can_lead: bool = False


class Addressee(Frozen):
    """A seat in a unit, as the receiver of a notice; `unit` is the unit's code."""

    unit: str
    seat: Seat


class Gap(Frozen):
    """A wanted seat that was empty, and the seat reached instead; None if only the administrators were notified.

    Somebody held it, but a call had reached nobody there (`unanswered`), or no letter could be delivered (`held`), or
    there was no number to call (`no_number`): then the letter reached the seat all the same, and the call `reached`.
    """

    wanted: Addressee
    reached: Addressee | None = None
    unanswered: bool = Field(default=False, exclude_if=is_empty)
    held: bool = Field(default=False, exclude_if=is_empty)
    no_number: bool = Field(default=False, exclude_if=is_empty)


class Refusal(Frozen):
    """A letter to a seat that its channel refused.

    `instead` are the person's other channels it went or goes by, empty if there is none: a call is no such channel.
    `office` is whether the channel refuses the office itself, and so every letter; else it refuses this person or this
    letter for good.
    """

    to: Addressee
    by: str
    instead: tuple[str, ...] = ()
    office: bool = False

    @property
    def key(self) -> str:
        """Return what tells it from others of the same wave."""
        return f"{self.to.unit}.{self.to.seat}/{self.by}"


class Whose(StrEnum):
    """Whose seat an audience is: of the unit that owes a clock, of that unit's parent, of the office, of one unit."""

    OWNER = "owner"
    PARENT = "parent"
    OFFICE = "office"
    UNIT = "unit"


_AUDIENCE = re.compile(r"(?:(owner|office|parent)|unit:([a-z][a-z0-9_]{0,15}))\.([a-z_]+)")


class Audience(Frozen):
    """A seat as a policy names it: `owner.duty`, `office.head`, `parent.deputy`, `unit:zfb.duty`; travels as its text.

    `unit` is the code of a unit, with `Whose.UNIT` only. Which seat of which unit it is, a case knows (`resolve`).
    """

    whose: Whose
    unit: str | None = None
    seat: Seat

    @classmethod
    @lru_cache(maxsize=512)  # a case names some dozens, few of them different, and is read at every step
    def of(cls, text: str) -> Audience:
        """Read what a policy names.

        Raises:
            ValueError: `text` names no audience, or a seat that does not exist.

        """
        if (parts := audience_parts(text)) is None:
            allowed = "owner.SEAT, office.SEAT, parent.SEAT or unit:CODE.SEAT"
            raise ValueError(f"{text!r} is no audience; allowed: {allowed}")
        return cls.model_validate({"whose": parts[0], "unit": parts[1], "seat": parts[2]})

    @classmethod
    def owner(cls, seat: Seat) -> Audience:
        """Return the audience of a seat of the unit that owes a clock."""
        return cls(whose=Whose.OWNER, seat=seat)

    @classmethod
    def office(cls, seat: Seat) -> Audience:
        """Return the audience of a seat of the coordinating office."""
        return cls(whose=Whose.OFFICE, seat=seat)

    def resolve(self, *, owner: str, office: str, parent: str | None = None) -> Addressee | None:
        """Return the seat meant where `owner` owes; None where the owner's parent is meant and it has none."""
        codes = {Whose.OWNER: owner, Whose.OFFICE: office, Whose.PARENT: parent, Whose.UNIT: self.unit}
        unit = codes[self.whose]
        return Addressee(unit=unit, seat=self.seat) if unit is not None else None

    @model_validator(mode="wrap")
    @classmethod
    def _read(cls, value: Any, read: ModelWrapValidatorHandler[Audience]) -> Audience:
        return cls.of(value) if isinstance(value, str) else read(value)

    @model_serializer
    def __str__(self) -> str:
        """Write it as a policy names it."""
        return f"unit:{self.unit}.{self.seat}" if self.whose is Whose.UNIT else f"{self.whose}.{self.seat}"


def audience_parts(text: str) -> tuple[Whose, str | None, str] | None:
    """Take an audience apart: whose, the unit's code with `Whose.UNIT`, the seat's name; None where it is none."""
    match = _AUDIENCE.fullmatch(text)
    return (Whose(match[1] or Whose.UNIT), match[2], match[3]) if match else None


class Call(Frozen):
    """Whom to call, and by which channels (keys of the policy's `[channel]`)."""

    to: tuple[Audience, ...] = ()
    by: tuple[str, ...] = ()


MAIL = "mail"
"""The channel that wakes nobody."""

PHONE = "phone"
"""The channel that is no letter: somebody makes a call and logs how it ended (docs/design.md, rule 4)."""


class Rung(Call):
    """One step of a ladder: at a share of the budget (`percent`), or a span `after` the due instant.

    `phone_by` is who makes its calls, and how they are told; None: as the level says.
    """

    kind: RungKind
    percent: int | None = None
    after: Span | None = None
    phone_by: Call | None = Field(default=None, exclude_if=is_none)


class LevelTerms(Frozen):
    """What one level promises: the budget of each clock, the ladder, the pace of its rungs, and the channels."""

    name: str
    budgets: dict[ClockName, Span]
    min_gap: Span
    ack_lives: Span
    start: Call
    inform_at_start: Call = Call()
    ladder: tuple[Rung, ...]
    publish_to: tuple[str, ...]
    pause: Span | None = None
    """The longest a pause may last; None: the level allows no pause."""
    quiet: Quiet | None = None
    """The hours in which nobody is reminded; None: reminders go out at any hour."""
    expires_at_breach: bool = Field(default=False, exclude_if=is_empty)
    """Whether a request nobody accepts ends the moment it is due, not only once its whole ladder has rung."""
    extends_response: bool = False
    """Whether an extension of an answer moves the response clock too: only where that figure is the office's own."""
    local_response: bool = Field(default=False, exclude_if=is_empty)
    """Whether the figure of the response is the office's own; cases of earlier versions do not say."""
    phone_by: Call | None = Field(default=None, exclude_if=is_none)
    """Who makes the calls of its clocks, and how they are told; None in cases of before: nobody is told."""

    @property
    def own_response(self) -> bool:
        """Return whether the office itself has set how long a response takes, and may let its clock stand still."""
        return self.local_response or self.extends_response


BULLETIN = ("bulletin",)
"""The channels that are public where a policy says nothing else."""


class Signing(Frozen):
    """Who signs what goes out in one issuer's name: the first of each list is asked, the others may stand in.

    `owner` is the competent unit. `sign_urgent` (red and orange) replaces `sign` where it is given.
    """

    review: tuple[Audience, ...]
    consent: bool = True
    sign: tuple[Audience, ...]
    sign_urgent: tuple[Audience, ...] = ()


class HandoverTerms(Frozen):
    """How urgently what leaves by an exit is handed over: it is to be received `within` a span, by a level's ladder.

    `emergency` are the numbers everybody is told to call at once.
    """

    within: Span
    level: Level = Level.RED
    emergency: tuple[str, ...] = ()


class SurgeTerms(Frozen):
    """From how many different sources within an hour the provisional level of a case is raised, and to which."""

    sources: int
    level: Level


class Terms(Frozen):
    """The promises of one case, with the version of the policy they come from (at most 6 KB)."""

    policy: str
    mode: Mode
    city: str
    office: UnitRef
    named: dict[str, str] = {}
    levels: dict[Level, LevelTerms]
    lead_alone_publishes: tuple[Level, ...] = ()
    quorum_rest: QuorumRest = QuorumRest.MAJORITY
    sessions_at_triage: tuple[Level, ...] = ()
    findings_approved_at: tuple[Level, ...] = ()
    issuers: dict[Issuer, str] = {}
    signing: dict[Issuer, Signing]
    signing_interim: tuple[Audience, ...]
    bounce_limit: int = 2
    public: tuple[str, ...] = Field(default=BULLETIN, exclude_if=lambda channels: channels == BULLETIN)
    """The channels by which the public gets a page; a receipt of any other makes nothing public."""

    exits: dict[Exit, HandoverTerms] = Field(default={}, exclude_if=is_empty)
    """The exits whose unit has to receive what it is passed; what leaves by another is told to its unit, and closed."""

    surge: SurgeTerms | None = Field(default=None, exclude_if=is_none)
    """When an unusual rise raises the provisional level; None in cases of before: it never does."""

    def issuer_name(self, issuer: Issuer = Issuer.JOINT) -> str:
        """Return the name in which a text of `issuer` goes out; the city's name where none is set."""
        return self.issuers.get(issuer, self.city)

    def at(self, level: Level) -> LevelTerms:
        """Return the terms of `level`."""
        return self.levels[level]
