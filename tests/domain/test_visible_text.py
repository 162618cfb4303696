"""A text of characters that show nothing is none: it opens no case, and is no reason for a decision."""

import pytest
from pydantic import ValidationError

from domain.decisions import Note
from domain.reports.report import Report

EMPTY = [
    "\u3164",
    "\u2800\u2800",
    "\u115f\u1160",
    "\uffa0",
    "\ufe0f",
    "\u0301",
    "\u200b\u2060",
    " \u3000\n",
    "\u034f\u3164",
]


@pytest.mark.parametrize("text", EMPTY)
def test_what_shows_nothing_is_no_report(text: str) -> None:
    with pytest.raises(ValidationError, match="no readable character"):
        Report(text=text)


@pytest.mark.parametrize("text", EMPTY)
def test_what_shows_nothing_is_no_text_of_a_decision(text: str) -> None:
    with pytest.raises(ValidationError, match=r"no readable character|at least 1 character"):
        Note(text=text)


@pytest.mark.parametrize("text", ["？", "1", "😀", "停电", "ㄱ", "ក"])
def test_whatever_shows_something_is_a_text(text: str) -> None:
    assert Report(text=text).text == text
    assert Note(text=text).text == text
