"""The rows of the register as the program reads and writes them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from domain.case.summary import Summary
from domain.case_number import case_number
from domain.decisions import Actor, Original
from domain.events import Event, UnknownEvent
from domain.runs import RunAlarm, RunStatus, begun_with
from domain.values import Frozen, TimelinePosition
from domain.vocabulary import Level, Stage


class DecisionRow(Frozen):
    """A decision as the register has it: stored whole before its Update, its outcome after.

    `body` is its JSON, `body_digest` the SHA-256 (hex) of that. `outcome` is None while unknown, `done`, or the class
    name of the refusal. `seq` is the number the case answered with, None without an answer. `second_factor` is true if
    a code sent by another channel came with it. `wording` are the digests of the fixed texts it was sent with, a line
    each: it may have been sent again after a text had changed.
    """

    update_id: str
    case_id: str
    kind: str
    body: str
    body_digest: str
    actor: Actor
    created_at: datetime
    outcome: str | None = None
    seq: int | None = None
    second_factor: bool = False
    wording: str = ""


class CaseRow(Frozen):
    """A case as the register has it.

    `sources` is from how many different sources its reports came, 0 if not counted. `summary` is the latest, None
    before any. `published` is whether the bulletin has a page of it, an interim notice only while the case runs. `run`
    is how its workflow stands. `district` is the one triage gave it, None without one. `asked` are the units it asks or
    ever asked (`domain.access.reading`). `basket` is whether it is a triage basket 待归并 of which nobody has said what
    its claim is.
    """

    case_id: str
    number: str
    claim: str
    level: Level
    opened_at: datetime
    sightings: int
    sources: int = 0
    district: str | None = None
    asked: tuple[str, ...] = ()
    summary: Summary | None
    published: bool
    basket: bool = False
    run: RunStatus = RunStatus.RUNNING


class NumberedCase(Frozen):
    """The case of a number, as a duplicate names it.

    It counts as running or answered if the case at the end of its merges is; `runs` is the id of the one that runs.
    """

    original: Original
    runs: str | None = None


class CaseCursor(Frozen):
    """How far the register has the timeline of a case.

    `marks` counts what has moved the case. `tries` is how often in a row it was asked in vain, and `problem` why it did
    not answer, None if it did. `run` is how its workflow stands. `alarm` is why people are still to be called, if so.
    `settled` is true if nothing is known to be missing, `started` if its first report was handed over. `chain` is the
    id of the case's first run, empty while unknown; `nonce` is what was chosen for a start whose run is not known yet.
    """

    case_id: str
    position: TimelinePosition
    marks: int
    tries: int = 0
    problem: str | None = None
    run: RunStatus = RunStatus.RUNNING
    alarm: RunAlarm | None = None
    settled: bool = False
    started: bool = False
    chain: str = ""
    nonce: str = ""

    @property
    def runs_in(self) -> str:
        """Return what names the chain of runs of the case; empty if nothing does, in a case of an earlier version."""
        return self.chain or begun_with(self.nonce)

    def owns(self, chain: str, nonce: str) -> bool:
        """Return whether a run is one of the case's, by the first run of its chain and by what its start carried."""
        return chain == self.chain if self.chain else nonce == self.nonce or not self.nonce


class KeptState(Frozen):
    """The whole state of a case at one entry of its timeline, as JSON of the model of that version."""

    case_id: str
    epoch: int
    seq: int
    version: int
    state: str
    at: datetime


class BegunDecision(Frozen):
    """A decision that is about to be sent.

    `earlier` is the stored one if its id is known, else None. `recorded` is where the timeline of its case ends in the
    register, None if the register does not know the case. `chain` names its chain of runs, as in `CaseCursor.runs_in`,
    and `run` is how its workflow stands.
    """

    earlier: DecisionRow | None = None
    recorded: TimelinePosition | None = None
    chain: str = ""
    run: RunStatus = RunStatus.RUNNING


class TimelineEntry(Frozen):
    """One entry as the register has it: an `Entry` of `domain.events`, with the epoch it belongs to.

    `epoch` is 1 until the case goes on from an earlier state. One entry that a newer or older version wrote keeps
    nobody from the others.
    """

    epoch: int
    seq: int
    at: datetime
    by: Actor | None = None
    event: Annotated[Event | UnknownEvent, Field(union_mode="left_to_right")]
    previous: str


def _number(text: str) -> str:
    if case_number(text) is None:
        raise PydanticCustomError("no_case_number", "no number of a case")
    return text


WrittenNumber = Annotated[str, AfterValidator(_number)]
"""The number of a case in one of the ways people write it."""


class CaseFilter(Frozen):
    """The conditions of a list of cases; every field that is not None must hold. People ask it; it is never stored.

    `unit` is the code of a unit that is asked, `owner` that of a unit that owes a running clock. `stopped` is whether
    the workflow was stopped, `live` whether the case still asks something of somebody: it is open, or a page of it that
    a channel refused waits. `number` is one case's, `before` that of a case the listed ones are older than, both in any
    way people write it. `urgent_first` orders by when the present step is due, the earliest first; otherwise the newest
    come first. `limit` is the largest number of cases.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    stage: Stage | None = None
    level: Level | None = None
    unit: str | None = None
    topic: str | None = None
    district: str | None = None
    owner: str | None = None
    overdue: bool | None = None
    stopped: bool | None = None
    live: bool | None = None
    number: WrittenNumber | None = None
    before: WrittenNumber | None = None
    urgent_first: bool = False
    limit: int = 100


class WantedSplit(Frozen):
    """A decision to take a report out of a case, with what the register needs to open another one for it.

    `to_case` is the id and `year` the year of the number which that gets, unless they were chosen before; `folded` is
    the report's text as it is compared, and `at` when the decision was taken.
    """

    update_id: str
    case_id: str
    report_id: str
    reason: str
    to_case: str
    year: int
    folded: str
    at: datetime


class UnindexedClaim(Frozen):
    """The text of a report whose case, at a position of the cases, has no wording in the index yet."""

    position: int
    case_id: str
    text: str
