"""What intake finds in an unread report: the level it is handled at, an exit, the topic, and who is to verify it."""

from __future__ import annotations

import pytest

from domain.office.assessment import assess, provisional_level
from domain.office.office import Policy, Unit
from domain.office.unit_suggestion import propose_units
from domain.risk.assessment import RiskAssessment
from domain.risk.questions import Axis, Question, RiskTable, Spread
from domain.terms import HandoverTerms
from domain.vocabulary import Exit, Level, UnitKind
from domain.worktime.working_time import Span
from tests.domain.factories import TERMS
from tests.domain.office.test_office import unit

UNITS: tuple[Unit, ...] = (
    unit("wxb", UnitKind.OFFICE, can_lead=True, topics=("停水",)),
    unit("swj", can_lead=True, topics=("自来水", "停水")),
    unit("hbj", can_lead=True, topics=("污染",)),
    unit("skx", UnitKind.SCIENCE, topics=("污染", "科普")),
    unit("rbs", UnitKind.MEDIA, topics=("停水",)),
    unit("pt1", UnitKind.PLATFORM, topics=("停水",)),
    unit("dt", UnitKind.DISTRICT, can_lead=True, topics=("东汀区", "属地核实")),
    unit("xt", UnitKind.DISTRICT, can_lead=True, topics=("西汀区", "属地核实")),
)
DISTRICTS = ("东汀区", "西汀区")


def policy(floor: Level = Level.YELLOW, help_level: Level = Level.RED) -> Policy:
    risk = RiskTable(
        questions=(
            Question(code="danger", axis=Axis.URGENCY, weight=70, asks="危及安全", words=("投毒",)),
            Question(code="crowd", axis=Axis.WEIGHT, weight=15, asks="人数众多", words=("全市",)),
            Question(code="spread", axis=Axis.URGENCY, weight=70, asks="扩散快", spread=Spread(sightings=2)),
        ),
        thresholds={Level.RED: 70, Level.ORANGE: 40, Level.YELLOW: 10},
    )
    exits = {Exit.HELP_URGENT: HandoverTerms(within=Span.of("10m"), level=help_level, emergency=("110",))}
    return Policy(
        terms=TERMS.model_copy(update={"exits": exits}),
        provisional_level=floor,
        risk=risk,
        exit_words={Exit.HELP_URGENT: ("救命", "有人落水")},
        channels={},
        zone="Asia/Shanghai",
    )


def found(text: str, place: str | None = None, **levels: Level) -> RiskAssessment:
    return assess(text, place, policy(**levels), UNITS, DISTRICTS)


@pytest.mark.parametrize(
    ("text", "floor", "level"),
    [
        ("开窗会传播流感", Level.YELLOW, Level.YELLOW),
        ("开窗会传播流感", Level.BLUE, Level.BLUE),
        ("全市停水", Level.BLUE, Level.YELLOW),
        ("水厂被投毒", Level.YELLOW, Level.RED),
        ("孩子掉进河里救命", Level.YELLOW, Level.RED),
    ],
)
def test_an_unread_report_is_handled_at_the_level_its_words_give_and_never_below_the_policys(
    text: str, floor: Level, level: Level
) -> None:
    assert provisional_level(found(text, floor=floor)) is level


def test_words_of_urgent_help_propose_the_exit_and_set_the_level_the_policy_says() -> None:
    one = found("有人落水快来", help_level=Level.ORANGE)

    assert one.exit is not None
    assert (one.exit.exit, one.exit.words, one.floor) == (Exit.HELP_URGENT, ("有人落水",), Level.ORANGE)
    assert found("水厂被投毒，救命", help_level=Level.ORANGE).floor is Level.ORANGE
    assert provisional_level(found("水厂被投毒，救命", help_level=Level.ORANGE)) is Level.RED
    assert found("供水正常").exit is None


@pytest.mark.parametrize(
    ("text", "place", "district"),
    [
        ("停水", "东汀区三里街", "东汀区"),
        ("西汀区停水", "东汀区", "东汀区"),
        ("西汀区停水", "外地", "西汀区"),
        ("东汀区和西汀区都停水", None, None),
        ("停水", None, None),
    ],
)
def test_a_district_is_proposed_where_a_report_names_one_alone(
    text: str, place: str | None, district: str | None
) -> None:
    assert found(text, place).district == district


def test_the_topic_is_the_first_word_of_the_leads_field_and_no_district() -> None:
    assert found("自来水停水").topic == "自来水"
    assert found("东汀区的路坏了", "东汀区").topic is None


def test_the_unit_whose_field_is_touched_most_leads_and_the_others_help_with_the_words_that_speak_for_them() -> None:
    who = propose_units("自来水污染停水", "东汀区", UNITS)

    assert who.lead is not None
    assert (who.lead.unit, who.lead.words) == ("swj", ("自来水", "停水"))
    assert [(one.unit, one.words) for one in who.co_units] == [
        ("hbj", ("污染",)),
        ("skx", ("污染",)),
        ("dt", ("东汀区",)),
    ]


def test_units_of_one_score_keep_the_order_of_the_office() -> None:
    who = propose_units("污染停水", None, UNITS)

    assert who.lead is not None
    assert (who.lead.unit, [one.unit for one in who.co_units]) == ("swj", ["hbj", "skx"])


def test_a_district_leads_alone_where_no_department_fits_and_several_are_led_above_them() -> None:
    alone, both = propose_units("路坏了", "东汀区", UNITS), propose_units("东汀区西汀区路坏了", None, UNITS)

    assert alone.lead is not None
    assert (alone.lead.unit, alone.co_units) == ("dt", ())
    assert (both.lead, both.co_units) == (None, ())


def test_who_coordinates_reports_or_publishes_is_not_asked_to_verify() -> None:
    who = propose_units("停水", None, UNITS)

    assert who.lead is not None
    assert (who.lead.unit, who.co_units) == ("swj", ())
