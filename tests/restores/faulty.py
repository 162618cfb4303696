"""A version with a fault: a workflow of today's version raises nothing that could end it."""

from __future__ import annotations

from unittest.mock import patch

from temporalio import workflow
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from workflows import names
from workflows.rumor_case import RumorCase, Start

with workflow.unsafe.imports_passed_through():
    from domain.case.answer import Outcome
    from wiring.worker import build_worker


@workflow.defn(name=names.WORKFLOW)
class Faulty(RumorCase):
    """A case of a version with a fault: a signal ends it. Today's version raises nothing that could."""

    @workflow.init
    def __init__(self, start: Start) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: Start) -> Outcome:
        return await super().run(start)

    @workflow.signal
    def fault(self) -> None:
        raise ApplicationError("a fault of this version")


def faulty_worker(*parts: object) -> Worker:
    """Build a worker of the version with a fault."""
    with patch("wiring.worker.RumorCase", Faulty):
        return build_worker(*parts)
