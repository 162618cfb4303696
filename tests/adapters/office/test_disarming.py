"""Words of strangers in an official letter: no phone makes a link of them, and they read as they did."""

from __future__ import annotations

import re

import pytest

from texts.disarming import inert

LINKS = re.compile(r"[^\s.]+\.(?:[^\W\d_]|\d{1,3}\.\d{1,3}\.\d)|://|www\.", re.IGNORECASE)
"""What the phones in use make a link of: a name and a dot before a letter, or four numbers."""


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("请点t.cn/AbC123核实", "请点t．cn/AbC123核实"),
        ("例.中国/x", "例．中国/x"),
        ("看12306.cn", "看12306．cn"),
        ("xn--fiq228c.xn--fiqs8s/a", "xn--fiq228c．xn--fiqs8s/a"),
        ("a.b-c.Com.cn:8080/p?q=1.5", "a．b-c．Com．cn:8080/p?q=1.5"),
        ("登录 1.2.3.4:8080/x。", "登录 1．2．3．4:8080/x。"),
        ("内网192.168.0.1.", "内网192．168．0．1."),
        ("见http://f.example/g", "见http：//f．example/g"),
        ("WWW.E.EXAMPLE", "WWW．E．EXAMPLE"),
        ("t\u200b.\u200bcn", "t．cn"),
        ("李@mc.example", "李＠mc．example"),
        ("пример.рф и مثال.مصر", "пример．рф и مثال．مصر"),
    ],
)
def test_nothing_a_stranger_types_becomes_a_link(typed: str, shown: str) -> None:
    assert inert(typed) == shown
    assert not LINKS.search(inert(typed))
    assert inert(shown) == shown


@pytest.mark.parametrize(
    "typed",
    [
        "2026.11.29停水",
        "下降3.5%，涉及1.2万人",
        "5.1级地震，PM2.5达到115.0",
        "10.30之前、第2.3.1条、No.5",
        "2026.11.29.1号通知",
        "等等...请看",
        "停水了. 请勿外出.",
        "共100.00元，8:30开始",
    ],
)
def test_numbers_dates_and_sentences_stay_as_they_were_typed(typed: str) -> None:
    assert inert(typed) == typed
