"""One rumor case, durable from its first report to its closure."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from pydantic import ConfigDict, Field
from temporalio import workflow
from temporalio.common import RawValue

from workflows import names
from workflows.case.alarm import Alarm
from workflows.case.decision_updates import decision_updates
from workflows.case.effects import Effects
from workflows.case.operator_view import OperatorView

with workflow.unsafe.imports_passed_through():
    from domain.case.answer import Answer, Outcome
    from domain.case.case import Case
    from domain.case.clock_report import ClockReport, report_clocks
    from domain.case.summarise import summarise
    from domain.case.summary import Record, RecordQuery, Summary
    from domain.decider import ring
    from domain.decider.decide import RULES, SYSTEM_RULES, check, decide, taken_at
    from domain.decisions import Actor, Decision, OpenEpoch, Opening
    from domain.stages import epochs
    from domain.stages.report import open_case
    from domain.tasks.brief import Brief, brief_of
    from domain.values import Sealed, is_empty
    from temporal.sealed_updates import current_sender
    from texts.catalogue import current


LONGEST = 20_000
"""Events of a history that does not wait any more; the server ends a workflow at 51,200."""


class Start(Sealed):
    """The argument of a run: the opening of a new case, or the case as the run before left it; the other is None.

    `epoch` is what the case goes on with if it was lost and is started again from the register; None otherwise.
    `waited` is how long the report that opens the case lay at the desk before Temporal took the case.
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    opening: Opening | None = None
    carried: Case | None = None
    epoch: OpenEpoch | None = None
    waited: timedelta = Field(default=timedelta(), exclude_if=is_empty)


@workflow.defn(name=names.WORKFLOW)
@decision_updates(RULES | SYSTEM_RULES)
class RumorCase:
    """One case as a workflow: it rings what is due, sends what is pending, shows the case, and waits.

    The rules decide everything else.
    """

    @workflow.init
    def __init__(self, start: Start) -> None:
        if start.opening is not None:
            self.case = open_case(start.opening, workflow.info().workflow_start_time - start.waited)
        elif start.carried is not None:  # a run with neither is none of ours, and ends before its first line
            self.case = start.carried
            if start.epoch is not None:
                epochs.restore(self.case, start.epoch, workflow.now())
        self.start = start  # what an Update that has come with it is proven by
        self.operator_view, self.effects, self.alarm = OperatorView(), Effects(), Alarm()
        self.cancelled = False
        self.checked: tuple[tuple[str, datetime, int, int], Case] | None = None

    @workflow.run
    async def run(self, start: Start) -> Outcome:
        """Run the case from report to closure; `domain/stages` says what moves it on."""
        while not self.case.at_rest or self.effects.busy():
            ring.ring(self.case, workflow.now())
            self.case.owe_backlog()
            self.effects.start(self.case, decision_waits=self.case.change_count != self.operator_view.change_count)
            try:
                await self.wait()
            except asyncio.CancelledError:  # only the office ends a case, by a decision
                self.refuse_cancel()
            self.effects.raise_bugs()
            self.roll_over_if_long()
        return self.case.outcome(summarise(self.case))

    def refuse_cancel(self) -> None:
        """Record a request to cancel, and go on; an instance that leaves the cache is cancelled, too, and ends."""
        if self.cancelled or workflow.cancellation_reason() is None:
            raise asyncio.CancelledError
        self.cancelled = True
        epochs.refuse_cancel(self.case, workflow.now())

    async def wait(self) -> None:
        """Show the case as it stands, and wait until a decision or a result comes, or something is due.

        A decision that came while letters went out at once is not shown yet: what it owes is started first.
        """
        since = self.heard()
        await self.effects.sent_at_once()
        if self.heard() != since:
            return
        summary = summarise(self.case)
        wake = summary.next_wake
        moves = self.alarm.moves(wake, busy=self.effects.busy())
        unmarked = self.operator_view.show(self.case, summary, marked=moves)
        says = partial(self.operator_view.next, self.case)
        await self.alarm.wait(wake, self.something_new, says, anew=moves or unmarked)

    def heard(self) -> int:
        """Return a number that grows with every decision and sighting, but not with results of effects."""
        return self.case.change_count - self.case.results_taken

    def something_new(self) -> bool:
        """Return whether a decision or a result has come since the operator's view was last shown."""
        return self.case.change_count != self.operator_view.change_count or self.effects.returned()

    def apply_decision(self, kind: str, decision: Decision) -> Answer:
        """Apply one decision and return the answer with how the case then stands.

        If nothing has come in between, the case is what the validator has just made of a copy; a replay, which runs no
        validator, decides anew.

        Raises:
            Refused: a rule refuses.

        """
        sender, checked, self.checked = current_sender(), self.checked, None
        if kind == names.RESEAL:
            self.effects.ask_anew()
        at = taken_at(self.case, sender, workflow.now())
        fits = checked is not None and checked[0] == (_update_id(), at, self.case.change_count, self.case.seq)
        return decide(self.case, kind, decision, sender, _update_id(), at, checked[1] if checked and fits else None)

    def validate_decision(self, kind: str, decision: Decision) -> None:
        """Refuse what `apply_decision` would refuse, before an event is written.

        Raises:
            Refused: a rule refuses.

        """
        sender = current_sender()
        at = taken_at(self.case, sender, workflow.now())
        checked = check(self.case, kind, decision, sender, _update_id(), at)
        self.checked = (_update_id(), at, self.case.change_count, self.case.seq), checked

    @workflow.signal(dynamic=True, description=current().word("decision_help", "any_signal"))
    def ignore_signal(self, name: str, args: Sequence[RawValue]) -> None:
        """Do nothing: a signal cannot be refused, and nothing of ours is one. Unhandled ones would be kept for ever."""

    @workflow.query(name=names.VIEW, description=current().word("decision_help", names.VIEW))
    def view(self) -> Summary:
        """Return how the case stands."""
        return summarise(self.case)

    @workflow.query(name=names.RECORD, description=current().word("decision_help", names.RECORD))
    def record(self, asked: RecordQuery | None = None) -> Record:
        """Return how the case stands, with the entries the register may not have yet; with its state if asked for."""
        record = self.case.record(summarise(self.case), asked.after if asked else None)
        wanted = asked is not None and asked.with_state
        return record.model_copy(update={"state": self.case.model_dump_json()}) if wanted else record

    @workflow.query(name=names.BRIEF, description=current().word("decision_help", names.BRIEF))
    def brief(self, actor: Actor) -> Brief:
        """Return how the case looks to an officer, and the decisions that officer may take now."""
        return brief_of(self.case, actor)

    @workflow.query(name=names.CLOCKS, description=current().word("decision_help", names.CLOCKS))
    def clocks(self, at: datetime) -> ClockReport:
        """Return every clock with its account as of `at` (aware UTC), and the rule behind each rung."""
        return report_clocks(self.case, at)

    def roll_over_if_long(self) -> None:
        """Continue in a new run once the history is long; pending effects and applied decisions travel along.

        The server suggests it (at 4,096 events; a standard case has about 125), and its suggestion is in the history:
        there is no number of our own whose change would break the replay of a running case. What a channel says to an
        interim notice is waited for, but not until the history is too long to go on.
        """
        info = workflow.info()
        if not info.is_continue_as_new_suggested() or self.case.over or self.effects.calling_off(self.case):
            return
        if self.effects.interim_on_its_way(self.case) and info.get_current_history_length() < LONGEST:
            return
        workflow.continue_as_new(Start(carried=self.case))


def _update_id() -> str:
    info = workflow.current_update_info()
    return info.id if info else ""
