"""The shape of `people.toml`: who holds which seat from when to when."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import (
    Field,
    StrictBool,
    StringConstraints,
)

from adapters.office.schema.fields import ChannelName, Filled
from domain.office.office import Person
from domain.values import Frozen

PersonId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
"""The id of a person."""


KeyDigest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""The SHA-256 of a personal key, in lower-case hex."""


class PeopleIn(Frozen):
    """The file `people.toml`; its persons are read one by one."""

    person: tuple[Any, ...]


class PersonIn(Person):
    """One `[[person]]` table."""

    id: PersonId
    name: Filled
    addresses: dict[ChannelName, Filled] = Field(default={})
    key_digest: KeyDigest | None = None
    administrator: StrictBool = False
    same_as: PersonId | None = None
