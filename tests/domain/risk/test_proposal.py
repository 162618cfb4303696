"""What the questions of a policy propose, and how triage's own judgement compares with it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import Unfit
from domain.risk.assessment import ProposedExit, ProposedUnit, RiskAssessment
from domain.risk.proposal import Judgement, LevelReview, at_opening, propose, review
from domain.risk.questions import Axis, Question, Spread, occurrence
from domain.vocabulary import Exit, Level

ONE = Spread(sightings=1, districts=1, channels=1)
THRESHOLDS = {Level.RED: 70, Level.ORANGE: 40, Level.YELLOW: 15}


def question(code: str, weight: int, *words: str, **more: Any) -> Question:
    return Question(code=code, axis=Axis.WEIGHT, weight=weight, asks=code, words=words, **more)


def assessed(*questions: Question, floor: Level = Level.BLUE, **more: Any) -> RiskAssessment:
    return RiskAssessment(questions=questions, thresholds=THRESHOLDS, floor=floor, **more)


def judged(of: RiskAssessment, chosen: Level, answers: tuple[str, ...] | None = None, **more: Any) -> LevelReview:
    return review(of, more.get("spread", ONE), answers, chosen, "swj", more.get("reason"))


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("停水", "全市停水三天", "停水"),
        ("停电", "全市停水三天", ""),
        ("#天", "全市停水三天", "三天"),
        ("#天", "停水12天和3天", "12天"),
        ("#天", "明天停水，两天", "两天"),
        ("#天", "今天明天都停", ""),
        ("#万人", "涉及二十万人", "二十万人"),
        ("#天", "三天", "三天"),
        ("#天", "天", ""),
    ],
)
def test_a_word_is_found_as_it_stands_there_with_the_number_it_asks_for(word: str, text: str, found: str) -> None:
    assert occurrence(word, text) == found


def test_a_question_is_answered_by_the_words_a_text_holds_each_once() -> None:
    asked = question("health", 40, "中毒", "污染", "#人")

    assert asked.found_in("水源污染，三人中毒，三人住院").words == ("中毒", "污染", "三人")
    assert asked.found_in("供水正常").words == ()


@pytest.mark.parametrize(
    ("score", "level"),
    [
        (0, "blue"),
        (14, "blue"),
        (15, "yellow"),
        (39, "yellow"),
        (40, "orange"),
        (69, "orange"),
        (70, "red"),
        (500, "red"),
    ],
)
def test_a_level_is_proposed_from_its_threshold_on(score: int, level: str) -> None:
    asked = [question("a", score, "有")] if score else [question("a", 1)]

    assert propose(assessed(*asked), ONE).level == level


def test_the_score_is_the_sum_of_what_is_answered_and_says_by_what() -> None:
    proposal = propose(assessed(question("a", 25, "抢购"), question("b", 30), question("c", 15, "全市", "全城")), ONE)

    assert (proposal.score, proposal.level) == (40, Level.ORANGE)
    assert [(one.code, one.words) for one in proposal.answers] == [("a", ("抢购",)), ("c", ("全市", "全城"))]


def test_no_word_found_never_proposes_less_than_the_floor() -> None:
    assert propose(assessed(question("a", 40), floor=Level.YELLOW), ONE).level is Level.YELLOW
    assert propose(assessed(question("a", 80, "有"), floor=Level.YELLOW), ONE).level is Level.RED


@pytest.mark.parametrize(
    ("now", "answered"),
    [
        (Spread(sightings=19, districts=2, channels=1), False),
        (Spread(sightings=20, districts=1, channels=1), True),
        (Spread(sightings=3, districts=3, channels=1), True),
        (Spread(sightings=3, districts=1, channels=50), False),
    ],
)
def test_a_spread_answers_once_one_of_its_figures_is_reached(now: Spread, answered: bool) -> None:
    asked = question("spread", 40, spread=Spread(sightings=20, districts=3))

    proposal = propose(assessed(asked), now)

    assert (proposal.codes == ("spread",)) is answered
    assert proposal.level is (Level.ORANGE if answered else Level.BLUE)


def test_a_case_is_opened_with_all_that_is_proposed() -> None:
    unit = ProposedUnit(unit="swj", words=("停水",))
    found = assessed(
        question("a", 15, "停水"),
        floor=Level.RED,
        exit=ProposedExit(exit=Exit.HELP_URGENT, words=("救命",), level=Level.RED),
        topic="停水",
        district="东汀区",
        lead=unit,
        co_units=(ProposedUnit(unit="hbj", words=("水质",)),),
    )

    proposal = at_opening(found, ONE)

    assert (proposal.level, proposal.score, proposal.exit, proposal.exit_words) == (
        Level.RED, 15, Exit.HELP_URGENT, ("救命",),
    )  # fmt: skip
    assert (proposal.topic, proposal.district, proposal.lead, proposal.co_units) == ("停水", "东汀区", "swj", ("hbj",))


PLAIN = (question("danger", 70), question("panic", 40, "抢购"), question("crowd", 15))


@pytest.mark.parametrize(
    ("chosen", "answers", "reason", "judgement"),
    [
        (Level.ORANGE, None, None, Judgement.CONFIRMED),
        (Level.ORANGE, ("panic",), None, Judgement.CONFIRMED),
        (Level.ORANGE, ("panic", "crowd"), None, Judgement.CONFIRMED),
        (Level.RED, ("danger", "panic"), None, Judgement.ANSWERED),
        (Level.YELLOW, ("crowd",), None, Judgement.ANSWERED),
        (Level.BLUE, (), None, Judgement.ANSWERED),
        (Level.RED, None, "正在现场", Judgement.OVERRULED),
        (Level.YELLOW, ("danger",), "已核实", Judgement.OVERRULED),
        (Level.ORANGE, ("danger",), "已核实", Judgement.CONFIRMED),
    ],
)
def test_a_judgement_is_kept_with_what_was_proposed_and_chosen(
    chosen: Level, answers: tuple[str, ...] | None, reason: str | None, judgement: Judgement
) -> None:
    kept = judged(assessed(*PLAIN), chosen, answers, reason=reason)

    assert (kept.proposed, kept.chosen, kept.judgement, kept.lead) == (Level.ORANGE, chosen, judgement, "swj")
    assert kept.answers == (
        ("panic",) if answers is None else tuple(one for one in ("danger", "panic", "crowd") if one in answers)
    )
    assert kept.score == sum(one.weight for one in PLAIN if one.code in kept.answers)


@pytest.mark.parametrize(
    ("chosen", "answers", "spoken_for"),
    [
        (Level.RED, None, Level.ORANGE),
        (Level.YELLOW, None, Level.ORANGE),
        (Level.ORANGE, ("danger", "panic"), Level.RED),
        (Level.RED, ("crowd",), Level.ORANGE),
    ],
)
def test_another_level_than_proposed_and_answered_needs_a_reason(
    chosen: Level, answers: tuple[str, ...] | None, spoken_for: Level
) -> None:
    with pytest.raises(Unfit) as refused:
        judged(assessed(*PLAIN), chosen, answers)

    assert (refused.value.code, refused.value.values["level"]) == ("overrule_needs_reason", spoken_for)


def test_staying_with_the_proposed_level_needs_no_reason_though_fewer_questions_are_ticked() -> None:
    found = assessed(question("crowd", 15, "全市"), floor=Level.YELLOW)

    assert judged(found, Level.YELLOW, ()).judgement is Judgement.CONFIRMED


def test_an_answer_to_a_question_the_case_does_not_have_is_refused() -> None:
    with pytest.raises(Unfit) as refused:
        judged(assessed(*PLAIN), Level.RED, ("danger", "height"))

    assert (refused.value.code, refused.value.values["question"]) == ("unknown_question", "height")


WEIGHTS = st.lists(st.tuples(st.integers(1, 100), st.booleans()), min_size=1, max_size=8)


@given(WEIGHTS, st.sampled_from(Level), st.data())
@settings(deadline=None)
def test_one_more_answer_never_lowers_a_level_and_a_reason_always_lets_a_judgement_through(
    drawn: list[tuple[int, bool]], chosen: Level, data: st.DataObject
) -> None:
    asked = [question(f"q{n}", weight, *(("有",) if yes else ())) for n, (weight, yes) in enumerate(drawn)]
    found = assessed(*asked, floor=data.draw(st.sampled_from(Level)))
    answers = tuple(data.draw(st.lists(st.sampled_from(found.codes), unique=True)))
    more = (*answers, data.draw(st.sampled_from(found.codes)))

    assert not found.level_of(found.score_of(more)).below(found.level_of(found.score_of(answers)))
    assert judged(found, chosen, answers, reason="核").chosen is chosen
