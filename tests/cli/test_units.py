"""`piyao units` and `people set`: edits keep what people wrote, and a unit goes only when nothing names it."""

from __future__ import annotations

import json
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.cli.piyao import Up, piyao

pytestmark = pytest.mark.people


def run(folder: Path, *words: str, **more: Any) -> subprocess.CompletedProcess[str]:
    return piyao(*words, "--config", str(folder), **more)


def unit(folder: Path, code: str) -> dict[str, Any]:
    text = (folder / "units.toml").read_text(encoding="utf-8")
    return next(one for one in tomllib.loads(text)["unit"] if one["code"] == code)


def person(folder: Path, who: str) -> dict[str, Any]:
    text = (folder / "people.toml").read_text(encoding="utf-8")
    return next(one for one in tomllib.loads(text)["person"] if one["id"] == who)


def test_a_unit_is_added_at_the_end_and_every_comment_stays(folder: Path) -> None:
    before = (folder / "units.toml").read_text(encoding="utf-8")

    added = run(
        folder, "units", "add", "gjj", "--name", "明澄市公积金中心", "--short", "市公积金中心",
        "--duty", "duty@gjj.mc.example", "--kind", "公用事业单位", "--parent", "市住房城乡建设委",
        "--topic", "公积金", "--topic", "住房贷款", "--co-only",
    )  # fmt: skip

    assert added.returncode == 0, added.stderr
    assert (folder / "units.toml").read_text(encoding="utf-8").startswith(before.rstrip("\n"))
    found = unit(folder, "gjj")
    assert (found["kind"], found["parent"], found.get("can_lead", False)) == ("public_service", "zjw", False)
    assert found["topics"] == ["公积金", "住房贷款"]
    assert found["seats"] == ["duty", "liaison_a", "liaison_b", "deputy", "head"]
    assert "piyao people add" in added.stdout
    assert "市公积金中心" in run(folder, "units", "list").stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("GJJ", "--name", "x", "--duty", "d@x.example"), "小写字母"),
        (("swj", "--name", "x", "--duty", "d@x.example"), "unit[swj].code"),
        (("gjj", "--name", "x", "--duty", "d@x.example", "--kind", "商店"), "政府部门"),
        (("gjj", "--name", "x", "--duty", "d@x.example", "--parent", "市太空局"), "市太空局"),
        (("gjj", "--name", "x", "--duty", "d@x.example", "--seat", "主任"), "值班员"),
        (("gjj", "--name", "长" * 31, "--duty", "d@x.example"), "30 个字"),
    ],
)
def test_an_unfit_unit_is_refused_and_nothing_is_written(folder: Path, words: tuple[str, ...], says: str) -> None:
    before = (folder / "units.toml").read_bytes()

    refused = run(folder, "units", "add", *words)

    assert refused.returncode in (1, 2)
    assert says in refused.stderr
    assert "Traceback" not in refused.stderr
    assert (folder / "units.toml").read_bytes() == before


def test_a_unit_goes_when_nothing_names_it_and_what_nobody_can_give_any_more_is_said(folder: Path) -> None:
    assert run(
        folder, "units", "add", "nh", "--name", "中共南湖区委网信办", "--kind", "区", "--parent", "wxb",
        "--topic", "南湖区", "--release", "南湖信息", "--duty", "duty@nh.mc.example",
    ).returncode == 0  # fmt: skip
    before = unit(folder, "xcb")

    removed = run(folder, "units", "remove", "中共南湖区委网信办", "--data", str(folder / "nowhere"))

    assert removed.returncode == 0, removed.stderr
    assert "没有单位可以发布：南湖信息" in removed.stdout
    assert "没有单位主管：南湖区" in removed.stdout
    assert "nh" not in {one["code"] for one in tomllib.loads((folder / "units.toml").read_text("utf-8"))["unit"]}
    assert unit(folder, "xcb") == before
    assert not (folder / "nowhere").exists()


def test_a_unit_that_goes_takes_its_own_comment_and_leaves_the_next_one_s(folder: Path) -> None:
    file = folder / "units.toml"
    text = file.read_text(encoding="utf-8").rstrip("\n")
    for code, name in (("u1", "一公司"), ("u2", "二公司"), ("u3", "三公司")):
        text += f'\n\n# {name}，七月加入\n[[unit]]\ncode = "{code}"\nname = "{name}"\nshort = "{name}"\n'
        text += 'kind = "public_service"\nduty = "d@x.mc.example"\nseats = ["duty"]'
    file.write_text(text + "\n", encoding="utf-8")

    assert run(folder, "units", "remove", "u2", "--data", str(folder / "nowhere")).returncode == 0

    left = file.read_text(encoding="utf-8")
    assert ("# 二公司" in left, "u2" in left) == (False, False)
    assert '\n\n# 三公司，七月加入\n[[unit]]\ncode = "u3"' in left
    assert left.startswith(text[: text.index("\n\n# 二公司")])


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("zfb", ("policy.toml 里点名：", "signing.city.sign[0]", "人员")),
        ("xcb", ("上级：", "人员")),
        ("wxb", ("牵头办公室", "人员", "上级")),
        ("swj", ("人员", "swj-")),
    ],
)
def test_a_unit_that_something_names_stays_and_each_place_is_told(
    folder: Path, code: str, says: tuple[str, ...]
) -> None:
    before = (folder / "units.toml").read_bytes()

    refused = run(folder, "units", "remove", code, "--data", str(folder / "nowhere"))

    assert refused.returncode == 1
    for part in says:
        assert part in refused.stderr
    assert (folder / "units.toml").read_bytes() == before


