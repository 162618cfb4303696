"""Decisions of editors and signers: a text to publish, votes bound to exactly one text, proposals and confirmations."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from domain.decisions.base import Decision, Digest, Link, SeenNumber, Short, Text, UnitCode
from domain.vocabulary import DeliveryAct, Issuer, PublicationKind, Vote


class DraftSubmission(Decision):
    """A text handed in for publication; every draft is a new version with its own digest.

    `unit` is the unit it goes out for if the issuer is one unit (None: the lead unit). `consents` are co-units whose
    field the text states, in addition to those found in it. `information` is the kind of information the text gives,
    where only one unit may give it. `expected_version` is the number of the text it was written after, 0 for none: it
    takes the place of no text its drafter has not seen. None: of whatever is on the table.
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
    expected_version: SeenNumber | None = None

    def named_units(self) -> tuple[str, ...]:
        """Return the issuing unit and the units whose consent is asked."""
        return tuple(code for code in (self.unit, *self.consents) if code)


class Ballot(Decision):
    """A vote on exactly one text, named by its digest: approve, return with remarks, or reject."""

    digest: Digest
    outcome: Vote
    remarks: Short | None = None


class Review(Ballot):
    """A vote of the competent unit on a text (审核)."""

    kind: Literal["review"] = "review"


class Consent(Ballot):
    """A co-unit's vote on what a text states of its field (会签)."""

    kind: Literal["consent"] = "consent"


class Sign(Ballot):
    """The last vote on a text (签发): if it approves, the text goes out."""

    kind: Literal["sign"] = "sign"


class Interim(Decision):
    """A proposal to send the notice that a claim is being checked (正在核实).

    The notice has fixed wording and no verdict; another person confirms it (docs/design.md, rules 12 and 16).
    """

    kind: Literal["interim"] = "interim"
    known: Short | None = None
    unknown: Short | None = None
    advice: Short | None = None


class Override(Decision):
    """A proposal to go on without a co-unit's consent, with the reason (特批).

    The duty leader confirms it (docs/design.md, rules 12 and 16).
    """

    kind: Literal["override"] = "override"
    act: Literal["skip_consent"] = "skip_consent"
    unit: UnitCode
    reason: Short

    def named_units(self) -> tuple[str, ...]:
        """Return the unit whose consent is missing."""
        return (self.unit,)


class Confirm(Decision):
    """A decision that confirms or turns down another person's proposal; `ref` is the number of its timeline entry."""

    kind: Literal["confirm"] = "confirm"
    ref: Annotated[int, Field(strict=True, ge=1)]
    outcome: Vote
    remarks: Short | None = None


class ResolveDelivery(Decision):
    """A decision on a page a channel refused for good: send it once more, or leave it, with the reason.

    `ref` is the number of the refusal's timeline entry.
    """

    kind: Literal["resolve_delivery"] = "resolve_delivery"
    ref: Annotated[int, Field(strict=True, ge=1)]
    act: DeliveryAct
    reason: Short


class RecordPublication(Decision):
    """What a unit has published itself, with address and capture; the text is re-posted with its source.

    Another person of that unit or of the office confirms it. `reason` is why a kind is chosen that the verdict does not
    suggest (docs/design.md, rules 12 and 16).
    """

    kind: Literal["record_publication"] = "record_publication"
    unit: UnitCode
    publication: PublicationKind
    title: Short
    text: Text
    url: Link
    captured_at: AwareDatetime
    digest: Digest | None = None
    reason: Short | None = None

    def named_units(self) -> tuple[str, ...]:
        """Return the unit that published."""
        return (self.unit,)
