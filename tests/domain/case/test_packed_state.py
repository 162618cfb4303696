"""The packed state of a case: it comes back whole, and nothing else passes for one."""

from __future__ import annotations

import base64
import zlib

import pytest

from domain.case.answer import LARGEST, Outcome, pack, unpack
from domain.case.summarise import summarise
from tests.domain.case.test_case import eventful


def test_a_result_brings_the_whole_state_and_costs_a_third_of_it() -> None:
    case = eventful().case
    outcome = Outcome.model_validate_json(case.outcome(summarise(case)).model_dump_json())

    record = outcome.whole_record()
    assert record is not None
    assert record.state == case.model_dump_json()
    assert record.position.seq == case.seq
    assert outcome.state is not None
    assert len(outcome.state) < len(record.state) / 3


def test_a_result_of_an_earlier_version_has_none() -> None:
    case = eventful().case
    earlier = case.outcome(summarise(case)).model_copy(update={"record": None, "state": None})

    assert Outcome.model_validate_json(earlier.model_dump_json()).whole_record() is None


@pytest.mark.parametrize(
    "packed",
    [
        "no base64!",
        base64.b64encode(b"not compressed").decode(),
        pack("{}" * 200)[:-8],
        base64.b64encode(zlib.compress(b"x" * (LARGEST + 1))).decode(),
        base64.b64encode(zlib.compress(b"\xff\xfe")).decode(),
    ],
    ids=["base64", "zlib", "cut off", "too large", "no text"],
)
def test_what_is_no_packed_state_is_refused(packed: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        unpack(packed)
    assert len(str(refused.value)) < 500
