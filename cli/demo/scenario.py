"""The demo's scenes: what is reported, and what the played officers find out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.vocabulary import Exit, Level, PublicationKind, Verdict
from settings import PACKAGED

FILE = PACKAGED / "demo" / "cases.jsonl"


class Expected(BaseModel):
    """What officers find out about a claim: an `exit` if it is no rumor, nothing if it joins another case."""

    model_config = ConfigDict(frozen=True)

    match: str
    exit: Exit | None = None
    topic: str | None = None
    level: Level | None = None
    level_reason: str | None = None
    lead_unit: str | None = None
    co_units: tuple[str, ...] = ()
    verdict: Verdict | None = None
    publication: PublicationKind | None = None
    finding: str | None = None
    rebuttal: str | None = None


class Scene(BaseModel):
    """One report and its expected course."""

    model_config = ConfigDict(frozen=True)

    id: str
    at: str
    channel: str
    place: str
    text: str
    expected: Expected

    @property
    def joins(self) -> str | None:
        """Return the id of the scene whose case this report joins; None if it opens one."""
        how, _, other = self.expected.match.partition(":")
        return other if how == "exact" else None

    @property
    def report(self) -> dict[str, Any]:
        """Return the body of the report."""
        return {"text": self.text, "at": self.at, "place": self.place, "channel": self.channel}

    @property
    def district(self) -> str | None:
        """Return the district the report names; None for the whole city."""
        return self.place if self.place.endswith("区") else None


def scenes(file: Path = FILE) -> list[Scene]:
    """Return the demo's scenes in the order they are played."""
    lines = file.read_text(encoding="utf-8").split("\n")
    return [Scene.model_validate(json.loads(line)) for line in lines if line.strip()]
