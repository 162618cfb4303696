"""The bounds of what leaves the program: held in the unit of the taker, cut between characters."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.bounds import ATTRIBUTE, MARK, SUMMARY, Bound, fitting, refuse_beyond
from domain.decisions import Pause, TriageDecision
from domain.errors import Unfit
from domain.reports.report import Report
from tests.office_env import EVIDENCE

WIDE = st.text(st.characters(exclude_categories=("Cs",)), max_size=400)


@settings(deadline=None)
@given(WIDE, st.sampled_from([ATTRIBUTE, SUMMARY, Bound(size=60, escaped=True), Bound(size=60, characters=12)]))
def test_a_cut_text_is_within_its_bound_and_a_short_one_is_left_alone(text: str, bound: Bound) -> None:
    cut = bound.cut(text)
    assert len(json.dumps(cut, ensure_ascii=bound.escaped).encode()) <= bound.size
    assert bound.characters is None or len(cut) <= bound.characters
    assert cut == text if bound.holds(text) else text.startswith(cut.removesuffix(MARK)) and cut.endswith(MARK)


@pytest.mark.parametrize("mark", ["\u0301", "\ufe0f", "\u200d👩"])
def test_no_character_is_cut_from_its_marks(mark: str) -> None:
    bound = Bound(size=200, characters=6)
    assert bound.cut("abcde" + mark + "xyz") == "abcd" + MARK


def test_as_much_is_kept_as_the_taker_can_hold() -> None:
    assert ATTRIBUTE.holds("😀" * 170)
    assert not ATTRIBUTE.holds("😀" * 171)
    assert ATTRIBUTE.cut("😀" * 171) == "😀" * 170 + MARK


def test_a_list_keeps_the_first_codes_that_fit() -> None:
    codes = [f"u{n:015d}" for n in range(300)]
    kept = fitting(codes)
    assert kept == codes[: len(kept)]
    assert 2048 - 19 < len(json.dumps(kept, separators=(",", ":"))) <= 2048
    assert fitting(codes[:40]) == codes[:40]


@pytest.mark.parametrize("field", ["topic", "district"])
def test_a_text_too_long_to_be_found_by_is_refused_by_name_size_and_bound(field: str) -> None:
    said = TriageDecision(**{field: "😀" * 171})
    with pytest.raises(Unfit) as refused:
        refuse_beyond(said, said.found_by())
    assert refused.value.code == "beyond_attribute"
    assert refused.value.values == {"field": field, "value": "😀" * 20, "size": 2052, "limit": 2046}
    fits = TriageDecision(**{field: "😀" * 170})
    refuse_beyond(fits, fits.found_by())


FIRST = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))
LAST = datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-12)))


@pytest.mark.parametrize("instant", [FIRST, LAST, datetime(2200, 1, 1, tzinfo=UTC)])
def test_an_instant_no_zone_can_show_is_refused_however_deep_it_lies(instant: datetime) -> None:
    captured = {**EVIDENCE[0], "captured_at": instant}
    pause = Pause.model_validate(
        {"reason": "test_result", "until": datetime(2026, 11, 30, tzinfo=UTC), "evidence": [captured]}
    )
    for said in (Report(text="停水", at=instant), pause):
        with pytest.raises(Unfit) as refused:
            refuse_beyond(said, {})
        assert refused.value.code == "beyond_time"
        assert refused.value.values["field"] in ("at", "captured_at")
