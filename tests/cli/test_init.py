"""`piyao init`: the folder of a real office, whole or not at all, and a real office serving from it."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from adapters.office.load import read_office
from domain.vocabulary import Mode
from settings import PACKAGED, Settings
from tests.adapters.receivers import mail_server
from tests.cli.piyao import STARTER, Up, environment, piyao

pytestmark = pytest.mark.people

SIGNERS = {"wang": "head", "zhang": "deputy"}
VOTES = {"wang": "review", "zhang": "sign"}
FIRST = ("--city", "天津市", "--id", "li", "--name", "李同志", "--mail", "li@tj.gov.cn")


def mode_of(file: Path) -> int:
    return file.stat().st_mode & 0o777


def everything(folder: Path) -> str:
    return "\n".join(file.read_text(encoding="utf-8") for file in folder.rglob("*") if file.is_file())


def test_the_folder_is_a_real_office_with_nothing_of_the_invented_city(tmp_path: Path) -> None:
    made = piyao("init", *FIRST, "--domain", "tj.gov.cn", "--mode", "live", "--yes", cwd=tmp_path)

    assert made.returncode == 0, made.stderr
    office = read_office(tmp_path / "config")
    assert office.terms.city == "天津市"
    assert office.terms.mode is Mode.LIVE
    assert office.units["wxb"].name == "中共天津市委网络安全和信息化委员会办公室"
    assert office.units["swjt"].name == "天津水务集团"
    assert office.units["swj"].duty == "duty@swj.tj.gov.cn"
    (first,) = office.people
    assert (first.id, first.administrator, first.addresses) == ("li", True, {"mail": "li@tj.gov.cn"})
    assert set(first.seats) == {"duty", "editor", "deputy"}
    for sign in ("明澄", "（演示）", "mc.example"):
        assert sign not in everything(tmp_path / "config")
    assert (tmp_path / "config" / "texts" / "zh-CN" / "words.toml").read_bytes() == (
        PACKAGED / "texts" / "zh-CN" / "words.toml"
    ).read_bytes()
    assert (tmp_path / "config" / "calendar.toml").read_bytes() == (PACKAGED / "calendar.toml").read_bytes()


def test_keys_are_for_their_owner_and_the_first_one_is_the_administrators(tmp_path: Path) -> None:
    made = piyao("init", *FIRST, "--yes", cwd=tmp_path)

    key = tmp_path / "config" / "keys" / "li.key"
    digest = hashlib.sha256(key.read_text().strip().encode()).hexdigest()
    assert read_office(tmp_path / "config").people[0].key_digest == digest
    assert key.read_text().strip() not in made.stdout
    secret = (key, tmp_path / "config" / "env", tmp_path / "data" / "keys" / "seal.key")
    assert [mode_of(file) for file in secret] == [0o600] * 3


def test_what_is_not_given_is_asked(tmp_path: Path) -> None:
    answers = "滨海市\n\n市辟谣办\nAsia/Urumqi\nhttps://piyao.bh.gov.cn/\ndemo\nzhao\n赵同志\nzhao@bh.gov.cn\n"

    made = piyao("init", "office", stdin=answers, cwd=tmp_path)

    assert made.returncode == 0, made.stderr
    assert "城市名称" in made.stderr
    office = read_office(tmp_path / "office")
    assert office.units["wxb"].short == "市辟谣办"
    assert office.units["wxb"].name.startswith("中共滨海市委")
    assert (office.policy.zone, office.terms.mode) == ("Asia/Urumqi", Mode.DEMO)
    assert office.people[0].name == "赵同志"
    assert Settings(config=tmp_path / "office").base_url == "https://piyao.bh.gov.cn"


def test_the_citys_districts_take_the_place_of_the_invented_ones(tmp_path: Path) -> None:
    made = piyao("init", *FIRST, "--districts", "和平区,河东区=hd", "--yes", cwd=tmp_path)

    assert made.returncode == 0, made.stderr
    units = read_office(tmp_path / "config").units
    districts = {code: unit for code, unit in units.items() if unit.kind == "district"}
    assert {code: unit.short for code, unit in districts.items()} == {"q1": "和平区委网信办", "hd": "河东区委网信办"}
    assert districts["hd"].topics[0] == "河东区"
    assert districts["hd"].duty.startswith("duty@hd.")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--mode", "real"), "mode"),
        (("--zone", "Mars/Crater"), "Mars/Crater"),
        (("--public-url", "piyao.tj.gov.cn"), "public_url"),
        (("--id", "Li Lei"), "person"),
        (("--domain", "tj gov"), "domain"),
        (("--districts", "和平区=wxb"), "unit[wxb].code"),
        (("--city", '天津"市'), "city"),
        (("--smtp-url", "mail.tj.gov.cn"), "smtp_url"),
        (("--smtp-url", "smtp://mail.tj.gov.cn?from=a@tj.gov.cn"), "smtp_url"),  # outside, in a drill
    ],
)
def test_an_unfit_answer_is_named_and_nothing_is_written(tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    refused = piyao("init", *FIRST, *words, "--yes", cwd=tmp_path)

    assert refused.returncode == 1
    assert says in refused.stderr
    assert "Traceback" not in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_is_missing_is_named_by_its_options(tmp_path: Path) -> None:
    refused = piyao("init", "--id", "li", "--yes", cwd=tmp_path)

    assert refused.returncode == 1
    assert all(option in refused.stderr for option in ("--city", "--name", "--mail"))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "mine").write_text("mine")

    refused = piyao("init", *FIRST, "--yes", cwd=tmp_path)

    assert refused.returncode == 1
    assert "config" in refused.stderr
    assert [file.name for file in tmp_path.rglob("*")] == ["config", "mine"]


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()

    assert piyao("init", *FIRST, "--yes", cwd=tmp_path).returncode == 0
    assert read_office(tmp_path / "config").people[0].id == "li"


def test_nothing_is_left_where_the_key_of_the_seal_cannot_be_kept(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where a folder is needed")

    refused = piyao("init", *FIRST, "--yes", cwd=tmp_path)

    assert refused.returncode == 1
    assert [file.name for file in tmp_path.iterdir()] == ["data"]


def test_the_file_of_settings_counts_below_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "env").write_text("PIYAO_PUBLIC_URL='https://a.cn'\nPIYAO_TASK_QUEUE='own'\n", encoding="utf-8")
    monkeypatch.setenv("PIYAO_CONFIG", str(tmp_path))
    monkeypatch.setenv("PIYAO_TASK_QUEUE", "stronger")

    settings = Settings()

    assert (settings.base_url, settings.task_queue) == ("https://a.cn", "stronger")
    assert Settings(public_url="https://b.cn").base_url == "https://b.cn"


@pytest.mark.parametrize("part", ["worker", "api", "up"])
def test_a_live_office_without_mail_server_is_refused_at_its_start(tmp_path: Path, part: str) -> None:
    made = piyao("init", *FIRST, "--mode", "live", "--yes", cwd=tmp_path)
    assert "PIYAO_SMTP_URL" in made.stdout

    refused = piyao(part, cwd=tmp_path)

    assert refused.returncode == 1
    assert "PIYAO_SMTP_URL" in refused.stderr
    assert "邮件" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_live_office_names_every_channel_that_has_no_service(tmp_path: Path) -> None:
    piyao(
        "init", *FIRST, "--mode", "live", "--smtp-url", "smtp://mail.tj.gov.cn?from=a@tj.gov.cn", "--yes", cwd=tmp_path
    )
    policy = tmp_path / "config" / "policy.toml"
    text = policy.read_text(encoding="utf-8").replace('["bulletin"]', '["bulletin", "partner"]')
    text = text.replace('sms = "none"', 'sms = "webhook"').replace('wecom = "none"', 'wecom = "outbox"')
    policy.write_text(text, encoding="utf-8")

    refused = piyao("worker", cwd=tmp_path)

    assert refused.returncode == 1
    for named in ("短信", "PIYAO_MESSAGE_URL", "合作媒体", "PIYAO_PARTNER_URL", "企业微信"):
        assert named in refused.stderr
    assert "邮件" not in refused.stderr


def test_a_live_office_that_does_without_mail_needs_no_mail_server(tmp_path: Path) -> None:
    piyao("init", *FIRST, "--mode", "live", "--yes", cwd=tmp_path)
    policy = tmp_path / "config" / "policy.toml"
    policy.write_text(policy.read_text(encoding="utf-8").replace('mail = "smtp"', 'mail = "none"'), encoding="utf-8")

    refused = piyao("worker", cwd=tmp_path, TEMPORAL_ADDRESS="127.0.0.1:9")

    assert refused.returncode != 0
    assert "PIYAO_SMTP_URL" not in refused.stderr


class Office:
    """A live office founded and served as its first administrator would."""

    def __init__(self, folder: Path, mail: str) -> None:
        self.folder = folder
        made = piyao("init", *FIRST, "--mode", "live", "--smtp-url", mail, "--yes", cwd=folder)
        assert made.returncode == 0, made.stderr
        for signer, seat in SIGNERS.items():
            more = ("--name", signer, "--unit", "wxb", "--seat", seat, "--mail", f"{signer}@tj.gov.cn")
            added = piyao("people", "add", signer, *more, "--out", f"config/keys/{signer}.key", cwd=folder)
            assert added.returncode == 0, added.stderr
        self.up = Up(folder / "data", cwd=folder)

    def decide(self, person: str, case: str, kind: str, **fields: object) -> None:
        self.told(person, "decide", case, kind, "--body", json.dumps(fields, ensure_ascii=False))

    def drafted(self, case: str) -> str:
        timeline = self.told("li", "cases", "show", case)["timeline"]
        return str(next(one["event"]["digest"] for one in timeline if one["event"]["kind"] == "drafted"))

    def told(self, person: str, *words: str) -> Any:
        key = self.folder / "config" / "keys" / f"{person}.key"
        address = {"PIYAO_API_URL": self.up.addresses["api"], "PIYAO_KEY_FILE": str(key)}
        answered = piyao(*words, "--json", cwd=self.folder, **address)
        assert answered.returncode == 0, answered.stderr
        return json.loads(answered.stdout)


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Office]:
    with mail_server() as (_, url):
        office = Office(tmp_path, url)
        try:
            office.up.addresses = office.up.ready()
            yield office
        finally:
            code, _, err = office.up.stop()
    assert (code, err) == (0, "")


def test_a_live_office_serves_and_what_it_publishes_carries_no_mark(live: Office) -> None:
    assert not (live.folder / "data" / "keys" / "persons").exists()
    taken = piyao("report", "听说明天起全市停水三天", "--json", PIYAO_API_URL=live.up.addresses["api"])
    case = json.loads(taken.stdout)["case_id"]

    live.decide("li", case, "triage", level="yellow", topic="统筹协调", lead="wxb", reason="已向水务集团核实")
    live.decide("li", case, "accept")
    seen = {"url": "https://shui.example/1", "captured_at": "2026-11-23T09:00:00+08:00"}
    evidence = [{"kind": "公告", "source": "供水公告", **seen}]
    live.decide("li", case, "finding", verdict="false", explanation="没有停水安排。", evidence=evidence)
    draft = {"publication": "rebuttal", "title": "明天全市停水？不实", "text": "经核实，没有停水安排。"}
    live.decide("li", case, "draft", **draft)
    digest = live.drafted(case)
    for signer, kind in VOTES.items():
        live.decide(signer, case, kind, outcome="approve", digest=digest)

    index = _until_published(live.up.addresses["bulletin"])
    page = httpx2.get(live.up.addresses["bulletin"] + "/" + case, trust_env=False).text
    feed = httpx2.get(live.up.addresses["bulletin"] + "/feed.atom", trust_env=False).text
    assert "天津市辟谣专栏" in feed
    for shown in (index, page, feed):
        assert "明天全市停水？不实" in shown
        assert not re.search("演示|演练|明澄|虚构", shown)


def _until_published(address: str) -> str:
    with httpx2.Client(trust_env=False, transport=httpx2.HTTPTransport(retries=0)) as http:
        for _ in range(2000):
            shown = http.get(address).text
            if "停水" in shown:
                return shown
    raise AssertionError("nothing published")


def test_the_env_file_is_one_a_shell_can_read(tmp_path: Path) -> None:
    piyao("init", *FIRST, "--yes", cwd=tmp_path)

    script = "set -a; . config/env; echo $PIYAO_PUBLIC_URL $PIYAO_DATA"
    told = subprocess.run(["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)

    assert told.stdout.split() == ["http://127.0.0.1:8400", str(tmp_path / "data")]
    assert tomllib.loads((tmp_path / "config" / "policy.toml").read_text(encoding="utf-8"))["mode"] == "drill"


def test_units_and_districts_are_asked_for(tmp_path: Path) -> None:
    nine = "滨海市\n\n市辟谣办\nAsia/Shanghai\nhttp://127.0.0.1:8400\ndrill\nzhao\n赵同志\nzhao@bh.gov.cn\n"
    answers = f"{nine}城东区，城西区=cx\n市水务局，市卫生健康委、海事处=hsc,港务集团\n"

    made = piyao("init", "office", stdin=answers, cwd=tmp_path)

    assert made.returncode == 0, made.stderr
    assert "各区名称" in made.stderr
    assert "参加的单位" in made.stderr
    units = read_office(tmp_path / "office").units
    assert {code: units[code].short for code in units if units[code].kind == "district"} == {
        "q1": "城东区委网信办", "cx": "城西区委网信办",
    }  # fmt: skip
    assert {"wxb", "swj", "wjw", "hsc", "zfb", "u1"} == {code for code in units if units[code].kind != "district"}
    assert (units["hsc"].name, units["u1"].short, units["u1"].can_lead) == ("海事处", "港务集团", True)
    assert units["swj"].name == "滨海市水务局"
    assert "另外保留了" in made.stdout
    assert "市政府办公室" in made.stdout


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_units_are_taken_from_a_table_as_offices_keep_it(tmp_path: Path, encoding: str) -> None:
    table = (
        "名称,简称,代码,类别,值班邮箱,职责,上级\r\n"
        "滨海市水利局,市水利局,swj,政府部门,zb@slj.bh.gov.cn,供水、排水,\r\n"
        '"滨海港务集团, 有限公司",港务集团,,公用事业单位,zb@port.bh.gov.cn,港口；航道,市水利局\r\n'
        "\r\n"
        "滨海市城东区委网信办,城东网信办,cd,区,zb@cd.bh.gov.cn,城东区,\r\n"
    )
    (tmp_path / "units.csv").write_bytes(table.encode(encoding))

    made = piyao("init", *FIRST, "--units", "units.csv", "--yes", cwd=tmp_path)

    assert made.returncode == 0, made.stderr
    units = read_office(tmp_path / "config").units
    assert set(units) == {"wxb", "zfb", "swj", "u1", "cd"}
    assert (units["swj"].name, units["swj"].duty, units["swj"].topics) == (
        "滨海市水利局", "zb@slj.bh.gov.cn", ("供水", "排水"),
    )  # fmt: skip
    assert (units["u1"].name, units["u1"].parent, units["u1"].topics) == (
        "滨海港务集团, 有限公司", "swj", ("港口", "航道"),
    )  # fmt: skip
    assert units["cd"].districts == ("城东区",)


@pytest.mark.parametrize(
    "names",
    [[f"滨海市第{n:02}自来水有限责任公司" for n in range(20)], ["~某某公司"], ["a/b公司"]],
    ids=["longer than the name of any file", "like a home", "like a path"],
)
def test_names_that_can_be_no_file_are_names_of_units(tmp_path: Path, names: list[str]) -> None:
    made = piyao("init", *FIRST, "--units", "，".join(names), "--yes", cwd=tmp_path)

    assert made.returncode == 0, made.stderr
    assert set(names) <= {unit.name for unit in read_office(tmp_path / "config").units.values()}


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("none.csv", None, "没有这个文件"),
        ("~nobody-here/units.csv", None, "本机用户名"),
        (f"{'长' * 100}.csv", None, "名称太长"),
        ("bad.csv", "名称,电话\n市水务局,110\n", "电话"),
        ("bad.toml", "[[unit]\n", "TOML"),
        ("code.csv", "名称,代码\n港务集团,GWJT\n", "小写字母"),
        ("kind.csv", "名称,类别\n港务集团,商店\n", "department"),
        ("long.csv", f"名称\n{'长' * 201}\n", "200"),
    ],
)
def test_a_list_of_units_that_cannot_be_used_is_named_and_nothing_is_written(
    tmp_path: Path, file: str, text: str | None, says: str
) -> None:
    if text is not None:
        (tmp_path / file).write_text(text, encoding="utf-8")

    refused = piyao("init", *FIRST, "--units", file, "--yes", cwd=tmp_path)

    assert refused.returncode == 1
    assert says in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (tmp_path / "config").exists()


def test_without_a_terminal_it_says_what_it_needs(tmp_path: Path) -> None:
    refused = piyao("init", stdin="", cwd=tmp_path)

    assert refused.returncode == 1
    for option in ("--city", "--name", "--mail"):
        assert f"{option}　" in refused.stderr
    assert "piyao init --city" in refused.stderr
    assert "--zone　" not in refused.stderr, "what has a default is not asked for"
    assert "Aborted" not in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_with_standard_input_closed_it_says_what_it_needs(tmp_path: Path) -> None:
    command = f"{sys.executable} {STARTER} init <&-"
    refused = subprocess.run(
        command, shell=True, cwd=tmp_path, capture_output=True, text=True, env=environment(), check=False
    )

    assert refused.returncode == 1
    assert "--city　" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("data", ["a'b", "a${HOME}b", "a\\b"])
def test_a_data_folder_that_the_file_of_settings_cannot_hold_is_refused_by_name(tmp_path: Path, data: str) -> None:
    refused = piyao("init", *FIRST, "--data", data, "--yes", cwd=tmp_path)

    assert refused.returncode == 1
    assert "data" in refused.stderr
    assert "不含引号" in refused.stderr


def test_a_data_folder_of_any_other_name_is_the_one_that_is_used(tmp_path: Path) -> None:
    made = piyao("init", *FIRST, "--data", "d ?#%41辟", "--yes", cwd=tmp_path)

    assert made.returncode == 0, made.stderr
    assert Settings(config=tmp_path / "config").data == tmp_path / "d ?#%41辟"
