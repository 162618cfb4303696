"""Rates: how often a caller may call, and what is remembered of it."""

from __future__ import annotations

from domain.access import rates
from domain.access.rates import Rate


def calls(rate: Rate, caller: str, *instants: float) -> list[float]:
    """How long a caller has to wait at each instant; what need not wait is taken."""
    waits = []
    for now in instants:
        waits.append(rate.wait(caller, now))
        if not waits[-1]:
            rate.take(caller, now)
    return waits


def test_as_many_calls_as_allowed_are_taken_within_any_span() -> None:
    assert calls(Rate(3, 60), "a", 0, 20, 50, 55, 60, 61, 80) == [0, 0, 0, 5, 0, 19, 0]


def test_a_caller_who_goes_on_calling_is_served_as_often_as_one_who_waits() -> None:
    rate = Rate(10, 60)
    taken = sum(not wait for wait in calls(rate, "a", *(n / 10 for n in range(6000))))
    assert taken == 100  # ten minutes


def test_callers_do_not_count_for_each_other() -> None:
    rate = Rate(1, 60)
    assert calls(rate, "a", 0, 1) == [0, 59]
    assert calls(rate, "b", 1) == [0]


def test_who_is_refused_is_not_remembered() -> None:
    rate = Rate(1, 60)
    for n in range(100_000):
        rate.wait(f"2001:db8:{n}::/64", 0)
    assert len(rate) == 0


def test_who_has_not_called_within_the_span_is_forgotten() -> None:
    rate = Rate(5, 60)
    for n in range(1000):
        rate.take(str(n), n / 10)
    rate.take("late", 130)
    assert len(rate) == 300  # those of the last 60 seconds: 70 to 100, and this one, less the one just past


def test_a_million_callers_take_up_no_more_memory_than_ten_thousand() -> None:
    rate = Rate(5, 60)
    for n in range(1_000_000):
        rate.take(str(n), 0)
    assert len(rate) == rates.REMEMBERED
