"""Short and bare texts: how much they say of their own, and which of them are of one form."""

from __future__ import annotations

import pytest

from adapters.matching.short_text import form_of


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("停水了？", 3),
        ("【紧急通知】停水了，速转！", 3),
        ("网传停水是真的吗", 2),
        ("#明澄市全市停水三天大家赶快囤水# 真的吗", 0),
        ("https://example.com/a/long/address/that/says/nothing", 0),
        ("example.com/a/long/address/that/says/nothing", 0),
        ("真的吗 https://example.com/今晚", 2),
        ("110", 0),
        ("😱？？", 0),
        ("", 0),
        ("今天全市停水了", 7),
        ("今天已经全市停水", 8),
        ("5G致癌", 2),
        ("is it true?", 2),
        ("Tap water is poisoned, do not drink it tonight!", 12),
        ("수돗물이 오염되었다고", 10),
        ("水道水が汚染された", 9),
    ],
)
def test_own_characters_are_counted_without_what_many_texts_share(text: str, own: int) -> None:
    assert form_of(text).own == own


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("停水了？", "停水了"),
        ("停水了？", "停水了吗"),
        ("停水了？", "網傳停水了！！！"),
        ("停水了？", "【紧急通知】停水了，速转！"),
        ("停水了？", "停 水 了😱"),
        ("停水了？", "停水了 https://example.com/a"),
        ("停水了？", "#明澄# 停水了"),
        ("https://example.com/a", "真的吗？http://EXAMPLE.com/a?utm_source=x"),
        ("https://example.com/a", "example.com/a"),
        ("？？？", "是真的吗"),
        ("#明澄停水#", "#明澄停水# 真的吗"),
    ],
)
def test_ways_of_saying_as_little_are_one_form(one: str, other: str) -> None:
    assert form_of(one).form == form_of(other).form


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("停水了？", "停电了？"),
        ("停水了？", "没停水？"),
        ("停水3天", "停水5天"),
        ("https://example.com/a", "https://example.com/b"),
        ("https://example.com/a", "https://example.com/A"),
        ("#东区停水#", "#西区停水#"),
        ("停水了？", "？？？"),
    ],
)
def test_what_says_something_else_is_another_form(one: str, other: str) -> None:
    assert form_of(one).form != form_of(other).form


def test_the_address_beside_a_text_tells_texts_apart_that_say_nothing() -> None:
    assert form_of("？", "https://example.com/a") == form_of("https://example.com/a")
    assert form_of("停水了", "https://example.com/a") == form_of("停水了", "https://example.com/b")
