"""Texts an office writes itself: what would fail in the middle of a case keeps everything from starting."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from adapters.office.problems import OfficeError
from adapters.office.wording import catalogue
from texts import LANGUAGE, PACKAGED, Texts


def problems(folder: Path) -> list[str]:
    with pytest.raises(OfficeError) as caught:
        catalogue(folder, "Asia/Shanghai", proven=True)
    return [str(problem).removeprefix(f"{LANGUAGE}/") for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("name", "written", "told"),
    [
        ("title.j2", "{% if %}", 'title.j2: line 1: found "{% if %}"; is no template: Expected an expression'),
        (
            "title.j2",
            "标题\n{{ case | nosuch }}",
            'title.j2: line 2: found "{{ case | nosuch }}"; is no template: No filter',
        ),
        ("code.j2", "{{ code }} {{ person }}", "code.j2: found person; allowed names: code, minutes, number"),
        ("words.toml", "[stage", "words.toml: is no TOML: "),
        ("task.toml", "a = ", "task.toml: is no TOML: "),
        ("words.toml", 'stage = "研判"', 'words.toml: stage: found "研判"; allowed: a table of words'),
        ("words.toml", "[stage]\ntriage = 3", "words.toml: stage.triage: found 3; allowed: a text in quotes"),
        ("words.toml", '[span]\nh = "{x}小时"', 'words.toml: span.h: found "{x}小时"; allowed: {n}'),
        ("words.toml", '[stage]\ntriage = "{x}"', 'words.toml: stage.triage: found "{x}"; allowed: no braces'),
        ("words.toml", '[span]\nh = "{n小时"', 'words.toml: span.h: found "{n小时"; is no sentence to be filled: '),
    ],
)
def test_a_wrong_text_is_told_with_file_place_and_what_is_allowed(
    name: str, written: str, told: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(written, encoding="utf-8")

    [problem] = problems(tmp_path)

    assert problem.startswith(told)
    assert catalogue(tmp_path, "Asia/Shanghai", proven=False).word("stage", "closure") == "办结归档"


@pytest.mark.parametrize("name", ["title.j2", "words.toml"])
def test_a_text_in_another_encoding_is_told(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes("研判".encode("gb18030"))

    [problem] = problems(tmp_path)

    assert problem.startswith(f"{name}: is no UTF-8 at byte 0; allowed: ")


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "title.j2").write_text("{% if %}", encoding="utf-8")
    (tmp_path / "words.toml").write_text('[stage]\ntriage = 3\n[span]\nh = "{x}"\n', encoding="utf-8")

    assert [problem.split(":")[0] for problem in problems(tmp_path)] == ["words.toml", "words.toml", "title.j2"]


def test_an_office_that_rewrites_its_texts_rightly_is_well(tmp_path: Path) -> None:
    shutil.copytree(PACKAGED, tmp_path / "texts")
    (tmp_path / "texts" / "code.j2").write_text("验证码 {{ code }}", encoding="utf-8")
    (tmp_path / "texts" / "words.toml").write_text('[span]\nh = "{n}个钟头"\n[ours]\nx = "{y}"\n', encoding="utf-8")

    texts = catalogue(tmp_path / "texts", "Asia/Shanghai", proven=True)

    assert (texts.span("2h"), texts.span("2m")) == ("2个钟头", Texts().span("2m"))
    assert texts.say("code", code="123456") == "验证码 123456"
