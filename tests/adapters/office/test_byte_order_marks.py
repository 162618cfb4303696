"""A mark of byte order that an editor puts before a file is no part of it, wherever an office edits one."""

from __future__ import annotations

import shutil
from pathlib import Path

from adapters.office.editing.people_file import PeopleFile
from adapters.office.load import read_office
from adapters.office.text_checks import catalogue
from settings import PACKAGED, Settings
from texts.catalogue import folder_of

MARK = "\ufeff"


def marked(folder: Path) -> Path:
    """The sample office with a mark before each of its files."""
    office = folder / "config"
    shutil.copytree(PACKAGED, office, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    for file in [*office.rglob("*.toml"), *office.rglob("*.j2")]:
        file.write_text(MARK + file.read_text(encoding="utf-8"), encoding="utf-8")
    (office / "env").write_text(f"{MARK}PIYAO_API_PORT='8499'\nPIYAO_DATA='/srv/data'\n", encoding="utf-8")
    return office


def test_every_file_of_an_office_is_read_behind_a_mark(tmp_path: Path) -> None:
    office = marked(tmp_path)

    assert read_office(office) == read_office(PACKAGED)
    texts = catalogue(folder_of(office), "Asia/Shanghai", proven=True)
    usual = catalogue(folder_of(PACKAGED), "Asia/Shanghai", proven=True)
    assert (texts.words, texts.templates) == (usual.words, usual.templates)
    settings = Settings(config=office)
    assert (settings.api_port, settings.data) == (8499, Path("/srv/data"))


def test_a_marked_file_is_edited_and_keeps_its_comments(tmp_path: Path) -> None:
    office = marked(tmp_path)
    before = (office / "people.toml").read_text(encoding="utf-8")

    PeopleFile(office).set_key("wxb-duty", "ab" * 32)

    after = (office / "people.toml").read_text(encoding="utf-8")
    assert [line for line in before.removeprefix(MARK).splitlines() if line.startswith("#")] == [
        line for line in after.splitlines() if line.startswith("#")
    ]
