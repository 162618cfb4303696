"""`piyao people`: edits of the persons' file that keep what people wrote in it, and keys that are shown once."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import subprocess
import tomllib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from adapters.register.store import SqlRegister
from desk.access.logins import Logins
from domain.access.sessions import LoginWay
from settings import PACKAGED, Settings
from tests.cli.piyao import piyao
from wiring.office import load_office

pytestmark = pytest.mark.people


def today() -> date:
    """The day in the office's zone as of now: a run may go on past midnight."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


KEY = re.compile(r"^[A-Za-z0-9_-]{43}$", re.MULTILINE)
ADD = ("--name", "王主任", "--unit", "swj", "--seat", "deputy", "--mail", "wang@swj.tj.gov.cn")


def people(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return piyao("people", *words, "--config", str(folder))


def text(folder: Path) -> str:
    return (folder / "people.toml").read_text(encoding="utf-8")


def entry(folder: Path, person: str) -> dict[str, Any]:
    return next(one for one in tomllib.loads(text(folder))["person"] if one["id"] == person)


def key_in(said: str) -> str:
    (found,) = KEY.findall(said)
    return str(found)


def test_a_person_is_added_after_all_others_and_the_rest_of_the_file_stays_to_the_letter(folder: Path) -> None:
    before = text(folder)
    (folder / "people.toml").chmod(0o640)

    added = people(folder, "add", "wang", *ADD, "--seat", "head", "--sms", "138", "--since", "2026-11-01")

    assert added.returncode == 0, added.stderr
    assert text(folder).startswith(before)
    assert entry(folder, "wang") == {
        "id": "wang",
        "name": "王主任",
        "unit": "swj",
        "seats": ["deputy", "head"],
        "since": date(2026, 11, 1),
        "addresses": {"mail": "wang@swj.tj.gov.cn", "sms": "138"},
        "key_digest": hashlib.sha256(key_in(added.stdout).encode()).hexdigest(),
    }
    assert (folder / "people.toml").stat().st_mode & 0o777 == 0o640
    assert "请重启后生效" in added.stdout
    assert sorted(file.name for file in folder.iterdir()) == ["people.toml", "policy.toml", "units.toml"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("wang", "--name", "王", "--unit", "swj", "--seat", "editor", "--mail", "a@b.cn"), "swj 没有这个岗位"),
        (("wang", "--name", "王", "--unit", "swj", "--mail", "a@b.cn"), "至少写一个岗位"),
        (("wang", "--name", "王", "--unit", "swj", "--seat", "duty"), "至少写一个地址"),
        (("Wang Lei", *ADD), "person[Wang Lei].id"),
        (("wxb-duty", *ADD), "出现了 2 次"),
        (("wang", *ADD, "--since", "2026-02-01", "--until", "2026-01-01"), "晚于 until"),
    ],
)
def test_what_does_not_fit_the_office_is_refused_as_the_loader_says_it(
    folder: Path, words: tuple[str, ...], says: str
) -> None:
    before = text(folder)

    refused = people(folder, "add", *words)

    assert refused.returncode == 1
    assert says in refused.stderr
    assert "people.toml" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert refused.stdout == ""
    assert text(folder) == before


@pytest.mark.parametrize(
    ("option", "address", "says"),
    [
        ("--mail", "wang@@example", "不是邮箱地址"),
        ("--mail", "wang＠example.org", "不是邮箱地址"),
        ("--mail", "名 <wang@example.org>", "不是邮箱地址"),
        ("--sms", "1380013800O", "不是电话号码"),
        ("--wecom", "wang li", "不是企业微信账号"),
    ],
)
def test_an_address_that_cannot_work_is_refused_beside_its_field_and_nobody_is_added(
    folder: Path, option: str, address: str, says: str
) -> None:
    before = text(folder)
    refused = people(folder, "add", "wang", *ADD, option, address)
    assert refused.returncode != 0
    assert f"person[wang].addresses.{option.removeprefix('--')}" in refused.stderr
    assert says in refused.stderr
    assert text(folder) == before


def test_the_packaged_sample_is_never_written(tmp_path: Path) -> None:
    before = text(PACKAGED)

    for words in (("add", "wang", *ADD), ("key", "wxb-duty"), ("remove", "wxb-duty")):
        refused = piyao("people", *words, cwd=tmp_path)
        assert refused.returncode == 1
        assert "piyao init" in refused.stderr

    assert text(PACKAGED) == before


def test_a_new_key_takes_the_place_of_the_old_one(folder: Path) -> None:
    old = entry(folder, "swj-duty")

    given = people(folder, "key", "swj-duty")

    assert given.returncode == 0, given.stderr
    digest = hashlib.sha256(key_in(given.stdout).encode()).hexdigest()
    assert entry(folder, "swj-duty") == {**old, "key_digest": digest}
    assert text(folder).replace(digest, old["key_digest"]) == text(PACKAGED)


