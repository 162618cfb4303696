"""What officers read about a command before it does anything: its help, and why it could not be read."""

from __future__ import annotations

import re

import pytest

from cli.help_page import wrapped
from tests.cli.piyao import piyao

COMMANDS = (
    *((one,) for one in ("report", "clocks", "decide", "code", "init", "doctor", "up", "worker", "api", "demo")),
    *(("cases", one) for one in ("list", "show", "restore")),
    *(("people", one) for one in ("list", "add", "key", "remove", "sessions", "end")),
    ("policy", "check"),
    ("roster", "check"),
    *(("calendar", one) for one in ("show", "check", "due")),
    *((one,) for one in ("cases", "people", "policy", "roster", "calendar")),
    (),
)
ENGLISH = re.compile(r"\b(Usage|Options?|Arguments|Commands?|Error|Show|Try|default|required|the|and|with|of|for)\b")
LATIN = re.compile(r"(?<!piyao )\b(?!piyao)[A-Za-z][A-Za-z_]{2,} [A-Za-z][A-Za-z_]{2,} [A-Za-z]{3,}")
"""Three English words in a row."""


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("columns", ["60", "200"])
def test_the_help_of_every_command_is_whole_and_in_chinese(command: tuple[str, ...], columns: str) -> None:
    told = piyao(*command, "--help", COLUMNS=columns)

    assert told.returncode == 0
    assert "用法：piyao" in told.stdout
    assert "…" not in told.stdout, "nothing is cut"
    assert ENGLISH.findall(told.stdout) == []
    assert LATIN.findall(told.stdout) == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("reprot",), "reprot"),
        (("cases", "lst"), "list、show、restore"),
        (("cases", "show"), "辟〔2026〕0001"),
        (("cases", "show", "a", "b"), "请去掉多出的内容：b"),
        (("cases", "list", "--levl", "red"), "--level"),
        (("cases", "list", "--limit", "0"), "--limit”：不能是“0”"),
        (("cases", "list", "--limit"), "请在“--limit”后面写明内容"),
        (("cases", "list", "--json=5"), "“--json”后面不写内容"),
        (("report",), "线索原文"),
        (("report", "停水了", "--palce", "城东"), "没有“--palce”这个选项"),
        (("report", "--palce=城东"), "没有“--palce=城东”这个选项"),
        (("roster", "check", "--on", "2026-13-01"), "2026-13-01"),
        (("people", "add", "x", "--name"), "请在“--name”后面写明内容"),
        (("people", "add", "x"), "--name"),
        (("report", "\udcff停水"), "UTF-8"),
        (("decide", "x", "finding", "--verdict"), "--verdict"),
    ],
)
def test_a_command_that_cannot_be_read_is_refused_in_chinese_by_the_word_that_is_wrong(
    words: tuple[str, ...], says: str
) -> None:
    refused = piyao(*words)

    assert refused.returncode == 2
    assert refused.stdout == ""
    assert says in refused.stderr
    assert "--help" in refused.stderr
    assert ENGLISH.findall(refused.stderr) == []


def test_without_a_command_the_help_is_shown() -> None:
    assert piyao().stdout.startswith("用法：piyao [选项] 命令")
    assert piyao("cases").stdout.startswith("用法：piyao cases [选项] 命令")


def test_a_line_of_help_is_cut_only_between_words_and_never_before_a_mark() -> None:
    text = "成员数据的文件夹：units.toml、people.toml；岗位可写多次，默认今天。"

    assert "".join(wrapped(text, 20)) == text
    assert all(line[0] not in "，。；：、）" for width in range(8, 60) for line in wrapped(text, width))
    assert all("units.toml" in " ".join(wrapped(text, width)) for width in range(12, 60))
