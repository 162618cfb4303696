"""The texts of an office that edits its own."""

from __future__ import annotations

from pathlib import Path

from texts.catalogue import PACKAGED, Texts


def test_what_an_offices_own_texts_do_not_have_yet_is_the_packaged_text(tmp_path: Path) -> None:
    (tmp_path / "words.toml").write_text('[stage]\ntriage = "分办"\n', encoding="utf-8")
    (tmp_path / "title.j2").write_text("own", encoding="utf-8")

    texts = Texts(tmp_path)

    assert texts.word("stage", "triage") == "分办"
    assert texts.word("stage", "closure") == Texts(PACKAGED).word("stage", "closure") != "closure"
    assert texts.say("title") == "own"
    assert texts.say("office_policy", city="某市").startswith("# 某市")
