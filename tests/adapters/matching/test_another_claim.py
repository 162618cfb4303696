"""Another claim is never this claim: folding drops only what is known to say nothing, and makes no two words one."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.matching.claim_key import claim_key, normalise
from adapters.matching.lookalikes import SAME

REST = "明天起停水三天请大家转告"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("一三五路", "一○三五路"),
        ("一三五路", "一〇三五路"),
        ("三、六号楼", "三六号楼"),
        ("三，六号楼", "三六号楼"),
        ("三 六号楼", "三六号楼"),
        ("三、6号楼", "三6号楼"),
        ("二十、三号线", "二十三号线"),
        ("A、B座", "AB座"),
        ("A B座", "AB座"),
        ("3、B座", "3B座"),
        ("A、1栋", "A1栋"),
        ("第10²户", "第102户"),
        ("第3½户", "第31⁄2户"),
        ("第3①户", "第31户"),
        ("1㋀号", "11月号"),
        ("王*明", "王明"),
        ("○○小区", "小区"),
        ("张□路", "张路"),
        ("甲≠乙", "甲乙"),
        ("甲+乙", "甲乙"),
        ("⻓安街", "安街"),
        ("กิน", "กน"),
    ],
)
def test_what_makes_another_word_is_not_dropped(one: str, other: str) -> None:
    assert claim_key(one + REST) != claim_key(other + REST)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("⻓安街", "长安街"),
        ("⺠生银行的⻋", "民生银行的车"),
        ("⼈⺠医院", "人民医院"),
        ("10∶30", "10:30"),
        ("10：30", "10:30"),
        ("妳家", "你家"),
        ("牠们", "它们"),
        ("沿著路", "沿着路"),
        ("甚麼时候", "什么时候"),
        ("甚么时候", "什么时候"),
        ("★★★速报★★★", "速报"),
        ("→→→速报", "速报"),
        ("iPhone 15", "iPhone15"),
        ("张三、李四", "张三李四"),
        ("①东区", "1东区"),
        ("5㎡", "5m2"),
    ],
)
def test_what_is_only_written_differently_is_folded(one: str, other: str) -> None:
    assert normalise(one + REST) == normalise(other + REST)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.cn/AbC", "https://a.cn/abc", False),
        ("https://a.cn/a/b", "https://a.cn/ab", False),
        ("https://a.cn/a-b", "https://a.cn/ab", False),
        ("https://a.cn/?q=A", "https://a.cn/?q=a", False),
        ("https://A.CN/abc", "https://a.cn/abc", True),
        ("http://a.cn/abc", "https://a.cn/abc", True),
        ("https://a.cn/abc。", "https://a.cn/abc", True),
        ("https://a.cn/abc,", "https://a.cn/abc", True),
        ("https://a.cn/abc/", "https://a.cn/abc", True),
        ("https://a.cn/abc?utm_source=wx", "https://a.cn/abc", True),
        ("ｈｔｔｐｓ：／／ａ．ｃｎ／ａｂｃ", "https://a.cn/abc", True),
    ],
)
def test_a_link_is_the_same_only_to_the_letter(one: str, other: str, same: bool) -> None:
    assert (normalise(f"{REST} {one} 查看") == normalise(f"{REST} {other} 查看")) is same


def dropped(character: str) -> bool:
    """Return whether a character is on the list of what says nothing: marks, white space, emoji, decorations."""
    character = character.translate(SAME)  # what is only another way to write a mark is that mark
    category, code = unicodedata.category(character), ord(character)
    shapes = (
        *((0x2190, 0x21FF), (0x2300, 0x23FF), (0x2500, 0x259F), (0x25A0, 0x25FF), (0x2600, 0x27BF), (0x2B00, 0x2BFF)),
        *((0x1F000, 0x1FAFF), (0xFE00, 0xFE0F), (0x180B, 0x180F), (0xE0100, 0xE01EF)),
    )
    listed = character in "~|<>=〄〒〓〠〰〽㊗㊙\u034f\u20e3\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0$¥€£±%‰°⁄^`´＾"
    known = category[0] in "PZC" or category == "Sk" or any(first <= code <= last for first, last in shapes)
    return listed or known or (unicodedata.normalize("NFKC", character) != character)


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(["东汀区", "三号楼", "A座", "第15路", "王明"]), st.characters(), st.data())
@example("王明", "○", None)
def test_only_what_is_listed_can_be_added_and_change_nothing(word: str, added: str, data: st.DataObject | None) -> None:
    at = data.draw(st.integers(0, len(word))) if data else 1

    if normalise(REST + word[:at] + added + word[at:] + REST) == normalise(REST + word + REST):
        assert dropped(added), f"U+{ord(added):04X} {unicodedata.name(added, '')}"


def test_two_characters_are_the_same_only_if_one_is_folded_into_the_other() -> None:
    same: dict[str, set[str]] = {}
    for code in (*range(0x21, 0x3400), *range(0xA000, 0xD800), *range(0xF900, 0x10000)):
        if not dropped(chr(code)) and not dropped(known_form(chr(code))[:1] or " "):
            same.setdefault(normalise(f"天{chr(code)}地"), set()).add(chr(code))

    assert [group for group in same.values() if len({known_form(one) for one in group}) > 1] == []


def known_form(character: str) -> str:
    """Return what Unicode and our list fold a character into."""
    return unicodedata.normalize("NFKC", character.translate(SAME)).casefold().translate(SAME)
