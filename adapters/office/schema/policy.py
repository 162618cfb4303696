"""The shape of `policy.toml`, but of its levels: which keys there are and what each may hold.

`adapters.office.rules` relates them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from adapters.office.schema.fields import ChannelName, Filled
from adapters.office.schema.levels import Duration, PublishChannel
from adapters.office.schema.risk import RiskIn, Words
from domain.terms import QuorumRest
from domain.values import Frozen
from domain.vocabulary import Exit, Level, Mode
from domain.worktime.working_time import Span


class Service(StrEnum):
    """The services that carry the letters of a channel; `none`: the office does without this channel."""

    SMTP = "smtp"
    WEBHOOK = "webhook"
    PHONE_TASK = "phone_task"
    OUTBOX = "outbox"
    NONE = "none"


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise PydanticCustomError("zone", "unknown time zone") from None
    return value


def _received(value: Exit) -> Exit:
    if value is Exit.DUPLICATE:  # it goes to a case, and no unit is there to receive it
        raise PydanticCustomError("exit_to_nobody", "an exit no unit receives")
    return value


class Quorum(Frozen):
    """The `[quorum]` table."""

    lead_alone_publishes: tuple[Level, ...] = ()
    rest: QuorumRest = QuorumRest.MAJORITY


class SessionsIn(Frozen):
    """The `[session]` table: at which levels triage opens a joint session."""

    at_triage: tuple[Level, ...] = ()


class FindingsIn(Frozen):
    """The `[finding]` table: at which levels a finding needs a second person of its unit."""

    approved_at: tuple[Level, ...] = ()


SeatNames = Annotated[tuple[str, ...], Field(min_length=1)]
"""Seats as a policy names them, at least one."""


class SigningIn(Frozen):
    """One issuer's table under `[signing]`: the first seat of each list is asked, the others may stand in."""

    review: SeatNames
    consent: StrictBool = True
    sign: SeatNames
    sign_urgent: tuple[str, ...] = ()


class InterimIn(Frozen):
    """The `[signing.interim]` table: who is asked to confirm an interim notice."""

    sign: SeatNames


class SigningsIn(Frozen):
    """The `[signing]` table."""

    unit: SigningIn
    joint: SigningIn
    city: SigningIn
    interim: InterimIn


Amount = Annotated[StrictInt, Field(ge=1, le=1_000_000)]
"""A number of reports, decisions or letters."""


class PublishIn(Frozen):
    """The table of one channel under `[publish]`: whether the public finds a page there."""

    public: StrictBool


class PublishesIn(Frozen):
    """The `[publish]` tables: the bulletin is public if nothing else is said, a partner is not."""

    bulletin: PublishIn = PublishIn(public=True)
    partner: PublishIn = PublishIn(public=False)

    @property
    def public(self) -> tuple[str, ...]:
        """Return the codes of the public channels."""
        return tuple(channel.value for channel in PublishChannel if getattr(self, channel).public)


EmergencyNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{3,12}$")]
"""A number everybody can dial, such as 110."""


class ExitIn(Frozen):
    """The table of an exit whose unit has to receive what it is passed; `level` is whose ladder asks again.

    `words` are those by which a report is taken for such a one until a person decides.
    """

    received: Duration
    level: Level = Level.RED
    emergency: tuple[EmergencyNumber, ...] = ()
    words: Words = ()


URGENT_HELP = ExitIn.model_validate({"received": "10m", "emergency": ("110", "119", "120")})
"""How urgent help is handed over where a policy says nothing about it."""


class SurgeIn(Frozen):
    """The `[surge]` table: from how many sources within an hour the provisional level is raised, and to which.

    Of 37,556 claims people reported to Cofacts in 43 months, 40 were reported ten times within an hour
    (docs/decisions/0028).
    """

    sources: Annotated[StrictInt, Field(ge=2, le=1_000_000)] = 10
    level: Level = Level.ORANGE


class BasketIn(Frozen):
    """The `[basket]` table: texts of fewer characters of their own share one case while the window is open.

    A text of fewer than eight has no key of its own claim in any case (`adapters.matching.claim_key`).
    """

    own_characters: Annotated[StrictInt, Field(ge=8, le=40)] = 8
    window: Duration = Span.of("24h")


class LimitsIn(Frozen):
    """The `[limits]` table: what is taken in at most (docs/operating.md)."""

    anonymous_per_source: Amount = 10
    anonymous_in_all: Amount = 600
    reports_per_key: Amount = 120
    decisions_per_second: Amount = 5
    decisions_per_case: Amount = 8
    letters_per_hour: Amount = 20
    ipv6_prefix: Annotated[StrictInt, Field(ge=48, le=64)] = 64


class PolicyIn(Frozen):
    """The file `policy.toml`; its levels are read one by one."""

    version: Filled
    mode: Mode
    zone: Annotated[str, AfterValidator(_zone)]
    bounce_limit: Annotated[StrictInt, Field(ge=1)]
    provisional_level: Level
    basis: Filled
    channel: dict[ChannelName, Service]
    quorum: Quorum = Quorum()
    session: SessionsIn = SessionsIn()
    finding: FindingsIn = FindingsIn()
    signing: SigningsIn
    publish: PublishesIn = PublishesIn()
    limits: LimitsIn = LimitsIn()
    surge: SurgeIn = SurgeIn()
    basket: BasketIn = BasketIn()
    exit: dict[Annotated[Exit, AfterValidator(_received)], ExitIn] = {}
    risk: RiskIn
    level: dict[str, Any]
