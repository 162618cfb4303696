"""What tells one clock of a case from another: its name, the unit that owes it, its level, visit and generation."""

from __future__ import annotations

from pydantic import BaseModel, Field

from domain.values import is_empty
from domain.vocabulary import ClockName, Level


class ClockKey(BaseModel):
    """The part of a clock that never changes, but for its level and generation.

    `unit` owes it. `generation` grows whenever the clock is armed again for the same purpose and unit; the keys of its
    notices contain it (docs/design.md, rule 9).
    """

    name: ClockName
    unit: str
    level: Level
    visit: int
    generation: int = 1
    returned: bool = Field(default=False, exclude_if=is_empty)
    """Whether urgent help that a unit returned waits for it: it is as urgent as the handover was."""

    @property
    def key(self) -> str:
        """Return the clock's name inside its case, the same in every run and attempt."""
        return f"{self.stem}{self.generation}"

    @property
    def stem(self) -> str:
        """Return the prefix that the keys of all its generations share."""
        return f"v{self.visit}/{self.name}:{self.unit}/g"

    @property
    def urgent(self) -> bool:
        """Return whether it is about urgent help: its level and budget are then its own, whatever the case's."""
        return self.returned or self.name is ClockName.HANDOVER
