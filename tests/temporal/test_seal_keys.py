"""The keys of the seal: without one nothing is trusted, and those that were replaced still verify."""

from __future__ import annotations

import pytest

from temporal.seal_keys import NONE, SealKeys

OLD, NEW = b"o" * 32, b"n" * 32


def test_a_seal_without_a_key_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one key"):
        SealKeys([])


def test_keys_that_are_gone_are_not_taken_for_none() -> None:
    keys = SealKeys([OLD], list)

    assert not keys.fits(NONE, "update", "a")
    assert not keys.fits("", "update", "a")
    assert keys.fits(keys.mac("update", "a"), "update", "a"), "the ones it had still count"


def test_a_replaced_key_verifies_and_a_newer_one_is_read() -> None:
    newer = SealKeys([OLD, NEW])
    older = SealKeys([OLD], lambda: [OLD, NEW])

    assert newer.fits(older.mac("update", "a"), "update", "a")
    assert older.fits(newer.mac("update", "a"), "update", "a")
    assert not older.fits(newer.mac("start", "a"), "update", "a"), "no purpose has the MACs of another"
