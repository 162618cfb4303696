"""Which units' texts nobody could sign, and which entries may be one natural person."""

from __future__ import annotations

from datetime import date

from domain.office.office import Office
from domain.office.signability import Lookalike, Unsignable, lookalikes, unsignable
from domain.vocabulary import Issuer, Seat
from tests.adapters.office.played_cases import office

TODAY, YESTERDAY = date(2026, 11, 24), date(2026, 11, 23)


def changed(**people: dict[str, object]) -> Office:
    """The sample office with some persons changed, by their ids."""
    by_id = {name.replace("_", "-"): change for name, change in people.items()}
    assert by_id.keys() <= {one.id for one in office().people}
    new = tuple(one.model_copy(update=by_id.get(one.id, {})) for one in office().people)
    return Office(units=office().units, people=new, policy=office().policy, working=office().working)


def test_every_unit_of_the_sample_office_can_sign() -> None:
    assert (unsignable(office(), TODAY), lookalikes(office(), TODAY)) == ((), ())


def test_a_lead_whose_deputy_is_its_head_cannot_issue_in_its_own_name() -> None:
    one = changed(swj_deputy={"seats": (Seat.DEPUTY, Seat.HEAD)}, swj_head={"until": YESTERDAY})

    assert unsignable(one, TODAY) == (Unsignable(unit="swj", issuers=(Issuer.UNIT,)),)
    assert unsignable(one, YESTERDAY) == ()


def test_two_entries_of_one_person_are_one_to_sign() -> None:
    one = changed(swj_deputy={"same_as": "swj-head"})

    assert unsignable(one, TODAY) == (Unsignable(unit="swj", issuers=(Issuer.UNIT,)),)


def test_a_district_of_the_office_needs_reviewers_of_its_own() -> None:
    below = next(unit for unit in office().units.values() if unit.parent == "wxb" and unit.can_lead)
    gone = {f"{below.code}_{seat}": {"until": YESTERDAY} for seat in ("deputy", "head")}

    assert unsignable(changed(**gone), TODAY) == (Unsignable(unit=below.code, issuers=tuple(Issuer)),)


def test_the_parent_signs_for_the_empty_seats_of_a_unit_below_it() -> None:
    gone = changed(jkj_deputy={"until": YESTERDAY}, jkj_head={"until": YESTERDAY})

    assert unsignable(gone, TODAY) == (Unsignable(unit="jkj", issuers=(Issuer.UNIT,)),)


def test_equal_names_and_phones_are_named_unless_they_are_said_to_be_one_person() -> None:
    twin = {"addresses": {"phone": "+86-000-0001-01"}}
    [found] = lookalikes(changed(swj_deputy=twin), TODAY)

    assert found == Lookalike(shared="+86-000-0001-01", persons=("wxb-duty", "swj-deputy"))
    assert lookalikes(changed(swj_deputy=twin | {"same_as": "wxb-duty"}), TODAY) == ()
    assert lookalikes(changed(swj_deputy={"name": "甲"}, jkj_deputy={"name": "甲"}), TODAY)[0].shared == "甲"
