"""One Update with a validator per kind of decision, made from the table of rules.

The Temporal UI then shows `triage`, `finding`, `review`, and its Update dialog explains each in the office's words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.case.answer import Answer
    from domain.decider.decide import Rule
    from texts.catalogue import current

Decided = TypeVar("Decided", bound=type)


def decision_updates(rules: Mapping[str, Rule]) -> Callable[[Decided], Decided]:
    """Return a decorator that adds an Update per kind to a workflow class.

    The class has `apply_decision` and `validate_decision`.
    """

    def decorate(cls: Decided) -> Decided:
        for kind, rule in rules.items():
            setattr(cls, f"on_{kind}", _update(kind, rule))
        return cls

    return decorate


def _update(kind: str, rule: Rule) -> Any:
    def handler(self: Any, decision: Any) -> Any:
        return self.apply_decision(kind, decision)

    def validator(self: Any, decision: Any) -> None:
        self.validate_decision(kind, decision)

    handler.__name__ = handler.__qualname__ = f"on_{kind}"
    handler.__annotations__ = {"decision": rule.model, "return": Answer}
    validator.__annotations__ = {"decision": rule.model, "return": None}
    update: Any = workflow.update(name=kind, description=current().word("decision_help", kind))(handler)
    update.validator(validator)
    return update
