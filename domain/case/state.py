"""The state of a case, and what can be read off it; what changes it stands in `domain/case/case.py`."""

from __future__ import annotations

from datetime import datetime
from typing import Self, TypeGuard

from pydantic import BaseModel

from domain.case.notice_kinds import Message
from domain.case.obligations import Notice, PendingEffect
from domain.case.parts import Draft, JointSession, Proposal, Request, VerdictFact
from domain.case.summary import Summary
from domain.clocks.clock import Clock
from domain.clocks.pause import ActivePause
from domain.decisions import Opening
from domain.errors import Unfit
from domain.events import Entry
from domain.terms import LevelTerms, Terms, UnitRef
from domain.vocabulary import ClockName, Exit, Level, PublicationState, RequestState, Role, Stage, Verdict, VerdictStep
from domain.worktime.working_time import WorkingTime

ENDED = (RequestState.DECLINED, RequestState.EXPIRED)
"""The states of a request that asks nothing of its unit any more."""


def waits(effect: PendingEffect) -> TypeGuard[Notice]:
    """Return whether an effect is a notice that waits for a digest."""
    return isinstance(effect, Notice) and effect.wave == 0 and effect.not_before is not None


class State(BaseModel):
    """All a case remembers; it is serialisable, so it travels through continue-as-new. Instants are aware UTC."""

    opening: Opening
    """What the case was started with: its first report, terms and working time; it never changes."""
    opened_at: datetime
    """When the case was opened, in workflow time."""
    epoch: int = 1
    """Part of the key of the case's rows in the register; 1 for every case today."""
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
    """How many reports of the claim the case knows of, its first included; the signal `sighted` raises it."""
    districts: int = 0
    """How many different places these reports name; 0 if none names one."""
    channels: int = 1
    """How many different channels these reports came by."""
    requests: list[Request] = []
    """All requests to units, in the order they were made; those declined or expired stay in the list."""
    clocks: list[Clock] = []
    """All clocks of all visits, in the order they were armed; stopped clocks stay in the list."""
    versions: int = 0
    """Number of the latest text of the case; 0 before the first. Drafts and recorded publications of units count."""
    draft: Draft | None = None
    """The text on the table with its votes; None before a text is handed in.

    It becomes None again when the text is void, or a unit's own publication takes its place.
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
    """When the interim notice was public, by the first receipt of a channel; None before."""
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
    unrecorded: list[Entry] = []
    """The entries the register may not have yet, oldest first; removed once an effect has stored them."""
    answered_up_to: int = 0
    """Number of the last entry an answer has returned to the desk, which stores it; the next one need not repeat it.

    0 before the first. Answers to the console and the system do not raise it: nobody stores theirs.
    """
    pending_effects: list[PendingEffect] = []
    """What the case has still to bring about: rules add to it, results of effects remove from it."""
    waves: int = 0
    """Number of the latest wave of notices; 0 before the first."""
    views: dict[int, Summary] = {}
    """How the case stood when a wave was gathered, by the wave's number; removed when its result is taken.

    A wave that is sent again, even from another run, then has the same texts.
    """
    gathered: dict[int, datetime] = {}
    """When a wave was gathered, by its number; removed when its result is taken. The roster is read as of it."""
    names: dict[str, str] = {}
    """The short names of units by code: of the sender of the first report, and of units that decisions named."""

    @property
    def terms(self) -> Terms:
        """Return the terms this case was opened with."""
        return self.opening.terms

    @property
    def time(self) -> WorkingTime:
        """Return the working time the case counts by."""
        return self.calendar or self.opening.time

    @property
    def office(self) -> UnitRef:
        """Return the coordinating office."""
        return self.terms.office

    @property
    def lead(self) -> Request | None:
        """Return the lead unit's request; None before triage or after the lead has declined."""
        leads = (request for request in self.open_requests() if request.role is Role.LEAD)
        return next(leads, None)

    @property
    def over(self) -> bool:
        """Return whether the case is closed."""
        return self.closed_at is not None

    @property
    def at_rest(self) -> bool:
        """Return whether nothing is left to do: the case is closed, no effect is pending, every entry is recorded."""
        return self.over and not self.pending_effects and not self.unrecorded

    def open_requests(self) -> list[Request]:
        """Return the requests that were neither declined nor have expired, the lead's first."""
        live = [request for request in self.requests if request.state not in ENDED]
        return sorted(live, key=lambda request: request.role is not Role.LEAD)

    def asked(self) -> list[Request]:
        """Return the open requests, and after them those that expired: their units may still answer."""
        return [*self.open_requests(), *(r for r in self.requests if r.state is RequestState.EXPIRED)]

    @property
    def session(self) -> JointSession | None:
        """Return the joint session that is open; None when there is none."""
        return next((session for session in self.sessions if session.ruled is None), None)

    @property
    def last_session(self) -> JointSession | None:
        """Return the open joint session, else the latest, whose list goes on after the minutes; None without any."""
        return self.session or (self.sessions[-1] if self.sessions else None)

    def transfer_to(self, unit: str) -> Request | None:
        """Return the request that waits for `unit` to take it over; None without one."""
        return next((r for r in self.open_requests() if r.offered_to and r.offered_to.code == unit), None)

    def request_to(self, unit: str, *states: RequestState) -> Request:
        """Return the request to `unit`, which has to be in one of `states` if any are given.

        Raises:
            Unfit: the unit has no request, or one in another state.

        """
        for request in self.asked():
            if request.unit.code == unit:
                if states and request.state not in states:
                    raise Unfit("request_state", unit=request.unit.short, state=request.state)
                return request
        raise Unfit("no_request", unit=unit)

    def clock(self, name: ClockName, unit: str) -> Clock | None:
        """Return the running clock of that name and unit; None without one."""
        return next((c for c in self.clocks if c.running and c.name is name and c.unit == unit), None)

    def owed_clock(self, name: ClockName, unit: str) -> Clock:
        """Return the running clock of that name and unit.

        Raises:
            Unfit: no such clock runs.

        """
        clock = self.clock(name, unit)
        if clock is None:
            running = ",".join(f"{c.name}:{c.unit}" for c in self.running())
            raise Unfit("no_such_clock", clock=name, unit=unit, running=running or "-")
        return clock

    @property
    def resumes(self) -> datetime | None:
        """Return when clocks that stand still are to run again; None if there is no pause."""
        return self.pause.until if self.pause else None

    def running(self) -> list[Clock]:
        """Return the running clocks, the earliest due first."""
        return sorted((clock for clock in self.clocks if clock.running), key=lambda clock: clock.due)

    def held(self) -> list[Notice]:
        """Return the notices that wait for the next digest, as their clocks now stand (`standing`)."""
        return [effect for effect in map(self.standing, self.pending_effects) if waits(effect)]

    def standing(self, effect: PendingEffect) -> PendingEffect:
        """Return an effect as it is owed now: a notice that waits for a digest keeps its key and follows its clock.

        It takes the clock's present due instant. If the clock's level or due instant leaves no digest, it waits no
        longer.
        """
        if not waits(effect) or (clock := self._clock_of(effect)) is None:
            return effect
        values = dict(effect.values)
        if "accept_due" in values:
            accept = self.clock(ClockName.ACCEPT, clock.unit)
            values["accept_due"] = accept.due.isoformat() if accept else ""
        at = self.digest(effect.message, clock)
        return effect.model_copy(update={"due": clock.due, "not_before": at, "values": values})

    def digest(self, message: Message, clock: Clock) -> datetime | None:
        """Return the digest a notice of a clock waits for: a request or an information; None if it goes out at once.

        It depends on the clock's level and due instant, and is always before the due instant (docs/design.md, rule 4).
        """
        quiet = self.promises(clock).quiet
        if quiet is None or not quiet.digest or message not in (Message.REQUEST, Message.INFORM):
            return None
        at = quiet.opening(self.time, clock.started)
        return at if clock.started < at < clock.due else None

    def _clock_of(self, effect: Notice) -> Clock | None:
        """Return the running clock a notice was planned for, in any generation; None if it has stopped."""
        return next((c for c in self.clocks if c.running and c.stem == effect.clock_key), None)

    def pausable(self) -> list[Clock]:
        """Return the running clocks a pause makes stand still: not those in which a unit accepts or declines.

        The clock of an interim notice that was missed runs on, and does not prevent a pause (docs/design.md, rule 8).
        """
        missed = [c for c in self.running() if c.name is ClockName.INTERIM and c.breached]
        return [c for c in self.running() if c.name is not ClockName.ACCEPT and c not in missed]

    def promises(self, clock: Clock) -> LevelTerms:
        """Return the level terms a clock runs under."""
        return self.terms.at(clock.level)

    def short(self, unit: str) -> str:
        """Return the short name of a unit this case knows; its code otherwise."""
        if unit == self.office.code:
            return self.office.short
        return self.names.get(unit) or self.terms.named.get(unit, unit)

    def next_wake(self) -> datetime | None:
        """Return the earliest instant at which a clock, the pause or a waiting notice has something due, if any."""
        instants = [clock.next_instant(self.promises(clock), self.time) for clock in self.clocks]
        if self.pause is not None:
            instants.append(self.pause.next_instant)
        instants += [effect.not_before for effect in self.held()]
        return min((instant for instant in instants if instant), default=None)

    def fork(self) -> Self:
        """Return a copy of the case as far as rules can change it; immutable values are shared.

        Every decision is tried on such a copy; one made with `deepcopy` costs more than the rules themselves.
        """
        twin = self.model_copy()
        twin.requests = [request.model_copy() for request in self.requests]
        twin.clocks = [clock.model_copy() for clock in self.clocks]
        twin.draft = self.draft.model_copy() if self.draft else None
        twin.sessions = [session.model_copy() for session in self.sessions]
        twin.verdicts = dict(self.verdicts)
        twin.applied_updates, twin.views, twin.names = dict(self.applied_updates), dict(self.views), dict(self.names)
        twin.gathered = dict(self.gathered)
        twin.timeline, twin.unrecorded, twin.pending_effects = (
            list(self.timeline),
            list(self.unrecorded),
            list(self.pending_effects),
        )
        return twin
