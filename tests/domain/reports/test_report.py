"""What may be handed in, field by field; and what a decision's body may hold."""

import pytest
from pydantic import TypeAdapter, ValidationError

from domain.decisions import AnyDecision
from domain.reports.report import Report

DECISION = TypeAdapter(AnyDecision)


def field_of(error: pytest.ExceptionInfo[ValidationError]) -> str:
    return str(error.value.errors()[0]["loc"][-1])


def test_a_report_is_kept_to_the_letter():
    text = "  听说　明天停水！\n是真的吗？ "

    assert Report(text=text).text == text
    assert Report(text=text).channel == "public"


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\u200b\u200b\n", "\u3000", "a\x00b", "停" * 4001])
def test_a_text_without_a_readable_character_with_nul_or_too_long_is_refused(text):
    with pytest.raises(ValidationError) as caught:
        Report(text=text)

    assert field_of(caught) == "text"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("at", "2026-02-30T10:00:00Z"),
        ("at", "2026-11-24T10:00:00"),
        ("at", "1700000000"),
        ("at", "-1.5"),
        ("place", "\u200b"),
        ("place", " "),
        ("place", "区" * 101),
        ("channel", "weibo"),
        ("channel", "media:"),
        ("channel", "media:XWW"),
        ("url", "javascript:alert(1)"),
        ("url", "not a link"),
        ("person", "张三"),
    ],
)
def test_a_field_that_does_not_fit_is_named(field, value):
    with pytest.raises(ValidationError) as caught:
        Report.model_validate({"text": "停水三天", field: value}, extra="forbid")

    assert field_of(caught) == field


@pytest.mark.parametrize("channel", ["public", "media:xww", "platform:pt1", "patrol:hw"])
def test_a_channel_is_public_or_names_kind_and_unit(channel):
    assert Report(text="停水三天", channel=channel).channel == channel


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "note", "text": "备注", "actor": "p1"},
        {"kind": "note", "text": "  "},
        {"kind": "note"},
        {"kind": "note", "text": "字" * 201},
        {"kind": "merge", "into": "x"},
        {"kind": "triage", "lead": "JKJ"},
        {"kind": "triage", "level": "purple"},
        {"kind": "triage", "co_units": ["jkj"] * 13},
        {"kind": "finding", "verdict": "false", "explanation": "无", "evidence": []},
        {"kind": "finding", "verdict": "false", "explanation": "无", "evidence": [{"kind": "报告"}]},
        {"kind": "finding", "verdict": "opinion", "explanation": "无", "evidence": [{"kind": "a", "source": "b"}]},
        {"kind": "review", "digest": "ABC", "outcome": "approve"},
        {"kind": "review", "digest": "A" * 64, "outcome": "approve"},
        {"kind": "escalate", "expected_level": -1, "reason": "催"},
        {"kind": "escalate", "expected_level": "0", "reason": "催"},
        {"kind": "escalate", "expected_level": True, "reason": "催"},
        {"kind": "decline"},
        {"kind": "draft", "publication": "press", "title": "a", "text": "b"},
        {"kind": "draft", "publication": "rebuttal", "title": "a", "text": "b", "issuer": "office"},
        {"kind": "consult", "act": "vote", "text": "a"},
        {"kind": "consult", "act": "ruling"},
        {"kind": "consult", "act": "call", "text": "a", "actions": [{"do": "label", "unit": "jkj", "end": "now"}]},
        {"kind": "confirm", "ref": 0, "outcome": "approve"},
        {"kind": "confirm", "ref": "7", "outcome": "approve"},
        {"kind": "consent", "digest": "0" * 63, "outcome": "approve"},
        {"kind": "sign", "digest": "0" * 64, "outcome": "yes"},
        {"kind": "override", "unit": "jkj"},
        {"kind": "override", "act": "close", "unit": "jkj", "reason": "a"},
        {"kind": "interim", "text": "自拟"},
        {"kind": "record_publication", "unit": "jkj", "publication": "rebuttal", "title": "a", "text": "b"},
    ],
)
def test_a_decision_that_does_not_fit_its_kind_is_refused(body):
    with pytest.raises(ValidationError):
        DECISION.validate_python(body, extra="forbid")  # as every door reads what people send


def test_who_speaks_is_never_a_field_of_a_decision():
    reserved = {"actor", "person", "by", "unit_of_actor", "signed_by"}

    for kind in AnyDecision.__origin__.__args__:
        assert not reserved & set(kind.model_fields), kind
