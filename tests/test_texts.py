"""The texts of an office that edits its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import UndefinedError

from texts.catalogue import PACKAGED, Texts


def test_what_an_offices_own_texts_do_not_have_yet_is_the_packaged_text(tmp_path: Path) -> None:
    (tmp_path / "words.toml").write_text('[stage]\ntriage = "分办"\n', encoding="utf-8")
    (tmp_path / "title.j2").write_text("own", encoding="utf-8")

    texts = Texts(tmp_path)

    assert texts.word("stage", "triage") == "分办"
    assert texts.word("stage", "closure") == Texts(PACKAGED).word("stage", "closure") != "closure"
    assert texts.say("title") == "own"
    assert texts.say("office_policy", city="某市").startswith("# 某市")


def test_an_own_template_that_cannot_be_filled_is_replaced_by_the_packaged_one_and_named(tmp_path: Path) -> None:
    (tmp_path / "timer.j2").write_text("{{ debt.shortname }}", encoding="utf-8")
    own, usual = Texts(tmp_path), Texts()
    values = {"debt": None, "at": None, "units": set(), "pause": None, "short": str}

    assert own.say("timer", **values) == usual.say("timer", **values)
    assert list(own.faulty) == ["timer"]
    with pytest.raises(UndefinedError):
        usual.say("timer")
