"""The case: everything one claim has been through, and the few steps the rules of the stages are made of.

A rule refuses before any change, or changes the case: stage, clocks, timeline, and what the case has still to send.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from domain.case.answer import Answer, Outcome, pack
from domain.case.notice_kinds import ASK_FOR_A_CLOCK, TELL_OF_AN_END
from domain.case.notice_planning import NoticePlanning
from domain.case.obligations import Backlog, Notice, PendingEffect
from domain.case.parts import Proposal, Request
from domain.case.state import VERSION
from domain.case.summary import Record, Summary
from domain.clocks.clock import Clock
from domain.clocks.pause import ResumedBy
from domain.clocks.time_account import TimeAccount
from domain.decisions import Actor
from domain.errors import WrongStage
from domain.events import CaseResumed, ClockBreached, Entry, Event, ProposalLapsed, StageEntered
from domain.events.chain import hash_of
from domain.events.latest import SHOWN, latest
from domain.values import TimelinePosition
from domain.vocabulary import MOVES, ClockName, Level, ProposalKind, Stage
from domain.worktime.working_time import Span

KEPT = 128 * 1024
"""How many bytes of unrecorded entries a case keeps before it stores them by an effect of its own.

A decision adds 64 KiB at most, and an activity takes 2 MiB.
"""


class Case(NoticePlanning):
    """A case with the few steps that change it; every rule is made of them."""

    def happened(self, event: Event, now: datetime, by: Actor | None = None) -> None:
        """Write the next entry of the timeline; `by` is None if no person acted."""
        self.seq += 1
        entry = Entry(seq=self.seq, at=now, by=by, event=event, previous=self.head)
        self.head = hash_of(entry.stored)
        self.timeline = latest([*self.timeline[-(SHOWN - 1) :], entry])
        self.unrecorded.append(entry)
        self.unrecorded_size += len(entry.stored)

    def enter(self, stage: Stage, now: datetime) -> None:
        """Move to another stage (docs/design.md, rule 1).

        Raises:
            WrongStage: the move is not in `MOVES`.

        """
        if stage not in MOVES[self.stage]:
            raise WrongStage("no_such_move", stage=self.stage, to=stage)
        if stage is Stage.TRIAGE and self.stage is not Stage.REPORT:
            self.visit += 1
        self.stage = stage
        for kind in (ProposalKind.LEAD_ALONE, ProposalKind.PAUSE):
            self.lapse(now, kind)
        self.resume_all(ResumedBy.STEP, now)  # its reason belonged to the stage before
        self.happened(StageEntered(stage=stage, visit=self.visit), now)

    def arm(
        self,
        name: ClockName,
        unit: str,
        now: datetime,
        level: Level | None = None,
        after: Clock | None = None,
        *,
        least: bool = False,
        budget: Span | None = None,
    ) -> Clock:
        """Start a clock that `unit` owes; a further one of the same name and unit is the next generation, in any visit.

        So a button of an earlier visit is a stale one.

        `level` is the case's if None. `after` is a clock it continues: what was used there is used here, and with
        `least` the minimum gap is left at least, if nothing was missed (docs/design.md, rules 8 and 9). `budget` is
        that of the level if it is None.
        """
        level = level or self.level
        before = [c.generation for c in self.clocks if c.name is name and c.unit == unit]
        terms = self.terms.at(level)
        clock = Clock(
            name=name,
            unit=unit,
            level=level,
            visit=self.visit,
            generation=max(before, default=0) + 1,
            account=TimeAccount.begun(budget or terms.budgets[name], now),
            due=now,
        )
        self.clocks.append(clock)
        if after is not None:
            clock.continue_from(after, now, terms.min_gap if least else None, self.time)
        if self.pause is not None and now < self.pause.until and name is not ClockName.ACCEPT:
            clock.account = clock.account.halted(now)
        clock.reschedule(terms, self.time, self.resumes)
        if after is not None:
            clock.settle(now, anew=least or after.level is not level)
            clock.heard_before(after)
        if name in (ClockName.TRIAGE, ClockName.ANSWER):  # of each later step, the page tells whoever was informed once
            self.inform(clock)
        return clock

    def resume(self, why: ResumedBy, now: datetime, by: Actor | None = None, remarks: str | None = None) -> None:
        """End the pause: the clocks run again from its planned end, or from `now` if that is earlier."""
        assert self.pause is not None  # noqa: S101  (asked by the callers)
        since, at = self.pause.since, min(now, self.pause.until)
        self.pause = None
        for clock in self.running():
            own = self.own_pause(clock)
            if clock.paused and (own is None or own.until <= at):
                self._go_on(clock, own.since if own else since, at)
            elif clock.paused:
                clock.reschedule(self.promises(clock), self.time, self.resumes_of(clock))
        self.happened(CaseResumed(why=why, at=at, remarks=remarks), now, by)

    def resume_unit(
        self, request: Request, why: ResumedBy, now: datetime, by: Actor | None = None, remarks: str | None = None
    ) -> None:
        """End the pause of one unit: its answer clock runs again, unless the case is paused as well."""
        assert request.pause is not None  # noqa: S101  (asked by the callers)
        own, at, request.pause = request.pause, min(now, request.pause.until), None
        clock = self.clock(ClockName.ANSWER, request.unit.code)
        if clock is not None and clock.paused and self.pause is None:
            self._go_on(clock, own.since, at)
        elif clock is not None and clock.paused and self.pause is not None:
            clock.hold_on(own.since, self.pause.since)  # the rest is the case's own pause
            clock.reschedule(self.promises(clock), self.time, self.resumes)
        self.happened(CaseResumed(why=why, at=at, remarks=remarks, unit=request.unit.code), now, by)

    def resume_all(self, why: ResumedBy, now: datetime) -> None:
        """End every pause."""
        for request in self.own_pauses():
            self.resume_unit(request, why, now)
        if self.pause is not None:
            self.resume(why, now)

    def _go_on(self, clock: Clock, since: datetime, at: datetime) -> None:
        """Let a clock run again from `at`; it has stood still since `since`."""
        clock.account = clock.account.going(at)
        clock.reschedule(self.promises(clock), self.time)
        clock.hold_on(since, at)

    def stop(self, now: datetime, *clocks: Clock | None) -> None:
        """Stop clocks, skipping None and stopped ones; a breach up to `now` is recorded first and stays."""
        for clock in clocks:
            if clock is not None and clock.running:
                self.note_breach(clock, now)
                clock.stop(now)
                self._end_letters(clock)
                for kind in (ProposalKind.EXTENSION, ProposalKind.PAUSE):
                    self.lapse(now, kind, clock.unit, clock.name)
                self._end_own_pause(clock)

    def _end_own_pause(self, clock: Clock) -> None:
        """Forget the pause of a unit whose answer clock has stopped: nothing is left that could go on."""
        for request in self.own_pauses():
            if (ClockName.ANSWER, request.unit.code) == (clock.name, clock.unit):
                request.pause = None

    def note_breach(self, clock: Clock, now: datetime) -> None:
        """Record the breach of a clock whose due instant has passed, once and for good (docs/design.md, rule 9)."""
        if clock.breached is None and now >= clock.due:
            clock.breached, clock.missed = now, clock.due
            late_by = int((now - clock.due).total_seconds())
            self.happened(ClockBreached(clock=clock.name, unit=clock.unit, due=clock.due, late_by=late_by), now)
            self.lapse(now, ProposalKind.EXTENSION, clock.unit, clock.name)

    def stop_all(self, now: datetime) -> None:
        """Stop every clock; no rung rings after this."""
        self.stop(now, *self.clocks)

    def lapse(self, now: datetime, kind: ProposalKind, unit: str | None = None, clock: ClockName | None = None) -> None:
        """End proposals that have become pointless: all of a kind, or those about one unit, or about its clock."""
        gone = [one for one in self.proposals if one.kind is kind and unit in (None, one.unit)]
        self.end_proposals(now, [one for one in gone if clock in (None, one.clock)])

    def end_proposals(self, now: datetime, gone: Collection[Proposal]) -> None:
        """End some proposals: nobody is asked to confirm them any more."""
        self.proposals = tuple(one for one in self.proposals if one not in gone)
        for proposal in gone:
            self.happened(ProposalLapsed(what=proposal.kind, ref=proposal.ref), now)

    def close(self, now: datetime) -> None:
        """End the case: every clock stops at the same moment, and notices that ask for something end, too.

        The rule is in docs/design.md, rule 15.
        """
        self.stop_all(now)
        self.take_back(lambda notice: notice.message not in TELL_OF_AN_END)
        self.closed_at = now

    def _end_letters(self, clock: Clock) -> None:
        """End the notices that are about what a clock asked for: it is no longer wanted."""
        dropped = self.take_back(
            lambda one: one.clock_key == clock.stem and one.message in ASK_FOR_A_CLOCK and not one.expired
        )
        self.forget_informed(clock, dropped)

    def discharge(self, effect: PendingEffect) -> None:
        """Remove one effect from the pending ones: its result has come."""
        self.pending_effects = [one for one in self.pending_effects if one.key != effect.key]
        self.change_count += 1
        self.results_taken += 1

    def recorded(self, upto: TimelinePosition | None) -> None:
        """Drop the unrecorded entries up to a position of the register; one of another timeline changes nothing."""
        if upto is None or upto.epoch != self.epoch or self._hash_at(upto.seq) != upto.head:
            return
        self.forget(upto.seq)

    def forget(self, upto: int) -> None:
        """Drop the unrecorded entries up to a number."""
        self.unrecorded = [entry for entry in self.unrecorded if entry.seq > upto]
        self.unrecorded_size = sum(len(entry.stored) for entry in self.unrecorded)

    def _hash_at(self, seq: int) -> str | None:
        """Return the hash of an entry the case still keeps; None of any other."""
        following = (entry.previous for entry in self.unrecorded if entry.seq == seq + 1)
        return self.head if seq == self.seq else next(following, None)

    def owe_backlog(self, *, at_once: bool = False) -> None:
        """Owe the register the kept entries if they have become too many, or `at_once`: people are told of the last."""
        pending = any(isinstance(one, Backlog) for one in self.pending_effects)
        if (at_once or self.unrecorded_size > KEPT) and self.seq > self.backlog_seq and not pending:
            self.backlog_seq = self.seq
            self.pending_effects.append(Backlog(key=f"{self.opening.case_id}/backlog/{self.epoch}.{self.seq}"))

    # --- returning ------------------------------------------------------------------------------------------------

    def answer(self, summary: Summary, since: int, seq: int, recorded: TimelinePosition | None) -> Answer:
        """Return what a decision returns: how the case stands, and the entries after `recorded`; none if it is None.

        `since` is the number of the latest entry before the decision, `seq` the number the decision got.
        """
        record = self.record(summary, recorded)
        if recorded is None:
            record = record.without_entries()
        return Answer(case_id=self.opening.case_id, seq=seq, since=since, record=record)

    def record(self, summary: Summary, after: TimelinePosition | None = None) -> Record:
        """Return what the register stores: the summary, and the entries it may not have yet.

        `after` is how far the register has the timeline, None if the asker does not know.
        """
        known = after.seq if after and after.epoch == self.epoch and self._hash_at(after.seq) == after.head else 0
        return Record(
            summary=summary,
            entries=tuple(entry for entry in self.unrecorded if entry.seq > known),
            head=self.head,
            version=VERSION,
            pending_effects=tuple(effect.key for effect in self.pending_effects),
            called_off=tuple(one.key for one in self.pending_effects if isinstance(one, Notice) and one.called_off),
        )

    def outcome(self, summary: Summary) -> Outcome:
        """Return the result of the finished case; `summary` is its last one."""
        return Outcome(
            stage=self.stage,
            verdict=self.verdict,
            publication=self.publication,
            entries=self.seq,
            record=self.record(summary),
            state=pack(self.model_dump_json()),
        )
