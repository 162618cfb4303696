"""`piyao doctor`: a line per check, what is broken on purpose is named, and the rest is still looked at."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from cli.checks.system import ClockReading, bounds, room
from settings import PACKAGED
from tests.adapters.receivers import free_port, mail_server
from tests.cli.piyao import Up, piyao

pytestmark = pytest.mark.people

CHECKS = [
    "config", "texts", "mode", "mail", "gateway", "address", "clock", "temporal", "register", "runs", "delivery",
    "merges", "disk", "roster", "calendar", "silence", "keys", "files", "placeholders",
]  # fmt: skip

NOBODY = "127.0.0.1:9"


def change(file: Path, *changes: tuple[str, str]) -> None:
    text = file.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")


def around(up: Up) -> dict[str, str]:
    """The settings of someone who works beside a running stack."""
    return {
        "PIYAO_DATA": str(up.data),
        "PIYAO_PUBLIC_URL": up.addresses["api"],
        "PIYAO_UI_URL": up.addresses["ui"],
        "TEMPORAL_ADDRESS": up.addresses["temporal"],
    }


def examined(**settings: str) -> tuple[subprocess.CompletedProcess[str], dict[str, dict[str, Any]]]:
    alone = {"TEMPORAL_ADDRESS": NOBODY, "PIYAO_PUBLIC_URL": f"http://{NOBODY}", "PIYAO_UI_URL": f"http://{NOBODY}"}
    done = piyao("doctor", "--json", **{**alone, **settings})
    assert "Traceback" not in done.stderr
    findings = {one["check"]: one for one in json.loads(done.stdout)}
    assert list(findings) == CHECKS
    return done, findings


def wrong(findings: dict[str, dict[str, Any]]) -> list[str]:
    for one in findings.values():
        assert bool(one["todo"]) is not one["ok"]
        assert re.search("[一-鿿]", one["found"])
    return [name for name, one in findings.items() if not one["ok"]]


def test_beside_a_running_stack_everything_is_well(up: Up) -> None:
    with mail_server() as (_, url):
        done, findings = examined(**around(up), PIYAO_SMTP_URL=url)
        told = piyao("doctor", **around(up), PIYAO_SMTP_URL=url)

    scarce = [name for name in wrong(findings) if name != "disk"]  # how full this machine is, is not ours to say
    assert scarce == []
    assert done.returncode == told.returncode == (0 if findings["disk"]["ok"] else 1)
    assert told.stdout.count("✓") == sum(one["ok"] for one in findings.values())
    if findings["disk"]["ok"]:
        assert "一切正常" in told.stdout


def test_what_is_broken_is_named_and_the_rest_is_still_looked_at(up: Up, tmp_path: Path, folder: Path) -> None:
    change(folder / "people.toml", ('unit = "swj"\nseats = ["deputy"]', 'unit = "swj"\nseats = ["liaison_a"]'))
    key = tmp_path / "seal.key"
    shutil.copy(up.data / "keys" / "seal.key", key)
    key.chmod(0o644)
    mail = f"127.0.0.1:{free_port()}"
    broken = {
        "PIYAO_CONFIG": str(folder),
        "PIYAO_SEAL_KEY_FILE": str(key),
        "PIYAO_SMTP_URL": f"smtp://user:secret@{mail}?from=a@b.cn",
        "PIYAO_PUBLIC_URL": f"http://127.0.0.1:{free_port()}",
    }

    done, findings = examined(**{**around(up), **broken})

    assert done.returncode == 1
    assert set(wrong(findings)) - {"disk"} == {"mail", "address", "roster", "keys"}
    assert mail in findings["mail"]["found"]
    assert "secret" not in done.stdout
    assert broken["PIYAO_PUBLIC_URL"] in findings["address"]["found"]
    assert "市水务局" in findings["roster"]["found"]
    assert "1 个单位没有分管负责人" in findings["roster"]["found"]
    assert str(key) in findings["keys"]["found"]
    assert "chmod 600" in findings["keys"]["todo"]
    told = piyao("doctor", **{**around(up), **broken})
    assert told.returncode == 1
    assert re.search(r"✗ 密钥文件：.*\n    → chmod 600", told.stdout)


def test_everything_down_is_told_within_seconds(tmp_path: Path) -> None:
    mark = tmp_path / "register.db.made"
    mark.touch()
    begun = time.monotonic()

    done, findings = examined(PIYAO_DATA=str(tmp_path))

    assert done.returncode == 1
    assert {"address", "clock", "temporal", "register"} <= set(wrong(findings))
    assert time.monotonic() - begun < 15
    assert list(tmp_path.iterdir()) == [mark]


def test_before_the_first_start_nothing_is_wrong_with_what_has_not_been_started(tmp_path: Path) -> None:
    alone = {"TEMPORAL_ADDRESS": NOBODY, "PIYAO_PUBLIC_URL": f"http://{NOBODY}", "PIYAO_UI_URL": f"http://{NOBODY}"}

    done, findings = examined(PIYAO_DATA=str(tmp_path / "data"))
    told = piyao("doctor", PIYAO_DATA=str(tmp_path / "data"), **alone)

    waiting = {name for name, one in findings.items() if one["waits"]}
    assert waiting == {"address", "clock", "temporal", "register", "runs", "delivery", "merges"}
    assert [name for name in wrong(findings) if name != "disk"] == []
    assert done.returncode == told.returncode == (0 if findings["disk"]["ok"] else 1)
    assert told.stdout.count("○ ") >= len(waiting)
    assert "○ 台账：尚未启动" in told.stdout
    assert told.stdout.count("✗") == (0 if findings["disk"]["ok"] else 1)
    assert "piyao up" in told.stdout or not findings["disk"]["ok"]
    assert not (tmp_path / "data").exists()


def test_an_office_that_cannot_be_read_is_told_and_the_machine_still_looked_at(up: Up, folder: Path) -> None:
    change(folder / "policy.toml", ('mode = "demo"', 'mode = "real"'))

    done, findings = examined(**around(up), PIYAO_CONFIG=str(folder))

    assert done.returncode == 1
    assert '现在是 "real"' in findings["config"]["found"]
    assert findings["temporal"]["ok"]
    assert findings["register"]["ok"]
    assert not findings["roster"]["ok"]


def test_an_office_with_an_address_that_cannot_work_hears_whose_it_is(folder: Path, tmp_path: Path) -> None:
    file = folder / "people.toml"
    file.write_text(file.read_text().replace("duty@wxb.mc.example", "duty＠wxb.mc.example"), encoding="utf-8")

    report = piyao("doctor", "--config", str(folder), "--data", str(tmp_path / "data")).stdout

    assert "person[wxb-duty].addresses.mail" in report
    assert "duty＠wxb.mc.example" in report


def test_a_drill_with_the_public_keys_of_the_sample_is_told(folder: Path, tmp_path: Path) -> None:
    change(folder / "policy.toml", ('mode = "demo"', 'mode = "drill"'))

    _, findings = examined(PIYAO_DATA=str(tmp_path), PIYAO_CONFIG=str(folder))

    assert not findings["mode"]["ok"]
    assert "wxb-duty" in findings["mode"]["found"]


@pytest.mark.parametrize(
    ("mode", "until", "well"),
    [("drill", "2026-01-31", False), ("drill", "2040-12-31", True), ("demo", "2026-01-31", True)],
)
def test_a_calendar_that_has_run_out_is_told_but_to_a_demo(
    folder: Path, tmp_path: Path, mode: str, until: str, well: bool
) -> None:
    change(folder / "policy.toml", ('mode = "demo"', f'mode = "{mode}"'))
    calendar = (PACKAGED / "calendar.toml").read_text(encoding="utf-8")
    ours = calendar.replace('country = "CN"', f'country = "none"\ncovered_until = {until}')
    (folder / "calendar.toml").write_text(ours, encoding="utf-8")

    _, findings = examined(PIYAO_DATA=str(tmp_path), PIYAO_CONFIG=str(folder))

    assert findings["calendar"]["ok"] is well
    assert until in findings["calendar"]["found"]
    assert ("year = 2026" in findings["calendar"]["todo"]) is (mode == "drill" and not well)


def test_a_founded_live_office_hears_what_is_left_to_do(tmp_path: Path) -> None:
    words = ("--city", "天津市", "--name", "李同志", "--mail", "li@tj.gov.cn", "--mode", "live", "--yes")
    assert piyao("init", *words, cwd=tmp_path).returncode == 0

    _, findings = examined(PIYAO_CONFIG=str(tmp_path / "config"), PIYAO_DATA=str(tmp_path / "data"))

    assert findings["mode"]["ok"]
    assert findings["keys"]["ok"]
    assert {"mail", "roster", "placeholders"} <= set(wrong(findings))
    assert findings["gateway"]["ok"], "what has no service yet is left out by the office's own word"
    assert "PIYAO_SMTP_URL" in findings["mail"]["found"]
    assert "牵头办公室空缺：带班领导、主要负责人" in findings["roster"]["found"]
    assert "东汀区委网信办" in findings["placeholders"]["found"]
    assert "60 个单位的值班邮箱" in findings["placeholders"]["found"]


def test_a_live_office_hears_of_a_partner_without_an_address(tmp_path: Path, folder: Path) -> None:
    change(folder / "policy.toml", ('mode = "demo"', 'mode = "live"'))
    keys = (folder / "people.toml").read_text(encoding="utf-8")
    (folder / "people.toml").write_text(re.sub(r"(?m)^key_digest = .*\n", "", keys), encoding="utf-8")

    _, findings = examined(PIYAO_DATA=str(tmp_path), PIYAO_CONFIG=str(folder), PIYAO_MESSAGE_URL="https://gw.example/1")

    assert not findings["gateway"]["ok"]
    assert "合作媒体" in findings["gateway"]["found"]
    assert "短信" not in findings["gateway"]["found"]


def test_a_key_and_a_settings_file_others_can_read_are_named(tmp_path: Path) -> None:
    words = ("--city", "天津市", "--id", "li", "--name", "李同志", "--mail", "li@tj.gov.cn", "--yes")
    assert piyao("init", *words, cwd=tmp_path).returncode == 0
    files = [tmp_path / "config" / "env", tmp_path / "config" / "keys" / "li.key"]
    for file in files:
        file.chmod(0o604)

    _, findings = examined(PIYAO_CONFIG=str(tmp_path / "config"), PIYAO_DATA=str(tmp_path / "data"))

    assert all(str(file) in findings["keys"]["found"] for file in files)


def test_a_register_of_another_version_is_told_and_not_touched(up: Up, tmp_path: Path) -> None:
    file = tmp_path / "register.db"
    with sqlite3.connect(up.data / "register.db") as source, sqlite3.connect(file) as copy:
        source.backup(copy)
        copy.execute("UPDATE alembic_version SET version_num = '0000'")
    source.close()
    copy.close()

    _, findings = examined(PIYAO_DATA=str(tmp_path))

    assert not findings["register"]["ok"]
    assert "0000" in findings["register"]["found"]
    with sqlite3.connect(file) as read:
        assert read.execute("SELECT version_num FROM alembic_version").fetchone() == ("0000",)
    read.close()


@contextmanager
def answering(ahead: float = 0.0, body: bytes = b'{"status": "alive"}') -> Iterator[str]:
    """Serve an answer to everything, by a clock that is `ahead` seconds fast; give the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def date_time_string(self, timestamp: float | None = None) -> str:
            return formatdate(time.time() + ahead, usegmt=True)

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            serving.join()


