"""The figures of deadlines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bench.support.lateness import late_by, of_rounds, percentile

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(("share", "value"), [(50, 50), (99, 99), (100, 100), (1, 1)])
def test_a_percentile_is_a_value_that_was_measured(share: int, value: int) -> None:
    assert percentile(range(100, 0, -1), share) == value


def test_of_few_values_the_99th_percentile_is_the_largest() -> None:
    assert percentile([0.1, 3.0, 0.2], 99) == 3.0


def test_each_deadline_is_late_by_its_own_plan() -> None:
    planned = {"a": NOON, "b": NOON + timedelta(seconds=1)}
    seen = {"b": NOON + timedelta(seconds=1.5), "a": NOON + timedelta(seconds=2), "c": NOON}
    assert late_by(seen, planned) == [2.0, 0.5]


def test_the_ratio_is_the_median_of_the_ratios_of_the_rounds() -> None:
    rounds = [
        {"full": {"p50_s": 1.0, "p99_s": 2.0}, "bare": {"p50_s": 1.0, "p99_s": 4.0}},
        {"full": {"p50_s": 2.0, "p99_s": 30.0}, "bare": {"p50_s": 3.0, "p99_s": 20.0}},
    ]
    found = of_rounds(rounds)
    assert found["ratio_to_bare"] == 1.0
    assert (found["p99_s"], found["bare_p99_s"]) == (16.0, 12.0)
