"""Random lives in the sample office hold what must always hold; `make lives` lives many more."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.lives.__main__ import lived

SEEDS = range(9054, 9078)


@pytest.fixture(scope="module")
def lives():
    return [lived(seed) for seed in SEEDS]


def test_nothing_is_wrong_in_any_life(lives) -> None:
    assert [(seed, found) for seed, _, wrong, _, _ in lives for found in wrong] == []


def test_the_lives_reach_what_there_is_to_hold(lives) -> None:
    happened = sum((seen for *_, seen in lives), Counter())

    assert sum(decisions for _, decisions, *_ in lives) > 1000
    rare = {
        "verdict_reached",
        "drafted",
        "approved",
        "delivered",
        "findings_conflicted",
        "roster_gap",
        "clock_breached",
        "finding_after_closing",
    }
    assert rare - set(happened) == set()
