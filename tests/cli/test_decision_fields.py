"""The fields of a decision as people write them on a command line."""

from __future__ import annotations

import pytest

from cli.actions.decision_fields import Unreadable, fields


def test_options_become_fields_with_underscores() -> None:
    assert fields(["--pass-to", "zwb", "--reason=转12345"], None) == {"pass_to": "zwb", "reason": "转12345"}


def test_a_list_may_stand_once_or_often() -> None:
    assert fields(["--co-units", "dt"], None) == {"co_units": ["dt"]}
    assert fields(["--co-units", "dt", "--co-units", "gaj"], None) == {"co_units": ["dt", "gaj"]}


def test_evidence_is_an_object_and_the_expected_level_a_number() -> None:
    written = ["--evidence", '{"kind":"检测记录","source":"水厂"}', "--expected-level", "2"]

    found = fields(written, None)

    assert found == {"evidence": [{"kind": "检测记录", "source": "水厂"}], "expected_level": 2}


def test_fields_stand_above_the_body() -> None:
    assert fields(["--level", "red"], '{"level": "blue", "topic": "供水"}') == {"level": "red", "topic": "供水"}


def test_a_text_that_looks_like_a_number_stays_a_text() -> None:
    assert fields(["--text", "12345"], None) == {"text": "12345"}


@pytest.mark.parametrize(
    ("words", "body"),
    [
        (["level", "red"], None),
        (["--level"], None),
        (["--level", "--topic", "x"], None),
        (["--level", "red", "--level", "blue"], None),
        (["--evidence", "[]"], None),
        ([], "[1]"),
        ([], "{"),
    ],
)
def test_what_cannot_be_read_is_refused(words: list[str], body: str | None) -> None:
    with pytest.raises(Unreadable):
        fields(words, body)
