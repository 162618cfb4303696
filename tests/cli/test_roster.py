"""`piyao roster check`: a line per gap, and what to type to fill it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from settings import PACKAGED
from tests.adapters.office.calendars import folder_with
from tests.cli.piyao import piyao

ON = "2026-11-24"


def check(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return piyao("roster", "check", "--on", ON, "--config", str(folder), *words)


def changed(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    folder = folder_with(tmp_path, None)
    text = (folder / "people.toml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / "people.toml").write_text(text, encoding="utf-8")
    return folder


def test_the_sample_lacks_nobody() -> None:
    whole = check(PACKAGED)

    assert (whole.returncode, whole.stderr) == (0, "")
    assert whole.stdout == "值班表没有空缺（2026-11-24 起 30 天内）。\n"


def test_every_gap_is_a_line_that_says_what_to_do(tmp_path: Path) -> None:
    folder = changed(
        tmp_path,
        ('id = "swj-deputy"', 'id = "swj-deputy"\nuntil = 2026-11-23'),
        ('id = "wjw-head"', 'id = "wjw-head"\nuntil = 2026-12-01'),
        ('unit = "hbj"\nseats = ["liaison_b"]', 'unit = "hbj"\nseats = ["duty"]'),
        ('id = "wxb-admin"', 'id = "wxb-admin"\nuntil = 2026-11-23'),
    )

    told = check(folder)
    rows = json.loads(check(folder, "--json").stdout)

    assert told.returncode == 1
    lines = told.stdout.splitlines()
    assert lines[-1] == "有 5 处空缺。"
    add, leave = "    → piyao people add 编号 --name 姓名 --unit", "不参加的单位从 units.toml 删去"
    assert lines[:-1] == [
        "✗ 没有系统管理员",
        "    → 用 piyao people add 加入一人，写明 --administrator",
        "✗ 市水务局（swj）空缺：分管负责人",
        f"{add} swj --seat 分管负责人 --mail 邮箱；{leave}",
        "✗ 市生态环境局（hbj）空缺：联络员B角",
        f"{add} hbj --seat 联络员B角 --mail 邮箱；{leave}",
        "✗ 市卫生健康委（wjw）的主要负责人从 2026-12-02 起无人担任",
        f"{add} wjw --seat 主要负责人 --since 2026-12-02 --mail 邮箱",
        "· 市生态环境局（hbj）的值班员同时有几人担任：hbj-duty、hbj-liaison-b",
        "    → 每人都会收到通知；只要一人的，用 piyao people remove 结束其余人的任职",
        "✗ 市水务局（swj）现有的人凑不齐审签，不能以这些名义发布：单位名义",
        "    → 让 swj 的分管负责人和主要负责人由不同的人担任：piyao people add",
    ]
    assert [(row["gap"], row["kind"], row["unit"]) for row in rows] == [
        (True, "administrator", None),
        (True, "empty", "swj"),
        (True, "empty", "hbj"),
        (True, "emptying", "wjw"),
        (False, "doubled", "hbj"),
        (True, "unsignable", "swj"),
    ]


def test_a_unit_nobody_is_reached_in_and_one_without_the_seat_say_so(tmp_path: Path) -> None:
    folder = changed(tmp_path)
    units = (folder / "units.toml").read_text(encoding="utf-8")
    head, _, rest = units.partition('code = "swj"')
    rest = rest.replace('"duty", "liaison_a", "liaison_b", "deputy", "head"', '"deputy", "head"', 1)
    (folder / "units.toml").write_text(f'{head}code = "swj"{rest}', encoding="utf-8")
    people = (folder / "people.toml").read_text(encoding="utf-8")
    for seat in ("duty", "liaison_a", "liaison_b"):
        people = people.replace(f'unit = "swj"\nseats = ["{seat}"]', 'unit = "swj"\nseats = ["head"]')
    (folder / "people.toml").write_text(people, encoding="utf-8")

    told = check(folder)

    assert told.returncode == 1
    assert "✗ 市水务局（swj）空缺：值班员；值班员和联络员都找不到人，查证请求收不到" in told.stdout
    assert "→ 先在 units.toml 里 swj 的 seats 加上 duty；再用 piyao people add 编号" in told.stdout
