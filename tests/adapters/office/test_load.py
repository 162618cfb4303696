"""The sample office as it ships, and what a case takes of it."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.office.load import TERMS_LIMIT, read_office
from adapters.office.sample_keys import is_sample_digest, sample_key
from domain.office.limits import BasketPolicy
from domain.terms import Addressee, Call, HandoverTerms, Rung
from domain.vocabulary import ClockName, Exit, Level, Mode, RungKind, Seat, UnitKind
from domain.worktime.working_time import Span
from tests.adapters.office.calendars import folder_with
from tests.adapters.office.played_cases import CONFIG, office


def test_the_sample_office_has_sixty_units_and_a_person_for_every_seat_of_each() -> None:
    assert len(office().units) == 60
    day = datetime(2026, 11, 24, tzinfo=UTC).date()
    empty = [
        (unit.code, seat)
        for unit in office().units.values()
        for seat in unit.seats
        if not office().seated(unit.code, seat, day)
    ]
    assert empty == []


def test_units_that_can_lead_have_two_people_to_approve_and_two_liaisons() -> None:
    for unit in office().units.values():
        seats = {
            seat: {p.id for p in office().people if p.unit == unit.code and seat in p.seats} for seat in unit.seats
        }
        assert not seats[Seat.LIAISON_A] & seats[Seat.LIAISON_B]
        if unit.can_lead:
            assert not seats[Seat.DEPUTY] & seats[Seat.HEAD]


def test_the_coordinating_office_has_a_person_of_its_own_for_every_seat_and_one_administrator() -> None:
    people = [person for person in office().people if person.unit == "wxb" and person.seats]
    assert all(len(person.seats) == 1 for person in people)
    assert [person.id for person in office().people if person.administrator] == ["wxb-admin"]


def test_sample_persons_carry_no_names_and_addresses_that_reach_nobody() -> None:
    for person in office().people:
        assert person.name.endswith("（演示）")
        assert person.name.startswith(office().units[person.unit].short)
        assert person.addresses["mail"].endswith(f"@{person.unit}.mc.example")
        assert person.addresses["phone"].startswith("+86-000-")


def test_sample_keys_are_derived_in_the_open_and_known_as_such() -> None:
    person = office().people[0]
    assert person.key_digest == hashlib.sha256(sample_key(person.id).encode()).hexdigest()
    assert all(is_sample_digest(one) for one in office().people)
    assert not is_sample_digest(person.model_copy(update={"key_digest": "0" * 64}))


def test_terms_carry_what_a_case_needs_and_no_more() -> None:
    terms = office().terms
    assert terms.mode is Mode.DEMO
    assert terms.office.code == "wxb"
    assert terms.named == {"zfb": "市政府办公室"}
    assert set(terms.levels) == set(Level)
    of_a_level = set(ClockName) - {ClockName.HANDOVER}  # which is an exit's
    always = of_a_level - {ClockName.INTERIM}
    assert terms.exits[Exit.HELP_URGENT] == HandoverTerms(within=Span.of("10m"), emergency=("110", "119", "120"))
    assert all(set(level.budgets) == of_a_level for name, level in terms.levels.items() if name is not Level.BLUE)
    assert set(terms.levels[Level.BLUE].budgets) == always
    assert len(terms.model_dump_json().encode()) <= TERMS_LIMIT


def test_figures_are_those_of_the_policy() -> None:
    red, blue = office().terms.at(Level.RED), office().terms.at(Level.BLUE)
    assert red.budgets[ClockName.RESPONSE] == Span.of("5h")
    assert red.budgets[ClockName.ANSWER] == Span.of("150m")
    assert blue.budgets[ClockName.RESPONSE] == Span.of("7wd")
    assert red.publish_to == ("bulletin", "partner")
    assert [str(one) for one in red.inform_at_start.to] == ["owner.deputy", "office.duty", "office.duty_leader"]


def test_a_rung_stands_at_a_share_of_the_budget_or_after_it() -> None:
    ladder = office().terms.at(Level.RED).ladder
    assert ladder[2] == Rung(
        kind=RungKind.BREACH, percent=100, to=("office.duty_leader", "owner.head"), by=("phone", "sms")
    )
    assert ladder[4].after == Span.of("30m")
    assert ladder[4].percent is None


def test_the_roster_reaches_the_named_seat() -> None:
    wanted = Addressee(unit="jtw", seat=Seat.DEPUTY)
    reached = office().reach(wanted, datetime(2026, 11, 24, tzinfo=UTC))
    assert [person.id for person in reached.persons] == ["jtw-deputy"]
    assert reached.gap is None


def test_every_kind_of_unit_takes_part() -> None:
    assert {unit.kind for unit in office().units.values()} == set(UnitKind)


def test_the_demo_cases_name_units_that_exist_and_leads_that_can_lead() -> None:
    lines = (CONFIG / "demo" / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [json.loads(line) for line in lines]
    assert len(cases) == 13
    for case in cases:
        expected = case["expected"]
        if expected["lead_unit"]:
            assert office().units[expected["lead_unit"]].can_lead
        assert set(expected["co_units"]) <= set(office().units)
        assert case["channel"] == "public" or case["channel"].split(":")[1] in office().units


def test_a_quake_rebuttal_needs_both_givers_and_the_quoted_claim_none() -> None:
    text = "据市地震局震情通报，今晚无震。地震预报由政府统一发布，网传“暴雪预警已发”不实。"

    assert {unit.code for unit in office().exclusive(text, claim="暴雪预警已发").values()} == {"dzj", "zfb"}
    assert {unit.code for unit in office().exclusive(text).values()} == {"dzj", "zfb", "qxj"}


def test_who_makes_the_calls_is_named_by_the_policy_or_is_the_offices_duty(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, None)
    named = read_office(folder).terms.at(Level.RED).phone_by
    file = folder / "policy.toml"
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join(line for line in lines if not line.startswith("phone_by")), encoding="utf-8")

    usual = read_office(folder).terms.at(Level.RED).phone_by

    assert named == Call(to=("office.duty", "office.duty_leader"), by=("sms",))
    assert usual == Call(to=("office.duty", "office.duty_leader"), by=("sms", "wecom")), "by all that wakes"
    assert read_office(folder).terms.at(Level.YELLOW).phone_by is None, "nobody is called there"


def test_which_reports_wait_together_is_read_from_the_policy(tmp_path: Path) -> None:
    shutil.copytree(CONFIG, tmp_path / "config")
    policy = tmp_path / "config" / "policy.toml"
    text = policy.read_text(encoding="utf-8")
    policy.write_text(
        text.replace("own_characters = 8 ", "own_characters = 12 ").replace('window = "24h"', 'window = "2d"'),
        encoding="utf-8",
    )

    basket = read_office(tmp_path / "config").policy.basket

    assert (basket.own_characters, basket.window) == (12, timedelta(days=2))
    assert office().policy.basket == BasketPolicy()
