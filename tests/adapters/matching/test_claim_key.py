from __future__ import annotations

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from adapters.matching.claim_key import claim_key, normalise
from adapters.matching.text_folding import NUMERALS, fold

WATER = "紧急通知！自来水厂水源被污染了，今晚八点起全市停水三天，大家赶快接水囤水，超市的矿泉水已经开始抢了！"
WATER_COPY = "紧急通知!自来水厂水源被污染了,今晚八点起全市停水三天,大家赶快接水囤水,超市的矿泉水已经开始抢了!!"
OTHER_PLACE = "东汀区明天开始停水五天，说是主管道全坏了，修都修不过来。"
CLAIM = "东汀区12月3日起停水五天，受影响3.5万户"

UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u202e\u202c\u2066\u2069\u00ad\ufe0f\u3164"
MARKS = "，。！？、；：…,!?;:“”‘’「」『』【】（）()《》~·—— \n\t\u3000🔥😱🆘"

chinese = st.text(
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5).filter(lambda one: fold(one) not in NUMERALS),
    min_size=8,
    max_size=30,
)
anything = st.text(
    st.one_of(st.characters(), st.sampled_from("0123456789.,-%$ _#！转发通知紧急http://www.?&=停水")), max_size=60
)


def test_a_copy_in_half_width_punctuation_and_doubled_marks_has_the_same_key() -> None:
    assert claim_key(WATER) == claim_key(WATER_COPY) is not None


def test_a_variant_of_another_place_and_number_has_another_key() -> None:
    assert claim_key(WATER) != claim_key(OTHER_PLACE) is not None


@pytest.mark.parametrize(
    "copy",
    [
        "東汀區12月3日起停水五天，受影響3.5萬戶",
        "东汀区１２月３日起停水五天，受影响３．５万户",
        "东汀区 12月3日起 停水五天 受影响 3.5万户",
        "🔥🔥东汀区12月3日起停水五天‼️受影响3.5万户😱",
        "【紧急通知】东汀区12月3日起停水五天，受影响3.5万户。请转发！",
        "速看！！！转发，东汀区12月3日起停水五天，受影响3.5万户 扩散 转起来",
        "@所有人 东汀区12月3日起停水五天，受影响3.5万户",
        "东汀区12月3日起\n停水五天,\r\n受影响3.5万户...",
        "“东汀区12月3日起停水五天”，受影响3.5万户？",
    ],
)  # fmt: skip
def test_ways_of_writing_a_claim_are_folded(copy: str) -> None:
    assert normalise(copy) == normalise(CLAIM)
    assert claim_key(copy) == claim_key(CLAIM)


@pytest.mark.parametrize(
    "other",
    [
        "东汀区12月3日起停水5天，受影响3.5万户",
        "东汀区12月3日起不停水五天，受影响3.5万户",
        "西汀区12月3日起停水五天，受影响3.5万户",
        "东汀区12月3日起停水五天，受影响35万户",
        "东汀区12月3日起停水五天，受影响3-5万户",
        "东汀区12月3日起停水五天，受影响3、5万户",
        "东汀区1、2月3日起停水五天，受影响3.5万户",
        "东汀区12月3日起疑似停水五天，受影响3.5万户",
        "东汀区12月3日起确诊停水五天，受影响3.5万户",
        "东汀区12月3日起停水五天，受影响3.5%万户",
        "东汀区-12月3日起停水五天，受影响3.5万户",
        "东汀区通知12月3日起停水五天，受影响3.5万户",
    ],
)
def test_what_makes_another_claim_is_not_folded(other: str) -> None:
    assert claim_key(other) != claim_key(CLAIM)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("涨到1,000元", "涨到1000元"),
        ("涨到1，000,000元", "涨到1000000元"),
        ("涨了50 %！", "涨了50%"),
        ("降到−5度", "降到-5度"),
        ("停水3~5天", "停水3-5天"),
        ("停水3——5天", "停水3-5天"),
        ("8：30停水", "8:30停水"),
        ("一、3天。5万", "一 3天5万"),
        ("电话110 119", "电话110 119"),
        ("紧急通知停水", "紧急通知停水"),
        ("通知-5度", "通知-5度"),
        ("接孩子的家长都转起来！", "接孩子的家长都转起来"),
        ("转发！速看！", ""),
    ],
)
def test_marks_stay_where_they_belong_to_a_number(text: str, kept: str) -> None:
    assert normalise(text) == kept
    assert normalise(kept) == kept


