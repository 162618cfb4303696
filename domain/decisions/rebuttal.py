"""What editors and signers say: a text to publish, and votes that bind to exactly one text."""

from __future__ import annotations

from typing import Literal

from domain.decisions.base import Decision, Digest, Short, Text
from domain.words import PublicationKind, Vote


class DraftSubmission(Decision):
    """Hand in the text that is to be published; every draft is a new version with its own digest."""

    kind: Literal["draft"] = "draft"
    publication: PublicationKind
    title: Short
    text: Text
    reason: Short | None = None


class Review(Decision):
    """Vote on exactly one text: approve, return with remarks, or reject."""

    kind: Literal["review"] = "review"
    digest: Digest
    outcome: Vote
    remarks: Short | None = None
