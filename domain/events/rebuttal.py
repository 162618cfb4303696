"""What happens to a text on its way to the public."""

from __future__ import annotations

from typing import Literal

from domain.terms import Frozen
from domain.words import PublicationKind, Vote


class Drafted(Frozen):
    kind: Literal["drafted"] = "drafted"
    version: int
    publication: PublicationKind
    title: str
    text: str
    digest: str
    reason: str | None = None


class Reviewed(Frozen):
    kind: Literal["reviewed"] = "reviewed"
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


class DeliveryRefused(Frozen):
    kind: Literal["delivery_refused"] = "delivery_refused"
    version: int
    channel: str
    reason: str
