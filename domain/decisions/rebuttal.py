"""What editors and signers say: a text to publish, votes that bind to exactly one text, and what another confirms."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from domain.decisions.base import Decision, Digest, Link, Short, Text, UnitCode
from domain.vocabulary import Issuer, PublicationKind, Vote


class DraftSubmission(Decision):
    """Hand in the text that is to be published; every draft is a new version with its own digest.

    `unit` is the unit it goes out for where the issuer is one unit (None: the lead unit). `consents` are co-units
    whose field the text states, beside those that are found in it. `information` is the kind of information the text
    gives, where only one unit may give it.
    """

    kind: Literal["draft"] = "draft"
    publication: PublicationKind
    title: Short
    text: Text
    reason: Short | None = None
    issuer: Issuer = Issuer.JOINT
    unit: UnitCode | None = None
    consents: tuple[UnitCode, ...] = Field(default=(), max_length=12)
    information: Short | None = None

    def named_units(self) -> tuple[str, ...]:
        """Return the issuing unit and those whose consent is asked."""
        return tuple(code for code in (self.unit, *self.consents) if code)


class Ballot(Decision):
    """Be a vote on exactly one text: approve, return with remarks, or reject."""

    digest: Digest
    outcome: Vote
    remarks: Short | None = None


class Review(Ballot):
    """Review a text (审核): approve it, return it with remarks, or reject it."""

    kind: Literal["review"] = "review"


class Consent(Ballot):
    """Consent to what a text states of one's own field (会签), return it with remarks, or refuse."""

    kind: Literal["consent"] = "consent"


class Sign(Ballot):
    """Sign a text (签发), the last of all: it goes out, is returned with remarks, or is rejected."""

    kind: Literal["sign"] = "sign"


class Interim(Decision):
    """Ask for the notice that a claim is being checked (正在核实): fixed wording, no verdict; another confirms."""

    kind: Literal["interim"] = "interim"
    known: Short | None = None
    unknown: Short | None = None
    advice: Short | None = None


class Override(Decision):
    """Ask to go on without a co-unit's consent, with the reason; the duty leader confirms (rules 12 and 16)."""

    kind: Literal["override"] = "override"
    act: Literal["skip_consent"] = "skip_consent"
    unit: UnitCode
    reason: Short

    def named_units(self) -> tuple[str, ...]:
        """Return the unit whose consent is missing."""
        return (self.unit,)


class Confirm(Decision):
    """Confirm or turn down what another person has asked for; `ref` is the number of that entry in the timeline."""

    kind: Literal["confirm"] = "confirm"
    ref: Annotated[int, Field(strict=True, ge=1)]
    outcome: Vote
    remarks: Short | None = None


class RecordPublication(Decision):
    """Record what a unit has published itself, with address and capture; it is re-posted with its source."""

    kind: Literal["record_publication"] = "record_publication"
    unit: UnitCode
    publication: PublicationKind
    title: Short
    text: Text
    url: Link
    captured_at: AwareDatetime
    digest: Digest | None = None

    def named_units(self) -> tuple[str, ...]:
        """Return the unit that published."""
        return (self.unit,)
