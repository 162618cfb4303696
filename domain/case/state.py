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
"""Requests nobody owes anything on any more."""


def waits(effect: PendingEffect) -> TypeGuard[Notice]:
    """Tell whether a debt is a letter held for a digest."""
    return isinstance(effect, Notice) and effect.wave == 0 and effect.not_before is not None


class State(BaseModel):
    """Be all a case remembers; serialisable, so it travels through continue-as-new."""

    opening: Opening
    opened_at: datetime
    epoch: int = 1
    seq: int = 0
    change_count: int = 0
    results_taken: int = 0
    stage: Stage = Stage.REPORT
    visit: int = 1
    level: Level
    provisional: bool = True
    topic: str | None = None
    district: str | None = None
    ask: str | None = None
    exit: Exit | None = None
    verdict: Verdict | None = None
    verdicts: dict[VerdictStep, VerdictFact] = {}
    publication: PublicationState = PublicationState.NONE
    bounces: int = 0
    sightings: int = 1
    districts: int = 0
    channels: int = 1
    requests: list[Request] = []
    clocks: list[Clock] = []
    versions: int = 0
    draft: Draft | None = None
    sessions: list[JointSession] = []
    proposals: tuple[Proposal, ...] = ()
    pause: ActivePause | None = None
    """The pause all clocks but the accepting ones stand still in; None while they run."""
    paused_in: tuple[int, ...] = ()
    """The visits that have had their pause."""
    calendar: WorkingTime | None = None
    """A working calendar newer than the one the case was opened with."""
    interim_at: datetime | None = None
    """When the notice that the claim is being checked was public; None before."""
    answered_at: datetime | None = None
    """When the first authoritative word was public, ours or a unit's own; None before."""
    closed_at: datetime | None = None
    applied_updates: dict[str, int] = {}
    timeline: list[Entry] = []
    unrecorded: list[Entry] = []
    answered_up_to: int = 0
    """Up to which entry an answer has told the desk, which writes it down; the next one need not repeat it."""
    pending_effects: list[PendingEffect] = []
    waves: int = 0
    views: dict[int, Summary] = {}
    gathered: dict[int, datetime] = {}
    names: dict[str, str] = {}

    @property
    def terms(self) -> Terms:
        """Return the promises this case was opened with."""
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
        """Tell whether the case is closed."""
        return self.closed_at is not None

    @property
    def at_rest(self) -> bool:
        """Tell whether nothing is left to do: over, nothing owed, nothing unrecorded."""
        return self.over and not self.pending_effects and not self.unrecorded

    def open_requests(self) -> list[Request]:
        """Return the requests that have been neither declined nor let expire, lead first."""
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
        """Return the joint session that is open, else the latest; its list goes on after the minutes."""
        return self.session or (self.sessions[-1] if self.sessions else None)

    def transfer_to(self, unit: str) -> Request | None:
        """Find the request that waits for `unit` to take it over."""
        return next((r for r in self.open_requests() if r.offered_to and r.offered_to.code == unit), None)

    def request_to(self, unit: str, *states: RequestState) -> Request:
        """Find the request to `unit` in one of `states`, or refuse."""
        for request in self.asked():
            if request.unit.code == unit:
                if states and request.state not in states:
                    raise Unfit("request_state", unit=request.unit.short, state=request.state)
                return request
        raise Unfit("no_request", unit=unit)

    def clock(self, name: ClockName, unit: str) -> Clock | None:
        """Find the running clock of that name and unit."""
        return next((c for c in self.clocks if c.running and c.name is name and c.unit == unit), None)

    def owed_clock(self, name: ClockName, unit: str) -> Clock:
        """Find the running clock of that name and unit, or refuse."""
        clock = self.clock(name, unit)
        if clock is None:
            running = ",".join(f"{c.name}:{c.unit}" for c in self.running())
            raise Unfit("no_such_clock", clock=name, unit=unit, running=running or "-")
        return clock

    @property
    def resumes(self) -> datetime | None:
        """Tell when clocks that stand still are to run again; None where there is no pause."""
        return self.pause.until if self.pause else None

    def running(self) -> list[Clock]:
        """Return the running clocks, the earliest due first."""
        return sorted((clock for clock in self.clocks if clock.running), key=lambda clock: clock.due)

    def held(self) -> list[Notice]:
        """Return the letters that wait for the next digest, as their clocks stand."""
        return [effect for effect in map(self.standing, self.pending_effects) if waits(effect)]

    def standing(self, effect: PendingEffect) -> PendingEffect:
        """Return a debt as it is owed now: a letter held for a digest keeps its key and goes with its clock.

        It tells what is due by then, and where the clock's level or due instant leaves no digest it waits no longer.
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
        """Tell which digest a letter of a clock waits for: what is asked for at its start, by its level and due."""
        quiet = self.promises(clock).quiet
        if quiet is None or not quiet.digest or message not in (Message.REQUEST, Message.INFORM):
            return None
        at = quiet.opening(self.time, clock.started)
        return at if clock.started < at < clock.due else None

    def _clock_of(self, effect: Notice) -> Clock | None:
        """Find the running clock a notice was planned for, in whichever generation that was."""
        return next((c for c in self.clocks if c.running and c.stem == effect.clock_key), None)

    def pausable(self) -> list[Clock]:
        """Return the running clocks a pause lets stand still: not those in which a unit says yes or no.

        A missed notice that the claim is being checked stays missed: it runs on, and keeps nobody from a pause.
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
        """Tell the earliest instant at which any clock needs attention."""
        instants = [clock.next_instant(self.promises(clock), self.time) for clock in self.clocks]
        if self.pause is not None:
            instants.append(self.pause.next_instant)
        instants += [effect.not_before for effect in self.held()]
        return min((instant for instant in instants if instant), default=None)

    def fork(self) -> Self:
        """Copy the case as far as rules can change it; values are shared.

        Every decision is weighed on such a copy; one made with `deepcopy` costs more than the rules themselves.
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
