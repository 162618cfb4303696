"""What the operator sees of a case in the Temporal UI: its page, and the attributes cases are found by."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from temporalio import worker, workflow

from temporal import search_attributes

with workflow.unsafe.imports_passed_through():
    from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

    from domain.bounds import ATTRIBUTE, SUMMARY, fitting
    from domain.case.case import Case
    from domain.case.summarise import summarise
    from domain.case.summary import ClockStatus, Summary
    from domain.decisions import Opening
    from domain.stages.report import open_case
    from domain.vocabulary import PublicationState, Stage
    from texts.catalogue import current


METADATA = "__temporal_workflow_metadata"
"""The query by which every SDK serves a workflow's description and current details."""


NEAR = timedelta(seconds=1)
"""An instant that moved by less is not worth a visibility row of its own; the next upsert carries it."""


class OperatorPages(worker.Interceptor):
    """The interceptor that writes a case's page when somebody opens it: nobody sees the pages in between."""

    def workflow_interceptor_class(
        self,
        input: worker.WorkflowInterceptorClassInput,
    ) -> type[worker.WorkflowInboundInterceptor]:
        """Return the interceptor that answers the metadata query."""
        return _Looking


class _Looking(worker.WorkflowInboundInterceptor):
    async def handle_query(self, input: worker.HandleQueryInput) -> Any:
        answer = await super().handle_query(input)
        if input.query == METADATA:
            answer.current_details = page(workflow.instance().case)
        return answer


def page(case: Case) -> str:
    """Return the operator's page of a case, as markdown."""
    return current().say("board.md", case=case, summary=summarise(case), short=case.short)


class OperatorView:
    """The search attributes of a case as last shown; only changes are written."""

    def __init__(self) -> None:
        self._shown = _already_shown(workflow.info().typed_search_attributes)
        self._results = 0
        self._summary: Summary | None = None
        self.change_count = 0
        """The `change_count` of the case as last shown."""

    def show(self, case: Case, summary: Summary, *, marked: bool) -> bool:
        """Upsert the attributes that changed; return whether a result was taken and the task still lacks a command.

        A task that took a result must not end without a command: a restarted worker would run an Update before the
        results it follows (docs/decisions/0002). `marked` is whether the alarm moves, which is a command. Otherwise
        starting the alarm anew costs the server least. `CaseSeq` is upserted by itself if no alarm is set, and to save
        events: on a climbing ladder, while channels take a text one after another, and once the case only waits to be
        closed.
        """
        self._summary = summary
        wanted = attributes_of(summary)
        changed = [(key, value) for key, value in wanted if _differ(self._shown.get(key.name), value)]
        if not any(_urgent(key, self._shown.get(key.name), value) for key, value in changed):
            changed = []
        took, self._results = case.results_taken != self._results, case.results_taken
        if changed or (took and not marked and self._alone(summary)):
            changed.append((search_attributes.SEQ, case.seq))
        self.change_count = case.change_count
        if changed:
            self._shown |= {key.name: value for key, value in changed}
            workflow.upsert_search_attributes([_update(key, value) for key, value in changed])
        return took and not changed and not marked

    @staticmethod
    def _alone(summary: Summary) -> bool:
        """Return whether `CaseSeq` is upserted by itself: it costs more than a new alarm, and saves one event."""
        publishing = summary.publication is PublicationState.APPROVED
        closing = summary.stage is Stage.CLOSURE
        return bool(summary.escalation) or summary.next_wake is None or publishing or closing

    def next(self, case: Case) -> str:
        """Return in one line what the timer is for: which rung, whom it rings, when; called right after `show`.

        A timer is kept while its instant stays, so the line counts the units that share the instant and are still due.
        """
        summary = self._summary or summarise(case)
        clocks = [clock for clock in summary.debts if clock.next_at or not clock.overdue]
        nearest = min(clocks, key=_instant, default=None)
        units = {clock.unit for clock in clocks if nearest and _instant(clock) == _instant(nearest)}
        at = summary.next_wake
        pause = case.pause_due(at)
        return SUMMARY.cut(current().say("timer", debt=nearest, at=at, units=len(units), pause=pause, short=case.short))


def at_start(opening: Opening, now: datetime) -> TypedSearchAttributes:
    """Return the attributes a case is started with: those of its first task, which then has none to upsert.

    `now` is the caller's time; the workflow's own follows it by milliseconds, less than `NEAR`.
    """
    wanted = attributes_of(summarise(open_case(opening, now)))
    return TypedSearchAttributes([SearchAttributePair(key, value) for key, value in wanted if value is not None])


def attributes_of(summary: Summary) -> list[tuple[SearchAttributeKey[Any], Any]]:
    """Return every attribute with its value; None if the case has none."""
    return [
        (search_attributes.STAGE, summary.stage.value),
        (search_attributes.LEVEL, summary.level.value),
        (search_attributes.VERDICT, summary.verdict.value if summary.verdict else None),
        (search_attributes.TOPIC, ATTRIBUTE.cut(summary.topic) if summary.topic else None),
        (search_attributes.DISTRICT, ATTRIBUTE.cut(summary.district) if summary.district else None),
        (search_attributes.LEAD, summary.lead),
        (search_attributes.UNITS, fitting(summary.units) or None),
        (search_attributes.DUE, summary.due),
        (search_attributes.NEXT_WAKE, summary.next_wake),
        (search_attributes.ESCALATION, summary.escalation),
        (search_attributes.OVERDUE, summary.overdue),
        (search_attributes.PAUSED, summary.paused is not None),
    ]


def _instant(clock: ClockStatus) -> Any:
    return clock.due if not clock.overdue and (clock.next_at is None or clock.due < clock.next_at) else clock.next_at


def _differ(shown: Any, wanted: Any) -> bool:
    if shown == wanted:
        return False
    return not (isinstance(shown, datetime) and isinstance(wanted, datetime) and abs(shown - wanted) <= NEAR)


def _urgent(key: SearchAttributeKey[Any], shown: Any, wanted: Any) -> bool:
    """Return whether a change has to be shown by itself: an instant that moves to later is shown with the next one.

    A search for what is late may then find a case too early, and never misses one. Each upsert costs the server more
    than any other command.
    """
    later = key in (search_attributes.DUE, search_attributes.NEXT_WAKE) and shown is not None and wanted is not None
    return not later or wanted < shown


def _update(key: SearchAttributeKey[Any], value: Any) -> Any:
    return key.value_unset() if value is None else key.value_set(value)


def _already_shown(attributes: TypedSearchAttributes) -> dict[str, Any]:
    return {pair.key.name: pair.value for pair in attributes}
