"""No code without its word: vocabularies, events, decisions, refusals, and every text the program asks for by name."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import get_args

import pytest
from pydantic_core.core_schema import ErrorType

from domain import runs, vocabulary
from domain.case.notice_kinds import Message
from domain.decider.decide import RULES
from domain.decisions import NOT_OFFERED_YET
from domain.errors import REFUSALS
from domain.events import Event
from domain.reports.outcome import ReportOutcome
from domain.reports.report import Match
from domain.terms import QuorumRest
from domain.values import Frozen
from texts.catalogue import Texts

ROOT = Path(__file__).parents[3]
TEXTS = Texts()
GROUPS = {
    vocabulary.Stage: "stage",
    vocabulary.Level: "level",
    vocabulary.Verdict: "verdict",
    vocabulary.Exit: "exit",
    vocabulary.PublicationKind: "publication",
    vocabulary.PublicationState: "publication_state",
    vocabulary.Seat: "seat",
    vocabulary.UnitKind: "unit_kind",
    vocabulary.ClockName: "clock",
    vocabulary.RungKind: "rung",
    vocabulary.Role: "role",
    vocabulary.RequestState: "request_state",
    vocabulary.Vote: "vote",
    vocabulary.PhoneOutcome: "phone_outcome",
    vocabulary.DeliveryAct: "delivery_act",
    vocabulary.Mode: "mode",
    vocabulary.VerdictStep: "verdict_step",
    vocabulary.SyntheticMark: "synthetic_mark",
    vocabulary.ConsultAct: "consult_act",
    vocabulary.SessionReason: "session_reason",
    vocabulary.ActionKind: "action",
    vocabulary.Issuer: "issuer",
    vocabulary.SlotKind: "slot",
    vocabulary.ProposalKind: "proposal",
    QuorumRest: "quorum_rest",
    runs.RunStatus: "run",
    runs.RunAlarm: "run_alarm",
    runs.EpochCause: "epoch_cause",
    Message: "message",
    Match: "match",
    ReportOutcome: "report_outcome",
}
PROBLEMS = {
    "invalid_json", "too_large", "unsupported_encoding", "invalid_body", "not_offered_yet", "unauthorised",
    "not_permitted", "not_found", "damaged_file", "key_required", "key_reused", "wrong_stage", "unavailable",
    "too_many", "foreign_host", "cross_site",
    "case_over", "case_lost", "fault", "stale", "unfit", "refused", "invalid_request", "method_not_allowed", "internal",
}  # fmt: skip


def kinds_of_events() -> list[str]:
    union = get_args(Event)[0]
    return [model.model_fields["kind"].default for model in get_args(union) if issubclass(model, Frozen)]


def sources() -> Iterator[ast.Module]:
    """Return the program's own modules, tests left out."""
    rooms = ("domain", "texts", "activities", "workflows", "temporal", "adapters", "desk", "api", "wiring", "cli")
    for file in [*ROOT.glob("*.py"), *(file for room in rooms for file in (ROOT / room).rglob("*.py"))]:
        yield ast.parse(file.read_text(encoding="utf-8"))


@cache
def calls() -> list[tuple[str, list[str], set[str], bool]]:
    """Return every call with its name, its leading text arguments, its keywords, and whether more are spread in."""
    return list(_calls())


def _calls() -> Iterator[tuple[str, list[str], set[str], bool]]:
    for tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                leading = takewhile(lambda one: isinstance(one, ast.Constant), node.args)
                said = [str(one.value) for one in leading if isinstance(one, ast.Constant)]
                keywords = {keyword.arg for keyword in node.keywords if keyword.arg}
                yield name, said, keywords, any(keyword.arg is None for keyword in node.keywords)


