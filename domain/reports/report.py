"""A report as handed in, and the intake's answer to it; `at` is data and starts no clock."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidatorFunctionWrapHandler,
    field_validator,
)

from domain.decisions import CaseOrigin, Link, RuleJoin, Sighting
from domain.decisions.base import readable
from domain.values import Frozen, is_empty
from domain.vocabulary import Level

ReportText = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
_INSTANT = TypeAdapter(AwareDatetime)
_NUMBER = re.compile(r"\s*[+-]?[\d.]+\s*")
"""What pydantic would read as seconds since 1970."""

Channel = Annotated[str, StringConstraints(pattern=r"^(public|[a-z_]{1,20}:[a-z][a-z0-9_]{0,15})$")]


class Report(BaseModel):
    """One lead as handed in; the text is kept to the letter.

    `channel` is `public` or `<kind>:<unit code>`. `at` is a time the sender gave, with its zone; it starts no clock.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    text: ReportText
    at: AwareDatetime | None = None
    place: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)] | None = None
    channel: Channel = "public"
    url: Link | None = None

    @field_validator("at", mode="wrap")
    @classmethod
    def _written_out(cls, value: Any, accept: ValidatorFunctionWrapHandler) -> datetime | None:
        if isinstance(value, str):
            if _NUMBER.fullmatch(value):
                raise ValueError("is a number, not a date and time with its zone")
            value = _INSTANT.validate_python(value)
        at: datetime | None = accept(value)
        return at

    @field_validator("text", "place")
    @classmethod
    def _readable(cls, value: str | None) -> str | None:
        if value is not None and "\x00" in value:
            raise ValueError("holds a NUL character")
        return None if value is None else readable(value)


class Match(StrEnum):
    """How a report found its case.

    `SHORT` says too little to be compared and has opened one; `BASKET` is as short, and waits in one with others of its
    form. `MOVED` was brought to its case by a person.
    """

    NEW = "new"
    EXACT = "exact"
    KNOWN = "known"
    NEAR = "near"
    SHORT = "short"
    BASKET = "basket"
    MOVED = "moved"


class KnownRebuttal(Frozen):
    """The published answer that a report meets."""

    case_id: str
    number: str
    title: str
    url: str
    published_at: datetime


class UrgentAdvice(Frozen):
    """Whom the sender of a report that asks for urgent help is to call at once, and the sentence that says so."""

    numbers: tuple[str, ...]
    says: str


class ReportReceipt(Frozen):
    """The answer to a report: which case it went to, and the published answer if there is one.

    `joined`: it joined an existing case. `case_stopped`: that case was stopped by a fault, and takes the report once it
    is restored. `urgent`: the report asks for urgent help, and its sender is to call these numbers at once.
    """

    report_id: str
    case_id: str
    joined: bool
    match: Match
    known_rebuttal: KnownRebuttal | None = None
    case_stopped: bool = Field(default=False, exclude_if=is_empty)
    urgent: UrgentAdvice | None = Field(default=None, exclude_if=is_empty)


class IncomingReport(Frozen):
    """A report with everything the desk decides about it before the register stores it.

    `key` is the hash of (principal, route, Idempotency-Key). `body_digest` distinguishes a repetition from another body
    under the same key. `claim_key` is None if the text is too short to be a key. `folded` is the text as it is compared
    with claims, `compared` is whether that has been done, and `like` is the case that it joins by rule, for the wording
    whose digest is `like_wording`. `form` is that by which it is known in a triage basket, empty if it goes in none; it
    opens one, until `basket_until`, if it says too little for a case of its own. `source` are the marks of where it
    comes from, the newest first (`domain.reports.sources`). `surge_at` is from how many within an hour the claim of a
    new case surges, None if never; the case keeps its own figure.
    """

    report_id: str
    key: str
    body_digest: str
    report: Report
    claim_key: str | None
    folded: str = ""
    compared: bool = True
    like: RuleJoin | None = None
    like_wording: str = ""
    form: str = ""
    basket_until: datetime | None = None
    level: Level
    case_id: str
    year: int
    accepted_at: datetime = Field(description="desk time, UTC")
    source: tuple[str, ...] = Field(default=(), repr=False)
    surge_at: int | None = None


class PendingHandover(Frozen):
    """A stored report that has not reached its case yet: it starts the case if `opens`, else it is a sighting.

    `accepted_at` (aware UTC) is when the desk took the report.
    """

    origin: CaseOrigin
    sighting: Sighting
    opens: bool
    accepted_at: datetime


class FiledReport(Frozen):
    """The register's answer to a filing; `handover` is None if the workflow need not be informed.

    `repeated`: the same key and body had been filed before.
    """

    receipt: ReportReceipt
    handover: PendingHandover | None
    repeated: bool = False
