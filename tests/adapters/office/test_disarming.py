"""Words of strangers in an official letter: no phone makes a link of them, and they read as they did."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest

from texts.disarming import inert
from texts.headlines import excerpt, truncate

LINKS = re.compile(r"[^\s.]+\.(?:[^\W\d_]|\d{1,3}\.\d{1,3}\.\d)|://|www\.", re.IGNORECASE)
"""What the phones in use make a link of: a name and a dot before a letter, or four numbers."""


FLAG = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


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
        ("evil.\ufe0fcom、evil\ufe0f.com、ev\u034fil.\u3164com", "evil．com、evil．com、evil．com"),
        ("evil.\u0301com", "evil．\u0301com"),
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


@pytest.mark.parametrize(
    "typed",
    [
        "👨\u200d👩\u200d👧来了",
        "❤\ufe0f",
        "1\ufe0f\u20e3",
        "🏳\ufe0f\u200d🌈",
        "🤷🏽\u200d♂\ufe0f",
        "葛\U000e0100城",
        FLAG,
    ],
)
def test_pictures_and_rare_characters_stay_whole(typed: str) -> None:
    assert inert(typed) == typed


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("王\u200d小", "王小"),
        ("a\ufe0fb", "ab"),
        ("停\u3164电", "停电"),
        ("\u2800停\u2800电", "停 电"),
        ("\U000e0067停电", "停电"),
        ("停\x07电", "停电"),
        ("a" + "\u0301" * 50 + "b", "a\u0301\u0301\u0301b"),
    ],
)
def test_what_is_invisible_elsewhere_goes(typed: str, shown: str) -> None:
    assert inert(typed) == shown


@pytest.mark.parametrize("part", ["a", "a.", "www.", "http://", "\u200d", "😀\u200d", "a-", "1."])
def test_the_time_grows_with_the_length_and_not_with_its_square(part: str) -> None:
    def taken(times: int) -> float:
        text, best = part * times, 9.0
        for _ in range(5):
            start = time.thread_time()
            inert(text)
            best = min(best, time.thread_time() - start)
        return best

    assert taken(16_000) < 32 * max(taken(2_000), 0.0005)  # eight times the length; sixty-four times if squared


@pytest.mark.parametrize("cut", [excerpt, truncate])
@pytest.mark.parametrize("picture", ["👨\u200d👩\u200d👧\u200d👦", FLAG, "🇨🇳", "👍🏽", "e\u0301"])
def test_a_cut_text_ends_with_a_whole_character(cut: Callable[[str, int], str], picture: str) -> None:
    for most in range(len(picture) + 1, 3 * len(picture) + 2):
        kept = cut(picture * 40, most)
        assert len(kept) <= most
        assert kept.endswith("…")
        assert len(kept[:-1]) % len(picture) == 0