def braces(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_every_vocabulary_has_a_group() -> None:
    words = {**vars(vocabulary), **vars(runs)}.values()
    found = {one for one in words if isinstance(one, type) and issubclass(one, StrEnum)}
    assert found - {StrEnum} <= set(GROUPS)


@pytest.mark.parametrize("kind", GROUPS, ids=lambda kind: kind.__name__)
def test_every_member_of_a_vocabulary_has_its_word(kind: type[StrEnum]) -> None:
    assert set(kind) <= set(TEXTS.words[GROUPS[kind]])


def test_every_level_and_clock_has_its_short_forms() -> None:
    assert set(TEXTS.words["level_short"]) == set(vocabulary.Level)
    assert set(TEXTS.words["todo"]) == set(TEXTS.words["answer_by"]) == set(vocabulary.ClockName)


def test_every_message_has_its_template() -> None:
    for message in Message:
        assert f"notice_{message}.j2" in TEXTS.templates


def test_every_event_has_its_word() -> None:
    assert set(kinds_of_events()) == set(TEXTS.words["event"])


def test_every_decision_has_its_word_and_those_offered_explain_themselves() -> None:
    assert set(TEXTS.words["decision"]) == {*RULES, *NOT_OFFERED_YET}
    assert set(RULES) <= set(TEXTS.words["decision_help"])


@pytest.mark.parametrize("kind", RULES)
def test_the_help_of_a_decision_names_every_field_of_its_body(kind: str) -> None:
    fields = set(RULES[kind].model.model_fields) - {"kind"}
    said = TEXTS.word("decision_help", kind)
    assert [name for name in sorted(fields) if name not in said] == []


def test_nothing_is_said_to_be_possible_without_a_key() -> None:
    without = [kind for kind in RULES if "须以本人密钥经接口或命令行提交" not in TEXTS.word("decision_help", kind)]
    assert without == []


def test_every_refusal_has_a_sentence_its_values_fill() -> None:
    refusals = [(said[0], keywords) for name, said, keywords, _ in calls() if name in REFUSALS and said]
    assert len({code for code, _ in refusals}) > 20
    for code, values in refusals:
        assert code in TEXTS.words["refused"], code
        assert braces(TEXTS.words["refused"][code]) <= values, code


def test_a_refusal_read_without_its_values_still_makes_a_sentence() -> None:
    for code in ("no_seal", "broken_seal"):
        assert TEXTS.phrase("refused", code)


def test_every_phrase_the_program_asks_for_stands_and_is_filled() -> None:
    for name, said, values, spread in calls():
        if name == "phrase" and len(said) >= 2:
            group, code = said[:2]
            assert code in TEXTS.words.get(group, {}), (group, code)
            assert spread or braces(TEXTS.words[group][code]) <= values, (group, code)


def test_every_template_the_program_asks_for_stands() -> None:
    for name, said, _, _ in calls():
        if name == "say" and said:
            assert f"{said[0]}.j2" in TEXTS.templates, said[0]


def test_every_group_of_words_the_program_asks_for_stands() -> None:
    for name, said, _, _ in calls():
        if name == "word" and said:
            assert said[0] in TEXTS.words, said[0]


def test_every_problem_has_its_title() -> None:
    assert set(TEXTS.words["problem"]) >= PROBLEMS


def test_every_problem_the_program_raises_has_its_title() -> None:
    for name, said, _, _ in calls():
        if name in ("ProblemError", "problem") and len(said) >= 2 and said[0].isdecimal():
            assert said[1] in TEXTS.words["problem"], said[1]


def test_the_words_for_faults_of_a_field_are_filled_from_what_the_checker_tells() -> None:
    told = {
        "enum": "expected", "literal_error": "expected", "string_too_short": "min_length", "too_short": "min_length",
        "string_too_long": "max_length", "too_long": "max_length", "url_too_long": "max_length",
        "string_pattern_mismatch": "pattern", "greater_than_equal": "ge", "less_than_equal": "le",
        "url_scheme": "expected_schemes", "not_json": "line column", "unknown_kind": "kind", "not_offered_yet": "kind",
        "key_too_short": "least", "beyond_time": "first last",
    }  # fmt: skip
    for kind, sentence in TEXTS.words["invalid"].items():
        assert braces(sentence) <= set(told.get(kind, "").split()), kind
    ours = {
        "bom",
        "not_utf8",
        "not_json",
        "not_a_number",
        "too_many_digits",
        "duplicate_key",
        "lone_surrogate",
        "too_deep",
    }
    rules = {
        "holds a NUL character",
        "holds no readable character",
        "has neither url nor digest",
        "unknown_kind",
        "no_case_number",
        "not_offered_yet",
        "key_too_short",
        "beyond_time",
    }
    assert set(TEXTS.words["invalid"]) <= {*get_args(ErrorType), *ours, *rules}


def test_words_are_filled_and_say_nothing_twice() -> None:
    for group, entries in TEXTS.words.items():
        assert all(word or (group, code) in {("mode", "live"), ("ui", "banner_live")} for code, word in entries.items())
    for group in ("stage", "level", "verdict", "exit", "seat", "clock", "rung", "decision", "event"):
        assert len(set(TEXTS.words[group].values())) == len(TEXTS.words[group]), group