def test_tracking_in_links_is_folded_and_the_rest_of_a_link_is_not() -> None:
    plain = "医保补贴今日截止逾期作废，点 https://yb.example/lq?id=5 领取"
    tracked = "医保补贴今日截止逾期作废，点 https://yb.example/lq?utm_source=wx&id=5&from=timeline&spm=a.1-2 领取"

    assert claim_key(tracked) == claim_key(plain)
    assert claim_key(plain.replace("id=5", "id=6")) != claim_key(plain)
    assert claim_key(plain.replace("?id=5", "?from=app，5人")) != claim_key(plain.replace("?id=5", "?from=app，6人"))


@pytest.mark.parametrize(
    "text",
    [
        "声明",
        "紧急通知",
        "紧急通知！请转发！扩散！互相转告！大家转起来！",
        "停水停水停水停",
        "#明澄市全市停水三天大家赶快囤水# 真的吗",
        "真的吗 https://example.com/今晚 www.example.com/a",
        "Is it true?",
        "1234567890",
        "！！！🔥🔥🔥",
        "",
    ],
)
def test_a_text_of_fewer_than_eight_chinese_characters_of_its_own_has_no_key(text: str) -> None:
    assert claim_key(text) is None


def test_as_much_in_another_script_has_a_key() -> None:
    assert claim_key("Tap water is poisoned, do not drink it!") == claim_key("tap water is poisoned. Do not drink it")
    assert claim_key("Tap water is poisoned, do not drink it!") is not None
    assert claim_key("수돗물이 오염되었다고 합니다") is not None


def test_eight_chinese_characters_are_enough() -> None:
    assert claim_key("今晚全市停水三天") is not None
    assert claim_key("今晚，停水！三天。囤水") == claim_key("今晚停水三天囤水")


def test_hashtags_do_not_count_but_tell_claims_apart() -> None:
    one, other = (f"#{place}停水# 大家赶快接水囤水，别等了" for place in ("东汀区", "西汀区"))

    assert claim_key(one) != claim_key(other) is not None


@settings(max_examples=300, deadline=None)
@given(anything)
@example("5%转，发")
@example("转，发。5")
@example("1,,000,00")
@example("ᄀ!ᅡ")
@example("薴")
@example("＿")
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text)

    assert normalise(once) == once


@settings(max_examples=100, deadline=None)
@given(st.one_of(chinese, st.just(WATER), st.just(CLAIM), anything), st.data())
def test_what_nobody_sees_does_not_change_the_key(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    unseen = data.draw(st.text(UNSEEN, min_size=1, max_size=4))

    assert claim_key(text[:at] + unseen + text[at:]) == claim_key(text)


@settings(max_examples=100, deadline=None)
@given(chinese, st.text(MARKS, max_size=6), st.data())
def test_marks_and_emoji_between_words_do_not_change_the_key(text: str, marks: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))

    assert claim_key(text[:at] + marks + text[at:]) == claim_key(text)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from([WATER, OTHER_PLACE, CLAIM, "气温降到-5度，涨了50%，共1,000人，12-15日停水，别出门"]),
    st.integers(2, 4),
    st.data(),
)
def test_repeating_a_mark_does_not_change_the_key(text: str, times: int, data: st.DataObject) -> None:
    at = data.draw(st.sampled_from([n for n, mark in enumerate(text) if not mark.isalnum()]))

    assert claim_key(text[:at] + text[at] * times + text[at + 1 :]) == claim_key(text)


@settings(max_examples=100, deadline=None)
@given(chinese, chinese, st.from_regex(r"[0-9]{1,6}", fullmatch=True), st.data())
def test_changing_a_digit_changes_the_key(before: str, after: str, number: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(number) - 1))
    digit = data.draw(st.sampled_from("0123456789"))
    assume(digit != number[at])
    changed = number[:at] + digit + number[at + 1 :]

    assert claim_key(before + changed + after) != claim_key(before + number + after)
