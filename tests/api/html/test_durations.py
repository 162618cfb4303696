from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from api.html.durations import due_words, span

NOW = datetime(2026, 11, 24, 7, 45, tzinfo=UTC)
"""15:45 in the office's zone."""


@pytest.mark.parametrize(
    ("length", "says"),
    [
        ({"hours": 2, "minutes": 15}, "2小时15分"),
        ({"minutes": 40, "seconds": 59}, "40分钟"),
        ({"days": 3, "hours": 1, "minutes": 5}, "3天1小时"),
        ({"days": 2, "minutes": 5}, "2天"),
        ({"hours": 1}, "1小时"),
        ({"seconds": 30}, "不到1分钟"),
    ],
)
def test_a_span_is_said_by_its_two_largest_parts(length: dict[str, int], says: str) -> None:
    assert span(timedelta(**length)) == says


@pytest.mark.parametrize(
    ("due", "says"),
    [
        ({"hours": 2, "minutes": 15}, "还剩2小时15分，今天18:00前"),
        ({"hours": 9}, "还剩9小时，明天00:45前"),
        ({"days": 4}, "还剩4天，11月28日 15:45前"),
        ({"minutes": -40}, "已超时40分钟，应于今天15:05前"),
        ({"hours": -16}, "已超时16小时，应于昨天23:45前"),
        ({}, "已超时不到1分钟，应于今天15:45前"),
    ],
)
def test_a_due_time_says_how_much_is_left_and_when_it_is(due: dict[str, int], says: str) -> None:
    assert due_words(NOW + timedelta(**due), NOW) == says
