"""The shape of one `[level.*]` table of `policy.toml`: its figures, its ladder, its quiet hours."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError

from adapters.office.schema.fields import Filled, ShortName
from domain.values import Frozen
from domain.vocabulary import ClockName, RungKind
from domain.worktime.working_time import Span, TimeUnit

_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_PERCENT = re.compile(r"(\d{1,3})%")


class PublishChannel(StrEnum):
    """The channels an approved text may go out by."""

    BULLETIN = "bulletin"
    PARTNER = "partner"


LONGEST = 400
"""The most days a budget may have: a case carries so many days of the calendar."""


def _span(text: str) -> Span:
    try:
        span = Span.of(text)
    except ValueError:
        raise PydanticCustomError("duration", "no length of time") from None
    days = span.ticks if span.unit is TimeUnit.DAYS else span.ticks / Span.of("1d").ticks
    if days > LONGEST:
        raise PydanticCustomError("duration_too_long", "too long", {"longest": LONGEST})
    return span


def _duration(value: Any) -> Span:
    if isinstance(value, str):
        return _span(value)
    raise PydanticCustomError("duration", "no length of time")


def _minute(value: Any) -> int:
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise PydanticCustomError("time_of_day", "no time of day")
    return int(match[1]) * 60 + int(match[2])


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
        raise PydanticCustomError("rung_time", "no place on a ladder")
    return RungTime(percent=int(match[1]))


def _rung(value: Any) -> Any:
    allowed = [kind.value for kind in RungKind if kind is not RungKind.START]  # the start has its own key
    if value not in allowed:
        raise PydanticCustomError("one_of", "not one of them", {"allowed": "、".join(allowed)})
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
    phone_by: CallIn | None = None


class Response(Frozen):
    """The budget until the first public word, with the basis of the figure."""

    budget: Duration
    basis: Filled


class FigureIn(Frozen):
    """The budget of one clock; `basis` is where the figure comes from, None: as the policy says of all others."""

    budget: Duration
    basis: Filled | None = None


def _figure(value: Any) -> Any:
    return value if isinstance(value, dict) else FigureIn.model_construct(budget=_duration(value))


Figure = Annotated[FigureIn, BeforeValidator(_figure)]
"""A budget as text, or a table with its basis."""


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
            raise PydanticCustomError("quiet_always", "the same twice")
        return self


class LevelIn(Frozen):
    """One `[level.*]` table."""

    name: ShortName
    response: Response
    triage: Figure
    accept: Figure
    answer: Figure
    draft: Figure
    approval: Figure
    publish: Figure
    session: Figure
    interim: Figure | None = None
    case: Figure | None = None
    pause: Duration | None = None
    quiet: QuietIn | None = None
    expires_at_breach: StrictBool = False
    extends_response: StrictBool = False
    min_gap: Duration
    ack_lives: Duration
    publish_to: tuple[PublishChannel, ...]
    start: CallIn
    inform_at_start: CallIn = CallIn(to=(), by=())
    phone_by: CallIn | None = None
    ladder: Annotated[tuple[RungIn, ...], Field(min_length=1)]

    @property
    def figures(self) -> dict[ClockName, FigureIn]:
        """Return the budget of every clock but the response, by its name."""
        apart = (ClockName.RESPONSE, ClockName.HANDOVER)  # the first has its own shape, the second is an exit's
        found = {name: getattr(self, name) for name in ClockName if name not in apart}
        return {name: figure for name, figure in found.items() if figure is not None}

    def budget(self, name: str) -> Span:
        """Return the budget of one of the steps every level has."""
        return self.figures[ClockName(name)].budget
