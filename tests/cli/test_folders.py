"""A folder may have any name: all of an office is in it, whatever the name means in an address."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import httpx2
import pytest

from settings import PACKAGED, Settings
from tests.cli.piyao import Up, piyao

STRANGE = "a?mode=memory#b%41 c'd\"e&辟谣$HOME~"


def test_an_office_in_a_folder_of_any_name_keeps_everything_inside(tmp_path: Path) -> None:
    data = tmp_path / "d" / STRANGE
    up = Up(data)
    try:
        api = up.ready()["api"]
        taken = httpx2.post(f"{api}/v1/reports", json={"text": "听说明天停水，真的吗"}, trust_env=False)
        assert taken.status_code == 201, taken.text
    finally:
        code, _, err = up.stop()

    assert (code, err) == (0, "")
    assert [one.name for one in (tmp_path / "d").iterdir()] == [STRANGE]
    assert {"register.db", "temporal.db"} <= {one.name for one in data.iterdir()}
    for name in ("register.db", "temporal.db"):
        assert sum(one.stat().st_size for one in data.glob(f"{name}*")) > 100_000
    looked = piyao("doctor", "--data", str(data))
    assert next(line for line in looked.stdout.splitlines() if "台账" in line).startswith("✓"), looked.stdout


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("PIYAO_REGISTER_URL", "sqlite:////srv/a?b/register.db"),
        ("PIYAO_REGISTER_URL", "sqlite:////srv/a#b/register.db"),
        ("PIYAO_REGISTER_URL", "sqlite:///:memory:"),
        ("PIYAO_REGISTER_URL", "sqlite://"),
        ("PIYAO_REGISTER_URL", "/srv/register.db"),
        ("PIYAO_REGISTER_URL", "postgresql://host/db"),
    ],
)
def test_an_address_of_a_register_that_is_no_file_is_refused_by_name(tmp_path: Path, setting: str, value: str) -> None:
    refused = piyao("up", "--data", str(tmp_path / "data"), **{setting: value})

    assert refused.returncode == 1
    assert setting in refused.stderr
    assert value in refused.stderr
    assert "sqlite:///" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_tilde_is_the_home_and_an_empty_setting_is_none(tmp_path: Path) -> None:
    import os

    before = {name: os.environ.get(name) for name in ("HOME", "PIYAO_DATA", "PIYAO_CONFIG", "PIYAO_SMTP_URL")}
    os.environ |= {"HOME": str(tmp_path), "PIYAO_DATA": "~/data", "PIYAO_CONFIG": "", "PIYAO_SMTP_URL": ""}
    try:
        settings = Settings()
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})

    assert settings.data == tmp_path / "data"
    assert settings.smtp_url is None
    assert settings.config is None


@pytest.mark.parametrize("place", ["file", "under a file", "closed", "nowhere"])
def test_a_data_folder_that_cannot_be_made_is_refused_by_name(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone" / "deep")
    (tmp_path / "closed").mkdir(mode=stat.S_IRUSR | stat.S_IXUSR)
    data = {
        "file": tmp_path / "file",
        "under a file": tmp_path / "file" / "data",
        "closed": Path("/proc/piyao"),
        "nowhere": Path("/dev/null/data"),
    }[place]
    for command in ("up", "worker", "api"):
        refused = piyao(command, *(["--data", str(data)] if command == "up" else []), PIYAO_DATA=str(data))

        assert refused.returncode == 1
        assert str(data) in refused.stderr
        assert "数据文件夹" in refused.stderr
        assert "Traceback" not in refused.stderr


@pytest.mark.people
def test_an_office_whose_folder_has_any_name_is_read_and_edited(tmp_path: Path) -> None:
    config = tmp_path / "c?#%41 辟谣"
    shutil.copytree(PACKAGED, config)
    options = ("--config", str(config))

    added = piyao(
        "people",
        "add",
        "new",
        "--name",
        "新同志",
        "--unit",
        "wxb",
        "--seat",
        "duty",
        "--mail",
        "n@mc.example",
        *options,
    )

    assert added.returncode == 0, added.stderr
    assert "新同志" in piyao("people", "list", *options).stdout


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("PIYAO_SMTP_URL", "smtp://user:se/cret@h:25?from=a@mc.example", "%2F"),
        ("PIYAO_SMTP_URL", "smtp://mail.example.org?from=a@mc.example", "不在本机"),
        ("PIYAO_MESSAGE_URL", "gateway.example.org", "http://"),
        ("PIYAO_PARTNER_URL", "http://h/#x", "http://"),
        ("PIYAO_MESSAGE_SECRET", "whsec_not base64", "Base64"),
        ("PIYAO_CLAMD_URL", "unix:///tmp/a?b", "unix:///"),
        ("PIYAO_TRUSTED_PROXIES", "10.1.0.0/99", "10.2.0.0/16"),
        ("PIYAO_API_PORT", "99999", "65535"),
        ("PIYAO_API_PORT", "eight", "整数"),
        ("PIYAO_PUBLIC_URL", "piyao.example.org", "https://"),
        ("PIYAO_PUBLIC_URL", "https://" + "a" * 60 + ".cn", "应至多64个字"),
        ("PIYAO_API_HOST", "a" * 60 + ".cn", "应至多51个字"),
        ("PIYAO_DATA", "~nobody-here/data", "~"),
        ("PIYAO_CONFIG", "~nobody-here/config", "~"),
        ("PIYAO_SEAL_KEY_FILE", "~nobody-here/key", "~"),
        ("PIYAO_DATA", "长" * 100, "名称太长"),
        ("PIYAO_CONFIG", "长" * 100, "名称太长"),
    ],
)
def test_a_setting_that_is_wrong_is_named_before_anything_is_started(
    tmp_path: Path, setting: str, value: str, says: str
) -> None:
    for command in ("up", "worker", "api", "doctor"):
        if command == "doctor" and setting not in ("PIYAO_PUBLIC_URL", "PIYAO_API_HOST"):
            continue  # it examines the services that are named
        refused = piyao(command, cwd=tmp_path, **{setting: value})

        assert refused.returncode == 1
        assert refused.stderr.startswith(f"请改正设置 {setting}：")
        assert says in refused.stderr
        assert "se/cret" not in refused.stderr
        assert len(refused.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["~nobody-here/x", "长" * 100])
@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--config", ("units", "list")),
        ("--config", ("calendar", "show")),
        ("--config", ("policy", "check")),
        ("--config", ("roster", "check")),
        ("--config", ("people", "list")),
        ("--data", ("people", "sessions")),
        ("--config", ("doctor",)),
        ("--data", ("doctor",)),
    ],
)
def test_a_place_that_cannot_be_is_named_by_every_command_that_takes_one(
    tmp_path: Path, option: str, words: tuple[str, ...], place: str
) -> None:
    setting = f"PIYAO_{option.strip('-').upper()}"

    for refused in (piyao(*words, option, place, cwd=tmp_path), piyao(*words, cwd=tmp_path, **{setting: place})):
        assert refused.returncode == 1
        assert refused.stderr.startswith(f"请改正设置 {setting}：现在是 {place}，")
        assert len(refused.stderr.splitlines()) == 1


@pytest.mark.parametrize("words", [("people", "sessions"), ("doctor",), ("units", "remove", "skx")])
def test_what_the_system_says_of_a_file_is_one_sentence_and_names_it(tmp_path: Path, words: tuple[str, ...]) -> None:
    shutil.copytree(PACKAGED, tmp_path / "config")
    office = (tmp_path / "config" / "people.toml").read_text(encoding="utf-8").replace('unit = "skx"', 'unit = "wjw"')
    (tmp_path / "config" / "people.toml").write_text(office, encoding="utf-8")
    data = "/".join([str(tmp_path), *("长" * 80 for _ in range(16))])
    data += "/" + "a" * (4090 - len(data.encode()))  # fits, and nothing inside it does

    refused = piyao(*words, "--data", data, cwd=tmp_path)

    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    assert f"用不了 {data}/register.db" in refused.stderr
    assert "名称太长" in refused.stderr


def test_networks_may_be_written_as_json_or_with_commas() -> None:
    both = [Settings(trusted_proxies=text).trusted_proxies for text in ('["10.1.0.7", "::1"]', "10.1.0.7, ::1")]  # type: ignore[arg-type]

    assert both[0] == both[1]
    assert [str(one) for one in both[0]] == ["10.1.0.7/32", "::1/128"]
