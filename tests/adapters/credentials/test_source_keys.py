"""The keys of sources: one a day for all processes, for its owner only, and gone after seven days."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from adapters.credentials.source_keys import SourceKeyFiles
from domain.errors import Unavailable

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_each_day_has_a_key_of_its_own_the_newest_first(tmp_path: Path) -> None:
    keys = SourceKeyFiles(tmp_path / "sources")

    (first,) = keys.in_use(TODAY)
    second, before = keys.in_use(TODAY + DAY)

    assert before == first
    assert len({first, second}) == 2
    assert len(first) == 32


def test_two_processes_use_the_same_key(tmp_path: Path) -> None:
    assert SourceKeyFiles(tmp_path).in_use(TODAY) == SourceKeyFiles(tmp_path).in_use(TODAY)


def test_nobody_but_its_owner_can_use_it(tmp_path: Path) -> None:
    folder = tmp_path / "sources"
    SourceKeyFiles(folder).in_use(TODAY)

    assert {file.stat().st_mode & 0o077 for file in (folder, *folder.iterdir())} == {0}


def test_a_key_of_seven_days_ago_is_not_used_and_then_dropped(tmp_path: Path) -> None:
    keys = SourceKeyFiles(tmp_path)
    for days in range(9, -1, -1):
        keys.in_use(TODAY - days * DAY)
    (tmp_path / "notes.key").write_text("left alone")

    used = keys.in_use(TODAY)
    keys.drop(TODAY)

    assert len(used) == 7
    kept = [f"{TODAY - days * DAY}.key" for days in range(6, -1, -1)]
    assert names(tmp_path) == [*kept, "notes.key"]
    assert keys.in_use(TODAY) == used


@pytest.mark.parametrize(("text", "mode"), [("no key", 0o600), ("00" * 32, 0o644)])
def test_a_file_that_is_no_key_of_ours_is_not_used(tmp_path: Path, text: str, mode: int) -> None:
    file = tmp_path / f"{TODAY}.key"
    file.write_text(text)
    file.chmod(mode)

    with pytest.raises(Unavailable) as refused:
        SourceKeyFiles(tmp_path).in_use(TODAY)

    assert text not in str(refused.value)


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "sources").write_text("")

    with pytest.raises(Unavailable):
        SourceKeyFiles(tmp_path / "sources").in_use(TODAY)
