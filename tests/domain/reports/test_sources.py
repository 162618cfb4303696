"""What counts as one source of a claim, and how long it is known again."""

from __future__ import annotations

from datetime import date, timedelta
from ipaddress import ip_address

import pytest

from domain.reports.sources import Source, is_kept, is_of_public, marks_of, network_of

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.0/24"),
        ("192.0.2.254", "192.0.2.0/24"),
        ("192.0.3.1", "192.0.3.0/24"),
        ("2001:db8:1:2::9", "2001:db8:1::/48"),
        ("2001:db8:1:ffff::9", "2001:db8:1::/48"),
        ("2001:db8:2::9", "2001:db8:2::/48"),
    ],
)
def test_the_network_around_an_address_is_one_source(address: str, network: str) -> None:
    assert network_of(ip_address(address)) == network


def test_a_network_has_a_mark_under_each_key_that_shows_nothing_of_it() -> None:
    new, old = bytes(32), bytes([1] * 32)

    marks = marks_of(Source(network="192.0.2.0/24"), [new, old])

    assert len(set(marks)) == 2
    assert all(len(mark) == 64 and "192" not in mark.removeprefix("unit:")[:3] and is_of_public(mark) for mark in marks)
    assert marks == marks_of(Source(network="192.0.2.0/24"), [new, old])
    assert not {*marks} & {*marks_of(Source(network="192.0.3.0/24"), [new, old])}


def test_a_unit_is_marked_by_its_code_whatever_the_keys() -> None:
    (mark,) = marks_of(Source(unit="pt1"), [bytes(32)])

    assert mark == "unit:pt1"
    assert not is_of_public(mark)


def test_a_source_shows_no_network_where_it_is_printed() -> None:
    assert "192.0.2" not in repr(Source(network="192.0.2.0/24"))


@pytest.mark.parametrize(("days", "kept"), [(0, True), (1, True), (6, True), (7, False), (400, False), (-1, True)])
def test_a_key_is_in_use_on_its_day_and_six_more(days: int, kept: bool) -> None:
    assert is_kept(TODAY - timedelta(days=days), TODAY) is kept
