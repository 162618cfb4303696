"""Canonical JSON: whichever way a value is written, it is written as RFC 8785 says."""

from __future__ import annotations

from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.events.canonical_json import canonical_json

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=12
)


@settings(deadline=None, max_examples=500)
@given(VALUES)
def test_every_value_is_written_as_the_standard_says(value: Any) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


@pytest.mark.parametrize(
    "value",
    [
        {"b": 1, "a": [True, None, '\x00\x1f\x7f"\\/\b\f\n\r\t é💧\u2028']},
        {"￿": 1, "𐀀": 2},  # sorted by UTF-16 units, not by characters
        {"e": 1e21, "f": 1.0, "g": -0.0, "h": 5e-324},
        {1: "no text"},
    ],
)
def test_hard_values_are_written_as_the_standard_says_or_refused_alike(value: Any) -> None:
    def outcome(write: Any) -> Any:
        try:
            return write(value)
        except rfc8785.CanonicalizationError as refusal:
            return type(refusal)

    assert outcome(canonical_json) == outcome(rfc8785.dumps)


@pytest.mark.parametrize("value", [2**53, -(2**53), [2**60], float("nan"), float("inf")])
def test_a_number_without_one_way_to_be_written_is_refused(value: Any) -> None:
    with pytest.raises(rfc8785.CanonicalizationError):
        canonical_json(value)
