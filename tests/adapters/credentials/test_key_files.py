from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.credentials.key_files import (
    KeyFileUnfit,
    new_personal_key,
    open_to_others,
    seal_key,
    token_keys,
    write_sample_keys,
    written_when_done,
)
from cli.unfit_data import unfit_data

ROOT = Path(__file__).parents[3]
MAKE = """
import sys
from pathlib import Path
from adapters.credentials.key_files import seal_key
print(seal_key(Path(sys.argv[1])).hex())
"""


def test_a_missing_key_is_made_for_its_owner_only_and_then_read(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "seal.key"
    key = seal_key(path)
    assert len(key) == 32
    assert seal_key(path) == key
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["seal.key"]


def test_two_keys_are_never_the_same(tmp_path: Path) -> None:
    assert seal_key(tmp_path / "a.key") != seal_key(tmp_path / "b.key")


def test_processes_that_start_at_once_get_the_same_key(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "seal.key"
    started = [
        subprocess.Popen([sys.executable, "-c", MAKE, str(path)], stdout=subprocess.PIPE, text=True, cwd=ROOT)
        for _ in range(6)
    ]
    keys = {process.communicate(timeout=30)[0].strip() for process in started}
    assert keys == {seal_key(path).hex()}


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602])
def test_a_key_others_can_use_is_refused_with_what_to_do(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "seal.key"
    seal_key(path)
    path.chmod(mode)
    with pytest.raises(KeyFileUnfit) as refused:
        seal_key(path)
    assert unfit_data(refused.value) == f"请收紧密钥文件的权限：别人也能读 {path}；用 chmod 600 改正。"


@pytest.mark.parametrize("content", ["", "ab" * 31, "zz" * 32, "字" * 64])
def test_a_file_without_a_key_is_refused_by_name(tmp_path: Path, content: str) -> None:
    path = tmp_path / "seal.key"
    path.write_text(content, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(KeyFileUnfit) as refused:
        seal_key(path)
    assert str(path) in unfit_data(refused.value)
    assert "没有密钥" in unfit_data(refused.value)


def test_a_key_behind_a_byte_order_mark_is_the_key(tmp_path: Path) -> None:
    path = tmp_path / "seal.key"
    for file in (path, tmp_path / "seal.key.old"):
        file.write_text("\ufeff" + "ab" * 32, encoding="utf-8")
        file.chmod(0o600)

    assert token_keys(path) == [b"\xab" * 32] * 2


def test_each_sample_person_has_a_file_of_their_own(tmp_path: Path) -> None:
    folder = tmp_path / "keys" / "persons"
    write_sample_keys(folder, {"wxb-duty": "one", "wjw-duty": "two"})
    write_sample_keys(folder, {"wxb-duty": "three"})
    assert {file.name: file.read_text().strip() for file in folder.iterdir()} == {
        "wxb-duty.key": "three",
        "wjw-duty.key": "two",
    }
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in folder.iterdir())


@pytest.mark.parametrize("person", ["", "../seal", "a/b", ".hidden"])
def test_a_person_id_that_is_a_path_writes_nothing(tmp_path: Path, person: str) -> None:
    with pytest.raises(ValueError, match="cannot name a file"):
        write_sample_keys(tmp_path / "persons", {person: "x"})


def test_a_personal_key_is_new_each_time_and_kept_as_its_digest_only() -> None:
    key, digest = new_personal_key()
    assert len(key) == 43
    assert digest == hashlib.sha256(key.encode()).hexdigest()
    assert new_personal_key()[0] != key


def test_a_key_is_put_in_its_place_only_when_all_went_well(tmp_path: Path) -> None:
    path = tmp_path / "one.key"
    path.write_text("old")
    with pytest.raises(RuntimeError), written_when_done(path, "new"):
        raise RuntimeError
    assert [file.name for file in tmp_path.iterdir()] == ["one.key"]
    assert path.read_text() == "old"

    with written_when_done(path, "new"):
        assert path.read_text() == "old"
    assert path.read_text() == "new\n"
    assert path.stat().st_mode & 0o777 == 0o600


def test_files_open_to_others_are_found_wherever_they_lie(tmp_path: Path) -> None:
    (tmp_path / "persons").mkdir()
    for name, mode in {"seal.key": 0o600, "persons/a.key": 0o640, "persons/b.key": 0o600}.items():
        (tmp_path / name).touch(mode=mode)
        (tmp_path / name).chmod(mode)
    assert open_to_others([tmp_path, tmp_path / "none"]) == [tmp_path / "persons" / "a.key"]


def test_an_earlier_key_is_read_before_the_present_one_and_must_be_a_key_nobody_else_can_read(tmp_path: Path) -> None:
    file, earlier = tmp_path / "seal.key", tmp_path / "seal.key.old"
    only = token_keys(file)
    earlier.write_text("ab" * 32 + "\n" + "cd" * 32 + "\n")
    earlier.chmod(0o600)

    assert only == [seal_key(file)]
    assert token_keys(file) == [b"\xab" * 32, b"\xcd" * 32, seal_key(file)]

    earlier.write_text("ab")
    with pytest.raises(KeyFileUnfit, match=r"seal\.key\.old.*none"):
        token_keys(file)
    earlier.chmod(0o640)
    with pytest.raises(KeyFileUnfit, match=r"seal\.key\.old.*open"):
        token_keys(file)
