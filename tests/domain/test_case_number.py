"""The number of a case as people write it."""

from __future__ import annotations

import pytest

from domain.case_number import case_number


@pytest.mark.parametrize(
    "written",
    [
        "辟〔2026〕0001", "辟[2026]0001", "辟【2026】1", "辟（2026）0001号", "〔2026〕0001", "2026〕0001",
        "2026-0001", "20260001",
        "2026 1", "２０２６－０００１", "辟20260001",
        " 辟〔2026〕0001 ", "辟〔2026〕 0001 号", "2026/1", "[2026]1", "辟谣〔2026〕0001",
    ],
)  # fmt: skip
def test_every_unambiguous_way_to_write_a_number_means_that_case(written: str) -> None:
    assert case_number(written) == (2026, 1)


@pytest.mark.parametrize(
    "written", ["0001", "1", "7tny8r8zwg", "abcd2026-1", "辟", "2026", "辟〔2026〕", "1926-0001", "", "2026-1-2"]
)
def test_what_may_be_something_else_means_no_number(written: str) -> None:
    assert case_number(written) is None