def test_a_key_goes_to_a_file_for_its_owner_instead_of_the_screen(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "swj.key"
    out.write_text("old")

    given = people(folder, "key", "swj-duty", "--out", str(out))

    assert given.returncode == 0, given.stderr
    key = out.read_text().strip()
    assert entry(folder, "swj-duty")["key_digest"] == hashlib.sha256(key.encode()).hexdigest()
    assert key not in given.stdout
    assert out.stat().st_mode & 0o777 == 0o600


def test_a_key_that_cannot_be_kept_changes_nothing(folder: Path, tmp_path: Path) -> None:
    for out in (tmp_path / "nowhere" / "swj.key", tmp_path):
        refused = people(folder, "key", "swj-duty", "--out", str(out))
        assert refused.returncode == 1
        assert str(out) in refused.stderr

    assert text(folder) == text(PACKAGED)


def test_a_refused_edit_leaves_no_key_behind(folder: Path, tmp_path: Path) -> None:
    refused = people(folder, "key", "nobody", "--out", str(tmp_path / "nobody.key"))

    assert refused.returncode == 1
    assert '"nobody"' in refused.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["office"]


def test_a_removed_person_stays_in_the_file_without_key_and_the_empty_seats_are_told(folder: Path) -> None:
    removed = people(folder, "remove", "swj-deputy", "--on", "2026-11-20")

    assert removed.returncode == 0, removed.stderr
    assert entry(folder, "swj-deputy")["until"] == date(2026, 11, 19)
    assert "key_digest" not in entry(folder, "swj-deputy")
    assert "市水务局的分管负责人从此无人担任" in removed.stdout


def test_a_seat_somebody_else_holds_is_not_told_as_empty(folder: Path) -> None:
    assert people(folder, "add", "wang", *ADD).returncode == 0

    removed = people(folder, "remove", "swj-deputy")

    assert removed.returncode == 0, removed.stderr
    assert "无人担任" not in removed.stdout


def test_whoever_leaves_later_keeps_the_key_until_then(folder: Path) -> None:
    day = today() + timedelta(days=40)

    removed = people(folder, "remove", "swj-deputy", "--on", str(day))

    assert removed.returncode == 0, removed.stderr
    assert entry(folder, "swj-deputy")["until"] == day - timedelta(days=1)
    assert entry(folder, "swj-deputy")["key_digest"]


def test_a_time_that_has_ended_is_not_made_longer(folder: Path) -> None:
    assert people(folder, "remove", "swj-deputy", "--on", "2026-10-01").returncode == 0

    assert people(folder, "remove", "swj-deputy").returncode == 0

    assert entry(folder, "swj-deputy")["until"] == date(2026, 9, 30)


def test_whoever_began_today_can_be_removed_today(folder: Path) -> None:
    assert people(folder, "add", "wang", *ADD, "--since", str(today())).returncode == 0

    removed = people(folder, "remove", "wang")

    assert removed.returncode == 0, removed.stderr
    assert entry(folder, "wang")["until"] < today()


def test_the_list_tells_channels_but_neither_addresses_nor_keys(folder: Path) -> None:
    assert people(folder, "remove", "swj-deputy", "--on", "2026-11-20").returncode == 0

    table, rows = people(folder, "list"), people(folder, "list", "--json")

    assert table.returncode == rows.returncode == 0
    row = next(line for line in table.stdout.splitlines() if line.startswith("swj-deputy"))
    for part in ("市水务局（swj）", "分管负责人", "2026-11-19", "邮件", "无"):
        assert part in row
    found = {one["id"]: one for one in json.loads(rows.stdout)}
    assert found["swj-deputy"]["until"] == "2026-11-19"
    assert (found["swj-deputy"]["has_key"], found["swj-duty"]["has_key"]) == (False, True)
    assert found["swj-duty"]["channels"] == ["mail", "phone", "sms", "wecom"]
    for said in (table.stdout, rows.stdout):
        assert "@" not in said
        assert "+86" not in said
        assert entry(folder, "swj-duty")["key_digest"] not in said


def test_edits_made_at_once_by_several_processes_are_all_kept(folder: Path) -> None:
    names = [f"at-once-{number}" for number in range(5)]
    with ThreadPoolExecutor(len(names)) as people:
        done = list(people.map(lambda name: piyao("people", "add", name, *ADD, "--config", str(folder)), names))

    assert [one.returncode for one in done] == [0] * 5
    assert {name for name in names if entry(folder, name)} == set(names)


def begun(data: Path, person: str, at: datetime) -> str:
    """Begin a session in the register of a data folder; return its cookie."""

    async def begin() -> str:
        office = load_office(Settings())
        register = await SqlRegister.open(f"sqlite:///{data / 'register.db'}")
        try:
            holder = next(one for one in office.people if one.id == person)
            return await Logins(register, lambda: office).begin(holder, LoginWay.KEY, at, mobile=False)
        finally:
            await register.close()

    return asyncio.run(begin())


def test_an_administrator_sees_who_is_logged_in_and_ends_it(folder: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    now = datetime.now(UTC)
    cookie = begun(data, "swj-duty", now)
    begun(data, "wxb-duty", now - timedelta(hours=11))

    listed = people(folder, "sessions", "--data", str(data))
    as_json = people(folder, "sessions", "--json", "--data", str(data))
    ended = people(folder, "end", "swj-duty", "--data", str(data))
    after = people(folder, "sessions", "--data", str(data))
    wrong = people(folder, "end", "nobody", "--data", str(data))

    assert (listed.returncode, "swj-duty" in listed.stdout, "wxb-duty" in listed.stdout) == (0, True, False)
    assert [one["person"] for one in json.loads(as_json.stdout)] == ["swj-duty"]
    assert cookie not in listed.stdout + as_json.stdout
    assert (ended.returncode, "1 次登录" in ended.stdout) == (0, True)
    assert "没有人登录" in after.stdout
    assert (wrong.returncode, "没有 nobody" in wrong.stderr) == (1, True)


def test_looking_for_logins_makes_no_register(folder: Path, tmp_path: Path) -> None:
    assert people(folder, "sessions", "--data", str(tmp_path / "none")).returncode == 0
    assert not (tmp_path / "none").exists()
