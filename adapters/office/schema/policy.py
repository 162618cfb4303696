"""The shape of `policy.toml`: which keys there are and what each may hold; `adapters.office.rules` relates them."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    model_validator,
)

from adapters.office.schema.fields import ChannelName, Filled, ShortName
from domain.values import Frozen
from domain.vocabulary import Level, Mode, QuorumRest, RungKind
from domain.worktime.working_time import Span, TimeUnit

_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_PERCENT = re.compile(r"(\d{1,3})%")


class Service(StrEnum):
    """The services that carry the letters of a channel; `none`: the office does without this channel."""

    SMTP = "smtp"
    WEBHOOK = "webhook"
    PHONE_TASK = "phone_task"
    OUTBOX = "outbox"
    NONE = "none"


class PublishChannel(StrEnum):
    """The channels an approved text may go out by."""

    BULLETIN = "bulletin"
    PARTNER = "partner"


LONGEST = 400
"""The most days a budget may have: a case carries so many days of the calendar."""


def _span(text: str) -> Span:
    span = Span.of(text)
    days = span.ticks if span.unit is TimeUnit.DAYS else span.ticks / Span.of("1d").ticks
    if days > LONGEST:
        raise ValueError(f"{text!r} is too long; allowed: at most {LONGEST}d")
    return span


def _duration(value: Any) -> Span:
    if isinstance(value, str):
        return _span(value)
    raise ValueError('allowed: a text such as "15m", "5h", "7d", "4wh", "2wd"')


def _minute(value: Any) -> int:
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError('allowed: a time of day from "00:00" to "23:59"')
    return int(match[1]) * 60 + int(match[2])


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError("unknown time zone; allowed: an IANA name such as Asia/Shanghai") from None
    return value


class RungTime(Frozen):
    """The place of a rung in time: at a share of the budget (in percent), or after the due instant."""

    percent: int | None = None
    after: Span | None = None

    def before(self, other: RungTime) -> bool:
        """Return whether this place is earlier on every ladder.

        Two times after the due instant can be compared only in the same unit; else the answer is False.
        """
        if self.after and other.after and self.after.unit is not other.after.unit:
            return False
        return self._order() < other._order()

    def _order(self) -> tuple[int, int]:
        return (self.percent or 0, 0) if self.after is None else (100, self.after.ticks)


def _moment(value: Any) -> RungTime:
    text = value if isinstance(value, str) else ""
    if text.startswith("+"):
        return RungTime(after=_span(text[1:]))
    match = _PERCENT.fullmatch(text)
    if match is None or not 1 <= int(match[1]) <= 100:
        raise ValueError('allowed: a share of the budget from "1%" to "100%", or a time after it such as "+15m"')
    return RungTime(percent=int(match[1]))


def _rung(value: Any) -> Any:
    allowed = [kind.value for kind in RungKind if kind is not RungKind.START]  # the start has its own key
    if value not in allowed:
        raise ValueError(f"allowed: {', '.join(allowed)}")
    return value


Duration = Annotated[Span, BeforeValidator(_duration)]
"""A length of time as text, such as `15m` or `2wd`."""


class CallIn(Frozen):
    """A call as in the file: which seats, by which channels."""

    to: tuple[str, ...]
    by: tuple[str, ...]


class RungIn(CallIn):
    """One step of a ladder, as in the file."""

    at: Annotated[RungTime, BeforeValidator(_moment)]
    kind: Annotated[RungKind, BeforeValidator(_rung)]


class Response(Frozen):
    """The budget until the first public word, with the basis of the figure."""

    budget: Duration
    basis: Filled


class QuietIn(Frozen):
    """The quiet hours as in the file, in minutes after midnight by the office's wall clock.

    `digest`: when letters of the level go out, bundled.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    begin: Annotated[int, BeforeValidator(_minute), Field(alias="from")]
    end: Annotated[int, BeforeValidator(_minute), Field(alias="to")]
    rest_days: StrictBool = False
    digest: tuple[Annotated[int, BeforeValidator(_minute)], ...] = ()

    @model_validator(mode="after")
    def _some_hour_is_loud(self) -> QuietIn:
        if self.begin == self.end:
            raise ValueError('"from" and "to" are the same; allowed: two different times of day')
        return self


class LevelIn(Frozen):
    """One `[level.*]` table."""

    name: ShortName
    response: Response
    triage: Duration
    accept: Duration
    answer: Duration
    draft: Duration
    approval: Duration
    publish: Duration
    session: Duration
    interim: Duration | None = None
    case: Duration | None = None
    pause: Duration | None = None
    quiet: QuietIn | None = None
    expires_at_breach: StrictBool = False
    extends_response: StrictBool = False
    min_gap: Duration
    ack_lives: Duration
    publish_to: tuple[PublishChannel, ...]
    start: CallIn
    inform_at_start: CallIn = CallIn(to=(), by=())
    ladder: Annotated[tuple[RungIn, ...], Field(min_length=1)]


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
    red_words: tuple[Filled, ...]
    basis: Filled
    channel: dict[ChannelName, Service]
    quorum: Quorum = Quorum()
    session: SessionsIn = SessionsIn()
    finding: FindingsIn = FindingsIn()
    signing: SigningsIn
    publish: PublishesIn = PublishesIn()
    limits: LimitsIn = LimitsIn()
    level: dict[str, Any]
