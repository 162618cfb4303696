"""The account of a budget: remaining = budget − Σ measured running segments, whatever is done to it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.clocks.time_account import TimeAccount
from domain.terms import Rung
from domain.vocabulary import RungKind
from domain.worktime.working_time import MINUTE, REACH, Span, WorkingTime
from tests.domain.working_times import CHINA, calendar

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")


@cache
def times(zone: str) -> tuple[WorkingTime, WorkingTime]:
    """Return a zone's calendar and a newer one: a day of work more or less now and then."""
    first = date(2026, 1, 1)
    return calendar(zone, first=first, days=420), calendar(zone, first=first, days=420, shift=1)


SPANS = st.sampled_from(["15m", "150m", "5h", "24h", "48h", "7d", "1wh", "4wh", "16wh", "1wd", "2wd", "5wd", "20wd"])
MINUTES = st.integers(0, 4000)
STEPS = st.one_of(
    st.tuples(st.just("pause"), MINUTES),
    st.tuples(st.just("resume"), MINUTES),
    st.tuples(st.just("extend"), MINUTES, st.just("")),
    st.tuples(st.just("level"), MINUTES, SPANS),
    st.tuples(st.just("calendar"), MINUTES),
)


class Account:
    """A time account, with a plain list of the minutes in which the clock ran beside it."""

    def __init__(self, zone: str, span: str, start: datetime) -> None:
        self.times, self.now = times(zone), start
        self.time: WorkingTime = self.times[0]
        self.watched = TimeAccount.begun(Span.of(span), start)
        self.ran: list[tuple[datetime, datetime]] = []

    def step(self, what: str, minutes: int, span: str = "") -> None:
        later = self.now + minutes * MINUTE
        if self.watched.since is not None:
            self.ran.append((self.now, later))
        self.now = later
        match what:
            case "pause":
                self.watched = self.watched.halted(self.now)
            case "resume":
                self.watched = self.watched.going(self.now)
            case "extend":
                whole = self.watched.budget
                self.watched = self.watched.under(Span(unit=whole.unit, ticks=whole.ticks * 2))
            case "level":
                self.watched = self.watched.under(Span.of(span))
            case "calendar":
                self.time = self.times[1 - self.times.index(self.time)]


@settings(max_examples=2000, deadline=None)
@given(
    st.sampled_from(sorted(ZONES)),
    SPANS,
    st.integers(0, 300 * 24 * 60).map(lambda minutes: datetime(2026, 1, 5, tzinfo=UTC) + minutes * MINUTE),
    st.lists(STEPS, max_size=12),
)
def test_remaining_is_the_budget_less_what_was_measured_while_it_ran(zone, span, start, steps):
    watched = Account(zone, span, start)
    for step in steps:
        watched.step(*step)
    account, time, now = watched.watched, watched.time, watched.now
    unit, origin = account.budget.unit, account.origin

    used = sum(time.measure(unit, a, b, origin) for a, b in watched.ran)
    assert account.consumed(time, now) == used, "no pause is forgotten, none counts twice"
    assert sum((b - a for a, b in watched.ran), timedelta()) == _length(account, now)

    due = account.due(time, now)
    left = account.budget.ticks - used
    if left > 0 and due >= now + REACH:  # doubled again and again: no office has such a figure
        assert time.measure(unit, now, due, origin) <= left
    elif left > 0:
        assert due > now
        assert time.measure(unit, now, due, origin) == left
        assert time.measure(unit, now, due - timedelta(microseconds=1), origin) < left
    else:
        assert due <= now


def _length(account: TimeAccount, now: datetime) -> timedelta:
    running = [(account.since, now)] if account.since else []
    return sum((b - a for a, b in (*account.ran, *running)), timedelta())


LADDER = (
    *(Rung(kind=RungKind.REMIND, percent=percent) for percent in (1, 50, 80, 100)),
    Rung(kind=RungKind.ESCALATE, after=Span.of("1wd")),
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(ZONES)), SPANS, st.lists(STEPS, max_size=8))
def test_the_rungs_of_a_ladder_stay_in_order_and_the_hundredth_percent_is_the_due_instant(zone, span, steps):
    watched = Account(zone, span, datetime(2026, 3, 6, 7, 0, tzinfo=UTC))
    for step in steps:
        watched.step(*step)

    plan = watched.watched.plan(watched.time, LADDER, watched.now)

    assert list(plan) == sorted(plan)
    assert plan[3] == watched.watched.due(watched.time, watched.now)


# --- a few by hand ---------------------------------------------------------------------------------------------------


def at(text: str) -> datetime:
    return (datetime.fromisoformat(text) - timedelta(hours=8)).replace(tzinfo=UTC)


def test_the_golden_pause():
    account = TimeAccount.begun(Span.of("16wh"), at("2026-03-06T15:00"))

    account = account.halted(at("2026-03-06T17:00")).going(at("2026-03-09T10:00"))

    assert account.due(CHINA) == at("2026-03-10T18:00")


def test_pause_resume_pause_within_a_minute_is_exact():
    start = at("2026-03-06T15:00")
    account = TimeAccount.begun(Span.of("5h"), start)
    for second in (10, 20, 30):
        account = account.halted(start + timedelta(seconds=second)).going(start + timedelta(seconds=second + 5))

    assert account.due(CHINA) == start + timedelta(hours=5, seconds=15)


def test_another_level_measures_the_same_segments_in_its_own_unit():
    account = TimeAccount.begun(Span.of("24h"), at("2026-03-06T15:00")).going(at("2026-03-09T17:00"))

    days = account.under(Span.of("2wd"))

    assert days.consumed(CHINA, at("2026-03-09T17:59")) == 0
    assert days.due(CHINA) == at("2026-03-10T18:00")  # the closes of Monday and Tuesday
    assert account.under(Span.of("16wh")).consumed(CHINA) == 570 * 60_000_000  # Friday 3 h, Monday 6.5 h so far


@pytest.mark.parametrize(
    ("budget", "percent", "instant"),
    [
        ("2wd", 50, "2026-03-09T16:30"),  # Fri 15–18, Mon 7.5 h, Tue 7.5 h: half of 18 h
        ("2wd", 80, "2026-03-10T14:24"),
        ("16wh", 50, "2026-03-09T15:30"),
        ("24h", 50, "2026-03-07T03:00"),
    ],
)
def test_a_share_of_working_time_counts_working_minutes_only(budget, percent, instant):
    account = TimeAccount.begun(Span.of(budget), at("2026-03-06T15:00"))

    [rung] = account.plan(CHINA, [Rung(kind=RungKind.REMIND, percent=percent)])

    assert rung == at(instant)
