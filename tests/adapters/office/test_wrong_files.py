"""Every rule about the office's files: what is wrong is named by file, key, value and what is allowed."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from adapters.office.load import read_office
from adapters.office.problems import OfficeError
from tests.adapters.office.played_cases import CONFIG

PEOPLE, POLICY, UNITS = "people.toml", "policy.toml", "units.toml"
WRONG = tomllib.loads(Path(__file__).with_name("wrong_files.toml").read_text(encoding="utf-8"))["wrong"]

ENGLISH = re.compile(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}|\b(allowed|found|required|bytes|and|or)\b", re.IGNORECASE)
"""Words no officer should have to read in what is wrong with a file."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (UNITS, POLICY, PEOPLE):
        shutil.copy(CONFIG / name, tmp_path / name)
    return tmp_path


def change(folder: Path, file: str, *changes: tuple[str, str], everywhere: bool = False) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, f"{old!r} no longer stands in {file}"
        text = text.replace(old, new, -1 if everywhere else 1)
    (folder / file).write_text(text, encoding="utf-8")


def problems(folder: Path) -> list[str]:
    with pytest.raises(OfficeError) as refused:
        read_office(folder)
    lines = str(refused.value).splitlines()
    assert len(lines) == len(refused.value.problems)
    return lines


def test_the_corpus_has_one_file_per_rule() -> None:
    assert len({wrong["rule"] for wrong in WRONG}) == len(WRONG) >= 40


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong["rule"])
def test_a_wrong_file_is_refused_with_file_key_value_and_what_is_allowed(folder: Path, wrong: dict[str, Any]) -> None:
    change(folder, wrong["file"], (wrong["old"], wrong["new"]))
    place = ": ".join(part for part in (wrong["file"], wrong["key"]) if part) + ":"
    about = [line for line in problems(folder) if line.startswith(place)]
    assert len(about) == 1
    assert all(part in about[0] for part in wrong["says"]), about[0]
    assert "pydantic" not in about[0]
    assert not ENGLISH.search(about[0]), about[0]


@pytest.mark.parametrize("file", [UNITS, POLICY, PEOPLE])
def test_a_missing_file_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()
    lines = problems(folder)
    assert len(lines) == 1
    assert lines[0].startswith(f"{file}: 在 {folder} 里读不了（没有这个文件或文件夹）")


def test_an_unknown_level_is_named_with_the_known_ones(folder: Path) -> None:
    change(folder, POLICY, ("[level.red]", "[level.purple]\nname = 'x'\n\n[level.red]"))
    assert problems(folder) == [
        'policy.toml: level.purple: 现在是 "purple"；没有这个等级；应为：red、orange、yellow、blue'
    ]


def test_an_unknown_office_is_told_once_and_not_at_every_rung_that_calls_it(folder: Path) -> None:
    change(folder, UNITS, ('office = "wxb"', 'office = "zzz"'))
    assert problems(folder) == ['units.toml: office: 现在是 "zzz"；没有这个单位；应为 units.toml 里的单位代码']


def test_a_file_in_another_encoding_is_named(folder: Path) -> None:
    (folder / UNITS).write_bytes((folder / UNITS).read_text(encoding="utf-8").encode("gb18030"))
    assert problems(folder)[0].startswith("units.toml: 第 ")


def test_a_circle_of_parents_is_named_whole(folder: Path) -> None:
    change(folder, UNITS, ('parent = "xcb"', 'parent = "xww"'))
    assert any("unit[rbs].parent" in line and "rbs → xww → rbs" in line for line in problems(folder))


@pytest.mark.parametrize("seat", ["duty", "editor", "deputy"])
def test_an_office_lacking_a_seat_the_rules_call_is_refused(folder: Path, seat: str) -> None:
    text = (folder / UNITS).read_text(encoding="utf-8")
    head, _, rest = text.partition("seats = [")
    seats, _, rest = rest.partition("]")
    kept = ", ".join(name for name in seats.split(", ") if name != f'"{seat}"')
    (folder / UNITS).write_text(f"{head}seats = [{kept}]{rest}", encoding="utf-8")
    assert any(
        line.startswith("units.toml: unit[wxb].seats:") and f"缺少岗位 {seat}；" in line for line in problems(folder)
    )


def test_live_refuses_every_sample_key(folder: Path) -> None:
    change(folder, POLICY, ('mode = "demo"', 'mode = "live"'))
    lines = problems(folder)
    assert len(lines) == (folder / PEOPLE).read_text(encoding="utf-8").count("key_digest =")
    assert all("key_digest" in line and "公开的样例密钥" in line for line in lines)


def test_live_takes_persons_with_keys_of_their_own(folder: Path) -> None:
    change(folder, POLICY, ('mode = "demo"', 'mode = "live"'))
    change(folder, PEOPLE, ("key_digest =", "# key_digest ="), everywhere=True)
    assert read_office(folder).terms.mode == "live"


def test_terms_too_large_to_travel_with_a_case_are_refused(folder: Path) -> None:
    rungs = "".join(
        f'  {{ at = "+{n}h", kind = "escalate", to = ["office.head"], by = ["phone"] }},\n' for n in range(1, 60)
    )
    change(folder, POLICY, ("]\n\n[level.orange]", f"{rungs}]\n\n[level.orange]"), ('at = "+15m"', 'at = "+5m"'))
    lines = problems(folder)
    assert len(lines) == 1
    assert lines[0].startswith("policy.toml: level: 现在是")
    assert "6144 字节" in lines[0]


def test_all_problems_of_all_files_are_told_at_once(folder: Path) -> None:
    change(folder, UNITS, ('parent = "skx"', 'parent = "zzz"'), ('kind = "platform"', 'kind = "shop"'))
    change(
        folder,
        POLICY,
        ('mode = "demo"', 'mode = "test"'),
        ('triage = "15m"', 'triage = "soon"'),
        ('at = "66%"', 'at = "30%"'),
    )
    change(folder, PEOPLE, ('id = "wxb-duty"', 'id = "wxb duty"'), ('unit = "zgh"', 'unit = "zzz"'))
    told = {tuple(line.split(": ")[:2]) for line in problems(folder)}
    assert told == {
        ("units.toml", "unit[yxh].parent"),
        ("units.toml", "unit[pt1].kind"),
        ("policy.toml", "mode"),
        ("policy.toml", "level.red.triage"),
        ("people.toml", "person[wxb duty].id"),
        ("people.toml", "person[zgh-duty].unit"),
    }
