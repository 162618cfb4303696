"""Lives nobody planned: plausible decisions, time and receipts in any order, and what must hold in all of them."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain.vocabulary import Level, Stage
from tests.domain.random_lives import Life

pytestmark = pytest.mark.people

STEPS = st.lists(st.tuples(st.integers(0, 13), st.integers(0, 999), st.integers(0, 999)), min_size=12, max_size=40)
UNHURRIED = {
    "deadline": None,
    "database": None,
    "derandomize": True,
    "phases": [Phase.generate],  # shrinking a life takes minutes; the failing steps are printed as they are
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large],
}


@settings(max_examples=100, **UNHURRIED)
@given(level=st.sampled_from(list(Level)), strict=st.booleans(), steps=STEPS)
def test_in_any_life_only_refusals_are_raised_the_invariants_hold_and_no_key_is_owed_twice(level, strict, steps):
    life = Life(level, strict=strict)

    for step in steps:
        life.step(*step)

    told = [entry.seq for entry in life.entries]
    assert told == list(range(1, life.case.seq + 1))
    assert [key for key, n in Counter(debt.key for debt in life.planned).items() if n > 1] == []


@settings(max_examples=20, **UNHURRIED)
@given(level=st.sampled_from(list(Level)), strict=st.booleans(), steps=STEPS)
def test_left_alone_any_life_falls_asleep(level, strict, steps):
    life = Life(level, strict=strict)
    for step in steps:
        life.step(*step)
    life.settle()
    seq = life.case.seq

    life.wait(timedelta(days=90))
    assert life.case.next_wake() is None
    assert life.case.seq - seq <= 6 * len(life.case.clocks) + 6

    stage = life.case.stage
    life.wait(timedelta(days=90))
    assert life.case.stage is stage


RARE = {
    *(f"transfer_{how}" for how in ("offered", "accepted", "declined", "lapsed")),
    *("session_opened", "session_ruled", "position_taken", "findings_conflicted", "level_changed"),
    *("finding_submitted", "finding_approved", "finding_returned", "request_expired"),
    *("proposed", "confirmed", "turned_down", "proposal_lapsed", "publication_recorded"),
    *("drafted", "reviewed", "approved", "delivered", "delivery_refused", "case_closed"),
}
"""What must happen somewhere in the lives tried, or they would hold nothing about it."""


REFUSED = {"not_permitted", "wrong_stage", "request_state", "case_over", "own_proposal", "code_needed"}


def test_the_lives_tried_reach_every_stage_and_most_of_what_can_happen():
    reached, refused, happened = Counter(), Counter(), Counter()
    for seed in range(28, 156):  # from here on it takes some forty lives
        life, number = Life(list(Level)[seed % 4], strict=seed % 8 >= 4), Random(seed)
        life.travels = False
        for _ in range(110):
            life.step(number.randrange(14), number.randrange(1000), number.randrange(1000))
        reached.update(set(life.stages))
        refused.update(life.refusals)
        happened.update(entry.event.kind for entry in life.entries)
        if min(reached[stage] for stage in Stage) >= 10 and set(happened) >= RARE and set(refused) >= REFUSED:
            break

    assert min(reached[stage] for stage in Stage) >= 10
    assert RARE - set(happened) == set()
    assert REFUSED - set(refused) == set()
