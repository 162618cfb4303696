"""The case: everything one claim has been through, and the few steps the rules of the stages are made of.

A rule refuses before any change, or changes the case: stage, clocks, timeline, and what the case has still to send.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from domain.case.answer import Answer, Outcome, pack
from domain.case.notice_kinds import ASK_FOR_A_CLOCK, TELL_OF_AN_END, Message
from domain.case.notice_planning import NoticePlanning
from domain.case.obligations import Backlog, Notice, PendingEffect
from domain.case.queries import waits
from domain.case.state import VERSION
from domain.case.summary import Record, Summary
from domain.clocks.clock import Clock
from domain.clocks.pause import ResumedBy
from domain.clocks.time_account import TimeAccount
from domain.decisions import Actor
from domain.errors import WrongStage
from domain.events import CaseResumed, ClockBreached, Entry, Event, ProposalLapsed, StageEntered
from domain.events.chain import hash_of
from domain.values import TimelinePosition
from domain.vocabulary import MOVES, ClockName, Level, ProposalKind, Stage

SHOWN = 15
"""How many of the latest entries the case itself keeps for the operator's page; all of them are in the register."""


SHOWN_BYTES = 64 * 1024
"""How large these entries are together at most, except that the latest one is always kept."""


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
        self.timeline = _shown([*self.timeline[-(SHOWN - 1) :], entry])
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
        if self.pause is not None:  # its reason belonged to the stage before
            self.resume(ResumedBy.STEP, now)
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
    ) -> Clock:
        """Start a clock that `unit` owes; a further one of the same name, unit and visit is the next generation.

        `level` is the case's if None. `after` is a clock it continues: what was used there is used here, and with
        `least` the minimum gap is left at least, if nothing was missed (docs/design.md, rules 8 and 9).
        """
        level = level or self.level
        before = [c.generation for c in self.clocks if c.name is name and c.unit == unit and c.visit == self.visit]
        terms = self.terms.at(level)
        clock = Clock(
            name=name,
            unit=unit,
            level=level,
            visit=self.visit,
            generation=max(before, default=0) + 1,
            account=TimeAccount.begun(terms.budgets[name], now),
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
        if name is not ClockName.CASE:
            self.call(Message.INFORM, clock, terms.inform_at_start, suffix="inform")
        return clock

    def resume(self, why: ResumedBy, now: datetime, by: Actor | None = None, remarks: str | None = None) -> None:
        """End the pause: the clocks run again from its planned end, or from `now` if that is earlier."""
        assert self.pause is not None  # noqa: S101  (asked by the callers)
        since, at = self.pause.since, min(now, self.pause.until)
        self.pause = None
        for clock in self.running():
            if clock.paused:
                clock.account = clock.account.going(at)
                clock.reschedule(self.promises(clock), self.time)
                clock.hold_on(since, at)
        self.happened(CaseResumed(why=why, at=at, remarks=remarks), now, by)

    def stop(self, now: datetime, *clocks: Clock | None) -> None:
        """Stop clocks, skipping None and stopped ones; a breach up to `now` is recorded first and stays."""
        for clock in clocks:
            if clock is not None and clock.running:
                self.note_breach(clock, now)
                clock.stop(now)
                self._drop_held(clock)
                self.lapse(now, ProposalKind.EXTENSION, clock.unit, clock.name)

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
        gone = [one for one in gone if clock in (None, one.clock)]
        self.proposals = tuple(one for one in self.proposals if one not in gone)
        for proposal in gone:
            self.happened(ProposalLapsed(what=kind, ref=proposal.ref), now)

    def close(self, now: datetime) -> None:
        """End the case: every clock stops at the same moment, and notices that ask for something are called off.

        The rule is in docs/design.md, rule 15.
        """
        self.stop_all(now)
        self._drop_held(*self.clocks)
        self._call_off(lambda notice: notice.message not in TELL_OF_AN_END)
        self.closed_at = now

    def _drop_held(self, *clocks: Clock) -> None:
        """Drop notices of some clocks that wait for a digest: what they ask for is no longer wanted.

        Those on their way are called off: receivers may be down for days.
        """
        keys = {clock.stem for clock in clocks}
        self._call_off(lambda notice: notice.clock_key in keys and notice.message in ASK_FOR_A_CLOCK)
        self.pending_effects = [
            effect for effect in self.pending_effects if not (waits(effect) and effect.clock_key in keys)
        ]

    def _call_off(self, which: Callable[[Notice], bool]) -> None:
        self.pending_effects = [
            effect.model_copy(update={"called_off": True})
            if isinstance(effect, Notice) and effect.wave and which(effect)
            else effect
            for effect in self.pending_effects
        ]

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

    def owe_backlog(self) -> None:
        """Owe the register the kept entries if they have become too many: a case stays well below what a task takes."""
        pending = any(isinstance(one, Backlog) for one in self.pending_effects)
        if self.unrecorded_size > KEPT and self.seq > self.backlog_seq and not pending:
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


def _shown(entries: list[Entry]) -> list[Entry]:
    """Return the latest of some entries, as many as are not too large together."""
    size = 0
    for place in range(len(entries) - 1, -1, -1):
        size += len(entries[place].stored)
        if size > SHOWN_BYTES:
            return entries[min(place + 1, len(entries) - 1) :]
    return entries
