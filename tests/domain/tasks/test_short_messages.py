"""What a short message holds of a text that is too long for it."""

from __future__ import annotations

import pytest

from domain.tasks.short_messages import MOST, first_line, units

LINK = "https://" + "a" * 56 + "/t/" + "B" * 17


@pytest.mark.parametrize("words", ["请立即恢复：", "请立即恢复事项" * 20 + "：", "🌊" * 80, "a " * 60])
@pytest.mark.parametrize("after", ["", "，谢谢" * 30])
def test_a_link_is_never_cut_whatever_stands_around_it(words: str, after: str) -> None:
    line = first_line(f"{words}{LINK}{after}\n" + "其余" * 100, "sms", LINK)

    assert LINK in line
    assert line.split(LINK)[1].strip() in ("", after)
    assert "\n" not in line
    assert units(line) <= MOST


def test_a_link_that_stands_below_the_first_line_is_said_in_it() -> None:
    line = first_line(f"请处理三件事项\n第一件：{LINK}\n" + "其余" * 100, "sms", LINK)

    assert line == f"请处理三件事项 {LINK}"


def test_a_mail_and_a_short_text_stay_as_they_are() -> None:
    long = f"请处理：{LINK}\n" + "其余" * 100

    assert first_line(long, "mail", LINK) == long
    assert first_line("请处理\n谢谢", "sms", LINK) == "请处理\n谢谢"
