"""Who may read a case: the office all, a unit what it was asked in, a district its own, a stranger none."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain.access.permissions import TABLE, may
from domain.access.reading import EVERYTHING, ReadingRight, asked_in, may_read, one_case
from domain.case.summarise import summarise
from domain.decisions import CONSOLE, SYSTEM
from domain.vocabulary import Level
from tests.domain.factories import deputy, liaison
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
