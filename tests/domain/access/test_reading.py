"""Who may read a case: the office all, a unit what it was asked in, a district its own, a stranger none."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain.access.permissions import TABLE, may
from domain.access.reading import EVERYTHING, ReadingRight, asked_in, files_in, may_read, one_case, without_internal
from domain.case.summarise import summarise
from domain.clocks.pause import PauseReason
from domain.decisions import (
    CONSOLE,
    SYSTEM,
    Accept,
    AnyDecision,
    Decision,
    Evidence,
    Finding,
    Note,
    Pause,
    RecordPublication,
)
from domain.events import FindingReceived
from domain.vocabulary import Level, PublicationKind, Verdict
from tests.domain.factories import EDITOR, START, TERMS, Story, deputy, liaison
from tests.domain.random_lives import Life

ASKED, DISTRICT = ("swj", "jkj"), "东汀区"
STEPS = st.lists(st.tuples(st.integers(0, 13), st.integers(0, 999), st.integers(0, 999)), min_size=12, max_size=40)


def read(right: ReadingRight) -> bool:
    return may_read(right, case_id="c-1", asked=ASKED, district=DISTRICT)


def test_the_whole_office_and_whoever_was_asked_read_and_nobody_else_does() -> None:
    assert read(EVERYTHING)
    assert read(ReadingRight(unit="swj"))
    assert not read(ReadingRight(unit="gaj"))
    assert not read(ReadingRight(unit="pt1"))
    assert not read(ReadingRight())


def test_a_district_s_unit_reads_what_happens_in_its_district() -> None:
    assert read(ReadingRight(unit="dt", districts=("东汀区", "属地核实")))
    assert not read(ReadingRight(unit="xt", districts=("西汀区", "属地核实")))
    assert not may_read(ReadingRight(unit="dt", districts=("东汀区",)), case_id="c-1", asked=(), district=None)


def test_a_proof_for_one_case_opens_that_case_only() -> None:
    assert read(one_case("c-1"))
    assert not read(one_case("c-2"))


class Watched(Life):
    """A life in which, at every moment, whoever the case listens to may read it."""

    def say(self, actor, said, update_id=None):  # type: ignore[no-untyped-def]
        before = self.known_to()
        answer = super().say(actor, said, update_id)
        if actor not in (CONSOLE, SYSTEM):
            assert actor.unit in {"wxb", *before}, (actor.unit, said, before)
        return answer

    def known_to(self) -> set[str]:
        return asked_in(summarise(self.case), [entry.event for entry in self.entries])


@settings(
    max_examples=40,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(level=st.sampled_from(list(Level)), steps=STEPS)
def test_in_any_life_whoever_may_decide_something_may_read_the_case(level, steps):
    life = Watched(level)
    for step in steps:
        life.step(*step)

        strangers = [actor for unit in ("jkj", "sjw", "skx", "wjw") for actor in (liaison(unit), deputy(unit))]
        for actor in (one for one in strangers if one.unit not in life.known_to()):
            settled = [kind for kind in TABLE if kind not in ("review", "consent", "sign", "confirm")]
            assert [kind for kind in settled if may(actor, kind, life.case)] == []


@pytest.mark.parametrize(
    ("right", "read"),
    [
        (EVERYTHING, "正在查找首发账号"),
        (ReadingRight(unit="swj"), "正在查找首发账号"),
        (ReadingRight(unit="hbj"), None),
        (one_case("c1"), None),
    ],
)
def test_what_a_unit_wrote_for_the_office_alone_is_read_by_the_office_and_that_unit(right, read):
    event = FindingReceived(
        unit="swj", verdict=Verdict.FALSE, explanation="不实", evidence=(), internal="正在查找首发账号"
    )

    assert without_internal(right, event).internal == read
    assert without_internal(right, event).explanation == "不实"


FILE = "ab" * 32
PAPER = (Evidence(kind="委托单", source="检测中心", digest=FILE, captured_at=START),)
WAITING = {"reason": PauseReason.TEST_RESULT, "until": START + timedelta(hours=5), "evidence": PAPER}
HANDED_IN = {
    "finding": Finding(verdict=Verdict.FALSE, explanation="不实", evidence=PAPER),
    "note": Note(text="现场情况", evidence=PAPER),
    "pause of the case": Pause(**WAITING),
    "pause of a co-unit": Pause(**WAITING, unit="sjw"),
    "record_publication": RecordPublication(
        unit="sjw",
        publication=PublicationKind.ALERT,
        title="关于网传消息的风险提示",
        text="请勿传播。",
        url="https://sjw.mc.example/1",
        captured_at=START,
        digest=FILE,
    ),
}


@pytest.mark.parametrize("approved_inside", [False, True])
@pytest.mark.parametrize("what", HANDED_IN)
def test_a_file_is_named_in_the_case_from_when_it_is_handed_in_before_anybody_confirms(what, approved_inside):
    terms = TERMS.model_copy(update={"findings_approved_at": tuple(Level) if approved_inside else ()})
    story = Story(terms=terms).triaged("jkj", "sjw")
    for unit in ("jkj", "sjw"):
        story.say(liaison(unit), Accept())

    by = {"pause of the case": liaison("jkj"), "record_publication": EDITOR}.get(what, liaison("sjw"))
    story.say(by, HANDED_IN[what])

    assert files_in(entry.event for entry in story.entries) == {FILE}


def test_every_decision_that_can_hold_a_file_is_tried_above() -> None:
    models: tuple[type[Decision], ...] = get_args(get_args(AnyDecision)[0])

    holding = {
        model.model_fields["kind"].default
        for model in models
        if "evidence" in model.model_fields or {"url", "digest"} <= model.model_fields.keys()
    }

    assert holding == {said.kind for said in HANDED_IN.values()}
