"""Who says something to a case, and what every kind of decision has in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import AnyHttpUrl, BaseModel, ConfigDict, Field, StringConstraints

from domain.terms import UnitRef
from domain.values import Frozen
from domain.vocabulary import Seat

UnitCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,15}$")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Link = Annotated[AnyHttpUrl, Field(max_length=2000)]


class Signer(Frozen):
    """Be whoever put a name to something: a person by id, and the unit it was done for."""

    person: str
    unit: str


class Actor(Frozen):
    """Be who speaks: a person by id, with the unit and the seats held at the moment of the decision."""

    person: str
    unit: str
    short: str
    parent: str | None = None
    seats: tuple[Seat, ...]

    @property
    def signer(self) -> Signer:
        """Return the actor as one who signs."""
        return Signer(person=self.person, unit=self.unit)

    def sits(self, unit: str, *seats: Seat) -> bool:
        """Tell whether the actor holds one of `seats` (any, if none is named) in `unit`."""
        return self.unit == unit and (not seats or any(seat in seats for seat in self.seats))


CONSOLE = Actor(person="temporal-ui", unit="", short="", seats=())
"""Whoever speaks without the desk's proof: may escalate, nothing else."""


SYSTEM = Actor(person="system", unit="", short="", seats=())
"""Who tells a case of a newer calendar: no person, and proven under the seal like one."""


class Wording(Frozen):
    """Be a text in the office's fixed wording."""

    title: str
    text: str


class Proven(Frozen):
    """Hold what the desk proves with a decision: the actor, the units it names, and what its text holds.

    `competent` are the units whose field a text touches, `exclusive` who alone may give a kind of information it
    holds (by its name), `wording` is the fixed text of an interim notice, `second_factor` tells that a code sent by
    another channel came back.
    """

    actor: Actor
    units: dict[str, UnitRef] = {}
    competent: tuple[str, ...] = ()
    exclusive: dict[str, UnitRef] = {}
    wording: Wording | None = None
    second_factor: bool = False


class Decision(BaseModel):
    """Be the base of every kind; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    def named_units(self) -> tuple[str, ...]:
        """Return the codes of the units this decision names."""
        return ()
