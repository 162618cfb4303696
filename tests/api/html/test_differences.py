"""What changed between two texts: never wrong, by character where that helps, and never at a cost that has no end."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.html import differences as module
from api.html.differences import Piece, as_changes, differences

BOUND = 4 * 2_000_000
"""Calls inside the interpreter that a comparison may make: a few for each of its steps."""

WORDS = st.lists(
    st.sampled_from(["供水正常。", "没有停水计划。", "请勿传播！", "水", "停\n", "<b>", "aaaa", "。"]), max_size=30
)
TEXTS = WORDS.map("".join)


class TooLong(Exception):
    """Raised when a comparison takes more than the bound."""


def calls_of(work: Callable[[], Any]) -> int:
    """How many calls a piece of work makes, whatever else the machine does meanwhile; it is ended past the bound."""
    made = 0

    def count(frame: object, event: str, arg: object) -> None:
        nonlocal made
        made += event in ("call", "c_call")
        if made > BOUND:
            raise TooLong

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return made


def mixed(length: int, seed: int, *parts: str) -> str:
    """Parts in an order that has no end of partial matches, the same each time."""
    order = random.Random(seed)
    return "".join(order.choice(parts) for _ in range(length))


def of(pieces: list[Piece], *hows: str) -> str:
    return "".join(piece.text for piece in pieces if piece.how in hows)


@settings(deadline=None)
@given(before=TEXTS, after=TEXTS, steps=st.sampled_from([0, 40, 2_000_000]))
def test_whatever_it_may_cost_both_texts_can_be_read_from_it(before: str, after: str, steps: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "STEPS", steps)
        pieces = differences(before, after)

    assert of(pieces, "same", "out") == before
    assert of(pieces, "same", "in") == after
    assert all(one.how != other.how for one, other in pairwise(pieces))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("供水正常。" * 800, "".join(f"供水正常。{n}。" for n in range(800))),
        (mixed(4000, 3, "供水正常。", "请勿传播。"), mixed(4000, 5, "供水正常。", "请勿传播。")),
        (
            "。".join(mixed(380, n, "甲", "乙") for n in range(50)),
            "。".join(mixed(380, n, "甲", "乙") for n in range(60, 110)),
        ),
        ("供水正常。请勿传播。" * 4000, "请勿传播。供水正常。" * 4000),
    ],
    ids=["one sentence among others", "two sentences", "two characters in many places", "in turns"],
)
def test_texts_that_repeat_themselves_are_compared_in_bounded_steps(before: str, after: str) -> None:
    pieces: list[Piece] = []

    assert calls_of(lambda: pieces.extend(differences(before, after))) < BOUND
    assert of(pieces, "same", "out") == before
    assert of(pieces, "same", "in") == after


def test_one_changed_word_of_a_long_text_that_repeats_itself_is_found() -> None:
    text = "供水正常。" * 800

    changed = differences(text, text[:2000] + "今日" + text[2000:])

    assert [piece for piece in changed if piece.how != "same"] == [Piece("in", "今日")]


def test_what_was_put_in_and_taken_out_is_marked_in_its_sentence() -> None:
    pieces = differences("全市供水正常，没有停水计划。请勿传播。", "全市供水正常，水源为东汀水库，没有停水计划。")

    assert [piece for piece in pieces if piece.how != "same"] == [
        Piece("in", "，水源为东汀水库"),
        Piece("out", "请勿传播。"),
    ]
    assert as_changes(pieces) == "全市供水正常<ins>，水源为东汀水库</ins>，没有停水计划。<del>请勿传播。</del>"
