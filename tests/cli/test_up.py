"""`piyao up`: everything together, ready when it says so, and nothing left behind."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx2
import pytest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client

from adapters.credentials.private_folder import exposed
from cli.supervisor.up import lock_data_folder
from tests import empty_register
from tests.cli.conftest import OneStack
from tests.cli.piyao import Up, environment, gone, piyao

ROOT = Path(__file__).parent.parent.parent
HERE = "http://127.0.0.1:8400"


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    """A stack of the test's own."""
    running = Up(tmp_path / "data")
    yield running
    running.stop()


@pytest.fixture
def used(one_stack: OneStack) -> Iterator[Up]:
    """The stack others have worked with, to be ended."""
    running = one_stack.taken()
    yield running
    running.stop()


async def test_is_ready_when_it_prints_its_addresses_and_stops_cleanly_on_sigterm(used: Up) -> None:
    up, addresses = used, used.addresses
    assert set(addresses) == {"api", "ui", "temporal", "bulletin", "inbox", "listening"}
    async with httpx2.AsyncClient(trust_env=False) as http:
        assert (await http.get(f"{addresses['api']}/readyz")).status_code == 200
    client = await Client.connect(addresses["temporal"])
    asked = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace="default"))
    assert asked.config.workflow_execution_retention_ttl.ToTimedelta().days == 180
    keys = up.data / "keys" / "persons"
    assert keys.is_dir()
    assert exposed(up.data) == []
    parts = up.children()
    assert set(parts) == {"temporal", "worker", "api"}

    up.process.send_signal(signal.SIGTERM)
    code, out, err = up.ended(within=15)

    assert (code, out, err) == (0, "", "")
    assert all(gone(pid) for pid in parts.values())


def test_a_part_that_dies_is_named_and_takes_the_rest_along(up: Up) -> None:
    up.ready()
    parts = up.children()

    os.kill(parts["worker"], signal.SIGKILL)
    code, out, err = up.ended(within=30)

    assert (code, out) == (1, "")
    assert "执行程序（worker）停止了（被信号 9 终止）" in err
    assert str(up.data / "logs" / "worker.log") in err
    assert "worker.ready" in err
    assert "Traceback" not in err
    assert all(gone(pid) for pid in parts.values())


def test_a_data_folder_in_use_is_refused(tmp_path: Path) -> None:
    with lock_data_folder(tmp_path):
        refused = piyao("up", "--data", str(tmp_path))

    assert refused.returncode == 1
    assert str(tmp_path) in refused.stderr
    assert "另一个 piyao up" in refused.stderr


def test_a_taken_port_is_named_with_the_option_that_chooses_another(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = piyao("up", "--data", str(tmp_path), "--api-port", "0", "--temporal-port", "0", "--ui-port", port)

    assert refused.returncode == 1
    assert port in refused.stderr
    assert "--ui-port" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_an_unfit_office_folder_is_refused_before_anything_starts(tmp_path: Path) -> None:
    refused = piyao("up", "--data", str(tmp_path / "data"), "--config", str(tmp_path))

    assert refused.returncode == 1
    assert "units.toml" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (tmp_path / "data").exists()


def test_a_setting_that_cannot_be_is_named(tmp_path: Path) -> None:
    refused = piyao("worker", PIYAO_API_PORT="70000", PIYAO_DATA=str(tmp_path))

    assert refused.returncode == 1
    assert "PIYAO_API_PORT" in refused.stderr
    assert "70000" in refused.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent has gone")
def test_a_part_does_not_outlive_a_killed_supervisor(tmp_path: Path) -> None:
    supervisor = f"""
import asyncio, os
from pathlib import Path
from cli.supervisor.process import ManagedProcess
async def main():
    part = ManagedProcess("worker", ["/bin/sleep", "600"], Path({str(tmp_path)!r}) / "log", dict(os.environ))
    await part.start()
    print(part.process.pid, flush=True)
    await part.ended()
asyncio.run(main())
"""
    running = subprocess.Popen([sys.executable, "-c", supervisor], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert running.stdout is not None
    child = int(running.stdout.readline())

    running.kill()
    running.communicate()

    assert gone(child)


@pytest.mark.parametrize(
    ("content", "said"), [(None, "移回"), (b"this is no database" * 500, "已损坏"), ("newer", "更新的版本")]
)
@pytest.mark.parametrize("command", ["up", "worker", "api"])
def test_a_register_that_cannot_be_used_is_told_in_one_sentence(
    tmp_path: Path, command: str, content: bytes | str | None, said: str
) -> None:
    empty_register.lay(tmp_path)
    register = tmp_path / "register.db"
    (tmp_path / "register.db.made").touch()
    if content is None:
        register.unlink()
    elif isinstance(content, bytes):
        register.write_bytes(content)
    else:
        with closing(sqlite3.connect(register, isolation_level=None)) as store:
            store.execute("UPDATE alembic_version SET version_num = '9999'")

    settings = {"PIYAO_DATA": str(tmp_path), "PIYAO_API_PORT": "0", "TEMPORAL_ADDRESS": "127.0.0.1:9"}
    ports = ("--temporal-port", "0", "--ui-port", "0") if command == "up" else ()
    refused = piyao(command, *ports, **settings)

    assert refused.returncode == 1
    assert said in refused.stderr
    assert str(register) in refused.stderr
    assert "Traceback" not in refused.stderr
    assert len([line for line in refused.stderr.splitlines() if "{" not in line]) == 1


def test_up_names_the_duty_officers_key_and_the_inbox_it_opens(tmp_path: Path) -> None:
    ports = ("--api-port", "0", "--temporal-port", "0", "--ui-port", "0")
    command = [sys.executable, str(ROOT / "starter.py"), "up", "--data", str(tmp_path / "office data"), *ports]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as running:
        assert running.stdout is not None
        said = "".join(iter(running.stdout.readline, "按 Ctrl-C 停止。\n"))
        api, inbox, key, line = (
            re.findall(rf"(?m){name}　+(.+?)(?:（|$)", said)[0] for name in ("接口", "待办页", "密钥文件", "命令行")
        )
        line = line.replace("piyao ", f"{sys.executable} {ROOT / 'starter.py'} ", 1)
        page = httpx2.get(inbox, trust_env=False, follow_redirects=True)
        env = environment(PIYAO_API_URL=api)
        listed = subprocess.run(line, shell=True, capture_output=True, text=True, env=env, check=False)
        running.send_signal(signal.SIGTERM)

    assert running.returncode == 0
    assert "wxb-duty" in key
    assert inbox == f"{api}/desk/inbox"
    assert "登录" in page.text
    assert (listed.returncode, listed.stdout) == (0, "没有符合条件的事项。\n"), listed.stderr


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_a_report_by_http_works_as_the_readme_prints_it(one_stack: OneStack, page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    (command,) = re.findall(r"(?ms)^\$ (curl .*?[^\\])$", text)
    api = one_stack.shared().addresses["api"]
    assert HERE in command

    told = subprocess.run(command.replace(HERE, api), shell=True, capture_output=True, text=True, check=False)

    assert told.returncode == 0, told.stderr
    receipt = json.loads(told.stdout)
    assert httpx2.get(f"{api}/v1/reports/{receipt['report_id']}", trust_env=False).status_code == 200
