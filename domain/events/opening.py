"""How a case begins, moves and ends."""

from __future__ import annotations

from typing import Literal

from domain.values import Frozen
from domain.vocabulary import Exit, Level, Stage, Verdict


class CaseOpened(Frozen):
    kind: Literal["case_opened"] = "case_opened"
    level: Level
    channel: str
    place: str | None = None


class Sighted(Frozen):
    kind: Literal["sighted"] = "sighted"
    count: int
    districts: int
    channels: int


class StageEntered(Frozen):
    kind: Literal["stage_entered"] = "stage_entered"
    stage: Stage
    visit: int


class Triaged(Frozen):
    kind: Literal["triaged"] = "triaged"
    level: Level
    topic: str
    district: str | None = None
    reason: str | None = None


class PassedOn(Frozen):
    kind: Literal["passed_on"] = "passed_on"
    exit: Exit
    to: str | None = None
    reason: str | None = None


class LevelChanged(Frozen):
    kind: Literal["level_changed"] = "level_changed"
    old: Level
    new: Level
    reason: str


class Noted(Frozen):
    kind: Literal["noted"] = "noted"
    text: str


class CaseClosed(Frozen):
    kind: Literal["case_closed"] = "case_closed"
    exit: Exit | None = None
    verdict: Verdict | None = None
    remarks: str | None = None
