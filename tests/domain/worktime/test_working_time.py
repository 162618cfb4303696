"""Working time: spans as an office writes them, and the golden vectors of the working calendar."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.worktime.quiet_hours import Quiet
from domain.worktime.working_time import REACH, Span, TimeUnit
from tests.domain.working_times import CHINA, calendar

MINUTES = 60_000_000


def local(text: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


# --- spans -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "unit", "ticks"),
    [
        ("15m", TimeUnit.WALL, 15 * MINUTES),
        ("150m", TimeUnit.WALL, 150 * MINUTES),
        ("5h", TimeUnit.WALL, 300 * MINUTES),
        ("7d", TimeUnit.WALL, 7 * 1440 * MINUTES),
        ("4wh", TimeUnit.HOURS, 240 * MINUTES),
        ("2wd", TimeUnit.DAYS, 2),
    ],
)
def test_a_span_is_read_in_its_unit_and_written_as_it_was(text, unit, ticks):
    span = Span.of(text)

    assert (span.unit, span.ticks) == (unit, ticks)
    assert Span.of(str(span)) == span
    assert span.model_dump_json() == f'"{span}"'


@pytest.mark.parametrize("text", ["15m", "150m", "5h", "48h", "7d", "4wh", "20wd"])
def test_the_figures_of_the_policy_are_written_as_the_office_does(text):
    assert str(Span.of(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "0m", "00h", "5", "h", "-5m", "1.5h", "5 h", "5H", "5s", "5h ", "9999999m", "0wd", "wd", "2WD", "1.5wd"],
)
def test_anything_else_is_no_duration(text):
    with pytest.raises(ValueError, match="is no duration"):
        Span.of(text)


@pytest.mark.parametrize(
    ("unit", "ticks"), [("wall", 0), ("wall", -MINUTES), ("wall", 1), ("wh", 30 * MINUTES), ("wd", -1)]
)
def test_a_length_that_cannot_be_written_is_no_duration(unit, ticks):
    with pytest.raises(ValueError, match="is no duration"):
        Span.model_validate({"unit": unit, "ticks": ticks})


def test_lengths_of_two_units_are_not_added():
    assert str(Span.of("24h") + Span.of("10h")) == "34h"
    with pytest.raises(ValueError, match="2wd and 24h cannot be added; allowed: two lengths in the same unit"):
        Span.of("2wd") + Span.of("24h")


# --- bounds ----------------------------------------------------------------------------------------------------------

_REST = str(next(n for n, kind in enumerate(CHINA.kinds) if len(kind) == 1))
REST_FOR_EVER = CHINA.model_copy(update={"week": _REST * 7, "days": _REST * 500})


@pytest.mark.parametrize("unit", list(TimeUnit))
@pytest.mark.parametrize("time", [CHINA, REST_FOR_EVER], ids=["china", "no workdays"])
def test_no_length_is_counted_for_ever(unit, time):
    start = local("2026-02-13T16:00")

    assert time.add(unit, start, 10**30, start) == start + REACH


@pytest.mark.parametrize("length", ["3000wd", "30000wh", "99999h"])
def test_a_length_a_calendar_could_count_is_bounded_as_well(length):
    start = local("2026-02-13T16:00")

    assert CHINA.after(start, Span.of(length)) == start + REACH


def test_a_letter_that_would_wait_for_ever_waits_not_at_all():
    start = local("2026-02-13T23:00")

    assert Quiet(begin=22 * 60, end=450, rest_days=True).opening(REST_FOR_EVER, start) == start


# --- golden vectors --------------------------------------------------------------------------------------------------

HOURS = [
    ("2026-02-13T16:00", "4wh", "2026-02-14T11:00"),
    ("2026-02-14T17:00", "2wh", "2026-02-24T10:00"),
    ("2026-10-09T17:00", "2wh", "2026-10-10T10:00"),
    ("2025-12-31T17:00", "3wh", "2026-01-04T11:00"),
    ("2026-09-30T17:30", "2wh", "2026-10-08T10:30"),
    ("2026-03-06T15:00", "3wh", "2026-03-06T18:00"),  # ends exactly at closing: due at closing
    ("2026-03-06T11:30", "1wh", "2026-03-06T14:00"),  # over noon
    ("2026-03-07T10:00", "1wh", "2026-03-09T10:00"),  # begun on a day of rest
]
DAYS = [
    ("2026-02-13T16:00", "1wd", "2026-02-14T18:00"),
    ("2026-02-13T16:00", "2wd", "2026-02-24T18:00"),
    ("2026-09-30T17:30", "1wd", "2026-10-08T18:00"),
    ("2026-10-09T17:00", "1wd", "2026-10-10T18:00"),
    ("2026-03-07T10:00", "1wd", "2026-03-09T18:00"),
    ("2026-03-09T08:00", "1wd", "2026-03-10T18:00"),
]


@pytest.mark.parametrize(("start", "budget", "due"), HOURS + DAYS)
def test_golden_vectors_of_working_time(start, budget, due):
    assert CHINA.after(local(start), Span.of(budget)) == local(due)


def test_the_golden_pause_counts_what_was_worked_before_and_after_it():
    start, paused, resumed = local("2026-03-06T15:00"), local("2026-03-06T17:00"), local("2026-03-09T10:00")
    used = CHINA.measure(TimeUnit.HOURS, start, paused, start)

    due = CHINA.add(TimeUnit.HOURS, resumed, Span.of("16wh").ticks - used, start)

    assert due == local("2026-03-10T18:00")


def test_a_working_day_is_consumed_by_its_close_and_the_day_of_the_start_is_not_counted():
    start = local("2026-03-06T15:00")

    assert CHINA.measure(TimeUnit.DAYS, start, local("2026-03-08T23:00"), start) == 0
    assert CHINA.measure(TimeUnit.DAYS, start, local("2026-03-09T17:59"), start) == 0
    assert CHINA.measure(TimeUnit.DAYS, start, local("2026-03-09T18:00"), start) == 1


def test_an_instant_past_the_coverage_is_provisional():
    end = CHINA.covered_until

    assert not CHINA.provisional(end)
    assert CHINA.provisional(end + timedelta(seconds=1))
    assert CHINA.after(end, Span.of("1wd")) > end


# --- zones with daylight saving --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "start", "budget", "due"),
    [
        ("Europe/Berlin", "2026-03-27T17:00", "2wh", "2026-03-30T10:00"),  # the clock goes forward on Sunday
        ("Europe/Berlin", "2026-10-23T17:00", "2wh", "2026-10-26T10:00"),
        ("America/New_York", "2026-03-06T17:00", "1wd", "2026-03-09T18:00"),
        ("America/New_York", "2026-10-30T17:00", "2wh", "2026-11-02T10:00"),
    ],
)
def test_golden_vectors_over_a_change_of_the_clock(zone, start, budget, due):
    time = calendar(zone, first=date(2026, 3, 1), days=300)

    assert time.after(local(start, zone), Span.of(budget)) == local(due, zone)


def test_a_night_in_which_the_clock_changes_is_as_long_as_it_was():
    zone = "Europe/Berlin"
    time = calendar(zone, first=date(2026, 3, 1), days=300)
    spring, autumn = local("2026-03-28T12:00", zone), local("2026-10-24T12:00", zone)

    assert time.after(spring, Span.of("24h")) == local("2026-03-29T13:00", zone)
    assert time.after(autumn, Span.of("24h")) == local("2026-10-25T11:00", zone)
