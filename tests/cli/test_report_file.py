"""Files of reports: what is read of a line, and what is refused."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from cli.demo.report_file import BadFile, read
from domain.vocabulary import Verdict


def written(file: Path, *lines: object) -> Path:
    file.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), "utf-8")
    return file


def test_text_or_claim_and_the_verdict_in_our_words(tmp_path: Path) -> None:
    file = written(
        tmp_path / "rows.jsonl",
        {"text": "甲", "verdict": "false", "other": 1},
        "",
        {"claim": "乙", "verdict": "mixed"},
        {"claim": "丙", "verdict": None},
        {"claim": "丁", "verdict": "nobody knows"},
        {"claim": "戊"},
    )

    rows = read(file)

    assert [(row.line, row.text, row.verdict) for row in rows] == [
        (1, "甲", Verdict.FALSE), (3, "乙", Verdict.PARTLY_FALSE), (4, "丙", None), (5, "丁", None), (6, "戊", None),
    ]  # fmt: skip
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line]
    assert [row.digest for row in rows] == [hashlib.sha256(line.encode()).hexdigest() for line in lines]


@pytest.mark.parametrize("line", ["{", "[]", '"text"', {"verdict": "false"}, {"text": 1}, {"text": ""}])
def test_a_line_without_text_is_named(line: object, tmp_path: Path) -> None:
    file = written(tmp_path / "rows.jsonl", {"text": "甲"}, line)

    with pytest.raises(BadFile, match=r"rows\.jsonl.*2"):
        read(file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"none\.jsonl"):
        read(tmp_path / "none.jsonl")


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1e"])
def test_only_a_newline_ends_a_line_whatever_else_a_text_holds(tmp_path: Path, mark: str) -> None:
    lines = [json.dumps({"text": f"前一半{mark}后一半"}, ensure_ascii=False), json.dumps({"text": "另一条"})]
    lines[0] = lines[0].replace(json.dumps(mark)[1:-1], mark) if mark in "\u2028\u2029\x85" else lines[0]
    file = tmp_path / "rows.jsonl"
    file.write_bytes(("\ufeff" + "\r\n".join(lines) + "\r\n").encode())

    assert [(row.line, row.text) for row in read(file)] == [(1, f"前一半{mark}后一半"), (2, "另一条")]
