"""What happened to a text on its way to the public, and to proposals."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from domain.decisions import Evidence, Signer
from domain.terms import Addressee
from domain.values import Frozen, is_empty
from domain.vocabulary import DeliveryAct, Exit, Issuer, Level, ProposalKind, PublicationKind, SlotKind, Vote


class Drafted(Frozen):
    """A text was handed in as a new version; `slots` are the seats asked for each kind of signature."""

    kind: Literal["drafted"] = "drafted"
    version: int
    publication: PublicationKind
    title: str
    text: str
    digest: str
    reason: str | None = None
    issuer: Issuer = Issuer.JOINT
    slots: dict[SlotKind, tuple[Addressee, ...]] = {}


class Reviewed(Frozen):
    """Somebody voted on a text; `slot` is the kind of signature."""

    kind: Literal["reviewed"] = "reviewed"
    slot: SlotKind = SlotKind.REVIEW
    version: int
    digest: str
    outcome: Vote
    remarks: str | None = None


class Approved(Frozen):
    """A text got its last signature."""

    kind: Literal["approved"] = "approved"
    version: int
    digest: str


class Delivered(Frozen):
    """A channel took a page; `where` is the place the channel named, `on_file` whether that is only our own disk."""

    kind: Literal["delivered"] = "delivered"
    version: int
    channel: str
    where: str
    interim: bool = False
    on_file: bool = Field(default=False, exclude_if=is_empty)


class DeliveryRefused(Frozen):
    """A channel refused a page for good."""

    kind: Literal["delivery_refused"] = "delivery_refused"
    version: int
    channel: str
    reason: str
    interim: bool = False


class DeliveryResolved(Frozen):
    """Somebody decided on a refused page: to send it once more, or to leave it; `ref` is the refusal's entry."""

    kind: Literal["delivery_resolved"] = "delivery_resolved"
    ref: int
    channel: str
    act: DeliveryAct
    reason: str


class Proposed(Frozen):
    """A person asked for an act that another must confirm (docs/design.md, rule 16).

    `refusal` is what the unit said whose refused consent is to be skipped, None without one. `evidence` is what it is
    asked for with, and `digest` the file of what a unit has published itself: whoever is to confirm looks at both.
    """

    kind: Literal["proposed"] = "proposed"
    what: ProposalKind
    unit: str | None = None
    level: Level | None = None
    reason: str | None = None
    title: str | None = None
    text: str | None = None
    refusal: str | None = Field(default=None, exclude_if=is_empty)
    exit: Exit | None = Field(default=None, exclude_if=is_empty)
    evidence: tuple[Evidence, ...] = Field(default=(), exclude_if=is_empty)
    digest: str | None = Field(default=None, exclude_if=is_empty)


class Confirmed(Frozen):
    """Another person confirmed a proposal; `ref` is the number of the proposal's entry."""

    kind: Literal["confirmed"] = "confirmed"
    what: ProposalKind
    ref: int
    asked_by: Signer


class TurnedDown(Frozen):
    """Another person turned a proposal down; `ref` is the number of the proposal's entry."""

    kind: Literal["turned_down"] = "turned_down"
    what: ProposalKind
    ref: int
    remarks: str | None = None


class ProposalLapsed(Frozen):
    """A proposal became void before anybody decided on it; `ref` is the number of its entry.

    `outdated` is true if it said what no longer holds, and may be made anew.
    """

    kind: Literal["proposal_lapsed"] = "proposal_lapsed"
    what: ProposalKind
    ref: int
    outdated: bool = Field(default=False, exclude_if=is_empty)


class PublicationRecorded(Frozen):
    """The office recorded what a unit had published itself."""

    kind: Literal["publication_recorded"] = "publication_recorded"
    unit: str
    short: str
    publication: PublicationKind
    version: int
    title: str
    url: str
    captured_at: datetime
    digest: str | None = None
