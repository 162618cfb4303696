"""The seal: nothing acts without proof of who decided it (docs/design.md, Persons and proof; docs/decisions/0021).

Whoever reaches Temporal can send it anything. So the desk signs each start and each Update, and the worker signs what a
case asks of an activity, what it hands on to its next run, and what it answers. What comes without a fitting signature
has no effect. All of them bind to the case and, but for a start, to the chain of runs that began with that start: a
message that was valid once is worth nothing in a run somebody starts later under the same id. The worker also signs
what came of an activity. The key is in no history. A replayer of recorded histories has none, and checks nothing.
"""

from __future__ import annotations

from temporalio import client, worker

from domain.case.summary import Record
from domain.tasks.brief import Brief
from temporal.proofs import BRIEF, RECORD, of_update
from temporal.seal_keys import SealKeys
from temporal.sealed_activities import SealedActivities
from temporal.sealed_runs import run_checks
from temporal.sealed_updates import SealedCalls


def seal_of(of: client.Client) -> Seal | None:
    """Return the seal of a client; None if it has none."""
    return next((one for one in of.config()["interceptors"] if isinstance(one, Seal)), None)


class Seal(client.Interceptor, worker.Interceptor):
    """The interceptor that seals what goes out with `keys` and checks what comes in; client and worker share one."""

    def __init__(self, keys: SealKeys) -> None:
        self.keys = keys

    def fits(self, workflow_id: str, record: Record, asked: str = "") -> bool:
        """Return whether a worker of ours has signed a record of a case for what was asked, and its entries are whole.

        The last record of a finished case answers nothing.
        """
        claims = (*record.claims(), asked) if asked else record.claims()
        return record.is_chained and self.keys.fits(record.proof, RECORD, workflow_id, *claims)

    def fits_answer(self, workflow_id: str, record: Record, update_id: str) -> bool:
        """Return whether a record answers an Update; in a case of an earlier version it may name none."""
        if self.fits(workflow_id, record, of_update(update_id)):
            return True
        return not record.nonce and self.fits(workflow_id, record)

    def fits_brief(self, workflow_id: str, brief: Brief, asked: str) -> bool:
        """Return whether a worker of ours has signed what an officer is shown of a case, for what was asked."""
        return self.keys.fits(brief.proof, BRIEF, workflow_id, brief.claims(), asked)

    def intercept_client(self, next: client.OutboundInterceptor) -> client.OutboundInterceptor:
        """Return the client's chain with the link that seals starts and Updates in front."""
        return SealedCalls(next, self.keys)

    def intercept_activity(self, next: worker.ActivityInboundInterceptor) -> worker.ActivityInboundInterceptor:
        """Return the activities' chain with the link that runs none without proof in front."""
        return SealedActivities(next, self.keys)

    def workflow_interceptor_class(
        self, input: worker.WorkflowInterceptorClassInput
    ) -> type[worker.WorkflowInboundInterceptor]:
        """Return the class of the link that checks what reaches a case and seals what it sends."""
        return run_checks(self.keys)
