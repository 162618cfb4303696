"""How near two claims are: told apart roughly and cheaply, for a person to look at."""

from __future__ import annotations

import pytest

from adapters.matching.nearness import nearness

CLAIM = "今晚八点起全市停水三天，大家赶快接水"


@pytest.mark.parametrize(
    "other",
    [
        "紧急通知：今晚８点起全市停水三天！！大家赶快接水",
        "听说全市今晚8点停水三天，快接水囤水",
        "今晚八點起全市停水三天大家趕快接水（轉）",
    ],
)
def test_the_same_story_in_other_words_is_near(other: str) -> None:
    assert nearness(CLAIM, other) > 0
    assert nearness(CLAIM, other) == nearness(other, CLAIM)


@pytest.mark.parametrize("other", ["鸡蛋明天涨到十块钱一斤", "停水", "地铁三号线明天停运", "", "🙂🙂🙂"])
def test_another_story_is_not_near(other: str) -> None:
    assert nearness(CLAIM, other) == 0


def test_the_same_link_is_near_whatever_is_said_about_it() -> None:
    link = "https://example.org/a?id=7"
    assert nearness(f"快看 {link}", f"{link.replace('org', 'ORG')} 这是真的吗") == 1
    assert nearness(f"快看 {link}", f"快看看 {link}8") == 0
