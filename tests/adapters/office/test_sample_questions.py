"""The questions of the sample office, held against the cases of the demo and what people made of them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from adapters.matching.text_folding import folded
from desk.intake.assessor import Assessor
from domain.office.assessment import provisional_level
from domain.reports.report import Report
from domain.risk.assessment import RiskAssessment
from domain.risk.proposal import propose
from domain.risk.questions import Spread
from domain.vocabulary import Exit, Level
from tests.adapters.office.played_cases import CONFIG, office

DEMO = [json.loads(line) for line in Path(CONFIG / "demo" / "cases.jsonl").read_text(encoding="utf-8").splitlines()]
JUDGED = {one["id"]: one for one in DEMO if one["expected"]["level"]}
ABOVE = {"mc-01"}
"""What the officer of the demo lowers, with a reason: all of the words are there, but no picture of a run on shops."""


@cache
def assessor() -> Assessor:
    return Assessor(office(), folded)


def found(text: str, place: str | None = None) -> RiskAssessment:
    return assessor().assess(Report(text=text, place=place))


@pytest.mark.parametrize("case", JUDGED)
def test_the_demos_officers_find_their_level_proposed_or_given_by_the_answers(case: str) -> None:
    one = found(JUDGED[case]["text"], JUDGED[case]["place"])
    proposal = propose(one, Spread(sightings=1, districts=1, channels=1))

    judged = Level(JUDGED[case]["expected"]["level"])
    assert (judged in (proposal.level, one.level_of(proposal.score))) is (case not in ABOVE)
    assert not proposal.level.below(judged)


def test_the_demos_leads_are_proposed_where_the_competence_table_has_a_word_of_the_claim() -> None:
    proposed = {case: found(one["text"], one["place"]).lead for case, one in JUDGED.items()}

    right = [case for case, lead in proposed.items() if lead and lead.unit == JUDGED[case]["expected"]["lead_unit"]]
    assert set(proposed) - set(right) == {"mc-09", "mc-10", "mc-12"}  # 大火, 大桥 and 小学 are no words of the table


@pytest.mark.parametrize(
    "word", ["投毒", "泄漏", "坍塌", "塌了", "地震", "爆炸", "抢购", "挤兑", "决堤", "停水三天", "燃气味", "煤气味"]
)
def test_every_word_of_the_red_list_of_before_still_makes_an_unread_report_red(word: str) -> None:
    assert provisional_level(found(f"听说那边{word}")) is Level.RED


@pytest.mark.parametrize(
    "text", ["水厂被投 毒了", "水厂被投。毒了", "水厂被投\u200b毒了", "洩漏毒氣", "投*毒 爆-炸 抢★购"]
)
def test_no_way_of_writing_hides_a_word(text: str) -> None:
    assert provisional_level(found(text)) is Level.RED


def test_words_of_urgent_help_propose_its_exit() -> None:
    one = found("我们这栋楼道里燃气味特别大")

    assert one.exit is not None
    assert (one.exit.exit, one.exit.words) == (Exit.HELP_URGENT, ("燃气味",))
    assert found("网传某地燃气涨价").exit is None


def test_every_question_can_be_answered_and_every_axis_has_one() -> None:
    questions = office().policy.risk.questions

    assert {one.axis for one in questions} == {"urgency", "difficulty", "weight"}
    assert all(one.words or one.spread for one in questions)


@pytest.mark.parametrize("code", [one.code for one in office().policy.risk.questions])
def test_each_word_of_a_question_answers_it(code: str) -> None:
    (asked,) = (one for one in office().policy.risk.questions if one.code == code)

    for word in asked.words:
        (answered,) = (one for one in found(f"听说{word.replace('#', '3')}的事").questions if one.code == code)
        assert answered.words, word
