"""A unit that is taken out of the file: its own comments go with it, those of others stay, to the letter."""

from __future__ import annotations

import tomllib

import pytest
import tomlkit

from adapters.office.editing.removed_table import without_table
from settings import PACKAGED

FILE = '''# 成员单位
version = "1"

# 第一家
[[unit]]
code = "a" # 甲
topics = [
  # 供水
  "水",
]
# 甲的备注

# —— 各局 ——

# 第二家
[[unit]] # 乙
code = "b"
words = """
[[unit]]
# 不是注释
"""
# 第三家，
# 两行
[[unit]]
code = "c"

[unit.more]
k = 1
# 丙的备注
'''


def without(place: int, text: str = FILE) -> str:
    return without_table(tomlkit.parse(text), "unit", place)


def test_the_first_goes_with_what_is_its_own() -> None:
    assert without(0) == FILE[: FILE.index("# 第一家")] + FILE[FILE.index("# —— 各局") :]


def test_the_comment_that_heads_the_next_one_stays() -> None:
    assert without(1) == FILE[: FILE.index("# 第二家")] + FILE[FILE.index("# 第三家") :]


def test_the_last_goes_to_the_end_of_the_file() -> None:
    assert without(2) == FILE[: FILE.index("# 第三家")]


def test_a_comment_the_file_begins_with_stays() -> None:
    text = '# 成员单位\n[[unit]]\ncode = "a"\n\n[[unit]]\ncode = "b"\n'

    assert without(0, text) == '# 成员单位\n\n[[unit]]\ncode = "b"\n'


def test_windows_lines_stay_windows_lines() -> None:
    text = FILE.replace("\n", "\r\n")

    assert without(1, text) == text[: text.index("# 第二家")] + text[text.index("# 第三家") :]


@pytest.mark.parametrize("place", range(60))
def test_every_unit_of_the_sample_goes_alone(place: int) -> None:
    text = (PACKAGED / "units.toml").read_text(encoding="utf-8")
    units = tomllib.loads(text)["unit"]

    left = without(place, text)

    assert tomllib.loads(left)["unit"] == [*units[:place], *units[place + 1 :]]
    assert [line for line in left.split("\n") if line.startswith("#")] == [
        line for line in text.split("\n") if line.startswith("#")
    ]
    assert "\n\n\n" not in left
