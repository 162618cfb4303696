"""`people.toml`: who holds which seat from when to when."""

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


KeyDigest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class PeopleIn(Frozen):
    """Be `people.toml` without its persons."""

    person: tuple[Any, ...]


class PersonIn(Person):
    """Be one `[[person]]` table."""

    id: PersonId
    name: Filled
    addresses: dict[ChannelName, Filled] = Field(default={})
    key_digest: KeyDigest | None = None
    administrator: StrictBool = False
