"""A version after today's: fields and kinds today's does not know, in all that is passed on."""

from __future__ import annotations

import json
from unittest.mock import patch

from temporalio import workflow
from temporalio.worker import Worker

from workflows import names
from workflows.case.decision_updates import decision_updates
from workflows.rumor_case import RumorCase, Start

with workflow.unsafe.imports_passed_through():
    from domain.case.answer import Answer, Outcome
    from domain.case.summary import Record, RecordQuery
    from domain.decider.decide import ALL, Rule
    from domain.decisions import Note
    from domain.events import Noted, UnknownEvent
    from domain.stages import note
    from wiring.worker import build_worker


class NewerNote(Note):
    """A remark with one optional field more."""

    mood: str | None = None


@workflow.defn(name=names.WORKFLOW)
@decision_updates({"note": Rule(NewerNote, ALL, note.note)})
class Newer(RumorCase):
    """A case whose remarks have a mood, and which is weighed with each."""

    @workflow.init
    def __init__(self, start: Start) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: Start) -> Outcome:
        return await super().run(start)

    def apply_decision(self, kind: str, decision: NewerNote) -> Answer:
        if kind == "note":
            self.case.happened(Noted(text=decision.text, mood=decision.mood), workflow.now())
            self.case.happened(UnknownEvent(kind="weighed", grams=3), workflow.now())
        answer = super().apply_decision(kind, decision)
        return answer.model_copy(update={"record": moody(answer.record), "scale": "brass"})

    @workflow.query(name=names.RECORD)
    def record(self, asked: RecordQuery | None = None) -> Record:
        record = moody(super().record(asked))
        if record.state is None:
            return record
        return record.model_copy(update={"state": json.dumps({**json.loads(record.state), "weather": "fair"})})


def moody(record: Record) -> Record:
    """Return a record as the newer version has it: its summary has a field more."""
    return record.model_copy(update={"summary": record.summary.model_copy(update={"mood": "calm"}), "ink": "blue"})


def newer_worker(*parts: object) -> Worker:
    """Build a worker of the newer version."""
    with patch("wiring.worker.RumorCase", Newer):
        return build_worker(*parts)
