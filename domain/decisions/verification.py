"""Decisions of units about a verification request, and of the office about findings and joint sessions."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from domain.decisions.base import Decision, Digest, Link, SeenNumber, Short, Text, UnitCode
from domain.values import Frozen, is_empty
from domain.vocabulary import ActionKind, ConsultAct, SyntheticMark, Verdict


class Accept(Decision):
    """A decision to accept a verification request for one's unit (签收); `expected_visit` is the visit it is for.

    `request_of` is whose request is meant: another unit's that is offered to it, or its own. None: an offer, if any.
    `handover` is whether it is about what triage has handed over to the unit, which needs no verification.
    """

    kind: Literal["accept"] = "accept"
    request_of: UnitCode | None = None
    expected_visit: SeenNumber | None = None
    handover: bool = False


class Decline(Decision):
    """A decision to return a verification request (退回): the reason, and a unit that fits better, if one is known.

    `request_of` and `handover` as in `Accept`. `expected_visit` is the visit the sender saw the request in, None to
    return what is asked now.
    """

    kind: Literal["decline"] = "decline"
    reason: Short
    suggested: UnitCode | None = None
    request_of: UnitCode | None = None
    expected_visit: SeenNumber | None = None
    handover: bool = False

    def named_units(self) -> tuple[str, ...]:
        """Return the suggested unit."""
        return (self.suggested,) if self.suggested else ()


class Transfer(Decision):
    """A decision to hand a request on to the unit it belongs to (转办).

    The sender stays responsible until that unit accepts (docs/design.md, rule 10). `unit` is the unit whose request the
    office hands on; None: the actor's own. `expected_visit` as in `Decline`.
    """

    kind: Literal["transfer"] = "transfer"
    to: UnitCode
    reason: Short
    unit: UnitCode | None = None
    expected_visit: SeenNumber | None = None

    def named_units(self) -> tuple[str, ...]:
        """Return the receiving unit."""
        return (self.to,)


class Evidence(Frozen):
    """One piece of evidence: what it is, its source, its address or its file's digest, and when it was captured."""

    kind: Short
    source: Short
    url: Link | None = None
    digest: Digest | None = None
    captured_at: AwareDatetime

    @model_validator(mode="after")
    def _can_be_looked_at(self) -> Self:
        if self.url is None and self.digest is None:
            raise ValueError("has neither url nor digest")
        return self


class Finding(Decision):
    """One unit's finding: verdict, explanation, evidence.

    `party_statement` is what a firm concerned says itself. `synthetic_mark` is how a picture or video of the claim says
    that a machine made it. `internal` is for the office alone: no other unit reads it, and no draft takes it.
    `corrects` says that it takes the place of what the unit has answered: a page that was left open changes nothing.
    `expected_round` is the round the sender answers, None for whatever is asked now.
    """

    kind: Literal["finding"] = "finding"
    verdict: Verdict
    explanation: Text
    evidence: tuple[Evidence, ...] = Field(min_length=1, max_length=20)
    party_statement: Text | None = None
    synthetic_mark: SyntheticMark | None = None
    internal: Text | None = Field(default=None, exclude_if=is_empty)
    corrects: bool = False
    expected_round: SeenNumber | None = None


class ReturnFinding(Decision):
    """A decision to return a unit's finding for what it lacks; the unit's answer clock goes on."""

    kind: Literal["return_finding"] = "return_finding"
    unit: UnitCode
    missing: Short
    expected_round: SeenNumber | None = None
    """The round of the finding the sender has read; None to return it as it is."""


class Action(Frozen):
    """One item of a session's action list: what is to be done, by which unit, until when."""

    do: ActionKind
    unit: UnitCode
    end: AwareDatetime
    what: Short | None = None


class Consult(Decision):
    """An act in a joint session: call one (`units`), take a position (`verdict`), give out `actions`, or rule.

    `text` is the question, the position or the reasons. `done` are the numbers of the action items that are ticked off:
    the actor's own, or any if the actor is the chair. Without a verdict, `text` is then what came of them.
    `expected_session` is the number of the session the sender saw, `expected_findings` what the units had found, as
    `quorum.stated` writes it; None for how the case stands.
    """

    kind: Literal["consult"] = "consult"
    act: ConsultAct
    text: Text
    units: tuple[UnitCode, ...] = Field(default=(), max_length=12)
    verdict: Verdict | None = None
    actions: tuple[Action, ...] = Field(default=(), max_length=20)
    done: tuple[int, ...] = Field(default=(), max_length=20)
    expected_session: SeenNumber | None = None
    expected_findings: Text | None = None

    def named_units(self) -> tuple[str, ...]:
        """Return the called units and those that are given an action."""
        return tuple(dict.fromkeys((*self.units, *(action.unit for action in self.actions))))

    @property
    def ticks_off(self) -> bool:
        """Return whether this act only ticks off items and takes no position."""
        return bool(self.done) and self.verdict is None
