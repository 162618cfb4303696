"""The fields of a decision as people write them on a command line."""

from __future__ import annotations

import pytest

from cli.actions.decision_fields import Unreadable, fields


def test_options_become_fields_with_underscores() -> None:
    found = fields("triage", ["--pass-to", "zwb", "--reason=转12345"], None)

    assert found == {"kind": "triage", "pass_to": "zwb", "reason": "转12345"}


def test_a_list_may_stand_once_or_often() -> None:
    assert fields("triage", ["--co-units", "dt"], None)["co_units"] == ["dt"]
    assert fields("triage", ["--co-units", "dt", "--co-units", "gaj"], None)["co_units"] == ["dt", "gaj"]


def test_evidence_is_an_object_and_the_expected_level_a_number() -> None:
    written = ["--evidence", '{"kind":"检测记录","source":"水厂"}', "--expected-round", "2", "--corrects", "true"]

    found = fields("finding", written, None)

    assert found["evidence"] == [{"kind": "检测记录", "source": "水厂"}]
    assert (found["expected_round"], found["corrects"]) == (2, True)


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        ("confirm", ["--ref", "7"], 7),
        ("resolve_delivery", ["--ref", "7"], 7),
        ("consult", ["--done", "1", "--done", "2"], [1, 2]),
        ("escalate", ["--expected-level", "2"], 2),
        ("extend", ["--longer", "2h"], "2h"),
        ("finding", ["--verdict", "不实"], "false"),
        ("phone_log", ["--outcome", "未接通"], "not_reached"),
        ("relevel", ["--level", "红色"], "red"),
        ("relevel", ["--level", "红色（一级）"], "red"),
        ("sign", ["--outcome", "同意"], "approve"),
        ("triage", ["--exit", "观点"], "opinion"),
        ("finding", ["--explanation", "--见附件"], "--见附件"),
        ("note", ["--text=--level"], "--level"),
    ],
)
def test_a_field_holds_what_its_decision_says(kind: str, written: list[str], value: object) -> None:
    found = fields(kind, written, None)
    del found["kind"]

    assert list(found.values()) == [value]


def test_a_decision_is_named_by_the_word_officers_read() -> None:
    assert fields("研判分派", [], None) == {"kind": "triage"}
    assert fields("nonsense", ["--a", "b"], None) == {"kind": "nonsense", "a": "b"}


def test_fields_stand_above_the_body() -> None:
    found = fields("triage", ["--level", "red"], '{"level": "blue", "topic": "供水"}')

    assert (found["level"], found["topic"]) == ("red", "供水")


def test_a_text_that_looks_like_a_number_stays_a_text() -> None:
    assert fields("note", ["--text", "12345"], None)["text"] == "12345"


@pytest.mark.parametrize(
    ("words", "body"),
    [
        (["level", "red"], None),
        (["--level"], None),
        (["--level", "--topic", "x"], None),
        (["--level", "red", "--level", "blue"], None),
        (["--co-units"], None),
        ([], "[1]"),
        ([], "{"),
    ],
)
def test_what_cannot_be_read_is_refused(words: list[str], body: str | None) -> None:
    with pytest.raises(Unreadable):
        fields("triage", words, body)
