"""The state of a case: all it remembers, and nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from domain.case.obligations import PendingEffect
from domain.case.parts import (
    ConsentRefusal,
    Draft,
    JointSession,
    Proposal,
    RefusedPage,
    Request,
    UrgentHandover,
    VerdictFact,
)
from domain.case.summary import Summary
from domain.clocks.clock import Clock
from domain.clocks.pause import ActivePause
from domain.decisions import Opening, Original
from domain.events import Entry
from domain.risk.questions import Spread
from domain.terms import Addressee, Gap, Terms, UnitRef
from domain.values import is_empty
from domain.vocabulary import Exit, Level, PublicationState, Stage, Verdict, VerdictStep
from domain.worktime.working_time import WorkingTime

VERSION = 1
"""The version of the state's model; it grows when an older version could not go on from a newer state."""


class State(BaseModel):
    """All a case remembers; it is serialisable, so it travels through continue-as-new. Instants are aware UTC."""

    model_config = ConfigDict(hide_input_in_errors=True)

    opening: Opening
    """What the case was started with: its first report, terms and working time; it never changes."""
    opened_at: datetime
    """When the case was opened, in workflow time."""
    epoch: int = 1
    """Part of the key of the case's rows in the register; 1 until it goes on from an earlier state (`OpenEpoch`)."""
    seq: int = 0
    """Number of the latest entry of the timeline; 0 before the first. It grows by one with every entry."""
    change_count: int = 0
    """Grows with every decision, sighting and result of an effect; by it the workflow's loop sees that there is news.

    It is compared for equality only: a wave adds one per notice.
    """
    results_taken: int = 0
    """Grows with every pending effect whose result is taken; a wave adds one per notice.

    By it the workflow sees that a task took a result, and so must leave a command (docs/decisions/0002).
    """
    stage: Stage = Stage.REPORT
    """Where the case stands; `Case.enter` moves it along `MOVES` (docs/design.md, rule 1)."""
    visit: int = 1
    """Which passage through triage this is, from 1; it grows when the case returns to triage without its lead unit."""
    level: Level
    """How urgently the case is handled: that of the opening at first, then what triage and `relevel` set."""
    quorum_at: Level | None = Field(default=None, exclude_if=is_empty)
    """The level whose quorum still holds because one person alone raised the case; None: that of its own level."""
    provisional: bool = True
    """Whether triage has yet to confirm the level; false once triage has decided, also if it lets the case out."""
    topic: str | None = None
    """What triage says the claim is about; None before triage, and if it let the case out."""
    district: str | None = None
    """Where triage says the claim belongs; None before triage, or if it named no district."""
    ask: str | None = None
    """What triage asks the units to verify; None before triage, or if it asked nothing in particular."""
    exit: Exit | None = None
    """Why triage let the report out as no rumor; None if it did not."""
    original: Original | None = Field(default=None, exclude_if=is_empty)
    """The case whose answer is the answer of this one, a duplicate; None if it is none."""
    handover: UrgentHandover | None = Field(default=None, exclude_if=is_empty)
    """What is handed over to a unit that has to receive it; None if nothing is, or the office took it back."""
    verdict: Verdict | None = None
    """The cross-checked verdict, which the text has to state; None until the units agree or the chair rules."""
    verdicts: dict[VerdictStep, VerdictFact] = {}
    """The verdicts reached so far with their signers, by step; a later one of the same step replaces the earlier."""
    publication: PublicationState = PublicationState.NONE
    """How far the text of the case is; drafts, votes, a unit's own publication and receipts of channels change it."""
    bounces: int = 0
    """How often the request to the lead unit was declined or has expired.

    At `bounce_limit` of the terms `triage` is refused and the office must `assign` (docs/design.md, rule 10).
    """
    sightings: int = 1
    """How many reports of the claim the case knows of, its first included; the Update `sighted` raises it."""
    districts: int = 0
    """How many different places these reports name; 0 if none names one."""
    channels: int = 1
    """How many different channels these reports came by."""
    sources: int = Field(default=0, exclude_if=is_empty)
    """From how many different sources these reports came, as far as the case knows; 0 in cases of before."""
    surged: bool = Field(default=False, exclude_if=is_empty)
    """Whether a surge has raised the provisional level: it does so once."""
    splits: int = Field(default=0, exclude_if=is_empty)
    """How often reports were taken out of the case: what was counted before that, and comes later, is too much."""
    worded_claim: str | None = Field(default=None, exclude_if=is_empty)
    """What triage has said a basket claims; None before, and in any other case."""
    requests: list[Request] = []
    """All requests to units, in the order they were made; those declined or expired stay in the list."""
    disputed: dict[str, Verdict] = Field(default={}, exclude_if=is_empty)
    """What units had found whose finding was returned, by code: it stands until they answer anew or the chair rules.

    So no return, decline, transfer or silence takes a dissent away (docs/design.md, rule 11).
    """
    finders: tuple[str, ...] = Field(default=(), exclude_if=is_empty)
    """The voices that have handed in or approved a finding, also one that was returned or whose unit was let go.

    None of them rules (docs/design.md, rule 11).
    """
    clocks: list[Clock] = []
    """All clocks of all visits, in the order they were armed; stopped clocks stay in the list."""
    versions: int = 0
    """Number of the latest text of the case; 0 before the first. Drafts and recorded publications of units count."""
    draft: Draft | None = None
    """The text on the table with its votes; None before a text is handed in.

    It becomes None again when the text is void, or a unit's own publication takes its place.
    """
    refusals: tuple[ConsentRefusal, ...] = Field(default=(), exclude_if=is_empty)
    """The refusals to consent that stand: each unit is asked again in every later version of the text.

    One ends when the unit consents, or a confirmed override has named it (docs/design.md, rule 12).
    """
    sessions: list[JointSession] = []
    """All joint sessions, in the order they were opened; at most one of them is open."""
    proposals: tuple[Proposal, ...] = ()
    """The proposals that wait for a second person; confirmed, rejected and lapsed ones are removed."""
    pause: ActivePause | None = None
    """The pause in which all pausable clocks stand still (`pausable`); None if there is none."""
    paused_in: tuple[int, ...] = ()
    """The visits that have had their pause; each has one at most (docs/design.md, rule 8)."""
    calendar: WorkingTime | None = None
    """The newest working calendar `recount` has brought; None while the case counts by the one of the opening."""
    interim_at: datetime | None = None
    """When the interim notice was public, by the first receipt of a public channel; None before."""
    answered_at: datetime | None = None
    """When the first authoritative word was public, the office's or a unit's own; None before."""
    closed_at: datetime | None = None
    """When the case was closed; None before."""
    applied_updates: dict[str, int] = {}
    """The decisions the case has applied: update id -> number of the latest entry once it was applied.

    The same id again changes nothing and is answered with that number.
    """
    timeline: list[Entry] = []
    """The latest entries, `SHOWN` at most, for the operator's page; the register has all of them."""
    head: str
    """The hash of the latest entry; before the first, the hash that one will carry (`domain.events.chain`)."""
    unrecorded: list[Entry] = []
    """The entries the register may not have yet, oldest first; removed once the register is known to have them."""
    backlog_seq: int = 0
    """Number of the latest entry when the case last owed the register its backlog; 0 before."""
    unrecorded_size: int = 0
    """How large these entries are, in bytes of JSON (`KEPT` in `domain.case.case` bounds it)."""
    pending_effects: list[PendingEffect] = []
    """What the case has still to bring about: rules add to it, results of effects remove from it."""
    refused: tuple[RefusedPage, ...] = Field(default=(), exclude_if=is_empty)
    """The pages a channel refused for good, until somebody says whether they are sent once more."""
    waves: int = 0
    """Number of the latest wave of notices; 0 before the first."""
    views: dict[int, Summary] = {}
    """How the case stood when a wave was gathered, by the wave's number; removed when its result is taken.

    A wave that is sent again, even from another run, then has the same texts.
    """
    gathered: dict[int, datetime] = {}
    """When a wave was gathered, by its number; removed when its result is taken. The roster is read as of it."""
    stand_ins: tuple[Gap, ...] = Field(default=(), exclude_if=is_empty)
    """Which seats notices have reached in place of others, each pair once: who sits there may act for the wanted."""
    informed: dict[Level, tuple[Addressee, ...]] = Field(default={}, exclude_if=is_empty)
    """Which seats have been informed that the clocks of a level run, by level."""
    names: dict[str, str] = {}
    """The short names of units by code: of the sender of the first report, and of units that decisions named."""

    @property
    def terms(self) -> Terms:
        """Return the terms this case was opened with."""
        return self.opening.terms

    @property
    def claim(self) -> str:
        """Return what is claimed: in the words of the first report, or as triage of a basket has worded it."""
        return self.worded_claim or self.opening.claim

    @property
    def is_basket(self) -> bool:
        """Return whether reports wait together in it of which nobody has said what they claim."""
        return self.opening.basket and self.worded_claim is None

    @property
    def spread(self) -> Spread:
        """Return how far the claim has gone."""
        return Spread(sightings=self.sightings, districts=self.districts, channels=self.channels)

    @property
    def time(self) -> WorkingTime:
        """Return the working time the case counts by."""
        return self.calendar or self.opening.time

    @property
    def office(self) -> UnitRef:
        """Return the coordinating office."""
        return self.terms.office

    def size(self) -> int:
        """Return how many bytes the case is as JSON: so much it takes to continue it, and to keep its state."""
        return len(self.model_dump_json().encode())

    def become(self, twin: Self) -> None:
        """Take over the state of a copy (`fork`) that rules have changed."""
        self.__dict__.update(twin.__dict__)

    def fork(self) -> Self:
        """Return a copy of the case as far as rules can change it; immutable values are shared.

        Every decision is tried on such a copy; one made with `deepcopy` costs more than the rules themselves.
        """
        twin = self.model_copy()
        twin.requests = [request.model_copy() for request in self.requests]
        twin.clocks = [clock.model_copy() for clock in self.clocks]
        twin.draft = self.draft.model_copy() if self.draft else None
        twin.sessions = [session.model_copy(update={"dissent": dict(session.dissent)}) for session in self.sessions]
        twin.verdicts, twin.disputed = dict(self.verdicts), dict(self.disputed)
        twin.applied_updates, twin.views, twin.names = dict(self.applied_updates), dict(self.views), dict(self.names)
        twin.gathered, twin.informed = dict(self.gathered), dict(self.informed)
        twin.timeline, twin.unrecorded, twin.pending_effects = (
            list(self.timeline),
            list(self.unrecorded),
            list(self.pending_effects),
        )
        return twin