def test_a_unit_that_open_cases_ask_stays(up: Up, folder: Path) -> None:
    api, keys = up.addresses["api"], up.data / "keys" / "persons"
    key = (keys / "wxb-duty.key").read_text().strip()
    bearer = {"Authorization": f"Bearer {key}"}
    with httpx2.Client(base_url=api, trust_env=False, headers=bearer, timeout=30) as http:
        taken = http.post("/v1/reports", json={"text": "听说护城河边的树全部要砍掉"}).json()
        triage = {"kind": "triage", "level": "yellow", "topic": "天气", "lead": "qxj"}
        asked = http.post(
            f"/v1/cases/{taken['case_id']}/decisions", json=triage, headers={"Idempotency-Key": "units-remove"}
        )
        assert asked.status_code == 200, asked.text
        number = http.get(f"/v1/cases/{taken['case_id']}").json()["number"]
    people = (folder / "people.toml").read_text(encoding="utf-8").replace('unit = "qxj"', 'unit = "swj"')
    (folder / "people.toml").write_text(people, encoding="utf-8")

    refused = run(folder, "units", "remove", "qxj", "--data", str(up.data))

    assert refused.returncode == 1
    assert f"在办事项 1 件请它查证或等它办理：{number}" in refused.stderr
    assert "人员" not in refused.stderr


def test_units_are_listed_as_json_with_their_persons(folder: Path) -> None:
    listed = json.loads(run(folder, "units", "list", "--json").stdout)

    assert len(listed) == 60
    assert next(one for one in listed if one["code"] == "wxb")["people"] > 3


def test_a_person_is_changed_in_what_is_given_alone(folder: Path) -> None:
    before = person(folder, "swj-liaison-a")

    changed = run(
        folder, "people", "set", "swj-liaison-a", "--name", "王新", "--seat", "联络员A角", "--seat", "联络员B角",
        "--mail", "wang@swj.mc.example", "--sms", "", "--until", "2030-01-31",
    )  # fmt: skip

    assert changed.returncode == 0, changed.stderr
    after = person(folder, "swj-liaison-a")
    assert (after["name"], after["seats"]) == ("王新", ["liaison_a", "liaison_b"])
    assert after["addresses"]["mail"] == "wang@swj.mc.example"
    assert "sms" not in after["addresses"]
    assert str(after["until"]) == "2030-01-31"
    assert after["key_digest"] == before["key_digest"]
    assert run(folder, "people", "set", "swj-liaison-a", "--until", "").returncode == 0
    assert "until" not in person(folder, "swj-liaison-a")


def test_a_person_moves_to_another_unit_and_the_empty_seat_is_named(folder: Path) -> None:
    moved = run(folder, "people", "set", "swj-duty", "--unit", "市生态环境局")

    assert moved.returncode == 0, moved.stderr
    assert person(folder, "swj-duty")["unit"] == "hbj"
    assert "市水务局的值班员从此无人担任" in moved.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("nobody", "--name", "x"), "没有这个人"),
        (("swj-duty",), "请写明要改什么"),
        (("swj-duty", "--until", "soon"), "“soon”不是日期"),
        (("swj-duty", "--unit", "市太空局"), "市太空局"),
        (("swj-duty", "--seat", "主任"), "值班员"),
        (("swj-duty", "--since", "2030-01-01", "--until", "2029-01-01"), "until"),
        (("swj-duty", "--same-as", "nobody"), "same_as"),
    ],
)
def test_a_change_that_cannot_be_is_refused_and_nothing_is_written(
    folder: Path, words: tuple[str, ...], says: str
) -> None:
    before = (folder / "people.toml").read_bytes()

    refused = run(folder, "people", "set", *words)

    assert refused.returncode in (1, 2)
    assert says in refused.stderr
    assert "Traceback" not in refused.stderr
    assert (folder / "people.toml").read_bytes() == before


def test_a_person_is_added_with_words_in_place_of_codes(folder: Path) -> None:
    added = run(
        folder,
        "people",
        "add",
        "zhao",
        "--name",
        "赵同志",
        "--unit",
        "市水务局",
        "--seat",
        "分管负责人",
        "--mail",
        "z@mc.example",
    )

    assert added.returncode == 0, added.stderr
    assert (person(folder, "zhao")["unit"], person(folder, "zhao")["seats"]) == ("swj", ["deputy"])
