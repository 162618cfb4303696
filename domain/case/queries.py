"""What can be read off the state of a case: its requests, its clocks, what is held for the morning, when it wakes."""

from __future__ import annotations

from datetime import datetime
from typing import TypeGuard

from domain.case.notice_kinds import WAITS, Message
from domain.case.obligations import Notice, PendingEffect
from domain.case.parts import JointSession, Request
from domain.case.payloads import Issued
from domain.case.state import State
from domain.clocks.clock import Clock
from domain.clocks.pause import ActivePause
from domain.errors import Unfit
from domain.terms import Call, LevelTerms
from domain.vocabulary import ClockName, RequestState, Role

ENDED = (RequestState.DECLINED, RequestState.EXPIRED, RequestState.RELEASED)
"""The states of a request that asks nothing of its unit any more."""


def waits(effect: PendingEffect) -> TypeGuard[Notice]:
    """Return whether an effect is a notice that waits for the end of the quiet hours, or for a digest."""
    return isinstance(effect, Notice) and effect.wave == 0 and effect.not_before is not None


class CaseQueries(State):
    """The state of a case with what can be read off it; nothing here changes it."""

    @property
    def lead(self) -> Request | None:
        """Return the lead unit's request; None before triage or after the lead has declined."""
        leads = (request for request in self.open_requests() if request.role is Role.LEAD)
        return next(leads, None)

    @property
    def key_base(self) -> str:
        """Return how the keys of what the case sends begin.

        Numbers are used again after a case was set back, so keys of a later epoch say which: what is sent then is new.
        """
        case_id = self.opening.case_id
        return case_id if self.epoch == 1 else f"{case_id}/e{self.epoch}"

    @property
    def must_assign(self) -> bool:
        """Return whether the case has bounced so often that the duty leader assigns it (docs/design.md, rule 10)."""
        return self.bounces >= self.terms.bounce_limit

    @property
    def over(self) -> bool:
        """Return whether the case is closed."""
        return self.closed_at is not None

    @property
    def at_rest(self) -> bool:
        """Return whether nothing is left to do: the case is closed, no effect is pending, no refused page waits."""
        return self.over and not self.pending_effects and not self.refused

    def open_requests(self) -> list[Request]:
        """Return the requests that were neither declined nor have expired, the lead's first."""
        live = [request for request in self.requests if request.state not in ENDED]
        return sorted(live, key=lambda request: request.role is not Role.LEAD)

    def is_public(self, channel: str, receipt: Issued) -> bool:
        """Return whether a channel's receipt means that the public has a page; a file on our own disk never does."""
        return channel in self.terms.public and not receipt.on_file

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
        asked = self.asked()
        request = next((one for one in (*asked, *reversed(self.requests)) if one.unit.code == unit), None)
        if request is None:
            raise Unfit("no_request", unit=unit)
        if request not in asked or (states and request.state not in states):
            raise Unfit("request_state", unit=request.unit.short, state=request.state)
        return request

    def clock(self, name: ClockName, unit: str) -> Clock | None:
        """Return the running clock of that name and unit; None without one."""
        return next((c for c in self.clocks if c.running and c.name is name and c.unit == unit), None)

    def last_clock(self, name: ClockName, unit: str) -> Clock | None:
        """Return the clock of that name and unit that was armed last, running or not; None if there never was one."""
        return next((c for c in reversed(self.clocks) if c.name is name and c.unit == unit), None)

    def last_step(self, name: ClockName) -> Clock | None:
        """Return the clock of that name armed last in this visit, whoever owed it; None if there was none."""
        return next((c for c in reversed(self.clocks) if c.name is name and c.visit == self.visit), None)

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

    def most_urgent(self) -> Clock | None:
        """Return the running clock that is due first, one of a step before one of the whole; None if none runs."""
        return min(self.running(), key=lambda clock: (clock.name.whole, clock.due), default=None)

    @property
    def resumes(self) -> datetime | None:
        """Return when clocks that stand still are to run again; None if there is no pause."""
        return self.pause.until if self.pause else None

    def own_pauses(self) -> list[Request]:
        """Return the requests whose unit has its answer clock standing still, in the order they were made."""
        return [request for request in self.requests if request.pause is not None]

    def own_pause(self, clock: Clock) -> ActivePause | None:
        """Return the pause a co-unit has of its own for a clock; None if it has none."""
        if clock.name is not ClockName.ANSWER:
            return None
        return next((one.pause for one in self.own_pauses() if one.unit.code == clock.unit), None)

    def resumes_of(self, clock: Clock) -> datetime | None:
        """Return when a clock that stands still is to run again: once neither the case nor its unit is paused."""
        return max((one.until for one in (self.pause, self.own_pause(clock)) if one is not None), default=None)

    def pause_due(self, at: datetime | None) -> ActivePause | None:
        """Return the pause that announces its end, or ends, at an instant; None if none does."""
        pauses = (self.pause, *(one.pause for one in self.own_pauses()))
        return next((one for one in pauses if one is not None and one.next_instant == at), None)

    def running(self) -> list[Clock]:
        """Return the running clocks, the earliest due first."""
        return sorted((clock for clock in self.clocks if clock.running), key=lambda clock: clock.due)

    def held(self) -> list[Notice]:
        """Return the notices that wait for the morning or the next digest, as their clocks now stand (`standing`)."""
        return [effect for effect in map(self.standing, self.pending_effects) if waits(effect)]

    def standing(self, effect: PendingEffect) -> PendingEffect:
        """Return an effect as it is owed now: a notice that waits keeps its key and follows its clock.

        It takes the clock's present due instant. If the clock's level or due instant leaves nothing to wait for, it
        waits no longer.
        """
        if not waits(effect) or (clock := self._clock_of(effect)) is None:
            return effect
        at = self.held_until(effect.message, clock)
        return effect.model_copy(update={"due": clock.due, "not_before": at, "values": self.present_values(effect)})

    def also_named(self, notice: Notice) -> dict[str, Clock | None]:
        """Return the clocks whose due times a notice names in its values, by value; None for one that runs no more."""
        owner = notice.owner or ""
        if notice.message is Message.REQUEST and "accept_due" in notice.values:
            return {"accept_due": self.clock(ClockName.ACCEPT, owner)}
        if notice.message is Message.TRANSFER and "answer_due" in notice.values:
            offered = self.transfer_to(owner)
            return {"answer_due": self.clock(ClockName.ANSWER, offered.unit.code) if offered else None}
        return {}

    def present_values(self, notice: Notice) -> dict[str, str | int]:
        """Return the values of a notice with the present due times."""
        named = self.also_named(notice).items()
        return {**notice.values, **{name: clock.due.isoformat() if clock else "" for name, clock in named}}

    def held_until(self, message: Message, clock: Clock) -> datetime | None:
        """Return what a notice of a clock waits for: the end of the quiet hours, or a digest; None if it goes at once.

        Only a first request or an information waits, always for an instant before the clock is due (docs/design.md,
        rule 4).
        """
        quiet = None if clock.urgent else self.promises(clock).quiet  # that cannot wait
        begins = message is Message.CALL and clock.rung == 0
        if quiet is None or not (begins or message in WAITS):
            return None
        asked = clock.account.since or clock.started  # a clock that goes on was asked for anew when it did
        at = quiet.opening(self.time, asked)
        return at if asked < at < clock.due else None

    def _clock_of(self, effect: Notice) -> Clock | None:
        """Return the running clock a notice was planned for, in any generation; None if it has stopped."""
        return next((c for c in self.clocks if c.running and c.stem == effect.clock_key), None)

    def pausable(self) -> list[Clock]:
        """Return the running clocks a pause makes stand still: not those in which a unit accepts or declines.

        The clock of an interim notice that was missed runs on, and does not prevent a pause; so does a response whose
        figure is not the office's own: nobody here can put it off (docs/design.md, rule 8).
        """
        own = self.terms.at(self.level).own_response
        on = [ClockName.ACCEPT] if own else [ClockName.ACCEPT, ClockName.RESPONSE]
        missed = [c for c in self.running() if c.name is ClockName.INTERIM and c.breached]
        return [c for c in self.running() if c.name not in on and c not in missed]

    def promises(self, clock: Clock) -> LevelTerms:
        """Return the level terms a clock runs under."""
        return self.terms.at(clock.level)

    def call_of(self, clock: Clock) -> Call:
        """Return whom the present call of a clock is to: whom its last rung calls; before the first, its start."""
        terms = self.promises(clock)
        return terms.ladder[clock.rung - 1] if clock.rung else terms.start

    def by_whom(self, clock: Clock) -> Call | None:
        """Return who makes the present call of a clock, and how they are told; None in a case that names nobody."""
        terms = self.promises(clock)
        own = terms.ladder[clock.rung - 1].phone_by if clock.rung else None
        return own or terms.phone_by

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
        instants += [one.pause.next_instant for one in self.own_pauses() if one.pause]
        instants += [effect.not_before for effect in self.held()]
        instants += [one.pause.until for one in self.proposals if one.pause]  # then nobody confirms it any more
        return min((instant for instant in instants if instant), default=None)
