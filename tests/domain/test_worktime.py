"""Durations as an office writes them."""

from datetime import timedelta

import pytest

from domain.terms import Rung
from domain.words import RungKind
from domain.worktime import budget
from tests.domain.building import START


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("15m", timedelta(minutes=15)),
        ("150m", timedelta(hours=2, minutes=30)),
        ("5h", timedelta(hours=5)),
        ("7d", timedelta(days=7)),
    ],
)
def test_wall_time_is_read(text, span):
    assert budget(text) == span


@pytest.mark.parametrize("text", ["4wh", "2wd", "20wd"])
def test_working_time_is_refused_by_name(text):
    with pytest.raises(ValueError, match=r"working time .*not offered yet"):
        budget(text)


@pytest.mark.parametrize("text", ["", "0m", "00h", "5", "h", "-5m", "1.5h", "5 h", "5H", "5s", "5h ", "9999999m"])
def test_anything_else_is_no_duration(text):
    with pytest.raises(ValueError, match="is no duration"):
        budget(text)


def test_a_rung_stands_at_a_share_of_the_budget_or_after_it():
    half = Rung(kind=RungKind.REMIND, percent=50)
    after = Rung(kind=RungKind.ESCALATE, after=timedelta(minutes=15))

    assert half.planned(START, timedelta(minutes=15)) == START + timedelta(minutes=7.5)
    assert after.planned(START, timedelta(minutes=15)) == START + timedelta(minutes=30)
