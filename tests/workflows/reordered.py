"""The case with its loop in another order: what a replay must not let pass."""

from __future__ import annotations

from functools import partial

from temporalio import workflow

from workflows import names
from workflows.rumor_case import RumorCase, Start

with workflow.unsafe.imports_passed_through():
    from domain.case.answer import Outcome
    from domain.case.summarise import summarise
    from domain.decider import ring


@workflow.defn(name=names.WORKFLOW)
class Reordered(RumorCase):
    """A workflow that shows the attributes before it sends what is owed; everything else is as in the real one."""

    @workflow.init
    def __init__(self, start: Start) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: Start) -> Outcome:
        while not self.case.at_rest:
            ring.ring(self.case, workflow.now())
            wake, waits = self.case.next_wake(), self.case.change_count != self.operator_view.change_count
            moves = self.alarm.moves(wake, busy=self.effects.busy())
            unmarked = self.operator_view.show(self.case, summarise(self.case), marked=moves)
            self.effects.start(self.case, decision_waits=waits)
            await self.effects.sent_at_once()
            says = partial(self.operator_view.next, self.case)
            await self.alarm.wait(wake, self.something_new, says, anew=moves or unmarked)
            self.effects.raise_bugs()
        return self.case.outcome(summarise(self.case))
