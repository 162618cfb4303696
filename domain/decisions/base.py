"""Who sends a decision to a case, and what every kind of decision has in common."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, AnyHttpUrl, BaseModel, ConfigDict, Field, StringConstraints

from domain.terms import Addressee, UnitRef
from domain.values import Frozen, TimelinePosition, is_empty, is_none
from domain.visible_text import shows_something
from domain.vocabulary import Seat

UnitCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,15}$")]
"""The code of a unit."""
ReportId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
"""The id of a report."""
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 in lower-case hex."""


def readable(text: str) -> str:
    """Return a text in which a reader sees something.

    Raises:
        ValueError: every character of it is a blank, a mark without a letter, or invisible.

    """
    if not shows_something(text):
        raise ValueError("holds no readable character")
    return text


Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(readable)]
"""A line of 1 to 200 characters."""
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000), AfterValidator(readable)]
"""A text of 1 to 4000 characters."""
Link = Annotated[AnyHttpUrl, Field(max_length=2000)]
"""A web address of at most 2000 characters."""


MOST_SPLIT = 20
"""How many of the reports that leave a case are named."""

SeenGeneration = Annotated[int, Field(strict=True, ge=1, le=9999)]
"""The generation of the clock the sender saw."""
SeenNumber = Annotated[int, Field(strict=True, ge=0, le=9999)]
"""The number of what the sender saw: a visit, a round of findings, a session, a version of the text."""


class Signer(Frozen):
    """Who stands behind a text or a finding: a person's id, and the unit the person acted for.

    `same_as` is the id under which the same natural person is listed as well, None if this is the only one.
    """

    person: str
    unit: str
    same_as: str | None = Field(default=None, exclude_if=is_empty)

    @property
    def voice(self) -> str:
        """Return what two entries of one natural person have in common: one voice, whatever the seat."""
        return self.same_as or self.person


class Actor(Frozen):
    """Who sends a decision: a person's id, with the unit and the seats held at the moment of the decision.

    `short` is the unit's short name, `parent` the code of its superior unit. `same_as` is the id under which the same
    natural person is listed as well, None if this is the only one.
    """

    person: str
    unit: str
    short: str
    parent: str | None = None
    seats: tuple[Seat, ...]
    same_as: str | None = Field(default=None, exclude_if=is_empty)
    own_unit: str = Field(default="", exclude_if=is_empty)
    """The unit of the person who stands in for an empty seat, with the seats held there (`own_seats`); else empty."""
    own_seats: tuple[Seat, ...] = Field(default=(), exclude_if=is_empty)
    vacant: tuple[Addressee, ...] | None = Field(default=None, exclude_if=is_none)
    """The seats nobody holds now for which the fallback reaches the person; None if nobody looked."""

    @property
    def signer(self) -> Signer:
        """Return the actor as a signer."""
        return Signer(person=self.person, unit=self.unit, same_as=self.same_as)

    @property
    def voice(self) -> str:
        """Return what two entries of one natural person have in common: one voice, whatever the seat."""
        return self.same_as or self.person

    def sits(self, unit: str, *seats: Seat) -> bool:
        """Return whether the actor holds one of `seats` in `unit`; without `seats`, any seat."""
        return self.unit == unit and (not seats or any(seat in seats for seat in self.seats))


CONSOLE = Actor(person="temporal-ui", unit="", short="", seats=())
"""The actor of an unsealed `escalate` in a history of an earlier version: the seal lets none pass any more."""


SYSTEM = Actor(person="system", unit="", short="", seats=())
"""The actor that sends a newer calendar: no person, but under the seal like one."""


class SeatHolders(Frozen):
    """The voices that hold one seat of a unit and can be reached; empty if nobody does."""

    unit: str
    seat: Seat
    voices: tuple[str, ...] = ()


class Original(Frozen):
    """The case a duplicate is merged into, as it stood then: whether it runs, and whether its answer is public.

    If it was merged into another itself, that is whether the case at the end runs or is answered.
    """

    case_id: str
    number: str
    running: bool = False
    answered: bool = False


class SplitCase(Frozen):
    """The case that reports get which leave another (of their own, or one there is), and what that still counts.

    `reports` begins with the one a person named; of many, only the first are listed, and `moved` is how many there are.
    """

    case_id: str
    number: str
    reports: tuple[str, ...] = Field(max_length=MOST_SPLIT)
    moved: int
    count: int
    districts: int
    channels: int


class Wording(Frozen):
    """A text in the office's fixed wording."""

    title: str
    text: str

    @property
    def digest(self) -> str:
        """Return the SHA-256 (hex) over the text."""
        return hashlib.sha256(f"{self.title}\n{self.text}".encode()).hexdigest()


class Proven(Frozen):
    """What the desk proves with a decision: the actor, the units it names, and what its text holds.

    `units` are by code. `competent` are the units whose field a text touches. `exclusive` names who alone may give each
    kind of information the text holds, by the kind's name. `wording` is the fixed text of an interim notice.
    `concludes` are the words in what an interim notice adds that read as a verdict.
    `unfilled` are the placeholders of a draft template that a text still holds.
    `second_factor` is true if a code sent by another channel came back. `recorded` is how far the register had the
    timeline when the decision was sent, None if nobody looked; the case then keeps those entries no longer. `chain` is
    the id of the case's first run: what is proven holds in that chain of runs only. `waited` is how long the decision
    lay at the desk before it was sent: a length of time needs no clock that is right. `proposer_left` is true if
    whoever asked for what is confirmed holds none of those seats any more. `holders` are those who can sign
    now, of every unit a text may need; a unit that is left out was not looked up. `original` is the case a duplicate
    names, or the proposal of one that is confirmed, or to which reports are moved. `split` is the case that reports
    which leave this one get, None without one. `same_claim` is the number of the running case that claims, to the
    letter, what triage gives as the claim of a basket.
    """

    actor: Actor
    units: dict[str, UnitRef] = {}
    competent: tuple[str, ...] = ()
    exclusive: dict[str, UnitRef] = {}
    wording: Wording | None = None
    concludes: tuple[str, ...] = Field(default=(), exclude_if=is_empty)
    unfilled: tuple[str, ...] = Field(default=(), exclude_if=is_empty)
    second_factor: bool = False
    recorded: TimelinePosition | None = Field(default=None, exclude_if=is_empty)
    chain: str = ""
    waited: timedelta = Field(default=timedelta(), exclude_if=is_empty)
    proposer_left: bool = Field(default=False, exclude_if=is_empty)
    holders: tuple[SeatHolders, ...] = Field(default=(), exclude_if=is_empty)
    original: Original | None = Field(default=None, exclude_if=is_empty)
    split: SplitCase | None = Field(default=None, exclude_if=is_empty)
    same_claim: str | None = Field(default=None, exclude_if=is_empty)


class Decision(BaseModel):
    """The base class of every kind of decision.

    Unknown fields are refused where a person sends them (`extra="forbid"`), and left out where a stored decision or a
    history of a later version is read.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", str_strip_whitespace=True, hide_input_in_errors=True)

    def named_units(self) -> tuple[str, ...]:
        """Return the codes of the units this decision names."""
        return ()

    def found_by(self) -> dict[str, str | None]:
        """Return the texts of this decision by which its case is found in Temporal, by their fields."""
        return {}