@pytest.mark.parametrize(("ahead", "well"), [(0, True), (10, False), (-10, False)])
def test_a_clock_that_is_off_is_told(tmp_path: Path, ahead: float, well: bool) -> None:
    with answering(ahead) as url:
        _, findings = examined(PIYAO_DATA=str(tmp_path), PIYAO_PUBLIC_URL=url)

    assert findings["address"]["ok"]
    assert findings["clock"]["ok"] is well


def test_an_address_where_another_program_answers_is_told(tmp_path: Path) -> None:
    with answering(body=b'{"status": "green"}') as url:
        _, findings = examined(PIYAO_DATA=str(tmp_path), PIYAO_PUBLIC_URL=url)

    assert not findings["address"]["ok"]
    assert "不是本程序的" in findings["address"]["found"]


def test_a_date_in_whole_seconds_shows_a_clock_off_by_more_than_it_can_hide() -> None:
    exact = [ClockReading(date=int(100 + n / 4), before=100 + n / 4, after=100 + n / 4) for n in range(5)]

    low, high = bounds(exact)
    assert low <= 0 <= high
    low, _ = bounds([one._replace(before=one.before + 3, after=one.after + 3) for one in exact])
    assert low > 1
    _, high = bounds([one._replace(before=one.before - 3, after=one.after - 3) for one in exact])
    assert high < -1


@pytest.mark.parametrize(("free", "well", "says"), [(50, True, "50%"), (19, False, "只剩 19%"), (4, False, "快满了")])
def test_a_disk_is_judged_by_what_is_free(free: int, well: bool, says: str) -> None:
    finding = room(Path("/data"), free, 100)

    assert finding.ok is well
    assert says in finding.found


def test_a_data_folder_that_others_can_read_is_named(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    (data / "register.db").touch(mode=0o600)
    assert examined(PIYAO_DATA=str(data))[1]["files"]["ok"]

    (data / "register.db").chmod(0o644)
    beside = tmp_path / "other.db"
    beside.touch()
    beside.chmod(0o666)
    found = examined(PIYAO_DATA=str(data), PIYAO_REGISTER_URL=f"sqlite:///{beside}")[1]["files"]

    assert not found["ok"]
    assert str(data / "register.db") in found["found"]
    assert str(beside) in found["found"]
