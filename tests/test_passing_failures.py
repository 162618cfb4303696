"""What the server says of an Update no case has heard is no refusal: the decision stays open, and is sent again."""

from __future__ import annotations

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from desk.call_failures import _refusal
from domain.errors import Fault, Unavailable


@pytest.mark.parametrize("kind", ["UnprocessedUpdate", "UnknownKey", "AcceptedUpdateCompletedWorkflow"])
def test_an_update_the_case_has_not_heard_stays_open(kind: str) -> None:
    failed = WorkflowUpdateFailedError(ApplicationError("of the server", type=kind))

    assert isinstance(_refusal(failed), Unavailable)


def test_any_other_failure_of_an_update_is_a_fault() -> None:
    assert isinstance(_refusal(WorkflowUpdateFailedError(ApplicationError("a bug", type="HandlerBug"))), Fault)
