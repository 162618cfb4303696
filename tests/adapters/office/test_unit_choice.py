"""The units of a new office: whose powers a unit gets, and whose parent is whose."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from adapters.office.founding.unit_choice import choose
from adapters.office.problems import OfficeError
from settings import PACKAGED

SAMPLE = (PACKAGED / "units.toml").read_text(encoding="utf-8")
NEEDED = frozenset({"wxb", "zfb"})


def chosen(*wanted: dict[str, Any], needed: frozenset[str] = NEEDED) -> dict[str, dict[str, Any]]:
    text = choose(SAMPLE, wanted, needed, "mc.example").text
    units = tomllib.loads(text)["unit"]
    assert len({unit["code"] for unit in units}) == len(units)
    return {unit["code"]: unit for unit in units}


POWERS = {"topics", "releases", "exclusive", "parent"}


@pytest.mark.parametrize(
    "given",
    [
        {"code": "swj", "name": "明澄港务集团"},
        {"code": "swj", "name": "明澄港务集团", "short": "港务集团"},
        {"code": "jkj", "name": "明澄港务集团"},
        {"code": "swj", "name": "明澄市卫生健康委员会"},
    ],
)
def test_a_unit_that_only_has_the_code_of_a_sample_one_has_none_of_its_powers(given: dict[str, Any]) -> None:
    unit = chosen(given)[given["code"]]

    assert unit["name"] == given["name"]
    assert unit.keys().isdisjoint(POWERS)


@pytest.mark.parametrize(
    "given",
    [
        {"code": "swj"},
        {"name": "明澄市水务局"},
        {"name": "市水务局"},
        {"short": "市水务局"},
        {"code": "swj", "name": "明澄市水务局"},
        {"code": "swj", "name": "市水务局"},
        {"code": "swj", "name": "明澄市水务局", "short": "水务局"},
        {"code": "swj", "name": "明澄市水利局", "short": "市水务局"},
    ],
)
def test_a_unit_whose_name_the_sample_has_keeps_what_the_sample_says_of_it(given: dict[str, Any]) -> None:
    unit = chosen(given)["swj"]

    assert unit["releases"] == ["供水 水情信息"]
    assert unit["name"] in ("明澄市水务局", "明澄市水利局")
    assert unit["short"] == given.get("short", "市水务局")


def test_the_office_is_meant_by_its_code_whatever_it_is_called() -> None:
    assert "editor" in chosen({"code": "wxb", "name": "辟谣中心"})["wxb"]["seats"]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (({"code": "zfb", "name": "港务集团"},), "zfb"),
        (({"code": "wjw", "name": "港务集团"}, {"name": "市疾控中心"}), "wjw"),
        (({"code": "dt", "name": "地铁集团"},), "dt"),
    ],
    ids=["the policy calls it", "it is the parent of one that was chosen", "a district that stays"],
)
def test_the_code_of_a_unit_that_stays_is_not_given_to_another(wanted: tuple[dict[str, Any], ...], code: str) -> None:
    with pytest.raises(OfficeError, match=rf"unit\[{code}\]\.code: .*请换一个代码"):
        chosen(*wanted)


@pytest.mark.parametrize("parent", ["wjw", "市卫生健康委", "明澄市卫生健康委员会"])
def test_a_parent_is_given_by_code_or_name_to_sample_units_and_new_ones_and_stays(parent: str) -> None:
    units = chosen({"name": "市水务局", "parent": parent}, {"name": "急救中心", "parent": parent})

    assert (units["swj"]["parent"], units["u1"]["parent"]) == ("wjw", "wjw")
    assert "wjw" in units


def test_a_parent_that_is_given_takes_the_place_of_the_sample_s() -> None:
    units = chosen({"name": "市疾控中心", "parent": "疾控局"}, {"name": "明澄市疾控局", "short": "疾控局"})

    assert units["jkj"]["parent"] == "u1"
    assert "wjw" not in units


def test_a_parent_is_a_code_before_it_is_a_name_and_of_the_list_before_the_sample_s() -> None:
    units = chosen(
        {"name": "港务集团", "short": "swj"},
        {"name": "渔港", "parent": "swj"},
        {"name": "卫健局", "short": "市卫生健康委", "code": "ws"},
        {"name": "急救中心", "parent": "市卫生健康委"},
    )

    assert (units["u2"]["parent"], units["u3"]["parent"]) == ("swj", "ws")
    assert units["swj"]["name"] == "明澄市水务局"


def test_a_parent_that_two_units_are_called_by_is_left_to_be_refused() -> None:
    units = chosen(
        {"name": "一公司", "short": "集团"}, {"name": "二公司", "short": "集团"}, {"name": "厂", "parent": "集团"}
    )

    assert units["u3"]["parent"] == "集团"
