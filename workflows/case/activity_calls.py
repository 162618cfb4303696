"""How each effect is called: timeout, retries, the summary operators read. It holds no rule."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import FailureError

with workflow.unsafe.imports_passed_through():
    from activities.notices import Notices
    from activities.publishing import Publishing
    from activities.recording import Recording
    from domain.bounds import SUMMARY
    from domain.case.case import Case
    from domain.case.obligations import Notice, Publication
    from domain.case.payloads import Issue, Issued, NotIssued, Wave, WaveSent
    from domain.case.summary import Record
    from domain.values import TimelinePosition
    from texts.catalogue import current

ATTEMPT = timedelta(seconds=5)
"""The timeout of one attempt, and so how long an attempt a killed worker held is missing."""

PAGE, ALIVE = timedelta(minutes=6), timedelta(seconds=10)
"""How long a channel may take to answer to a page, and after how long without a sign of life another attempt begins."""

AT_ONCE = timedelta(seconds=2)
"""How long letters may take inside a workflow task: well below the timeout of the task."""

RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=1), backoff_coefficient=2, maximum_interval=timedelta(minutes=10)
)


async def notify(case: Case, wave: Wave, notices: list[Notice]) -> WaveSent:
    """Send one wave of notices and return whom it reached, however long that takes.

    If it is cancelled it is tried no more, and the result of the attempt under way is returned all the same.

    Raises:
        ActivityError: it was cancelled; or somebody failed it by hand in Temporal and an earlier version took that.

    """
    return await workflow.execute_activity_method(
        Notices.notify,
        wave,
        start_to_close_timeout=ATTEMPT,
        retry_policy=RETRY,
        cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        summary=_notify_summary(case, notices),
    )


async def notify_at_once(case: Case, wave: Wave, notices: list[Notice]) -> WaveSent | None:
    """Send the notices of rungs inside the task that rang them; None if somebody could not be reached at once.

    Nobody waits for an answer of that task, and it saves half the events of a ring (docs/decisions/0016). Recipients
    and keys are those of `notify`, so people who have a letter get no second one from it. Nothing is stored in the
    register (docs/decisions/0013).
    """
    try:
        return await workflow.execute_local_activity_method(
            Notices.notify,
            wave,
            schedule_to_close_timeout=AT_ONCE,
            retry_policy=RetryPolicy(maximum_attempts=1),
            summary=_notify_summary(case, notices),
        )
    except FailureError:  # a local activity's own failure comes without an ActivityError around it
        return None


async def publish(issue: Issue) -> Issued | NotIssued:
    """Publish one approved page on one channel; it is tried until the channel answers.

    If it is cancelled it is tried no more, and the result of the attempt under way is returned all the same: the
    channel may have taken the page.
    """
    return await workflow.execute_activity_method(
        Publishing.publish,
        issue,
        start_to_close_timeout=PAGE,
        heartbeat_timeout=ALIVE,
        retry_policy=RETRY,
        cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        summary=_publish_summary(issue.publication),
    )


async def record(record: Record) -> TimelinePosition:
    """Store entries in the register and return how far it then has the timeline.

    It is an effect of its own, not a part of the task that made the entries: what a task has made is not true before
    the task is done, and the one tried in its place may take decisions in another order (docs/decisions/0013).
    """
    return await workflow.execute_activity_method(
        Recording.record,
        record,
        start_to_close_timeout=ATTEMPT,
        retry_policy=RETRY,
        summary=SUMMARY.cut(current().say("activity_record")),
    )


def _notify_summary(case: Case, notices: list[Notice]) -> str:
    return SUMMARY.cut(current().say("activity_notify", notices=notices, short=case.short))


def _publish_summary(publication: Publication) -> str:
    return SUMMARY.cut(current().say("activity_publish", publication=publication))
