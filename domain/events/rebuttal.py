"""What happens to a text on its way to the public."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from domain.decisions import Signer
from domain.terms import Addressee
from domain.values import Frozen
from domain.vocabulary import Issuer, Level, ProposalKind, PublicationKind, SlotKind, Vote


class Drafted(Frozen):
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
    kind: Literal["reviewed"] = "reviewed"
    slot: SlotKind = SlotKind.REVIEW
    version: int
    digest: str
    outcome: Vote
    remarks: str | None = None


class Approved(Frozen):
    kind: Literal["approved"] = "approved"
    version: int
    digest: str


class Delivered(Frozen):
    kind: Literal["delivered"] = "delivered"
    version: int
    channel: str
    where: str
    interim: bool = False


class DeliveryRefused(Frozen):
    kind: Literal["delivery_refused"] = "delivery_refused"
    version: int
    channel: str
    reason: str
    interim: bool = False


class Proposed(Frozen):
    kind: Literal["proposed"] = "proposed"
    what: ProposalKind
    unit: str | None = None
    level: Level | None = None
    reason: str | None = None
    title: str | None = None
    text: str | None = None


class Confirmed(Frozen):
    kind: Literal["confirmed"] = "confirmed"
    what: ProposalKind
    ref: int
    asked_by: Signer


class TurnedDown(Frozen):
    kind: Literal["turned_down"] = "turned_down"
    what: ProposalKind
    ref: int
    remarks: str | None = None


class ProposalLapsed(Frozen):
    kind: Literal["proposal_lapsed"] = "proposal_lapsed"
    what: ProposalKind
    ref: int


class PublicationRecorded(Frozen):
    kind: Literal["publication_recorded"] = "publication_recorded"
    unit: str
    short: str
    publication: PublicationKind
    version: int
    title: str
    url: str
    captured_at: datetime
    digest: str | None = None
